"""R22  Stockpile: a strategic reserve of metal, held at members' buyers and filled with public money.

It is filled with a little of every month's use, up to some days of use, and not while the price is high. When the price
a buyer pays exceeds `release_price` times what it holds for normal, a share of the reserve a month moves into its own
stock; it pays what the market would ask. A state that is no member, or cheats, has no access: its reserve is frozen.
Source: Project Vault (events.csv, 2 February 2026); national reserves.
"""

from pydantic import Field

from .lever import Lever, Numbers, Setting


class Stockpile(Lever):
    """How much is held, how fast it is bought, when and how fast it is released."""

    days: float | None = Field(default=None, ge=0.0, le=3650.0, description="of use; none: stockpile_target")
    fill_rate: float | None = Field(
        default=None, ge=0.0, le=1.0, description="of a year's use, a month; none: stockpile_fill_rate"
    )
    cap: float | None = Field(default=None, ge=0.0, le=1.0, description="of a month's use; none: stockpile_market_cap")
    release_price: float | None = Field(
        default=None, ge=1.0, le=1000.0, description="multiple of the normal price; none: stockpile_release_price"
    )
    release_share: float | None = Field(
        default=None, ge=0.0, le=1.0, description="of the reserve, a month; none: stockpile_release_share"
    )

    def numbers(self, name: str, s: Setting) -> Numbers:
        return {
            "stockpile_scope": s.scope, "stockpile_days": s.given(self.days, "stockpile_target"),
            "stockpile_fill_rate": s.given(self.fill_rate, "stockpile_fill_rate"),
            "stockpile_cap": s.given(self.cap, "stockpile_market_cap"),
            "stockpile_release_price": s.given(self.release_price, "stockpile_release_price"),
            "stockpile_release_share": s.given(self.release_share, "stockpile_release_share"),
            "stockpile_carry": s.given(None, "stockpile_carry"),
        }  # fmt: skip

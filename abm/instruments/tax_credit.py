"""R24  Tax credit: a share of production cost for new plants, with a sunset known in advance.

`sunset` is the share of the credit left in each year from `sunset_from` on; the last holds for ever. A dated sunset is
a reversal everybody sees coming. Source: 45X, 10 % of cost, 75/50/25/0 % in 2031-34 (events.csv, 4 July 2025).
"""

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from ..forms import LATEST, Month
from .lever import Lever, Numbers, Setting, Shock


class TaxCredit(Lever):
    """Rate and sunset."""

    rate: float | None = Field(default=None, ge=0.0, le=1.0, description="of production cost; none: tax_credit_rate")
    sunset: tuple[float, ...] = ()
    sunset_from: int = Field(default=2031, ge=2000, le=2100)
    payer: Literal["leader", "host"] = "host"
    suspended_by: tuple[Shock, ...] = ("reversal",)

    @model_validator(mode="after")
    def fading(self) -> "TaxCredit":
        if any(not 0.0 <= share <= 1.0 for share in self.sunset) or any(a < b for a, b in pairwise(self.sunset)):
            raise ValueError("sunset rises or leaves [0, 1]; allowed: shares that fall, as [0.75, 0.5, 0.25, 0.0]")
        return self

    @property
    def over(self) -> Month | None:
        """First month without it: its end, or the year in which its sunset reaches nothing."""
        faded = self.sunset.index(0.0) + self.sunset_from if 0.0 in self.sunset else None
        ends = [end for end in (self.end, faded and faded <= LATEST and f"{faded}-01") if end]
        return min(ends) if ends else None

    def left(self, year: int) -> float:
        """Share of the credit in a year."""
        if not self.sunset or year < self.sunset_from:
            return 1.0
        return self.sunset[min(year - self.sunset_from, len(self.sunset) - 1)]

    def numbers(self, name: str, s: Setting) -> Numbers:
        return {"credit_rate": s.given(self.rate, "tax_credit_rate") * s.scope}

"""What every lever has: minerals, dates, who pays, and what suspends it."""

from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ..forms import Block, Month, in_order, not_negative

Shock = Literal["reversal", "lapse"]
Level = float | dict[str, float]
PriceUnit = Literal["share of incentive gap", "multiple of base price", "USD/t"]


class Lever(Block):
    """One instrument of a coalition. Its payer's reversals (R2) or budget lapses (R3) suspend it."""

    hits_always: ClassVar[bool] = False  # a reversal of its payer always hits it, others with R2's q_k

    minerals: tuple[str, ...] | Literal["exposed"] = "exposed"
    start: Month = "2027-01"
    end: Month | None = None
    payer: Literal["leader", "host"] = "leader"
    suspended_by: tuple[Shock, ...] = ("reversal", "lapse")

    @model_validator(mode="after")
    def dated(self) -> "Lever":
        in_order(self.start, self.end)
        return self

    @property
    def over(self) -> Month | None:
        """First month without it, as announced; none if it has no end."""
        return self.end

    def names(self) -> list[str]:
        """Minerals the lever names, to be checked against those there are."""
        by_mineral = [value for value in self.model_dump().values() if isinstance(value, dict)]
        return [*(() if self.minerals == "exposed" else self.minerals), *(name for own in by_mineral for name in own)]

    def of(self, value: Level | None, mineral: str, default: float) -> float:
        """A level for one mineral; the default where none is given."""
        own = value.get(mineral) if isinstance(value, dict) else value
        return default if own is None else own


class Priced(Lever):
    """A lever whose level is a price."""

    level: Level | None = Field(default=None, description="by mineral or for all; none: see the parameter table")
    unit: PriceUnit = "share of incentive gap"

    @field_validator("level")
    @classmethod
    def possible(cls, value: Any) -> Any:
        return not_negative(value)

    def usd_per_ton(self, mineral: str, base_price: float, needed: float, default: float) -> float:
        """The price of a mineral (USD/t). needed: incentive price p* (USD/t); default: share of the incentive gap."""
        own = self.of(self.level, mineral, -1.0)
        if own < 0.0 or self.unit == "share of incentive gap":
            return base_price + (default if own < 0.0 else own) * (needed - base_price)
        return own * base_price if self.unit == "multiple of base price" else own

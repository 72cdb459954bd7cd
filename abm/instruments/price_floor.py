"""R18  Border floor: a minimum import price at members' borders, kept by an adjustable tariff.

Of the gap between the floor and the landed ask of an untrusted origin, `rent_capture` goes to the exporter as price and
the rest to the treasury of the importer as levy (abm/markets/border.py); between trusted states nothing changes hands.
The leader's reversal suspends it (R2).
"""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from ..forms import Block, Month, in_order, not_negative

Unit = Literal["share of incentive gap", "multiple of base price", "USD/t"]


class PriceFloor(Block):
    """One lever: how high, for which minerals, from when to when."""

    kind: Literal["border"] = "border"
    level: float | dict[str, float] | None = Field(
        None, description="by mineral or for all; none: floor_multiple_of_incentive_price of the parameter table"
    )
    unit: Unit = "share of incentive gap"
    minerals: tuple[str, ...] | Literal["exposed"] = "exposed"
    start: Month = "2027-01"
    end: Month | None = None

    @field_validator("level")
    @classmethod
    def possible(cls, value: Any) -> Any:
        return not_negative(value)

    @model_validator(mode="after")
    def dated(self) -> "PriceFloor":
        in_order(self.start, self.end)
        return self

    def usd_per_ton(self, mineral: str, base_price: float, needed: float, default: float) -> float:
        """The floor of a mineral (USD/t). needed: incentive price p* (USD/t); default: share of the incentive gap."""
        own = self.level.get(mineral) if isinstance(self.level, dict) else self.level
        if own is None:
            return base_price + default * (needed - base_price)
        if self.unit == "share of incentive gap":
            return base_price + own * (needed - base_price)
        return own * base_price if self.unit == "multiple of base price" else own

    def names(self) -> list[str]:
        """Minerals the lever names, to be checked against those there are."""
        named = [] if self.minerals == "exposed" else list(self.minerals)
        return [*named, *(self.level if isinstance(self.level, dict) else ())]

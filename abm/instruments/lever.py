"""What every lever has: minerals, dates, who pays, what suspends it, and the numbers that the world gets from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from ..forms import Block, Month, in_order, not_negative

Shock = Literal["reversal", "lapse"]
Level = float | dict[str, float]
PriceUnit = Literal["share of incentive gap", "multiple of base price", "USD/t"]


Numbers = dict[str, np.ndarray]


@dataclass(frozen=True)
class Setting:
    """What turns a lever into numbers. value: a parameter in use, of all minerals or of mineral number m; list_price,
    incentive_price: USD/t [mineral]; scope: 1 where the lever applies [mineral]."""

    value: Callable[..., float]
    minerals: Sequence[str]
    list_price: np.ndarray
    incentive_price: np.ndarray
    scope: np.ndarray

    def given(self, own: float | None, parameter: str) -> np.ndarray:
        """The lever's own number, or the parameter's where it gives none."""
        return np.array(self.value(parameter) if own is None else own)


class Lever(Block):
    """One instrument of a coalition. Its payer's reversals (R2) or budget lapses (R3) suspend it."""

    hits_always: ClassVar[bool] = False  # a reversal of its payer always hits it, others with R2's q_k
    fills_a_gap: ClassVar[bool] = False  # "exposed" leaves out minerals whose price pays for a plant as it is
    channels: ClassVar[tuple[str, ...]] = ()  # what an instrument of one's own acts on: see channels.py

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

    def numbers(self, name: str, s: Setting) -> Numbers:
        """Numbers of the world, a scalar or [mineral], each with a run axis there. What a lever does not say otherwise
        is every number it declares, as `<name>.<field>`; of a table by mineral 0 for those it does not name."""
        scalars = {field: value for field, value in self if isinstance(value, int | float)}
        tables = {field: value for field, value in self if isinstance(value, dict)}
        return {f"{name}.{field}": np.array(float(value)) for field, value in scalars.items()} | {
            f"{name}.{field}": np.array([float(table.get(m, 0.0)) for m in s.minerals])
            for field, table in tables.items()
        }

    @classmethod
    def act(cls, w: Any, own: Any) -> Any:
        """What an instrument of one's own does in a month (abm/phases/own.py); those that ship act in the rules."""

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

    def prices(self, s: Setting, recorded: Mapping[str, float] | None = None) -> np.ndarray:
        """Price where the lever applies, else 0 (USD/t) [mineral]. recorded: prices by mineral where it gives none."""
        recorded, out = recorded or {}, np.zeros(len(s.minerals))
        for m in np.flatnonzero(s.scope).tolist():
            mineral = s.minerals[m]
            if mineral in recorded and self.of(self.level, mineral, -1.0) < 0.0:
                out[m] = recorded[mineral]
            else:
                default = s.value("floor_multiple_of_incentive_price", m)
                out[m] = self.usd_per_ton(mineral, s.list_price[m], s.incentive_price[m], default)
        return out

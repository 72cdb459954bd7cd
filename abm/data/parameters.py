"""The parameters of the model: one table, addressed by name, each with its range, unit, source and grade."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from abm.data.columns import Number
from abm.errors import BadInput

GRADES = ("sourced", "derived", "definition", "assumption")

TEXTS = {  # rows that say in words where a value comes from, or hold several; no other default may be a text
    "sunset_45X": r"\d+(/\d+)*",
    "discounting": r"r \+ w_eff h",
    "country_premium": r"states\.csv",
    "planner_utilisation": r"base-year u0",
    "iea_tilt": r"targets\.csv or outlook\.csv",
}
GROWTH = dict.fromkeys(("demand_growth", "demand_growth_to_2030", "demand_growth_2030_40"), (-0.5, 1.0))  # a year
SIGNED = GROWTH | {"standards_cost": (-math.inf, math.inf)}
ABOVE_ONE = {"leak_capacity_buyer_ban", "entrant_attractiveness", "value_chain_gain"}  # shares of something smaller
DIVISORS = """
cost_spread cost_spread_plant survivor_cost base_return price_volatility convenience_yield sanction_softness
"""
MONTHS = "idle_months restart_delay idle_reserve expectation_months expectation_noise_memory"
LEAST = {  # what something is divided by
    **dict.fromkeys(DIVISORS.split(), 1e-3), **dict.fromkeys(MONTHS.split(), 1.0), "capital_recovery_years": 1.0,
    "belief_memory": 0.1, "belief_prior_years": 0.01, "mean_suspension": 1.01, "belief_prior_events": 1e-3,
    "scale_floor_gdp": 1e-9,
}  # fmt: skip
LARGEST = 1e12  # of any value: beyond it products overflow
SHARE = re.compile(
    r"((equal-mineral |unserved |value |dominant )?(share|probability|index)|of|fall of|cost fall"
    r"|(target |base-year )?utilisation|per (quarter|review|coalition act))\b")  # fmt: skip


def limits(name: str, unit: str) -> tuple[float, float]:
    """What a value of this unit can be at all: shares in [0, 1], growth in [-.5, 1], most others not negative."""
    if name in SIGNED:
        return SIGNED[name]
    if name == "learning_rate":
        return 0.0, 0.99
    return LEAST.get(name, 0.0), 1.0 if SHARE.match(unit) and name not in ABOVE_ONE else math.inf


def check_value(name: str, unit: str, value: object) -> float | str:
    """The value, if this parameter can have it; else BadInput."""
    if name in TEXTS:
        if isinstance(value, str) and re.fullmatch(TEXTS[name], value):
            return value
        raise BadInput("not a text this parameter knows", value=value, allowed=re.sub(r"\\", "", TEXTS[name]))
    low, high = limits(name, unit)
    number = Number(low=low, high=high, unit=unit)
    if isinstance(value, str):
        found = number.read(value, {})
    elif isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise BadInput("not a number", value=value, allowed=number.allowed)
    else:
        found = number.check(float(value))
    if abs(found) > LARGEST:
        raise BadInput("too large", value=value, allowed=f"a number up to {LARGEST:g}")
    return found


def check_parameter(name: str, unit: str, default: str, low: float, high: float) -> BadInput | None:
    """What is wrong with a row of the table, if anything: low <= default <= high, each possible for the unit."""
    row = {"default": default, "low": low, "high": high}
    for column, value in row.items():
        empty = isinstance(value, float) and math.isnan(value)
        if empty != (name in TEXTS and column != "default"):
            what, allowed = ("empty", "a number in every row") if empty else ("a text has no range", "nothing")
            return BadInput(what, column=column, value=value, allowed=allowed)
        if not empty:
            try:
                row[column] = check_value(name, unit, value)
            except BadInput as fault:
                return fault.at(column=column, value=value)
    if name not in TEXTS:
        for left, right in (("low", "default"), ("default", "high")):
            if row[left] > row[right]:  # type: ignore[operator]
                return BadInput(f"{left} > {right}", column=left, value=row[left], allowed="low <= default <= high")
    return None


@dataclass(frozen=True)
class Parameter:
    """One row of the table for one mineral (or `all`), and the value in use: the default unless replaced."""

    rule: str
    name: str
    symbol: str
    mineral: str
    default: float | str
    low: float
    high: float
    unit: str
    source: str
    grade: str
    value: float | str

    @property
    def full_name(self) -> str:
        return f"{self.rule}.{self.name}"


def _clash(one: Parameter, same: Mapping[str, Parameter]) -> BadInput | None:
    """What keeps a row from standing beside the others of its name, if anything."""
    if one.mineral in same:
        return BadInput(f"{one.name} stands twice for {one.mineral}", column="mineral", value=one.mineral)
    for other in list(same.values())[:1]:
        for column in ("unit", "symbol"):
            mine, theirs = getattr(one, column), getattr(other, column)
            if mine != theirs:
                return BadInput(f"not as for {other.mineral}", column=column, value=mine, allowed=theirs)
    return None


class Parameters:
    """All parameters, immutable. A name is `severity`, or `R11.severity` where two rules use the same word."""

    def __init__(self, rows: Mapping[str, Mapping[str, Parameter]]):
        self._rows = {name: dict(by_mineral) for name, by_mineral in rows.items()}
        self._full: dict[str, list[str]] = {}
        for full in self._rows:
            self._full.setdefault(full.partition(".")[2], []).append(full)

    @classmethod
    def from_table(cls, table: Any, file: str = "parameters.csv") -> "Parameters":
        """From a frame with the columns of parameters.csv; BadInput at the first row that cannot be."""
        rows: dict[str, dict[str, Parameter]] = {}
        for line, cells in zip(table.index, table.to_dict("records"), strict=True):
            name, unit, default = cells["name"], cells["unit"], str(cells["default"])
            if fault := check_parameter(name, unit, default, cells["low"], cells["high"]):
                raise fault.at(file=file, row=line)
            value = check_value(name, unit, default)
            same = rows.setdefault(f"{cells['rule']}.{name}", {})
            for mineral in cells["mineral"].split():
                one = Parameter(**{**cells, "mineral": mineral, "default": value}, value=value)
                if fault := _clash(one, same):
                    raise fault.at(file=file, row=line)
                same[mineral] = one
        return cls(rows)

    def names(self) -> list[str]:
        """Every name once, in the order of the table; with its rule where the bare name is not enough."""
        return [full if len(self._full[bare := full.partition(".")[2]]) > 1 else bare for full in self._rows]

    def row(self, name: str, mineral: str | None = None) -> Parameter:
        """The row of this mineral, else the row for all."""
        rows = self._find(name)
        row = rows.get(mineral or "all", rows.get("all"))
        if row is not None:
            return row
        if mineral is None:
            raise BadInput("stands mineral by mineral: name one", key=name, allowed=rows)
        raise BadInput("no value for this mineral", key=name, value=mineral, allowed=rows)

    def value(self, name: str, mineral: str | None = None) -> float:
        """The value in use, in the unit of the row."""
        value = self.row(name, mineral).value
        if isinstance(value, str):
            raise BadInput("a text, not a number", key=name, value=value)
        return value

    def text(self, name: str) -> str:
        """The value in use of a parameter in words, such as `sunset_45X`."""
        return str(self.row(name).value)

    def minerals(self, name: str) -> tuple[str, ...]:
        """The minerals that have a row of their own under this name."""
        return tuple(mineral for mineral in self._find(name) if mineral != "all")

    def vector(self, name: str, minerals: Sequence[str], missing: float | None = None) -> np.ndarray:
        """Values in use by mineral, [mineral]; `missing` stands in where the table has none (without it: BadInput)."""
        rows = self._find(name)
        known = {mineral for mineral in minerals if missing is None or mineral in rows or "all" in rows}
        return np.array([self.value(name, m) if m in known else missing for m in minerals], dtype=float)

    def with_value(self, name: str, value: float | str, mineral: str | None = None) -> "Parameters":
        """A copy with one value changed: for one mineral, or wherever the name stands. It may leave [low, high], but
        not what the unit can be (shares in [0, 1], no negative times)."""
        rows = self._find(name)
        change = [self.row(name, mineral)] if mineral else list(rows.values())
        key = f"{name}[{mineral}]" if mineral else name
        try:
            new = check_value(change[0].name, change[0].unit, value)
        except BadInput as fault:
            raise fault.at(key=key, value=value) from None
        changed = {mineral or row.mineral: replace(row, mineral=mineral or row.mineral, value=new) for row in change}
        return Parameters({**self._rows, change[0].full_name: {**rows, **changed}})

    def replaced(self, changes: Mapping[str, Any] | None = None, /, **more: Any) -> "Parameters":
        """A copy with many values changed: `replaced(severity=.2)`, `replaced({"demand_growth": {"gallium": .1}})`."""
        new = self
        for name, value in {**(changes or {}), **more}.items():
            for mineral, one in value.items() if isinstance(value, Mapping) else [(None, value)]:
                new = new.with_value(name, one, mineral)
        return new

    def __iter__(self) -> Iterator[Parameter]:
        return (row for rows in self._rows.values() for row in rows.values())

    def changed(self) -> Iterable[Parameter]:
        """The rows whose value is not the default."""
        return [row for row in self if row.value != row.default]

    def _find(self, name: str) -> dict[str, Parameter]:
        full = [name] if name in self._rows else self._full.get(name, [])
        if len(full) == 1:
            return self._rows[full[0]]
        if full:
            raise BadInput("stands in several rules", key="parameter", value=name, allowed=", ".join(full))
        names = [*self.names(), *self._rows] if "." in name else self.names()
        meant = [full for full, rows in self._rows.items() if name in {row.symbol for row in rows.values()}]
        near = meant[0].partition(".")[2] if len(meant) == 1 else None
        raise BadInput("unknown parameter", key="parameter", value=name, allowed=names, near=near)

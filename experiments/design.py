"""What a design of experiments says: one TOML file, scenarios x points of its axes x replicates."""

import hashlib
import json
import math
import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from abm import outcomes
from abm.errors import BadInput
from abm.faults import validated
from abm.forms import Block, Month, toml_of

from . import LARGEST_SEED, MOST_RUNS

SHIPPED = Path(__file__).parent / "designs"
MOST_POINTS = 10**5
MOST_LEVELS = 100
Value = bool | int | float | str
Method = Literal["table", "factorial", "latin_hypercube", "sobol", "morris", "saltelli"]
SAMPLED = {"latin_hypercube": "points", "sobol": "points", "morris": "trajectories", "saltelli": "base"}  # their sizes
STRUCTURED = {"morris", "saltelli"}  # samples whose analysis needs every row, in order, though a point may repeat
OPTIONS = {"levels": "morris", "second_order": "saltelli"}
COLUMNS = ("key", "point", "scenario", "run", "seed", "failure", "traceback")  # of the stored table, besides axes
TOLD = ("outcome", "value", "n", "mean", "spread", "share", "q", "low", "high")  # of the view points, and on the way
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(\[[A-Za-z0-9_]+\])?")  # of a column, as demand_growth[gallium]
LONGEST_NAME = 80
PROSE = ("name", "title", "description")  # of a scenario, which make no other world


class Axis(Block):
    """What varies. key: a parameter, as `--set` names it, or a place in a scenario such as
    `coalition.price_floor.level`; name: of its column. Values, or a range."""

    key: str
    name: str = ""
    values: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None
    scale: Literal["linear", "log"] = "linear"

    @property
    def column(self) -> str:
        return self.name or self.key

    @property
    def ranged(self) -> bool:
        return self.low is not None and self.high is not None

    @model_validator(mode="after")
    def possible(self) -> "Axis":
        if (self.low is None) != (self.high is None):
            raise ValueError("low without high, or high without low; allowed: both or none")
        if self.low is not None and self.high is not None:
            if self.values:
                raise ValueError("values and a range; allowed: one of them")
            if self.low >= self.high:
                raise ValueError(f"low {self.low:g} is not below high {self.high:g}; allowed: low < high")
            if self.scale == "log" and self.low <= 0.0:
                raise ValueError(f"low {self.low:g} has no logarithm; allowed: low > 0 with scale = \"log\"")
            if not math.isfinite(self.high / self.low if self.scale == "log" else self.high - self.low):
                what = f"from {self.low:g} to {self.high:g} is too far for a number"
                raise ValueError(f"{what}; allowed: a smaller range")
        texts = {isinstance(value, str | bool) for value in self.values}
        if len(texts) > 1:
            raise ValueError("numbers beside texts; allowed: values of one kind")
        if len(set(self.values)) < len(self.values):
            raise ValueError("a value stands twice; allowed: every value once")
        return self


class Design(Block):
    """A sweep. Replicates have the same seeds at every point and in every scenario. sampling_seed and scramble are of
    the sampling of points alone. morris: so many trajectories over so many levels of every axis (4 unless said);
    saltelli: for Sobol indices, from a base sample, with those of second order or not."""

    name: str
    title: str = ""
    description: str = ""
    scenarios: tuple[str, ...] = Field(min_length=1)
    minerals: tuple[str, ...] = ()
    end: Month | None = None
    replicates: int = Field(8, ge=1, le=MOST_RUNS)
    seed: int = Field(1, ge=0, le=LARGEST_SEED)
    method: Method = "factorial"
    axes: tuple[Axis, ...] = Field(min_length=1)
    rows: tuple[tuple[Value, ...], ...] = ()
    points: int | None = Field(None, ge=1, le=MOST_POINTS)
    trajectories: int | None = Field(None, ge=2, le=MOST_POINTS)
    levels: int | None = Field(None, ge=2, le=MOST_LEVELS)
    base: int | None = Field(None, ge=2, le=MOST_POINTS)
    second_order: bool | None = None
    sampling_seed: int = Field(1, ge=0, le=LARGEST_SEED)
    scramble: bool = True

    @field_validator("name")
    @classmethod
    def plain(cls, name: str) -> str:
        if not name or not all(c.isalnum() or c in "-_" for c in name):
            raise ValueError("not a name of a folder; allowed: letters, digits, - and _")
        return name

    @model_validator(mode="after")
    def whole(self) -> "Design":
        _distinct("scenarios", self.scenarios)
        _distinct("axes", [axis.key for axis in self.axes])
        _distinct("axes", [axis.column.lower() for axis in self.axes])  # SQL takes them as one in any case
        for axis in self.axes:
            _named(axis)
            self._fits(axis)
        if (self.method == "table") != bool(self.rows):
            raise ValueError('rows belong to a table; allowed: method = "table" with rows, or neither')
        self._sized()
        for i, row in enumerate(self.rows):
            if len(row) != len(self.axes):
                raise ValueError(f"row {i} has {len(row)} values; allowed: {len(self.axes)}, one an axis")
        if self.size > MOST_POINTS:
            raise ValueError(f"{self.size:.3g} points in a scenario; allowed: {MOST_POINTS} or fewer")
        return self

    @property
    def size(self) -> int:
        """Points of the sample or grid, those that come again too."""
        match self.method:
            case "table":
                return len(self.rows)
            case "factorial":
                return math.prod(len(axis.values) for axis in self.axes)
            case "morris":
                return (self.trajectories or 0) * (len(self.axes) + 1)
            case "saltelli":
                return (self.base or 0) * (len(self.axes) * (2 if self.second_order else 1) + 2)
        return self.points or 0

    def _sized(self) -> None:
        """The size of a sample is said in the words of its method."""
        for size in dict.fromkeys(SAMPLED.values()):
            methods = [method for method, own in SAMPLED.items() if own == size]
            if (self.method in methods) != (getattr(self, size) is not None):
                raise ValueError(f"{size} belong to a sample; allowed: a number of {size} with {' or '.join(methods)}")
        for option, method in OPTIONS.items():
            if getattr(self, option) is not None and self.method != method:
                raise ValueError(f'{option} with {self.method}; allowed: only with method = "{method}"')
        for size in ("points", "base"):
            number = getattr(self, size)
            if self.method in ("sobol", "saltelli") and number is not None and number & (number - 1):
                what = "points" if size == "points" else "points as a base"
                raise ValueError(f"{number} {what}; allowed: a power of two, as a Sobol sequence is balanced there")
        if self.levels is not None and self.levels % 2:
            raise ValueError(f"levels = {self.levels}; allowed: an even number, so that steps go up as often as down")

    def _fits(self, axis: Axis) -> None:
        """What an axis says fits the method."""
        said = bool(axis.values) or axis.ranged
        if self.method == "table" and said:
            raise ValueError(f"axis {axis.key} has values of its own; allowed: only rows in a table")
        if self.method == "factorial" and not axis.values:
            raise ValueError(f"axis {axis.key} has no values; allowed: values in a factorial design")
        if self.method in SAMPLED and not said:
            raise ValueError(f"axis {axis.key} has no range; allowed: low and high, or values")

    def identity(self, keys: list[str]) -> str:
        """sha256 of all that decides the points; more replicates are the same design. keys: of its scenarios, which
        hold the model's version and the data's hash. What one method alone has is no part of the others."""
        unsaid = {name for name in (*SAMPLED.values(), *OPTIONS) if name != "points" and getattr(self, name) is None}
        form = self.model_dump(mode="json", exclude={"title", "description", "replicates"} | unsaid)
        return hashlib.sha256(json.dumps([form, keys], sort_keys=True).encode()).hexdigest()

    @classmethod
    def load(cls, source: str) -> tuple["Design", Path]:
        """A shipped design by name, or a TOML file; and its folder, which scenario files are relative to."""
        path = Path(source)
        if path.suffix != ".toml":
            path = SHIPPED / f"{source}.toml"
            if source not in shipped():
                raise BadInput("no such design", key="DESIGN", value=source, allowed=[*shipped(), "a TOML file"])
        elif not os.path.exists(path):
            raise BadInput("no such file", key="DESIGN", value=source, allowed=["a TOML file", *shipped()])
        form = toml_of(path)
        return cls.read({"name": path.stem} | form, path.name), path.parent

    @classmethod
    def read(cls, form: dict[str, Any], file: str | None = None) -> "Design":
        """From a plain dict, types as in TOML. The first fault becomes a BadInput."""
        try:
            return validated(cls, form, file)
        except BadInput as fault:
            raise _of_axis(fault, form) from None


def _of_axis(fault: BadInput, form: dict[str, Any]) -> BadInput:
    """The fault, with the name of the axis that it is in: `axes.2.scale` counts from 0, as a reader may not."""
    place = re.match(r"axes\.(\d+)", fault.key or "")
    axis = form["axes"][int(place[1])] if place else None
    if fault.key and isinstance(axis, dict) and isinstance(name := axis.get("key"), str):
        fault.key += f" (axis {name})"
    return fault


def _distinct(what: str, names: Any) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"{name} stands twice in {what}; allowed: every name once")


def _named(axis: Axis) -> None:
    """The column of an axis is one of its own, in any case of letters."""
    column, shown = axis.column.lower(), axis.column[:LONGEST_NAME]
    if axis.key.split(".")[0] in PROSE:
        raise ValueError(f"axis {shown} changes no history; allowed: a parameter or a place in a scenario")
    if len(column) > LONGEST_NAME or not NAME.fullmatch(axis.column):
        what = f"axis {shown}: no name of a column"
        raise ValueError(f"{what}; allowed: as floor or demand_growth[gallium], at most {LONGEST_NAME} characters")
    if column in COLUMNS + TOLD + outcomes.NAMES or column.split(".")[0] in (*outcomes.STAGES, outcomes.DRAWN[:-1]):
        raise ValueError(f"axis {shown} would be a second column {column}; allowed: another name")


def shipped() -> list[str]:
    """Names of the designs that ship."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))

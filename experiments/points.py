"""The points of a design as scenarios: each is one that `mineralclub run` would accept."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from abm.errors import BadInput
from abm.scenario import Scenario, shipped
from abm.start import Sources, build

from .design import Axis, Design
from .runner import seeds_of
from .sampling import sample

PARAMETER = re.compile(r"([\w.]+)(?:\[(\w+)\])?")


@dataclass(frozen=True)
class Point:
    """A scenario of the design at values of its axes; None where an axis has no place in that scenario."""

    number: int
    scenario: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Plan:
    """A design that is known to be possible: its scenarios as given, and its points."""

    design: Design
    bases: dict[str, Scenario]
    points: list[Point]
    data_hash: str

    @property
    def identity(self) -> str:
        return self.design.identity([base.key(self.data_hash) for base in self.bases.values()])

    @property
    def seeds(self) -> np.ndarray:
        """Of the replicates [run], the same at every point."""
        return seeds_of(self.design.seed, self.design.replicates)

    @property
    def texts(self) -> list[bool]:
        """Whether an axis holds texts (or true and false), not numbers [axis]."""
        columns = zip(*(point.values for point in self.points), strict=True)
        return [any(isinstance(value, str | bool) for value in column) for column in columns]

    def ordered(self) -> list[Point]:
        """The points, those with the same levers beside each other: they run in lockstep and share R16's theta."""
        levers = [i for i, axis in enumerate(self.design.axes) if _path(axis)[0] != "parameters"]
        rank = {name: i for i, name in enumerate(self.bases)}
        return sorted(self.points, key=lambda p: (rank[p.scenario], *(str(p.values[i]) for i in levers)))

    def at(self, point: Point) -> Scenario:
        """The scenario of a point."""
        return scenario_at(self.bases[point.scenario], self.design.axes, point.values)

    def keys(self, point: Point) -> list[str]:
        """Run keys of all replicates of a point."""
        key = self.at(point).key(self.data_hash)
        return [run_key(key, seed) for seed in self.seeds.tolist()]


def run_key(key: str, seed: int) -> str:
    """What identifies a history: sha256 of its scenario's key (scenario, model, data) and its seed."""
    return hashlib.sha256(f"{key} {seed}".encode()).hexdigest()


def plan(design: Design, folder: Path, file: str, known: Sources) -> Plan:
    """Every point tried before any history. folder: of the design; BadInput names its file, point and key."""
    try:
        bases = {label: scenario for label, scenario in _bases(design, folder)}
        points = list(_points(design, bases))
        _tried(Plan(design, bases, points, known.tables.hash), known)
    except BadInput as fault:
        raise _placed(fault, file) from None
    return Plan(design, bases, points, known.tables.hash)


def _bases(design: Design, folder: Path) -> Iterator[tuple[str, Scenario]]:
    for source in design.scenarios:
        named = source in shipped()
        if not named and not os.path.isfile(folder / source):
            allowed = [*shipped(), "a TOML file beside the design"]
            raise BadInput("no such scenario", key="scenarios", value=source, allowed=allowed)
        scenario = Scenario.load(source if named else folder / source)
        form = scenario.model_dump()
        form |= {"minerals": design.minerals or form["minerals"], "end": design.end or form["end"]}
        yield scenario.name, Scenario.read(form)


def _points(design: Design, bases: dict[str, Scenario]) -> Iterator[Point]:
    """The points of every scenario; those that only differ on axes which it has no place for are one."""
    if len(bases) < len(design.scenarios):
        raise BadInput("two scenarios of one name", key="scenarios", value=", ".join(bases), allowed="every name once")
    placed = {name: [_has_place(base, axis) for axis in design.axes] for name, base in bases.items()}
    for i, axis in enumerate(design.axes):
        if not any(places[i] for places in placed.values()):
            what = f"no scenario of the design has {axis.key.rpartition('.')[0]}"
            raise BadInput(what, key=f"axes.{i}.key", value=axis.key, allowed="a parameter or a place in a scenario")
        for other in design.axes[:i]:
            if _one_place(_path(axis), _path(other)):
                what = f"the place of axis {other.key}, or a part of it"
                raise BadInput(what, key=f"axes.{i}.key", value=axis.key, allowed="one axis a place")
    number, sampled = 0, sample(design)
    for name, places in placed.items():
        seen: set[tuple[Any, ...]] = set()
        for row in sampled:
            values = tuple(value if has else None for value, has in zip(row, places, strict=True))
            if values in seen and design.method == "table" and all(places):  # a sample may name a point again
                raise BadInput("a point stands twice", key=name, value=str(values), allowed="every point once")
            if values not in seen:
                seen.add(values)
                yield Point(number, name, values)
                number += 1


def _has_place(base: Scenario, axis: Axis) -> bool:
    """Whether all but the last part of a path is there; a parameter has its place everywhere."""
    block: Any = base.model_dump()
    *path, _ = _path(axis)
    if path[:1] == ["parameters"]:
        return True
    for part in path:
        block = block.get(part) if isinstance(block, dict) else None
    return isinstance(block, dict)


def _path(axis: Axis) -> list[str]:
    """The place of an axis in the form of a scenario: a name that is no key of a scenario is a parameter."""
    first, *rest = axis.key.split(".")
    if first in Scenario.model_fields and first != "parameters":
        return [first, *rest]
    form = PARAMETER.fullmatch(axis.key.removeprefix("parameters."))
    if form is None:
        allowed = "as whiplash, demand_growth[gallium] or coalition.price_floor.level"
        raise BadInput("not a name", key="axes.key", value=axis.key, allowed=allowed)
    return ["parameters", *form.group(1, 2)] if form.group(2) else ["parameters", form.group(1)]


def _one_place(one: list[str], other: list[str]) -> bool:
    """Whether a path is another, or leads to it: for one mineral and for all, with a parameter's rule and without."""
    if one[0] == other[0] == "parameters" and ("." in one[1]) != ("." in other[1]):
        one, other = ([path[0], path[1].rpartition(".")[2], *path[2:]] for path in (one, other))
    return all(a == b for a, b in zip(one, other, strict=False))


def scenario_at(base: Scenario, axes: tuple[Axis, ...], values: tuple[Any, ...]) -> Scenario:
    """A scenario with the values of axes in their places."""
    form = base.model_dump()
    for axis, value in zip(axes, values, strict=True):
        if value is None:
            continue
        block, (*path, leaf) = form, _path(axis)
        for part in path:
            inside = block.setdefault(part, {})
            if not isinstance(inside, dict):  # a parameter set for all minerals before it is set for one
                what, allowed = "set for all minerals by the scenario", "an axis for all minerals"
                raise BadInput(what, key=axis.key, value=value, allowed=allowed)
            block = inside
        block[leaf] = value
    return Scenario.read(form)


def _tried(plan: Plan, known: Sources) -> None:
    """Every point's scenario, which is no other point's, and its parameters; the start of one point a scenario and
    text, which may name what is not."""
    built: set[tuple[Any, ...]] = set()
    found: dict[str, Point] = {}
    for point in plan.points:
        try:
            scenario = plan.at(point)
            known.parameters.replaced(scenario.parameters)
            texts = (point.scenario, *(value for value in point.values if isinstance(value, str)))
            if texts not in built:
                built.add(texts)
                build(scenario, known)
        except BadInput as fault:
            raise fault.within(_told(plan, point)) from None
        same = found.setdefault(scenario.key(plan.data_hash), point)
        if same is not point:
            values = zip(plan.design.axes, same.values, point.values, strict=True)
            axes = ", ".join(axis.column for axis, one, other in values if one != other)
            what = f"the same scenario as {_told(plan, same)}: {axes} changes nothing"
            raise BadInput(what, file=_told(plan, point), allowed="points of which each is another scenario")


def _told(plan: Plan, point: Point) -> str:
    """A point in words, with the axes that have a place in its scenario."""
    told = zip((axis.column for axis in plan.design.axes), point.values, strict=True)
    where = ", ".join(f"{name} {value}" for name, value in told if value is not None)
    return f"point {point.number} ({point.scenario}: {where})"


def _placed(fault: BadInput, file: str) -> BadInput:
    """The fault with the design's file in front, whatever file it was found in."""
    return fault if fault.file == file else fault.within(file)

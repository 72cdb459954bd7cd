"""What a user asks for on the command line, as scenarios; BadInput names what cannot be."""

import contextlib
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abm.errors import BadInput
from abm.forms import LATEST, months_of
from abm.scenario import Scenario, shipped


@dataclass(frozen=True)
class Changes:
    """What the command line changes in every scenario. parameters: name or name[mineral] -> value."""

    minerals: tuple[str, ...] = ()
    until: int | None = None
    parameters: dict[str, float] = field(default_factory=dict)


def within(option: str, value: int, least: int, most: int) -> int:
    """A whole number of an option, if it is in its range."""
    if not least <= value <= most:
        what = "too small" if value < least else "too large"
        raise BadInput(what, key=option, value=value, allowed=f"a whole number from {least} to {most}")
    return value


def whole(option: str, text: str, allowed: str) -> int:
    """The whole number that an option gives; `within` checks its range."""
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,4000}\s*", text):
        raise BadInput("not a whole number", key=option, value=text, allowed=allowed)
    return int(text)


def ranged(option: str, text: str, least: int, most: int) -> int:
    """A whole number in its range."""
    return within(option, whole(option, text, f"a whole number from {least} to {most}"), least, most)


def minerals_of(text: str | None, known: list[str]) -> tuple[str, ...]:
    """Minerals of a comma-separated list, in the order of the tables; none if there is no list."""
    if text is None:
        return ()
    named = [word.strip() for word in text.split(",")]
    for name in named:
        if name not in known:
            raise BadInput("unknown mineral", key="--minerals", value=name, allowed=known)
        if named.count(name) > 1:
            raise BadInput("stands twice", key="--minerals", value=name, allowed="every name once")
    return tuple(m for m in known if m in named)


def parameters_of(settings: list[str]) -> dict[str, float]:
    """name=value or name[mineral]=value, as of `--set`."""
    values: dict[str, float] = {}
    for text in settings:
        form = re.fullmatch(r"\s*([\w.]+(?:\[\w+\])?)\s*=(.*)", text)
        if not form:
            raise BadInput("not a setting", key="--set", value=text, allowed="name=value or name[mineral]=value")
        name, value = form.groups()
        if any(_same(name, other) for other in values):
            raise BadInput("set twice", key="--set", value=name, allowed="every name once, as a whole or by mineral")
        try:
            values[name] = float(value)
        except ValueError:
            raise BadInput("not a number", key=f"--set {name}", value=value.strip(), allowed="a number") from None
        if not math.isfinite(values[name]):
            raise BadInput("not finite", key=f"--set {name}", value=value.strip(), allowed="a number")
    return values


def _same(name: str, other: str) -> bool:
    """Whether two settings are of one parameter, with or without its rule, and of one mineral or all."""
    (bare, _, mineral), (known, _, theirs) = name.partition("["), other.partition("[")
    alike = bare == known or (("." in bare) != ("." in known) and bare.split(".")[-1] == known.split(".")[-1])
    return alike and (mineral == theirs or not mineral or not theirs)


def scenario_of(argument: str, changes: Changes) -> Scenario:
    """A shipped name or a TOML file, with the changes of the command line."""
    scenario = Scenario.load(_source(argument))
    form: dict[str, Any] = scenario.model_dump()
    if changes.minerals:
        form["minerals"] = changes.minerals
    if changes.until is not None:
        first = months_of(scenario.start) // 12
        form["end"] = f"{within('--until', changes.until, first, LATEST)}-12"
    for name, value in changes.parameters.items():
        bare, _, mineral = name.removesuffix("]").partition("[")
        known = form["parameters"].get(bare)
        one = {mineral: value} if mineral else value
        form["parameters"][bare] = known | one if isinstance(known, dict) and isinstance(one, dict) else one
    return Scenario.read(form, argument)


@contextlib.contextmanager
def in_file(argument: str) -> Iterator[None]:
    """Faults found within say which scenario file they are of."""
    try:
        yield
    except BadInput as fault:
        raise (fault if argument in shipped() else fault.at(file=argument)) from None


def _source(argument: str) -> str | Path:
    """A shipped name, or a file by its ending."""
    path = Path(argument)
    if path.suffix != ".toml":
        if os.path.exists(argument) and argument not in shipped():
            raise BadInput("not a scenario", key="scenario", value=argument, allowed="a file that ends in .toml")
        if argument not in shipped():
            raise BadInput("no such scenario", key="scenario", value=argument, allowed=[*shipped(), "a TOML file"])
        return argument
    if not os.path.exists(argument):
        raise BadInput("no such file", key="scenario", value=argument, allowed=["a TOML file", *shipped()])
    return path


def labelled(scenarios: list[Scenario]) -> list[tuple[str, Scenario]]:
    """Scenarios with labels of their own: the second of a name is name#2. All must have the same time and minerals."""
    out: list[tuple[str, Scenario]] = []
    for scenario in scenarios:
        taken, label, count = {label for label, _ in out}, scenario.name, 1
        while label in taken:
            count += 1
            label = f"{scenario.name}#{count}"
        out.append((label, scenario))
        for key in ("start", "end", "minerals"):
            mine, first = getattr(scenario, key), getattr(scenarios[0], key)
            if mine != first:
                way = {"start": "the same start in all", "end": "the same in all, or --until YEAR for all"}.get(key)
                way = way or f"the same in all, or for all --minerals {','.join(mine or first)}"
                what = f"{key} is not that of {scenarios[0].name}"
                raise BadInput(what, key=scenario.name, value=_plain(mine), allowed=way)
    return out


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ",".join(value) or "all minerals"

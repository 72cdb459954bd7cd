"""What a scenario may say by its form but no world can be: impossible magnitudes, contradictions, repetitions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import BadInput
from .forms import months_of
from .instruments.lever import Lever, Priced

if TYPE_CHECKING:
    from .scenario import Coalition, ControlAct, Scenario

HIGHEST = {"share of incentive gap": 100.0, "multiple of base price": 100.0, "USD/t": 1e9}


def checked(scenario: "Scenario") -> "Scenario":
    """The scenario itself; BadInput names the first thing that cannot be."""
    _once("minerals", scenario.minerals)
    _parameters(scenario)
    for i, act in enumerate(scenario.control_acts):
        _acts_on_another(f"control_acts.{i}", act)
    if scenario.coalition is not None:
        _members(scenario.coalition)
        for name, lever in scenario.coalition.levers.items():
            _lever(f"coalition.{name}", lever)
    return scenario


def begun_in_time(scenario: "Scenario") -> "Scenario":
    """The scenario itself; BadInput if a lever starts when the run is over."""
    for name, lever in scenario.coalition.levers.items() if scenario.coalition is not None else ():
        if months_of(lever.start) > months_of(scenario.end):
            key, allowed = f"coalition.{name}.start", f"a month up to {scenario.end}"
            raise BadInput("after the end of the run", key=key, value=lever.start, allowed=allowed)
        if lever.over is not None and months_of(lever.over) <= months_of(scenario.start):
            key, allowed = f"coalition.{name}", f"a lever that is in force after {scenario.start}"
            raise BadInput(f"over in {lever.over}, before the run", key=key, allowed=allowed)
        if scenario.minerals and lever.minerals != "exposed" and not set(lever.minerals) & set(scenario.minerals):
            key, value = f"coalition.{name}.minerals", ", ".join(lever.minerals)
            raise BadInput("none of the run's", key=key, value=value, allowed=scenario.minerals)
    return scenario


def _parameters(scenario: "Scenario") -> None:
    """One value a parameter, whether its name stands with its rule or without."""
    for name in scenario.parameters:
        rule, _, bare = name.rpartition(".")
        if rule and bare in scenario.parameters:
            raise BadInput("set twice", key="parameters", value=name, allowed=f"{name} or {bare}, not both")


def _once(key: str, names: tuple[str, ...]) -> None:
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise BadInput("stands twice", key=key, value=twice, allowed="every name once")


def _acts_on_another(key: str, act: "ControlAct") -> None:
    if act.against == act.exporter:
        raise BadInput("the exporter itself", key=f"{key}.against", value=act.against, allowed="all, or another state")


def _members(coalition: "Coalition") -> None:
    """Every state in one list only: in or invited, or left out as excluded, or left alone."""
    lists = {name: getattr(coalition, name) for name in ("members", "open_to", "without", "excluded")}
    for name, states in lists.items():
        _once(f"coalition.{name}", states)
    lists["leader"] = (coalition.leader,)
    outside = ("excluded", "without")
    pairs = [(name, out) for name in ("leader", "members", "open_to") for out in outside] + [("without", "excluded")]
    for name, out in pairs:
        for state in lists[name]:
            if state in lists[out]:
                what, allowed = f"also in coalition.{out}", "a state in one of the two"
                raise BadInput(what, key=f"coalition.{name}", value=state, allowed=allowed)


def _lever(key: str, lever: Lever) -> None:
    if lever.minerals != "exposed":
        if not lever.minerals:
            raise BadInput("empty", key=f"{key}.minerals", allowed='"exposed" or a list such as ["gallium", "ndpr"]')
        _once(f"{key}.minerals", lever.minerals)
    _once(f"{key}.suspended_by", lever.suspended_by)
    if isinstance(lever, Priced):
        most = HIGHEST[lever.unit]
        if isinstance(lever.level, dict) and lever.minerals != "exposed":
            for mineral in lever.level:
                if mineral not in lever.minerals:
                    what, allowed = f"not in {key}.minerals", lever.minerals
                    raise BadInput(what, key=f"{key}.level", value=mineral, allowed=allowed)
        for place, level in _levels(f"{key}.level", lever):
            if level > most:
                raise BadInput("too large", key=place, value=level, allowed=f"{lever.unit} from 0 to {most:g}")


def _levels(key: str, lever: Priced) -> Iterator[tuple[str, float]]:
    if isinstance(lever.level, dict):
        yield from ((f"{key}.{mineral}", level) for mineral, level in lever.level.items())
    elif lever.level is not None:
        yield key, lever.level

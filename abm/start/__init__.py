"""Month zero: the balanced base year as columns of agents and numbers of the world, for either driver."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..data.parameters import Parameters
from ..errors import BadInput
from ..instruments import INSTRUMENTS
from ..instruments.lever import Lever
from ..scenario import Scenario
from .controls import controls, export_controls
from .facts import MINE, REFINE, Facts, Sources, sources
from .firms import firms
from .parties import buyers, states
from .rows import Row
from .world import Columns, world_numbers

KEPT = 64  # starts of the last scenarios asked for; a sweep asks for thousands


@dataclass(eq=False)
class Start:
    """What a driver opens. columns: kind -> class name and values [agent] of every field (NaN: its default); world:
    numbers that get a run axis; static: numbers that have none."""

    sources: Sources
    parameters: Parameters
    scenario: Scenario
    minerals: list[str]
    states: list[str]
    nodes: dict[tuple[int, int], tuple[list[str], list[str]]]  # (stage, mineral) -> origins, destinations
    columns: Columns
    world: dict[str, np.ndarray]
    static: dict[str, np.ndarray]
    classes: dict[str, type] = field(default_factory=dict)  # of agents that do not ship, by the name in the columns

    @property
    def instruments(self) -> tuple[str, ...]:
        """The axis of every array over instruments: those that ship, then the coalition's own."""
        return INSTRUMENTS if self.scenario.coalition is None else self.scenario.coalition.instruments()

    @property
    def own(self) -> dict[str, type[Lever]]:
        """Levers of the coalition that do not ship, by name, in their order."""
        levers = {} if self.scenario.coalition is None else self.scenario.coalition.levers
        return {name: type(lever) for name, lever in levers.items() if name not in INSTRUMENTS}

    def parameter(self, name: str, mineral: str | None = None) -> float:
        return self.parameters.value(name, mineral)

    @property
    def key(self) -> str:
        """Identity of the scenario with its model and data."""
        return self.scenario.key(self.sources.tables.hash)

    def played_by(self, states: Mapping[str, type]) -> "Start":
        """The same start where some states follow a class of one's own, derived from State: {"JPN": Loyal}. BadInput
        names a state that there is not. The key stays that of the scenario, which knows nothing of the classes."""
        for state in states:
            if state not in self.states:
                raise BadInput("unknown state", key="played_by", value=state, allowed=self.states)
        known = zip(self.states, self.columns["State"]["class"], strict=True)
        names = [states[state].__name__ if state in states else name for state, name in known]
        classes = self.classes | {kind.__name__: kind for kind in states.values()}
        columns = self.columns | {"State": self.columns["State"] | {"class": names}}
        return replace(self, columns=columns, classes=classes)

    def defaults(self) -> "Start":
        """The start of the same scenario at default parameters."""
        scenario = self.scenario.at_defaults()
        return self if scenario == self.scenario else start_of(scenario, self.sources)


@lru_cache(maxsize=KEPT)
def start_of(scenario: Scenario | str, known: Sources | None = None) -> Start:
    """Month zero of a scenario, or of a shipped one by name."""
    return build(Scenario.load(scenario) if isinstance(scenario, str) else scenario, known or sources())


def build(scenario: Scenario, known: Sources) -> Start:
    """The start of a scenario: BadInput names a mineral or state that is not there."""
    facts = Facts(scenario, known)
    miners, refiners = firms(facts, MINE), firms(facts, REFINE)
    acts = controls(facts)
    agents = {
        "State": states(facts), "ExportControl": export_controls(facts, acts), "Miner": miners, "Refiner": refiners,
        "Buyer": buyers(facts),
    }  # fmt: skip
    columns = {kind: _columns(rows) for kind, rows in agents.items()}
    columns["Refiner"]["own_steepness"] = columns["Refiner"]["steepness"]
    slots = [slot for column in columns.values() for slot in column["slot"].tolist()]
    if len(set(slots)) < len(slots):
        raise BadInput("two agents share an address", key="slot")
    world, static = world_numbers(facts, columns, acts)
    columns["State"]["weight"] = static["demand_weight"]
    return Start(known, facts.parameters, scenario, facts.minerals, facts.states, facts.nodes, columns, world, static)


def _columns(rows: list[Row]) -> dict[str, Any]:
    """Columns of rows, NaN where a row does not set a field."""
    names = sorted({name for row in rows for name in row} - {"class"})
    out: dict[str, Any] = {"class": [row["class"] for row in rows]}
    for name in names:
        whole = all(isinstance(row.get(name), int) for row in rows)
        values = [row.get(name, 0 if whole else math.nan) for row in rows]
        out[name] = np.array(values, dtype=np.int64 if whole else float)
    return out


__all__ = ["Facts", "Sources", "Start", "build", "sources", "start_of"]

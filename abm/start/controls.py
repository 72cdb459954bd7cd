"""Export controls of the record and of the scenario as numbers by month (R7, R35)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.balance import STAGES
from ..errors import BadInput
from ..markets.clearing import OUTLETS
from .facts import MINE, REFINE, Facts

RUNGS = {"licensing": 1.0, "quota": 2.0, "ban": 3.0}
ALL, NAMED = range(OUTLETS)
UNSET = -1.0  # share of an act that has none of its own


@dataclass(frozen=True)
class Controls:
    """A control is outlet x stage x mineral, in this order."""

    rung: np.ndarray  # [month, control]
    share: np.ndarray  # [month, control], of normal exports; UNSET where the rung decides
    age: np.ndarray  # [control, state] months in force before the first
    exporter: np.ndarray  # [control, state] 1 where the control is the state's
    named: np.ndarray  # [stage, mineral, destination] 1 where an act names the destination


def acts(facts: Facts) -> list[dict[str, Any]]:
    """Recorded control acts, then the scenario's; BadInput names an unknown mineral or state."""
    table = facts.tables.control_acts if facts.scenario.recorded_controls else facts.tables.control_acts.iloc[:0]
    rows = [
        row | {"end": row["end"] or None, "share": None if row["share"] != row["share"] else row["share"]}
        for row in table.to_dict("records")
    ]
    known = {"mineral": facts.base.minerals, "exporter": facts.states, "against": ["all", *facts.states]}
    for i, act in enumerate(facts.scenario.control_acts):
        for key, allowed in known.items():
            if getattr(act, key) not in allowed:
                value = getattr(act, key)
                what = "unknown mineral" if key == "mineral" else "unknown state"
                raise BadInput(what, key=f"control_acts.{i}.{key}", value=value, allowed=allowed)
        rows.append(act.model_dump())
    return [row for row in rows if row["mineral"] in facts.minerals]


def controls(facts: Facts) -> Controls:
    """R7  Control acts by month. Only the dominant exporter of a market has outlets."""
    scenario, minerals, months = facts.scenario, len(facts.minerals), facts.scenario.months
    many = OUTLETS * len(STAGES) * minerals
    rung, share = np.zeros((months, many)), np.full((months, many), UNSET)
    age, exporter = np.zeros((many, len(facts.states))), np.zeros((many, len(facts.states)))
    named = np.zeros((len(STAGES), minerals, facts.places))

    def number(outlet: int, stage: int, m: int) -> int:
        return (outlet * len(STAGES) + stage) * minerals + m

    for stage in (MINE, REFINE):
        for m in range(minerals):
            if facts.market(stage, m) is not None:
                for outlet in (ALL, NAMED):
                    exporter[number(outlet, stage, m), facts.row[facts.dominant(stage, m)]] = 1.0
    for act in acts(facts):
        stage, m = STAGES.index(act["stage"]), facts.minerals.index(act["mineral"])
        if act["exporter"] != facts.dominant(stage, m):
            allowed = facts.dominant(stage, m) or "no such market"
            key = f"control act on {act['mineral']}, {act['stage']}: exporter"
            raise BadInput("not the dominant exporter", key=key, value=act["exporter"], allowed=allowed)
        outlet = ALL if act["against"] == "all" else NAMED
        c = number(outlet, stage, m)
        first, last = scenario.month(act["begin"]), months if act["end"] is None else scenario.month(act["end"])
        span = slice(max(first, 0), max(last, 0))
        rung[span, c], share[span, c] = RUNGS[act["rung"]], UNSET if act["share"] is None else act["share"]
        if first < 0 < last:
            age[c, facts.row[act["exporter"]]] = float(-first)
        destinations = facts.nodes[stage, m][1]
        if outlet == NAMED and act["against"] in destinations:
            named[stage, m, destinations.index(act["against"])] = 1.0
    return Controls(rung, share, age, exporter, named)

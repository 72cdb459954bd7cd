"""Export controls in month zero: dated acts by month, and who may act by chance (R7, R35)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.balance import STAGES
from ..errors import BadInput
from ..forms import months_of
from ..markets.nodes import OUTLETS
from ..rulebook import slot_of
from ..rules import beliefs, purchasing
from .facts import MINE, MONTHS, REFINE, Facts
from .rows import Row

RUNGS = {"licensing": 1.0, "quota": 2.0, "ban": 3.0}
ALL, NAMED = range(OUTLETS)
UNSET = -1.0  # share of an act that has none of its own; tension where there is no record
CHANCE = "2026-04"  # the record ends a month before: from here on, chance
AGAINST = "USA"  # whom chance names where no coalition has another leader


@dataclass(frozen=True)
class Controls:
    """A control is outlet x stage x mineral, in this order."""

    rung: np.ndarray  # [month, control]
    share: np.ndarray  # [month, control], of normal exports; UNSET where the rung decides
    changed: np.ndarray  # [month, control] 1 where the dated acts decide, 0 where chance may
    age: np.ndarray  # [control] months in force before the first
    named: np.ndarray  # [stage, mineral, destination] 1 where a ban on named states hits the destination


def acts(facts: Facts) -> list[dict[str, Any]]:
    """Recorded control acts, then the scenario's; BadInput names an unknown mineral or state."""
    table = facts.tables.control_acts if facts.scenario.recorded_controls else facts.tables.control_acts.iloc[:0]
    rows = [
        row | {"end": row["end"] or None, "share": None if row["share"] != row["share"] else row["share"]}
        for row in table.to_dict("records")
    ]
    rows = [row | {"followed": row["end"] is not None} for row in rows]
    known = {"mineral": facts.base.minerals, "exporter": facts.states, "against": ["all", *facts.states]}
    for i, act in enumerate(facts.scenario.control_acts):
        for key, allowed in known.items():
            if getattr(act, key) not in allowed:
                value = getattr(act, key)
                what = "unknown mineral" if key == "mineral" else "unknown state"
                raise BadInput(what, key=f"control_acts.{i}.{key}", value=value, allowed=allowed)
        rows.append(act.model_dump() | {"followed": True})
    return [row for row in rows if row["mineral"] in facts.minerals]


def number(facts: Facts, outlet: int, stage: int, m: int) -> int:
    """Place of a control in the list of all."""
    return (outlet * len(STAGES) + stage) * len(facts.minerals) + m


def controls(facts: Facts) -> Controls:
    """R7  Dated control acts by month. Only the dominant exporter of a market has outlets. An act with an announced
    end, or one of the scenario, is followed to the month; an open one of the record until the record ends."""
    scenario, minerals, months = facts.scenario, len(facts.minerals), facts.scenario.months
    many = OUTLETS * len(STAGES) * minerals
    rung, share, followed = np.zeros((months, many)), np.full((months, many), UNSET), np.zeros((months, many))
    followed[: max(scenario.month(CHANCE), 0)] = 1.0
    age, named = np.zeros(many), np.zeros((len(STAGES), minerals, facts.places))
    target = scenario.coalition.leader if scenario.coalition is not None else AGAINST
    for stage, m in np.ndindex(len(STAGES), minerals):
        destinations = facts.nodes[stage, m][1]
        if target in destinations:
            named[stage, m, destinations.index(target)] = 1.0
    for act in acts(facts):
        stage, m = STAGES.index(act["stage"]), facts.minerals.index(act["mineral"])
        if act["exporter"] != facts.dominant(stage, m):
            allowed = facts.dominant(stage, m) or "no such market"
            key = f"control act on {act['mineral']}, {act['stage']}: exporter"
            raise BadInput("not the dominant exporter", key=key, value=act["exporter"], allowed=allowed)
        outlet = ALL if act["against"] == "all" else NAMED
        c = number(facts, outlet, stage, m)
        first, last = scenario.month(act["begin"]), months if act["end"] is None else scenario.month(act["end"])
        span = slice(max(first, 0), max(last, 0))
        rung[span, c], share[span, c] = RUNGS[act["rung"]], UNSET if act["share"] is None else act["share"]
        if act["followed"]:
            followed[span, c] = 1.0
        if first < 0 < last:
            age[c] = float(-first)
        destinations = facts.nodes[stage, m][1]
        if outlet == NAMED and act["against"] in destinations:
            named[stage, m, destinations.index(act["against"])] = 1.0
    moved = np.abs(np.diff(rung, axis=0, prepend=-1.0)) + np.abs(np.diff(share, axis=0, prepend=-2.0))
    return Controls(rung, share, np.maximum(followed, moved > 0.0), age, named)


def export_controls(facts: Facts, known: Controls) -> list[Row]:
    """A row for every market and outlet. By chance may act: who has restricted exports before; ore only where another
    state dominates refining. The state that the coalition faces acts on leverage, the others on price."""
    before = restricting(facts)
    rows: list[Row] = []
    for outlet in (ALL, NAMED):
        for stage in (MINE, REFINE):
            for m, mineral in enumerate(facts.minerals):
                if facts.market(stage, m) is None:
                    continue
                exporter, c = facts.dominant(stage, m), number(facts, outlet, stage, m)
                origins = facts.nodes[stage, m][0]
                own = stage == REFINE or exporter != facts.dominant(REFINE, m)
                price_led = exporter != facts.rival
                free = exporter in before and own and not (outlet == NAMED and price_led)
                rows.append({
                    "class": "ExportControl", "slot": slot_of("ExportControl", mineral, STAGES[stage], str(outlet)),
                    "number": c, "outlet": outlet, "stage": stage, "mineral": m, "home": facts.row[exporter],
                    "node": len(origins) + outlet, "source": origins.index(exporter), "named": float(outlet == NAMED),
                    "by_chance": float(free), "price_led": float(price_led),
                    "loss": facts.value("value_of_lost_ton", m), "base_price": facts.list_price(stage, m),
                    "rung": float(known.rung[0, c]), "months_on": float(known.age[c]),
                })  # fmt: skip
    return rows


def restricting(facts: Facts) -> set[str]:
    """States with an export restriction on record."""
    events = facts.tables.events
    named = events[events["instrument"].str.startswith("export_")]["actor"]
    return {*facts.tables.control_acts["exporter"], *named} & set(facts.states)


def tension_record(facts: Facts) -> dict[str, np.ndarray]:
    """R5  Tension of the record [month] (UNSET where there is none), and months that a truce on record still lasts."""
    scenario, table = facts.scenario, facts.tables.tension_record
    tension, truce = np.full(scenario.months, UNSET), np.zeros(scenario.months)
    own = table[table["state"] == facts.rival]
    for row in own.to_dict("records"):
        first, last = (months_of(row[key]) - months_of(scenario.start) for key in ("begin", "end"))
        span = slice(max(first, 0), max(last + 1, 0))
        if row["tension"] == row["tension"]:
            tension[span] = row["tension"]
        if row["truce"]:
            truce[span] = 1.0
    for t in range(scenario.months - 2, -1, -1):
        truce[t] = truce[t] * (1.0 + truce[t + 1])
    return {"tension_by_month": tension, "truce_by_month": truce}


def acts_remembered(facts: Facts) -> np.ndarray:
    """R56  Acts of export control before the first month that are still remembered [mineral]."""
    kept = 1.0 - 1.0 / (facts.value("perceived_disruption_memory") * MONTHS)
    seen = np.zeros(len(facts.minerals))
    for act in acts(facts):
        age = -facts.scenario.month(act["begin"])
        if age > 0:
            m = facts.minerals.index(act["mineral"])
            seen[m] += kept**age
    return seen


def perceived_at_first(facts: Facts) -> np.ndarray:
    """R56  Hazard of disruption that is perceived when the run begins, for acts already seen (1/yr) [mineral]."""
    return beliefs.perceived_disruption(
        facts.value("perceived_disruption_prior"), acts_remembered(facts),
        facts.value("perceived_disruption_memory"), facts.value("perceived_disruption_cap"),
    )  # fmt: skip


def panic_at_first(facts: Facts, m: int) -> float:
    """R42  Multiple of the usual stock that is held when the run begins, for acts already seen."""
    prior, hazard = facts.value("perceived_disruption_prior"), perceived_at_first(facts)[m]
    return float(purchasing.panic(hazard, prior, facts.value("cover_panic"), 0.0, facts.value("cover_notice")))

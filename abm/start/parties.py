"""Buyers and states in month zero: who uses what, who is in the coalition, whom it leaves out."""

import math

from ..data.regions import ROW
from ..errors import BadInput
from ..rulebook import slot_of
from .facts import MONTHS, REFINE, Facts
from .rows import Row
from .tiers import tiers

LAPSES = "USA"  # R3: the only state whose budget lapses are on record
STABILITY = "wgi_political_stability_2024"


def buyers(facts: Facts) -> list[Row]:
    """First users of every mineral, by destination."""
    rows: list[Row] = []
    cover = facts.value("cover_normal")
    for m, mineral in enumerate(facts.minerals):
        paid = facts.paid(REFINE, m)
        for j, (state, use) in enumerate(zip(facts.nodes[REFINE, m][1], facts.use(REFINE, m), strict=True)):
            rows.append({
                "class": "Buyer", "slot": slot_of("Buyer", mineral, state), "mineral": m, "node": j,
                "home": facts.row[state], "base": use / MONTHS, "base_price": paid[state], "normal": paid[state],
                "cover": cover, "stock": cover * use / MONTHS,
            })  # fmt: skip
    return rows


def states(facts: Facts) -> list[Row]:
    """Every state, with its part in the coalition, its elections, and its stability (the median's where unknown)."""
    inside, outside = members(facts), untrusted(facts)
    coalition = facts.scenario.coalition
    known = facts.tables.states.set_index("iso3")
    prior = facts.value("belief_prior_events") / facts.value("belief_prior_years")
    rows = []
    for i, s in enumerate(facts.states):
        row = known.loc[s] if s in known.index else None
        length = math.nan if row is None else row["election_period_years"]
        left = 0.0
        if length == length and length > 0.0 and row is not None:
            first = facts.scenario.month(f"{int(row['next_election_year']) + 1}-01")  # the term after the election
            left = float(first % int(length * MONTHS) + 1)
        rows.append({
            "class": "State", "slot": slot_of("State", s), "number": i, "member": float(s in inside),
            "excluded": float(s in outside), "leads": float(coalition is not None and s == coalition.leader),
            "compliance": facts.value("compliance_leader_enforced"),
            "stability": facts.of_state(s, STABILITY), "budgeted": float(s == LAPSES),
            "term_length": 0.0 if length != length else float(length * MONTHS), "term_left": left,
            "believed_hazard": prior, "believed_permanence": facts.value("prior_permanent_share"),
        })  # fmt: skip
    return rows


def members(facts: Facts) -> set[str]:
    """Members of the scenario's coalition; BadInput names one that is no state or tier."""
    coalition = facts.scenario.coalition
    if coalition is None:
        return set()
    known = tiers(facts)
    inside: set[str] = set()
    for name in coalition.members:
        if name not in known and name not in facts.row:
            allowed = [*known, *facts.states]
            raise BadInput("unknown state or tier", key="coalition.members", value=name, allowed=allowed)
        inside |= known.get(name, {name})
    invited = [s for s in facts.states if s not in untrusted(facts) and s != ROW]
    if coalition.leader not in invited:
        known_state = coalition.leader in facts.row
        what = "never invited, so no leader" if known_state else "unknown state"
        options: str | list[str] = "a state neither dominant nor excluded" if known_state else invited
        raise BadInput(what, key="coalition.leader", value=coalition.leader, allowed=options)
    return (inside | {coalition.leader}) & set(invited)


def untrusted(facts: Facts) -> set[str]:
    """Whose goods meet the floor: the state that dominates most refined markets, and those the coalition excludes."""
    coalition = facts.scenario.coalition
    if coalition is None:
        return set()
    for name in coalition.excluded:
        if name not in facts.row:
            raise BadInput("unknown state", key="coalition.excluded", value=name, allowed=facts.states)
    return {facts.rival, *coalition.excluded}

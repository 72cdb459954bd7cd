"""Buyers and states in month zero."""

import math

from ..rulebook import slot_of
from .club import gdp, invited, members, signatories, untrusted, willingness
from .controls import panic_at_first
from .facts import MONTHS, REFINE, Facts
from .readings import EUROPE
from .rows import Row

LAPSES = "USA"  # R3: the only state whose budget lapses are on record
INTERMEDIATE = ("JPN", "KOR", "TWN")  # R11: makers of components, where a ton lost costs less than in the USA
STABILITY = "wgi_political_stability_2024"


def buyers(facts: Facts) -> list[Row]:
    """First users of every mineral, by destination."""
    rows: list[Row] = []
    cover = facts.value("cover_normal")
    for m, mineral in enumerate(facts.minerals):
        paid, held = facts.paid(REFINE, m), panic_at_first(facts, m)
        for j, (state, use) in enumerate(zip(facts.nodes[REFINE, m][1], facts.use(REFINE, m), strict=True)):
            rows.append({
                "class": "Buyer", "slot": slot_of("Buyer", mineral, state), "mineral": m, "node": j,
                "home": facts.row[state], "base": use / MONTHS, "base_price": paid[state], "normal": paid[state],
                "cover": cover * held, "stock": cover * held * use / MONTHS,
            })  # fmt: skip
    return rows


def states(facts: Facts) -> list[Row]:
    """Every state, with its part in the coalition, its elections, and its stability (the median's where unknown)."""
    inside, outside = members(facts), untrusted(facts)
    coalition = facts.scenario.coalition
    known = facts.tables.states.set_index("iso3")
    prior = facts.value("belief_prior_events") / facts.value("belief_prior_years")
    rows, signed, open_to, will = [], signatories(facts), invited(facts), willingness(facts)
    for i, s in enumerate(facts.states):
        row = known.loc[s] if s in known.index else None
        length = math.nan if row is None else row["election_period_years"]
        left = 0.0
        if length == length and length > 0.0 and row is not None:
            first = facts.scenario.month(f"{int(row['next_election_year']) + 1}-01")  # the term after the election
            left = float(first % int(length * MONTHS) + 1)
        rows.append({
            "class": "State", "slot": slot_of("State", s), "number": i, "member": float(s in inside),
            "founder": float(s in inside),
            "excluded": float(s in outside), "leads": float(coalition is not None and s == coalition.leader),
            "compliance": facts.value("compliance_leader_enforced"),
            "stability": facts.of_state(s, STABILITY), "budgeted": float(s == LAPSES), "faced": float(s == facts.rival),
            "gdp": gdp(facts, s), "invited": float(s in open_to), "signatory": float(s in signed),
            "at_reference": will[s], "regulates": float(s == EUROPE),
            "loses": facts.value("security_multiplier_intermediate") if s in INTERMEDIATE else 1.0,
            "tension": facts.value("tension_mean"), "felt": facts.value("tension_mean"),
            "term_length": 0.0 if length != length else float(length * MONTHS), "term_left": left,
            "believed_hazard": prior, "believed_permanence": facts.value("prior_permanent_share"),
        })  # fmt: skip
    return rows

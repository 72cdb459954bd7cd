"""Tiers of invitation (R12), and where new plants may be weighed (R48)."""

from functools import cache
from typing import TYPE_CHECKING

from ..data.regions import ROW, state_key

if TYPE_CHECKING:
    from .facts import Facts, Sources


def tiers(facts: "Facts") -> dict[str, set[str]]:
    """core: G7, EU and MSP members; signatories: states with a US minerals agreement; candidates: the others."""
    return {name: set(states) for name, states in _tiers(facts.sources).items()}


@cache
def _tiers(known: "Sources") -> dict[str, set[str]]:
    table = known.tables.states
    listed = frozenset(table["iso3"])
    core = {state_key(s, listed) for s in table.query("in_g7 == 1 or in_eu == 1 or in_msp == 1")["iso3"]}
    g7 = {state_key(s, listed) for s in table.query("in_g7 == 1")["iso3"]}
    signed = {state_key(s, listed) for s in table[table["us_minerals_agreement_year"].notna()]["iso3"]} - core
    return {"core": core, "signatories": signed, "candidates": set(known.base.states) - core - signed - {ROW}, "g7": g7}


def prospect_states(facts: "Facts", m: int) -> set[str]:
    """States where a refinery may be weighed: with output, ore or a documented plan, and the core; a by-product only
    where the host stream can feed a module. Not the dominant state, whose growth is R54's, nor ROW."""
    refined, ore = facts.refined(m), facts.ore(m)
    places = {p.state for p in facts.projects(m)}
    if facts.host_share(m, ROW) is not None:
        least = facts.module(m)
        places |= {s for s in facts.states if facts.stream(m, s) >= least}
    else:
        places |= tiers(facts)["core"] | set(refined.origins) | (set(ore.origins) if ore is not None else set())
    return places - {refined.dominant, facts.rival, ROW}

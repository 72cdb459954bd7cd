"""Who is in the coalition, whom it is open to, whom it leaves out, and what its members are like (R11, R12)."""

import math
import statistics

from ..data.regions import EU27, ROW
from ..errors import BadInput
from .facts import Facts
from .tiers import tiers

BILLION = 1e9


def members(facts: Facts) -> set[str]:
    """Members of the scenario's coalition; BadInput names one that is no state or tier."""
    coalition = facts.scenario.coalition
    if coalition is None:
        return set()
    inside = named(facts, "members", coalition.members)
    eligible = {s for s in facts.states if s not in untrusted(facts) and s != ROW}
    eligible -= named(facts, "without", coalition.without)
    if coalition.leader not in eligible:
        known_state = coalition.leader in facts.row
        what = "never invited, so no leader" if known_state else "unknown state"
        options: str | list[str] = "a state neither dominant nor excluded" if known_state else sorted(eligible)
        raise BadInput(what, key="coalition.leader", value=coalition.leader, allowed=options)
    return (inside | {coalition.leader}) & eligible


def invited(facts: Facts) -> set[str]:
    """R12  States that may join: the members, and those the coalition is open to."""
    coalition = facts.scenario.coalition
    if coalition is None:
        return set()
    open_to = named(facts, "open_to", coalition.open_to) | members(facts)
    return open_to - untrusted(facts) - named(facts, "without", coalition.without) - {ROW}


def signatories(facts: Facts) -> set[str]:
    """R12  States of the coalition as announced in February 2026: the core, and who has a US minerals agreement."""
    known = tiers(facts)
    return known["core"] | known["signatories"]


def named(facts: Facts, key: str, names: tuple[str, ...]) -> set[str]:
    """States that a list of tiers and states means; BadInput names one that is neither, or can be no member."""
    known, found = tiers(facts), set[str]()
    for name in names:
        if name == facts.rival:
            what = "the state that dominates most refined markets, never invited"
            raise BadInput(what, key=f"coalition.{key}", value=name, allowed="another state, or a tier")
        if name not in known:
            _known(facts, f"coalition.{key}", name, "unknown state or tier", [*known, *facts.states])
        found |= known.get(name, {name})
    return found


def _known(facts: Facts, key: str, name: str, what: str, allowed: list[str]) -> None:
    if name in EU27:
        raise BadInput("part of EU27", key=key, value=name, allowed="EU27, which acts as one state")
    if name not in facts.row:
        raise BadInput(what, key=key, value=name, allowed=allowed)


def willingness(facts: Facts) -> dict[str, float]:
    """R12  What spoke for membership in the reference scenario (logits), by state; the median of its kind where the
    table has none. See `python -m analysis.calibrate membership`."""
    table = facts.tables.willingness
    known = dict(zip(table["state"], table["inclination"], strict=True))
    kinds = {signed: table[table["signatory"] == signed]["inclination"].tolist() for signed in (0, 1)}
    for kind, inclinations in kinds.items():
        if not inclinations:
            allowed = "states of both kinds"
            raise BadInput("no row", file="willingness.csv", column="signatory", value=kind, allowed=allowed)
    usual = {signed: statistics.median(inclinations) for signed, inclinations in kinds.items()}
    signed = signatories(facts)
    return {s: known.get(s, usual[int(s in signed)]) for s in facts.states}


def gdp(facts: Facts, state: str) -> float:
    """Gross domestic product (USD a year); the world's median where it is not known."""
    table = facts.tables.states.set_index("iso3")["gdp_usd_bn"]
    if table.isna().all():
        raise BadInput("empty in every row", file="states.csv", column="gdp_usd_bn", allowed="a number in some row")
    known = float(table.get(state, math.nan))
    return (known if known == known else float(table.median())) * BILLION


def untrusted(facts: Facts) -> set[str]:
    """Whose goods meet the floor: the state that dominates most refined markets, and those the coalition excludes."""
    coalition = facts.scenario.coalition
    if coalition is None:
        return set()
    for name in coalition.excluded:
        _known(facts, "coalition.excluded", name, "unknown state", facts.states)
    return {facts.rival, *coalition.excluded}

"""Buyers and states in month zero: who uses what, who is in the coalition, whom it leaves out."""

from ..data.regions import ROW, state_key
from ..errors import BadInput
from ..rulebook import slot_of
from .facts import MONTHS, REFINE, Facts
from .firms import Row


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
    """Every state, with its part in the coalition."""
    inside, outside = members(facts), untrusted(facts)
    coalition = facts.scenario.coalition
    return [
        {
            "class": "State", "slot": slot_of("State", s), "number": i, "member": float(s in inside),
            "untrusted": float(s in outside), "leads": float(coalition is not None and s == coalition.leader),
            "compliance": facts.value("compliance_leader_enforced"),
        }
        for i, s in enumerate(facts.states)
    ]  # fmt: skip


def tiers(facts: Facts) -> dict[str, set[str]]:
    """core: G7, EU and MSP members; signatories: states with a US minerals agreement; candidates: the others."""
    table = facts.tables.states
    core = {state_key(s, facts.listed) for s in table.query("in_g7 == 1 or in_eu == 1 or in_msp == 1")["iso3"]}
    signed = {state_key(s, facts.listed) for s in table[table["us_minerals_agreement_year"].notna()]["iso3"]} - core
    return {"core": core, "signatories": signed, "candidates": set(facts.states) - core - signed - {ROW}}


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
    return {rival(facts), *coalition.excluded}


def rival(facts: Facts) -> str:
    """The state that dominates most refined markets of the base year."""
    leaders = [market.dominant for (_, stage), market in facts.base.markets.items() if stage == "refine"]
    return max(sorted(set(leaders)), key=leaders.count)

"""Plants newer than the base year: dated projects, and prospects that investors weigh."""

import math

from ..data.costs import outside_costs, restart_premium
from ..rulebook import slot_of
from .facts import BOUNDLESS, MINE, MONTHS, REFINE, Facts
from .rows import Row, ore_columns

PERCENT = 100.0


def projects(facts: Facts, m: int) -> list[Row]:
    """Dated refineries: idle until they open; an expansion adds what it has above the capacity reported today."""
    reported = facts.capacity(REFINE, m)
    rows = []
    for p in facts.projects(m):
        extends = p.status == "expansion"
        size = (p.tons - reported.get(p.state, 0.0) if extends else p.tons) / MONTHS
        rows.append({
            **plant(facts, m, p.state, survivor=extends), "class": "Project",
            "slot": slot_of("Project", facts.minerals[m], p.state, str(p.year), str(p.line)),
            "nameplate": max(size, 0.0), "coming": max(size, 0.0), "ceiling": BOUNDLESS,
            "opening": float(facts.scenario.month(f"{p.year}-07")),
            "unit_cost": outside_costs(facts.tables, facts.parameters, facts.minerals[m])[1],
        })  # fmt: skip
    return rows


def prospects(facts: Facts, m: int) -> list[Row]:
    """R48  A slot in every state where a refinery may be weighed; a module is the documented plant or a share of world
    use, a by-product's no more than its host stream allows."""
    value, mineral = facts.value, facts.minerals[m]
    recovered = facts.ore(m) is None
    build = value("build_byproduct_circuit" if recovered else "build_refinery") * value("overrun")
    planned: dict[str, float] = {}
    for p in (p for p in facts.projects(m) if p.status == "planned"):
        planned[p.state] = max(planned.get(p.state, 0.0), p.tons / MONTHS)
    rows = []
    for state in sorted(facts.prospects[m]):
        stream = facts.stream(m, state)
        rows.append({
            **plant(facts, m, state), "class": "Prospect", "slot": slot_of("Prospect", mineral, state),
            "fed": 1.0, "size": min(max(planned.get(state, 0.0), facts.module(m)), stream), "ceiling": stream,
            "reference": outside_costs(facts.tables, facts.parameters, mineral)[1],
            "country": facts.of_state(state, "crp_pct") / PERCENT, "permit": value("permit_refinery"),
            "build": build, "lead": value("permit_refinery") + build,
        })  # fmt: skip
    return rows


def plant(facts: Facts, m: int, state: str, survivor: bool = False) -> Row:
    """What every new plant shares: its own cash cost and steepness, and ore as its mineral needs on average. One that
    extends a plant that survived 2024 has no higher cost than that (R53)."""
    cash, capex = outside_costs(facts.tables, facts.parameters, facts.minerals[m])
    if survivor:
        cash = min(cash, facts.value("survivor_cost") * facts.list_price(REFINE, m))
    ore, refined = facts.ore(m), facts.refined(m)
    row: Row = {
        "mineral": m, "home": facts.row[state], "node": facts.nodes[REFINE, m][0].index(state),
        "base_centre": math.log(cash), "centre": math.log(cash), "cash_cost": cash, "cash": cash,
        "expected_cost": cash, "steepness": facts.value("firm_steepness"),
        "cost_spread": facts.value("cost_spread_plant"), "restart": restart_premium(facts.parameters, capex),
        "normal": facts.value("u0_cap"), "qualified": facts.value("qualified_at_first"),
    }  # fmt: skip
    if ore is not None:
        metal = (1.0 - facts.value("other_feed_share", m)) * math.fsum(refined.output.tolist())
        row |= ore_columns(facts, m, math.fsum(ore.use.tolist()) / metal, 0.0, facts.paid(MINE, m)[state])
    return row

"""Miners, refiners, recyclers and dated projects: capacity, cost and growth of every block in month zero."""

import math
from typing import Any

from ..data.balance import BASE_YEAR, STAGES
from ..data.costs import outside_costs
from ..data.regions import ROW, state_key
from ..rulebook import slot_of
from .facts import BOUNDLESS, MINE, MONTHS, REFINE, Facts

Row = dict[str, Any]  # field -> value of one agent
ORDER = {"Miner": 0, "Refiner": 0, "Recycler": 1, "Project": 2}
OUTLOOK = 2030  # the year whose documented shares growth is tilted to


def firms(facts: Facts, stage: int) -> list[Row]:
    """Rows of all firms of a stage, by class, then mineral."""
    rows: list[Row] = []
    for m in range(len(facts.minerals)):
        if facts.market(stage, m) is not None:
            rows += incumbents(facts, stage, m)
            if stage == REFINE:
                rows += projects(facts, m)
    return sorted(rows, key=lambda row: ORDER[row["class"]]) or [idle_miner(facts)]


def idle_miner(facts: Facts) -> Row:
    """Stands in where no mineral of the scenario is mined for itself: drivers want a table of every kind."""
    nothing = dict.fromkeys(("capacity", "base_capacity", "established", "base_centre", "centre"), 0.0)
    return {
        "class": "Miner", "slot": slot_of("Miner", facts.minerals[0], ROW), "mineral": 0, "home": facts.row[ROW],
        "node": 0, "steepness": 1.0, "ceiling": BOUNDLESS, **nothing,
    }  # fmt: skip


def incumbents(facts: Facts, stage: int, m: int) -> list[Row]:
    """A block for every origin with output; refined output from scrap and other feed is a block of its own."""
    mineral, market = facts.minerals[m], facts.market(stage, m)
    assert market is not None
    reported, tilt, ore = facts.capacity(stage, m), tilts(facts, stage, m), facts.ore(m)
    other = facts.value("other_feed_share", m) if stage == REFINE else 0.0
    kinds = (("Refiner", 1.0 - other), ("Recycler", other)) if stage == REFINE else (("Miner", 1.0),)
    ore_paid = facts.paid(MINE, m) if stage == REFINE and ore is not None else {}
    rows = []
    for state, made in zip(market.origins, market.output.tolist(), strict=True):
        installed, used, steep, centre = supply(facts, stage, m, made, reported.get(state, 0.0))
        slowest = "decline_fastest_dominant" if state == market.dominant else "decline_fastest"
        for kind, part in kinds:
            if part == 0.0:
                continue
            tons = installed * part
            row: Row = {
                "class": kind, "slot": slot_of(kind, mineral, state), "mineral": m, "home": facts.row[state],
                "node": facts.nodes[stage, m][0].index(state), "capacity": tons, "base_capacity": tons,
                "established": tons, "normal": used, "tilt": tilt.get(state, 0.0), "slowest": -facts.value(slowest),
                "ceiling": ceiling(facts, m, state, installed) * part if kind == "Refiner" else BOUNDLESS,
                "base_centre": centre, "centre": centre, "steepness": steep,
            }  # fmt: skip
            if kind == "Refiner" and ore is not None:
                use = ore.use.tolist()[ore.destinations.index(state)] / MONTHS
                row |= ore_columns(facts, m, use / (tons * used), use, ore_paid[state])
            rows.append(row)
    return rows


def supply(facts: Facts, stage: int, m: int, made: float, capacity: float) -> tuple[float, float, float, float]:
    """R32  Capacity (t/month), utilisation, steepness and centre (ln USD/t) of a block that makes `made` t a year."""
    installed = min(max(capacity, made / facts.value("u0_cap")), made / facts.value("u0_least")) / MONTHS
    used = made / MONTHS / installed
    alone = facts.ore(m) is None
    co_product = stage == MINE and facts.traits[m]["supply_of_ore"] == "co-product"
    slow = alone or co_product
    elasticity = facts.value("byproduct_supply_elasticity", m) if slow else facts.value("supply_elasticity_state")
    most = facts.value("umax")
    steep = min(max(elasticity / (1.0 - used / most), 0.5), 8.0)
    return installed, used, steep, math.log(facts.list_price(stage, m)) + math.log(most / used - 1.0) / steep


def ceiling(facts: Facts, m: int, state: str, installed: float) -> float:
    """R32  Capacity that the state's host stream allows (t/month)."""
    share = facts.host_share(m, state)
    return BOUNDLESS if share is None else max(facts.value("byproduct_potential", m) * share / MONTHS, installed)


def tilts(facts: Facts, stage: int, m: int) -> dict[str, float]:
    """R54  Extra yearly growth by state that meets the documented shares: the first, its two followers, the rest."""
    market, table = facts.market(stage, m), facts.tables.pipeline_shares_2030
    assert market is not None
    known = (table["mineral"] == facts.traits[m]["outlook_key"]) & (table["stage"] == STAGES[stage])
    row = table[known & (table["year"] == OUTLOOK)]
    if row.empty:
        return {}
    total = math.fsum(market.output.tolist())
    share = {o: v / total for o, v in zip(market.origins, market.output.tolist(), strict=True)}
    first = state_key(str(row["top1"].iloc[0]), facts.listed)
    if first not in share:
        return {}
    next_two = sorted((s for s in share if s not in (first, ROW)), key=lambda s: -share[s])[:2]
    others = [s for s in share if s not in (first, *next_two)]
    one, three = float(row["top1_share"].iloc[0]), float(row["top3_share"].iloc[0])
    out: dict[str, float] = {}
    for group, goal in (([first], one), (next_two, three - one), (others, 1.0 - three)):
        now = math.fsum(share[s] for s in group)
        if now > 0.0:
            out |= {s: math.log(max(goal, 1e-3) / now) / (OUTLOOK - BASE_YEAR) for s in group}
    return out


def ore_columns(facts: Facts, m: int, per_ton: float, use: float, price: float) -> Row:
    """A refiner's ore: tons a ton of metal, use (t/month), price paid (USD/t)."""
    cover = facts.value("cover_normal")
    return {
        "ore_per_ton": per_ton, "ore_share": facts.value("ore_price_share", m), "base_ore_price": price,
        "ore_cover": cover, "ore_stock": cover * use, "ore_normal": price,
    }  # fmt: skip


def projects(facts: Facts, m: int) -> list[Row]:
    """Dated refineries: idle until they open; an expansion adds what it has above the capacity reported today."""
    mineral, ore, refined = facts.minerals[m], facts.ore(m), facts.refined(m)
    cash, _ = outside_costs(facts.tables, facts.parameters, mineral)
    reported = facts.capacity(REFINE, m)
    rows = []
    for p in facts.projects(m):
        size = (p.tons - reported.get(p.state, 0.0) if p.status == "expansion" else p.tons) / MONTHS
        row: Row = {
            "class": "Project", "slot": slot_of("Project", mineral, p.state, str(p.year), str(p.line)), "mineral": m,
            "home": facts.row[p.state], "node": facts.nodes[REFINE, m][0].index(p.state), "nameplate": max(size, 0.0),
            "opening": float(facts.scenario.month(f"{p.year}-07")), "base_centre": math.log(cash),
            "centre": math.log(cash), "steepness": facts.value("firm_steepness"), "ceiling": BOUNDLESS,
            "qualified": facts.value("qualified_at_first"),
        }  # fmt: skip
        if ore is not None:
            metal = (1.0 - facts.value("other_feed_share", m)) * math.fsum(refined.output.tolist())
            row |= ore_columns(facts, m, math.fsum(ore.use.tolist()) / metal, 0.0, facts.paid(MINE, m)[p.state])
        rows.append(row)
    return rows

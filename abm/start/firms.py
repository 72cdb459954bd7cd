"""Miners, refiners and recyclers of the base year: capacity, cost and growth of every block in month zero."""

import math

from ..data.balance import BASE_YEAR, STAGES
from ..data.costs import mine_cost, outside_costs, restart_premium
from ..data.regions import ROW, state_key
from ..rulebook import slot_of
from .facts import BOUNDLESS, MINE, MONTHS, REFINE, Facts
from .plants import projects, prospects
from .rows import Row, ore_columns

ORDER = {"Miner": 0, "Refiner": 0, "Recycler": 1, "Project": 2, "Prospect": 3}
OUTLOOK = 2030  # the year whose documented shares growth is tilted to


def firms(facts: Facts, stage: int) -> list[Row]:
    """Rows of all firms of a stage, by class, then mineral."""
    rows: list[Row] = []
    for m in range(len(facts.minerals)):
        if facts.market(stage, m) is not None:
            rows += incumbents(facts, stage, m)
            if stage == REFINE:
                rows += [*projects(facts, m), *prospects(facts, m)]
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
                "established": tons, "tilt": tilt.get(state, 0.0), "slowest": -facts.value(slowest),
                "ceiling": ceiling(facts, m, state, installed) * part if kind == "Refiner" else BOUNDLESS,
                "base_centre": centre, "centre": centre, "steepness": steep, "normal": used,
                **endurance(facts, stage, m, state, tons),
            }  # fmt: skip
            if stage == REFINE:
                row["fed"] = float(kind == "Refiner")
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
    """R32  Capacity that the state's host stream allows (t/month), and never less than there is."""
    return max(facts.stream(m, state), installed)


def endurance(facts: Facts, stage: int, m: int, state: str, tons: float) -> Row:
    """R53  What decides when a block idles. An incumbent outside the dominant state survived 2024, so its cash cost is
    no higher than a share of that price; plants of a block differ. Tons: t/month."""
    price, mineral = facts.list_price(stage, m), facts.minerals[m]
    spread = facts.value("cost_spread")
    if stage == MINE:
        cash, capex, premium = mine_cost(facts.tables, mineral), 0.0, 0.0  # costs.csv has no capital cost of mines
    else:
        cash, capex = outside_costs(facts.tables, facts.parameters, mineral)
        premium = restart_premium(facts.parameters, capex)
    cash = min(cash, facts.value("survivor_cost") * price)
    return {
        "cash_cost": cash, "cash": cash, "cost_spread": spread, "restart": premium, "ready": tons,
        "survived": 1.0 / (1.0 + math.exp(-math.log(price / cash) / spread)),
        "directed": float(state == facts.dominant(stage, m)),
        "book": facts.value("book_share_incumbent") * capex * tons * MONTHS,
    }  # fmt: skip

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

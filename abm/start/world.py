"""Numbers of the world in month zero: what is fixed (static) and what gets a run axis (world)."""

import math
from typing import Any

import numpy as np

from ..data.costs import incentive_price
from ..instruments import INSTRUMENTS, PRICE_FLOOR
from ..markets.nodes import OUTLETS
from .controls import CHANCE, Controls, tension_record
from .facts import MINE, MONTHS, REFINE, Facts
from .firms import OUTLOOK
from .levers import Levers, levers
from .measures import base_measures, mean_weight, producer_shares, reach, use_shares
from .politics import cooperating, facing
from .scalars import BY_MINERAL, SCALARS

Numbers = dict[str, np.ndarray]
Columns = dict[str, dict[str, Any]]  # kind -> class name and values [agent] of every field
QUARTER = 3  # months
NOBODY = -1  # a row or node that is not there
POLITICS = (
    "any_begun", "month_begun", "others_begun", "leader_struck", "leader_lasting", "leader_lapsing", "others_struck",
    "others_lasting", "chance", "january", "credit_left",
)  # fmt: skip


def world_numbers(facts: Facts, columns: Columns, acts: Controls) -> tuple[Numbers, Numbers]:
    """World numbers and static numbers."""
    minerals = len(facts.minerals)
    static = markets(facts, columns) | base_measures(facts)
    for kind in ("Miner", "Refiner"):
        static |= blocks(columns[kind], minerals, f"{kind.lower()}_")
    needed = np.array([incentive_price(facts.tables, facts.parameters, mineral) for mineral in facts.minerals])
    tools = levers(facts, static["list_price"][REFINE], needed)
    demanded = use_shares(facts)
    static |= {
        "buyer_row": rows_at(columns["Buyer"], minerals, facts.places),
        "refiner_row": rows_at(columns["Refiner"], minerals, facts.places),
        "use_share": demanded, "incentive_price": needed, "act_rungs": acts.rung, "act_shares": acts.share,
        "act_changes": acts.changed, "named": acts.named, "growth_by_month": growth(facts),
        "reach": np.array(reach(facts, demanded, tools.scope[tools.world["announced"] > 0.0])),
        "host_growth": np.array([facts.host_growth(m) for m in range(minerals)]),
    }  # fmt: skip
    static["instrument_weight"] = np.stack([mean_weight(demanded, one) for one in tools.scope])
    static["demand_weight"] = mean_weight(demanded, tools.scope.max(axis=0))
    static |= dates(facts, tools) | outside(facts, columns) | tension_record(facts)
    static["faced_source"] = np.array([
        [float(facts.dominant(g, m) == facts.rival) for m in range(minerals)] for g in (MINE, REFINE)
    ])
    world = {name: np.array(facts.value(name)) for name in SCALARS}
    world |= {name: np.array([facts.value(name, m) for m in range(minerals)]) for name in BY_MINERAL}
    world |= opening(static) | investing(facts, static, tools) | tools.world
    world |= {
        "sigma": np.array([facts.value(traits["sigma"]) for traits in facts.traits]),
        "act_rung": acts.rung[0], "act_share": acts.share[0], "act_changed": acts.changed[0],
        "adversary": np.array(float(facts.scenario.adversary)),
    }  # fmt: skip
    world |= facing(facts, acts) | cooperating(facts, tools, static)
    return world, static


def dates(facts: Facts, tools: Levers) -> Numbers:
    """What the calendar says, [month, ...]."""
    months = range(facts.scenario.months)
    january = facts.scenario.month("2025-01")
    return {
        "begun_by_month": tools.begun, "months_to_end_by_month": tools.months_to_end, "scope": tools.scope,
        "credit_left_by_month": tools.credit_left, "floor_scope": tools.scope[PRICE_FLOOR],
        "any_scope": tools.scope.max(axis=0),
        "producer_share": producer_shares(facts),
        "tilting_by_month": np.array([float(t < _after_outlook(facts)) for t in months]),
        "chance_by_month": np.array([float(t >= facts.scenario.month(CHANCE)) for t in months]),
        "quarter_by_month": np.array([float((t - january) % QUARTER == 0) for t in months]),
        "round_by_month": np.array([_negotiates(facts, t) for t in months]),
        "january_by_month": np.array([float((t - january) % int(MONTHS) == 0) for t in months]),
    }


def outside(facts: Facts, columns: Columns) -> Numbers:
    """1 where a refiner, miner or buyer is outside the dominant state of its market, and what it makes there."""
    found = {"at_home": np.zeros((len(facts.minerals), facts.places))}  # 1 at the dominant state's own place
    for m in range(len(facts.minerals)):
        top, places = facts.dominant(REFINE, m), facts.nodes[REFINE, m][1]
        if top in places:
            found["at_home"][m, places.index(top)] = 1.0
    for kind, stage in (("Miner", MINE), ("Refiner", REFINE), ("Buyer", REFINE)):
        tops = [facts.row.get(facts.dominant(stage, m), NOBODY) for m in range(len(facts.minerals))]
        homes = zip(columns[kind]["mineral"].tolist(), columns[kind]["home"].tolist(), strict=True)
        found[f"{kind.lower()}_outside"] = np.array([float(home != tops[m]) for m, home in homes])
    refiners, beyond = columns["Refiner"], found["refiner_outside"]
    tons = np.nan_to_num(refiners["base_capacity"]) * beyond
    sizes = np.nan_to_num(refiners["size"])
    own = [refiners["mineral"] == m for m in range(len(facts.minerals))]
    return found | {
        "base_outside": np.array([math.fsum(tons[rows].tolist()) for rows in own]),
        "largest_module": np.array([sizes[rows].max() for rows in own]),
    }


def investing(facts: Facts, static: Numbers, tools: Levers) -> Numbers:
    """What investors see before the first month: base-year prices, no pipeline, no support."""
    price = static["list_price"][REFINE]
    none, one, usual = np.zeros_like(price), np.ones_like(price), facts.value("price_volatility")
    kinds = tools.begun.shape[1]
    return {
        "outside_price": price.copy(), "expected_price": price.copy(), "floor_gap": none.copy(),
        "variance": usual * usual * one, "volatility": usual * one, "crowding": one.copy(), "unmet": none.copy(),
        "contract_room": none.copy(), "hosted": np.zeros(static["base_paid"].shape[1:]),
        "trusted_price": price.copy(),
        "allowance": none.copy(), "experience": none.copy(), "learned": one.copy(), "signed": np.array(0.0),
        "funded": np.array(0.0), "led": np.zeros(kinds), "begun": np.zeros(kinds), "months_to_end": np.zeros(kinds),
        **{n: np.array(0.0) for n in POLITICS},
    }  # fmt: skip


def markets(facts: Facts, columns: Columns) -> Numbers:
    """R33, R34  Markets as padded arrays [stage, mineral, origin, destination]."""
    minerals, states = len(facts.minerals), len(facts.states)
    most, places = facts.most, facts.places
    at, out, to = (2, minerals), (2, minerals, most), (2, minerals, places)
    n: Numbers = {
        "origins": np.zeros(at, np.int64), "destinations": np.zeros(at, np.int64), "source": np.zeros(at, np.int64),
        "origin_home": np.zeros(out, np.int64), "destination_home": np.zeros(to, np.int64),
        "weight": np.zeros((*out, places)), "freight": np.ones((*out, places)), "per_ton": np.zeros(to),
        "foreign": np.zeros(to), "abroad": np.ones(to), "base_node_capacity": np.zeros(out),
        "list_price": np.ones(at), "base_volume": np.zeros(at), "base_paid": np.ones(to),
        "states": np.zeros((minerals, states)),
        "base_flow": np.zeros((2, minerals, most + OUTLETS, places)),
    }  # fmt: skip
    for g, m in np.ndindex(at):
        market = facts.market(g, m)
        if market is None:
            continue
        origins, destinations = facts.nodes[g, m]
        o, d, source = len(origins), len(destinations), origins.index(market.dominant)
        n["origins"][g, m], n["destinations"][g, m], n["source"][g, m] = o, d, source
        n["origin_home"][g, m, :o] = [facts.row[s] for s in origins]
        n["destination_home"][g, m, :d] = [facts.row[s] for s in destinations]
        n["weight"][g, m, :o, :d] = facts.shares(g, m)
        n["freight"][g, m, :o, :d] = facts.freight(g, m)
        n["foreign"][g, m, :d] = [float(s != market.dominant) for s in destinations]
        n["abroad"][g, m, :d] = n["freight"][g, m, source, :d]
        n["list_price"][g, m] = facts.list_price(g, m)
        firms = columns["Refiner" if g == REFINE else "Miner"]
        own = firms["mineral"] == m
        tons = np.nan_to_num(firms["base_capacity"][own]).tolist()
        for node, installed in zip(firms["node"][own].tolist(), tons, strict=True):
            n["base_node_capacity"][g, m, node] += installed
        n["per_ton"][g, m, :d] = 1.0 / math.fsum(n["base_node_capacity"][g, m].tolist())
        n["base_paid"][g, m, :d] = list(facts.paid(g, m).values())
        n["base_volume"][g, m] = math.fsum(facts.use(g, m)) / MONTHS
        for j, use in enumerate(facts.use(g, m)):
            n["base_flow"][g, m, :most, j] = n["weight"][g, m, :, j] * use / MONTHS
    n["few"] = few_places(n)
    return n


def few_places(n: Numbers) -> np.ndarray:
    """R36  Whether fewer places buy than origins sell in a market, half of those that buy nothing yet counted: bool
    [stage, mineral]. It is solved through its places then (abm/markets/newton.py)."""
    buying = np.count_nonzero((n["base_flow"] > 0.0).any(axis=2), axis=-1)
    return buying + n["destinations"] < 2 * n["origins"]


def opening(static: Numbers) -> Numbers:
    """State of markets before the first month: base-year prices and flows, no control, no coalition."""
    flow, paid = static["base_flow"], static["base_paid"]
    _, minerals, nodes, places = flow.shape
    log_ask = np.zeros((2, minerals, nodes))
    trailing = np.zeros((2, minerals, places))
    for g, m in np.ndindex(2, minerals):
        log_ask[g, m, : static["origins"][g, m]] = math.log(static["list_price"][g, m])
        trailing[g, m] = flow[g, m, static["source"][g, m]]
    return {
        "log_ask": log_ask, "paid": paid.copy(), "delivered": flow.copy(), "fill": np.ones((2, minerals, nodes)),
        "received": flow.sum(2), "evaluations": np.zeros((2, minerals)),
        "trailing": trailing, "group": np.zeros((2, minerals, places)), "ore_planned": np.zeros((minerals, places)),
        "demand_index": np.ones(minerals), "demand_growth": np.zeros(minerals), "host_index": np.ones(minerals),
        "tilting": np.array(1.0), "month_number": np.array(0.0),
    }  # fmt: skip


def blocks(firms: dict[str, Any], minerals: int, prefix: str) -> Numbers:
    """Rows of the firms of every mineral and the nodes they supply at [mineral, block]."""
    rows = [np.flatnonzero(firms["mineral"] == m) for m in range(minerals)]
    most = max(len(r) for r in rows)
    at, node = np.zeros((minerals, most), np.int64), np.full((minerals, most), NOBODY, np.int64)
    for m, r in enumerate(rows):
        at[m, : len(r)], node[m, : len(r)] = r, firms["node"][r]
    return {f"{prefix}blocks": at, f"{prefix}nodes": node}


def rows_at(table: dict[str, Any], minerals: int, places: int) -> np.ndarray:
    """First row of a table at every node [mineral, node]."""
    at = np.full((minerals, places), NOBODY, np.int64)
    for row in range(len(table["mineral"]) - 1, -1, -1):
        at[table["mineral"][row], table["node"][row]] = row
    return at


def growth(facts: Facts) -> np.ndarray:
    """R40  Yearly demand growth [month, mineral]."""
    out = np.zeros((facts.scenario.months, len(facts.minerals)))
    turn = max(min(_after_outlook(facts), facts.scenario.months), 0)
    for m, mineral in enumerate(facts.minerals):
        split = mineral in facts.parameters.minerals("demand_growth_to_2030")
        out[:turn, m] = facts.value("demand_growth_to_2030" if split else "demand_growth", m)
        out[turn:, m] = facts.value("demand_growth_2030_40" if split else "demand_growth", m)
    return out


def _negotiates(facts: Facts, t: int) -> bool:
    """R14  Is it the month of a yearly round? In January, from a year after the floor began."""
    coalition = facts.scenario.coalition
    floor = None if coalition is None else coalition.levers.get(INSTRUMENTS[PRICE_FLOOR])
    if floor is None:
        return False
    january = (t - facts.scenario.month("2025-01")) % int(MONTHS) == 0
    return january and t >= facts.scenario.month(floor.start) + int(MONTHS)


def _after_outlook(facts: Facts) -> int:
    return facts.scenario.month(f"{OUTLOOK + 1}-01")

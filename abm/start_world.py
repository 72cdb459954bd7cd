"""Numbers of the world in month zero: what is fixed (static) and what gets a run axis (world)."""

import math
from typing import Any

import numpy as np

from .data.balance import STAGES
from .data.costs import incentive_price
from .data.regions import ROW
from .markets.clearing import OUTLETS

MONTHS = 12.0
LICENSED = {"licensing": 1.0, "quota": 2.0, "ban": 3.0}
SCALARS = (
    "umax", "whiplash", "reversal_hazard_observed", "mean_suspension", "permanent_share", "compliance_no_enforcement",
    "compliance_leader_enforced", "compliance_speed", "planner_growth", "growth_fastest", "qualified_at_first",
    "qualification_time", "entrant_attractiveness", "scale_exponent_of_shares", "expectation_months", "demand_choke",
    "intensity_adjustment", "substitution_ceiling", "stock_adjustment", "stock_price_elasticity", "least_order",
    "outlet_softness", "rent_capture", "trailing_months", "zero_months", "ramp_after_zero", "licensed_share_licensing",
    "licensed_share_quota", "licensed_share_ban",
)  # fmt: skip
BY_MINERAL = ("demand_elasticity_short", "demand_elasticity_long")
BASE_METALS, QUALIFIED = ("copper", "nickel", "manganese", "cobalt"), ("graphite",)


def world_numbers(b: Any, columns: dict[str, dict[str, Any]]) -> tuple[dict, dict, dict]:
    """World numbers, static numbers, and the control columns of states, for a builder `b`."""
    M, S, T = len(b.minerals), len(b.states), b.scenario.months
    L, D = b.most_origins, b.most_destinations
    K = L + OUTLETS
    static: dict[str, np.ndarray] = {}

    def zeros(*shape: int, kind: type = float) -> np.ndarray:
        return np.zeros(shape, dtype=kind)

    origins, destinations, source = zeros(2, M, kind=np.int64), zeros(2, M, kind=np.int64), zeros(2, M, kind=np.int64)
    weight, freight, per_ton = zeros(2, M, L, D), np.ones((2, M, L, D)), zeros(2, M, D)
    origin_home, home_of = zeros(2, M, L, kind=np.int64), zeros(2, M, D, kind=np.int64)
    foreign, abroad = zeros(2, M, D), np.ones((2, M, D))
    base_capacity, list_price, base_paid, base_flow = zeros(2, M, L), np.ones((2, M)), np.ones((2, M, D)), zeros(2, M, K, D)
    use_share = zeros(M, S)
    for g in range(2):
        firms = columns["Refiner" if g else "Miner"]
        for m in range(M):
            market = b.market(g, m)
            if market is None:
                continue
            o, d = b.nodes[g, m]
            origins[g, m], destinations[g, m] = len(o), len(d)
            source[g, m] = o.index(market.dominant)
            weight[g, m, : len(o), : len(d)] = b.shares(g, m)
            freight[g, m, : len(o), : len(d)] = b.freight(g, m)
            origin_home[g, m, : len(o)] = [b.row[s] for s in o]
            home_of[g, m, : len(d)] = [b.row[s] for s in d]
            foreign[g, m, : len(d)] = [float(s != market.dominant) for s in d]
            abroad[g, m, : len(d)] = freight[g, m, source[g, m], : len(d)]
            list_price[g, m] = b.list_price(g, m)
            mine = firms["mineral"] == m
            for node, tons in zip(firms["node"][mine].tolist(), np.nan_to_num(firms["base_capacity"][mine]).tolist(), strict=True):
                base_capacity[g, m, node] += tons
            per_ton[g, m, : len(d)] = 1.0 / sum(base_capacity[g, m].tolist())
            for j, use in enumerate(_use(b, g, m)):
                base_flow[g, m, :L, j] = weight[g, m, :, j] * use / MONTHS
                base_paid[g, m, j] = list_price[g, m] * sum((weight[g, m, :, j] * freight[g, m, :, j]).tolist())
        if g == 1:
            for m in range(M):
                uses = {s: u for s, u in zip(b.nodes[1, m][1], _use(b, 1, m), strict=True) if s != b.dominant(1, m)}
                for s, u in uses.items():
                    use_share[m, b.row[s]] = u / sum(uses.values())
    static |= {
        "origins": origins, "destinations": destinations, "source": source, "weight": weight, "freight": freight,
        "per_ton": per_ton, "origin_home": origin_home, "destination_home": home_of, "foreign": foreign, "abroad": abroad,
        "base_node_capacity": base_capacity, "list_price": list_price, "base_paid": base_paid, "use_share": use_share,
        "ore_markets": np.flatnonzero(origins[0] > 0), "states": zeros(M, S), "base_flow": base_flow,
        "incentive_price": np.array([incentive_price(b.tables, b.parameters, m) for m in b.minerals]),
    }  # fmt: skip
    for g, kind in ((0, "Miner"), (1, "Refiner")):
        static |= _blocks(columns[kind], M, f"{kind.lower()}_")
    static["buyer_row"] = _rows_at(columns["Buyer"], M, D)
    static["refiner_row"] = _rows_at(columns["Refiner"], M, D)
    rung, share, age, exporter, named = _acts(b, M, S, T)
    static |= {"act_rungs": rung, "act_shares": share, "named": _named(b, named, M, D)}
    floor, begun, scope = _floor(b, static)
    static |= {"begun_by_month": begun, "scope": scope}
    static |= {"growth_by_month": _growth(b, T), "tilting_by_month": _tilting(b, T), "host_growth": np.array([b.host_growth(m) for m in range(M)])}
    static |= _base_measures(b, static)
    world = {name: np.array(b.value(name)) for name in SCALARS}
    world |= {name: np.array([b.value(name, m) for m in range(M)]) for name in BY_MINERAL}
    sigma = ["sigma_base_metals" if x in BASE_METALS else "sigma_qualified" if x in QUALIFIED else "sigma_specialty" for x in b.minerals]
    log_ask = zeros(2, M, K)
    for g in range(2):
        for m in range(M):
            log_ask[g, m, : origins[g, m]] = math.log(list_price[g, m])
    world |= {
        "sigma": np.array([b.value(s) for s in sigma]), "log_ask": log_ask, "paid": base_paid.copy(), "delivered": base_flow.copy(),
        "fill": np.ones((2, M, K)), "received": base_flow.sum(2), "evaluations": zeros(2, M), "expected_paid": base_paid.copy(),
        "trailing": np.array([[base_flow[g, m, source[g, m]] for m in range(M)] for g in range(2)]), "group": zeros(2, M, D),
        "ore_planned": zeros(M, D), "demand_index": np.ones(M), "demand_growth": zeros(M), "host_index": np.ones(M),
        "tilting": np.array(1.0), "begun": np.array(0.0), "led": np.array(0.0), "month_number": np.array(0.0),
        "act_rung": rung[0], "act_share": share[0], "floor": floor,
    }  # fmt: skip
    return world, static, {"exporter": exporter, "months_on": age}


def _base_measures(b: Any, static: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Section 11 in the base year: output by state (t a year), Herfindahl, the dominant state's shares, the club's reach."""
    M, S = len(b.minerals), len(b.states)
    output, hhi, security, exports = np.zeros((2, M, S)), np.zeros((2, M)), np.zeros((2, M)), np.zeros((2, M))
    for g in range(2):
        for m in range(M):
            market = b.market(g, m)
            if market is None:
                continue
            whole = sum(market.output.tolist())
            for state, tons in zip(market.origins, market.output.tolist(), strict=True):
                output[g, m, b.row[state]] = tons
            hhi[g, m] = sum((v / whole) * (v / whole) for v in market.output.tolist())
            row = market.flows[market.origins.index(market.dominant)].tolist()
            abroad = sum(v for v, d in zip(row, market.destinations, strict=True) if d != market.dominant)
            wanted = sum(v for v, d in zip(market.use.tolist(), market.destinations, strict=True) if d != market.dominant)
            security[g, m], exports[g, m] = abroad / wanted if wanted > 0.0 else 0.0, abroad / whole
    members = [b.row[s] for s in sorted(b.members())]
    reached = [sum(static["use_share"][m, members].tolist()) for m in range(M) if static["scope"][m] > 0.0]
    reach = sum(reached) / len(reached) if reached else 0.0
    return {
        "base_output": output, "base_hhi": hhi, "base_security": security, "base_export_share": exports,
        "reach": np.array(reach),
    }  # fmt: skip


def _use(b: Any, g: int, m: int) -> list[float]:
    """Base-year use of every destination (t a year); 0 where a destination is only planned."""
    market = b.market(g, m)
    known = dict(zip(market.destinations, market.use.tolist(), strict=True))
    return [known.get(d, 0.0) for d in b.nodes[g, m][1]]


def _blocks(firms: dict[str, Any], M: int, prefix: str) -> dict[str, np.ndarray]:
    """Rows of the firms of every market and the nodes they supply at, padded with -1."""
    rows = [np.flatnonzero(firms["mineral"] == m) for m in range(M)]
    most = max(len(r) for r in rows)
    at, node = np.zeros((M, most), np.int64), np.full((M, most), -1, np.int64)
    for m, r in enumerate(rows):
        at[m, : len(r)], node[m, : len(r)] = r, firms["node"][r]
    return {f"{prefix}blocks": at, f"{prefix}nodes": node}


def _rows_at(table: dict[str, Any], M: int, D: int) -> np.ndarray:
    """First row of a table at every node, -1 where there is none."""
    at = np.full((M, D), -1, np.int64)
    for row in range(len(table["mineral"]) - 1, -1, -1):
        at[table["mineral"][row], table["node"][row]] = row
    return at


def _acts(b: Any, M: int, S: int, T: int) -> tuple[np.ndarray, ...]:
    """R7  Recorded and assumed control acts by month and control (outlet x stage x mineral), and who they name."""
    C = OUTLETS * 2 * M
    rung, share, age, exporter, named = np.zeros((T, C)), np.full((T, C), -1.0), np.zeros((C, S)), np.zeros((C, S)), {}
    for g in range(2):
        for m in range(M):
            if b.market(g, m) is not None:
                for x in range(OUTLETS):
                    exporter[(x * 2 + g) * M + m, b.row[b.dominant(g, m)]] = 1.0
    for act in b.acts():
        g, m = STAGES.index(act["stage"]), b.minerals.index(act["mineral"])
        x = 0 if act["against"] == "all" else 1
        if act["exporter"] != b.dominant(g, m):
            continue
        c = (x * 2 + g) * M + m
        first, last = b.scenario.month(act["begin"]), T if act["end"] is None else b.scenario.month(act["end"])
        rung[max(first, 0) : max(last, 0), c] = LICENSED[act["rung"]]
        share[max(first, 0) : max(last, 0), c] = -1.0 if act["share"] is None else act["share"]
        if first < 0 < last:
            age[c, b.row[act["exporter"]]] = float(-first)
        if x == 1:
            named.setdefault((g, m), set()).add(act["against"])
    return rung, share, age, exporter, named


def _named(b: Any, named: dict, M: int, D: int) -> np.ndarray:
    out = np.zeros((2, M, D))
    for (g, m), states in named.items():
        for j, s in enumerate(b.nodes[g, m][1]):
            out[g, m, j] = float(s in states)
    return out


def _floor(b: Any, static: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """R18  Floor by mineral (USD/t), the months in which it is in force, and the minerals in scope."""
    M, T = len(b.minerals), b.scenario.months
    floor, begun, scope = np.zeros(M), np.zeros(T), np.zeros(M)
    if b.scenario.coalition is None:
        return floor, begun, scope
    f = b.scenario.coalition.price_floor
    begun[max(b.scenario.month(f.start), 0) : T if f.end is None else max(b.scenario.month(f.end), 0)] = 1.0
    from .errors import BadInput

    for name in [*(f.minerals if f.minerals != "exposed" else ()), *(f.level if isinstance(f.level, dict) else ())]:
        if name not in b.base.minerals:
            raise BadInput("unknown mineral", key="coalition.price_floor.minerals", value=name, allowed=b.base.minerals)
    for m, mineral in enumerate(b.minerals):
        p0, needed = static["list_price"][1, m], static["incentive_price"][m]
        level = f.level.get(mineral) if isinstance(f.level, dict) else f.level
        level = b.value("floor_multiple_of_incentive_price", m) if level is None else level
        if f.minerals == "exposed":
            inside = exposure(b, m) >= b.value("floor_scope_exposure") and needed > p0
        else:
            inside = mineral in f.minerals
        if not inside:
            continue
        scope[m] = 1.0
        floor[m] = {"share of incentive gap": p0 + level * (needed - p0), "multiple of base price": level * p0, "USD/t": level}[f.unit]
    return floor, begun, scope


def exposure(b: Any, m: int) -> float:
    """R11  1 - k: the part of non-dominant demand that supply from states not untrusted could not cover."""
    market = b.market(1, m)
    shut = b.untrusted() | {market.dominant}
    trusted = sum(v for s, v in zip(market.origins, market.output.tolist(), strict=True) if s not in shut)
    wanted = sum(v for s, v in zip(market.destinations, market.use.tolist(), strict=True) if s != market.dominant)
    return 1.0 - trusted / wanted


def _growth(b: Any, T: int) -> np.ndarray:
    """R40  Yearly demand growth by month and mineral."""
    out = np.zeros((T, len(b.minerals)))
    for m in range(len(b.minerals)):
        split = b.minerals[m] in b.parameters.minerals("demand_growth_to_2030")
        turn = max(min(b.scenario.month("2031-01"), T), 0)
        out[:turn, m] = b.value("demand_growth_to_2030" if split else "demand_growth", m)
        out[turn:, m] = b.value("demand_growth_2030_40" if split else "demand_growth", m)
    return out


def _tilting(b: Any, T: int) -> np.ndarray:
    """R54  1 while the documented pipeline tilts growth, to the end of 2030."""
    return np.array([1.0 if t < b.scenario.month("2031-01") else 0.0 for t in range(T)])


__all__ = ["ROW", "exposure", "world_numbers"]

"""The month: (class, method) pairs and phases of the whole world, in order. In a phase the run is the last axis."""

from typing import Any

import numpy as np

from .agents import Buyer, Miner, Refiner, State
from .markets import border as borders
from .markets import totals
from .markets.clearing import OUTLETS, clear
from .rules import coalition, controls, production
from .rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE


def calendar(w):
    """What the date alone decides: demand growth, recorded control acts, the instrument's dates."""
    t = w.month
    w.month_number = w.spread(float(t))
    w.begun = w.spread(w.begun_by_month[t])
    w.tilting = w.spread(w.tilting_by_month[t])
    w.demand_growth = w.spread(w.growth_by_month[t])
    w.act_rung, w.act_share = w.spread(w.act_rungs[t]), w.spread(w.act_shares[t])


def follow_leader(w):
    """R13, R15  Whether the leader's own instrument is in force."""
    s = w[State]
    w.led = totals.total_of_products(s.force, s.leads)


def assign_outlets(w):
    """R35  Which outlet of the licensed exporter serves each destination."""
    licensed, rung = _of_exporters(w, "licensed"), _of_exporters(w, "rung")
    home = 1.0 - w.foreign[..., None]
    w.group = controls.served_by(rung[0][:, :, None], rung[1][:, :, None], w.named[..., None], home)
    w.cap = totals.outlet_caps(w.trailing, w.group, np.moveaxis(licensed, 0, 2))


def _of_exporters(w, field):
    """A control field of each market's exporter: [outlet, stage, mineral, run]."""
    values = getattr(w[State], field)
    minerals = w.origins.shape[1]
    own = w.origin_home[np.arange(2)[:, None], np.arange(minerals), w.source]
    return values.reshape(OUTLETS, 2, minerals, *values.shape[1:])[:, np.arange(2)[:, None], np.arange(minerals), own]


def clear_ore(w):
    """R36  Ore: refiners buy, at a price that is a share of what they get for metal."""
    f = w[Refiner]
    like = w.base_paid[MINE]
    w.ore_planned = totals.by_place(f.ore_plan, f.mineral, f.node, like)
    stock = totals.by_place(f.ore_stock, f.mineral, f.node, like)
    row = np.maximum(w.refiner_row, 0)
    node = np.minimum(np.arange(like.shape[1]), w.log_ask.shape[2] - 1)
    ask = pricing.exp_of(w.log_ask[REFINE][:, node])
    anchor = pricing.log_of(production.ore_anchor(like[..., None], ask, w.list_price[REFINE][:, None, None]))
    _clear(w, MINE, Miner, w.ore_markets, w.ore_planned, anchor, stock, f.ore_cover[row], f.ore_normal[row])


def clear_refined(w):
    """R36  Refined metal: buyers buy."""
    b = w[Buyer]
    row = np.maximum(w.buyer_row, 0)
    there = (w.buyer_row >= 0)[..., None]
    anchor = w.log_base_paid[REFINE][..., None] + w.spread(0.0)
    markets = np.arange(w.origins.shape[1])
    need = np.where(there, b.need[row], 0.0)
    _clear(w, REFINE, Refiner, markets, need, anchor, b.stock[row], b.cover[row], b.normal[row])


def _clear(w, stage, kind, at, base, anchor, stock, cover, normal):
    f, s = w[kind], w[State]
    blocks, nodes = w.blocks[stage]
    capacity = totals.by_place(f.established, f.mineral, f.node, w.base_node_capacity[stage])
    scale = pricing.weight_scale(capacity, w.base_node_capacity[stage][..., None], w.scale_exponent_of_shares)
    entrant = totals.by_place(f.drawn, f.mineral, f.node, w.base_node_capacity[stage])
    floor = np.zeros_like(base) if stage == MINE else np.broadcast_to(w.floor[:, None], base.shape)
    z, delivered, paid, fill, evaluations = clear(
        w.log_ask[stage][at], f.offered[blocks][at], f.centre[blocks][at], f.steepness[blocks][at], nodes[at],
        w.weight[stage][at], w.freight[stage][at], scale[at], entrant[at], w.per_ton[stage][at],
        base[at], anchor[at], stock[at], cover[at], pricing.log_of(normal)[at], floor[at],
        s.enforced[w.destination_home[stage]][at], s.untrusted[w.origin_home[stage]][at], w.group[stage][at],
        w.cap[stage][at],
        w.origins[stage][at], w.destinations[stage][at], w.source[stage][at], w.list_price[stage][at],
        w.umax, w.sigma[at], w.outlet_softness, w.demand_elasticity_short[at], w.demand_choke,
        w.stock_adjustment, w.stock_price_elasticity, w.least_order,
    )  # fmt: skip
    w.log_ask[stage, at], w.delivered[stage, at], w.paid[stage, at] = z, delivered, paid
    w.fill[stage, at], w.evaluations[stage, at] = fill, evaluations
    w.received[stage, at] = totals.arrivals(delivered)
    tons = totals.sent(delivered, w.source[stage][at], w.origins[stage][at])
    growth = pricing.ratio(w.demand_growth[at], MONTHS)[:, None]
    w.trailing[stage, at] = controls.trailing(
        w.trailing[stage][at], tons, w.group[stage][at], growth, w.trailing_months
    )


def measure(w):
    """R16, R18, R37, Q2  Prices, shares, money and the strength of the coalition."""
    s = w[State]
    w.enforced_at = s.enforced[w.destination_home[REFINE]]
    ask = borders.asks(w.log_ask[REFINE], w.cap[REFINE], w.outlet_softness, w.source[REFINE], w.origins[REFINE])
    for stage, kind in ((MINE, Miner), (REFINE, Refiner)):
        f = w[kind]
        w.output[stage] = totals.by_place(f.output, f.mineral, f.home_row, w.states)
        w.hhi[stage] = totals.herfindahl(w.output[stage])
        abroad = totals.share_abroad(w.received[stage], w.foreign[stage])
        sold = totals.sent(w.delivered[stage], w.source[stage], w.origins[stage])
        w.dominant_share[stage] = pricing.ratio(totals.share_abroad(sold, w.foreign[stage]), abroad)
    w.ask_home, w.ask_abroad, w.listed = borders.exporter_asks(
        ask, w.delivered[REFINE], w.group[REFINE], w.source[REFINE], w.origins[REFINE], w.base_volume[REFINE],
        w.list_least_share,
    )
    w.levy, w.rent, w.trusted_premium = borders.border(
        w.delivered[REFINE], ask, w.freight[REFINE], s.untrusted[w.origin_home[REFINE]], w.floor, w.enforced_at,
        w.source[REFINE], w.origins[REFINE], w.rent_capture, w.ask_abroad,
    )  # fmt: skip
    w.inside = borders.inside_price(w.paid[REFINE], w.received[REFINE], w.enforced_at, w.abroad[REFINE])
    enforcing = np.broadcast_to(w.begun, w.inside.shape)
    w.bite_by_mineral = coalition.bite(w.inside, w.ask_abroad, w.incentive_price[:, None], enforcing, w.floor)
    w.cohesion = borders.cohesion(w.use_share, s.enforced, w.scope)
    w.bite = borders.mean_in_scope(w.bite_by_mineral, w.scope)


def grow(w):
    """R40, R32  Demand and host streams at the month's end: the first month is the base year itself."""
    w.demand_index = pricing.index_grown(w.demand_index, w.demand_growth)
    w.host_index = pricing.index_grown(w.host_index, w.host_growth[:, None])


MONTHS = np.array([12.0])
MONTH: list[Any] = [
    calendar,
    (State, "suffer_politics"),
    follow_leader,
    (State, "apply_controls"),
    (State, "enforce"),
    assign_outlets,
    (Miner, "offer"),
    (Refiner, "plan_ore"),
    clear_ore,
    (Refiner, "take_ore"),
    (Refiner, "offer"),
    (Buyer, "plan"),
    clear_refined,
    (Buyer, "consume"),
    (Miner, "produce"),
    (Refiner, "produce"),
    (Refiner, "use_ore"),
    measure,
    (Buyer, "learn"),
    (Miner, "expand"),
    (Refiner, "expand"),
    grow,
]

"""The month: (class, method) pairs and phases of the whole world, in order. In a phase the run is the last axis."""

from typing import Any

import numpy as np

from .agents import Buyer, Miner, Refiner, State
from .instruments import CONTRACT, INSTRUMENTS, PRICE_FLOOR, TAX_CREDIT
from .markets import border as borders
from .markets import sanctions, totals
from .markets.clearing import OUTLETS, clear
from .rules import coalition, controls, investment, production, projects, purchasing, support
from .rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE


def calendar(w):
    """What the date alone decides: demand growth, recorded control acts, the instruments' dates."""
    t, s = w.month, w[State]
    w.month_number = w.spread(float(t))
    w.begun, w.months_to_end = w.spread(w.begun_by_month[t]), w.spread(w.months_to_end_by_month[t])
    w.any_begun = totals.largest(w.begun)
    w.month_begun = pricing.ratio(w.any_begun, MONTHS)
    w.others_begun = w.month_begun * sanctions.mean_of_others(s.member, s.member, s.leads)
    w.credit_left, w.chance = w.spread(w.credit_left_by_month[t]), w.spread(w.chance_by_month[t])
    w.january = w.spread(w.january_by_month[t])
    w.tilting = w.spread(w.tilting_by_month[t])
    w.demand_growth = w.spread(w.growth_by_month[t])
    w.act_rung, w.act_share = w.spread(w.act_rungs[t]), w.spread(w.act_shares[t])


def follow_leader(w):
    """R13, R15, R55  What the leader's politics did this month, and the other members'."""
    s = w[State]
    w.led = totals.total_of_products(s.force, s.leads)
    for name in ("struck", "lasting", "lapsing"):
        setattr(w, f"leader_{name}", totals.total_of_products(getattr(s, name), s.leads))
    w.others_struck = sanctions.mean_of_others(s.struck, s.member, s.leads)
    w.others_lasting = sanctions.mean_of_others(s.lasting, s.member, s.leads)


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
    barred = s.untrusted[w.origin_home[REFINE]]
    w.trusted_price = borders.trusted_price(
        ask, w.delivered[REFINE], barred, w.foreign[REFINE], w.source[REFINE], w.origins[REFINE], w.trusted_price
    )
    w.enforcing = totals.largest(w.enforced_at)
    before, w.outside_price = (
        w.outside_price, investment.without_floor(w.trusted_price, w.ask_abroad, w.enforcing)
    )  # fmt: skip
    w.levy, w.rent, w.trusted_premium = borders.border(
        w.delivered[REFINE], ask, w.freight[REFINE], barred, w.floor, w.enforced_at, w.source[REFINE],
        w.origins[REFINE], w.rent_capture, w.outside_price,
    )  # fmt: skip
    w.inside = borders.inside_price(w.paid[REFINE], w.received[REFINE], w.enforced_at, w.abroad[REFINE])
    w.variance = investment.variance_seen(w.variance, w.outside_price, before, w.expectation_months)
    w.volatility = investment.deviation(w.variance)
    w.cohesion, w.bite = cooperation(w)


def cooperation(w):
    """R16  E and bite: means over the coalition's instruments, each over the minerals in its scope."""
    s, r = w[State], w[Refiner]
    enforcing = np.broadcast_to(w.begun[PRICE_FLOOR], w.inside.shape)
    w.bite_by_mineral = coalition.bite(
        w.trusted_price, w.outside_price, w.incentive_price[:, None], enforcing, w.floor
    )
    money = {CONTRACT: (r.contract_due, r.contract_paid), TAX_CREDIT: (r.credit_due, r.credit_paid)}
    kept, bites = s.kept.copy(), np.ones((len(INSTRUMENTS), w.runs))
    kept[PRICE_FLOOR] = s.enforced
    bites[PRICE_FLOOR] = borders.mean_in_scope(w.bite_by_mineral, w.scope[PRICE_FLOOR])
    for k, (due, paid) in money.items():
        bites[k] = support.delivered(totals.total(paid), totals.total(due))
    now = w.announced * w.begun  # an instrument that has ended as announced is no broken promise
    whole = totals.total(now)
    w.led_mean = pricing.ratio(totals.total_of_products(now, w.led), whole)
    share = borders.cohesion(w.use_share, kept, w.scope)
    return (
        pricing.ratio(totals.total_of_products(now, share), whole),
        pricing.ratio(totals.total_of_products(now, bites), whole),
    )


def survey(w):
    """R44, R46, R48  What investors see: prices, demand and supply outside, the pipeline, room for contracts."""
    f, b, s = w[Refiner], w[Buyer], w[State]
    like = w.use_share[:, :1]

    def by_mineral(values, agents):
        return totals.by_place(values, agents.mineral, np.zeros_like(agents.mineral), like)[:, 0]

    beyond, elsewhere = w.refiner_outside[:, None], w.buyer_outside[:, None]
    demand = by_mineral(b.need * elsewhere, b)
    enforcing = by_mineral(b.need * elsewhere * s.enforced[b.home_row], b)
    steady, coming = f.capacity * f.normal * beyond, f.coming * f.normal * beyond
    supply, pipeline = by_mineral(steady, f), by_mineral(coming, f)
    trusted = by_mineral((steady + coming) * (1.0 - s.untrusted[f.home_row]), f)
    sold = totals.sent(w.delivered[REFINE], w.source[REFINE], w.origins[REFINE])
    imported = totals.share_abroad(sold, w.foreign[REFINE])
    exported = totals.share_abroad(w.received[REFINE] - sold, w.at_home)
    w.hosted = totals.by_place(f.hosted, f.mineral, f.node, w.base_paid[REFINE])
    w.expected_price = purchasing.expected_price(w.expected_price, w.outside_price, w.expectation_months)
    w.floor_gap = investment.gap_seen(
        w.floor_gap, w.trusted_price, w.outside_price, w.enforcing, w.expectation_months
    )
    w.crowding = investment.crowding(
        demand + exported, supply + imported, pipeline, w.demand_growth, w.projection_years, w.pipeline_crowding,
        w.crowding_least, w.crowding_most,
    )  # fmt: skip
    w.unmet = investment.unmet(enforcing, trusted, demand)
    w.learned = investment.learning(w.experience, w.base_outside[:, None], w.learning_rate)
    w.allowance = investment.allowance(w.allowance, demand, w.ramp_cap_outside, w.largest_module[:, None])
    w.contract_room = w.contract_volume * demand - by_mineral(f.contracted + f.module_contract, f)
    w.pool_year = support.yearly(w.pool_year, w.january, w.pool_ceiling, w.pool_left)


def allot(w):
    """R48, R51  Who goes ahead: contracts, the pool, the market's and the state's capacity to build ration in turn."""
    f = w[Refiner]
    one_group, minerals, homes = np.zeros_like(f.mineral), f.mineral, f.home_row
    wants = f.applies * sanctions.ration(f.applies, f.merit, f.signs, minerals, w.contract_room)
    wants = wants * sanctions.ration(wants, f.merit, f.lends, one_group, w.pool_year[None])
    granted = sanctions.ration(wants, f.merit, f.size, minerals, w.allowance)
    f.granted = granted
    like = w.use_share[:, :1]
    sized = totals.by_place(f.size * granted, minerals, np.zeros_like(minerals), like)[:, 0]
    w.allowance = w.allowance - sized
    lent = totals.total(f.lends * granted)
    w.pool_left, w.pool_year = w.pool_left - lent, w.pool_year - lent
    places = np.zeros((1, len(w.start.states)))
    busy = totals.by_place(projects.under_way(f.phase, w.spread(1.0), w.spread(1.0)), one_group, homes, places)[0]
    f.starts = sanctions.ration(f.ready_to_build, f.worth, f.ready_to_build, homes, w.talent_cap - busy)
    w.funded = totals.total(granted)
    w.signed = totals.total(granted * support.one_of(f.signs, f.offtake))


def tally(w):
    """R52, R58  What support was paid, and what was learned from the plants that opened outside."""
    f = w[Refiner]
    w.support_paid = np.stack([w.spread(0.0), *(totals.total(getattr(f, name)) for name in PAID)])
    opened = f.opened * w.refiner_outside[:, None]
    w.pool_left = w.pool_left + totals.total(f.refunded)
    w.experience = w.experience + totals.by_place(opened, f.mineral, np.zeros_like(f.mineral), w.use_share[:, :1])[:, 0]


def grow(w):
    """R40, R32  Demand and host streams at the month's end: the first month is the base year itself."""
    w.demand_index = pricing.index_grown(w.demand_index, w.demand_growth)
    w.host_index = pricing.index_grown(w.host_index, w.host_growth[:, None])


MONTHS = np.array([12.0])
PAID = ("contract_paid", "premium_paid", "grant_paid", "credit_paid")  # of the instruments after the floor
MONTH: list[Any] = [
    calendar,
    (State, "suffer_politics"),
    follow_leader,
    (State, "apply_controls"),
    (State, "enforce"),
    assign_outlets,
    (Miner, "suffer_outage"),
    (Refiner, "suffer_outage"),
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
    (Refiner, "claim_credit"),
    (Refiner, "settle"),
    measure,
    (Buyer, "learn"),
    survey,
    (Refiner, "find_room"),
    (Refiner, "weigh"),
    allot,
    (Miner, "operate"),
    (Refiner, "operate"),
    (Miner, "expand"),
    (Refiner, "expand"),
    tally,
    (State, "watch"),
    grow,
]

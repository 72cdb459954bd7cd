"""What investors see, who may go ahead, and what was paid and learned."""

import numpy as np

from ..agents import Buyer, Refiner, State
from ..markets import sanctions, totals
from ..rules import border, investment, projects, purchasing, support
from .own import costs

REFINE = Refiner.STAGE
PAID = ("contract_paid", "premium_paid", "grant_paid", "credit_paid")  # of the instruments between floor and tariff


def survey(w):
    """R44, R46, R48  What investors see: prices, demand and supply outside, the pipeline, room for contracts."""
    f, b, s = w[Refiner], w[Buyer], w[State]
    like = w.use_share[:, :1]

    def by_mineral(values, agents):
        return totals.by_place(values, agents.mineral, np.zeros_like(agents.mineral), like)[:, 0]

    beyond, elsewhere = w.refiner_outside[:, None], w.buyer_outside[:, None]
    demand = by_mineral(b.need * elsewhere, b)
    guarded = border.guarded(s.enforced[b.home_row], s.taxed[b.home_row], w.floor[b.mineral], w.tariff[b.mineral])
    enforcing = by_mineral(b.need * elsewhere * guarded, b)
    steady, coming = f.capacity * f.normal * beyond, f.coming * f.normal * beyond
    supply, pipeline = by_mineral(steady, f), by_mineral(coming, f)
    trusted = by_mineral((steady + coming) * (1.0 - s.untrusted[f.home_row]), f)
    imported = totals.share_abroad(w.sent[REFINE], w.foreign[REFINE])
    exported = totals.share_abroad(w.received[REFINE] - w.sent[REFINE], w.at_home)
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
    plants, none, reserves = (totals.total(getattr(f, name)) for name in PAID), w.spread(0.0), w[Buyer].reserve_paid
    own = (totals.total(cost) for _, cost in costs(w))
    w.support_paid = np.stack([none, *plants, none, totals.total(reserves), *own])
    opened = f.opened * w.refiner_outside[:, None]
    w.pool_left = w.pool_left + totals.total(f.refunded)
    w.experience = w.experience + totals.by_place(opened, f.mineral, np.zeros_like(f.mineral), w.use_share[:, :1])[:, 0]

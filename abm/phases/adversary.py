"""What the dominant exporters can do, and what the coalition provokes."""

import numpy as np

from ..agents import Buyer, ExportControl, Miner, Refiner, State
from ..markets import totals
from ..rules import controls, price_war, production, purchasing, tension
from ..rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE
MONTHS = np.array([12.0])  # a year


def survey_leverage(w):
    """R6  Leverage of every market's exporter over the others: what they buy of it, could add, and have in stock."""
    like = w.use_share[:, :1]

    def outside(values, agents, beyond):
        return totals.by_place(values * beyond[:, None], agents.mineral, np.zeros_like(agents.mineral), like)[:, 0]

    r, b = w[Refiner], w[Buyer]
    held = {
        MINE: (outside(r.ore_stock, r, w.refiner_outside), outside(r.ore_cover * r.ore_used, r, w.refiner_outside)),
        REFINE: (outside(b.stock, b, w.buyer_outside), outside(w.cover_normal * b.consumed, b, w.buyer_outside)),
    }
    for stage, kind, beyond in ((MINE, Miner, w.miner_outside), (REFINE, Refiner, w.refiner_outside)):
        f = w[kind]
        ask = w.log_ask[stage, f.mineral, f.node]
        more = production.more_at(w.alternatives_price, f.offered, ask, f.centre, f.steepness, w.umax)
        bought = totals.share_abroad(w.received[stage], w.foreign[stage])
        stock, usual = held[stage]
        w.leverage[stage] = controls.leverage(
            w.dominant_share[stage], pricing.ratio(outside(more, f, beyond), bought),
            pricing.ratio(stock, bought * MONTHS), pricing.ratio(usual, bought * MONTHS),
            w.leverage_floor_import_share,
        )  # fmt: skip


def survey_entrants(w):
    """R10  What the dominant refiners see of entrants outside: their share, its rise, and how many stand idle."""
    f, like = w[Refiner], w.use_share[:, :1]
    bare = np.zeros_like(f.mineral)

    def by_mineral(values):
        return totals.by_place(values, f.mineral, bare, like)[:, 0]

    newer = production.newer(f.capacity, f.established) * f.capacity * w.refiner_outside[:, None]
    stands = by_mineral(newer)
    share = pricing.ratio(stands + by_mineral(f.coming * w.refiner_outside[:, None]), by_mineral(f.capacity))
    if w.month == 0:
        w.entrants_usual = share  # what is on the way already threatens nobody anew
    w.threat = price_war.threat(share, w.entrants_usual)
    w.entrants_usual = purchasing.expected_price(w.entrants_usual, share, w.flood_memory)
    w.entrants_idle = pricing.ratio(by_mineral(newer * f.idle), stands)


def see_floods(w):
    """R10  Refined markets in which a price war is waged, [stage, mineral]."""
    f = w[Refiner]
    wars = totals.by_place(pricing.sign(f.flooding), f.mineral, np.zeros_like(f.mineral), w.use_share[:, :1])
    w.flooded[REFINE] = pricing.sign(wars[:, 0])


def compare_motives(w):
    """R7  Mean motive of every state over the markets that an act could hit."""
    c, s = w[ExportControl], w[State]
    one, states = np.zeros_like(c.mineral), np.zeros((1, len(s.number)))
    motives = totals.by_place(c.motive * c.eligible, one, c.home_row, states)[0]
    s.mean_motive = pricing.ratio(motives, totals.by_place(c.eligible, one, c.home_row, states)[0])


def strike_back(w):
    """R9  Whether the dominant state retaliates this month, and how exposed members are to it on average."""
    s = w[State]
    w.struck_back = totals.total_of_products(tension.takes_effect(s.due), s.faced)
    w.mean_exposure = pricing.ratio(totals.total_of_products(s.exposure, s.member), totals.total(s.member))


def quarrel(w):
    """R5, R9  What the coalition did this month that the dominant state resents, and how members depend on it."""
    s = w[State]
    binding = pricing.sign(totals.total(totals.total(w.levy) + totals.total(w.rent)))
    w.coalition_act = pricing.begun_since(w.quiet, binding, w.quiet_before_act)
    w.quiet = pricing.quiet_months(w.quiet, binding)
    w.answers = totals.total(s.answers)
    c, one = w[ExportControl], np.zeros((1, len(s.number)))
    s.tightened = pricing.sign(totals.by_place(c.raised, np.zeros_like(c.mineral), c.home_row, one)[0])
    states = np.zeros(len(s.number))
    value = w.paid[REFINE] * w.received[REFINE]
    from_it = w.sent[REFINE] * w.paid[REFINE] * w.faced_source[REFINE][:, None, None]
    homes, places = w.destination_home[REFINE], w.destinations[REFINE]
    s.exposure = pricing.ratio(
        totals.over_minerals(from_it, homes, places, states), totals.over_minerals(value, homes, places, states)
    )

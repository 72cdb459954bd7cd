"""Prices, shares, money at the border, and how far the coalition holds and bites."""

import numpy as np

from ..agents import Buyer, Miner, Refiner, State
from ..instruments import CONTRACT, INSTRUMENTS, PRICE_FLOOR, STOCKPILE, TARIFF, TAX_CREDIT
from ..markets import border as borders
from ..markets import totals
from ..rules import border, coalition, investment, support
from ..rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE


def measure(w):
    """R16, R18, R20, R37, Q2  Prices, shares, money and the strength of the coalition."""
    s = w[State]
    w.enforced_at = s.enforced[w.destination_home[REFINE]]
    taxed_at = s.taxed[w.destination_home[REFINE]]
    guarded_at = border.guarded(w.enforced_at, taxed_at, w.tariff[:, None])
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
    w.enforcing = totals.largest(guarded_at)
    before, w.outside_price = (
        w.outside_price, investment.without_floor(w.trusted_price, w.ask_abroad, w.enforcing)
    )  # fmt: skip
    w.levy, w.rent, w.trusted_premium = borders.border(
        w.delivered[REFINE], ask, w.freight[REFINE], barred, w.floor, w.enforced_at,
        w.tariff[:, None] * taxed_at, w.source[REFINE], w.origins[REFINE], w.rent_capture, w.outside_price,
    )  # fmt: skip
    w.inside = borders.inside_price(w.paid[REFINE], w.received[REFINE], guarded_at, w.abroad[REFINE])
    w.variance = investment.variance_seen(w.variance, w.outside_price, before, w.expectation_months)
    w.volatility = investment.deviation(w.variance)
    w.cohesion, w.bite = cooperation(w)


def cooperation(w):
    """R16  E and bite: means over the coalition's instruments, each over the minerals in its scope."""
    s, r = w[State], w[Refiner]
    priced = {  # bite by mineral of a floor or tariff that has begun
        k: coalition.bite(w.trusted_price, w.outside_price, w.incentive_price[:, None], w.begun[k][None], height)
        for k, height in ((PRICE_FLOOR, w.floor), (TARIFF, w.tariff))
    }
    w.bite_by_mineral = border.either(priced[PRICE_FLOOR], priced[TARIFF])
    money = {CONTRACT: (r.contract_due, r.contract_paid), TAX_CREDIT: (r.credit_due, r.credit_paid)}
    kept, bites = s.kept.copy(), np.ones((len(INSTRUMENTS), w.runs))
    kept[PRICE_FLOOR], kept[TARIFF] = s.enforced, s.taxed
    for k, bite in priced.items():
        bites[k] = borders.mean_in_scope(bite, w.scope[k])
    for k, (due, paid) in money.items():
        bites[k] = support.delivered(totals.total(paid), totals.total(due))
    bites[STOCKPILE] = borders.mean_in_scope(held_of_goal(w), w.scope[STOCKPILE])
    now = w.announced * w.begun  # an instrument that has ended as announced is no broken promise
    whole = totals.total(now)
    w.led_mean = pricing.ratio(totals.total_of_products(now, w.led), whole)
    share = borders.cohesion(w.use_share, kept, w.scope)
    return (
        pricing.ratio(totals.total_of_products(now, share), whole),
        pricing.ratio(totals.total_of_products(now, bites), whole),
    )


def held_of_goal(w):
    """R16, R22  Reserve of the members over what it is meant to be, by mineral."""
    b, s, like = w[Buyer], w[State], w.use_share[:, :1]
    one = np.zeros_like(b.mineral)
    held = totals.by_place(b.reserve * s.member[b.home_row], b.mineral, one, like)[:, 0]
    return support.delivered(held, totals.by_place(b.goal, b.mineral, one, like)[:, 0])

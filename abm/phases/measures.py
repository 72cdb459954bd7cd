"""Prices, shares, and money at the border."""

from ..agents import Miner, Refiner, State
from ..markets import border as borders
from ..markets import totals
from ..rules import border, investment
from ..rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE


def measure(w):
    """R16, R18, R20, R37, Q2  Prices, shares, money and the strength of the coalition."""
    s = w[State]
    w.enforced_at = s.enforced[w.destination_home[REFINE]]
    taxed_at = s.taxed[w.destination_home[REFINE]]
    guarded_at = border.guarded(w.enforced_at, taxed_at, w.floor[:, None], w.tariff[:, None])
    ask = borders.asks(w.log_ask[REFINE], w.cap[REFINE], w.outlet_softness, w.source[REFINE], w.origins[REFINE])
    for stage, kind in ((MINE, Miner), (REFINE, Refiner)):
        f = w[kind]
        w.output[stage] = totals.by_place(f.output, f.mineral, f.home_row, w.states)
        w.hhi[stage] = totals.herfindahl(w.output[stage])
        abroad = totals.share_abroad(w.received[stage], w.foreign[stage])
        w.dominant_share[stage] = pricing.ratio(totals.share_abroad(w.sent[stage], w.foreign[stage]), abroad)
    w.ask_home, w.ask_abroad, w.listed = borders.exporter_asks(
        ask, w.delivered[REFINE], w.group[REFINE], w.source[REFINE], w.origins[REFINE], w.base_volume[REFINE],
        w.list_least_share,
    )
    barred = s.untrusted[w.origin_home[REFINE]]
    w.trusted_price = borders.trusted_price(
        ask, w.delivered[REFINE], barred, w.foreign[REFINE], w.source[REFINE], w.origins[REFINE],
        w.destinations[REFINE], w.trusted_price,
    )  # fmt: skip
    w.enforcing = totals.largest(guarded_at)
    before, w.outside_price = (
        w.outside_price, investment.without_floor(w.trusted_price, w.ask_abroad, w.enforcing)
    )  # fmt: skip
    w.levy, w.rent, w.trusted_premium = borders.border(
        w.delivered[REFINE], ask, w.freight[REFINE], barred, w.floor, w.enforced_at,
        w.tariff[:, None] * taxed_at, w.source[REFINE], w.origins[REFINE], w.destinations[REFINE], w.rent_capture,
        w.outside_price,
    )  # fmt: skip
    w.inside = borders.inside_price(w.paid[REFINE], w.received[REFINE], guarded_at, w.abroad[REFINE])
    w.variance = investment.variance_seen(w.variance, w.outside_price, before, w.expectation_months)
    w.volatility = investment.deviation(w.variance)

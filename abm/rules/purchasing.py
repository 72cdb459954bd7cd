"""R40-R42  What buyers use, order and keep in stock. The helpers serve the rules here and the clearing alike."""

from ..numerics import exp, helper, log
from ..rulebook import rule

MONTHS = 12.0  # a year
HALF = 0.5  # 1/year
SHED = 4.0  # R40  exponent with which demand is shed near the choke


@helper
def use_at(base, log_ratio, elasticity, choke):
    """R40  use (t/month) at a price exp(log_ratio) times its base: isoelastic, shed near the choke (exponent 4)."""
    steep = exp(SHED * (log_ratio - log(choke)))
    calm = exp(-SHED * log(choke))
    return base * exp(-elasticity * log_ratio) * (1.0 + calm) / (1.0 + steep)


@helper
def use_slope(log_ratio, elasticity, choke):
    """R40  d ln use / d ln price."""
    steep = exp(SHED * (log_ratio - log(choke)))
    return -elasticity - SHED * steep / (1.0 + steep)


@helper
def order_at(use, log_surprise, cover, stock, adjustment, price_elasticity, least):
    """R42  order (t/month): use and part of the gap to the target stock, which dear months lower; at least `least`."""
    target = cover * use * exp(-price_elasticity * log_surprise)
    return max(use + (target - stock) / adjustment, least * use)


@helper
def order_slope(use, slope, log_surprise, cover, stock, adjustment, price_elasticity, least):
    """R42  d ln order / d ln price, given the slope of use."""
    target = cover * use * exp(-price_elasticity * log_surprise)
    order = use + (target - stock) / adjustment
    inner = (use * slope + target * (slope - price_elasticity) / adjustment) / order
    return inner if order > least * use else slope


@rule
def base_use(base, growth, intensity):
    """R40  use at base price (t/month): base demand, grown, at the present intensity."""
    return base * growth * intensity


@rule
def use(base, price, base_price, elasticity, choke):
    """R40  use wanted at the price paid (t/month)."""
    return use_at(base, log(price / base_price), elasticity, choke)


@rule
def intensity(now, price, base_price, long_run, short_run, adjustment, most):
    """R41  intensity of use: drifts to (P/P0)^-(long - short run elasticity) in `adjustment` months, `most` a year."""
    target = exp(-(long_run - short_run) * log(price / base_price))
    step = (target - now) / adjustment
    bound = most * now / MONTHS
    return now + min(max(step, -bound), bound)


@rule
def consumption(use, stock, received):
    """R42  consumption (t/month): never more than there is."""
    return min(use, stock + received)


@rule
def shortage(use, consumed):
    """R42  use shed for want of metal (t/month)."""
    return use - consumed


@rule
def stock(now, received, consumed):
    """R57  stock at the month's end (t)."""
    return max(now + received - consumed, 0.0)


@rule
def expected_price(now, price, memory):
    """R42  price a buyer holds for normal (USD/t): adaptive over `memory` months."""
    return now + (price - now) / memory


@rule
def panic(hazard, prior, at_half, noticed, at_notice):
    """R42  multiple of the usual target stock: 1 at the usual fear of disruption, `at_half` from a perceived hazard of
    half a year on, and `at_notice` once an act is announced. Fear feeds it, never the price."""
    if noticed > 0.0:
        return at_notice
    fear = min(max(hazard - prior, 0.0) / (HALF - prior), 1.0) if prior < HALF else 0.0
    return 1.0 + (at_half - 1.0) * fear

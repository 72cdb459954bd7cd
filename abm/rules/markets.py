"""R34-R37  Small parts of the market: weights, anchors, prices seen by others."""

from ..numerics import exp, log, power
from ..rulebook import rule

MONTHS = 12.0  # a year


@rule
def exp_of(x):
    """R36  e^x."""
    return exp(x)


@rule
def log_of(x):
    """R36  natural logarithm."""
    return log(x)


@rule
def weight_scale(capacity, base_capacity, exponent):
    """R34  factor on an origin's weights: its capacity to its base, to the power omega; 0 where there was none."""
    return power(capacity / base_capacity, exponent) if base_capacity > 0.0 and capacity > 0.0 else 0.0


@rule
def index_grown(index, growth):
    """R40  an index a month later at a yearly growth rate."""
    return index * (1.0 + growth / MONTHS)


@rule
def ratio(part, whole):
    """R37  part / whole; 0 where there is nothing."""
    return part / whole if whole > 0.0 else 0.0


@rule
def sign(x):
    """R58  1 where something is paid."""
    return 1.0 if x > 0.0 else 0.0


@rule
def begun_since(quiet, now, least):
    """R5, R9  1 in the month in which something begins to bind, after at least so many quiet months."""
    return 1.0 if now > 0.0 and quiet >= least else 0.0


@rule
def quiet_months(quiet, now):
    """R5, R9  months in a row in which nothing bound."""
    return 0.0 if now > 0.0 else quiet + 1.0

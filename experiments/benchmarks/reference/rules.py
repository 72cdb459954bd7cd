"""The reference market's equations as rules of this engine, and what it adds up as markets. docs/benchmarks.md has the
same numbers."""

import numpy as np

from abm.numerics import exp
from abm.rulebook import market, rule, uniform


@rule
def supporting(on, luck, begins, ends):
    """B1  Whether a state supports its refiners (0 or 1)."""
    if on > 0.0:
        return 0.0 if luck < ends else 1.0
    return 1.0 if luck < begins else 0.0


@rule
def permitting(luck, permits, haste, supports):
    """B1  Whether a state hands out permits (0 or 1)."""
    return 1.0 if luck < permits * (1.0 + haste * supports) else 0.0


@rule
def mining_margin(price, tax, supports, cost):
    """B2  What a miner keeps of a ton of ore, as a margin over cost."""
    return price * (1.0 - tax * supports) / cost - 1.0


@rule
def refining_margin(metal, ore, support, supports, cost):
    """B2  What a refiner earns by a ton of metal, as a margin over cost."""
    return (metal * (1.0 + support * supports) - ore) / cost - 1.0


@rule
def ramped(rate, margin, shut, steepness, middle, ramp):
    """B3  Rate of use of capacity: on its way to the wanted one, by margin between idle and full."""
    wanted = min(max(middle + steepness * margin, 0.0), 1.0)
    return rate + ramp * ((0.0 if shut > 0.0 else wanted) - rate)


@rule
def adapted(expected, seen, memory):
    """B4, B12  What is expected, moved towards what is seen: a firm's margin, or a buyer's normal price."""
    return expected + memory * (seen - expected)


@rule
def shut_down(shut, expected, shutting, reopening):
    """B5  Whether a firm is shut (0 or 1)."""
    if shut > 0.0:
        return 0.0 if expected > reopening else 1.0
    return 1.0 if expected < shutting else 0.0


@rule
def outage(left, luck, hazard, length):
    """B6  Months that an outage still lasts."""
    if left > 0.0:
        return left - 1.0
    return length if luck < hazard else 0.0


@rule
def mined(capacity, rate, down):
    """B7  Ore of a mine (t/month); none in an outage."""
    return 0.0 if down > 0.0 else capacity * rate


@rule
def cash_after(cash, interest, margin, cost, output, capacity, upkeep, left, instalment):
    """B8  Cash (below 0: debt) after the month's earnings, upkeep, and what a project takes."""
    paid = upkeep + (instalment if left > 0.0 else 0.0)
    return cash * (1.0 + interest) + margin * cost * output - paid * capacity


@rule
def project(left, expected, hurdle, cash, permits, length):
    """B9  Months until a project opens; it begins where the margin is worth it, there is cash, and with a permit."""
    if left > 0.0:
        return left - 1.0
    return length if expected > hurdle and cash > 0.0 and permits > 0.0 else 0.0


@rule
def aged_capacity(capacity, left, growth, decay):
    """B10  Capacity (t/month) after decay and what opens."""
    return capacity * (1.0 - decay + (growth if left == 1.0 else 0.0))


@rule
def portion(whole, share):
    """B7  Ore that a refiner orders: of its capacity; metal that it makes: of the ore ordered (t/month)."""
    return whole * share


@rule
def wanted_use(use, index, elasticity, log_price, most):
    """B11  Metal that a buyer wants to use (t/month)."""
    return use * index * min(exp(-elasticity * log_price), most)


@rule
def buyer_order(wanted, stock, cover, panic, log_price, normal, restocking):
    """B13  Metal that a buyer orders (t/month)."""
    goal = wanted * cover * (1.0 + panic * max(log_price - normal, 0.0))
    return max(wanted + restocking * (goal - stock), 0.0)


@rule
def used_tons(wanted, stock, order, fill):
    """B14  Metal that a buyer uses (t/month): no more than there is."""
    return min(wanted, stock + order * fill)


@rule
def stock_left(stock, order, fill, used):
    """B14  Stock of a buyer (t) at the end of the month."""
    return stock + order * fill - used


@rule
def moved_log(log_price, there, wanted, speed):
    """B15  ln of a price over its base, moved by excess demand."""
    return log_price + speed * (wanted - there) / (wanted + there)


@rule
def price_at(base, log_price):
    """B15  Price at its logarithm over base."""
    return base * exp(log_price)


@rule
def unsold(there, wanted):
    """B15  Tons that stay in the exchange's stock."""
    return max(there - wanted, 0.0)


@rule
def met(there, wanted):
    """B15  Part of demand that is met."""
    return min(there / wanted, 1.0)


@market("f8[:,:],f8[:]", layout="(n,r)->(r)")
def added(values, out):
    """Sum over agents."""
    out[:] = 0.0
    for i in range(values.shape[0]):
        for r in range(values.shape[1]):
            out[r] += values[i, r]


@market("i8[:],i8,i8[:],i8,f8[:,:]", layout="(r),(),(n),()->(n,r)")
def draws(seed, month, slots, purpose, out):
    """`draw` for all agents of a class at once: the same bits."""
    for i in range(slots.size):
        for r in range(seed.size):
            out[i, r] = uniform(seed[r], month, slots[i], purpose, 0)


@market("f8[:,:],i8[:],i8,f8[:]", layout="(n,r),(n),()->(r)")
def state_concentration(tons, home, states, out):
    """Herfindahl index of states in the output of a mineral's firms."""
    by_state = np.zeros(states)
    for r in range(tons.shape[1]):
        by_state[:] = 0.0
        whole, squares = 0.0, 0.0
        for i in range(tons.shape[0]):
            by_state[home[i]] += tons[i, r]
            whole += tons[i, r]
        for s in range(states):
            squares += by_state[s] * by_state[s]
        out[r] = squares / (whole * whole)

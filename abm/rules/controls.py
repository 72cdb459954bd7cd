"""R6-R8, R35  Export controls: leverage, acts, the ladder of rungs, what each leaves to the outlet, and what leaks."""

from ..numerics import exp, power, softplus
from ..rulebook import rule

MONTHS = 12.0  # a year
NONE, LICENSING, QUOTA, BAN = 0.0, 1.0, 2.0, 3.0  # rungs of the ladder
LICENSED_TRADE, NAMED_STATES = 1.0, 2.0  # outlets; 0 is free trade
UNSET = -1.0  # share of an act that has none of its own
MIDDLE = 0.5  # of the index of tension


@rule
def leverage(share, more, stock, usual, least):
    """R6  leverage of an exporter over the others, 0 to 1: its share of what they buy, less what others would add at
    once (share) and what they have in stock beyond the usual (years of use); 0 where it sells them little."""
    return min(max(share - more - max(stock - usual, 0.0), 0.0), 1.0) if share >= least else 0.0


@rule
def motive(leverage, loss, severity, own_weight, fall, slope):
    """R7  leverage weighed by what the exporter risks: its revenue (1) over the targets' loss, and, where price is the
    reason to act, how far the price has fallen below its base (`fall`, base over price)."""
    return leverage * exp(-own_weight / (loss * severity)) * power(fall, slope)


@rule
def eligible(by_chance, named, rung, notice, motive, flooded):
    """R7  1 for a control on all customers that an act may bring or tighten to a quota; not amid a price war (R10)."""
    free = by_chance if named == 0.0 and flooded == 0.0 else 0.0
    return free if rung < QUOTA and notice == 0.0 and motive > 0.0 else 0.0


@rule
def act_hazard(tension, mean_motive, scale, slope, inclusion, most):
    """R7  hazard that an exporter acts (1/yr): rises steeply with tension, and with its mean motive over what it could
    control."""
    return min(scale * exp(slope * (tension - MIDDLE)) * mean_motive / inclusion, most)


@rule
def included(acts, chance, inclusion, eligible, motive, mean_motive):
    """R7  1 if a market is part of the act: acts come in packages, of markets where there is most to gain."""
    return acts * eligible if chance * mean_motive < inclusion * motive else 0.0


@rule
def escalation(by_chance, named, rung, rung_all, motive, tension, hazard, slope, most):
    """R7  hazard (1/yr) that a licensed market is shut to the named states."""
    open_ = named > 0.0 and rung < BAN and rung_all >= LICENSING and motive > 0.0
    return by_chance * min(hazard * exp(slope * (tension - MIDDLE)), most) if open_ else 0.0


@rule
def announced(notice, acts, delay):
    """R7  months until an announced act takes effect, plus one; 0 if none is announced."""
    return delay + 1.0 if acts > 0.0 and notice == 0.0 else max(notice - 1.0, 0.0)


@rule
def stepdown(by_chance, rung, tension, hazard, slope):
    """R7  hazard (1/yr) that a control is eased by a rung: lower when tension is high."""
    return by_chance * hazard * exp(-slope * (tension - MIDDLE)) if rung > NONE else 0.0


@rule
def rung(now, named, up, down, scheduled, changed):
    """R7  rung of a control: what a dated act says in its months; else a step up, or down, or as it is. Against named
    states there are only bans."""
    if changed > 0.0:
        return scheduled
    if up > 0.0:
        return BAN if named > 0.0 else now + 1.0
    if down > 0.0:
        return NONE if named > 0.0 else now - 1.0
    return now


@rule
def raised(before, now):
    """R56  1 in the month in which a control comes or is tightened."""
    return 1.0 if now > before else 0.0


@rule
def own_share(now, moved, scheduled, changed):
    """R7  licensed share that a dated act brings with it; unset once chance moves the rung."""
    if changed > 0.0:
        return scheduled
    return UNSET if moved > 0.0 else now


@rule
def months_on(rung, months):
    """R7  months a control has been in force."""
    return months + 1.0 if rung > NONE else 0.0


@rule
def licensed_share(rung, months, own, zero_months, ramp, licensing, quota, ban):
    """R7  licensed share of normal exports: next to none at first, then a ramp to the rung's or act's own."""
    if rung < LICENSING:
        return 1.0
    full = ban if rung >= BAN else (quota if rung >= QUOTA else licensing)
    full = own if own >= 0.0 else full
    begun = min(max((months - zero_months) / ramp, 0.0), 1.0)
    return min(full, ban + (full - ban) * begun) if full > ban else full


@rule
def gap(unknown, softness, cap):
    """R8  what an outlet asks above the exporter's ask at home (share of it); 1 where it may sell nothing."""
    return exp(softness * softplus(unknown)) - 1.0 if cap > 0.0 else 1.0


@rule
def leak(now, rung, named, gap, cost, elasticity, most_named, most_all, months, adjustment, delay, span, cut):
    """R8  share of the trade cut off that leaks through third states: grows with the price gap to what there is
    capacity for, and falls once the exporter enforces, `delay` months into the control."""
    if rung < LICENSING:
        return 0.0
    enforced = min(max((months - delay) / span, 0.0), 1.0)
    most = (most_named if named > 0.0 else most_all) * (1.0 - cut * enforced)
    target = most * min(power(max(gap, 0.0) / cost, elasticity), 1.0)
    return now + (target - now) / adjustment


@rule
def passed(licensed, leak):
    """R8, R35  share of normal exports that reaches the outlet, licensed or not."""
    return licensed + leak * (1.0 - licensed)


@rule
def served_by(rung_all, rung_named, named, home):
    """R35  outlet that serves a destination: 0 none, 1 licensed trade, 2 the trade of named states."""
    if home > 0.0:
        return 0.0
    if named > 0.0 and rung_named > 0.0:
        return NAMED_STATES
    return LICENSED_TRADE if rung_all > 0.0 else 0.0


@rule
def trailing(now, sold, served, growth, months):
    """R35  normal exports to a destination (t/month): trailing mean of free trade; under control growing with use."""
    return now + (sold - now) / months if served < 1.0 else now * (1.0 + growth)

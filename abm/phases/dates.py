"""What the date decides, and what the leader's politics did."""

import numpy as np

from ..agents import State
from ..markets import sanctions, totals
from ..rules import markets as pricing

MONTHS = np.array([12.0])  # a year


def calendar(w):
    """What the date alone decides: demand growth, recorded control acts, the instruments' dates."""
    t, s = w.month, w[State]
    w.month_number = w.spread(float(t))
    w.begun, w.months_to_end = w.spread(w.begun_by_month[t]), w.spread(w.months_to_end_by_month[t])
    w.any_begun = totals.largest(w.begun * w.takes_effect)
    w.month_begun = pricing.ratio(w.any_begun, MONTHS)
    w.others_begun = w.month_begun * sanctions.mean_of_others(s.member, s.member, s.leads)
    w.credit_left, w.chance = w.spread(w.credit_left_by_month[t]), w.spread(w.chance_by_month[t])
    w.january, w.quarter = w.spread(w.january_by_month[t]), w.spread(w.quarter_by_month[t])
    w.tilting = w.spread(w.tilting_by_month[t])
    w.demand_growth = w.spread(w.growth_by_month[t])
    w.act_rung, w.act_share = w.spread(w.act_rungs[t]), w.spread(w.act_shares[t])
    w.act_changed = w.spread(w.act_changes[t])
    w.recorded_tension, w.recorded_truce = w.spread(w.tension_by_month[t]), w.spread(w.truce_by_month[t])


def follow_leader(w):
    """R13, R15, R55  What the leader's politics did this month, and the other members'."""
    s = w[State]
    w.led = totals.total_of_products(s.force, s.leads * s.member)
    for name in ("struck", "lasting", "lapsing"):
        setattr(w, f"leader_{name}", totals.total_of_products(getattr(s, name), s.leads))
    w.leader_struck = w.leader_struck + w.leader_left  # R15: its exit shakes trust as a reversal does
    w.others_struck = sanctions.mean_of_others(s.struck, s.member, s.leads)
    w.others_lasting = sanctions.mean_of_others(s.lasting, s.member, s.leads)


def grow(w):
    """R40, R32  Demand and host streams at the month's end: the first month is the base year itself."""
    w.demand_index = pricing.index_grown(w.demand_index, w.demand_growth)
    w.host_index = pricing.index_grown(w.host_index, w.host_growth[:, None])

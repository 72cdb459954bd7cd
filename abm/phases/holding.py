"""How far the coalition holds and bites, and what it would be without each thing that wears it down (R16)."""

import numpy as np

from ..agents import Buyer, Refiner, State
from ..instruments import CONTRACT, PRICE_FLOOR, STOCKPILE, TARIFF, TAX_CREDIT
from ..markets import border as borders
from ..markets import club, totals
from ..rules import border, coalition, politics, support
from ..rules import markets as pricing

CASES = np.arange(16)  # see abm/markets/club.py
AT_THE_BORDER = (PRICE_FLOOR, TARIFF)  # instruments that members enforce themselves


def hold(w):
    """R16  E and bite: means over the coalition's instruments, each over the minerals in its scope."""
    s, r = w[State], w[Refiner]
    priced = {  # bite by mineral of a floor or tariff that has begun
        k: coalition.bite(w.trusted_price, w.outside_price, w.incentive_price[:, None], w.begun[k][None], height)
        for k, height in ((PRICE_FLOOR, w.floor), (TARIFF, w.tariff))
    }
    w.bite_by_mineral = border.either(priced[PRICE_FLOOR], priced[TARIFF])
    money = {CONTRACT: (r.contract_due, r.contract_paid), TAX_CREDIT: (r.credit_due, r.credit_paid)}
    kept, bites = s.kept.copy(), np.ones_like(w.begun)
    kept[PRICE_FLOOR], kept[TARIFF] = s.enforced, s.taxed
    for k, bite in priced.items():
        bites[k] = borders.mean_in_scope(bite, w.scope[k])
    for k, (due, paid) in money.items():
        bites[k] = support.delivered(totals.total(paid), totals.total(due))
    bites[STOCKPILE] = borders.mean_in_scope(held_of_goal(w), w.scope[STOCKPILE])
    now = w.announced * w.begun  # an instrument that has ended as announced is no broken promise
    whole = totals.total(now)
    w.led_mean = pricing.ratio(totals.total_of_products(now, w.led), whole)
    w.cohesion = pricing.ratio(totals.total_of_products(now, club.kept_up(w.instrument_weight, kept)), whole)
    w.bite = pricing.ratio(totals.total_of_products(now, bites), whole)
    wear(w, now)


def wear(w, now):
    """R16  E as it is, and as it would be without suspensions, exits, exits under retaliation, or with all members as
    strict as a leader in force keeps them: all cases [case, run], a bit for each that is real."""
    s = w[State]
    leaders = totals.total_of_products(s.force, s.leads)
    force = politics.standing_force(s.force, leaders[:, None], w.by_leader[:, None]) * s.solvent
    gone = np.broadcast_to(w.carried, now.shape) * politics.led_on(w.by_leader, w.leading, w.successor_capital)
    complied, ideal = np.ones_like(s.force), np.ones_like(now)
    for k in AT_THE_BORDER:
        force[k], complied[k] = s.force[k], politics.strict(s.compliance, s.commitment)
        gone[k], ideal[k] = w.carried, w.compliance_leader_enforced
    w.cohesion_if = club.attribution(
        CASES, w.instrument_weight, now, force, gone, complied, ideal, s.member, s.founder, s.under_fire
    )


def held_of_goal(w):
    """R16, R22  Reserve of the members over what it is meant to be, by mineral."""
    b, s, like = w[Buyer], w[State], w.use_share[:, :1]
    one = np.zeros_like(b.mineral)
    held = totals.by_place(b.reserve * s.member[b.home_row], b.mineral, one, like)[:, 0]
    return support.delivered(held, totals.by_place(b.goal, b.mineral, one, like)[:, 0])

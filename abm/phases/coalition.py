"""What members can see of each other and of the market when they choose, agree and go on."""

import numpy as np

from ..agents import Buyer, ExportControl, Refiner, State
from ..instruments import CONTRACT, GUARANTEE, PRICE_FLOOR, STOCKPILE, TARIFF, TAX_CREDIT
from ..markets import club, sanctions, totals
from ..rules import beliefs, border, coalition, production, purchasing, tension
from ..rules import markets as pricing
from .own import costs

REFINE = Refiner.STAGE
MONTHS = np.array([12.0])  # a year
SUPPORT = {CONTRACT: "contract_paid", GUARANTEE: "grant_paid", TAX_CREDIT: "credit_paid"}  # of public money


def take_stock(w):
    """R11  What the terms of membership are measured from: bills, coverage, the floor's bite, support and plants."""
    s, f = w[State], w[Refiner]
    w.rise = coalition.price_rise(w.floor, w.ask_abroad, w.begun[PRICE_FLOOR])
    w.duty = w.tariff * w.begun[TARIFF]
    w.rise = coalition.dearer(w.rise, w.duty)
    w.trusted_rise = coalition.price_rise(w.trusted_price, w.outside_price, pricing.sign(w.rise))
    w.leading = totals.total_of_products(s.member, s.leads)
    w.tension = totals.total_of_products(s.felt, s.faced)
    one, states = np.zeros_like(f.mineral), np.zeros((1, len(s.number)))

    def by_host(values):
        return totals.by_place(values, one, f.home_row, states)[0]

    entrant = production.newer(f.capacity, f.established) * w.refiner_outside[:, None]
    s.new_tons = totals.by_place(f.output * entrant, f.mineral, f.home_row, w.states)
    s.new_book = by_host(f.book * entrant * f.supported * w.any_scope[f.mineral][:, None])
    price = w.list_price[REFINE][f.mineral][:, None]
    s.refined_value = by_host(f.output * price * pricing.sign(w.rise)[f.mineral]) * MONTHS
    paid = {k: by_host(getattr(f, name)) * MONTHS for k, name in SUPPORT.items()}
    received = paid[CONTRACT] + paid[GUARANTEE] + paid[TAX_CREDIT] + by_host(f.premium_paid) * MONTHS
    for _, own in costs(w):
        received = received + own * MONTHS
    s.finance = of_a_year(s.finance, received * s.available)
    w.lent = totals.total(f.loan) * w.by_leader[GUARANTEE]
    leader_pays, pays = w.spread(0.0), np.zeros_like(received)
    for k, own in paid.items():
        leader_pays = leader_pays + totals.total(own) * w.by_leader[k]
        pays = pays + own * (1.0 - w.by_leader[k])
    for k, own in costs(w):
        leader_pays = leader_pays + totals.total(own) * MONTHS * w.by_leader[k]
        pays = pays + own * MONTHS * (1.0 - w.by_leader[k])
    b = w[Buyer]
    stocking = totals.by_place(b.reserve_paid, np.zeros_like(b.mineral), b.home_row, states)[0] * MONTHS
    w.leader_pays = of_a_year(w.leader_pays, leader_pays + totals.total(stocking) * w.by_leader[STOCKPILE])
    s.pays = of_a_year(s.pays, pays + stocking * (1.0 - w.by_leader[STOCKPILE]))
    held = totals.by_place(b.reserve, b.mineral, b.home_row, w.states)
    used = totals.by_place(b.need, b.mineral, b.home_row, w.states)
    s.access = coalition.access_to_stock(held, used, w.severity)


def of_a_year(mean, now):
    """R11  Mean over about a year: a grant is paid once."""
    return mean + (now - mean) / MONTHS


def add_up(w):
    """R11, R12  Sums of the terms over the minerals in scope; the others' share of demand."""
    s = w[State]
    for name in ("security", "rents", "premium", "downstream"):
        setattr(s, name, club.over_scope(getattr(s, f"{name}_by"), w.any_scope))
    bill = club.over_scope(s.bill * pricing.sign(w.rise)[:, None], w.floor_scope)
    s.premium_share = pricing.ratio(s.premium, bill * s.compliance)
    w.member_share = totals.total_of_products(s.weight, s.member)
    s.others_share = w.member_share - s.weight * s.member


def go_on(w):
    """R13, R15  Whether the coalition is led, or carried on by the rest; how it enforces; what members' example is."""
    s = w[State]
    w.leading = totals.total_of_products(s.member, s.leads)
    w.member_share = totals.total_of_products(s.weight, s.member)
    w.carried = coalition.upheld(w.leading, w.member_share, w.successor_demand_share)
    led = border.either(w.led[PRICE_FLOOR], w.led[TARIFF] * w.taxing)
    w.strength = coalition.strength(led * w.leading, w.carried, w.successor_capital)
    w.members = totals.total(s.member)
    complied = totals.total_of_products(s.compliance, s.member)
    w.mean_compliance = coalition.example(complied, w.members, w.compliance_no_enforcement)
    w.leader_left = totals.total_of_products(s.leaves, s.leads)
    w.others_coerced = sanctions.mean_of_others(s.coerces, s.member, s.leads)


def negotiate(w):
    """R14  In January the members agree on a floor by mineral, or let it erode."""
    due = w.round_by_month[w.month]
    if not due:
        return
    s = w[State]
    wanted = coalition.ideal(
        w.announced_floor[:, None], w.producer_share[..., None], w.floor_ideal_producer, w.floor_ideal_consumer,
        w.perceived[:, None], w.floor_ideal_hazard,
    )  # fmt: skip
    middle, spread = club.median_and_spread(np.broadcast_to(wanted, s.bill.shape), s.member, w.use_share)
    w.agreement = coalition.agreement(
        w.agreement_base, w.members, w.agreement_few, w.agreement_size_slope, spread, w.announced_floor,
        w.agreement_spread_slope, w.agreement_least,
    )  # fmt: skip
    luck = totals.total_of_products(s.bargain, s.leads)  # one round for all minerals
    w.floor = coalition.agreed_floor(w.floor, middle, luck, w.agreement, w.nominal_erosion, w.carried)


def take_notice(w):
    """R42, R56  Acts of export control seen this month, and how far buyers overstock for fear."""
    c = w[ExportControl]
    like = w.use_share[:, :1]
    one = np.zeros_like(c.mineral)
    acts = totals.by_place(c.raised, c.mineral, one, like)[:, 0]
    waiting = pricing.sign(c.notice - tension.takes_effect(c.notice))  # announced, not yet in effect
    noticed = totals.by_place(waiting, c.mineral, one, like)[:, 0]
    w.acts_seen = beliefs.remembered(w.acts_seen, acts, w.perceived_disruption_memory)
    w.perceived = beliefs.perceived_disruption(
        w.perceived_disruption_prior, w.acts_seen, w.perceived_disruption_memory, w.perceived_disruption_cap
    )
    w.panic = purchasing.panic(w.perceived, w.perceived_disruption_prior, w.cover_panic, noticed, w.cover_notice)


def keep_accounts(w):
    """R11  Bills of every state: what it paid but for levy and rent, and what its use costs at base prices."""
    s, b = w[State], w[Buyer]
    homes, places = w.destination_home[REFINE], w.destinations[REFINE]
    bare = w.paid[REFINE] * w.received[REFINE] - w.levy - w.rent
    s.bill = club.by_state(bare, homes, places, w.use_share[0]) * MONTHS
    s.base_bill = totals.by_place(b.need * b.base_price, b.mineral, b.home_row, w.states) * MONTHS
    demand = totals.by_place(b.need * w.buyer_outside[:, None], b.mineral, np.zeros_like(b.mineral), w.use_share[:, :1])
    f = w[Refiner]
    steady = f.output * w.refiner_outside[:, None] * (1.0 - s.untrusted[f.home_row])
    supply = totals.by_place(steady, f.mineral, np.zeros_like(f.mineral), w.use_share[:, :1])
    w.covered = coalition.coverage(supply[:, 0], demand[:, 0])
    w.covered_at_first = coalition.before_begun(w.covered_at_first, w.covered, w.any_begun)

"""R11-R16  What membership is worth, who joins, what the members agree on, and what their instrument delivers."""

from ..numerics import exp, log, logistic
from ..rulebook import rule

MONTHS, QUARTERS = 12.0, 4.0  # a year
TWO = 2.0  # both sides of a choice

# R11: each term is the value as a member less the value as an outsider, the others' choice given (USD a year)


@rule
def security(hazard, loss, bill, severity, excludable, covered, covered_at_first, access, available):
    """R11  disruption of a mineral avoided by members alone: their share of what trusted supply now covers more than
    in the base year, and access to the stock."""
    spared = min(excludable * max(covered - covered_at_first, 0.0) + access, 1.0)
    return hazard * loss * bill * severity * spared * available


@rule
def access_to_stock(reserve, use, severity):
    """R11  part of a year's disruption that the common stock (t) makes good; use in t/month."""
    return min(reserve / (severity * use * MONTHS), 1.0) if use > 0.0 and severity > 0.0 else 0.0


@rule
def coverage(supply, demand):
    """R11  k: part of the others' demand that trusted supply covers, at most 1."""
    return min(supply / demand, 1.0) if demand > 0.0 else 1.0


@rule
def before_begun(now, latest, begun):
    """R11  k0: coverage in the last month without the coalition; what came before is not its doing."""
    return now if begun > 0.0 else latest


@rule
def dearer(floor_rise, tariff):
    """R11, R20  what floor and tariff together add to the untrusted ask, as a share of it: the larger of the two."""
    return max(floor_rise, tariff)


@rule
def price_rise(floor, ask, begun):
    """R11  what a floor adds to the untrusted ask, as a share of it; 0 where it lies below."""
    return begun * max(floor / ask - 1.0, 0.0) if ask > 0.0 else 0.0


@rule
def premium(bill, complied, rise, tariff, rent, covered, trusted_rise):
    """R11  what the border costs a member's buyers beyond tariff and levy, which its own treasury keeps: rent on
    untrusted tons, in the part of their rise that is not tariff, and dearer trusted tons."""
    return complied * bill * ((rise - tariff) * rent * (1.0 - covered) + trusted_rise * covered)


@rule
def downstream(bill, complied, rise, covered, trusted_rise, leak, component_cover):
    """R11  value that makers of components lose to places without the floor: a part of the whole rise in price."""
    return leak * (1.0 - component_cover) * complied * bill * (rise * (1.0 - covered) + trusted_rise * covered)


@rule
def rents(tons, trusted_price, outside_price, excludable, available):
    """R11  what a member's new plants earn above the outside price (tons a month), in the part an outsider loses."""
    return excludable * available * tons * MONTHS * max(trusted_price - outside_price, 0.0)


@rule
def standing(penalty, gdp, leads, led):
    """R11  penalty avoided: what refusing the leader costs, while there is one."""
    return penalty * gdp * (1.0 - leads) * led


@rule
def contributions(leads, by_leader, own, lent, call, years):
    """R11  what support costs whoever pays it: the leader for all, others their own; and calls on loans, over the
    years these run."""
    return leads * (by_leader + call * lent / years) + own


@rule
def expected_retaliation(cost, gdp, tension, exposure, left, probability):
    """R11  retaliation expected on trade with the dominant state: with its probability, or surely while it lasts."""
    return cost * gdp * tension * exposure * (1.0 if left > 0.0 else probability)


@rule
def lock_in(available, share, book, required):
    """R11  yearly cost of plants that only the coalition makes pay, in the share that is sunk, when support fails."""
    return (1.0 - available) * share * book * required


@rule
def standards(cost, value, leads, regulates):
    """R11  cost of adapting to common standards; a gain for whose standards they are."""
    return cost * value * (1.0 - leads) * (1.0 - TWO * regulates)


@rule
def benefits(security, rents, finance, standing, standards):
    """R11  sum of all terms that favour membership."""
    return security + rents + finance + standing + max(-standards, 0.0)


@rule
def costs(premium, downstream, contributions, retaliation, lock_in, standards):
    """R11  sum of all terms that speak against it."""
    return premium + downstream + contributions + retaliation + lock_in + max(standards, 0.0)


@rule
def verdict(benefits, costs, scale, gdp):
    """R12  z in (-1, 1): net benefit against its own size and a floor that keeps small bills from deciding."""
    return (benefits - costs) / (benefits + costs + scale * gdp)


@rule
def perceived_hazard(believed, shock):
    """R4, R12  hazard that a state's government believes in (1/yr): the investors', and the memory of coercion."""
    return believed * exp(shock)


@rule
def trust(hazard, reference, elasticity, leads, of_leader):
    """R12  what trust in the leader adds to willingness (logits): nothing at the reference hazard."""
    return -elasticity * (of_leader if leads > 0.0 else 1.0) * log(hazard / reference)


@rule
def money(verdict, rationality):
    """R12  what the terms of membership add to willingness (logits)."""
    return rationality * verdict


@rule
def habit(member, inertia):
    """R12  what being in, or out, adds to willingness (logits)."""
    return inertia * (TWO * member - 1.0)


@rule
def company(others, neutral, conformity):
    """R12  what the share of the other members in demand adds to willingness (logits)."""
    return TWO * conformity * (others - neutral)


@rule
def inclination(money, habit, company, trust):
    """R12  what speaks for being a member (logits), but for the state's own will."""
    return money + habit + company + trust


@rule
def own_will(at_reference, signed, stays, joins):
    """R12  a state's own will (logits), which nothing here explains: at the reference a signatory stays with `stays`,
    another joins with `joins`."""
    p = stays if signed > 0.0 else joins
    return log(p / (1.0 - p)) - at_reference


@rule
def willing(inclination, own_will):
    """R12  probability of being a member after a review."""
    return logistic(own_will + inclination)


@rule
def reviews(invited, begun, quarter, chance, probability):
    """R12  1 if a state reviews its membership this month: some of the invited, once a quarter."""
    return invited * begun * quarter if chance < probability else 0.0


@rule
def membership(now, reviews, chance, willing):
    """R12  member after this month: a review decides."""
    if reviews <= 0.0:
        return now
    return 1.0 if chance < willing else 0.0


@rule
def accession(before, now):
    """R12  1 for a state that joins this month."""
    return max(now - before, 0.0)


@rule
def left_under_fire(now, member, before, retaliated):
    """R9, R12  1 for a state that has left while its trade suffered from retaliation."""
    if member > 0.0:
        return 0.0
    return (1.0 if retaliated > 0.0 else 0.0) if before > 0.0 else now


@rule
def compliance(now, begun, unenforced, detection, sanction, strength, premium_share, reciprocity, others, speed):
    """R13  share of untrusted imports on which a member enforces: drifts, once the floor has begun, to what detection
    and sanctions, the premium at stake and the others' example bring."""
    deterred = log(unenforced / (1.0 - unenforced)) + QUARTERS * detection * sanction * strength
    target = logistic(deterred - premium_share + reciprocity * (others - unenforced))
    return now + min(speed / MONTHS, 1.0) * (target - now) if begun > 0.0 else now


@rule
def ideal(announced, producer_share, producers, consumers, hazard, per_hazard):
    """R14  floor that a member wants (USD/t): producers more than was announced, consumers less, the worried more."""
    return announced * (consumers + (producers - consumers) * producer_share + per_hazard * hazard)


@rule
def agreement(base, members, few, per_member, spread, announced, per_spread, least):
    """R14  probability that the members agree on a floor this year: falls with their number and with the spread
    (interquartile range, USD/t) of what they want."""
    apart = per_spread * spread / announced if announced > 0.0 else 0.0
    return min(max(base - per_member * (members - few) - apart, least), 1.0)


@rule
def agreed_floor(now, middle, chance, agreement, erosion, due):
    """R14  floor (USD/t) after the yearly round: what the median of demand wants, or, unrenewed, less in real terms. A
    metal that no member uses (middle 0) is not renewed."""
    if due <= 0.0:
        return now
    return middle if chance < agreement and middle > 0.0 else now * (1.0 - erosion)


@rule
def example(complied, members, neutral):
    """R13  mean compliance of the members, from their sum; neutral where there are none."""
    return complied / members if members > 0.0 else neutral


@rule
def upheld(leading, share, least):
    """R15  1 while the coalition has a leader, or the rest are enough of demand to go on without."""
    return 1.0 if leading > 0.0 or share >= least else 0.0


@rule
def strength(led, carried, successors):
    """R13, R15  strength of enforcement: the leader's while it is a member and its instrument in force; else what
    successors bring."""
    return max(led, carried * successors)


@rule
def bite(inside, outside, needed, enforced, floor):
    """R16  part of the gap to the incentive price that the floor closes, in [0, 1]; 1 where the market closes it."""
    if enforced <= 0.0 or floor <= 0.0 or inside <= 0.0:
        return 0.0
    if outside >= needed or outside <= 0.0:
        return 1.0
    return min(max((inside - outside) / (needed - outside), 0.0), 1.0)

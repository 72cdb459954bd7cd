"""R1-R4, R16  Elections, reversals of policy, budget lapses, coercion of friends, and what is kept up."""

from ..numerics import exp, log, normal_quantile
from ..rulebook import rule

MONTHS = 12.0  # a year
FOR_GOOD = 1e9  # months
HALF = 0.5  # of a month


@rule
def term_left(left, length):
    """R1  months to the next change of term: counts down and starts again; 0 where there are no terms."""
    return left - 1.0 if left > 1.0 else length


@rule
def commitment(now, left, turnover, changed, luck, spread):
    """R1  commitment of a government (1 as announced): redrawn, with some probability, when a term changes."""
    if left != 1.0 or changed >= turnover:
        return now
    return max(1.0 + spread * normal_quantile(luck), 0.0)


@rule
def reversal_hazard(leads, member, begun, whiplash, observed, multiple):
    """R2  hazard that a member's instruments are hit (1/yr): whiplash times what was observed, once they have begun."""
    share = member if leads > 0.0 else member * multiple
    return whiplash * observed * share * begun


@rule
def untrusted(excluded, begun):
    """R18  1 for a state whose goods meet the coalition's border: one never invited, once the first lever has begun."""
    return excluded * begun


@rule
def strikes(chance, hazard):
    """R2  1 if an event of this hazard (1/yr) happens this month."""
    return 1.0 if chance < 1.0 - exp(-hazard / MONTHS) else 0.0


@rule
def hits(struck, chance, probability, begun, feels):
    """R2  1 if a reversal hits this instrument: it must have begun, and be one that reversals suspend."""
    return struck * begun * feels if chance < probability else 0.0


@rule
def suspended(left, struck, length, lasting, mean, permanent):
    """R2  months an instrument stays suspended: counts down; a hit lasts a geometric time, or for good."""
    if left > 0.0:
        return max(left - 1.0, 0.0) if left < FOR_GOOD else left
    if struck <= 0.0:
        return 0.0
    if lasting < permanent:
        return FOR_GOOD
    return log(length) / log(1.0 - 1.0 / mean)


@rule
def for_good(struck, lasting, permanent):
    """R2  1 if this month's reversal is one that lasts for good."""
    return struck if lasting < permanent else 0.0


@rule
def in_force(left, begun):
    """R2  1 while an instrument that has begun is not suspended."""
    return 1.0 if left <= 0.0 and begun > 0.0 else 0.0


@rule
def spell(left, struck, luck, mean):
    """R3, R59  months a budget lapse or an outage still lasts: counts down; a new one lasts an exponential time."""
    if left > 0.0:
        return max(left - 1.0, 0.0)
    return -mean * log(luck) if struck > 0.0 else 0.0


@rule
def backed(own, leaders, by_leader, leading, carried, successors):
    """R2, R15  1 while whoever pays for an instrument, the leader or the host, keeps it in force; of what a leader who
    has left would pay, successors pay a part."""
    if by_leader <= 0.0:
        return own * carried
    return leaders if leading > 0.0 else carried * successors


@rule
def solvent(own_lapse, leaders_lapse, by_leader, stops):
    """R3  1 while whoever pays has a budget for most of the month, or lapses do not stop the instrument (stops = 0)."""
    left = leaders_lapse if by_leader > 0.0 else own_lapse
    return 0.0 if left > HALF and stops > 0.0 else 1.0


@rule
def coercion(hazard, whiplash, member, leads):
    """R4  hazard (1/yr) that the leader coerces this member."""
    return hazard * whiplash * member * (1.0 - leads)


@rule
def shock(memory, own, others, per_own, per_others, years):
    """R4  what coercion adds to the log of perceived hazard: its own weighs more than the others' (their mean)."""
    return memory * (1.0 - 1.0 / (years * MONTHS)) + per_own * own + per_others * others


@rule
def strict(complied, commitment):
    """R1, R13  share of untrusted imports on which a member's government enforces while nothing is suspended."""
    return min(complied * commitment, 1.0)


@rule
def enforcement(member, strict, force, carried):
    """R16  share of untrusted imports on which a state enforces the coalition's floor this month."""
    return member * strict * force * carried


@rule
def standing_force(own, leaders, by_leader):
    """R2  1 while whoever pays for an instrument, the leader or the host, has not suspended it, member or not."""
    return leaders if by_leader > 0.0 else own


@rule
def led_on(by_leader, leading, successors):
    """R15  part of what a leader pays that goes on: all while it is a member, less under successors."""
    return successors if by_leader > 0.0 and leading == 0.0 else 1.0


@rule
def cooperation(member, backed, announced):
    """R16  part of an instrument that a member keeps up; 0 for one that the coalition does not have."""
    return member * backed * announced

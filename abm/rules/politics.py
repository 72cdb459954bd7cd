"""R2, R13  Reversals of policy and compliance with it."""

from ..numerics import exp, log
from ..rulebook import rule

MONTHS = 12.0  # a year
FOR_GOOD = 1e9  # months


@rule
def reversal_hazard(leads, begun, whiplash, observed):
    """R2  hazard that the leader's instrument is hit (1/yr): whiplash times what was observed, once it has begun."""
    return whiplash * observed * leads * begun


@rule
def strikes(chance, hazard):
    """R2  1 if an event of this hazard (1/yr) happens this month."""
    return 1.0 if chance < 1.0 - exp(-hazard / MONTHS) else 0.0


@rule
def suspended(left, struck, length, lasting, mean, permanent):
    """R2  months an instrument stays suspended: counts down; a hit lasts a geometric time, or for good."""
    if left > 0.0:
        return max(left - 1.0, 0.0) if left < FOR_GOOD else left
    if struck <= 0.0:
        return 0.0
    if lasting < permanent:
        return FOR_GOOD
    return 1.0 + log(length) / log(1.0 - 1.0 / mean)


@rule
def in_force(left, begun):
    """R2  1 while an instrument that has begun is not suspended."""
    return 1.0 if left <= 0.0 and begun > 0.0 else 0.0


@rule
def compliance(now, led, unenforced, enforced, speed):
    """R13  share of untrusted imports on which a member enforces: drifts to what the leader's enforcement brings."""
    target = unenforced + (enforced - unenforced) * led
    return now + speed / MONTHS * (target - now)


@rule
def enforcement(member, complied, force):
    """R16  share of untrusted imports on which a state enforces the coalition's instrument this month."""
    return member * complied * force

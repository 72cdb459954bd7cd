"""R13, R20, R46  What two instruments at one border, floor and tariff, have in common."""

from ..rulebook import rule


@rule
def either(floor, tariff):
    """R13  1 while one of the two instruments at the border is there."""
    return max(floor, tariff)


@rule
def guarded(enforced, taxed, rate):
    """R46  share of untrusted imports that a state makes dearer, by the floor or by a tariff that takes something."""
    return max(enforced, taxed) if rate > 0.0 else enforced

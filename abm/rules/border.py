"""R13, R20, R46  What two instruments at one border, floor and tariff, have in common."""

from ..rulebook import rule


@rule
def either(floor, tariff):
    """R13  1 while one of the two instruments at the border is there."""
    return max(floor, tariff)


@rule
def guarded(enforced, taxed, floor, rate):
    """R46  share of untrusted imports that a state makes dearer, by a floor or a tariff that there is on the metal."""
    return max(enforced if floor > 0.0 else 0.0, taxed if rate > 0.0 else 0.0)

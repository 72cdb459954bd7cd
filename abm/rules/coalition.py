"""R16  What the coalition's instrument delivers of what it announces."""

from ..rulebook import rule


@rule
def bite(inside, outside, needed, enforced, floor):
    """R16  part of the gap to the incentive price that the floor closes, in [0, 1]; 1 where the market closes it."""
    if enforced <= 0.0 or floor <= 0.0 or inside <= 0.0:
        return 0.0
    if outside >= needed or outside <= 0.0:
        return 1.0
    return min(max((inside - outside) / (needed - outside), 0.0), 1.0)

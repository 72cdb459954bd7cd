"""R48, R50, R51  A module's way from sanction to output: permit, stalls, building, opening."""

from ..rulebook import rule

IDLE, PERMITTING, READY, BUILDING = 0.0, 1.0, 2.0, 3.0  # phases of a prospect's slot


@rule
def phase(now, sanctioned, left, starts, worth):
    """R50  phase of the slot: idle, permitting, ready to build, building; given up if no longer worth its cost."""
    if now == IDLE:
        return PERMITTING if sanctioned > 0.0 else IDLE
    if now == PERMITTING:
        return READY if left <= 1.0 else PERMITTING
    if now == READY:
        return BUILDING if starts > 0.0 else (READY if worth >= 0.0 else IDLE)
    return IDLE if left <= 1.0 else BUILDING


@rule
def months_left(now, before, after, permit, build, stalled, stall):
    """R50, R51  months to the end of the phase; a stalled permit is held up."""
    if after != before:
        return permit if after == PERMITTING else (build if after == BUILDING else 0.0)
    return max(now - 1.0, 0.0) + (stall * stalled if after == PERMITTING else 0.0)


@rule
def stalls(struck, phase):
    """R50  1 if opposition or a court holds up a permit this month."""
    return struck if phase == PERMITTING else 0.0


@rule
def wants_to_build(phase, worth):
    """R51  1 if a permitted module asks for its place among those a state can build at once."""
    return 1.0 if phase == READY and worth >= 0.0 else 0.0


@rule
def opens(before, after):
    """R48  1 if a module comes online this month."""
    return 1.0 if before == BUILDING and after == IDLE else 0.0


@rule
def given_up(before, after):
    """R48  1 if a permitted module is given up this month."""
    return 1.0 if before == READY and after == IDLE else 0.0


@rule
def pending(now, sanctioned, size, after):
    """R48  what the slot holds while its module is under way, in any unit: fixed when sanctioned, 0 when idle."""
    if sanctioned > 0.0:
        return size
    return now if after != IDLE else 0.0


@rule
def begins(before, after):
    """R51  1 if building begins this month."""
    return 1.0 if before == READY and after == BUILDING else 0.0


@rule
def under_way(phase, size, building):
    """R51  capacity (t/month) being built, or (building = 0) sanctioned but not yet being built."""
    if phase == IDLE:
        return 0.0
    return size if (phase == BUILDING) == (building > 0.0) else 0.0


@rule
def joined(now, opened, size, closing):
    """R48  capacity of a prospect's block (t/month): modules that opened, less what closed."""
    return max(now - closing, 0.0) + opened * size


@rule
def blended(now, block, opened, fresh, size):
    """R48  a quality of a block after a module has joined it: the mean by tons."""
    return (now * block + fresh * size) / (block + size) if opened > 0.0 and block + size > 0.0 else now


@rule
def diluted(share, block, opened, size):
    """R53  idle share of a block after a module has joined it that is not idle."""
    return share * block / (block + size) if opened > 0.0 and block + size > 0.0 else share


@rule
def newcomer(qualified):
    """R34  1 for plants newer than the base year, which alone have customers to win."""
    return 1.0 if qualified > 0.0 else 0.0

"""What ends cooperation (R16): shares of whiplash, defection, retaliation and price war in the fall of E x bite.

The rule. Cooperation ends in the first year in which E lies below theta, month after month; or, once it has worked
for a year, in the first year in which E x bite lies below theta x bite_min while a price war is waged on a mineral in
scope. If neither comes, it holds. What ended it: the Shapley value of each cause for the distance, in that year,
between E x bite as promised (all founders in and led, nothing suspended, members as strict as a leader in force keeps
them, bite as in the year before) and as it was. Suspensions are whiplash; members that left, and laxness, are
defection; members that left while their trade suffered from retaliation are retaliation; a fall in bite is the price
war's.
"""

import itertools
import math
from collections.abc import Callable

import numpy as np

from .markets.club import COMPLIANCE, EXIT, RETALIATION, SUSPENSION

BITE = 16  # a fifth bit of a case, beside those of abm/markets/club.py
CAUSES = {
    "whiplash": (SUSPENSION,), "defection": (EXIT, COMPLIANCE), "retaliation": (RETALIATION,), "price_war": (BITE,),
}  # fmt: skip
BITS = tuple(bit for bits in CAUSES.values() for bit in bits)
ENDS = (*CAUSES, "holds")


def first_spell(failing: np.ndarray, months: int) -> int | None:
    """Last month of the first `months` in a row that fail; none if there is no such spell. failing: bool [month]."""
    streak = 0
    for t, fails in enumerate(failing.tolist()):
        streak = streak + 1 if fails else 0
        if streak == months:
            return t
    return None


def ends(
    cohesion: np.ndarray, bite: np.ndarray, cases: np.ndarray, war: np.ndarray, theta: float, least_bite: float,
    months: int,
) -> dict[str, float]:  # fmt: skip
    """Shares of one history, sum 1. cohesion, bite, war (1 while a price war is waged in scope): [month]; cases: E in
    every case [month, case]."""
    broke = first_spell(cohesion < theta, months)
    works = cohesion * bite >= theta * least_bite
    worked = first_spell(works, months)
    starved = None if worked is None else first_spell(~works & (np.arange(len(works)) > worked), months)
    if starved is not None and not war[starved - months + 1 : starved + 1].any():
        starved = None
    found = [t for t in (broke, starved) if t is not None]
    if not found:
        return {name: float(name == "holds") for name in ENDS}
    end = min(found)
    year = slice(end - months + 1, end + 1)
    before = bite[max(end - 2 * months + 1, 0) : end - months + 1]
    usual = math.fsum(before.tolist()) / len(before) if len(before) and end == starved else None
    means = [math.fsum(cases[year, case].tolist()) / months for case in range(cases.shape[1])]
    now = math.fsum(bite[year].tolist()) / months

    def value(real: int) -> float:
        fallen = now if usual is None or real & BITE else usual
        return means[real & ~BITE] * fallen

    if now == 0.0 and usual is None:  # what never bit is judged by E alone
        now = 1.0
    worth = {bit: max(shapley(bit, value), 0.0) for bit in BITS}
    whole = math.fsum(worth.values())
    if whole <= 0.0:  # even what was promised lies below theta: too few were ever in
        return {name: float(name == "defection") for name in ENDS}
    return {name: math.fsum(worth[bit] for bit in bits) / whole for name, bits in CAUSES.items()} | {"holds": 0.0}


def shapley(bit: int, value: Callable[[int], float]) -> float:
    """Mean, over all orders in which the causes become real, of what this one takes away."""
    others = [b for b in BITS if b != bit]
    total = []
    for size in range(len(others) + 1):
        weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(BITS))
        for some in itertools.combinations(others, size):
            real = math.fsum(some)
            total.append(weight * (value(int(real)) - value(int(real) | bit)))
    return math.fsum(total)

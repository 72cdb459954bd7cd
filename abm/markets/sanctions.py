"""R48, R51, R19, R23  Who may go ahead when not all can: places, room under a cap, money of a pool."""

import numpy as np

from ..rulebook import market


@market(
    "f8[:,:],f8[:,:],f8[:,:],i8[:],f8[:,:],f8[:,:]",
    layout="(n,r),(n,r),(n,r),(n),(g,r)->(n,r)",
)
def ration(wants, merit, need, group, left, granted):
    """1 for those who get what they need: the best first, while their group has enough left; who needs nothing gets it.

    wants: 1 for who asks; merit: the higher the sooner, ties in slot order; left: by group, in the unit of need.
    """
    asking = np.empty(wants.shape[0], np.int64)
    waiting = np.zeros(wants.shape[1])
    granted[:] = 0.0
    for i in range(wants.shape[0]):
        for r in range(wants.shape[1]):
            waiting[r] += 1.0 if wants[i, r] > 0.0 else 0.0
    for r in range(wants.shape[1]):
        if waiting[r] == 0.0:
            continue
        count = 0
        for i in range(wants.shape[0]):
            if wants[i, r] > 0.0:
                asking[count] = i
                count += 1
        for _ in range(count):
            best = -1
            for i in asking[:count]:
                if granted[i, r] == 0.0 and (best < 0 or merit[i, r] > merit[best, r]):
                    best = i
            taken = 0.0
            for i in asking[:count]:
                if granted[i, r] > 0.0 and group[i] == group[best]:
                    taken += need[i, r]
            enough = need[best, r] <= 0.0 or taken + need[best, r] <= left[group[best], r]
            granted[best, r] = 1.0 if enough else -1.0
        for i in asking[:count]:
            granted[i, r] = max(granted[i, r], 0.0)


@market("f8[:,:],f8[:,:],f8[:,:],f8[:]", layout="(s,r),(s,r),(s,r)->(r)")
def mean_of_others(values, member, leads, out):
    """R55  Mean of a number over the members that do not lead; 0 without any."""
    count = np.zeros(out.size)
    out[:] = 0.0
    for s in range(values.shape[0]):
        for r in range(out.size):
            counted = 1.0 if member[s, r] > 0.0 and leads[s, r] == 0.0 else 0.0
            out[r] += values[s, r] * counted
            count[r] += counted
    for r in range(out.size):
        out[r] = out[r] / count[r] if count[r] > 0.0 else 0.0

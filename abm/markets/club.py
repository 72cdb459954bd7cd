"""R11, R14, R16  What many members amount to: sums by state and over minerals, and what the middle wants."""

import numpy as np

from ..rulebook import market

QUARTER, HALF, THREE_QUARTERS = 0.25, 0.5, 0.75


@market("f8[:,:,:],f8[:],f8[:,:]", layout="(m,s,r),(m)->(s,r)")
def over_scope(values, scope, out):
    """Sums over the minerals in scope, by state."""
    out[:] = 0.0
    for m in range(values.shape[0]):
        if scope[m] > 0.0:
            for s in range(values.shape[1]):
                for r in range(values.shape[2]):
                    out[s, r] += values[m, s, r]


@market("f8[:,:],i8[:],i8,f8[:],f8[:,:]", layout="(d,r),(d),(),(s)->(s,r)")
def by_state(values, homes, places, like, out):
    """Numbers at the destinations of a market by state; `like` gives the states."""
    out[: like.shape[0]] = 0.0
    for d in range(places):
        for r in range(values.shape[1]):
            out[homes[d], r] += values[d, r]


@market("f8[:,:],f8[:,:],f8[:],f8[:],f8[:]", layout="(s,r),(s,r),(s)->(r),(r)")
def median_and_spread(wanted, member, weight, middle, spread):
    """R14  Median of what members want, and the interquartile range, by their demand; 0 without any."""
    states = wanted.shape[0]
    order = np.empty(states, np.int64)
    for r in range(wanted.shape[1]):
        count, whole = 0, 0.0
        for s in range(states):
            if member[s, r] > 0.0 and weight[s] > 0.0:
                at = count
                while at > 0 and wanted[order[at - 1], r] > wanted[s, r]:
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = s
                count += 1
                whole += weight[s]
        below, low, mid, high = 0.0, 0.0, 0.0, 0.0
        for i in range(count):
            value = wanted[order[i], r]
            if below < QUARTER * whole:
                low = value
            if below < HALF * whole:
                mid = value
            if below < THREE_QUARTERS * whole:
                high = value
            below += weight[order[i]]
        middle[r], spread[r] = mid, high - low

"""R11, R14, R16  What many members amount to: sums by state and over minerals, and what the middle wants."""

import numpy as np

from ..rulebook import market

QUARTER, HALF, THREE_QUARTERS = 0.25, 0.5, 0.75
SUSPENSION, EXIT, RETALIATION, COMPLIANCE = 1, 2, 4, 8  # bits of a case: what is as it is, not as promised


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


@market("f8[:],f8[:,:],f8[:]", layout="(s),(s,r)->(r)")
def kept_up(weight, kept, out):
    """R16  Share of demand in the scope of an instrument where it is kept up."""
    out[:] = 0.0
    for s in range(kept.shape[0]):
        for r in range(kept.shape[1]):
            out[r] += weight[s] * kept[s, r]


@market(
    "i8[:],f8[:,:],f8[:,:],f8[:,:,:],f8[:,:],f8[:,:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:]",
    layout="(c),(k,s),(k,r),(k,s,r),(k,r),(k,s,r),(k,r),(s,r),(s,r),(s,r)->(c,r)",
)
def attribution(cases, weight, now, force, gone, complied, ideal, member, founder, fire, out):
    """R16  E in the cases asked for: bit by bit as it is, or as promised (nothing suspended, all founders in and led,
    nobody driven out by retaliation, members as strict as `ideal`).

    weight: of states in the scope of an instrument; now: 1 while it is announced; force: not suspended; gone: what is
    left of it without leader; fire: 1 for who left while its trade suffered.
    """
    for r in range(member.shape[1]):
        whole = 0.0
        for k in range(now.shape[0]):
            whole += now[k, r]
        for c in range(cases.size):
            case = cases[c]
            out[c, r] = 0.0
            for k in range(now.shape[0]):
                if now[k, r] > 0.0:
                    left = gone[k, r] if case & EXIT else 1.0
                    for s in range(member.shape[0]):
                        if case & EXIT:
                            inside = member[s, r] if case & RETALIATION else min(member[s, r] + fire[s, r], 1.0)
                        else:
                            inside = founder[s, r] * (1.0 - fire[s, r] if case & RETALIATION else 1.0)
                        held = force[k, s, r] if case & SUSPENSION else 1.0
                        strict = complied[k, s, r] if case & COMPLIANCE else ideal[k, r]
                        out[c, r] += weight[k, s] * inside * left * held * strict / whole

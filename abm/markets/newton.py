"""R36  The step of Newton's method for one market, lane by lane.

Asks act on each other only through destinations: the Jacobian is sparse + flow' x answer, whose rank is the number of
destinations at most. Where a market has few of them the step is found through a system of destinations (Woodbury's
identity), else through one of nodes. Neither pivots: they are diagonally dominant but near the choke.
"""

import numpy as np

from ..numerics import helper, logistic
from ..rulebook import routine
from .linear import eliminate, multiply
from .nodes import OUTLETS
from .tile import NOTHING

SETTLED = 0.05  # largest excess of the origins while outlets are bracketed
BRACKETED = 200, 280  # evaluations between which they are: the very few markets still open by then


@routine
def newton(m, s, live, there, held, damping, sparse, J, step):
    """Solves (Jacobian - damping) step = -f. sparse [2 + 2 outlets, node, lane], J: room to work in."""
    prepare(m, s, live, there, held, damping, sparse)
    for k in live:
        for w in range(m.umax.size):
            step[k, w] = -s.f[k, w]
    if m.few:
        by_destination(m, s, live, there, sparse, J, step)
    else:
        by_node(m, s, live, there, sparse, J, step)


@helper
def prepare(m, s, live, there, held, damping, sparse):
    """Jacobian = sparse + flow' x answer in terms of the unknowns. sparse[0]: diagonal; [1 + x], [3 + x]: of outlet x,
    its row's entry at the exporter and its column's. Where an ask is held, only -1 on the diagonal is left."""
    lanes = range(m.umax.size)
    L, source = m.origins, m.source
    for k in live:
        for w in lanes:
            s.part[w] = 1.0 / max(s.sold[k, w], NOTHING) if held[k, w] == 0.0 else 0.0
            own = m.sigma[w] * s.kept[k, w] * s.part[w]
            if k < L:
                own += s.slope[k, w] / max(s.supplied[k, w], NOTHING)
            sparse[0, k, w] = -own
        for d in there:
            for w in lanes:
                s.flow[d, k, w] = s.flow[d, k, w] * s.part[w]
    for k in live:
        if k >= L:  # an outlet's unknown is y, and what it sells its exporter makes
            x = k - L
            for w in lanes:
                y = logistic(s.z[k, w])
                sparse[1 + x, k, w] = sparse[0, k, w] if held[k, w] == 0.0 else 0.0
                sparse[0, k, w] = sparse[0, k, w] * m.rho[w] * y - (1.0 - y)
                made = m.on[k, w] * s.supplied[k, w] * (1.0 - y) / max(s.sold[source, w], NOTHING)
                sparse[1 + OUTLETS + x, k, w] = made if held[source, w] == 0.0 else 0.0
                s.left[w] = m.rho[w] * y
            for d in there:
                for w in lanes:
                    s.answer[d, source, w] += s.answer[d, k, w]
                    s.answer[d, k, w] = s.answer[d, k, w] * s.left[w]
    for k in live:
        for w in lanes:
            sparse[0, k, w] = sparse[0, k, w] - damping[w] if held[k, w] == 0.0 else -1.0


@helper
def by_node(m, s, live, there, sparse, J, step):
    """The step from the Jacobian itself."""
    lanes = range(m.umax.size)
    multiply(s, s.flow, s.answer, live, there, 1, s.flow.shape[1], J)
    for k in live:
        for w in lanes:
            J[k, k, w] += sparse[0, k, w]
    for k in live:
        if k >= m.origins:
            for w in lanes:
                J[k, m.source, w] += sparse[1 + k - m.origins, k, w]
                J[m.source, k, w] += sparse[1 + OUTLETS + k - m.origins, k, w]
    eliminate(m, s, J, live, step)


@helper
def by_destination(m, s, live, there, sparse, J, step):
    """The step from I + answer x (sparse's inverse x flow'), a system of destinations."""
    lanes = range(m.umax.size)
    for k in live:
        for w in lanes:
            sparse[0, k, w] = 1.0 / sparse[0, k, w] if k != m.source else sparse[0, k, w]
    for k in live:
        if k >= m.origins:
            x = k - m.origins
            for w in lanes:
                sparse[0, m.source, w] -= sparse[1 + OUTLETS + x, k, w] * sparse[1 + x, k, w] * sparse[0, k, w]
    for w in lanes:
        sparse[0, m.source, w] = 1.0 / sparse[0, m.source, w]
    apply_inverse(m, live, sparse, step)
    for d in there:
        apply_inverse(m, live, sparse, s.flow[d])
    multiply(s, s.answer, s.flow, there, live, s.flow.shape[1], 1, J)
    for d in there:
        for w in lanes:
            J[d, d, w] += 1.0
            s.paid[d, w] = 0.0
        for k in live:
            for w in lanes:
                s.paid[d, w] += s.answer[d, k, w] * step[k, w]
    eliminate(m, s, J, there, s.paid)
    for d in there:
        for k in live:
            for w in lanes:
                step[k, w] -= s.flow[d, k, w] * s.paid[d, w]


@helper
def apply_inverse(m, live, sparse, values):
    """Solves sparse x = values in place; the diagonal holds inverses, the exporter's after its outlets."""
    lanes = range(m.umax.size)
    for k in live:
        if k >= m.origins:
            for w in lanes:
                values[k, w] = values[k, w] * sparse[0, k, w]
                values[m.source, w] -= sparse[1 + OUTLETS + k - m.origins, k, w] * values[k, w]
    for k in live:
        if k < m.origins:
            for w in lanes:
                values[k, w] = values[k, w] * sparse[0, k, w]
    for k in live:
        if k >= m.origins:
            for w in lanes:
                values[k, w] -= sparse[1 + k - m.origins, k, w] * sparse[0, k, w] * values[m.source, w]


@routine
def bracket(m, s, live, count, below, above, between):
    """Bounds of every outlet's unknown, and the lanes in which they are used. A full outlet whose price still lies
    below a floor sells the same at any price, so Newton leaps over the kink at the floor, to and fro; once the other
    asks have settled, the sign of the excess tells on which side the solution lies. With one bound known it creeps on,
    so that the other asks stay settled."""
    for w in range(count.size):
        rest = 0.0
        for k in live:
            if k < m.origins:
                rest = max(rest, abs(s.f[k, w]))
        between[w] = 0.0
        for k in live:
            if k >= m.origins and m.on[k, w] > 0.0:
                x = k - m.origins
                if count[w] <= BRACKETED[0] or not rest < SETTLED or not below[x, w] < above[x, w]:
                    below[x, w], above[x, w] = -np.inf, np.inf
                elif s.f[k, w] > 0.0:
                    below[x, w] = max(below[x, w], s.z[k, w])
                else:
                    above[x, w] = min(above[x, w], s.z[k, w])
                late = BRACKETED[0] < count[w] < BRACKETED[1]
                if late and (below[x, w] > -np.inf or above[x, w] < np.inf):
                    between[w] = 1.0

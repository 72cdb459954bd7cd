"""R32-R36  Excess demand of one market in log asks, its Jacobian, and the step of Newton's method.

Everything runs lane by lane over a tile of runs. `live`, `there`, `working` name the nodes, places and blocks that some
lane uses; the others add nothing but zeros.
"""

from collections import namedtuple

import numpy as np

from ..numerics import exp, log, logistic, softplus
from ..rulebook import routine
from ..rules.purchasing import order_at, order_slope, use_at, use_slope

SETTLED = 0.05  # largest excess of the origins while outlets are bracketed
BRACKETED = 200, 280  # evaluations between which they are: the very few markets still open by then
NOTHING = 1e-290

Market = namedtuple(  # one tile: static numbers of the market, then arrays whose last axis is the lane
    "Market",
    "origins destinations source low high block_node freight "
    "umax epsilon choke adjustment price_elasticity least sigma rho "
    "on open weight offered centre steepness base anchor stock cover normal floor enforced tariff untrusted cap",
)
State = namedtuple(
    "State",
    "z log_ask ordered supplied slope ask powered raised share flow answer passed paid log_paid demand demand_slope f "
    "sold",
)


@routine
def evaluate(m, s, live, there, working, floors):
    """Excess demand of every node at the asks of `s`, and what the Jacobian needs."""
    lanes = s.z.shape[1]
    for k in live:
        for w in range(lanes):
            log_ask = s.z[k, w] if k < m.origins else s.z[m.source, w] + m.rho[w] * softplus(s.z[k, w])
            s.log_ask[k, w] = log_ask
            s.ask[k, w] = exp(log_ask)
            s.powered[k, w] = exp(-m.sigma[w] * log_ask)
            s.ordered[k, w] = 0.0
            s.supplied[k, w] = 0.0
            s.slope[k, w] = 0.0
    for b in working:
        k = m.block_node[b]
        for w in range(lanes):
            u = logistic(m.steepness[b, w] * (s.log_ask[k, w] - m.centre[b, w]))
            supply = m.offered[b, w] * m.umax[w] * u
            s.supplied[k, w] += supply
            s.slope[k, w] += supply * m.steepness[b, w] * (1.0 - u)
    for k in live:
        if k >= m.origins:
            for w in range(lanes):
                s.supplied[k, w] = m.cap[k - m.origins, w] * logistic(s.z[k, w])
    for d in there:
        for w in range(lanes):
            s.paid[d, w] = 0.0
            s.log_paid[d, w] = 0.0
        for k in live:
            o = k if k < m.origins else m.source
            for w in range(lanes):
                s.share[k, d, w] = m.weight[k, d, w] * s.powered[k, w]
                s.raised[k, d, w] = 1.0
                s.passed[k, d, w] = 1.0
            if floors[d] > 0.0:
                for w in range(lanes):
                    taxed = 1.0 + m.tariff[d, w] * m.untrusted[o, w]
                    gap = m.floor[d, w] / (s.ask[k, w] * m.freight[o, d] * taxed) - 1.0
                    bound = m.enforced[d, w] * m.untrusted[o, w] if gap > 0.0 else 0.0
                    lifted = 1.0 + bound * max(gap, 0.0)
                    raised = taxed * lifted
                    s.raised[k, d, w] = raised
                    s.passed[k, d, w] = (1.0 - bound) / lifted
                    s.share[k, d, w] = s.share[k, d, w] * exp(-m.sigma[w] * log(raised))
            for w in range(lanes):
                s.paid[d, w] += s.share[k, d, w]
        for w in range(lanes):
            s.demand[w] = m.open[d, w] / max(s.paid[d, w], NOTHING)
            s.paid[d, w] = 0.0
        for k in live:
            o = k if k < m.origins else m.source
            for w in range(lanes):
                s.share[k, d, w] = s.share[k, d, w] * s.demand[w]
                s.paid[d, w] += s.share[k, d, w] * s.ask[k, w] * m.freight[o, d] * s.raised[k, d, w]
        for w in range(lanes):
            log_paid = log(max(s.paid[d, w], NOTHING)) if m.open[d, w] > 0.0 else m.anchor[d, w]
            ratio = log_paid - m.anchor[d, w]
            surprise = log_paid - m.normal[d, w]
            use = use_at(m.base[d, w], ratio, m.epsilon[w], m.choke[w])
            bend = use_slope(ratio, m.epsilon[w], m.choke[w])
            order = order_at(
                use, surprise, m.cover[d, w], m.stock[d, w], m.adjustment[w], m.price_elasticity[w], m.least[w]
            )
            s.demand[w] = order if m.open[d, w] > 0.0 else 0.0
            s.demand_slope[w] = order_slope(
                use, bend, surprise, m.cover[d, w], m.stock[d, w], m.adjustment[w], m.price_elasticity[w], m.least[w]
            )
            s.log_paid[d, w] = log_paid
        for k in live:
            o = k if k < m.origins else m.source
            for w in range(lanes):
                share = s.share[k, d, w]
                flow = share * s.demand[w]
                dear = s.ask[k, w] * m.freight[o, d] * s.raised[k, d, w] / max(s.paid[d, w], NOTHING)
                s.flow[k, d, w] = flow
                s.ordered[k, w] += flow
                s.answer[k, d, w] = (
                    share
                    * s.passed[k, d, w]
                    * (m.sigma[w] + s.demand_slope[w] * (m.sigma[w] - (m.sigma[w] - 1.0) * dear))
                )
    for k in live:
        for w in range(lanes):
            s.sold[k, w] = s.ordered[k, w]
    for k in live:
        if k >= m.origins:
            for w in range(lanes):
                s.sold[m.source, w] += s.supplied[k, w] * m.on[k, w]
    for k in live:
        for w in range(lanes):
            s.f[k, w] = (log(max(s.sold[k, w], NOTHING)) - log(max(s.supplied[k, w], NOTHING))) * m.on[k, w]


@routine
def settle(m, s, live, held, merit):
    """Largest excess of every lane. An ask at its bound that would leave it is held there: tons are then rationed."""
    lanes = merit.size
    for w in range(lanes):
        merit[w] = 0.0
    for k in live:
        for w in range(lanes):
            stuck = k < m.origins and (
                (s.z[k, w] <= m.low and s.f[k, w] < 0.0) or (s.z[k, w] >= m.high and s.f[k, w] > 0.0)
            )
            held[k, w] = 1.0 if stuck or m.on[k, w] == 0.0 else 0.0
            if held[k, w] > 0.0:
                s.f[k, w] = 0.0
            merit[w] = max(merit[w], abs(s.f[k, w])) if s.f[k, w] == s.f[k, w] else np.inf


@routine
def newton(m, s, live, there, held, damping, J, step):
    """Solves (J - damping) step = -f lane by lane. J is diagonally dominant but near the choke: no pivoting."""
    lanes = held.shape[1]
    for k in live:
        for j in live:
            for w in range(lanes):
                J[k, j, w] = 0.0
            for d in there:
                for w in range(lanes):
                    J[k, j, w] += s.flow[k, d, w] * s.answer[j, d, w]
        for d in there:
            for w in range(lanes):
                J[k, k, w] -= m.sigma[w] * s.flow[k, d, w] * s.passed[k, d, w]
    for k in live:
        for j in live:
            for w in range(lanes):
                J[k, j, w] = J[k, j, w] / max(s.sold[k, w], NOTHING)
        if k < m.origins:
            for w in range(lanes):
                J[k, k, w] -= s.slope[k, w] / max(s.supplied[k, w], NOTHING)
    for out in live:  # an outlet's unknown is y, and what it sells its exporter makes
        if out < m.origins:
            continue
        for w in range(lanes):
            y = logistic(s.z[out, w])
            for k in live:
                J[k, m.source, w] += J[k, out, w]
                J[k, out, w] = J[k, out, w] * m.rho[w] * y
            J[out, out, w] -= 1.0 - y
            J[m.source, out, w] += m.on[out, w] * s.supplied[out, w] * (1.0 - y) / max(s.sold[m.source, w], NOTHING)
    for k in live:
        for w in range(lanes):
            step[k, w] = -s.f[k, w]
            J[k, k, w] -= damping[w]
        for j in live:
            for w in range(lanes):
                if held[k, w] > 0.0:
                    J[k, j, w] = -1.0 if k == j else 0.0
    for a in range(live.size):
        k = live[a]
        for i in live[a + 1 :]:
            for w in range(lanes):
                J[i, k, w] = J[i, k, w] / J[k, k, w]
            for j in live[a + 1 :]:
                for w in range(lanes):
                    J[i, j, w] -= J[i, k, w] * J[k, j, w]
            for w in range(lanes):
                step[i, w] -= J[i, k, w] * step[k, w]
    for a in range(live.size - 1, -1, -1):
        k = live[a]
        for j in live[a + 1 :]:
            for w in range(lanes):
                step[k, w] -= J[k, j, w] * step[j, w]
        for w in range(lanes):
            step[k, w] = step[k, w] / J[k, k, w]


@routine
def bracket(m, s, live, count, below, above, between):
    """Bounds of every outlet's unknown, and the lanes in which they are used. A full outlet whose price still lies
    below a floor sells the same at any price, so Newton leaps over the kink at the floor, to and fro; once the other
    asks have settled, the sign of the excess tells on which side the solution lies."""
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
                if late and below[x, w] > -np.inf and above[x, w] < np.inf:
                    between[w] = 1.0


@routine
def in_use(values, rows):
    """Writes down the rows that hold something other than 0 in some lane; how many they are."""
    count = 0
    for k in range(values.shape[0]):
        for w in range(values.shape[1]):
            if values[k, w] != 0.0:
                rows[count] = k
                count += 1
                break
    return count

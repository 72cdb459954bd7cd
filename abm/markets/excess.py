"""R32-R36  Excess demand of one market in log asks, and what its Jacobian needs.

Everything runs lane by lane over a tile of runs. `live`, `there`, `working` name the nodes, places and blocks that some
lane uses; the others add nothing but zeros.
"""

import numpy as np

from ..numerics import exp, helper, log, logistic, softplus
from ..rulebook import routine
from ..rules.purchasing import order_at, order_slope, use_at, use_slope
from .tile import NOTHING


@routine
def evaluate(m, s, live, there, working):
    """Excess demand of every node at the asks of `s`."""
    supply(m, s, live, working)
    for d in there:
        offer(m, s, d, live)
        buy(m, s, d)
        share_out(m, s, d, live)
    for k in live:
        for w in range(m.umax.size):
            s.sold[k, w] = s.ordered[k, w]
    for k in live:
        if k >= m.origins:
            for w in range(m.umax.size):
                s.sold[m.source, w] += s.supplied[k, w] * m.on[k, w]
    for k in live:
        for w in range(m.umax.size):
            s.f[k, w] = (log(max(s.sold[k, w], NOTHING)) - log(max(s.supplied[k, w], NOTHING))) * m.on[k, w]


@helper
def supply(m, s, live, working):
    """Asks, and what every node supplies at them."""
    lanes = range(m.umax.size)
    for k in live:
        if k < m.origins:
            for w in lanes:
                s.log_ask[k, w] = s.z[k, w]
        else:
            for w in lanes:
                s.log_ask[k, w] = s.z[m.source, w] + m.rho[w] * softplus(s.z[k, w])
        for w in lanes:
            s.ask[k, w] = exp(s.log_ask[k, w])
            s.powered[k, w] = exp(-m.sigma[w] * s.log_ask[k, w])
            s.ordered[k, w] = 0.0
            s.kept[k, w] = 0.0
            s.supplied[k, w] = 0.0
            s.slope[k, w] = 0.0
    for b in working:
        k = m.block_node[b]
        for w in lanes:
            u = logistic(m.steepness[b, w] * (s.log_ask[k, w] - m.centre[b, w]))
            made = m.offered[b, w] * m.umax[w] * u
            s.supplied[k, w] += made
            s.slope[k, w] += made * m.steepness[b, w] * (1.0 - u)
    for k in live:
        if k >= m.origins:
            for w in lanes:
                s.supplied[k, w] = m.cap[k - m.origins, w] * logistic(s.z[k, w])


@helper
def offer(m, s, d, live):
    """R33, R34  Shares of the nodes in what a destination buys, and its mean price."""
    lanes = range(m.umax.size)
    for w in lanes:
        s.left[w] = 0.0
        s.paid[d, w] = 0.0
    for k in live:
        o = k if k < m.origins else m.source
        freight = m.freight[o, d]
        if m.floors[d] > 0.0:
            for w in lanes:
                taxed = 1.0 + m.tariff[d, w] * m.untrusted[o, w]
                landed = s.ask[k, w] * freight
                gap = m.floor[d, w] / (landed * taxed) - 1.0
                bound = m.enforced[d, w] * m.untrusted[o, w] if gap > 0.0 else 0.0
                lifted = 1.0 + bound * max(gap, 0.0)
                raised = taxed * lifted
                s.landed[k, w] = landed * raised
                s.passed[k, w] = (1.0 - bound) / lifted
                s.share[k, w] = m.weight[d, k, w] * s.powered[k, w] * exp(-m.sigma[w] * log(raised))
        else:
            for w in lanes:
                s.landed[k, w] = s.ask[k, w] * freight
                s.passed[k, w] = 1.0
                s.share[k, w] = m.weight[d, k, w] * s.powered[k, w]
        for w in lanes:
            s.left[w] += s.share[k, w]
    for w in lanes:
        s.left[w] = m.open[d, w] / max(s.left[w], NOTHING)
    for k in live:
        for w in lanes:
            s.share[k, w] = s.share[k, w] * s.left[w]
            s.paid[d, w] += s.share[k, w] * s.landed[k, w]


@helper
def buy(m, s, d):
    """R40, R42  What a destination orders at the price it pays."""
    for w in range(m.umax.size):
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


@helper
def share_out(m, s, d, live):
    """Tons ordered of every node, and how far each node's ask moves what the destination orders of others (d ln)."""
    lanes = range(m.umax.size)
    for w in lanes:
        s.part[w] = m.sigma[w] * (1.0 + s.demand_slope[w])
        s.left[w] = s.demand_slope[w] * (m.sigma[w] - 1.0) / max(s.paid[d, w], NOTHING)
    for k in live:
        for w in lanes:
            flow = s.share[k, w] * s.demand[w]
            s.flow[d, k, w] = flow
            s.ordered[k, w] += flow
            s.kept[k, w] += flow * s.passed[k, w]
            s.answer[d, k, w] = s.share[k, w] * s.passed[k, w] * (s.part[w] - s.left[w] * s.landed[k, w])


@routine
def settle(m, s, live, held, merit):
    """Largest excess of every lane. An ask at its bound that would leave it is held there: tons are then rationed."""
    lanes = range(m.umax.size)
    for w in lanes:
        merit[w] = 0.0
    for k in live:
        for w in lanes:
            stuck = k < m.origins and (
                (s.z[k, w] <= m.low and s.f[k, w] < 0.0) or (s.z[k, w] >= m.high and s.f[k, w] > 0.0)
            )
            held[k, w] = 1.0 if stuck or m.on[k, w] == 0.0 else 0.0
            if held[k, w] > 0.0:
                s.f[k, w] = 0.0
            merit[w] = max(merit[w], abs(s.f[k, w])) if s.f[k, w] == s.f[k, w] else np.inf

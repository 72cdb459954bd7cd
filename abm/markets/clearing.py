"""R32-R36  One market for one month: gravity in tons, two licensed outlets, floors at the border; damped Newton.

Unknowns are the log asks of the origins and, for an outlet, y: it sells cap * logistic(y) at exp(rho * softplus(y))
times its exporter's ask, which is R35 without a constraint. What must vanish is ln(ordered) - ln(supplied).
Runs are solved side by side in tiles; a run that has converged stops for good, so no run can feel another.
"""

import numpy as np

from ..numerics import exp, log
from ..rulebook import market
from .excess import BRACKETED, NOTHING, Market, State, bracket, evaluate, in_use, newton, settle
from .nodes import OUTLETS

LANES = 32  # runs side by side
MOST = 280  # evaluations at most
TOLERANCE = 1e-8  # of ln(ordered) - ln(supplied)
LOWEST, HIGHEST = 0.01, 1000.0  # bounds of an ask, times the base price
STEP = 2.0  # longest step in a log price
AFRESH = 20  # a run still open after so many evaluations starts again, at base prices shifted by these logs
SHIFTS = (1.0, -0.5, 2.0, 0.3, -1.5, 1.5, 3.0, -0.2, 0.7)


@market(
    "f8[:,:],f8[:,:],f8[:,:],f8[:,:],i8[:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:],"
    "f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],i8,i8,i8,f8,"
    "f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:,:],f8[:,:,:],f8[:,:],f8[:,:],f8[:]",
    layout="(k,r),(b,r),(b,r),(b,r),(b),(l,d),(l,d),(l,r),(l,r),(d),"
    "(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(l,r),(d,r),(x,r),(),(),(),(),"
    "(r),(r),(r),(r),(r),(r),(r),(r)->(k,r),(k,d,r),(d,r),(k,r),(r)",
)
def clear(
    start, offered, centre, steepness, block_node, weight, freight, scale, entrant, per_ton, base, anchor, stock,
    cover, normal, floor, enforced, tariff, untrusted, group, cap, origins, destinations, source, base_price, umax,
    sigma, rho, epsilon, choke, adjustment, price_elasticity, least, z_out, delivered, paid, fill, evaluations,
):  # fmt: skip
    """R32-R36  Clears a market: unknowns (ln USD/t; outlets y), tons delivered, price paid (USD/t), supply sold (1).

    offered, centre, steepness: supply blocks (t/month, ln USD/t, 1) at nodes block_node (-1: padding). weight, freight:
    of origins and destinations; scale: an origin's capacity to its base (R34); entrant: t/month of new capacity times
    its qualification, which draws per_ton (R34). base: use at base price (t/month); anchor, normal: ln of base and of
    expected price; cover in months. floor (USD/t), enforced (share), tariff (ad valorem, times the share on which it is
    levied), untrusted (0 or 1): R33. group: 0 free, 1 or 2 the outlet a destination is served through; cap: of the
    outlets (t/month). evaluations: -1 where it did not converge.
    """
    runs = start.shape[1]
    L, D = origins, destinations
    low, high = log(LOWEST * base_price), log(HIGHEST * base_price)
    z_out[:] = start
    delivered[:] = 0.0
    paid[:] = 0.0
    fill[:] = 0.0
    W = min(runs, LANES)
    B = block_node.size
    K = L + OUTLETS
    m = Market(
        L, D, source, low, high, block_node, freight,
        np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W),
        np.empty((K, W)), np.empty((D, W)), np.empty((K, D, W)), np.empty((B, W)), np.empty((B, W)), np.empty((B, W)),
        np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)),
        np.empty((D, W)), np.empty((D, W)), np.empty((L, W)), np.empty((OUTLETS, W)),
    )  # fmt: skip
    s = State(
        np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)),
        np.empty((K, W)), np.empty((K, D, W)), np.empty((K, D, W)), np.empty((K, D, W)), np.empty((K, D, W)),
        np.empty((K, D, W)), np.empty((D, W)), np.empty((D, W)), np.empty(W), np.empty(W), np.empty((K, W)),
        np.empty((K, W)),
    )  # fmt: skip
    floors = np.empty(D)
    held, step, old, heading = np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W))
    J = np.empty((K, K, W))
    merit, best, cut, length, damping = np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W)
    refused, count, done = np.empty(W), np.empty(W), np.empty(W)
    below, above, between = np.empty((OUTLETS, W)), np.empty((OUTLETS, W)), np.empty(W)
    nodes, places, busy = np.empty(K, np.int64), np.empty(D, np.int64), np.empty(B, np.int64)
    for first in range(0, runs, W):
        for w in range(W):  # lanes past the end repeat the last run and are never written
            r = min(first + w, runs - 1)
            m.umax[w], m.sigma[w], m.rho[w], m.epsilon[w], m.choke[w] = umax[r], sigma[r], rho[r], epsilon[r], choke[r]
            m.adjustment[w], m.price_elasticity[w], m.least[w] = adjustment[r], price_elasticity[r], least[r]
            for b in range(B):
                m.offered[b, w], m.centre[b, w], m.steepness[b, w] = offered[b, r], centre[b, r], steepness[b, r]
            for k in range(L):
                m.untrusted[k, w] = untrusted[k, r]
                m.on[k, w] = 0.0
            for x in range(OUTLETS):
                m.cap[x, w] = max(cap[x, r], NOTHING)
                m.on[L + x, w] = 0.0
            for b in range(B):
                if block_node[b] >= 0 and offered[b, r] > 0.0:
                    m.on[block_node[b], w] = 1.0
            for d in range(D):
                m.base[d, w], m.anchor[d, w], m.stock[d, w] = base[d, r], anchor[d, r], stock[d, r]
                m.cover[d, w], m.normal[d, w], m.floor[d, w] = cover[d, r], normal[d, r], max(floor[d, r], 0.0)
                m.enforced[d, w], m.tariff[d, w] = enforced[d, r], tariff[d, r]
                out = L - 1 + int(group[d, r])  # the outlet's node, if any
                total = 0.0
                for k in range(K):
                    o = k if k < L else source
                    drawn = weight[o, d] * scale[o, r] + per_ton[d] * entrant[o, r]
                    served = k != source if group[d, r] > 0.0 else k < L
                    if k >= L:
                        served = group[d, r] > 0.0 and k == out and cap[k - L, r] > 0.0
                    m.weight[k, d, w] = drawn if served and m.on[o, w] > 0.0 else 0.0
                    total += m.weight[k, d, w]
                m.open[d, w] = 1.0 if total > 0.0 and base[d, r] > 0.0 else 0.0
                if m.open[d, w] == 0.0:  # any numbers will do, so long as they are numbers
                    m.base[d, w], m.stock[d, w] = 1.0, 0.0
            for k in range(K):
                total = 0.0
                for d in range(D):
                    total += m.weight[k, d, w] * m.open[d, w]
                m.on[k, w] = 1.0 if total > 0.0 else 0.0
                if k >= L and total > 0.0:
                    m.on[source, w] = 1.0
            for b in range(B):
                if block_node[b] < 0 or m.on[block_node[b], w] == 0.0:
                    m.offered[b, w] = 0.0
            for k in range(K):
                s.z[k, w] = start[k, r] if k >= L else min(max(start[k, r], low), high)
                old[k, w], heading[k, w] = s.z[k, w], 0.0
            best[w], cut[w], length[w], damping[w], refused[w], count[w], done[w] = np.inf, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0
        for d in range(D):
            floors[d] = 0.0
            for w in range(W):
                floors[d] = max(floors[d], m.floor[d, w] * m.enforced[d, w], m.tariff[d, w])
        below[:], above[:] = -np.inf, np.inf
        live = nodes[: in_use(m.on, nodes)]  # what no lane uses adds nothing but zeros, and is passed over
        there = places[: in_use(m.open, places)]
        working = busy[: in_use(m.offered, busy)]
        for _ in range(MOST):
            evaluate(m, s, live, there, working, floors)
            settle(m, s, live, held, merit)
            waiting = 0
            for w in range(W):
                if done[w] == 0.0:
                    count[w] += 1.0
                    if merit[w] < TOLERANCE:
                        done[w] = 1.0
                    else:
                        waiting += 1
            if waiting == 0:
                break
            bracket(m, s, live, count, below, above, between)
            newton(m, s, live, there, held, damping, J, step)  # whole arrays: a slice of one would not be SIMD
            for w in range(W):
                if done[w] > 0.0:
                    continue
                longest = 0.0
                for k in live:
                    reach = 1.0 if k < L or s.z[k, w] < 0.0 else m.rho[w]
                    far = abs(step[k, w]) * reach
                    longest = max(longest, far) if far == far else np.inf
                tried = int(count[w]) // AFRESH
                steady = BRACKETED[0] < count[w] < BRACKETED[1]
                if count[w] == tried * AFRESH and tried <= len(SHIFTS) and not steady:
                    damping[w], refused[w], best[w] = 0.0, -1.0, np.inf
                    for k in live:
                        s.z[k, w] = log(base_price) + SHIFTS[tried - 1] if k < L else 0.0
                    for b in working:  # every other time from where the blocks supply
                        if tried % 2 == 0:
                            s.z[block_node[b], w] = m.centre[b, w] + SHIFTS[tried - 1]
                elif longest == np.inf:
                    damping[w], refused[w], best[w] = max(4.0 * damping[w], 0.25), -1.0, np.inf
                elif between[w] > 0.0:
                    cut[w] = min(1.0, STEP / max(longest, NOTHING))
                    for k in live:
                        old[k, w], heading[k, w] = s.z[k, w], step[k, w] * cut[w]
                        s.z[k, w] = old[k, w] + heading[k, w]
                        if k >= L and below[k - L, w] > -np.inf and above[k - L, w] < np.inf:
                            if not below[k - L, w] < s.z[k, w] < above[k - L, w]:
                                s.z[k, w] = 0.5 * (below[k - L, w] + above[k - L, w])
                    best[w], refused[w] = np.inf, -1.0
                elif merit[w] <= best[w] * (1.0 - 0.01 * length[w] * cut[w]) or refused[w] < 0.0:
                    cut[w] = min(1.0, STEP / max(longest, NOTHING))
                    damping[w] = 0.25 * damping[w] if refused[w] == 0.0 and damping[w] > 0.05 else damping[w]
                    damping[w] = damping[w] if damping[w] > 0.05 else 0.0
                    for k in live:
                        old[k, w], heading[k, w] = s.z[k, w], step[k, w] * cut[w]
                        s.z[k, w] = old[k, w] + heading[k, w]
                    best[w], length[w], refused[w] = merit[w], 1.0, 0.0
                elif refused[w] < 3.0:
                    refused[w] += 1.0
                    length[w] = 0.35 * length[w]
                    for k in live:
                        s.z[k, w] = old[k, w] + length[w] * heading[k, w]
                else:  # back, and on with a shorter, damped step (pseudo-transient continuation)
                    damping[w] = max(4.0 * damping[w], 0.25) if damping[w] < 50.0 else 0.0
                    refused[w] = -1.0
                    best[w] = np.inf
                    if damping[w] > 0.0:
                        for k in live:
                            s.z[k, w] = old[k, w]
                for k in live:
                    s.z[k, w] = min(max(s.z[k, w], low), high) if k < L else s.z[k, w]
        for w in range(min(W, runs - first)):
            r = first + w
            evaluations[r] = count[w] if done[w] > 0.0 else -1.0
            sold = 0.0
            for k in live:
                sold += s.ordered[k, w] if k == source or k >= L else 0.0
            for k in live:
                o = k if k < L else source
                orders = sold if o == source else s.ordered[k, w]
                part = min(1.0, s.supplied[o, w] / max(orders, NOTHING))
                if m.on[k, w] > 0.0:
                    z_out[k, r] = s.z[k, w]
                    if k < L:
                        fill[k, r] = min(1.0, orders / max(s.supplied[k, w], NOTHING))
                for d in there:
                    delivered[k, d, r] = s.flow[k, d, w] * part
            for d in range(D):
                paid[d, r] = s.paid[d, w]
                if m.open[d, w] == 0.0:  # who buys nothing sees what a ton would cost; where nobody may sell, the choke
                    shares, cost = 0.0, 0.0
                    for k in live:
                        share = m.weight[k, d, w] * s.powered[k, w] * m.on[k, w]
                        shares += share
                        cost += share * s.ask[k, w] * freight[k if k < L else source, d]
                    paid[d, r] = cost / shares if shares > 0.0 else choke[r] * exp(anchor[d, r])

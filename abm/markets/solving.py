"""R36  Damped Newton over tiles of runs; a run that has converged stops for good, so no run can feel another."""

import numpy as np

from ..numerics import log
from ..rulebook import routine
from .excess import evaluate, settle
from .newton import BRACKETED, bracket, newton
from .nodes import OUTLETS
from .tile import NOTHING, gather, gather_numbers, gather_rows, in_use, link, market_for, release, state_for

MOST = 280  # evaluations at most
TOLERANCE = 1e-8  # of ln(ordered) - ln(supplied)
STEP = 2.0  # longest step in a log price
AFRESH = 20  # a run still open after so many evaluations starts again, at base prices shifted by these logs
SHIFTS = (1.0, -0.5, 2.0, 0.3, -1.5, 1.5, 3.0, -0.2, 0.7)


@routine
def solve(
    lanes, offered, centre, steepness, block_row, block_node, weight, freight, scale, entrant, per_ton, base, anchor,
    stock, cover, normal, floor, enforced, tariff, untrusted, group, cap, origins, destinations, source, few,
    base_price, umax, sigma, rho, epsilon, choke, adjustment, price_elasticity, least, z_out, delivered, received, sent,
    paid, fill, evaluations,
):  # fmt: skip
    """Tile by tile, from the unknowns in z_out. lanes: how wide a tile is."""
    W, B, D, K = min(lanes, z_out.shape[1]), block_node.size, destinations, origins + OUTLETS
    m = market_for(W, origins, destinations, source, few, base_price, block_node, freight)
    s = state_for(m)
    served, capacity, fresh = np.empty((D, W)), np.empty((origins, W)), np.empty((origins, W))
    held, step, old, heading = np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W))
    sparse, J = np.empty((1 + 2 * OUTLETS, K, W)), np.empty((max(K, D), max(K, D), W))
    merit, best, cut, length, damping = np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W)
    refused, count, done = np.empty(W), np.empty(W), np.empty(W)
    below, above, between = np.empty((OUTLETS, W)), np.empty((OUTLETS, W)), np.empty(W)
    nodes, places, busy = np.empty(K, np.int64), np.empty(D, np.int64), np.empty(B, np.int64)
    for first in range(0, z_out.shape[1], W):
        gather_numbers(m.umax, umax, first)
        gather_numbers(m.sigma, sigma, first)
        gather_numbers(m.rho, rho, first)
        gather_numbers(m.epsilon, epsilon, first)
        gather_numbers(m.choke, choke, first)
        gather_numbers(m.adjustment, adjustment, first)
        gather_numbers(m.price_elasticity, price_elasticity, first)
        gather_numbers(m.least, least, first)
        gather_rows(m.offered, offered, block_row, first)
        gather_rows(m.centre, centre, block_row, first)
        gather_rows(m.steepness, steepness, block_row, first)
        gather(m.untrusted, untrusted, first)
        gather(m.cap, cap, first)
        gather(m.base, base, first)
        gather(m.anchor, anchor, first)
        gather(m.stock, stock, first)
        gather(m.cover, cover, first)
        gather(m.normal, normal, first)
        gather(m.floor, floor, first)
        gather(m.enforced, enforced, first)
        gather(m.tariff, tariff, first)
        gather(served, group, first)
        gather(capacity, scale, first)
        gather(fresh, entrant, first)
        gather(s.z, z_out, first)
        link(m, served, weight, capacity, fresh, per_ton)
        for k in range(K):
            for w in range(W):
                s.z[k, w] = min(max(s.z[k, w], m.low), m.high) if k < origins else s.z[k, w]
                old[k, w], heading[k, w] = s.z[k, w], 0.0
        best[:], cut[:], length[:], damping[:], refused[:], count[:], done[:] = np.inf, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0
        below[:], above[:] = -np.inf, np.inf
        live = nodes[: in_use(m.on, nodes)]  # what no lane uses adds nothing but zeros, and is passed over
        there = places[: in_use(m.open, places)]
        working = busy[: in_use(m.offered, busy)]
        for turn in range(MOST):
            evaluate(m, s, live, there, working)
            settle(m, s, live, held, merit)
            waiting = 0
            for w in range(W):
                if done[w] == 0.0:
                    count[w] += 1.0
                    if merit[w] < TOLERANCE:
                        done[w] = 1.0
                    else:
                        waiting += 1
            if waiting == 0 or turn == MOST - 1:
                break
            bracket(m, s, live, count, below, above, between)
            newton(m, s, live, there, held, damping, sparse, J, step)
            for w in range(W):
                if done[w] > 0.0:
                    continue
                longest = 0.0
                for k in live:
                    reach = 1.0 if k < origins or s.z[k, w] < 0.0 else m.rho[w]
                    far = abs(step[k, w]) * reach
                    longest = max(longest, far) if far == far else np.inf
                tried = int(count[w]) // AFRESH
                steady = BRACKETED[0] < count[w] < BRACKETED[1]
                if count[w] == tried * AFRESH and tried <= len(SHIFTS) and not steady:
                    damping[w], refused[w], best[w] = 0.0, -1.0, np.inf
                    for k in live:
                        s.z[k, w] = log(base_price) + SHIFTS[tried - 1] if k < origins else 0.0
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
                        if k >= origins and below[k - origins, w] > -np.inf and above[k - origins, w] < np.inf:
                            if not below[k - origins, w] < s.z[k, w] < above[k - origins, w]:
                                s.z[k, w] = 0.5 * (below[k - origins, w] + above[k - origins, w])
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
                    s.z[k, w] = min(max(s.z[k, w], m.low), m.high) if k < origins else s.z[k, w]
        release(
            m, s, first, live, there, count, done, choke, z_out, delivered, received, sent, paid, fill,
            evaluations,
        )  # fmt: skip

"""R36  Damped Newton over tiles of runs; a run that has converged stops for good, so no run can feel another.

Most runs are done after a few evaluations. The others then leave their tiles and go on side by side in new ones.
"""

from collections import namedtuple

import numpy as np

from ..numerics import helper, log
from ..rulebook import routine
from .excess import evaluate, settle
from .newton import BRACKETED, bracket, newton
from .nodes import OUTLETS
from .tile import NOTHING, gather, gather_numbers, gather_rows, in_use, link, market_for, release, state_for

SOON = 3  # evaluations after which most runs are done
MOST = 280  # evaluations at most
TOLERANCE = 1e-8  # of ln(ordered) - ln(supplied)
STEP = 2.0  # longest step in a log price
CREEP = 0.5  # longest step of an outlet's unknown while it is bracketed
AFRESH = 20  # a run still open after so many evaluations starts again, at base prices shifted by these logs
SHIFTS = (1.0, -0.5, 2.0, 0.3, -1.5, 1.5, 3.0, -0.2, 0.7)
LANES = 64  # of a tile at most
ABREAST = 8  # a tile is a multiple of this wide, so that no loop over its lanes has a rest

Search = namedtuple("Search", "old heading below above best cut length damping refused count done")  # [..., lane]


@routine
def solve(
    offered, centre, steepness, block_row, block_node, weight, freight, scale, entrant, per_ton, base, anchor, stock,
    cover, normal, floor, enforced, tariff, untrusted, group, cap, origins, destinations, source, few, base_price, umax,
    sigma, rho, epsilon, choke, adjustment, price_elasticity, least, z_out, delivered, received, sent, paid, fill,
    evaluations,
):  # fmt: skip
    """Every run, from the unknowns in z_out."""
    B, D, K, runs = block_node.size, destinations, origins + OUTLETS, z_out.shape[1]
    nodes, places, busy = np.empty(K, np.int64), np.empty(D, np.int64), np.empty(B, np.int64)
    kept = search_for(K, runs)
    kept.old[:], kept.heading[:], kept.below[:], kept.above[:] = 0.0, 0.0, -np.inf, np.inf
    kept.best[:], kept.cut[:], kept.length[:] = np.inf, 1.0, 1.0
    kept.damping[:], kept.refused[:], kept.count[:], kept.done[:] = 0.0, 0.0, 0.0, 0.0
    waiting, count = np.arange(runs), runs
    for begin, end in ((0, SOON), (SOON - 1, MOST)):  # a run that goes on sees once more what it saw last
        W = width(count) if runs > 1 else 1
        m = market_for(W, origins, destinations, source, few, base_price, block_node, freight)
        s, q = state_for(m), search_for(K, W)
        served, capacity, fresh = np.empty((D, W)), np.empty((origins, W)), np.empty((origins, W))
        held, step, merit, between = np.empty((K, W)), np.empty((K, W)), np.empty(W), np.empty(W)
        sparse, J = np.empty((1 + 2 * OUTLETS, K, W)), np.empty((max(K, D), max(K, D), W))
        left = 0
        for first in range(0, count, W):
            runs_here = waiting[first : min(first + W, count)].copy()
            for number, values in (
                (m.umax, umax), (m.sigma, sigma), (m.rho, rho), (m.epsilon, epsilon), (m.choke, choke),
                (m.adjustment, adjustment), (m.price_elasticity, price_elasticity), (m.least, least),
            ):  # fmt: skip
                gather_numbers(number, values, runs_here)
            for block, table in ((m.offered, offered), (m.centre, centre), (m.steepness, steepness)):
                gather_rows(block, table, block_row, runs_here)
            for into, table in (
                (m.untrusted, untrusted), (m.cap, cap), (m.base, base), (m.anchor, anchor), (m.stock, stock),
                (m.cover, cover), (m.normal, normal), (m.floor, floor), (m.enforced, enforced), (m.tariff, tariff),
                (served, group), (capacity, scale), (fresh, entrant), (s.z, z_out),
            ):  # fmt: skip
                gather(into, table, runs_here)
            carry(q, kept, runs_here)
            link(m, served, weight, capacity, fresh, per_ton)
            for k in range(origins):
                for w in range(W):
                    s.z[k, w] = min(max(s.z[k, w], m.low), m.high)
            between[:] = 0.0
            live = nodes[: in_use(m.on, nodes)]  # what no lane uses adds nothing but zeros, and is passed over
            there = places[: in_use(m.open, places)]
            working = busy[: in_use(m.offered, busy)]
            for turn in range(begin, end):
                evaluate(m, s, live, there, working)
                settle(m, s, live, held, merit)
                open_ = 0
                for w in range(W):
                    if q.done[w] == 0.0:
                        q.count[w] = turn + 1.0
                        q.done[w] = 1.0 if merit[w] < TOLERANCE else 0.0
                        open_ += q.done[w] == 0.0
                if open_ == 0 or turn == end - 1:
                    break
                if turn >= BRACKETED[0]:
                    bracket(m, s, live, q.count, q.below, q.above, between)
                newton(m, s, live, there, held, q.damping, sparse, J, step)
                proceed(m, s, q, live, working, base_price, merit, between, step)
            release(
                m, s, runs_here, live, there, q.count, q.done, z_out, delivered, received, sent, paid, fill, evaluations
            )  # fmt: skip
            for w in range(runs_here.size):
                if q.done[w] == 0.0:
                    keep(kept, q, runs_here[w], w)
                    waiting[left] = runs_here[w]
                    left += 1
        count = left
        if count == 0:
            break


@helper
def width(count):
    """Lanes of a tile, at most LANES: tiles of one width hold all, with few lanes to spare."""
    tiles = (count + LANES - 1) // LANES
    each = (count + tiles - 1) // tiles
    return each + -each % ABREAST


@routine
def search_for(nodes, lanes):
    """Room for where the search of every lane stands."""
    K, W = nodes, lanes
    return Search(
        np.empty((K, W)), np.empty((K, W)), np.empty((OUTLETS, W)), np.empty((OUTLETS, W)), np.empty(W), np.empty(W),
        np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W),
    )  # fmt: skip


@routine
def carry(into, kept, runs):
    """The searches of some runs as lanes of a tile."""
    for table, all_runs in (
        (into.old, kept.old), (into.heading, kept.heading), (into.below, kept.below), (into.above, kept.above),
    ):  # fmt: skip
        gather(table, all_runs, runs)
    for number, all_runs in (
        (into.best, kept.best), (into.cut, kept.cut), (into.length, kept.length), (into.damping, kept.damping),
        (into.refused, kept.refused), (into.count, kept.count), (into.done, kept.done),
    ):  # fmt: skip
        gather_numbers(number, all_runs, runs)


@routine
def keep(into, q, run, w):
    """The search of one lane, kept for its run."""
    for k in range(q.old.shape[0]):
        into.old[k, run], into.heading[k, run] = q.old[k, w], q.heading[k, w]
    for x in range(OUTLETS):
        into.below[x, run], into.above[x, run] = q.below[x, w], q.above[x, w]
    into.best[run], into.cut[run], into.length[run] = q.best[w], q.cut[w], q.length[w]
    into.damping[run], into.refused[run] = q.damping[w], q.refused[w]
    into.count[run], into.done[run] = q.count[w], q.done[w]


@routine
def proceed(m, s, q, live, working, base_price, merit, between, step):
    """The next unknowns of every lane that is still open."""
    lanes = range(merit.size)
    longest, goes_on = s.left, s.part
    for w in lanes:
        longest[w] = 0.0
    for k in live:
        for w in lanes:
            reach = 1.0 if k < m.origins or s.z[k, w] < 0.0 else m.rho[w]
            far = abs(step[k, w]) * reach
            longest[w] = max(longest[w], far) if far == far else np.inf
    for w in lanes:  # what most do: the last step was good, so the next is taken
        good = merit[w] <= q.best[w] * (1.0 - 0.01 * q.length[w] * q.cut[w]) or q.refused[w] < 0.0
        usual = not starts_again(q.count[w]) and longest[w] < np.inf and between[w] == 0.0
        goes_on[w] = 1.0 if q.done[w] == 0.0 and usual and good else 0.0
    for w in lanes:
        if q.done[w] == 0.0 and goes_on[w] == 0.0:
            elsewhere(m, s, q, live, working, base_price, longest[w], between[w], step, w)
        elif goes_on[w] > 0.0:
            q.cut[w] = min(1.0, STEP / max(longest[w], NOTHING))
            q.damping[w] = 0.25 * q.damping[w] if q.refused[w] == 0.0 and q.damping[w] > 0.05 else q.damping[w]
            q.damping[w] = q.damping[w] if q.damping[w] > 0.05 else 0.0
            q.best[w], q.length[w], q.refused[w] = merit[w], 1.0, 0.0
    for k in live:
        for w in lanes:
            ahead = step[k, w] * q.cut[w]
            q.old[k, w] = s.z[k, w] if goes_on[w] > 0.0 else q.old[k, w]
            q.heading[k, w] = ahead if goes_on[w] > 0.0 else q.heading[k, w]
            s.z[k, w] = s.z[k, w] + ahead if goes_on[w] > 0.0 else s.z[k, w]
        if k < m.origins:
            for w in lanes:
                z = min(max(s.z[k, w], m.low), m.high)
                s.z[k, w] = z if q.done[w] == 0.0 else s.z[k, w]


@routine
def elsewhere(m, s, q, live, working, base_price, longest, between, step, w):
    """The next unknowns of a lane whose last step was no good, or that starts again."""
    origins = m.origins
    if starts_again(q.count[w]):
        tried = int(q.count[w]) // AFRESH
        q.damping[w], q.refused[w], q.best[w] = 0.0, -1.0, np.inf
        for k in live:
            s.z[k, w] = log(base_price) + SHIFTS[tried - 1] if k < origins else 0.0
        for b in working:  # every other time from where the blocks supply
            if tried % 2 == 0:
                s.z[m.block_node[b], w] = m.centre[b, w] + SHIFTS[tried - 1]
    elif longest == np.inf:
        q.damping[w], q.refused[w], q.best[w] = max(4.0 * q.damping[w], 0.25), -1.0, np.inf
    elif between > 0.0:
        take(s, q, live, step, longest, w)
        for k in live:
            x = k - origins
            if x >= 0:
                s.z[k, w] = min(max(s.z[k, w], q.old[k, w] - CREEP), q.old[k, w] + CREEP)
                if q.below[x, w] > -np.inf and q.above[x, w] < np.inf:
                    if not q.below[x, w] < s.z[k, w] < q.above[x, w]:
                        s.z[k, w] = 0.5 * (q.below[x, w] + q.above[x, w])
        q.damping[w], q.best[w], q.refused[w] = 0.0, np.inf, -1.0
    elif q.refused[w] < 3.0:
        q.refused[w] += 1.0
        q.length[w] = 0.35 * q.length[w]
        for k in live:
            s.z[k, w] = q.old[k, w] + q.length[w] * q.heading[k, w]
    else:  # back, and on with a shorter, damped step (pseudo-transient continuation)
        q.damping[w] = max(4.0 * q.damping[w], 0.25) if q.damping[w] < 50.0 else 0.0
        q.refused[w] = -1.0
        q.best[w] = np.inf
        if q.damping[w] > 0.0:
            for k in live:
                s.z[k, w] = q.old[k, w]


@helper
def starts_again(count):
    """Whether a lane has been open for so many evaluations that it tries another start; not while outlets are
    bracketed."""
    tried = int(count) // AFRESH
    return count == tried * AFRESH and tried <= len(SHIFTS) and not BRACKETED[0] < count < BRACKETED[1]


@helper
def take(s, q, live, step, longest, w):
    """One lane's step, cut to STEP."""
    q.cut[w] = min(1.0, STEP / max(longest, NOTHING))
    for k in live:
        q.old[k, w], q.heading[k, w] = s.z[k, w], step[k, w] * q.cut[w]
        s.z[k, w] = q.old[k, w] + q.heading[k, w]

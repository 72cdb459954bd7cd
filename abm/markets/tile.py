"""R32-R36  Some runs of one market side by side: what is given, loaded once; what Newton's method works on.

Every array ends in the lane, one run each. Nodes are the origins, then the outlets of the licensed exporter.
"""

from collections import namedtuple

import numpy as np

from ..numerics import exp, helper, log
from ..rulebook import routine
from .nodes import OUTLETS

LOWEST, HIGHEST = 0.01, 1000.0  # bounds of an ask, times the base price
NOTHING = 1e-290

Market = namedtuple(
    "Market",
    "origins destinations source few low high block_node freight "  # numbers, [block], [origin, destination]
    "umax epsilon choke adjustment price_elasticity least sigma rho "  # [lane]
    "on open weight offered centre steepness base anchor stock cover normal floor enforced tariff untrusted cap floors",
)
State = namedtuple(
    "State",
    "z log_ask ask powered ordered supplied slope kept sold f "  # [node, lane]
    "share landed passed "  # [node, lane], of one destination at a time
    "first second "  # [row, lane], of a system of equations
    "flow answer "  # [destination, node, lane]
    "paid "  # [destination, lane]
    "demand demand_slope part left "  # [lane]
    "i_k i_n j_k j_n",  # [lane], of a product of matrices
)


@routine
def market_for(lanes, origins, destinations, source, few, base_price, block_node, freight):
    """An empty tile."""
    D, B, W = destinations, block_node.size, lanes
    K = origins + OUTLETS
    return Market(
        origins, destinations, source, few, log(LOWEST * base_price), log(HIGHEST * base_price), block_node, freight,
        np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W),
        np.empty((K, W)), np.empty((D, W)), np.empty((D, K, W)), np.empty((B, W)), np.empty((B, W)), np.empty((B, W)),
        np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)), np.empty((D, W)),
        np.empty((D, W)), np.empty((D, W)), np.empty((origins, W)), np.empty((OUTLETS, W)), np.empty(D),
    )  # fmt: skip


@routine
def state_for(m):
    """Room for the unknowns of a tile and all that follows from them."""
    K, D, W = m.origins + OUTLETS, m.destinations, m.umax.size
    return State(
        np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)),
        np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)), np.empty((K, W)),
        np.empty((K, W)), np.empty((max(K, D), W)), np.empty((max(K, D), W)), np.empty((D, K, W)), np.empty((D, K, W)),
        np.empty((D, W)), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W), np.empty(W),
        np.empty(W),
    )  # fmt: skip


@routine
def gather(into, values, runs):
    """Rows of a table of all runs, for some of them; lanes past the last repeat it and are never written back."""
    for i in range(into.shape[0]):
        gather_row(into, i, values, i, runs)


@routine
def gather_rows(into, values, rows, runs):
    """The same of some rows of a table; a row below 0 is none."""
    for i in range(into.shape[0]):
        gather_row(into, i, values, max(rows[i], 0), runs)


@helper
def gather_row(into, i, values, row, runs):
    """One of them. Runs that stand side by side are copied as they stand."""
    there = runs.size
    if runs[there - 1] - runs[0] == there - 1:
        first = runs[0]
        for w in range(there):
            into[i, w] = values[row, first + w]
    else:
        for w in range(there):
            into[i, w] = values[row, runs[w]]
    for w in range(there, into.shape[1]):
        into[i, w] = into[i, there - 1]


@routine
def gather_numbers(into, values, runs):
    """The same for one number a run."""
    for w in range(into.size):
        into[w] = values[runs[min(w, runs.size - 1)]]


@routine
def link(m, group, weight, scale, entrant, per_ton):
    """What every node offers every destination, and who takes part. group [destination, lane]: 0 free, 1 or 2 the
    outlet it is served through."""
    L, D = m.origins, m.destinations
    lanes = range(m.umax.size)
    m.on[:] = 0.0
    for b in range(m.block_node.size):
        if m.block_node[b] >= 0:
            for w in lanes:
                m.on[m.block_node[b], w] = 1.0 if m.offered[b, w] > 0.0 else m.on[m.block_node[b], w]
    for d in range(D):
        for w in lanes:
            m.open[d, w] = 0.0
        for k in range(L + OUTLETS):
            o = k if k < L else m.source
            for w in lanes:
                drawn = weight[o, d] * scale[o, w] + per_ton[d] * entrant[o, w]
                if k >= L:
                    served = group[d, w] == k - L + 1.0 and m.cap[k - L, w] > 0.0
                else:
                    served = k != m.source or not group[d, w] > 0.0
                m.weight[d, k, w] = drawn if served and m.on[o, w] > 0.0 else 0.0
                m.open[d, w] += m.weight[d, k, w]
        for w in lanes:
            m.open[d, w] = 1.0 if m.open[d, w] > 0.0 and m.base[d, w] > 0.0 else 0.0
            if m.open[d, w] == 0.0:  # any numbers will do, so long as they are numbers
                m.base[d, w], m.stock[d, w] = 1.0, 0.0
    for k in range(L + OUTLETS):
        for w in lanes:
            m.on[k, w] = 0.0
            for d in range(D):
                m.on[k, w] = 1.0 if m.weight[d, k, w] * m.open[d, w] > 0.0 else m.on[k, w]
            if k >= L and m.on[k, w] > 0.0:
                m.on[m.source, w] = 1.0
    for b in range(m.block_node.size):
        for w in lanes:
            if m.block_node[b] < 0 or m.on[m.block_node[b], w] == 0.0:
                m.offered[b, w] = 0.0
    for x in range(OUTLETS):
        for w in lanes:
            m.cap[x, w] = max(m.cap[x, w], NOTHING)
    for d in range(D):
        m.floors[d] = 0.0
        for w in lanes:
            m.floor[d, w] = max(m.floor[d, w], 0.0)
            m.floors[d] = max(m.floors[d], m.floor[d, w] * m.enforced[d, w], m.tariff[d, w])


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


@routine
def release(m, s, runs, live, there, count, done, z, delivered, received, sent, paid, fill, evaluations):
    """Writes a tile's answer into the tables of all runs; what is short is rationed among the orders."""
    lanes = range(m.umax.size)
    got, gone = s.demand, s.demand_slope
    for w in lanes:
        s.left[w] = 0.0
    for k in live:
        for w in lanes:
            s.left[w] += s.ordered[k, w] if k == m.source or k >= m.origins else 0.0
    for k in live:
        o = k if k < m.origins else m.source
        for w in lanes:
            orders = s.left[w] if o == m.source else s.ordered[k, w]
            s.share[k, w] = min(1.0, s.supplied[o, w] / max(orders, NOTHING))
            s.part[w] = min(1.0, orders / max(s.supplied[k, w], NOTHING))
        for w in range(runs.size):
            if m.on[k, w] > 0.0:
                z[k, runs[w]] = s.z[k, w]
                fill[k, runs[w]] = s.part[w] if k < m.origins else fill[k, runs[w]]
    for d in there:
        for w in lanes:
            got[w], gone[w] = 0.0, 0.0
        for k in live:
            ours = 1.0 if k == m.source or k >= m.origins else 0.0
            for w in lanes:
                s.left[w] = s.flow[d, k, w] * s.share[k, w]
                got[w] += s.left[w]
                gone[w] += s.left[w] * ours
            scatter(delivered[k, d], s.left, runs)
        scatter(received[d], got, runs)
        scatter(sent[d], gone, runs)
    for d in range(m.destinations):
        for w in lanes:
            if m.open[d, w] == 0.0:  # who buys nothing sees what a ton would cost; where nobody may sell, the choke
                shares, cost = 0.0, 0.0
                for k in live:
                    share = m.weight[d, k, w] * s.powered[k, w] * m.on[k, w]
                    shares += share
                    cost += share * s.ask[k, w] * m.freight[k if k < m.origins else m.source, d]
                s.paid[d, w] = cost / shares if shares > 0.0 else m.choke[w] * exp(m.anchor[d, w])
        scatter(paid[d], s.paid[d], runs)
    for w in lanes:
        s.part[w] = count[w] if done[w] > 0.0 else -1.0
    scatter(evaluations, s.part, runs)


@routine
def scatter(table, values, runs):
    """One number of every lane, written where its run stands."""
    if runs[-1] - runs[0] == runs.size - 1:
        for w in range(runs.size):
            table[runs[0] + w] = values[w]
    else:
        for w in range(runs.size):
            table[runs[w]] = values[w]

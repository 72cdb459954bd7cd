"""What the outcomes are measured against: concentration and dependence in the base year."""

import math

import numpy as np

from .club import members
from .facts import REFINE, Facts


def base_measures(facts: Facts) -> dict[str, np.ndarray]:
    """Section 11 in the base year, by stage and mineral.

    base_output: t a year [stage, mineral, state]; base_hhi: Herfindahl index; base_security: the dominant state's share
    of supply to others; base_export_share: the part of its output that the dominant state exports.
    """
    shape = 2, len(facts.minerals)
    output = np.zeros((*shape, len(facts.states)))
    hhi, security, exports = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for at in np.ndindex(shape):
        market = facts.market(*at)
        if market is None:
            continue
        tons = market.output.tolist()
        whole = math.fsum(tons)
        for state, made in zip(market.origins, tons, strict=True):
            output[*at, facts.row[state]] = made
        hhi[at] = math.fsum((made / whole) * (made / whole) for made in tons)
        sold = market.flows[market.origins.index(market.dominant)].tolist()
        abroad = math.fsum(v for v, d in zip(sold, market.destinations, strict=True) if d != market.dominant)
        wanted = math.fsum(
            v for v, d in zip(market.use.tolist(), market.destinations, strict=True) if d != market.dominant
        )
        security[at], exports[at] = abroad / wanted if wanted > 0.0 else 0.0, abroad / whole
    return {"base_output": output, "base_hhi": hhi, "base_security": security, "base_export_share": exports}


def use_shares(facts: Facts) -> np.ndarray:
    """Share of every state in demand outside the dominant state [mineral, state]."""
    out = np.zeros((len(facts.minerals), len(facts.states)))
    for m in range(len(facts.minerals)):
        top = facts.dominant(REFINE, m)
        uses = {s: u for s, u in zip(facts.nodes[REFINE, m][1], facts.use(REFINE, m), strict=True) if s != top}
        for state, use in uses.items():
            out[m, facts.row[state]] = use / math.fsum(uses.values())
    return out


def producer_shares(facts: Facts) -> np.ndarray:
    """R14  Refined output of every state over its output and use, in the base year [mineral, state]."""
    out = np.zeros((len(facts.minerals), len(facts.states)))
    for m in range(len(facts.minerals)):
        market = facts.refined(m)
        made = dict(zip(market.origins, market.output.tolist(), strict=True))
        used = dict(zip(market.destinations, market.use.tolist(), strict=True))
        for state in {*made, *used}:
            whole = made.get(state, 0.0) + used.get(state, 0.0)
            out[m, facts.row[state]] = made.get(state, 0.0) / whole if whole > 0.0 else 0.0
    return out


def mean_weight(use_share: np.ndarray, scope: np.ndarray) -> np.ndarray:
    """R12  Share of every state in demand outside the dominant state, mean over the minerals in scope [state]."""
    inside = use_share[scope > 0.0].T.tolist()
    return np.array([math.fsum(row) / len(row) if row else 0.0 for row in inside])


def reach(facts: Facts, use_share: np.ndarray, scopes: np.ndarray) -> float:
    """R16  Largest cohesion: mean over instruments, and over the minerals in the scope of each, of the invited states'
    share of non-dominant demand. scopes: [instrument, mineral]."""
    rows = [facts.row[s] for s in sorted(members(facts))]
    means = []
    for scope in scopes:
        reached = [math.fsum(use_share[m, rows].tolist()) for m in range(len(scope)) if scope[m] > 0.0]
        means.append(math.fsum(reached) / len(reached) if reached else 0.0)
    return math.fsum(means) / len(means) if means else 0.0

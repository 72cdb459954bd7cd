"""Random markets, their excess demand written anew in plain NumPy, and a slow solver: node after node, by Brent."""

from typing import Any

import numpy as np
from scipy.optimize import brentq

BASE = 300.0  # USD/t
ORIGINS, DESTINATIONS, BLOCKS = 8, 9, 11


def random_markets(count: int, seed: int, extreme: bool) -> dict[str, Any]:
    """Arguments of `clear` by name; runs last. Extreme: empty, tiny, banned, swamped and starved ones too."""
    g = np.random.default_rng(seed)

    def u(low: float, high: float, *shape: int) -> np.ndarray:
        return g.uniform(low, high, (*shape, count))

    def if_chance(p: float, *shape: int) -> np.ndarray:
        return (u(0.0, 1.0, *shape) < p).astype(float)

    L, D, B = ORIGINS, DESTINATIONS, BLOCKS
    offered = np.exp(g.normal(4.6, 2.0 if extreme else 1.2, (B, count))) * if_chance(0.75, B)
    offered[0] = np.exp(g.normal(6.9, 1.0, count))
    if extreme:
        offered[1:] *= 1.0 - if_chance(0.05)  # one supplier alone
    demand = np.exp(g.normal(4.6, 1.5, (D, count))) * if_chance(0.8, D)
    demand[0] = np.maximum(demand[0], 10.0)
    demand = demand / demand.sum(0) * offered.sum(0) * (u(0.05, 3.0) if extreme else u(0.3, 1.1))
    demand = demand * (1.0 - if_chance(0.03 if extreme else 0.0))
    weight = np.exp(g.normal(0.0, 2.5 if extreme else 1.5, (L, D))) * (g.uniform(0.0, 1.0, (L, D)) > 0.3)
    weight[0] = np.maximum(weight[0], 1e-3)
    licensed = if_chance(0.6)
    group = np.minimum(if_chance(0.7, D) + if_chance(0.1, D), 2.0) * licensed
    group[0] = 0.0
    share = np.where(if_chance(0.3) > 0.0, 10.0 ** u(-6.0, -1.0), u(0.05, 1.2)) if extreme else u(0.05, 1.1)
    cap = np.stack([offered[0] * 0.6 * share, offered[0] * 0.05 * u(0.0, 1.0) * if_chance(0.7)])
    cap = cap * (1.0 - if_chance(0.1 if extreme else 0.0))
    floor = np.where(if_chance(0.4, D) > 0.0, BASE * (u(0.5, 4.0, D) if extreme else u(0.5, 2.0, D)), 0.0)
    untrusted = if_chance(0.3, L)
    luck = np.random.default_rng(seed + 1000)
    duty = luck.uniform(0.0, 1.0, (D, count)) * (luck.uniform(0.0, 1.0, (D, count)) < 0.3)
    untrusted[0] = 1.0
    return {
        "start": np.concatenate([np.full((L, count), np.log(BASE)), np.zeros((2, count))]),
        "offered": offered,
        "centre": np.log(BASE) + g.normal(-0.4, 0.5 if extreme else 0.25, (B, count)),
        "steepness": np.where(np.arange(B)[:, None] < L, u(0.5, 8.0, B), 8.0),
        "block_row": np.arange(B), "block_node": np.r_[np.arange(L), g.integers(0, L, B - L)],
        "weight": weight / weight.sum(0),
        "freight": np.where(g.uniform(0.0, 1.0, (L, D)) < 0.1, 1.0, 1.03),
        "scale": np.exp(g.normal(0.0, 0.5, (L, count))),
        "entrant": u(0.0, 20.0, L) * if_chance(0.2, L), "per_ton": np.full(D, 1.0 / 2000.0), "base": demand,
        "anchor": np.full((D, count), np.log(BASE)), "stock": demand * u(0.0, 4.0, D),
        "cover": np.full((D, count), 2.5),
        "normal": np.log(BASE) + g.normal(0.0, 0.3, (D, count)), "floor": floor,
        "enforced": np.where(if_chance(0.5, D) > 0.0, 1.0, u(0.0, 1.0, D)), "tariff": duty,
        "untrusted": untrusted, "group": group,
        "cap": cap, "origins": np.int64(L), "destinations": np.int64(D), "source": np.int64(0),
        "few": np.bool_(seed % 2),
        "base_price": BASE,
        "umax": np.full(count, 0.97), "sigma": u(2.0, 12.0) if extreme else u(4.0, 9.0), "rho": u(0.02, 0.1),
        "epsilon": u(0.05, 0.25), "choke": u(6.0, 25.0) if extreme else np.full(count, 10.0),
        "adjustment": np.full(count, 3.0), "price_elasticity": np.full(count, 1.0), "least": np.full(count, 0.05),
    }  # fmt: skip


def one_run(market: dict[str, Any], run: int) -> dict[str, Any]:
    """A single run of a set, as a set of one."""
    count = market["start"].shape[-1]
    runs_last = {n for n, v in market.items() if isinstance(v, np.ndarray) and v.ndim and v.shape[-1] == count}
    static = {"block_row", "block_node", "weight", "freight", "per_ton"}
    return {n: v[..., run : run + 1] if n in runs_last - static else v for n, v in market.items()}


def weights(m: dict[str, Any]) -> np.ndarray:
    """R34, R35  Weight of every origin, then of two outlets, at every destination: [node, destination]; one run."""
    L, D = ORIGINS, DESTINATIONS
    out = np.zeros((L + 2, D))
    makes = np.bincount(m["block_node"], m["offered"][:, 0], L) > 0.0
    for d in range(D):
        group = int(m["group"][d, 0])
        for o in range(L):
            drawn = (m["weight"][o, d] * m["scale"][o, 0] + m["per_ton"][d] * m["entrant"][o, 0]) * makes[o]
            if o != m["source"] or group == 0:
                out[o, d] = drawn
            elif m["cap"][group - 1, 0] > 0.0:
                out[L - 1 + group, d] = drawn
    return out


def trade(m: dict[str, Any], w: np.ndarray, log_ask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """R33, R34, R40, R42  Tons ordered [node, destination] and price paid [destination] at asks of every node."""
    L = ORIGINS
    home = [*range(L), int(m["source"]), int(m["source"])]
    ask = np.exp(log_ask)[:, None] * m["freight"][home]
    taxed = ask * (1.0 + m["tariff"][:, 0] * m["untrusted"][home, 0][:, None])
    gap = np.maximum(m["floor"][:, 0] - taxed, 0.0) * m["enforced"][:, 0] * m["untrusted"][home, 0][:, None]
    landed = taxed + gap
    sigma = m["sigma"][0]
    # the weights are base shares, with base freight inside: only what the border adds to a landed price shifts them
    attraction = w * np.exp(log_ask - np.log(BASE))[:, None] ** -sigma * (landed / ask) ** -sigma
    whole = attraction.sum(0)
    share = np.divide(attraction, whole, out=np.zeros_like(attraction), where=whole > 0.0)
    paid = (share * landed).sum(0)
    price = np.where(whole > 0.0, paid, np.exp(m["anchor"][:, 0]))
    ratio, choke = price / np.exp(m["anchor"][:, 0]), m["choke"][0]
    use = m["base"][:, 0] * ratio ** -m["epsilon"][0] * (1.0 + choke**-4.0) / (1.0 + (ratio / choke) ** 4.0)
    target = m["cover"][:, 0] * use * (price / np.exp(m["normal"][:, 0])) ** -m["price_elasticity"][0]
    order = np.maximum(use + (target - m["stock"][:, 0]) / m["adjustment"][0], m["least"][0] * use)
    order = np.where((whole > 0.0) & (m["base"][:, 0] > 0.0), order, 0.0)
    return share * order, paid


def supply(m: dict[str, Any], node: int, log_ask: float) -> float:
    """R32  What an origin supplies at its ask (t/month)."""
    blocks = np.flatnonzero(m["block_node"] == node)
    u = 1.0 / (1.0 + np.exp(-m["steepness"][blocks, 0] * (log_ask - m["centre"][blocks, 0])))
    return float((m["offered"][blocks, 0] * m["umax"][0] * u).sum())


def excess(m: dict[str, Any], w: np.ndarray, log_ask: np.ndarray, node: int) -> float:
    """Tons ordered less tons supplied at one node; what outlets sell, their exporter supplies."""
    L, source = ORIGINS, int(m["source"])
    tons = trade(m, w, log_ask)[0].sum(1)
    if node >= L:
        gap = log_ask[node] - log_ask[source]
        return float(tons[node] - m["cap"][node - L, 0] * (1.0 - np.exp(-max(gap, 0.0) / m["rho"][0])))
    sold = tons[node] + (tons[L] + tons[L + 1] if node == source else 0.0)
    return float(sold - supply(m, node, log_ask[node]))


def solve(m: dict[str, Any], sweeps: int = 400) -> np.ndarray:
    """Log asks of every node, found one at a time until none moves (Gauss-Seidel). Idle nodes stay at base."""
    w = weights(m)
    served = w * (m["base"][:, 0] > 0.0)
    z = np.full(ORIGINS + 2, np.log(BASE))
    active = [k for k in range(ORIGINS + 2) if served[k].sum() > 0.0]
    if served[ORIGINS:].sum() > 0.0 and m["source"] not in active:
        active.insert(0, int(m["source"]))
    for _ in range(sweeps):
        before = z.copy()
        for k in active:
            low = z[int(m["source"])] if k >= ORIGINS else np.log(BASE * 0.01)

            def gap(level: float, k: int = k) -> float:
                trial = z.copy()
                if k == m["source"]:  # outlets keep their distance while their exporter's ask is found
                    trial[ORIGINS:] += level - z[k]
                trial[k] = level
                return excess(m, w, trial, k)

            level = brentq(gap, low, np.log(BASE * 1000.0), xtol=1e-13) if gap(low) > 0.0 else low
            if k == m["source"]:
                z[ORIGINS:] += level - z[k]
            z[k] = level
        if np.abs(z - before).max() < 1e-11:
            break
    return z

"""One market of the base year: its margins meet recorded trade, each as firmly as it is known."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .margins import BASE_YEAR
from .parameters import Parameters
from .ras import ras
from .regions import ROW
from .tables import Tables
from .trade import coverage, matrix, rank_correlation, recorded_trade

RANK_WANTED = 0.9
FEWEST_FLOWS = 3  # a rank correlation over fewer says nothing
# Pulls of estimated outputs and of estimated uses, firmest first. Ore use gives way before output does: that it goes in
# proportion to metal is only a first guess.
PULLS = {
    "refine": ((1.0, 1.0), (0.8, 0.8), (0.6, 0.6), (0.45, 0.45), (0.3, 0.3)),
    "mine": ((1.0, 1.0), (1.0, 0.6), (1.0, 0.3), (1.0, 0.1), (0.6, 0.6), (0.3, 0.3)),
}
LEAST_UNSEEN = 0.05  # share of its output that an exporter has beside its recorded exports


class Rank(NamedTuple):
    """How balanced trade orders the flows of a code (Spearman). A code that holds a part of a stage's trade, as that of
    tungsten powder does, is compared with what was seeded from it; `whole` compares it with everything that flows."""

    flows: int
    correlation: float
    whole: float


@dataclass
class Market:
    """One mineral at one stage, balanced. Tons of content a year; rows are origins, columns destinations."""

    mineral: str
    stage: str
    origins: list[str]
    destinations: list[str]
    reported_output: np.ndarray
    reported_use: np.ndarray
    flows: np.ndarray  # [origin, destination]
    output_reason: list[str]
    use_reason: list[str]
    rank: dict[str, Rank] = field(default_factory=dict)  # by HS code
    coverage: str = "part"  # of its HS codes: full or part
    stock_change: float = 0.0  # built by the top producer, part of its use

    @property
    def output(self) -> np.ndarray:
        return np.array([math.fsum(row) for row in self.flows.tolist()])

    @property
    def use(self) -> np.ndarray:
        return np.array([math.fsum(column) for column in self.flows.T.tolist()])

    @property
    def dominant(self) -> str:
        """The top producer (ROW is no state and cannot be it)."""
        named = [(v, o) for v, o in zip(self.output.tolist(), self.origins, strict=True) if o != ROW]
        return max(named)[1]


def balanced(
    tables: Tables, parameters: Parameters, mineral: str, stage: str, listed: frozenset[str],
    made: dict[str, float], used: dict[str, float], hard_output: set[str], hard_use: set[str],
) -> Market:  # fmt: skip
    """Flows seeded with recorded trade; the rest stays at home or, where codes hold a part, goes by gravity.

    made, used: tons a year by state, of equal sums; hard: the states where they are reported and held.
    """
    origins, destinations = sorted(made), sorted(used)
    o, d = np.array([made[s] for s in origins]), np.array([used[s] for s in destinations])
    scope = coverage(tables, mineral, stage)
    full = scope == "full"
    recorded = recorded_trade(tables, mineral, stage, BASE_YEAR, listed)
    codes = {code: matrix(flows, origins, destinations) for code, flows in recorded.items()}
    traded = np.sum([np.zeros((len(o), len(d))), *codes.values()], axis=0)

    same = np.array([[1.0 if a == b else 0.0 for b in destinations] for a in origins])
    gravity = d * (1.0 + (parameters.value("home_bias_prior") - 1.0) * same)
    gravity = gravity / gravity.sum(axis=1, keepdims=True)
    home = same.copy()  # a state without a node of its own uses at home what ROW uses
    if ROW in destinations:
        home[:, destinations.index(ROW)] = np.maximum(home[:, destinations.index(ROW)], 1.0 - same.sum(axis=1))
    kept = home.sum(axis=1, keepdims=True) * (1.0 - parameters.value("ras_prior_blend"))
    spread = kept * home + (1.0 - kept) * gravity if full else gravity
    unseen = np.maximum(o - traded.sum(axis=1), LEAST_UNSEEN * o)[:, None] * spread
    seed = traded + unseen
    abroad = 1.0 - unseen * home / seed

    def solved(weak_output: float, weak_use: float) -> tuple[np.ndarray, dict[str, Rank]]:
        pull_o = np.array([1.0 if s in hard_output else weak_output for s in origins])
        pull_d = np.array([1.0 if s in hard_use else weak_use for s in destinations])
        flows = ras(seed, o, d, pull_o, pull_d)
        return flows, _ranks(codes, flows, abroad, abroad if full else traded / seed)

    firm = flows, rank = solved(*PULLS[stage][0])
    for pulls in PULLS[stage][1:]:
        if all(r.correlation >= RANK_WANTED for r in rank.values()):
            break
        flows, rank = solved(*pulls)
    else:
        if any(r.correlation < RANK_WANTED for r in rank.values()):
            flows, rank = firm
    names, moved = ", ".join(codes), flows is not firm[0]
    said = "ore use revealed by trade" if stage == "mine" else "estimated demand against trade"
    why_output = f"estimated output against trade (HS {names})" if moved else ""
    why_use = f"{said} (HS {names})" if moved else ""
    output_reason = ["" if s in hard_output else why_output for s in origins]
    use_reason = ["" if s in hard_use else why_use for s in destinations]
    return Market(mineral, stage, origins, destinations, o, d, flows, output_reason, use_reason, rank, scope)


def _ranks(codes: dict[str, np.ndarray], flows: np.ndarray, abroad: np.ndarray, held: np.ndarray) -> dict[str, Rank]:
    """By code; a cell is split over codes as recorded. abroad, held: its share not used at home, seeded by codes."""
    total = np.sum([np.zeros_like(flows), *codes.values()], axis=0)
    out = {}
    for code, recorded in codes.items():
        seen = recorded > 0.0
        if seen.sum() < FEWEST_FLOWS:
            continue
        split = flows[seen] * recorded[seen] / total[seen]
        part, whole = split * held[seen], split * abroad[seen]
        measured = rank_correlation(part, recorded[seen]), rank_correlation(whole, recorded[seen])
        out[code] = Rank(int(seen.sum()), *measured)
    return out

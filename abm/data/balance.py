"""The balanced base year: output, trade and use of every market agree to the last ton (RAS with a gravity prior).

A reported number is held fixed. An estimated one gives way where trade contradicts it, but no further than needed for
balanced trade to rank like recorded trade; where no firmness reaches that, it stays.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .margins import BASE_YEAR, demand, kept_states, output
from .parameters import Parameters
from .ras import LADDER, ras
from .regions import ROW, fold, state_key
from .tables import Tables
from .trade import coverage, matrix, rank_correlation, recorded_trade

STAGES = ("mine", "refine")
RANK_WANTED = 0.9
FEWEST_FLOWS = 3  # a rank correlation over fewer says nothing
ORE_PULL = 0.1  # where codes hold all ore trade: use in proportion to metal is no estimate, trade reveals it
LEAST_UNSEEN = 0.05  # share of its output that an exporter has beside its recorded exports


class Rank(NamedTuple):
    """How balanced trade orders the flows of a code. A code that holds a part of a stage's trade (powder of tungsten, ore
    of nickel but not matte) is compared with the part seeded from it; `whole` compares it with everything that flows."""

    flows: int
    correlation: float
    whole: float
    coverage: str


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
    stock_change: float = 0.0  # built by the top producer, part of its use
    rank: dict[str, Rank] = field(default_factory=dict)  # by HS code

    @property
    def output(self) -> np.ndarray:
        return np.array([sum(row) for row in self.flows.tolist()])

    @property
    def use(self) -> np.ndarray:
        return np.array([sum(column) for column in self.flows.T.tolist()])

    @property
    def dominant(self) -> str:
        """The top producer (ROW is no state and cannot be it)."""
        named = [(v, o) for v, o in zip(self.output.tolist(), self.origins, strict=True) if o != ROW]
        return max(named)[1]


@dataclass
class BaseYear:
    """All markets of the base year, balanced."""

    minerals: list[str]
    states: list[str]
    markets: dict[tuple[str, str], Market]

    @cached_property
    def hash(self) -> str:
        """sha256 of every balanced flow, rounded to 12 digits."""
        text = "\n".join(
            f"{m.mineral},{m.stage},{o},{d},{m.flows[i, j]:.11e}"
            for m in self.markets.values()
            for i, o in enumerate(m.origins)
            for j, d in enumerate(m.destinations)
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def stages(self, mineral: str) -> list[str]:
        return [s for s in STAGES if (mineral, s) in self.markets]


def balance(tables: Tables, parameters: Parameters) -> BaseYear:
    """Balances every mineral of minerals.csv; refined first, since refiners' ore use follows from it."""
    listed = frozenset(tables.states["iso3"])
    keys = sorted({state_key(s, listed) for s in listed}) + [ROW]
    markets: dict[tuple[str, str], Market] = {}
    minerals = list(tables.minerals["key"])
    for mineral in minerals:
        refined = _refined(tables, parameters, mineral, listed)
        ore = _ore(tables, parameters, mineral, listed, refined)
        for market in (ore, refined):
            if market is not None:
                markets[mineral, market.stage] = market
    return BaseYear(minerals, keys, markets)


def _refined(tables: Tables, parameters: Parameters, mineral: str, listed: frozenset[str]) -> Market:
    """Demand above output is scaled down; output above demand is stock that the top producer builds."""
    least = parameters.value("fold_below")
    known, wanted = output(tables, mineral, "refine", listed), demand(tables, mineral, listed)
    made = fold(known.tons, kept_states(tables, mineral, "refine", listed), least)
    top = max((v, s) for s, v in made.items() if s != ROW)[1]
    said = fold(wanted.tons, frozenset({max(made, key=made.__getitem__)}), least)
    surplus = sum(made.values()) - sum(said.values())
    if surplus > 0.0:
        use, why = said | {top: said.get(top, 0.0) + surplus}, ""
    else:
        factor = sum(made.values()) / sum(said.values())
        use, why = {s: v * factor for s, v in said.items()}, f"demand above output: rescaled x {factor:.3f}"
    market = _balanced(tables, parameters, mineral, "refine", listed, made, use, known.reported, wanted.reported)
    market.reported_use = np.array([said.get(s, 0.0) for s in market.destinations])
    if surplus > 0.0:
        market.stock_change = surplus
        j = market.destinations.index(top)
        market.use_reason[j] = _join(f"stock built by the top producer: {surplus:.4g} t", market.use_reason[j])
    elif -surplus > 1e-6 * sum(made.values()):
        market.use_reason = [_join(why, reason) for reason in market.use_reason]
    return market


def _ore(
    tables: Tables, parameters: Parameters, mineral: str, listed: frozenset[str], refined: Market
) -> Market | None:
    """Ore goes to the refiners' states in proportion to their metal, unless trade reveals another use."""
    known = output(tables, mineral, "mine", listed)
    if not known.tons:
        return None
    made = fold(known.tons, kept_states(tables, mineral, "mine", listed), parameters.value("fold_below"))
    ratio = sum(made.values()) / sum(refined.output.tolist())
    use = {s: v * ratio for s, v in zip(refined.origins, refined.output.tolist(), strict=True)}
    return _balanced(tables, parameters, mineral, "mine", listed, made, use, known.reported, set())


def _balanced(
    tables: Tables, parameters: Parameters, mineral: str, stage: str, listed: frozenset[str],
    made: dict[str, float], used: dict[str, float], hard_output: set[str], hard_use: set[str],
) -> Market:  # fmt: skip
    """Flows seeded with recorded trade; what is not recorded stays at home or, where codes hold a part, goes by gravity."""
    origins, destinations = sorted(made), sorted(used)
    o, d = np.array([made[s] for s in origins]), np.array([used[s] for s in destinations])
    full = coverage(tables, mineral, stage) == "full"
    recorded = recorded_trade(tables, mineral, stage, BASE_YEAR, listed)
    codes = {code: matrix(flows, origins, destinations) for code, flows in recorded.items()}
    traded = sum(codes.values(), np.zeros((len(o), len(d))))

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

    def solved(pull: float) -> tuple[np.ndarray, dict[str, Rank]]:
        weak_use = ORE_PULL if full and stage == "mine" else pull
        pull_o = np.array([1.0 if s in hard_output else pull for s in origins])
        pull_d = np.array([1.0 if s in hard_use else weak_use for s in destinations])
        flows = ras(seed, o, d, pull_o, pull_d)
        return flows, _ranks(codes, flows, abroad, None if full else traded / seed)

    flows, rank = solved(LADDER[0])
    for pull in LADDER[1:] if codes else ():
        if all(r.correlation >= RANK_WANTED for r in rank.values()):
            break
        softer = solved(pull)
        if all(r.correlation >= RANK_WANTED for r in softer[1].values()):
            flows, rank = softer
    names = ", ".join(codes)
    said = "ore use revealed by trade" if stage == "mine" else "estimated demand against trade"
    output_reason = [f"estimated output against trade (HS {names})" if codes and s not in hard_output else "" for s in origins]
    use_reason = [f"{said} (HS {names})" if codes and s not in hard_use else "" for s in destinations]
    return Market(mineral, stage, origins, destinations, o, d, flows, output_reason, use_reason, rank=rank)


def _ranks(codes: dict[str, np.ndarray], flows: np.ndarray, abroad: np.ndarray, part: np.ndarray | None) -> dict[str, Rank]:
    """Code by code; a cell's flow is split over codes as recorded. part: seeded share of a cell, where codes hold a part."""
    total = sum(codes.values(), np.zeros_like(flows))
    out = {}
    for code, recorded in codes.items():
        seen = recorded > 0.0
        if seen.sum() < FEWEST_FLOWS:
            continue
        whole = flows * abroad * recorded / np.where(total > 0.0, total, 1.0)
        held = whole if part is None else flows * part * recorded / np.where(total > 0.0, total, 1.0)
        measured = [rank_correlation(balanced[seen], recorded[seen]) for balanced in (held, whole)]
        out[code] = Rank(int(seen.sum()), *measured, "full" if part is None else "part")
    return out


def _join(*words: str) -> str:
    return "; ".join(w for w in words if w)

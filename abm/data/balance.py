"""The balanced base year: output, trade and use of every market agree to the last ton (RAS with a gravity prior).

A reported number is held fixed; an estimated one may give way where trade contradicts it. The pull of a margin is an
exponent of its RAS factor: 1 holds it exactly, 0 leaves it to trade (generalised RAS, KL penalty; Sinkhorn form).
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from .parameters import Parameters
from .regions import ROW, fold, state_key
from .tables import Tables

BASE_YEAR = 2024
STAGES = ("mine", "refine")
# The pull of estimated margins, stiffest first: the first at which balanced trade ranks right is taken. A code that covers
# a stage only in part (tungsten powder, joint rare-earth codes) informs the pattern and may hardly move the margins.
STIFFNESS = {"full": (0.9, 0.6, 0.3, 0.1), "part": (0.95, 0.9, 0.85)}
RANK_WANTED = 0.9
FEWEST_FLOWS = 3  # a rank correlation over fewer says nothing


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
    rank: dict[str, tuple[int, float]] = field(default_factory=dict)  # HS code -> (flows compared, Spearman)

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
    states = frozenset(tables.states["iso3"])
    keys = sorted({state_key(s, states) for s in states}) + [ROW]
    minerals = list(tables.minerals["key"])
    markets: dict[tuple[str, str], Market] = {}
    for mineral in minerals:
        refined = _refined(tables, parameters, mineral, states)
        ore = _ore(tables, parameters, mineral, states, refined)
        for market in (ore, refined):
            if market is not None:
                markets[mineral, market.stage] = market
    return BaseYear(minerals, keys, markets)


# ------------------------------------------------------------------------------------------------ margins


def _reported(tables: Tables, mineral: str, stage: str, listed: frozenset[str]) -> tuple[dict[str, float], set[str]]:
    """Output by state in the base year, and the states whose every row is a reported (not estimated) number."""
    rows = tables.production.query("mineral == @mineral and stage == @stage and year == @BASE_YEAR")
    tons: dict[str, float] = {}
    weak: set[str] = set()
    for country, output, note in zip(rows["country_iso3"], rows["output_t"], rows["note"], strict=True):
        state = state_key(country, listed)
        tons[state] = tons.get(state, 0.0) + float(output)
        if "estimate" in str(note) or "memory" in str(note):
            weak.add(state)
    return tons, set(tons) - weak - {ROW}


def kept_states(tables: Tables, mineral: str, stage: str, listed: frozenset[str]) -> frozenset[str]:
    """States that stay a node however small: members of G7, EU and MSP, and those with a dated project."""
    core = tables.states.query("in_g7 == 1 or in_eu == 1 or in_msp == 1")["iso3"]
    dated = tables.capacity.query("mineral == @mineral and stage == @stage and status in ('planned', 'expansion')")
    return frozenset(state_key(c, listed) for c in [*core, *dated["country_iso3"]])


def _demand(tables: Tables, mineral: str, listed: frozenset[str]) -> tuple[dict[str, float], set[str]]:
    """Consumption by state; the remainder of the world is split by GDP over the states not named. With the sourced ones."""
    rows = tables.demand.query("mineral == @mineral")
    named = {state_key(c, listed): float(v) for c, v in zip(rows["country_or_region"], rows["consumption_t"], strict=True)}
    sourced = {
        state_key(c, listed)
        for c, note in zip(rows["country_or_region"], rows["note"], strict=True)
        if c != ROW and not any(word in str(note) for word in ("estimate", "derived", "residual"))
    }
    rest = named.pop(ROW, 0.0)
    gdp: dict[str, float] = {}
    for country, value in zip(tables.states["iso3"], tables.states["gdp_usd_bn"], strict=True):
        state = state_key(country, listed)
        if state not in named and state != "EU27" and value == value:
            gdp[state] = float(value)
    total = sum(gdp.values())
    return named | {s: rest * v / total for s, v in sorted(gdp.items())}, sourced


def _refined(tables: Tables, parameters: Parameters, mineral: str, listed: frozenset[str]) -> Market:
    least = parameters.value("fold_below")
    raw, hard_output = _reported(tables, mineral, "refine", listed)
    keep = kept_states(tables, mineral, "refine", listed)
    output = fold(raw, keep, least)
    wanted, sourced = _demand(tables, mineral, listed)
    use = fold(wanted, frozenset({max(output, key=output.__getitem__)}), least)
    reported_use = dict(use)
    surplus = sum(output.values()) - sum(use.values())
    reason = ""
    if surplus > 0.0:
        top = max((v, s) for s, v in output.items() if s != ROW)[1]
        reported_use.setdefault(top, 0.0)
        use[top] = use.get(top, 0.0) + surplus
    else:
        factor = sum(output.values()) / sum(use.values())
        use = {s: v * factor for s, v in use.items()}
        reason = f"demand above output: rescaled x {factor:.3f}"
    market = _balanced(tables, parameters, mineral, "refine", listed, output, use, hard_output, sourced)
    market.reported_use = np.array([reported_use.get(s, 0.0) for s in market.destinations])
    if surplus > 0.0:
        market.stock_change = surplus
        j = market.destinations.index(top)
        market.use_reason[j] = _join(f"stock built by the top producer: {surplus:.4g} t", market.use_reason[j])
    elif -surplus > 1e-6 * sum(output.values()):
        market.use_reason = [_join(reason, r) for r in market.use_reason]
    return market


def _ore(tables: Tables, parameters: Parameters, mineral: str, listed: frozenset[str], refined: Market) -> Market | None:
    """Ore goes to the refiners' states. Their use is revealed by trade: it holds other uses and traded intermediates too."""
    raw, hard_output = _reported(tables, mineral, "mine", listed)
    if not raw:
        return None
    output = fold(raw, kept_states(tables, mineral, "mine", listed), parameters.value("fold_below"))
    ratio = sum(output.values()) / sum(refined.output.tolist())
    use = {s: v * ratio for s, v in zip(refined.origins, refined.output.tolist(), strict=True)}
    market = _balanced(tables, parameters, mineral, "mine", listed, output, use, hard_output, set())
    return market


# ------------------------------------------------------------------------------------------------ trade


def _trade(tables: Tables, mineral: str, stage: str, listed: frozenset[str], origins: list[str], destinations: list[str]):
    """Traded content by HS code as matrices [origin, destination], tons; a row with an outlier unit value counts by value."""
    groups = tables.hs_content.query("mineral == @mineral and stage == @stage")
    flows: dict[str, np.ndarray] = {}
    for codes, contents, weigh, sources in zip(
        groups["hs92_codes"], groups["content"], groups["weigh"], groups["exporters"], strict=True
    ):
        content = dict(zip(codes.split("+"), map(float, contents.split("+")), strict=True))
        rows = tables.trade[tables.trade["hs92_code"].isin(content) & (tables.trade["year"] == BASE_YEAR)]
        tons = _content_tons(rows, content, weigh)
        matrix = np.zeros((len(origins), len(destinations)))
        for exporter, importer, q in zip(rows["exporter_iso3"], rows["importer_iso3"], tons.tolist(), strict=True):
            o, d = state_key(exporter, listed), state_key(importer, listed)
            if o == d or not _counts(exporter, sources):
                continue
            o = o if o in origins else ROW
            d = d if d in destinations else ROW
            if o != d and o in origins and d in destinations:
                matrix[origins.index(o), destinations.index(d)] += q
        flows[codes] = matrix
    return flows


def _content_tons(rows: pd.DataFrame, content: dict[str, float], weigh: str) -> np.ndarray:
    """Tons of content of trade rows: by quantity, or by value at the code's median price where a quantity is odd or absent."""
    tons, value = rows["quantity_t"].to_numpy(float), rows["value_kusd"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = value / tons
    median = pd.Series(price).where(np.isfinite(price)).groupby(rows["hs92_code"].to_numpy()).transform("median").to_numpy()
    odd = ~np.isfinite(price) | rows["note"].fillna("").str.contains("outlier").to_numpy() | (weigh == "value")
    return np.where(odd, value / median, tons) * rows["hs92_code"].map(content).to_numpy(float)


def _counts(exporter: str, rule: str) -> bool:
    """`all`, `only XXX` or `but XXX`: whose flows under a code belong to this stage."""
    word, _, country = rule.partition(" ")
    return word == "all" or (exporter == country) == (word == "only")


def _balanced(tables, parameters, mineral, stage, listed, output, use, hard_output, hard_use) -> Market:
    origins, destinations = sorted(output), sorted(use)
    o = np.array([output[s] for s in origins])
    d = np.array([use[s] for s in destinations])
    home = np.array([[1.0 if a == b else 0.0 for b in destinations] for a in origins])
    gravity = np.outer(o, d) / d.sum() * (1.0 + (parameters.value("home_bias_prior") - 1.0) * home)
    codes = _trade(tables, mineral, stage, listed, origins, destinations)
    traded = sum(codes.values(), np.zeros_like(gravity))
    seed = traded.copy()
    for i, a in enumerate(origins):  # what is not exported stays at home (in ROW, where a state is no node of its own)
        j = next((destinations.index(b) for b in (a, ROW) if b in destinations), None)
        if j is not None and codes:
            seed[i, j] += max(o[i] - traded[i].sum(), 0.05 * min(o[i], d[j]))
    blend = parameters.value("ras_prior_blend")
    seed = (1.0 - blend) * seed + blend * gravity * seed.sum() / gravity.sum() if codes else gravity
    coverage = tables.hs_content.query("mineral == @mineral and stage == @stage")["coverage"]
    for stiffness in STIFFNESS[coverage.iloc[0]] if codes else (1.0,):
        pull_o = np.array([1.0 if s in hard_output else stiffness for s in origins])
        pull_d = np.array([1.0 if s in hard_use else min(stiffness, 0.3 if stage == "mine" else 1.0) for s in destinations])
        flows = _round(_ras(seed, o, d, pull_o if codes else np.ones_like(o), pull_d if codes else np.ones_like(d)))
        rank = _ranks(codes, flows)
        if all(r >= RANK_WANTED for _, r in rank.values()):
            break
    names = ", ".join(codes)
    market = Market(mineral, stage, origins, destinations, o, d, flows, [""] * len(origins), [""] * len(destinations), rank=rank)
    market.output_reason = [f"estimated output against trade (HS {names})" if codes and s not in hard_output else "" for s in origins]
    said = "ore use revealed by trade" if stage == "mine" else "estimated demand against trade"
    market.use_reason = [f"{said} (HS {names})" if codes and s not in hard_use else "" for s in destinations]
    return market


def _ras(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, pull_r: np.ndarray, pull_c: np.ndarray) -> np.ndarray:
    """Generalised RAS: factors r, c with r = (rows / seed c)^pull, c = (columns / seed' r)^pull, to 1e-14."""
    r, c = np.ones_like(rows), np.ones_like(columns)
    for _ in range(100_000):
        before = r
        r = (rows / (seed @ c)) ** pull_r
        c = (columns / (seed.T @ r)) ** pull_c
        if np.abs(r / before - 1.0).max() < 1e-14:
            break
    return seed * r[:, None] * c


def _round(flows: np.ndarray) -> np.ndarray:
    """12 significant digits, so that the base year is the same on every machine."""
    return np.array([[float(f"{x:.11e}") for x in row] for row in flows.tolist()])


def _ranks(codes: dict[str, np.ndarray], flows: np.ndarray) -> dict[str, tuple[int, float]]:
    """Spearman correlation with reported trade, code by code; a cell's flow is split over codes as reported."""
    total = sum(codes.values(), np.zeros_like(flows))
    out = {}
    for code, reported in codes.items():
        seen = reported > 0.0
        if seen.sum() >= FEWEST_FLOWS:
            balanced = pd.Series((flows * reported / np.where(total > 0.0, total, 1.0))[seen])
            out[code] = (int(seen.sum()), float(balanced.rank().corr(pd.Series(reported[seen]).rank())))
    return out


def _join(*words: str) -> str:
    return "; ".join(w for w in words if w)

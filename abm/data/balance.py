"""The balanced base year: output, trade and use of every market agree to the last ton (RAS with a gravity prior).

A reported number is held fixed. An estimated one gives way where trade contradicts it, but no further than needed for
balanced trade to rank like recorded trade; where no firmness reaches that, it stays.
"""

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .margins import BASE_YEAR, demand, kept_states, output
from .market import Market, balanced
from .parameters import Parameters
from .regions import ROW, fold, state_key
from .tables import Tables

STAGES = ("mine", "refine")


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
    surplus = math.fsum(made.values()) - math.fsum(said.values())
    if surplus > 0.0:
        use, why = said | {top: said.get(top, 0.0) + surplus}, ""
    else:
        factor = math.fsum(made.values()) / math.fsum(said.values())
        use, why = {s: v * factor for s, v in said.items()}, f"demand above output: rescaled x {factor:.3f}"
    market = balanced(tables, parameters, mineral, "refine", listed, made, use, known.reported, wanted.reported)
    market.reported_use = np.array([said.get(s, 0.0) for s in market.destinations])
    if surplus > 0.0:
        market.stock_change = surplus
        j = market.destinations.index(top)
        market.use_reason[j] = _join(f"stock built by the top producer: {surplus:.4g} t", market.use_reason[j])
    elif -surplus > 1e-6 * math.fsum(made.values()):
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
    ratio = math.fsum(made.values()) / math.fsum(refined.output.tolist())
    use = {s: v * ratio for s, v in zip(refined.origins, refined.output.tolist(), strict=True)}
    return balanced(tables, parameters, mineral, "mine", listed, made, use, known.reported, set())


def _join(*words: str) -> str:
    return "; ".join(w for w in words if w)


__all__ = ["BASE_YEAR", "STAGES", "BaseYear", "Market", "balance"]

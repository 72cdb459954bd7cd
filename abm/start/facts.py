"""The facts of the base year as a scenario sees them: who makes, ships and uses what, at which price."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ..data.balance import STAGES, BaseYear, Market, balance
from ..data.parameters import Parameters
from ..data.regions import ROW, state_key
from ..data.tables import Tables, load_tables
from ..errors import BadInput
from ..scenario import Scenario
from . import readings
from .readings import MINE, REFINE, Project
from .tiers import prospect_states

MONTHS = 12.0  # a year
BOUNDLESS = 1e30  # t/month


@dataclass(frozen=True, eq=False)
class Sources:
    """Tables, parameters, and the base year balanced from them."""

    tables: Tables
    parameters: Parameters
    base: BaseYear


@cache
def sources(folder: str | None = None) -> Sources:
    """The packaged facts, or those of a folder that replaces them."""
    tables = load_tables(folder)
    parameters = Parameters.from_table(tables.parameters)
    return Sources(tables, parameters, balance(tables, parameters))


class Facts:
    """Minerals by number `m`, stages by number (0 mine, 1 refine), states by key; tons a year, USD/t.

    BadInput names a mineral of the scenario that the tables do not hold, or one without traits.
    """

    def __init__(self, scenario: Scenario, known: Sources):
        self.scenario, self.sources = scenario, known
        self.tables, self.base, parameters = known.tables, known.base, known.parameters
        for mineral in scenario.minerals:
            if mineral not in self.base.minerals:
                raise BadInput("unknown mineral", key="minerals", value=mineral, allowed=self.base.minerals)
        self.minerals = [m for m in self.base.minerals if not scenario.minerals or m in scenario.minerals]
        for name, value in scenario.parameters.items():
            own: Any = value.items() if isinstance(value, dict) else [(None, value)]
            for of, one in own:
                parameters = parameters.with_value(name, one, of)
        self.parameters = parameters
        traits = {row["mineral"]: row for row in self.tables.market_traits.to_dict("records")}
        for mineral in self.minerals:
            if mineral not in traits:
                raise BadInput("no row of this mineral", file="market_traits.csv", key=mineral, allowed="one row")
        self.traits = [traits[mineral] for mineral in self.minerals]
        self.listed = frozenset(self.tables.states["iso3"])
        self.states = self.base.states
        self.row = {s: i for i, s in enumerate(self.states)}
        leaders = [market.dominant for (_, stage), market in self.base.markets.items() if stage == STAGES[REFINE]]
        self.rival = max(sorted(set(leaders)), key=leaders.count)  # who dominates most refined markets
        self.prospects = [prospect_states(self, m) for m in range(len(self.minerals))]
        self.nodes = {(g, m): self._nodes(g, m) for g in (MINE, REFINE) for m in range(len(self.minerals))}
        self.most = max(len(origins) for origins, _ in self.nodes.values())  # origins of a market
        self.places = max(self.most, *(len(places) for _, places in self.nodes.values()))  # a refiner is a place too
        self.paid = cache(self._paid)

    def value(self, name: str, m: int | None = None) -> float:
        return self.parameters.value(name, None if m is None else self.minerals[m])

    # -------------------------------------------------------------------------------------------- markets

    def ore(self, m: int) -> Market | None:
        """The ore market; None where the metal is recovered from a host."""
        return self.base.markets.get((self.minerals[m], STAGES[MINE]))

    def refined(self, m: int) -> Market:
        return self.base.markets[self.minerals[m], STAGES[REFINE]]

    def market(self, stage: int, m: int) -> Market | None:
        return self.ore(m) if stage == MINE else self.refined(m)

    def dominant(self, stage: int, m: int) -> str:
        market = self.market(stage, m)
        return market.dominant if market else ""

    def projects(self, m: int) -> tuple[Project, ...]:
        return readings.projects(self.tables, self.minerals[m])

    def _nodes(self, stage: int, m: int) -> tuple[list[str], list[str]]:
        """Origins and destinations; a state with a dated plant or a prospect is an origin too, and ore may go there."""
        market, refined = self.market(stage, m), self.refined(m)
        origins = sorted({*refined.origins, *(p.state for p in self.projects(m)), *self.prospects[m]})
        if stage == REFINE:
            return origins, refined.destinations
        return (market.origins, origins) if market else ([], [])

    def capacity(self, stage: int, m: int) -> dict[str, float]:
        """Reported operating capacity by node."""
        rows = readings.capacities(self.tables, stage, self.minerals[m], "operating")
        tons: dict[str, float] = {}
        for country, t in zip(rows["country_iso3"], rows["capacity_t"], strict=True):
            state = state_key(country, self.listed)
            state = state if state in self.nodes[stage, m][0] else ROW
            tons[state] = tons.get(state, 0.0) + float(t)
        return tons

    def use(self, stage: int, m: int) -> list[float]:
        """Use by destination; 0 where one is only planned."""
        market = self.market(stage, m)
        known = dict(zip(market.destinations, market.use.tolist(), strict=True)) if market else {}
        return [known.get(d, 0.0) for d in self.nodes[stage, m][1]]

    # -------------------------------------------------------------------------------------------- trade and prices

    def shares(self, stage: int, m: int) -> np.ndarray:
        """R34  Shares of every destination's purchases by origin [origin, destination]; a new one buys by gravity."""
        market = self.market(stage, m)
        origins, destinations = self.nodes[stage, m]
        out = np.zeros((len(origins), len(destinations)))
        if market is None:
            return out
        bias = self.value("home_bias_prior")
        for j, d in enumerate(destinations):
            column = np.zeros(len(origins))
            for i, o in enumerate(origins):
                if o not in market.origins:
                    continue
                k = market.origins.index(o)
                if d in market.destinations:
                    column[i] = market.flows[k, market.destinations.index(d)]
                else:
                    column[i] = market.output[k] * (bias if o == d else 1.0)
            out[:, j] = column / math.fsum(column.tolist())
        return out

    def freight(self, stage: int, m: int) -> np.ndarray:
        """R33  Landed over asked price [origin, destination]; 1 at home."""
        origins, destinations = self.nodes[stage, m]
        low = stage == MINE and self.traits[m]["freight_of_ore"] == "low value"
        abroad = 1.0 + self.value("freight") * (self.value("freight_low_value") if low else 1.0)
        out = [[1.0 if o == d else abroad for d in destinations] for o in origins]
        return np.array(out).reshape(len(origins), len(destinations))

    def list_price(self, stage: int, m: int) -> float:
        """Base-year ask; ore is a share of the refined price."""
        price = readings.refined_prices(self.tables)[self.minerals[m]]
        return price if stage == REFINE else price * self.value("ore_price_share", m)

    def _paid(self, stage: int, m: int) -> dict[str, float]:
        """R34  Base-year price paid by destination."""
        shares, freight, price = self.shares(stage, m), self.freight(stage, m), self.list_price(stage, m)
        destinations = self.nodes[stage, m][1]
        return {d: price * math.fsum((shares[:, j] * freight[:, j]).tolist()) for j, d in enumerate(destinations)}

    # -------------------------------------------------------------------------------------------- host streams

    def host_share(self, m: int, state: str) -> float | None:
        """The state's share of the host's world output; None where the mineral has no host of its own."""
        host = self.traits[m]["host_stream"]
        return readings.host_shares(self.tables, host).get(state, 0.0) if host else None

    def of_state(self, state: str, column: str) -> float:
        """A number of states.csv; of the Union the mean of its members by GDP, of others unknown the world's median."""
        return readings.of_state(self.tables, state, column)

    def stream(self, m: int, state: str) -> float:
        """R32  Capacity that the state's host stream allows (t/month); without bound where there is no host."""
        share = self.host_share(m, state)
        return BOUNDLESS if share is None else self.value("byproduct_potential", m) * share / MONTHS

    def module(self, m: int) -> float:
        """R48  Size of a module (t/month): a share of world use."""
        return self.value("module_size") * math.fsum(self.refined(m).use.tolist()) / MONTHS

    def host_growth(self, m: int) -> float:
        """Yearly growth of the host's world output since 2018; 0 without a host."""
        host = self.traits[m]["host_stream"]
        return readings.host_growth(self.tables, host) if host else 0.0

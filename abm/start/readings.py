"""What the tables say of the base year whatever the scenario: each question is asked of them once."""

import math
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ..data.balance import BASE_YEAR, STAGES
from ..data.regions import state_key
from ..data.schema import HOST_SINCE
from ..data.tables import Tables

MINE, REFINE = range(len(STAGES))
EUROPE = "EU27"


@dataclass(frozen=True)
class Project:
    """A dated refinery of the documented pipeline."""

    state: str
    year: int
    status: str
    tons: float  # nameplate, t a year
    line: int  # in capacity.csv


@cache
def refined_prices(tables: Tables) -> dict[str, float]:
    """Refined price of 2024 by mineral (USD/t)."""
    return dict(zip(tables.minerals["key"], map(float, tables.minerals["price_2024_usd_per_t"]), strict=True))


@cache
def projects(tables: Tables, mineral: str) -> tuple[Project, ...]:
    rows, listed = capacities(tables, REFINE, mineral, "planned", "expansion"), frozenset(tables.states["iso3"])
    return tuple(
        Project(state_key(country, listed), int(year), status, float(tons), int(line))
        for line, country, year, status, tons in zip(
            rows.index, rows["country_iso3"], rows["year"], rows["status"], rows["capacity_t"], strict=True
        )
    )


@cache
def capacities(tables: Tables, stage: int, mineral: str, *status: str) -> pd.DataFrame:
    table = tables.capacity
    wanted = (table["mineral"] == mineral) & (table["stage"] == STAGES[stage])
    return table[wanted & table["status"].isin(status)]


@cache
def of_state(tables: Tables, state: str, column: str) -> float:
    table = tables.states.set_index("iso3")
    rows = table[table["in_eu"] == 1] if state == EUROPE else table[table.index == state]
    rows = rows[rows[column].notna() & rows["gdp_usd_bn"].notna() & (rows.index != EUROPE)]
    if rows.empty:
        return float(table[column].median())
    weights = rows["gdp_usd_bn"].tolist()
    values = zip(rows[column].tolist(), weights, strict=True)
    return math.fsum(v * w for v, w in values) / math.fsum(weights)


@cache
def host_shares(tables: Tables, host: str) -> dict[str, float]:
    """Shares of the host's world output in the base year by state."""
    rows, listed = _host(tables, host), frozenset(tables.states["iso3"])
    rows = rows[rows["year"] == BASE_YEAR]
    made: dict[str, list[float]] = {}
    for country, output in zip(rows["country_iso3"], rows["output"], strict=True):
        made.setdefault(state_key(country, listed), []).append(float(output))
    world = float(rows["output"].sum())
    return {state: math.fsum(own) / world for state, own in made.items()}


@cache
def host_growth(tables: Tables, host: str) -> float:
    by_year = _host(tables, host).groupby("year")["output"].sum()
    return float((by_year[BASE_YEAR] / by_year[HOST_SINCE]) ** (1.0 / (BASE_YEAR - HOST_SINCE)) - 1.0)


def _host(tables: Tables, host: str) -> pd.DataFrame:
    return tables.host_production[tables.host_production["host"] == host]

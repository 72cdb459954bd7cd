"""R18, R47  What a plant outside the dominant state costs, and the price at which it pays."""

import math
from functools import cache

from ..errors import BadInput
from .parameters import Parameters
from .tables import Tables


def outside_costs(tables: Tables, parameters: Parameters, mineral: str) -> tuple[float, float]:
    """Cash cost (USD/t) and capital cost (USD per t/year) of a refinery outside China."""
    cash, capex = _outside_row(tables, mineral)
    if mineral in parameters.minerals("capex_refine_outside"):  # the table's figure is a placeholder there
        capex = parameters.value("capex_refine_outside", mineral)
    return cash, capex


@cache
def _outside_row(tables: Tables, mineral: str) -> tuple[float, float]:
    """Cash and capital cost as they stand in the table."""
    rows = tables.costs.query("mineral == @mineral and stage == 'refine' and region == 'outside China'")
    if len(rows) != 1:
        key = f"{mineral}, refine, outside China"
        raise BadInput(f"{len(rows)} rows", file="costs.csv", key=key, allowed="one row")
    return float(rows["cash_cost_usd_per_t"].iloc[0]), float(rows["capex_usd_per_t_yr"].iloc[0])


def incentive_price(tables: Tables, parameters: Parameters, mineral: str) -> float:
    """p* (USD/t): cash cost plus the option trigger times annualised capital cost."""
    cash, capex = outside_costs(tables, parameters, mineral)
    return cash + trigger(parameters) * annuity(parameters) * capex


def trigger(parameters: Parameters) -> float:
    """R47  value over cost at which an irreversible project is begun: beta / (beta - 1) with r = delta."""
    volatility, rate = parameters.value("price_volatility"), parameters.value("convenience_yield")
    beta = 0.5 + math.sqrt(0.25 + 2.0 * rate / volatility**2)
    return beta / (beta - 1.0)


@cache
def mine_cost(tables: Tables, mineral: str) -> float:
    """Cash cost of ore (USD/t of content)."""
    rows = tables.costs[(tables.costs["mineral"] == mineral) & (tables.costs["stage"] == "mine")]
    if len(rows) != 1:
        raise BadInput(f"{len(rows)} rows", file="costs.csv", key=f"{mineral}, mine", allowed="one row")
    return float(rows["cash_cost_usd_per_t"].iloc[0])


def restart_premium(parameters: Parameters, capex: float) -> float:
    """R53  What a restart adds to cash cost (USD/t): its cost as an annuity. capex: USD per t/year."""
    return parameters.value("restart_cost") * capex * annuity(parameters)


def annuity(parameters: Parameters) -> float:
    """Yearly charge on 1 of capital."""
    rate, years = parameters.value("base_return"), parameters.value("capital_recovery_years")
    return rate / (1.0 - (1.0 + rate) ** -years)

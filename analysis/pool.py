"""The least viable pool: how many tons a year buyers must take together before a plant outside pays (R46, R47, R49).

The rules of an investment decision, solved for one number with the others given. A plant has at least one module and
at most the largest hub; cost falls with its size, as the scale exponent says. Without support a plant counts on one
price for its life. With a floor, and no price outside that pays anything, it counts on the floor as long as that may
last, and as often as it is in force.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from abm.data.costs import outside_costs
from abm.record import REFINE
from abm.rules import investment
from abm.scenario import Scenario
from abm.start import Sources, start_of

from .captions import flat
from .drawing import SIZE, look, panels, png
from .figures import Picture

POINTS = 200
CAPTION = flat("""
    What a plant must be paid for a ton, by the tons a year it is built for (R46, R47, R49), at default parameters.
    Solid: a price that lasts for the plant's life. Others: a floor that is the plant's only income, as believed hazard
    of reversal says how far it may be trusted. Left of the first grey line a plant is smaller than a module and costs
    what a module does; right of the last it grows no cheaper. Vertical marks: demand in the tables. No chance is in
    these curves, so they have no intervals; what is not known is the cost of the plant.
""")


@dataclass(frozen=True)
class Plant:
    """A refinery outside the dominant state at default parameters. cash: USD/t; capex: of a lone module, USD per
    t/year; module: t/year; hub: the most modules; exponent: of cost in size; required, yield_: 1/year; life, term:
    years; suspension: months; permanent: share of
    reversals believed to last before any is seen; volatility: 1/year; supported: largest safe share."""

    mineral: str
    cash: float
    capex: float
    module: float
    hub: float
    exponent: float
    required: float
    yield_: float
    life: float
    term: float
    suspension: float
    permanent: float
    volatility: float
    supported: float

    @property
    def largest(self) -> float:
        """t/year beyond which a plant grows no cheaper."""
        return self.module * self.hub

    def capital(self, pool: float) -> float:
        """R49  Capital cost (USD per t/year) of a plant for so many tons a year, before any learning."""
        modules = investment.hub(pool, self.module, 0.0, self.hub)
        return float(investment.unit_capex(self.capex, modules, self.exponent, 1.0))

    def price(self, pool: float) -> float:
        """R46, R47  Price (USD/t) that pays for a plant of so many tons a year without support."""
        wanted = float(investment.trigger(self.volatility, 0.0, self.yield_))
        return self.cash + wanted * self.capital(pool) / investment.annuity(self.required, self.life)

    def floor(self, pool: float, hazard: float) -> float:
        """R46, R47  Price inside (USD/t) that pays for a plant with no other income, where its end is believed to have
        this hazard (1/year)."""
        in_force = investment.availability(hazard, self.suspension)
        safe = min(float(in_force), self.supported)
        wanted = float(investment.trigger(self.volatility, safe, self.yield_))
        worth = investment.support_value(1.0, in_force, self.term, self.required, hazard, self.permanent)
        return self.cash + wanted * self.capital(pool) / float(worth)


def plant_of(mineral: str, facts: Sources) -> Plant:
    """The plant of the tables for a state without a documented one. KeyError: no such mineral."""
    value = facts.parameters.value
    cash, capex = outside_costs(facts.tables, facts.parameters, mineral)
    start = start_of(Scenario(name="pool", minerals=(mineral,)), facts)
    module = value("module_size", mineral) * float(start.static["base_output"][REFINE, 0].sum())
    return Plant(
        mineral, cash, capex, module, value("largest_hub"), value("scale_exponent"), value("base_return"),
        value("convenience_yield"), value("capital_recovery_years"), value("support_years"), value("mean_suspension"),
        value("prior_permanent_share"), value("price_volatility"), value("most_supported"),
    )  # fmt: skip


def least(plant: Plant, paid: float, needed: Callable[[float], float]) -> float:
    """Least viable pool (t/year): the smallest at which what a plant needs (USD/t, by pool) is no more than what it is
    paid; infinite where not even the largest hub pays, and never less than a module."""
    if needed(plant.module) <= paid:
        return plant.module
    if needed(plant.largest) > paid:
        return float("inf")
    # What is needed is cash cost plus a multiple of capital cost, a power of the pool between one module and the hub.
    share = (paid - plant.cash) / (needed(plant.module) - plant.cash)
    return plant.module * share ** (1.0 / (plant.exponent - 1.0))


def demand_of(mineral: str, facts: Sources) -> dict[str, float]:
    """Use by state (t/year) outside the dominant state and the remainder of the world, most first."""
    table = facts.tables.demand
    rows = table[table["mineral"] == mineral]
    dominant = facts.base.markets[mineral, "refine"].dominant
    found = dict(zip(rows["country_or_region"], rows["consumption_t"].astype(float), strict=True))
    return {s: t for s, t in sorted(found.items(), key=lambda pair: -pair[1]) if s not in (dominant, "ROW")}


def picture(
    plant: Plant, hazards: Mapping[str, float], demand: Mapping[str, float], prices: Mapping[str, float]
) -> Picture:
    """What a plant needs over the size of the pool. hazards: name -> 1/year; demand: name -> t/year; prices: name ->
    USD/t."""
    figure, axes = panels(1, 1, 4.0)
    axis = axes[0, 0]
    pools = np.geomspace(min(*demand.values(), plant.module) / 1.3, max(*demand.values(), plant.largest) * 1.3, POINTS)
    lines: dict[str, Callable[[float], float]] = {"a price for life, no support": plant.price}
    lines |= {f"a floor, {name}": partial(plant.floor, hazard=hazard) for name, hazard in hazards.items()}
    for i, (name, needed) in enumerate(lines.items()):
        colour, dash, _ = look(i)
        axis.plot(pools, [needed(p) / 1000.0 for p in pools], color=colour, linestyle=dash, linewidth=1.8, label=name)
    for pool in (plant.module, plant.largest):
        axis.axvline(pool, color="#999999", linewidth=0.8)
    for name, price in prices.items():
        axis.axhline(price / 1000.0, color="#555555", linewidth=0.9, linestyle=":")
        axis.annotate(
            name, xy=(1.0, price / 1000.0), xycoords=("axes fraction", "data"), xytext=(-3, 2), ha="right",
            textcoords="offset points", fontsize=SIZE - 1,
        )  # fmt: skip
    for name, tons in demand.items():
        axis.plot([tons, tons], [0.0, 0.03], transform=axis.get_xaxis_transform(), color="#000000", linewidth=1.2)
        axis.annotate(
            name, xy=(tons, 0.035), xycoords=("data", "axes fraction"), rotation=90, ha="center", va="bottom",
            fontsize=SIZE - 1,
        )  # fmt: skip
    axis.set_xscale("log")
    ticks = [t for t in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if pools[0] <= t <= pools[-1]]
    axis.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axis.minorticks_off()
    high = axis.get_ylim()[1]
    axis.set_ylim(0.0, 1.05 * high)
    axis.set_xlabel("pool (t/year)")
    axis.set_ylabel("needed, thousand USD/t")
    axis.legend(frameon=False)
    return Picture("pool", f"{plant.mineral}: how large must the pool of buyers be?", CAPTION, png(figure))

"""What the tables say of the base year before anything is balanced: output and demand by state."""

import math
from dataclasses import dataclass

from .regions import ROW, state_key
from .schema import BASE_YEAR
from .tables import Tables


@dataclass(frozen=True)
class Margin:
    """Tons a year by state, and the states whose number is reported, not estimated."""

    tons: dict[str, float]
    reported: set[str]


def output(tables: Tables, mineral: str, stage: str, listed: frozenset[str]) -> Margin:
    """Output by state; ROW and what a note calls an estimate are not reported."""
    table = tables.production
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage) & (table["year"] == BASE_YEAR)]
    tons: dict[str, float] = {}
    weak = {ROW}
    for country, made, note in zip(rows["country_iso3"], rows["output_t"], rows["note"], strict=True):
        state = state_key(country, listed)
        tons[state] = tons.get(state, 0.0) + float(made)
        if "estimate" in str(note) or "memory" in str(note):
            weak.add(state)
    return Margin(tons, set(tons) - weak)


def demand(tables: Tables, mineral: str, listed: frozenset[str]) -> Margin:
    """Consumption by state; the remainder of the world is split by GDP over the states not named."""
    rows = tables.demand[tables.demand["mineral"] == mineral]
    named: dict[str, float] = {}
    reported: set[str] = set()
    for country, used, note in zip(rows["country_or_region"], rows["consumption_t"], rows["note"], strict=True):
        state = state_key(country, listed)
        named[state] = float(used)
        if state != ROW and not any(word in str(note) for word in ("estimate", "derived", "residual")):
            reported.add(state)
    rest = named.pop(ROW, 0.0)
    gdp: dict[str, float] = {}
    for country, value in zip(tables.states["iso3"], tables.states["gdp_usd_bn"], strict=True):
        state = state_key(country, listed)
        if state not in named and state != "EU27" and value == value:
            gdp[state] = float(value)
    total = math.fsum(gdp.values())
    return Margin(named | {s: rest * v / total for s, v in sorted(gdp.items())}, reported)


def kept_states(tables: Tables, mineral: str, stage: str, listed: frozenset[str]) -> frozenset[str]:
    """States that stay a node however small: members of G7, EU and MSP, and those with a dated project."""
    core = tables.states.query("in_g7 == 1 or in_eu == 1 or in_msp == 1")["iso3"]
    dated = tables.capacity.query("mineral == @mineral and stage == @stage and status in ('planned', 'expansion')")
    return frozenset(state_key(c, listed) for c in [*core, *dated["country_iso3"]])

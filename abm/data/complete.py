"""Whether the tables say of every mineral what the model asks."""

from collections.abc import Callable, Mapping

import pandas as pd

from abm.data.parameters import Parameters
from abm.data.schema import BASE_YEAR, HOST_SINCE
from abm.errors import BadInput

ALWAYS = ("value_of_lost_ton", "other_feed_share", "demand_elasticity_short", "demand_elasticity_long")
FILES = ("production", "demand", "costs", "market_traits")
GROWTH = ("demand_growth", "demand_growth_to_2030 and demand_growth_2030_40")


def complete(frames: Mapping[str, pd.DataFrame], parameters: Parameters, file: Callable[[str], str]) -> None:
    """BadInput names the first mineral that lacks a row, and what row. file: a table as messages name it."""
    minerals = frames["minerals"]
    for row, mineral in zip(minerals.index, minerals["key"], strict=True):
        what = _missing(frames, parameters, mineral)
        if what:
            what = f"no row of this mineral in {what}"
            raise BadInput(what, file=file("minerals"), row=row, column="key", value=mineral)
    _hosts(frames, file)


def _missing(frames: Mapping[str, pd.DataFrame], parameters: Parameters, mineral: str) -> str:
    """File, and what its row must be of; nothing if all is there."""
    own = {name: frames[name][frames[name]["mineral"] == mineral] for name in FILES}
    for name, rows in own.items():
        if rows.empty:
            return f"{name}.csv"
    made = own["production"]
    made = made[(made["year"] == BASE_YEAR) & (made["output_t"] > 0.0) & (made["country_iso3"] != "ROW")]
    if not (made["stage"] == "refine").any():
        return f"production.csv: refine, {BASE_YEAR}, a state with output"
    if not (own["demand"]["consumption_t"] > 0.0).any():
        return "demand.csv: a consumption above 0"
    costs = own["costs"]
    if not ((costs["stage"] == "refine") & (costs["region"] == "outside China")).any():
        return "costs.csv: refine, outside China"
    mined = bool((made["stage"] == "mine").any())
    if mined and not (costs["stage"] == "mine").any():
        return "costs.csv: mine"
    traits = own["market_traits"].iloc[0]
    asked = [*ALWAYS]
    asked += ["ore_price_share"] if mined else []
    asked += ["byproduct_supply_elasticity"] if not mined or traits["supply_of_ore"] == "co-product" else []
    asked += ["byproduct_potential"] if traits["host_stream"] else []
    for name in asked:
        if not _known(parameters, name, mineral):
            return f"parameters.csv: {name}"
    if not any(all(_known(parameters, name, mineral) for name in way.split(" and ")) for way in GROWTH):
        return f"parameters.csv: {', or '.join(GROWTH)}"
    return ""


def _known(parameters: Parameters, name: str, mineral: str) -> bool:
    try:
        parameters.row(name, mineral)
    except BadInput:
        return False
    return True


def _hosts(frames: Mapping[str, pd.DataFrame], file: Callable[[str], str]) -> None:
    """A host stream has its output in the base year, and in the year from which its growth is measured."""
    traits, output = frames["market_traits"], frames["host_production"]
    for row, host in zip(traits.index, traits["host_stream"], strict=True):
        for year in (HOST_SINCE, BASE_YEAR) if host else ():
            made = output[(output["host"] == host) & (output["year"] == year)]
            if not (made["output"] > 0.0).any():
                what = f"no output of this host in host_production.csv in {year}"
                known = sorted(set(output["host"]))
                place = {"row": row, "column": "host_stream", "value": host}
                raise BadInput(what, file=file("market_traits"), allowed=known).at(**place)

"""`python -m analysis.levers`: what each lever builds in ten years, mineral by mineral, under the same luck.

Every line is a world with one mineral and, from January 2027, the levers named; prices are multiples of the base price.
Last, what doubling the hazard of reversal takes from the capital sanctioned in all minerals.
"""

import argparse
import math
from typing import Any

import numpy as np

from abm.agents import Prospect, Refiner
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import start_of
from experiments.runner import seeds_of

SHORT = ("gallium", "graphite", "tungsten", "germanium")  # trusted supply does not cover use outside
LONG = ("ndpr", "lithium", "nickel", "copper")  # it does
END = "2036-12"
MULTIPLE = "multiple of base price"
PERCENT, BILLION, MONTHS = 100.0, 1e9, 12.0
CASES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {  # name -> levers, parameters
    "no coalition": ({}, {}),
    "floor 1.5": ({"price_floor": {"level": 1.5, "unit": MULTIPLE}}, {}),
    "floor 2.5": ({"price_floor": {"level": 2.5, "unit": MULTIPLE}}, {}),
    "floor 2.5, W = 0": ({"price_floor": {"level": 2.5, "unit": MULTIPLE}}, {"whiplash": 0.0}),
    "floor 2.5, W = 2": ({"price_floor": {"level": 2.5, "unit": MULTIPLE}}, {"whiplash": 2.0}),
    "floor 2.5, W = 4": ({"price_floor": {"level": 2.5, "unit": MULTIPLE}}, {"whiplash": 4.0}),
    "floor 1.5, guarantee": ({"price_floor": {"level": 1.5, "unit": MULTIPLE}, "guarantee": {}}, {}),
    "floor 1.5, offtake": ({"price_floor": {"level": 1.5, "unit": MULTIPLE}, "offtake": {}}, {}),
    "floor 1.5, tax credit": ({"price_floor": {"level": 1.5, "unit": MULTIPLE}, "tax_credit": {}}, {}),
    "tariff .5": ({"tariff": {"rate": 0.5}}, {}),
    "floor 1.5, tariff .5": ({"price_floor": {"level": 1.5, "unit": MULTIPLE}, "tariff": {"rate": 0.5}}, {}),
    "stockpile": ({"stockpile": {}}, {}),
    "contract 2.5": ({"contract_for_difference": {"level": 2.5, "unit": MULTIPLE}}, {}),
}


def plants(mineral: str, levers: dict[str, Any], parameters: dict[str, float], runs: int, seed: int) -> np.ndarray:
    """Capacity of new plants, open, being built or permitted, at the end of 2036: % of 2024's world output [run].
    Dated projects of the pipeline, which every case has, are not among them."""
    form: dict[str, Any] = {"name": "lever", "minerals": [mineral], "end": END, "parameters": parameters}
    if levers:
        form["coalition"] = {name: {"minerals": [mineral]} | block for name, block in levers.items()}
    ensemble = Ensemble(Scenario.read(form), seeds_of(seed, runs))
    for _ in range(ensemble.start.scenario.months):
        ensemble.step()
    found: Any = next(part for part in ensemble.tables[Refiner].parts if isinstance(part, Prospect))
    world = math.fsum(ensemble.start.static["base_output"][1, 0].tolist()) / MONTHS
    return PERCENT * (found.capacity + found.module).sum(axis=0) / world


def built(mineral: str, levers: dict[str, Any], parameters: dict[str, float], runs: int, seed: int) -> float:
    """Mean over histories of `plants`."""
    return float(plants(mineral, levers, parameters, runs, seed).mean())


def sanctioned(scenario: str, whiplash: float, runs: int, seed: int) -> tuple[float, float]:
    """Capital of the modules sanctioned to 2044 (bn USD), mean over histories: in all minerals, and in those that some
    instrument of the scenario covers."""
    chosen = Scenario.load(scenario).model_copy(update={"parameters": {"whiplash": whiplash}})
    ensemble = Ensemble(start_of(chosen), seeds_of(seed, runs))
    covered = ensemble.start.static["scope"].max(axis=0)[ensemble[Refiner].mineral][:, None]
    capital, in_scope = np.zeros(runs), np.zeros(runs)
    for _ in range(chosen.months):
        ensemble.step()
        f = ensemble[Refiner]
        spent = f.granted * f.size * f.capex * MONTHS / BILLION
        capital, in_scope = capital + spent.sum(axis=0), in_scope + (spent * covered).sum(axis=0)
    return float(capital.mean()), float(in_scope.mean())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m analysis.levers", description=__doc__)
    parser.add_argument("minerals", nargs="*", default=[*SHORT, *LONG], help="all eight of the page if left out")
    parser.add_argument("--runs", type=int, default=32, help="histories of every line")
    parser.add_argument("--seed", type=int, default=1, help="root of the seeds")
    asked = parser.parse_args()
    known = start_of("no_coalition").minerals
    for mineral in asked.minerals:
        if mineral not in known:
            parser.error(str(BadInput("unknown mineral", key="minerals", value=mineral, allowed=known)))
    cases = CASES.values()
    table = {m: [built(m, *case, asked.runs, asked.seed) for case in cases] for m in asked.minerals}
    print(f"new plants open, being built or permitted at the end of 2036, % of world output, {asked.runs} histories")
    print(f"{'':22}" + "".join(f"{mineral:>11}" for mineral in table))
    for i, name in enumerate(CASES):
        print(f"{name:22}" + "".join(f"{values[i]:11.2f}" for values in table.values()))
    print("\ncapital sanctioned to 2044 (bn USD), and W = 2 against W = 1: all minerals; those under an instrument")
    for scenario in ("trade_zone", "us_alone", "contracts_for_difference"):
        one, two = (sanctioned(scenario, w, asked.runs, asked.seed) for w in (1.0, 2.0))
        change = [f"{a:8.2f} {PERCENT * (b / a - 1.0):+6.1f} %" for a, b in zip(one, two, strict=True)]
        print(f"{scenario:26}{'    '.join(change)}")


if __name__ == "__main__":
    main()

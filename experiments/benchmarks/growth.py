"""How time grows with histories, minerals, years and agents, on one core."""

import math
from collections.abc import Callable
from typing import Any

from abm.ensemble import Ensemble
from abm.scenario import Scenario
from abm.start import Start, start_of
from experiments.runner import CHUNK, chunks_of

from .divided import divided
from .timing import SCENARIO, Sizes, median, say, seconds

DECEMBER = "-12"


def measure(sizes: Sizes) -> dict[str, Any]:
    """By dimension, its points: size, agents, months and histories measured, seconds of them (the median of the
    repeats, which take all dimensions and sizes in turn), and ms that a history of the whole horizon would take."""
    dimensions: dict[str, tuple[tuple[int, ...], Callable[[int, Sizes], Case]]] = {
        "histories": (sizes.histories, of_histories), "minerals": (sizes.minerals, of_minerals),
        "years": (sizes.years, of_years), "agents": (sizes.parts, of_agents),
    }  # fmt: skip
    cases = {
        (name, value): case_of(value, sizes) for name, (values, case_of) in dimensions.items() for value in values
    }  # fmt: skip
    times: dict[tuple[str, int], list[float]] = {at: [] for at in cases}
    for repeat in range(1, sizes.repeats + 1):
        for (name, value), case in cases.items():
            say(f"growth: {name} {value}, repeat {repeat} of {sizes.repeats}")
            times[name, value].append(case.seconds())
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in dimensions}
    for (name, value), case in cases.items():
        found[name].append({"size": value, **case.described(median(times[name, value]))})
    return {"growth": found}


class Case:
    """Some months of so many histories of a start, in chunks as the runner makes them, with their records."""

    def __init__(self, start: Start, runs: int, months: int):
        self.start, self.runs, self.months = start, runs, months

    def seconds(self) -> float:
        return seconds(self._run)

    def _run(self) -> None:
        for chunk in chunks_of(self.runs, CHUNK):
            Ensemble(self.start, chunk).run(self.months)

    def described(self, spent: float) -> dict[str, Any]:
        whole = self.start.scenario.months
        agents = int(math.fsum(len(table["class"]) for table in self.start.columns.values()))
        return {
            "agents": agents, "histories": self.runs,
            "months": self.months, "history_months": whole, "seconds": spent,
            "ms_per_history": spent / self.months * whole / self.runs * 1e3,
        }  # fmt: skip


def of_histories(histories: int, sizes: Sizes) -> Case:
    return Case(start_of(SCENARIO), histories, sizes.growth_months)


def of_minerals(minerals: int, sizes: Sizes) -> Case:
    """The first so many of the embedded data."""
    scenario = Scenario.load(SCENARIO)
    kept = tuple(start_of(SCENARIO).minerals[:minerals])
    return Case(start_of(scenario.changed(minerals=kept)), sizes.growth_runs, sizes.growth_months)


def of_years(years: int, sizes: Sizes) -> Case:
    """A horizon of so many years, all of it."""
    scenario = Scenario.load(SCENARIO)
    first, _, month = scenario.start.partition("-")
    assert month == "01", "the horizon counts whole years"
    longer = scenario.changed(end=f"{int(first) + years - 1}{DECEMBER}")
    return Case(start_of(longer), sizes.growth_runs, longer.months)


def of_agents(parts: int, sizes: Sizes) -> Case:
    """Every miner, refiner and buyer in so many parts."""
    return Case(divided(start_of(SCENARIO), parts), sizes.growth_runs, sizes.growth_months)

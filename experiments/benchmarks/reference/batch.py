"""The reference market by `mesa.batch_run`: the same Mesa model in two processes.

`python -m experiments.benchmarks.reference.batch RUNS SEED` prints the seconds that it took. Each process imports the
module that was started anew, so that nothing heavier should stand between it and Mesa."""

import sys
import time
from typing import Any

import mesa
import numpy as np

from ...printing import show
from .market import NUMBERS, STEPS, Numbers, Outcomes
from .mesa_model import Market

PROCESSES = 2


class Batched(Market):
    """A run as `batch_run` wants it: it stops by itself, and a data collector holds what is to be kept."""

    def __init__(self, luck: int, months: int, numbers: Numbers, rng: Any = None):
        super().__init__(luck, numbers)  # not `rng`, which only some versions of Mesa hand out
        self.months, self.found = months, (np.nan, np.nan, np.nan)
        self.datacollector = mesa.DataCollector(model_reporters={"found": "found"})

    def step(self) -> None:
        super().step()
        self.running = self.steps < self.months
        if not self.running:
            self.found = self.outcomes()
        self.datacollector.collect(self)  # every month, as `batch_run` looks there for the last one


def simulate(runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes:
    """The runs of `mesa_model.simulate`, in the same order."""
    rows = mesa.batch_run(
        Batched, {"luck": range(seed, seed + runs), "months": steps, "numbers": numbers}, number_processes=PROCESSES,
        max_steps=steps, display_progress=False,
    )  # fmt: skip
    found = {row["luck"]: row["found"] for row in rows}
    return Outcomes(*np.array([found[seed + i] for i in range(runs)]).T)


if __name__ == "__main__":
    began = time.perf_counter()
    simulate(runs=int(sys.argv[1]), seed=int(sys.argv[2]))
    show(str(time.perf_counter() - began))

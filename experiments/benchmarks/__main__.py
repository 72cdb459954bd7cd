"""`python -m experiments.benchmarks [--json]`: the two drivers against each other, and where the time goes; with the
word `peers` the reference market against other tools."""

import argparse
import json
import platform
import statistics
import sys
import time
import tracemalloc
from typing import Any

import numba
import numpy as np

from abm.ensemble import Ensemble
from abm.outcomes import outcomes, reference_threshold
from abm.schedule import MONTH
from abm.start import start_of
from abm.world import World

from ..printing import show

SCENARIO = "trade_zone"


def seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def months(driver: Any, count: int) -> float:
    """Seconds of `count` months of a driver."""
    return seconds(lambda: [driver.step() for _ in range(count)])


def phase_name(phase: Any) -> str:
    return f"{phase[0].__name__}.{phase[1]}" if isinstance(phase, tuple) else phase.__name__


def measure(runs: int, count: int, repeats: int) -> dict[str, Any]:
    """World and ensemble in turn over the same months; medians of the repeats, on one core."""
    start = start_of(SCENARIO)
    whole = start.scenario.months
    months(Ensemble(start, np.arange(2)), 2)
    months(World(start, 1), 1)
    alone, together, phases = [], [], dict.fromkeys(map(phase_name, MONTH), 0.0)
    for _ in range(repeats):
        alone.append(months(World(start, 1), count) / count * whole)
        ensemble = Ensemble(start, np.arange(1, runs + 1))
        together.append(months(ensemble, count) / count * whole / runs)
        for phase, spent in ensemble.clock.items():
            phases[phase_name(phase)] += spent / repeats / count * whole / runs * 1e3
    tracemalloc.start()
    ensemble = Ensemble(start, np.arange(1, runs + 1))
    ensemble.run(12)
    tracked = tracemalloc.get_traced_memory()[1] / runs / 2**20
    tracemalloc.stop()
    record = Ensemble(start, np.arange(1, runs + 1)).run()
    table = seconds(lambda: outcomes(record, reference_threshold(start))) / runs * 1e3
    world, history = statistics.median(alone), statistics.median(together)
    return {
        "scenario": SCENARIO, "runs": runs, "months": count, "history_months": whole,
        "repeats": repeats, "world_s_per_history": world,
        "ms_per_history": history * 1e3, "ratio_mesa": world / history, "mb_per_history": tracked,
        "outcomes_ms_per_history": table, "phases_ms_per_history": phases,
        "machine": {
            "processor": platform.processor() or platform.machine(), "python": platform.python_version(),
            "numpy": np.__version__, "numba": numba.__version__,
        },
    }  # fmt: skip


def main() -> None:
    if sys.argv[1:2] == ["peers"]:
        from . import peers  # needs the extra `bench`

        return peers.main(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m experiments.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=64, help="histories in lockstep")
    parser.add_argument("--months", type=int, default=24, help="months a measurement")
    parser.add_argument("--repeats", type=int, default=3, help="alternations")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.runs, asked.months, asked.repeats)
    show(json.dumps(found, indent=2) if asked.json else text(found))


def text(found: dict[str, Any]) -> str:
    """What was measured, for a reader."""
    phases = sorted(found["phases_ms_per_history"].items(), key=lambda item: -item[1])
    return "\n".join([
        f"{found['scenario']}, {found['runs']} histories in lockstep, medians of {found['repeats']}, one core;",
        f"a history has {found['history_months']} months, its time is scaled from {found['months']} measured months",
        f"  World, agent by agent   {found['world_s_per_history']:8.2f} s a history",
        f"  Ensemble                {found['ms_per_history']:8.1f} ms a history",
        f"  ratio World : ensemble  {found['ratio_mesa']:8.0f}",
        f"  memory                  {found['mb_per_history']:8.2f} MB a history at its peak, whole record included",
        f"  outcomes, threshold     {found['outcomes_ms_per_history']:8.2f} ms a history",
        "time by phase (ms a history):",
        *(f"  {name:28s}{spent:8.2f}" for name, spent in phases),
        ", ".join(f"{k} {v}" for k, v in found["machine"].items()),
    ])  # fmt: skip


if __name__ == "__main__":
    main()

"""`python -m experiments.benchmarks peers [--json]`: the reference market in this engine and in its peers."""

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from .reference import agentpy_model, batch, engine, mesa_model, plain
from .reference.market import STEPS, Simulate

NAMES = {
    "engine": "this engine, runs in lockstep",
    "plain": "plain NumPy over runs",
    "mesa": "Mesa, agent by agent",
    "batch_run": f"mesa.batch_run, {batch.PROCESSES} processes",
    "agentpy": "agentpy",
}
PER_AGENT_RUN = 128  # as many runs over arrays take about as long as one agent by agent
PER_BATCH_RUN = 4  # more of these, as its processes take a second or two to start


def compare(runs: int, repeats: int) -> dict[str, Any]:
    """Seconds a run of each implementation, in turn in one session: medians of the repeats, after one that counts not.

    runs: of those that run many at once; those agent by agent make fewer, as one costs as much as another.
    One process each on one core, but for batch_run, whose seconds include the start of its processes.
    """
    alone, batched = max(1, runs // PER_AGENT_RUN), max(2, runs // PER_BATCH_RUN)
    measured: dict[str, tuple[int, Callable[[int, int], float]]] = {
        "engine": (runs, timed(engine.simulate)),
        "plain": (runs, timed(plain.simulate)),
        "mesa": (alone, timed(mesa_model.simulate)),
        "batch_run": (batched, batch_seconds),
        "agentpy": (alone, timed(agentpy_model.simulate)),
    }
    spent: dict[str, list[float]] = {name: [] for name in measured}
    for repeat in range(repeats + 1):
        for name, (count, seconds) in measured.items():
            if repeat > 0:
                spent[name].append(seconds(count, repeat) / count)
            elif name != "batch_run":  # it starts afresh each time
                seconds(min(count, 2), repeat)
    each = {name: statistics.median(times) for name, times in spent.items()}
    return {
        "steps": STEPS, "repeats": repeats,
        "peers": {
            name: {
                "runs": measured[name][0], "s_per_run": each[name], "least_s_per_run": min(spent[name]),
                "most_s_per_run": max(spent[name]), "ratio_mesa": each["mesa"] / each[name],
            }
            for name in measured
        },
        "machine": {"processor": platform.processor() or platform.machine(), "python": platform.python_version()}
        | {package: version(package) for package in ("numpy", "numba", "mesa", "agentpy")},
    }  # fmt: skip


def timed(simulate: Simulate) -> Callable[[int, int], float]:
    def seconds(runs: int, seed: int) -> float:
        began = time.perf_counter()
        simulate(runs, seed)
        return time.perf_counter() - began

    return seconds


def batch_seconds(runs: int, seed: int) -> float:
    """In an interpreter of its own: its processes would import again whatever this one was started with."""
    words = [sys.executable, "-m", batch.__name__, str(runs), str(seed)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def text(found: dict[str, Any]) -> str:
    """What was measured, for a reader."""
    rows = [
        f"  {NAMES[name]:32s}{row['s_per_run'] * 1e3:9.2f}{row['least_s_per_run'] * 1e3:9.2f} -"
        f"{row['most_s_per_run'] * 1e3:7.2f}{row['ratio_mesa']:9.1f}{row['runs']:7d}"
        for name, row in found["peers"].items()
    ]
    return "\n".join([
        f"the reference market, {found['steps']} steps, medians of {found['repeats']} in turn, one core each",
        f"  {'':32s}{'ms a run':>9s}{'least - most':>18s}{'x Mesa':>9s}{'runs':>7s}",
        *rows,
        ", ".join(f"{k} {v}" for k, v in found["machine"].items()),
    ])  # fmt: skip

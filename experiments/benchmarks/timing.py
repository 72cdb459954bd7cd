"""What every measurement shares: sizes, seconds, medians, lines that say what is measured now, and the machine."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

SCENARIO = "trade_zone"
PACKAGES = ("numpy", "numba", "llvmlite", "mesa")
BEGAN = time.monotonic()


@dataclass(frozen=True)
class Sizes:
    """How much is measured. months: of a history, whose time is scaled to all of it; None for all of them."""

    repeats: int
    months: int | None
    plain_months: int  # agent by agent with plain rules
    lockstep: tuple[int, ...]  # histories side by side, against one agent by agent
    headline: int  # of these, the one that ratios and limits are stated for
    cores: int  # histories over one process and over two
    kept: tuple[int, ...]  # histories whose memory is measured; the last two hold a whole chunk
    growth_months: int
    growth_runs: int
    histories: tuple[int, ...]
    minerals: tuple[int, ...]
    years: tuple[int, ...]
    parts: tuple[int, ...]  # of every block of agents
    every: int  # which months the limit looks at
    peers: tuple[int, int]  # runs, repeats


FULL = Sizes(
    repeats=3, months=None, plain_months=3, lockstep=(64, 256, 1024), headline=256, cores=1024, kept=(64, 256, 1024),
    growth_months=12, growth_runs=128, histories=(64, 256, 1024, 4096, 16384), minerals=(1, 2, 4, 7, 10, 14),
    years=(5, 10, 20, 30, 40), parts=(1, 2, 4, 8), every=6, peers=(768, 5),
)  # fmt: skip
QUICK = Sizes(
    repeats=1, months=12, plain_months=1, lockstep=(16, 64, 256), headline=256, cores=128, kept=(64, 256, 512),
    growth_months=3, growth_runs=32, histories=(64, 256, 1024), minerals=(1, 4, 14), years=(5, 10, 20), parts=(1, 2, 4),
    every=3, peers=(128, 1),
)  # fmt: skip


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of a call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(values: Iterable[float]) -> float:
    return float(statistics.median(values))


def say(line: str) -> None:
    """A line on standard error: seconds since the start, and what is measured now."""
    print(f"{time.monotonic() - BEGAN:6.0f} s  {line}", file=sys.stderr, flush=True)


def machine() -> dict[str, Any]:
    """Processor, cores that this process may use, memory (GB), and the versions that decide how fast it is."""
    allowed = getattr(os, "sched_getaffinity", None)
    return {
        "processor": _named("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(allowed(0)) if allowed else os.cpu_count() or 1,
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {package: version(package) for package in PACKAGES}


def _memory() -> float | None:
    told = _named("/proc/meminfo", "MemTotal")  # "8000000 kB"
    return round(int(told.split()[0]) / 2**20, 1) if told else None


def _named(file: str, name: str) -> str:
    """The first value of a name in a file of the kernel's; empty on other systems."""
    if not Path(file).is_file():
        return ""
    pairs = (line.partition(":") for line in Path(file).read_text(encoding="utf-8", errors="replace").splitlines())
    return next((value.strip() for key, _, value in pairs if key.strip() == name), "")

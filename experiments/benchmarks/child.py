"""`python -m experiments.benchmarks.child WHAT [SIZE ...]`: what must be measured in a process of its own, as JSON."""

import json
import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
ROOT = Path(__file__).resolve().parents[2]


def asked(what: str, *sizes: int, **environment: str) -> dict[str, Any]:
    """What a process of its own measures; `wall_s` is all its time, from its start to its end. RuntimeError if it
    fails, with the last that it said."""
    known = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
    began = time.perf_counter()
    words = [sys.executable, "-m", __name__, what, *map(str, sizes)]
    done = subprocess.run(words, env=os.environ | known | environment, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{what}: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    return json.loads(done.stdout) | {"wall_s": spent}


def started() -> dict[str, float]:
    """Seconds to compile what is not compiled yet over all cores, as every command does first, to import, to open the
    start, and to make the first step of an ensemble of two."""
    before = time.perf_counter()
    from abm.compiling import compile_all

    compile_all()
    began = time.perf_counter()
    from abm.ensemble import Ensemble
    from abm.start import start_of

    from .timing import SCENARIO

    imported = time.perf_counter()
    start = start_of(SCENARIO)
    opened = time.perf_counter()
    Ensemble(start, [1, 2]).step()
    return {
        "compile_s": began - before, "import_s": imported - began, "start_s": opened - imported,
        "step_s": time.perf_counter() - opened,
    }  # fmt: skip


def plain(months: int) -> dict[str, float]:
    """Seconds of some months of a World whose rules are plain Python, with its record."""
    os.environ["ABM_PURE"] = "1"  # read when the rules are imported, which nobody has yet
    from abm.start import start_of

    from .drivers import lone
    from .timing import SCENARIO

    return {"seconds": lone(start_of(SCENARIO), 1, months)[0]}


def with_record(runs: int) -> dict[str, float]:
    """Memory (MB) before and at the peak of whole histories in lockstep, all of whose record is kept."""
    from abm.ensemble import Ensemble
    from abm.start import start_of

    from .timing import SCENARIO

    start = start_of(SCENARIO)
    Ensemble(start, [1, 2]).run(2)
    before = peak()
    record = Ensemble(start, range(1, runs + 1)).run()
    kept = math.fsum(series.nbytes for series in record.series.values())
    return {"before_mb": before, "peak_mb": peak(), "record_mb": kept / 2**20}


def as_rows(runs: int) -> dict[str, float]:
    """The same of a sweep, that keeps a row of outcomes a history: in tasks as of a large sweep."""
    from abm.start import start_of
    from experiments.lockstep import TOGETHER, Case, Task, carry
    from experiments.points import Point
    from experiments.runner import seeds_of

    from .timing import SCENARIO

    scenario, seeds = start_of(SCENARIO).scenario, seeds_of(1, runs).tolist()

    def swept(first: int, last: int) -> list[dict[str, Any]]:
        case = Case(Point(0, SCENARIO, ()), tuple(range(first, last)), tuple(seeds[first:last]))
        return carry(Task(None, {SCENARIO: scenario}, (), (case,)))

    swept(0, 2)  # what any sweep has in memory
    before, rows = peak(), []
    for first in range(0, runs, TOGETHER):
        rows += swept(first, min(first + TOGETHER, runs))
    return {"before_mb": before, "peak_mb": peak(), "rows": float(len(rows))}


def compared(runs: int, repeats: int) -> dict[str, Any]:
    """The reference market in all tools. What other parts leave in memory slows each down, the engine most."""
    from .peers import compare

    return compare(runs, repeats)


def peak() -> float:
    """Most memory (MB) that this process has had so far."""
    if STATUS.is_file() and (found := re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text())):
        return int(found[1]) / 2**10
    import resource  # elsewhere this may begin at the peak of the process that started this one

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "started": started, "plain": plain, "with_record": with_record, "as_rows": as_rows, "compared": compared,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](*map(int, sys.argv[2:]))))

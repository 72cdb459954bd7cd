"""`mineralclub experiment` from design to parts; and one history of a design alone."""

import contextlib
import datetime
import math
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm.errors import BadInput
from experiments.interrupts import Interrupts

from . import FAILED_RUNS, INTERRUPTED, OK
from .progress import Progress, Waiting

FAILURES_SHOWN = 5
SHORTEST_KEY, KEY_SHOWN = 6, 12


@dataclass(frozen=True)
class Request:
    """The options of `mineralclub experiment`, as given. shard: number from 1, of how many."""

    design: str
    runs: int | None
    workers: int | None
    shard: tuple[int, int]
    resume: bool
    dask: str | None
    data: str | None
    out: Path | None


@dataclass(frozen=True)
class Done:
    """What the command prints, and its exit code."""

    text: str
    notes: list[str]
    code: int


def shard_of(text: str | None) -> tuple[int, int]:
    """Number and count of "2/8"."""
    if text is None:
        return 1, 1
    form = re.fullmatch(r"\s*([0-9]{1,6})\s*/\s*([0-9]{1,6})\s*", text)
    if not form or not 1 <= int(form[1]) <= int(form[2]):
        raise BadInput("not a shard", key="--shard", value=text, allowed="i/n with i from 1 to n, as 2/8")
    return int(form[1]), int(form[2])


def perform(request: Request, interrupts: Interrupts) -> Done:
    """Tries every point before the first history; then writes part after part. An interrupt keeps all parts."""
    started = _now()
    with interrupts.stoppable(), Waiting("reading the design", compiles=True):
        from experiments.parts import Folder
        from experiments.sweep import sweep, tasks_of

        plan = planned(request)
        path = request.out or Path("results") / plan.design.name
        folder = Folder(path, plan, request.shard)
        folder.check()
        done = folder.done()
        tasks, total = tasks_of(plan, request.data, request.shard, done)
        fresh, _ = tasks_of(plan, request.data, request.shard, {}) if done else (tasks, total)
        if not request.resume and done and _histories(tasks) < _histories(fresh):
            what = "holds histories of this design"
            raise BadInput(what, key="--out", value=str(path), allowed="--resume to go on with them, or another folder")
        cluster = None
        if request.dask is not None:
            from experiments.cluster import dask

            cluster = dask(request.dask)
        folder.make()
    command = shlex.join(["mineralclub", *sys.argv[1:]])
    told: dict[str, Any] = {"command": command, "shard": list(request.shard), "started": started, "total": total}
    folder.note(**told, finished=None, done=total - _histories(tasks), interrupted=False, failed=[])
    with Progress(total, total - _histories(tasks)) as progress:
        swept = sweep(plan, folder, tasks, total, request.workers, cluster, progress, interrupts)
    sound = swept.before + swept.now - len(swept.failures)
    told |= {"done": sound, "interrupted": swept.interrupted, "failed": [_plain(f) for f in swept.failures]}
    with contextlib.suppress(*[BadInput] if swept.stopped else []):
        folder.note(**told, finished=_now())
    if swept.stopped:
        raise swept.stopped
    lines = [
        f"{plan.design.title or plan.design.name}: {len(plan.points)} points x {plan.design.replicates} histories"
        + (f", shard {request.shard[0]} of {request.shard[1]}" if request.shard != (1, 1) else ""),
        f"{swept.now} histories now, {swept.before} before, {len(swept.failures)} failed, of {total}",
        "", f"results   {path}", f"report    mineralclub report {shlex.quote(str(path))}",
    ]  # fmt: skip
    notes = _notes(swept, plan) + ([] if total else [_empty(plan)])
    heard = swept.interrupted or interrupts.heard
    code = INTERRUPTED if heard else FAILED_RUNS if swept.failures else OK
    return Done("\n".join(lines), notes, code)


def planned(request: Request) -> Any:
    """The design with every point tried."""
    from abm.start import sources
    from experiments.design import Design
    from experiments.points import plan

    design, folder = Design.load(request.design)
    if request.runs is not None:
        design = design.model_copy(update={"replicates": request.runs})
    return plan(design, folder, Path(request.design).name, sources(request.data))


def swept(
    design: Any, path: Path, workers: int | None = None, watch: Callable[[int], None] = lambda done: None
) -> Any:
    """A design from Python: runs what its folder does not hold yet, and gives the `Views` over it. Histories that
    fail are in the view `failures`. KeyboardInterrupt leaves all parts that are whole."""
    from abm.start import sources
    from experiments.parts import Folder
    from experiments.points import plan
    from experiments.sweep import sweep, tasks_of
    from experiments.views import Views

    made = plan(design, path, design.name, sources())
    folder = Folder(path, made, (1, 1))
    folder.check()
    tasks, total = tasks_of(made, None, (1, 1), folder.done())
    folder.make()
    found = sweep(made, folder, tasks, total, workers, None, watch)
    if found.stopped:
        raise found.stopped
    folder.note(done=found.before + found.now - len(found.failures), interrupted=found.interrupted)
    if found.interrupted:
        raise KeyboardInterrupt
    return Views([path])


def alone(request: Request, prefix: str, interrupts: Interrupts) -> Done:
    """One history of a design by its run key, or the beginning of it; nothing is written."""
    with interrupts.stoppable():
        return _alone(request, prefix)


def _alone(request: Request, prefix: str) -> Done:
    with Waiting("reading the design", compiles=True):
        from experiments.lockstep import Case, Task, carry

        plan = planned(request)
    found = [(p, run, key) for p in plan.points for run, key in enumerate(plan.keys(p)) if key.startswith(prefix)]
    if len(prefix) < SHORTEST_KEY or len(found) != 1:
        what = "no history of this design" if not found else "not the key of one history"
        allowed = f"a key of the column `key`, or its first letters ({SHORTEST_KEY} or more)"
        raise BadInput(what, key="--only", value=prefix, allowed=allowed)
    ((point, run, _),) = found
    case = Case(point, (run,), (int(plan.seeds[run]),))
    (row,) = carry(Task(request.data, plan.bases, plan.design.axes, (case,)))
    failure, trace = row.pop("failure", None), row.pop("traceback", "")
    width = max(map(len, row))
    text = "\n".join(f"{name:{width}}  {_shown(value)}" for name, value in row.items() if value is not None)
    return Done(text, [trace.rstrip(), f"failed: {failure}"] if failure else [], FAILED_RUNS if failure else OK)


def _histories(tasks: list[Any]) -> int:
    return int(math.fsum(map(len, tasks)))


def _notes(swept: Any, plan: Any) -> list[str]:
    """Failed histories, each with what is needed to run it alone; and what an interrupt left."""
    notes = [_failure(failure, plan) for failure in swept.failures[:FAILURES_SHOWN]]
    if len(swept.failures) > FAILURES_SHOWN:
        notes.append(f"failed: {len(swept.failures) - FAILURES_SHOWN} more: see the report, or the manifest")
    if swept.interrupted:
        finished = swept.before + swept.now
        notes.append(f"interrupted: {finished} of {swept.total} histories are kept; --resume goes on with the others")
    return notes


def _empty(plan: Any) -> str:
    """Why a shard has no history."""
    from experiments.sweep import block_of, histories

    size, every = block_of(plan), histories(plan)
    filled = math.ceil(every / size)
    few = "only shard 1 has" if filled == 1 else f"only shards 1 to {filled} have"
    return f"empty shard: shards take blocks of {size} histories, and the design has {every} in all, so {few} any"


def _failure(row: dict[str, Any], plan: Any) -> str:
    axes = ", ".join(f"{axis.column} {row[axis.column]}" for axis in plan.design.axes if row[axis.column] is not None)
    where = f"point {row['point']} ({row['scenario']}: {axes}) run {row['run']}, seed {row['seed']}"
    return f"failed: {where}: {' '.join(row['failure'].split())}; alone: --only {row['key'][:KEY_SHOWN]}"


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A failure as the manifest holds it."""
    finite = {name: value for name, value in row.items() if not isinstance(value, float) or math.isfinite(value)}
    return dict.fromkeys(row) | finite


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

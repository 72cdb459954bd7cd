"""`mineralclub run` from request to results folder."""

import datetime
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.interrupts import Interrupts

from . import FAILED_RUNS, INTERRUPTED, OK, quiet
from .progress import PREPARING, Progress, Waiting, say
from .request import Changes, in_file, labelled, minerals_of, parameters_of, scenario_of

FAILURES_SHOWN = 5


@dataclass(frozen=True)
class Request:
    """The options of `mineralclub run`, as given."""

    scenarios: list[str]
    runs: int
    minerals: str | None
    until: int | None
    seed: int
    workers: int | None
    data: str | None
    out: Path
    changes: list[str]


@dataclass(frozen=True)
class Done:
    """What the command prints, its exit code, and where the results are."""

    folder: Path
    verdict: dict[str, Any]
    text: str
    notes: list[str]
    code: int


def perform(request: Request, interrupts: Interrupts) -> Done:
    """Checks everything before the first history; writes only what is whole. BadInput leaves nothing behind; from the
    first finished history on an interrupt loses none."""
    started = _now()
    with interrupts.stoppable():
        arms, seeds, workers = _prepare(request)
    from experiments import runner

    with Progress(len(arms) * len(seeds)) as progress:
        results = runner.run(arms, seeds, request.data, workers, watch=progress, interrupts=interrupts)
    if results.interrupted and results.runs.empty:
        raise KeyboardInterrupt
    if results.interrupted:
        say("interrupted: writing the histories that are finished")
    return _write(request, results, started, workers, interrupts)


def _prepare(request: Request) -> tuple[list[Any], Any, int]:
    """Scenarios ready to run, seeds, processes."""
    values = parameters_of(request.changes)
    workers = os.cpu_count() or 1
    if request.workers is not None:
        workers = request.workers
    for name in request.scenarios:
        scenario_of(name, Changes((), request.until, values))  # files and names before anything slow
    with Waiting(PREPARING, compiles=True):
        from abm.start import start_of
        from experiments import runner, store

        store.claim(request.out)
        facts = runner.sources(request.data)
        changes = Changes(minerals_of(request.minerals, facts.base.minerals), request.until, values)
        asked = labelled([scenario_of(name, changes) for name in request.scenarios])
        for argument, (_, scenario) in zip(request.scenarios, asked, strict=True):
            with in_file(argument):
                start_of(scenario, facts)
    with Waiting("measuring θ, the cohesion below which each coalition breaks"):
        arms = [runner.arm_of(label, scenario, facts) for label, scenario in asked]
    return arms, runner.seeds_of(request.seed, request.runs), workers


def _write(request: Request, results: Any, started: str, workers: int, interrupts: Interrupts) -> Done:
    with quiet.matplotlib():
        return _written(request, results, started, workers, interrupts)


def _written(request: Request, results: Any, started: str, workers: int, interrupts: Interrupts) -> Done:
    from experiments import store

    from . import figures, report, table, verdict

    folder = store.folder_of(request.out, results, request.seed, request.runs)
    told = {
        "command": shlex.join(["mineralclub", *sys.argv[1:]]), "started": started, "finished": _now(),
        "workers": workers, "results": str(folder),
    }  # fmt: skip
    manifest = store.manifest(results, request.seed, request.runs, **told)
    with Waiting("judging the histories"):
        judged, printed = verdict.build(results, manifest), table.text(results)
    with Waiting("drawing the figures"):
        pictures = figures.pictures(results)
    with Waiting("writing the report"):
        page = report.html(results, manifest, pictures)
    files = {f"{p.name}.png": p.png for p in pictures}
    store.save(folder, results, manifest, files | {"report.html": page, "verdict.json": verdict.dumps(judged)})
    names = ", ".join(p.name for p in pictures)
    text = "\n".join([
        f"{request.runs} histories each, {results.years[0]}-{results.years[-1]}, {len(results.minerals)} minerals, "
        f"seed {request.seed}", "", printed, "",
        f"results   {folder}",
        f"report    {folder / 'report.html'}",
        f"figures   {names or 'none'}",
    ])  # fmt: skip
    notes = _notes(results, request, manifest["finished_runs"])
    if results.interrupted:
        notes[-1] += f"; they are kept in {folder}"
    elif interrupts.heard:
        notes.append(f"interrupted while the results were written: all histories are kept in {folder}")
    code = INTERRUPTED if interrupts.heard or results.interrupted else FAILED_RUNS if results.failures else OK
    return Done(folder, judged, text, notes, code)


def _notes(results: Any, request: Request, finished: dict[str, int]) -> list[str]:
    """What the user must know besides: failed runs, and what an interrupt left."""
    failures = results.failures
    notes = [f"failed: {f.scenario} run {f.run} (seed {f.seed}): {f.what}" for f in failures[:FAILURES_SHOWN]]
    if len(failures) > FAILURES_SHOWN:
        notes.append(f"failed: {len(failures) - FAILURES_SHOWN} more, all in manifest.json and the report")
    if results.interrupted:
        whole = ", ".join(f"{label} {n}" for label, n in finished.items())
        notes.append(f"interrupted: only the histories finished by then are counted ({whole} of {request.runs})")
    return notes


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

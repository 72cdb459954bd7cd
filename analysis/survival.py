"""`python -m analysis.survival`: how long cooperation lasts, and what whiplash does to it; see docs/survival.md."""

import json
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from abm.errors import BadInput
from experiments import LARGEST_SEED, MOST_RUNS, MOST_WORKERS
from experiments.interrupts import Interrupts
from experiments.printing import CannotPrint, show

from . import FAILED_RUNS, INTERRUPTED, OK, Stopped, quiet
from .cli import JSON
from .cli import main as command_line
from .progress import PREPARING, Progress, Waiting, say
from .request import Changes, labelled, ranged, scenario_of, whole

NAME = "python -m analysis.survival"
DEFAULT = ["trade_zone"]
LEVELS = "0,0.5,1,2,4"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Request:
    """The options, checked. out: the folder to write; named after the request if None."""

    scenarios: list[str]
    runs: int
    levels: tuple[float, ...]
    seed: int
    until: int | None
    workers: int
    out: Path | None


@dataclass(frozen=True)
class Done:
    """What the command prints, as data and as text, its exit code, and where the results are."""

    folder: Path
    data: dict[str, Any]
    text: str
    code: int


@app.command()
def survival(
    scenarios: list[str] | None = typer.Argument(
        None, metavar="[SCENARIO]...", show_default="trade_zone",
        help="Shipped names or TOML files with a coalition; the first is what the others are compared with.",
    ),
    runs: str = typer.Option("100", metavar="N", help="Histories of every scenario and whiplash."),
    whiplash: str = typer.Option(LEVELS, metavar="A,B", help="Multiples of the hazard of reversal on record."),
    seed: str = typer.Option("1", metavar="N", help="Root of the seeds: another root, another luck."),
    until: str | None = typer.Option(None, metavar="YEAR", help="Last year, to its December.", show_default="2044"),
    workers: str | None = typer.Option(
        None, metavar="N", help="Processes; results do not depend on it.", show_default="cores"
    ),
    out: str | None = typer.Option(
        None, metavar="DIR", help="The folder to write.", show_default="results/survival-…"
    ),
    as_json: bool = JSON,
) -> None:  # fmt: skip
    """How long cooperation lasts, whether scenarios differ in it, and what whiplash does to it."""
    if out is not None and not out.strip():
        raise BadInput("empty", key="--out", value=out, allowed="a folder")
    request = Request(
        scenarios=scenarios or DEFAULT,
        runs=ranged("--runs", runs, 1, MOST_RUNS),
        levels=levels_of(whiplash),
        seed=ranged("--seed", seed, 0, LARGEST_SEED),
        until=None if until is None else whole("--until", until, "a year, as 2040"),
        workers=(os.cpu_count() or 1) if workers is None else ranged("--workers", workers, 1, MOST_WORKERS),
        out=None if out is None else Path(out),
    )
    with Interrupts() as interrupts:
        try:
            done = perform(request, interrupts)
        except KeyboardInterrupt:
            raise Stopped("interrupted: not every scenario had a history, nothing was written") from None
        try:
            show(json.dumps(done.data, indent=1, allow_nan=False) if as_json else done.text)
        except CannotPrint as fault:
            raise CannotPrint(f"{fault}; the results are kept in {done.folder}") from None
        raise typer.Exit(done.code)


def levels_of(text: str) -> tuple[float, ...]:
    """Multiples of the hazard on record, rising; BadInput for what is none or stands twice."""
    found: list[float] = []
    for word in text.split(","):
        try:
            level = float(word)
        except ValueError:
            level = math.nan
        if not 0.0 <= level < math.inf:
            allowed = f"numbers from 0, as {LEVELS}"
            raise BadInput("not a multiple", key="--whiplash", value=word.strip(), allowed=allowed)
        if level in found:
            raise BadInput("stands twice", key="--whiplash", value=word.strip(), allowed="every number once")
        found.append(level)
    return tuple(sorted(found))


def perform(request: Request, interrupts: Interrupts) -> Done:
    """Checks everything before the first history, and writes only what is whole. KeyboardInterrupt if it came before
    every arm had a finished history."""
    with interrupts.stoppable():
        plan, seeds = _prepare(request)
    from experiments import runner, store

    with Progress(len(plan.arms) * len(seeds)) as progress:
        results = runner.run(plan.arms, seeds, None, request.workers, watch=progress, interrupts=interrupts)
    if results.interrupted:
        if results.runs["scenario"].nunique() < len(plan.arms):
            raise KeyboardInterrupt
        say("interrupted: only the histories finished by then are counted")
    for failure in results.failures[:1]:
        others = f", and {len(results.failures) - 1} more" if len(results.failures) > 1 else ""
        say(f"failed: {failure.scenario} run {failure.run} (seed {failure.seed}): {failure.what}{others}")
    from .survival_files import folder_name, save
    from .survival_report import text
    from .survival_study import studied

    found = studied(plan, results)
    folder = request.out or Path("results") / folder_name(plan, request.seed, request.runs)
    folder = folder / "interrupted" if results.interrupted else folder  # never in the place of what is whole
    told = store.manifest(results, request.seed, request.runs, command=[NAME, *sys.argv[1:]], workers=request.workers)
    with quiet.matplotlib(), Waiting("drawing the figures"):
        data = save(found, folder, told)
    code = INTERRUPTED if interrupts.heard or results.interrupted else FAILED_RUNS if results.failures else OK
    return Done(folder, data, text(found, folder, request.runs, request.seed), code)


def _prepare(request: Request) -> tuple[Any, Any]:
    """The arms ready to run, and seeds."""
    changes = Changes((), request.until)
    chosen = labelled([scenario_of(name, changes) for name in request.scenarios])  # before anything slow
    with Waiting(PREPARING, compiles=True):
        from experiments import runner, store

        from .lifetimes import library
        from .survival_study import planned

        library()
        store.claim(request.out or Path("results"))
        named = [(argument, *one) for argument, one in zip(request.scenarios, chosen, strict=True)]
        return planned(named, request.levels, runner.sources()), runner.seeds_of(request.seed, request.runs)


if __name__ == "__main__":
    command_line(app, NAME)

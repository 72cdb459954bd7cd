"""The commands `mineralclub experiment` and `mineralclub report`."""

import sys
from pathlib import Path

import typer

from abm.errors import BadInput
from experiments import MOST_RUNS, MOST_WORKERS
from experiments.interrupts import Interrupts
from experiments.printing import show

from . import Stopped
from .questions import DATA


def experiment(
    design: str = typer.Argument(..., metavar="DESIGN", help="A shipped name or a TOML file."),
    runs: str | None = typer.Option(None, metavar="N", help="Histories a point.", show_default="the design's"),
    workers: str | None = typer.Option(
        None, metavar="N", help="Processes; results do not depend on it.", show_default="cores"
    ),
    shard: str | None = typer.Option(None, metavar="I/N", help="Only this part, as 2/8.", show_default="all"),
    resume: bool = typer.Option(False, "--resume", help="Go on with what the folder holds."),
    dask: str | None = typer.Option(None, metavar="ADDRESS", help="A Dask scheduler whose workers do it."),
    only: str | None = typer.Option(None, metavar="KEY", help="One history alone, printed and not stored."),
    data: str | None = DATA,
    out: str | None = typer.Option(None, metavar="DIR", help="The folder.", show_default="results/<name>"),
) -> None:
    """Run a design: scenarios x points x histories. Killed and resumed, sharded or not, the table is the same."""
    from .experiment import Request, alone, perform, shard_of
    from .request import ranged

    if out is not None and not out.strip():
        raise BadInput("empty", key="--out", value=out, allowed="a folder")
    request = Request(
        design=design,
        runs=None if runs is None else ranged("--runs", runs, 1, MOST_RUNS),
        workers=None if workers is None else ranged("--workers", workers, 1, MOST_WORKERS),
        shard=shard_of(shard),
        resume=resume,
        dask=dask,
        data=data,
        out=None if out is None else Path(out),
    )
    with Interrupts() as interrupts:
        try:
            done = perform(request, interrupts) if only is None else alone(request, only, interrupts)
        except KeyboardInterrupt:
            raise Stopped("interrupted, nothing was begun") from None
        show(done.text)
        for line in done.notes:
            print(line, file=sys.stderr)
        raise typer.Exit(done.code)


def report(
    results: list[str] = typer.Argument(..., metavar="RESULTS...", help="Folders of one experiment, or one of `run`."),
    out: str | None = typer.Option(None, "-o", metavar="FILE", help="The page.", show_default="report.html in RESULTS"),
    as_hash: bool = typer.Option(False, "--hash", help="Print the sha256 of the table of histories and nothing else."),
    data: str | None = DATA,
) -> None:
    """Make the report of a results folder again, from its tables."""
    from .reporting import hashed, perform

    if out is not None and not out.strip():
        raise BadInput("empty", key="-o", value=out, allowed="a file")
    try:
        folders = [Path(folder) for folder in results]
        show(hashed(folders) if as_hash else perform(folders, None if out is None else Path(out), data))
    except KeyboardInterrupt:
        raise Stopped("interrupted: no report was written") from None

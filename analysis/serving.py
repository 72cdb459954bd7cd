"""The commands that open a page: `mineralclub serve`, and `mineralclub replay` without --log."""

from pathlib import Path
from typing import Any

import typer

from experiments import LARGEST_SEED

from . import INTERRUPTED
from .progress import PREPARING, Waiting
from .questions import DATA

PORT = typer.Option("8765", "--port", metavar="N", help="Where the page is served; 0: any that is free.")
HOST = typer.Option("127.0.0.1", "--host", metavar="ADDRESS", help="Whose requests are heard; this machine's alone.")
OPEN = typer.Option(False, "--i-understand-there-is-no-login", help="Needed where others could use the page.")
LAST_PORT = 65535


def serve(
    scenario: str = typer.Argument("trade_zone", metavar="[SCENARIO]", help="A shipped name or a TOML file."),
    seed: str = typer.Option("1", metavar="N", help="Which history."),
    minerals: str | None = typer.Option(None, metavar="A,B", help="Only these minerals.", show_default="all"),
    until: str | None = typer.Option(None, metavar="YEAR", help="Last year, to its December.", show_default="2044"),
    data: str | None = DATA,
    port: str = PORT,
    host: str = HOST,
    open_to_all: bool = OPEN,
    changes: list[str] | None = typer.Option(
        None, "--set", metavar="NAME=VALUE", help="Change a parameter; also name[mineral]=value."
    ),
) -> None:
    """Open the visual server: a history on a page, to be watched, steered and compared."""
    from .request import Changes, in_file, minerals_of, parameters_of, ranged, scenario_of, shipped, whole
    from .server.launch import check

    check(host, open_to_all)
    number, root = ranged("--port", port, 0, LAST_PORT), ranged("--seed", seed, 0, LARGEST_SEED)
    last = None if until is None else whole("--until", until, "a year, as 2040")
    values = parameters_of(changes or [])
    chosen = scenario_of(scenario, Changes((), last, values))
    if minerals is not None:
        from abm.data.tables import load_tables

        named = minerals_of(minerals, list(load_tables(data).minerals["key"]))
        chosen = scenario_of(scenario, Changes(named, last, values))
    if data is not None or scenario not in shipped() or values:  # what ships is known to be good
        with Waiting(PREPARING, compiles=True), in_file(scenario):
            from abm.start import sources, start_of

            start_of(chosen, sources(data))
    show_page(host, number, scenario=chosen.model_dump(mode="json", exclude_none=True), seed=root, data=data)


def show_page(host: str, port: int, **opening: Any) -> None:
    """Serves a page that opens so, until it is interrupted."""
    from .server.launch import bound, serve
    from .server.opening import Opening

    serve(bound(host, port), Opening(**opening))
    raise typer.Exit(INTERRUPTED)


def replay_page(folder: Path, run: int, label: str | None, data: str | None, host: str, port: int) -> None:
    """The page with a history of a results folder. BadInput says why it cannot be replayed."""
    from .replay import found_in

    history = found_in(folder, run, label, data)
    scenario = history.start.scenario.model_dump(mode="json", exclude_none=True)
    show_page(host, port, scenario=scenario, seed=history.seed, data=data, recorded=history)

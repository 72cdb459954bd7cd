"""The command `mineralclub`: runs, judges, describes. Nothing heavy is imported until a command needs it."""

import codecs
import io
import json
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import typer

from abm.errors import BadInput
from experiments import LARGEST_SEED, MOST_RUNS, MOST_WORKERS
from experiments.interrupts import SIGNALS, Interrupts
from experiments.printing import CannotPrint, show

from . import BAD_INPUT, FAILED_RUNS, INTERNAL, INTERRUPTED, OK, Stopped, sweeps
from .questions import DATA, JSON, describe
from .serving import HOST, LAST_PORT, OPEN, PORT, serve

NAME = "mineralclub"
DEFAULT = ["no_coalition", "trade_zone"]
PLAIN = {"−": "-", "–": "-", "→": ">", "±": "+-", "…": "...", "θ": "theta"}
Refused: type[Any] = typer.BadParameter.__mro__[2]  # every complaint of the parser


app = typer.Typer(
    add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Simulate critical-mineral markets under a buyers' coalition, export controls and policy whiplash.",
    epilog="Exit codes: 0 ok, 1 internal error, 2 bad input, 3 finished with failed runs, 130 interrupted.",
)  # fmt: skip
app.add_typer(describe, name="describe")
app.command()(serve)


@app.callback()
def options(debug: bool = typer.Option(False, "--debug", help="Show a traceback with an error.")) -> None:
    """Options of every command."""


@app.command()
def run(
    scenarios: list[str] | None = typer.Argument(
        None,
        metavar="[SCENARIO]...",
        show_default="no_coalition trade_zone",
        help="Shipped names or TOML files; the first is what the others are compared with.",
    ),
    runs: str = typer.Option("200", metavar="N", help="Histories of every scenario."),
    minerals: str | None = typer.Option(None, metavar="A,B", help="Only these minerals.", show_default="all"),
    until: str | None = typer.Option(None, metavar="YEAR", help="Last year, to its December.", show_default="2044"),
    seed: str = typer.Option("1", metavar="N", help="Root of the seeds: another root, another luck."),
    workers: str | None = typer.Option(
        None, metavar="N", help="Processes; results do not depend on it.", show_default="cores"
    ),
    data: str | None = DATA,
    out: str = typer.Option("results", metavar="DIR", help="Where the results folder is made."),
    as_json: bool = JSON,
    changes: list[str] | None = typer.Option(
        None, "--set", metavar="NAME=VALUE", help="Change a parameter in all scenarios; also name[mineral]=value."
    ),
) -> None:
    """Run scenarios under the same luck and print what they amount to."""
    from .job import Request, perform
    from .request import ranged, whole
    from .verdict import dumps

    if not out.strip():
        raise BadInput("empty", key="--out", value=out, allowed="a folder")
    request = Request(
        scenarios=scenarios or DEFAULT,
        runs=ranged("--runs", runs, 1, MOST_RUNS),
        minerals=minerals,
        until=None if until is None else whole("--until", until, "a year, as 2040"),
        seed=ranged("--seed", seed, 0, LARGEST_SEED),
        workers=None if workers is None else ranged("--workers", workers, 1, MOST_WORKERS),
        data=data,
        out=Path(out),
        changes=changes or [],
    )
    with Interrupts() as interrupts:
        try:
            done = perform(request, interrupts)
        except KeyboardInterrupt:
            raise Stopped("interrupted, nothing was finished") from None
        try:
            show(dumps(done.verdict) if as_json else done.text)
        except CannotPrint as fault:
            raise CannotPrint(f"{fault}; the results are kept in {done.folder}") from None
        for line in done.notes:
            print(line, file=sys.stderr)
        raise typer.Exit(done.code)


app.command()(sweeps.experiment)
app.command()(sweeps.report)


@app.command("exchange-rate")
def exchange_rate(
    mineral: str = typer.Option(..., "--mineral", metavar="M", help="As gallium."),
    runs: str = typer.Option("64", metavar="N", help="Histories of every point."),
    seed: str = typer.Option("1", metavar="N", help="Root of the seeds."),
    data: str | None = DATA,
    out: str = typer.Option("results", metavar="DIR", help="Where the figure is written."),
    as_json: bool = JSON,
) -> None:
    """What credibility is worth: the floor that brings the same capacity when reversals become likelier."""
    from .exchange_report import as_data, perform, text
    from .request import ranged

    count, root = ranged("--runs", runs, 2, MOST_RUNS), ranged("--seed", seed, 0, LARGEST_SEED)
    try:
        found, figure = perform(mineral, count, root, data, Path(out))
    except KeyboardInterrupt:
        raise Stopped("interrupted: a curve needs all its points, nothing was written") from None
    show(json.dumps(as_data(found), indent=1) if as_json else f"{text(found)}\n\nfigure    {figure}")
    raise typer.Exit(FAILED_RUNS if found.failed else OK)


@app.command()
def replay(
    results: str = typer.Argument(..., metavar="RESULTS", help="A folder that `mineralclub run` wrote."),
    run: str = typer.Argument(..., metavar="RUN", help="Number of the history, from 0."),
    scenario: str | None = typer.Option(None, metavar="LABEL", show_default="the last with a coalition", help="Which."),
    log: bool = typer.Option(False, "--log", help="Print every decision, with the terms that tipped it."),
    who: str | None = typer.Option(None, metavar="STATE", help="Only what concerns this state, or `coalition`."),
    year: str | None = typer.Option(None, metavar="YEAR", help="Only this year."),
    data: str | None = DATA,
    as_json: bool = typer.Option(False, "--json", help="With --log: one JSON object a line and nothing else."),
    port: str = PORT,
    host: str = HOST,
    open_to_all: bool = OPEN,
) -> None:
    """Run one history again from its key, in the visual server; or print who decided what, and why."""
    from .replay import complaint, lines, only, perform, text
    from .request import ranged

    number = ranged("RUN", run, 0, MOST_RUNS - 1)
    if not log:
        if as_json:
            raise BadInput("prints decisions", key="--json", allowed="--log beside it")
        from .server.launch import check
        from .serving import replay_page

        check(host, open_to_all)
        replay_page(Path(results), number, scenario, data, host, ranged("--port", port, 0, LAST_PORT))
    try:
        found = only(perform(Path(results), number, scenario, data), who, year)
    except KeyboardInterrupt:
        raise Stopped("interrupted: a history is replayed whole or not at all") from None
    show(lines(found) if as_json else text(found))
    if found.differing:
        print(f"{NAME}: {complaint(found)}", file=sys.stderr)
        raise typer.Exit(INTERNAL)


@app.command()
def scenarios(as_json: bool = JSON) -> None:
    """List the scenarios that ship."""
    from .describe import scenarios

    listed = scenarios()
    width = max(len(s["name"]) for s in listed)
    show(json.dumps(listed, indent=1) if as_json else "\n".join(f"{s['name']:{width}}  {s['title']}" for s in listed))


@app.command()
def validate(file: str = typer.Argument(..., help="A TOML file, or a shipped name."), data: str | None = DATA) -> None:
    """Check a scenario against the model and its data."""
    from abm.start import sources, start_of

    from .request import Changes, in_file, scenario_of

    scenario = scenario_of(file, Changes())
    with in_file(file):
        start = start_of(scenario, sources(data))
    show(f"ok: {scenario.title or scenario.name}, {len(start.minerals)} minerals, {scenario.start} to {scenario.end}")
    show(f"key {start.key}")


def main(command: typer.Typer = app, name: str = NAME) -> None:
    """Runs a command line; every error is one line, a traceback only with --debug."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")  # for terminals that know no minus sign
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = code_of(sys.argv[1:], command, name)
    for number in SIGNALS:  # all is said and done
        signal.signal(number, signal.SIG_IGN)
    sys.exit(code)


def _plain(fault: UnicodeError) -> tuple[str, int]:
    """What a stream that is not UTF-8 shows for a sign it does not know."""
    assert isinstance(fault, UnicodeEncodeError)
    return "".join(PLAIN.get(sign, "?") for sign in fault.object[fault.start : fault.end]), fault.end


def code_of(words: list[str], command: typer.Typer = app, name: str = NAME) -> int:
    """The exit code of a command line."""
    heard = [word for word in words if word != "--debug"]  # it may stand anywhere
    try:
        return typer.main.get_command(command).main(heard, prog_name=name, standalone_mode=False) or OK
    except BadInput as fault:
        return _complain(name, str(fault), BAD_INPUT, words)
    except Refused as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":  # a group without a command
            print(fault.format_message(), file=sys.stderr)
            return BAD_INPUT
        return _complain(name, _one_line(fault), BAD_INPUT, words)
    except CannotPrint as fault:
        return _complain(name, str(fault), INTERNAL, words)
    except SystemExit as fault:  # the parser's own answer to a reader that stops early
        return OK if isinstance(fault.__context__, BrokenPipeError) else INTERNAL
    except (KeyboardInterrupt, typer.Abort, Stopped) as fault:
        return _complain(name, str(fault) or "interrupted", INTERRUPTED, words)
    except Exception as fault:
        what = " ".join(str(fault).split())
        return _complain(name, f"internal error: {type(fault).__name__}: {what}", INTERNAL, words)


def _complain(name: str, line: str, code: int, words: list[str]) -> int:
    if "--debug" in words:
        traceback.print_exc()
    print(f"{name}: {line}", file=sys.stderr)
    return code


def _one_line(fault: Any) -> str:
    """What the parser found wrong, with the nearest name."""
    if hasattr(fault, "possibilities"):
        return str(BadInput("no such option", value=fault.option_name, allowed=fault.possibilities or None))
    message = " ".join(fault.format_message().split())
    if message.startswith("No such command"):
        group = fault.ctx.command
        return str(BadInput("no such command", value=message.split("'")[1], allowed=list(group.commands)))
    return message


if __name__ == "__main__":
    main()

"""The commands `mineralclub describe …`: what the model is made of."""

import json

import typer

from experiments import LARGEST_SEED
from experiments.printing import show

JSON = typer.Option(False, "--json", help="Print one JSON object and nothing else.")
DATA = typer.Option(None, "--data", metavar="DIR", help="A folder of your own tables instead of the packaged ones.")

describe = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Show what the model is made of.")


@describe.command("base-year")
def describe_base_year(as_json: bool = JSON, data: str | None = DATA) -> None:
    """The year the model starts from: output, use, trade and shares of every mineral."""
    from abm.describe import base_year_report, base_year_text
    from abm.start import sources

    report = base_year_report(sources(data))
    show(json.dumps(report, indent=1, allow_nan=False) if as_json else base_year_text(report))


@describe.command("schedule")
def describe_schedule() -> None:
    """The month, phase by phase."""
    from .describe import schedule

    show(schedule())


@describe.command("parameter")
def describe_parameter(name: str = typer.Argument(..., help="As whiplash or R2.whiplash.")) -> None:
    """A parameter: default, range, unit, source."""
    from .describe import parameter

    show(parameter(name))


@describe.command("rule")
def describe_rule(name: str = typer.Argument(..., help="As bite, R16 or 16.")) -> None:
    """A rule: what it says, where it stands, how it reads."""
    from .describe import rule

    show(rule(name))


@describe.command("scenario")
def describe_scenario(name: str = typer.Argument(..., help="A shipped name or a TOML file.")) -> None:
    """A scenario: what it means and what it sets."""
    from .describe import scenario

    show(scenario(name))


@describe.command("project")
def describe_project(
    mineral: str = typer.Argument(..., help="As gallium."),
    state: str = typer.Argument(..., help="As AUS."),
    scenario: str = typer.Option("trade_zone", help="A shipped name or a TOML file."),
    month: str = typer.Option("2028-01", metavar="YYYY-MM", help="When it is weighed."),
    seed: str = typer.Option("1", metavar="N", help="Which history."),
    data: str | None = DATA,
    as_json: bool = JSON,
) -> None:
    """One investment decision, line by line: price, cost, support, hazard, trigger, chance."""
    from abm.start import sources

    from .project import project, text
    from .request import Changes, in_file, ranged, scenario_of

    chosen = scenario_of(scenario, Changes())
    with in_file(scenario):
        found = project(mineral, state, chosen, month, ranged("--seed", seed, 0, LARGEST_SEED), sources(data))
    show(json.dumps(found, indent=1) if as_json else text(found))

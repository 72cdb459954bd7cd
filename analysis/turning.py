"""`python -m analysis.turning [SCENARIO]`: at which floor cooperation stands and works.

The border floor of a scenario is set to shares of the incentive gap, willingness to stay to the ends of its range; the
share of histories that stand and that work is printed for each.
"""

import os
import sys
from typing import Any

import typer

from abm.errors import BadInput
from abm.instruments import INSTRUMENTS, PRICE_FLOOR
from abm.scenario import Scenario
from experiments import LARGEST_SEED, MOST_RUNS, MOST_WORKERS, runner
from experiments.printing import show

from . import FAILED_RUNS, OK, Stopped
from .cli import main as command_line
from .progress import Progress
from .request import Changes, ranged, scenario_of
from .statistics import wilson

NAME = "python -m analysis.turning"

LEVELS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # of the incentive gap
WILL = "stay_probability_reference"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def variants(source: str) -> dict[str, Scenario]:
    """The scenario by label: every level of its floor, and at its own level the ends of the range of p_stay. BadInput
    without a border floor."""
    scenario = scenario_of(source, Changes())
    coalition = scenario.coalition
    floor = None if coalition is None else coalition.levers.get(INSTRUMENTS[PRICE_FLOOR])
    if coalition is None or floor is None:
        raise BadInput("no border floor", key="scenario", value=source, allowed="a scenario with coalition.price_floor")
    found = {}
    for level in LEVELS:
        lever = floor.model_copy(update={"level": level, "unit": "share of incentive gap"})
        found[f"floor {level:g}"] = scenario.model_copy(
            update={"coalition": coalition.model_copy(update={INSTRUMENTS[PRICE_FLOOR]: lever})}
        )
    row = runner.sources().parameters.row(WILL)
    for value in (row.low, row.high):
        parameters = scenario.parameters | {WILL: float(value)}
        found[f"p_stay {value:g}"] = scenario.model_copy(update={"parameters": parameters})
    return found


def studied(source: str, runs: int, seed: int, workers: int | None = None) -> Any:
    """The results of every variant, under the same luck."""
    facts = runner.sources()
    arms = [runner.arm_of(label, one, facts) for label, one in variants(source).items()]
    with Progress(len(arms) * runs) as progress:
        return runner.run(arms, runner.seeds_of(seed, runs), workers=workers, watch=progress)


def text(source: str, results: Any) -> str:
    """A line a variant: P(stands) and P(works) with Wilson intervals; then where each turns."""
    found: dict[str, dict[str, Any]] = {"stands": {}, "works": {}}
    lines = [f"{source}: floors in shares of the incentive gap, and the ends of the range of p_stay ({WILL})"]
    lines.append(f"{'':14}{'histories':>10}{'stands':>20}{'works':>20}")
    for arm in results.arms:
        own = results.runs[results.runs["scenario"] == arm.label]
        shown = []
        for outcome in found:
            e = found[outcome][arm.label] = wilson(own[outcome].to_numpy(dtype=float))
            shown.append(f"{e.value:.2f} [{e.low:.2f}, {e.high:.2f}]")
        lines.append(f"{arm.label:14}{len(own):10}{shown[0]:>20}{shown[1]:>20}")
    return "\n".join([*lines, *(_turns(outcome, one) for outcome, one in found.items())])


def _turns(outcome: str, found: dict[str, Any]) -> str:
    """Between which variants an outcome goes from never to sometimes."""
    some = [label for label, e in found.items() if e.value > 0.0]
    if not some:
        return f"{outcome}: in no history of any variant"
    never = [label for label in found if label not in some]
    return f"{outcome}: in some histories at {', '.join(some)}; in none at {', '.join(never) or 'no variant'}"


@app.command()
def turning(
    scenario: str = typer.Argument("trade_zone", help="A shipped name or a TOML file, with a border floor."),
    runs: str = typer.Option("64", metavar="N", help="Histories of every variant; there are eight."),
    seed: str = typer.Option("1", metavar="N", help="Root of the seeds."),
    workers: str | None = typer.Option(None, metavar="N", help="Processes.", show_default="cores"),
) -> None:
    """At which floor, and at which will to stay, cooperation begins to stand and to work."""
    count, root = ranged("--runs", runs, 1, MOST_RUNS), ranged("--seed", seed, 0, LARGEST_SEED)
    processes = (os.cpu_count() or 1) if workers is None else ranged("--workers", workers, 1, MOST_WORKERS)
    results = studied(scenario, count, root, processes)
    if results.interrupted and results.runs["scenario"].nunique() < len(results.arms):
        raise Stopped("interrupted: not every variant had a history")
    show(text(scenario, results))
    for failure in results.failures:
        print(f"failed: {failure.scenario} run {failure.run} (seed {failure.seed}): {failure.what}", file=sys.stderr)
    if results.interrupted:
        raise Stopped("interrupted: only the histories finished by then are counted")
    raise typer.Exit(FAILED_RUNS if results.failures else OK)


if __name__ == "__main__":
    command_line(app, NAME)

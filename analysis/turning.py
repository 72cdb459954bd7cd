"""`python -m analysis.turning [SCENARIO] [--runs 64] [--seed 1]`: at which floor cooperation stands and works.

The border floor of a scenario is set to shares of the incentive gap, willingness to stay to the ends of its range; the
share of histories that stand and that work is printed for each.
"""

import argparse

from abm.errors import BadInput
from abm.instruments import INSTRUMENTS, PRICE_FLOOR
from abm.scenario import Scenario
from experiments import runner
from experiments.printing import show

from .progress import Progress
from .statistics import wilson

LEVELS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # of the incentive gap
WILL = "stay_probability_reference"


def variants(source: str) -> dict[str, Scenario]:
    """The scenario by label: every level of its floor, and at its own level the ends of the range of p_stay. BadInput
    without a border floor."""
    scenario = Scenario.load(source)
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


def text(source: str, runs: int, seed: int, workers: int | None = None) -> str:
    """A line a variant: P(stands) and P(works) with Wilson intervals."""
    arms = [runner.arm_of(label, one, runner.sources()) for label, one in variants(source).items()]
    seeds = runner.seeds_of(seed, runs)
    with Progress(len(arms) * runs) as progress:
        results = runner.run(arms, seeds, workers=workers, watch=progress)
    lines = [f"{source}, {runs} histories each", f"{'':14}{'stands':>20}{'works':>20}"]
    for arm in arms:
        own = results.runs[results.runs["scenario"] == arm.label]
        shown = []
        for outcome in ("stands", "works"):
            e = wilson(own[outcome].to_numpy(dtype=float))
            shown.append(f"{e.value:.2f} [{e.low:.2f}, {e.high:.2f}]")
        lines.append(f"{arm.label:14}{shown[0]:>20}{shown[1]:>20}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m analysis.turning", description=__doc__.partition("\n")[0])
    parser.add_argument("scenario", nargs="?", default="trade_zone")
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    try:
        show(text(asked.scenario, asked.runs, asked.seed))
    except BadInput as fault:
        raise SystemExit(f"turning: {fault}") from None


if __name__ == "__main__":
    main()

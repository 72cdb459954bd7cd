"""How long cooperation lasts, whether scenarios differ in it, and what whiplash does to it.

Every scenario runs as it is, which gives its curve, and at every whiplash asked for, all under the same luck.
"""

from dataclasses import dataclass

import pandas as pd

from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import Sources, start_of
from experiments.runner import Arm, Results, arm_of

from .lifetimes import Curve, Lives, LogRank, kaplan_meier, log_rank
from .request import in_file
from .statistics import NONE, Estimate, paired, wilson

WHIPLASH = "whiplash"
OUTCOMES = ("seed", "life_years", "stands", "works")
MONTHS = 12


@dataclass(frozen=True)
class Plan:
    """What is run. own: scenario -> label of its arm; at: (scenario, W) -> label of the arm at that whiplash, which is
    its own where it has that W; set_to: scenario -> the W that it sets; levels: every W asked for, rising."""

    arms: list[Arm]
    own: dict[str, str]
    at: dict[tuple[str, float], str]
    set_to: dict[str, float]
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """Shares of histories that stand and that work to the end, at one whiplash W (multiple of the hazard observed)."""

    scenario: str
    whiplash: float
    runs: int
    stands: Estimate
    works: Estimate


@dataclass(frozen=True)
class Comparison:
    """Scenarios against the first, or all together. stands: paired difference in the share that stands after `years`,
    as long as breaks can be seen in both, with its interval under the same luck; NONE for all together."""

    scenarios: tuple[str, ...]
    test: LogRank
    stands: Estimate
    years: float


@dataclass(frozen=True)
class Survival:
    """All that is printed, drawn and written. curves: by scenario; window: scenario -> years that are watched."""

    plan: Plan
    curves: dict[str, Curve]
    window: dict[str, float]
    comparisons: list[Comparison]
    points: list[Point]
    results: Results


def planned(named: list[tuple[str, str, Scenario]], levels: tuple[float, ...], facts: Sources) -> Plan:
    """The arms of scenarios given as argument, label, scenario. BadInput: what the facts do not have, and a scenario in
    which there is no cooperation to watch."""
    arms, own, at, set_to = [], {}, {}, {}
    for argument, label, scenario in named:
        with in_file(argument):
            _cooperates(scenario)
            arms.append(arm_of(label, scenario, facts))
            own[label], set_to[label] = label, start_of(scenario, facts).parameter(WHIPLASH)
            for level in levels:
                at[label, level] = label
                if level != set_to[label]:
                    at[label, level] = f"{label}, W = {level:g}"
                    arms.append(arm_of(at[label, level], _shaken(scenario, level), facts))
    return Plan(arms, own, at, set_to, levels)


def studied(plan: Plan, results: Results) -> Survival:
    """Curves, tests and shares of the histories of a plan."""
    lives = {name: _lives(results, label) for name, label in plan.own.items()}
    scenarios = {arm.label: arm.scenario for arm in plan.arms if arm.label in plan.own}
    window = {name: _watched(scenario) for name, scenario in scenarios.items()}
    seen = {n: max(window[n] - _patience(scenarios[n], results.facts), 0.0) for n in lives}
    known = [lives[n].until(seen[n]) for n in lives]
    names = list(lives)
    compared = []
    for i, other in enumerate(names[1:], 1):
        both = min(seen[names[0]], seen[other])
        apart = _apart(results, plan, names[0], other, both)
        compared.append(Comparison((names[0], other), log_rank([known[0], known[i]]), apart, both))
    if len(names) > 2:
        compared.append(Comparison(tuple(names), log_rank(known), NONE, min(seen.values())))
    curves = {name: kaplan_meier(one) for name, one in lives.items()}
    points = [_point(results, *key, label) for key, label in plan.at.items()]
    return Survival(plan, curves, window, compared, points, results)


def _cooperates(scenario: Scenario) -> None:
    if scenario.coalition is None:
        raise BadInput("no coalition, so no cooperation to watch", key="scenario", value=scenario.name)
    if _watched(scenario) <= 0.0:
        begins = scenario.coalition.begins
        raise BadInput(f"over before the first instrument of {scenario.name}", key="end", value=scenario.end,
                       allowed=f"a month from {begins}")  # fmt: skip


def _watched(scenario: Scenario) -> float:
    """Years from the first instrument to the end of the run, or to the announced end of the last one."""
    assert scenario.coalition is not None
    ends, begins = scenario.coalition.ends, max(scenario.month(scenario.coalition.begins), 0)
    last = scenario.months if ends is None else min(scenario.month(ends), scenario.months)
    return (last - begins) / MONTHS


def _patience(scenario: Scenario, facts: Sources) -> float:
    """Years that a break takes to be seen: in the last of them none can be."""
    return start_of(scenario, facts).parameter("break_months") / MONTHS


def _shaken(scenario: Scenario, level: float) -> Scenario:
    """The scenario at another whiplash; its file may give the name with or without the rule (R2.whiplash)."""
    kept = {name: value for name, value in scenario.parameters.items() if name.rpartition(".")[2] != WHIPLASH}
    return scenario.model_copy(update={"parameters": kept | {WHIPLASH: level}})


def _lives(results: Results, label: str) -> Lives:
    runs = _outcomes(results, label)
    return Lives(runs["life_years"].to_numpy(dtype=float), runs["stands"].to_numpy(dtype=float) < 1.0)


def _outcomes(results: Results, label: str) -> pd.DataFrame:
    """Outcomes of cooperation of an arm's sound histories."""
    runs = results.runs.reindex(columns=["scenario", *OUTCOMES])
    return runs[runs["scenario"] == label]


def _point(results: Results, scenario: str, whiplash: float, label: str) -> Point:
    runs = _outcomes(results, label)
    stands, works = (wilson(runs[name].to_numpy(dtype=float)) for name in ("stands", "works"))
    return Point(scenario, whiplash, len(runs), stands, works)


def _apart(results: Results, plan: Plan, first: str, other: str, years: float) -> Estimate:
    """Difference in the share of histories that have not broken in the first `years`, seed by seed."""
    runs = results.runs.reindex(columns=["scenario", *OUTCOMES])
    early = Lives(runs["life_years"].to_numpy(dtype=float), runs["stands"].to_numpy(dtype=float) < 1.0).until(years)
    frame = pd.DataFrame({"scenario": runs["scenario"], "seed": runs["seed"], "stands": ~early.broke})
    return paired(frame, plan.own[other], plan.own[first]).get("stands", NONE)

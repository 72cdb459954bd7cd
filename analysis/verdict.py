"""The verdict: what the runs say, as an object (docs/verdict.schema.json) and as a table in words."""

import json
import math
from dataclasses import dataclass
from typing import Any

from abm.ending import ENDS
from abm.outcomes import ceiling
from abm.start import start_of
from experiments.runner import STAGES, Arm, Results

from .contrast import besides_coalition
from .influence import influence
from .statistics import NONE, Estimate, median, paired, summary, wilson

PROBABILITIES = ("stands", "works")
OF_MINERAL = (
    "hhi_start", "hhi_end", "top_share_start", "top_share_end", "security_share_start", "security_share_end",
)  # fmt: skip
BOARD = ("contracts_signed", "projects_funded", "permits_stalled", "outages", "stranded_bn_usd")
ADVERSARY = ("control_months", "price_war_months")
ROUNDING = 1e-9  # by which a sum of shares may miss 0 or 1


@dataclass(frozen=True)
class Judged:
    """A scenario in numbers. estimates: outcome -> mean over runs and its interval."""

    arm: Arm
    estimates: dict[str, Estimate]
    median_life: float  # years; NaN where more than half of the runs stand to the end
    ceiling: int
    top_states: dict[tuple[str, str], str]  # (stage, mineral) -> largest producer of the base year
    in_scope: list[str]
    moved_by: dict[str, float]  # drawn parameter -> rank correlation with the life of cooperation

    def of(self, outcome: str) -> Estimate:
        return self.estimates.get(outcome, NONE)

    @property
    def cooperates(self) -> bool:
        return self.arm.scenario.coalition is not None


def judge(results: Results, arm: Arm) -> Judged:
    """Means over the sound runs of a scenario; shares of runs that stand or work with Wilson intervals."""
    start = start_of(arm.scenario, results.facts)
    estimates = summary(results.runs, arm.label)
    own = results.runs[results.runs["scenario"] == arm.label]
    for name in PROBABILITIES:
        if name in own:
            estimates[name] = wilson(own[name].to_numpy(dtype=float))
    life = median(results.runs, arm.label, "life_years") if "life_years" in own else math.nan
    output, scope = start.static["base_output"], start.static["scope"].max(axis=0)
    tops = {
        (stage, m): start.states[int(output[g, i].argmax())]
        for g, stage in enumerate(STAGES)
        for i, m in enumerate(start.minerals)
        if output[g, i].max() > 0.0
    }
    standing = estimates.get("stands", NONE).value > 0.5
    in_scope = [m for m, inside in zip(start.minerals, scope, strict=True) if inside > 0.0]
    reach = list(ceiling(start).values()).count(True)
    return Judged(arm, estimates, math.nan if standing else life, reach, tops, in_scope, influence(results, arm.label))


def build(results: Results, manifest: dict[str, Any]) -> dict[str, Any]:
    """The verdict as an object that JSON can hold; null where a number is not reached or does not apply."""
    first = results.arms[0].label
    return {
        "scenarios": {
            arm.label: _scenario(judge(results, arm)) | {"besides_coalition": besides_coalition(results, arm)}
            for arm in results.arms
        },
        "paired": {
            arm.label: {
                name: {"difference": _or_null(e.value), "low": _or_null(e.low), "high": _or_null(e.high)}
                for name, e in paired(results.runs, arm.label, first).items()
                if not name.endswith("_start")
            }
            for arm in results.arms[1:]
        },
        "manifest": manifest,
    }


def dumps(verdict: dict[str, Any]) -> str:
    """The verdict as JSON text."""
    return json.dumps(verdict, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _scenario(judged: Judged) -> dict[str, Any]:
    def value(outcome: str) -> float | None:
        return _or_null(judged.of(outcome).value)

    def share(outcome: str) -> float | None:
        number = value(outcome)
        return None if number is None else min(max(number, 0.0), 1.0) if -ROUNDING < number < 1.0 + ROUNDING else number

    def stage(name: str) -> dict[str, Any]:
        tops = {m: top for (s, m), top in judged.top_states.items() if s == name}
        return {m: {"top_state": top} | {k: share(f"{name}.{m}.{k}") for k in OF_MINERAL} for m, top in tops.items()}

    ends = {end: value(f"ends_by_{end}") for end in ENDS}
    intervals = {
        name: {"low": e.low, "high": e.high} for name, e in judged.estimates.items() if _or_null(e.low) is not None
    }
    return {
        "cooperation": {
            "stands": value("stands"), "works": value("works"), "median_life_years": _or_null(judged.median_life),
            "ends_by": None if None in ends.values() else ends, "moved_by": judged.moved_by,
            "members": value("members_mean"), "compliance": share("compliance_mean"),
        },
        "concentration": {
            "deconcentrated": value("deconcentrated"), "ceiling": judged.ceiling,
            "refine": stage("refine"), "mine": stage("mine"),
        },
        "cost_to_members_bn_usd_per_year": value("cost_to_members_bn_usd_per_year"),
        "public_cost_bn_usd_per_year": value("public_cost_bn_usd_per_year"),
        "retaliation_cost_bn_usd_per_year": value("retaliation_cost_bn_usd_per_year"),
        "adversary": {name: value(name) for name in ADVERSARY},
        "scoreboard": {
            **{name: value(name) for name in BOARD},
            "new_capacity": {m: value(f"refine.{m}.new_capacity_end") for (s, m) in judged.top_states if s == "refine"},
        },
        "world": {"output": value("world_output"), "price": value("world_price")},
        "intervals": intervals,
    }  # fmt: skip


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""The figure of cooperation: cohesion, what it delivers, and how many histories still stand."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from abm.forms import months_of
from abm.start import start_of
from experiments.runner import Arm, Results

from .captions import COOPERATION
from .drawing import SIZE, Look, fan, legend_above, panels

MONTHS = 12
MEDIAN = Look("#0072B2", "-")


def begins(arm: Arm) -> int:
    """First year of the coalition's instruments; 0 without a coalition."""
    coalition = arm.scenario.coalition
    return int(coalition.begins[:4]) if coalition is not None else 0


def standing(results: Results, arm: Arm) -> np.ndarray:
    """Share of histories whose cooperation has not broken by the end of every year [year]; NaN before the coalition
    begins and after it ends as announced."""
    scenario, own = arm.scenario, results.runs[results.runs["scenario"] == arm.label]
    assert scenario.coalition is not None
    first = max(scenario.month(scenario.coalition.begins), 0)
    ends = scenario.coalition.ends
    last = scenario.months if ends is None else min(scenario.month(ends), scenario.months)
    lives = np.where(own["stands"] > 0.0, np.inf, own["life_years"] * MONTHS)
    closes = np.array([min(MONTHS * (year + 1) - months_of(scenario.start), last) for year in results.years])
    opens = np.array([MONTHS * year - months_of(scenario.start) for year in results.years])
    shares = np.array([np.mean(lives >= close - first) for close in closes])
    return np.where((closes > first) & (opens < last), shares, np.nan)


def cooperation(results: Results, arms: list[Arm], titles: dict[str, str]) -> Figure:
    """A row a scenario: left cohesion and the share that stands, right cohesion times bite; each with its threshold."""
    figure, axes = panels(len(arms), 2, 2.6)
    years = np.array(results.years)
    for row, arm in zip(axes, arms, strict=True):
        series, weakest = results.series[arm.label], start_of(arm.scenario, results.facts).parameter("bite_min")
        begun = years >= begins(arm)
        share = standing(results, arm)
        for axis, name, level, label in (
            (row[0], "cohesion", arm.threshold, "θ"),
            (row[1], "delivered", arm.threshold * weakest, f"{weakest:g} θ"),
        ):
            fan(axis, years[begun], series[name][begun], MEDIAN, "median of histories, and bands")
            axis.axhline(level, color="#000000", linestyle=":", linewidth=1.4, label="threshold")
            axis.annotate(
                f"{label} = {level:.2f}", xy=(0.0, level), xycoords=("axes fraction", "data"), xytext=(3, 3),
                textcoords="offset points", va="bottom", fontsize=SIZE - 1,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.5},
            )  # fmt: skip
        row[0].plot(
            years, share, color="#D55E00", linestyle="--", linewidth=1.2, marker="o", markersize=2.5,
            label="share of histories that still stand",
        )  # fmt: skip
        _last(row[0], years, share)
        row[0].set_ylim(0.0, 1.05)
        row[1].set_ylim(bottom=0.0)
        row[0].set_ylabel("cohesion E, share standing")
        row[1].set_ylabel("E × bite")
        row[0].set_title(f"{titles[arm.label]}:\nwho keeps it up")
        row[1].set_title(f"{titles[arm.label]}:\nwhat it delivers")
    legend_above(figure, axes[0, 0])
    return figure


def told(results: Results, arms: list[Arm], titles: dict[str, str]) -> str:
    """The caption: what standing means, and what share of the histories has broken."""
    months = sorted({start_of(arm.scenario, results.facts).parameter("break_months") for arm in arms})
    own = ((titles[arm.label], results.runs["stands"][results.runs["scenario"] == arm.label]) for arm in arms)
    broken = [f"{title} {1.0 - stands.mean():.0%}" for title, stands in own if stands.notna().all()]
    return COOPERATION.format(
        months=" or ".join(f"{one:g}" for one in months), end=results.years[-1], broken=", ".join(broken)
    )


def _last(axis: Any, years: np.ndarray, share: np.ndarray) -> None:
    """The last share, as a number beside its point."""
    known = np.flatnonzero(np.isfinite(share))
    if len(known):
        last = known[-1]
        axis.annotate(
            f"{share[last]:.2f}", xy=(years[last], share[last]), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=SIZE - 1, color="#A84300", annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )  # fmt: skip

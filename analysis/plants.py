"""The figures of investment: capacity outside the dominant state by what becomes of it, and the hazard believed in."""

import math
from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from abm.record import REFINE
from abm.start import start_of
from experiments.runner import Arm, Results

from .drawing import SIZE, Look, fan, legend_above, panels, whole_years

MONTHS = 12.0
STATUS = {  # series -> label, colour, hatch; drawn one on the other
    "online": ("online", "#009E73", ""),
    "building": ("building", "#0072B2", "///"),
    "sanctioned": ("sanctioned, no permit yet", "#56B4E9", "..."),
}
LOST = {"idle": ("idle", "#E69F00", "-"), "closed": ("closed so far", "#D55E00", "--")}  # incumbents too
LEAST = 0.005  # share of world output below which a mineral has no panel
PERCENT = 100.0


def capacity(results: Results, arm: Arm, minerals: list[str], heading: str) -> Figure | None:
    """New plants by status, and what stands idle or has closed, all outside the dominant state, in % of base-year
    world output: means over histories, under a heading. None if there is nothing to show."""
    series, start = results.series[arm.label], start_of(arm.scenario, results.facts)
    world = start.static["base_output"][REFINE].sum(axis=1) / MONTHS
    shown = [m for m in minerals if _largest(series, results.minerals.index(m), world) >= LEAST]
    if not shown:
        return None
    columns = min(2, len(shown))
    figure, axes = panels(math.ceil(len(shown) / columns), columns, 2.1)
    years = np.array(results.years)
    for axis, mineral in zip(axes.flat, shown, strict=False):
        i = results.minerals.index(mineral)
        below = np.zeros(len(years))
        for name, (label, colour, hatch) in STATUS.items():
            share = PERCENT * series[name][:, i].mean(axis=1) / world[i]
            axis.fill_between(
                years, below, below + share, facecolor=colour, alpha=0.75, hatch=hatch, edgecolor="white", linewidth=0,
                label=label,
            )  # fmt: skip
            below = below + share
        for name, (label, colour, style) in LOST.items():
            values = series[name][:, i].mean(axis=1) / world[i] * PERCENT
            values = MONTHS * np.cumsum(values) if name == "closed" else values
            axis.plot(years, values, color=colour, linestyle=style, linewidth=1.8, label=label)
        axis.set_ylim(bottom=0.0)
        whole_years(axis)
        axis.set_title(mineral)
        axis.set_ylabel("% of world output of 2024")
    for axis in axes.flat[len(shown) :]:
        axis.set_visible(False)
    legend_above(figure, axes[0, 0], heading)
    return figure


def beliefs(results: Results, arms: list[Arm], look: Callable[[Arm], Look], titles: dict[str, str]) -> Figure:
    """The hazard of reversal that investors believe in, mean over trusted states. titles: by label."""
    figure, axes = panels(1, 1, 3.0)
    axis, years = axes[0, 0], np.array(results.years)
    for arm in arms:
        hazard = results.series[arm.label]["believed_hazard"]
        fan(axis, years, hazard, look(arm), titles[arm.label], bands=len(arms) < 3)
    start = start_of(arms[0].scenario, results.facts)
    prior = start.parameter("belief_prior_events") / start.parameter("belief_prior_years")
    axis.axhline(prior, color="#B0B0B0", linewidth=1.4, linestyle=":", label="prior")
    axis.set_ylim(bottom=0.0)
    axis.set_ylabel("hazard believed in (1/year)", fontsize=SIZE)
    legend_above(figure, axis)
    return figure


def _largest(series: dict[str, np.ndarray], i: int, world: np.ndarray) -> float:
    """The largest share of world output that any status reaches."""
    return max(float(series[name][:, i].mean(axis=1).max()) for name in (*STATUS, "idle")) / float(world[i])

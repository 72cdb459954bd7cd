"""The figures of a report: every line differs by style as well as by colour (palette: Okabe and Ito)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from abm.record import REFINE
from abm.start import start_of
from experiments.runner import Arm, Results

from . import captions, plants
from .drawing import at_least, fan, legend_above, panels, png, since_base_year
from .statistics import paired
from .table import shown_minerals
from .verdict import judge

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
MOST_MINERALS, MOST_FANS = 8, 3
LEAST_SPAN = 0.25  # of an axis of shares, so that a ripple does not look like a wave
PRICES = {  # series -> label, colour, style
    "price_inside": ("inside", "#0072B2", "-"),
    "list_abroad": ("asked by the dominant state", "#D55E00", "--"),
    "price_paid": ("paid outside the dominant state", "#009E73", "-."),
    "floor": ("floor", "#000000", ":"),
}


@dataclass(frozen=True)
class Picture:
    """A figure as PNG, with its title and what it shows in plain words."""

    name: str
    title: str
    caption: str
    png: bytes


def pictures(results: Results) -> list[Picture]:
    """All figures that these results can fill."""
    arms = [arm for arm in results.arms if results.series[arm.label]]
    if not arms:
        return []
    minerals = (shown_minerals(results, [judge(results, arm) for arm in arms]) or results.minerals)[:MOST_MINERALS]
    allied = [arm for arm in arms if arm.scenario.coalition is not None and _begins(arm) <= results.years[-1]]
    return [
        *_cooperation(results, allied),
        _concentration(results, arms, minerals),
        *(_differences(results, arm) for arm in arms[1:]),
        *(_prices(results, arm, minerals) for arm in allied or arms[:1]),
        *_plants(results, arms, allied),
    ]


def _plants(results: Results, arms: list[Arm], allied: list[Arm]) -> Iterator[Picture]:
    for arm in arms:
        figure = plants.capacity(results, arm, results.minerals)
        if figure is not None:
            name = f"capacity-{results.arms.index(arm)}" if len(arms) > 1 else "capacity"
            caption = captions.CAPACITY.format(own=_name(arm))
            yield Picture(name, f"What is built under {_name(arm)}?", caption, png(figure))
    if allied:
        figure = plants.beliefs(results, allied, lambda arm: _look(results, arm), _name)
        yield Picture("beliefs", "Do investors trust the policy?", captions.BELIEFS, png(figure))


def _cooperation(results: Results, allied: list[Arm]) -> Iterator[Picture]:
    if not allied:
        return
    figure, axes = panels(len(allied), 2, 2.9)
    years = np.array(results.years)
    for row, arm in zip(axes, allied, strict=True):
        series, weakest = results.series[arm.label], start_of(arm.scenario, results.facts).parameter("bite_min")
        begun = years >= _begins(arm)
        colour = _look(results, arm)[0]
        for axis, name, level, label in (
            (row[0], "cohesion", arm.threshold, "breaks below: θ"),
            (row[1], "delivered", arm.threshold * weakest, f"idle below: {weakest:g} θ"),
        ):
            fan(axis, years[begun], series[name][begun], colour, "-", "median of histories")
            axis.axhline(level, color="#D55E00", linestyle="--", linewidth=1.6, label=label)
            axis.set_ylim(bottom=0.0)
            axis.legend(loc="best", frameon=False)
        row[0].set_ylabel("cohesion E (share of demand)")
        row[1].set_ylabel("E × bite")
        row[0].set_title(f"{_name(arm)}: who keeps it up")
        row[1].set_title(f"{_name(arm)}: what it delivers")
    caption = captions.COOPERATION
    yield Picture("cooperation", "Does cooperation hold, and does it bite?", caption, png(figure))


def _concentration(results: Results, arms: list[Arm], minerals: list[str]) -> Picture:
    figure, axes = panels(len(minerals), 2, 1.9)
    years, where = np.array(results.years), [results.minerals.index(m) for m in minerals]
    for row, mineral, i in zip(axes, minerals, where, strict=True):
        for axis, name, base in (
            (row[0], "hhi_refine", "base_hhi"),
            (row[1], "security_share_refine", "base_security"),
        ):
            for arm in arms:
                colour, style = _look(results, arm)
                before = start_of(arm.scenario, results.facts).static[base][REFINE, i]
                seen, values = since_base_year(years, results.series[arm.label][name][:, i], before)
                fan(axis, seen, values, colour, style, _name(arm), bands=len(arms) <= MOST_FANS)
            at_least(axis, LEAST_SPAN)
        row[0].set_title(f"{mineral}: Herfindahl index of refining")
        row[1].set_title(f"{mineral}: dominant state's share of others' supply")
        row[0].set_ylabel("HHI (0 to 1)")
        row[1].set_ylabel("share")
    legend_above(figure, axes[0, 0])
    caption = captions.CONCENTRATION
    return Picture("concentration", "Does concentration fall?", caption, png(figure))


def _differences(results: Results, arm: Arm) -> Picture:
    first, minerals = results.arms[0], results.minerals
    apart = paired(results.runs, arm.label, first.label)
    figure, axes = panels(1, 2, 1.1 + 0.24 * len(minerals), share_y=True)
    for axis, outcome, title in (
        (axes[0, 0], "hhi_end", "Herfindahl index of refining"),
        (axes[0, 1], "security_share_end", "dominant state's share of others' supply"),
    ):
        for place, mineral in enumerate(reversed(minerals)):
            e = apart.get(f"refine.{mineral}.{outcome}")
            if e is not None:
                axis.plot([e.low, e.high], [place, place], color="#0072B2", linewidth=2.2, solid_capstyle="butt")
                axis.plot(e.value, place, "o", color="#0072B2", markersize=5)
        axis.axvline(0.0, color="#000000", linewidth=0.8)
        most = max(abs(x) for line in axis.lines for x in line.get_xdata() if math.isfinite(x))
        axis.set_xlim(-1.1 * max(most, 0.01), 1.1 * max(most, 0.01))
        axis.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axis.set_title(title)
        axis.set_xlabel("difference in the last year (index or share, 0 to 1)")
        axis.grid(color="#dddddd", linewidth=0.6)
    axes[0, 0].set_yticks(range(len(minerals)), list(reversed(minerals)))
    caption = captions.DIFFERENCES.format(own=_name(arm), first=_name(first))
    name = "differences" if len(results.arms) == 2 else f"differences-{results.arms.index(arm)}"
    return Picture(name, f"What does {_name(arm)} change?", caption, png(figure))


def _prices(results: Results, arm: Arm, minerals: list[str]) -> Picture:
    columns = min(2, len(minerals))
    figure, axes = panels(math.ceil(len(minerals) / columns), columns, 2.1)
    years = np.array(results.years)
    for axis, mineral in zip(axes.flat, minerals, strict=False):
        i = results.minerals.index(mineral)
        for name, (label, colour, style) in PRICES.items():
            values = results.series[arm.label][name][:, i] / 1000.0
            if np.isnan(values).all():  # no floor on this mineral, or nobody enforces
                continue
            fan(axis, years, values, colour, style, label, bands=name == "price_inside")
        axis.set_ylim(bottom=0.0)
        axis.set_title(f"{_name(arm)}: {mineral}")
        axis.set_ylabel("thousand USD/t")
    for axis in axes.flat[len(minerals) :]:
        axis.set_visible(False)
    legend_above(figure, axes[0, 0])
    caption = captions.PRICES.format(own=_name(arm))
    allied = [a for a in results.arms if a.scenario.coalition is not None]
    name = "prices" if len(allied) < 2 else f"prices-{results.arms.index(arm)}"
    return Picture(name, f"What do buyers pay, inside and outside? ({_name(arm)})", caption, png(figure))


def _begins(arm: Arm) -> int:
    """First year of the coalition's instrument."""
    coalition = arm.scenario.coalition
    return int(coalition.begins[:4]) if coalition is not None else 0


def _look(results: Results, arm: Arm) -> tuple[str, Any]:
    i = [a.label for a in results.arms].index(arm.label)
    return COLOURS[i % len(COLOURS)], STYLES[i % len(STYLES)]


def _name(arm: Arm) -> str:
    return arm.label.replace("_", " ")

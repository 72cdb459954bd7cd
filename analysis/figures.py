"""The figures of a report: every line differs by style as well as by colour (palette: Okabe and Ito)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from abm.record import REFINE
from abm.start import start_of
from experiments.runner import Arm, Results

from . import captions, plants
from .cohesion import begins, cooperation, told
from .contrast import isolating, mixed
from .drawing import SIZE, Look, at_least, fan, legend_above, look, panels, png, since_base_year
from .naming import file_of, titles
from .statistics import paired
from .table import shown_minerals
from .verdict import judge

MOST_MINERALS, MOST_FANS = 8, 3
LEAST_SPAN = 0.25  # of an axis of shares, so that a ripple does not look like a wave
PRICES = {  # series -> label, look
    "price_inside": ("inside", Look("#0072B2", "-")),
    "list_abroad": ("asked by the dominant state", Look("#D55E00", "--")),
    "price_paid": ("paid outside the dominant state", Look("#009E73", "-.")),
    "floor": ("floor", Look("#000000", ":")),
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
    allied = [arm for arm in arms if arm.scenario.coalition is not None and begins(arm) <= results.years[-1]]
    return [
        *_cooperation(results, allied),
        _concentration(results, arms, minerals),
        *(_differences(results, arm) for arm in arms[1:]),
        *(_prices(results, arm, minerals) for arm in allied or arms[:1]),
        *_plants(results, arms, allied),
    ]


def _plants(results: Results, arms: list[Arm], allied: list[Arm]) -> Iterator[Picture]:
    for arm in arms:
        own = titles(results)[arm.label]
        figure = plants.capacity(results, arm, results.minerals, own)
        if figure is not None:
            name, caption = file_of("capacity", results, arm), captions.CAPACITY.format(own=own)
            yield Picture(name, f"{own}: what is built?", caption, png(figure))
    if allied:
        figure = plants.beliefs(results, allied, lambda arm: _look(results, arm), titles(results))
        caption = captions.BELIEFS + _mixed(results, allied)
        yield Picture("beliefs", "Do investors trust the policy?", caption, png(figure))


def _cooperation(results: Results, allied: list[Arm]) -> Iterator[Picture]:
    if not allied:
        return
    figure = cooperation(results, allied, titles(results))
    caption = told(results, allied, titles(results)) + _mixed(results, allied)
    yield Picture("cooperation", "Does cooperation hold, and does it bite?", caption, png(figure))


def _concentration(results: Results, arms: list[Arm], minerals: list[str]) -> Picture:
    figure, axes = panels(len(minerals), 2, 1.9)
    names = titles(results)
    years, where = np.array(results.years), [results.minerals.index(m) for m in minerals]
    for row, mineral, i in zip(axes, minerals, where, strict=True):
        for axis, name, base in (
            (row[0], "hhi_refine", "base_hhi"),
            (row[1], "security_share_refine", "base_security"),
        ):
            for arm in arms:
                before = start_of(arm.scenario, results.facts).static[base][REFINE, i]
                seen, values = since_base_year(years, results.series[arm.label][name][:, i], before)
                fan(axis, seen, values, _look(results, arm), names[arm.label], bands=len(arms) <= MOST_FANS)
            at_least(axis, LEAST_SPAN)
        row[0].set_title(f"{mineral}: Herfindahl index of refining")
        row[1].set_title(f"{mineral}: dominant state's share of others' supply")
        row[0].set_ylabel("HHI (0 to 1)")
        row[1].set_ylabel("share")
    legend_above(figure, axes[0, 0])
    caption = captions.CONCENTRATION + _mixed(results, arms)
    return Picture("concentration", "Does concentration fall?", caption, png(figure))


def _differences(results: Results, arm: Arm) -> Picture:
    first, minerals = results.arms[0], results.minerals
    apart = paired(results.runs, arm.label, first.label)
    figure, axes = panels(1, 2, 1.3 + 0.24 * len(minerals), share_y=True)
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
    names = titles(results)
    own, other = names[arm.label], names[first.label]
    figure.suptitle(f"{own}\nless {other}", fontsize=SIZE + 2)
    notes = (mixed(results, arm, other, own), isolating(results, arm))
    caption = " ".join(filter(None, (captions.DIFFERENCES.format(own=own, first=other), *notes)))
    return Picture(file_of("differences", results, arm), f"{own}: what does it change?", caption, png(figure))


def _prices(results: Results, arm: Arm, minerals: list[str]) -> Picture:
    columns = min(2, len(minerals))
    figure, axes = panels(math.ceil(len(minerals) / columns), columns, 2.1)
    years = np.array(results.years)
    for axis, mineral in zip(axes.flat, minerals, strict=False):
        i = results.minerals.index(mineral)
        for name, (label, line) in PRICES.items():
            values = results.series[arm.label][name][:, i] / 1000.0
            if np.isnan(values).all():  # no floor on this mineral, or nobody enforces
                continue
            fan(axis, years, values, line, label, bands=name == "price_inside")
        axis.set_ylim(bottom=0.0)
        axis.set_title(mineral)
        axis.set_ylabel("thousand USD/t")
    for axis in axes.flat[len(minerals) :]:
        axis.set_visible(False)
    own = titles(results)[arm.label]
    legend_above(figure, axes[0, 0], own)
    title, caption = f"{own}: what do buyers pay, inside and outside?", captions.PRICES.format(own=own)
    return Picture(file_of("prices", results, arm), title, caption, png(figure))


def _look(results: Results, arm: Arm) -> Look:
    return look([a.label for a in results.arms].index(arm.label))


def _mixed(results: Results, arms: list[Arm]) -> str:
    """Which of the scenarios differ from the first by more than a coalition, as the end of a caption."""
    names = titles(results)
    first = names[results.arms[0].label]
    said = (mixed(results, arm, first, names[arm.label]) for arm in arms)
    return "".join(f" {one}" for one in said if one)

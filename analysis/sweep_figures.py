"""Figures of a sweep: a curve over one axis, a phase diagram over two, means over slices of each axis of a sample, and
what sensitivity analysis finds in it; with what they say in words."""

import importlib.util
from typing import Any

import numpy as np
import pandas as pd

from abm.outcomes import bounds
from experiments.design import SAMPLED, STRUCTURED
from experiments.views import Views

from . import phase
from .axes import long, short
from .drawing import Look, look, panels, png
from .figures import Picture
from .statistics import Z

DRAWN = {
    "stands": "share of histories in which cooperation stands", "works": "share in which it works",
    "deconcentrated": "minerals de-concentrated",
}  # fmt: skip
SLICES = 8
CURVE = "Means over the histories of a point; the band is the 95 % interval of the mean."
NO_SALIB = "Which axis moves what most is not computed here: it needs the extra `analysis` (SALib)."
SAMPLE = (
    "Every axis by its values, or in {slices} slices of equally many points: the mean of the points in a slice, "
    "whatever the other axes are, and its 95 % interval over points, cut at what the outcome can be."
)


def pictures(views: Views, found: pd.DataFrame) -> tuple[list[Picture], list[str]]:
    """The figures that these points can fill, and sentences. found: rows of the view `points`."""
    outcomes = [name for name in DRAWN if name in set(found["outcome"])]
    axes = [a for a in views.axes if pd.api.types.is_numeric_dtype(found[a]) and found[a].nunique() > 1]
    if not outcomes or not axes:
        return [], []
    design = views.manifests[0]["design"]
    texts = len(axes) < len([a for a in views.axes if found[a].nunique() > 1])
    if texts or len(axes) > 2 or design["method"] in SAMPLED:
        told, lines = _sensitivity(views, design)
        plain = [] if design["method"] in STRUCTURED else [_slices(found, outcomes, axes, views.minerals)]
        return [*told, *plain], lines
    if len(axes) == 1:
        return [_curve(found, outcomes, axes[0])], []
    return _phases(found, outcomes, axes, [one for one in design["axes"] if (one["name"] or one["key"]) in axes])


def _sensitivity(views: Views, design: dict[str, Any]) -> tuple[list[Picture], list[str]]:
    if design["method"] not in SAMPLED:
        return [], []
    if importlib.util.find_spec("SALib") is None:
        return [], [NO_SALIB]
    from . import sensitivity, sensitivity_figures

    told, words = sensitivity.of_sweep(views), {one["name"] or one["key"]: short(one) for one in design["axes"]}
    return sensitivity_figures.pictures(told, words), sensitivity_figures.lines(told, words)


def _phases(
    found: pd.DataFrame, outcomes: list[str], axes: list[str], told: list[dict[str, Any]]
) -> tuple[list[Picture], list[str]]:
    """A phase diagram for every scenario that has both axes."""
    drawn, lines = [], []
    titles = {name: DRAWN[name] for name in outcomes}
    shares = {name: title for name, title in titles.items() if name in phase.SHARES}
    for name, own in found.groupby("scenario"):
        if own[axes].nunique().min() > 1:
            picture = phase.picture(own, titles, axes, [long(one) for one in told], str(name))
            drawn += [picture] if picture else []
            lines += phase.lines(own, shares, axes, [short(one) for one in told])
    return drawn, lines


def _curve(found: pd.DataFrame, outcomes: list[str], axis: str) -> Picture:
    figure, axes = panels(1, len(outcomes), 3.0)
    for panel, outcome in zip(axes.flat, outcomes, strict=True):
        rows = found[(found["outcome"] == outcome) & found[axis].notna()]
        for name, own in rows.groupby("scenario"):
            own = own.sort_values(axis)
            colour, style, _ = _look(found, name)
            panel.fill_between(own[axis], own["low"], own["high"], color=colour, alpha=0.2, linewidth=0)
            panel.plot(own[axis], own["mean"], color=colour, linestyle=style, marker="o", markersize=3, label=str(name))
        panel.set_xlabel(axis)
        panel.set_title(DRAWN[outcome])
        panel.set_ylim(bottom=0.0)
    axes[0, -1].legend(frameon=False)
    return Picture("curve", f"What {axis} does", CURVE, png(figure))


def _slices(found: pd.DataFrame, outcomes: list[str], names: list[str], minerals: int) -> Picture:
    figure, axes = panels(len(names), len(outcomes), 1.7)
    for row, name in zip(axes, names, strict=True):
        for panel, outcome in zip(row, outcomes, strict=True):
            rows = found[(found["outcome"] == outcome) & found[name].notna()]
            for label, own in rows.groupby("scenario"):
                colour, style, _ = _look(found, label)
                few = own[name].nunique() <= SLICES
                parts = own.groupby((own[name] if few else pd.qcut(own[name], SLICES, labels=False)).to_numpy())
                at, middle = parts[name].mean(), parts["mean"].mean()
                spread = Z * parts["mean"].std() / np.sqrt(parts["mean"].count())
                least, most = bounds(outcome, minerals)
                low, high = (middle - spread).clip(lower=least), (middle + spread).clip(upper=most)
                panel.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
                panel.plot(at, middle, color=colour, linestyle=style, marker="o", markersize=3, label=str(label))
            panel.set_xlabel(name)
            panel.set_ylim(bottom=0.0)
    for panel, outcome in zip(axes[0], outcomes, strict=True):
        panel.set_title(DRAWN[outcome])
    axes[0, -1].legend(frameon=False)
    return Picture("axes", "What each axis does", SAMPLE.format(slices=SLICES), png(figure))


def _look(found: pd.DataFrame, scenario: Any) -> Look:
    """The look of a scenario, the same in every panel."""
    return look(sorted(found["scenario"].unique()).index(scenario))

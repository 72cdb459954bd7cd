"""Figures of a sweep: a curve over one axis, a map over two, means over slices of each axis of a sample."""

import math
from typing import Any

import numpy as np
import pandas as pd

from experiments.views import Views

from .drawing import Look, look, panels, png
from .figures import Picture
from .statistics import Z

DRAWN = {
    "stands": "share of histories in which cooperation stands", "works": "share in which it works",
    "deconcentrated": "minerals de-concentrated",
}  # fmt: skip
SLICES = 8
CURVE = "Means over the histories of a point; the band is the 95 % interval of the mean."
MAP = "Means over the histories of a point, colour and number; white numbers on dark are small values."
SAMPLE = (
    "Every axis by its values, or in {slices} slices of equally many points: the mean of the points in a slice, "
    "whatever the other axes are, and its 95 % interval over points."
)


def pictures(views: Views, found: pd.DataFrame) -> list[Picture]:
    """The figures that these points can fill. found: rows of the view `points`."""
    outcomes = [name for name in DRAWN if name in set(found["outcome"])]
    axes = [a for a in views.axes if pd.api.types.is_numeric_dtype(found[a]) and found[a].nunique() > 1]
    if not outcomes or not axes:
        return []
    if len(axes) != len([a for a in views.axes if found[a].nunique() > 1]) or len(axes) > 2:
        return [_slices(found, outcomes, axes)]
    if len(axes) == 1:
        return [_curve(found, outcomes, axes[0])]
    maps = (_map(own, outcomes, axes, name) for name, own in found.groupby("scenario") if own[axes].nunique().min() > 1)
    return [picture for picture in maps if picture is not None]


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


def _map(own: pd.DataFrame, outcomes: list[str], axes: list[str], name: Any) -> Picture | None:
    """A cell a point, where the points fill a grid."""
    grids = {}
    for outcome in outcomes:
        rows = own[own["outcome"] == outcome]
        if len(rows) and not rows.duplicated(axes).any():
            grid = rows.pivot(index=axes[1], columns=axes[0], values="mean")
            if not grid.isna().all(axis=None):
                grids[outcome] = grid
    if not grids:
        return None
    rows_needed = math.ceil(len(grids) / 2)
    figure, panels_ = panels(rows_needed, min(2, len(grids)), 3.6)
    for panel in panels_.flat[len(grids) :]:
        panel.set_visible(False)
    for panel, (outcome, grid) in zip(panels_.flat, grids.items(), strict=False):
        most = 1.0 if outcome in ("stands", "works") else max(float(np.nanmax(grid)), 1e-9)
        panel.imshow(grid, origin="lower", aspect="auto", cmap="cividis", vmin=0.0, vmax=most)
        for (y, x), value in np.ndenumerate(grid.to_numpy()):
            if math.isfinite(value):
                colour = "white" if value < most / 2 else "black"
                panel.text(x, y, f"{value:.2g}", ha="center", va="center", color=colour, fontsize=7)
        panel.set_xticks(range(grid.shape[1]), [f"{v:g}" for v in grid.columns])
        panel.set_yticks(range(grid.shape[0]), [f"{v:g}" for v in grid.index])
        panel.set_xlabel(axes[0])
        panel.set_ylabel(axes[1])
        panel.set_title(DRAWN[outcome])
    title = f"{str(name).replace('_', ' ')}: {axes[0]} × {axes[1]}"
    return Picture(f"map-{name}", title, MAP, png(figure))


def _slices(found: pd.DataFrame, outcomes: list[str], names: list[str]) -> Picture:
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
                panel.fill_between(at, middle - spread, middle + spread, color=colour, alpha=0.2, linewidth=0)
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

"""The phase diagram of a sweep over two axes: where cooperation stands, where it works, and the line between."""

import math
from typing import Any

import numpy as np
import pandas as pd

from .drawing import panels, png
from .figures import Picture

HALF = 0.5
LINE: dict[str, Any] = {"color": "#D55E00", "linewidth": 3.0, "solid_capstyle": "round"}
SHARES = {"stands", "works"}  # of histories: of these, one half is a line
WITHOUT = "Mean over the histories of a cell, colour and number. "
OWN = (
    "Cells are not to scale where values are not evenly spaced. Colours go from 0 to 1 for shares, else from the least "
    "to the largest number of the map."
)
CAPTION = (
    "Mean over the histories of a cell, colour and number. Heavy line: between cells of one half or more and cells "
    "below; there is none where all are on one side. Ring: the 95 % interval of the cell holds one half, so that with "
    "this many histories it may lie on either side; without a ring it lies on the side its number says. "
)


def grids(found: pd.DataFrame, outcome: str, axes: list[str]) -> dict[str, pd.DataFrame]:
    """Mean, low and high of an outcome by its name: rows are values of the second axis, columns of the first; empty
    where two points share a cell. found: rows of the view `points` of one scenario."""
    rows = found[found["outcome"] == outcome]
    if rows.empty or rows.duplicated(axes).any():
        return {}
    return {name: rows.pivot(index=axes[1], columns=axes[0], values=name) for name in ("mean", "low", "high")}


def least(grid: pd.DataFrame) -> dict[float, float | None]:
    """For every value of the first axis, the least value of the second at which a share is one half or more; none where
    there is none. grid: mean, or the low end of its interval, as `grids` gives it."""
    return {x: spans[0][0] if spans else None for x, spans in spans_of(grid).items()}


def spans_of(grid: pd.DataFrame) -> dict[float, list[tuple[float, float]]]:
    """For every value of the first axis, from where to where on the second a share is one half or more, at values of
    the design."""
    found: dict[float, list[tuple[float, float]]] = {}
    for x, column in grid.items():
        own, before = found.setdefault(float(x), []), False
        for y, share in column.items():
            above = bool(share >= HALF)
            if above:
                own.append((own.pop()[0] if before else float(y), float(y)))
            before = above
    return found


def lines(found: pd.DataFrame, outcomes: dict[str, str], axes: list[str], words: list[str]) -> list[str]:
    """Where each share is one half or more, in words: by the mean, and with the whole interval. outcomes: name -> what
    a share of it is; words: what the axes are called."""
    said = []
    for outcome, told in outcomes.items():
        of = grids(found, outcome, axes)
        if not of:
            continue
        by_mean, surely, first = spans_of(of["mean"]), spans_of(of["low"]), least(of["mean"])
        if not any(by_mean.values()):
            said.append(f"The {told} is below one half at every {words[1]} of the design, whatever the {words[0]}.")
            continue
        parts = [f"{x:g}: {_told(own)}" + (f" ({_told(surely[x])})" if own else "") for x, own in by_mean.items()]
        said.append(
            f"Where on the {words[1]} the {told} is one half or more (in brackets, where its whole interval is), by "
            f"{words[0]}: {'; '.join(parts)}."
        )
        floors = [f"{y:g} at {x:g}" for x, y in first.items() if y is not None]
        rest = "; none at the others" if len(floors) < len(first) else ""
        said.append(f"The least such {words[1]}, by {words[0]}: {', '.join(floors)}{rest}.")
    return said


def _told(spans: list[tuple[float, float]]) -> str:
    return ", ".join(f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in spans) or "none"


def picture(
    found: pd.DataFrame, outcomes: dict[str, str], axes: list[str], words: list[str], name: str
) -> Picture | None:
    """A map an outcome, for the points of one scenario that fill a grid; None where they do not. outcomes: name ->
    title; words: what the axes are called, with units."""
    filled = {outcome: of for outcome in outcomes if (of := grids(found, outcome, axes))}
    if not filled:
        return None
    columns = min(2, len(filled))
    figure, places = panels(math.ceil(len(filled) / columns), columns, 3.7)
    for panel in places.flat[len(filled) :]:
        panel.set_visible(False)
    for panel, (outcome, of) in zip(places.flat, filled.items(), strict=False):
        _map(panel, of, outcome in SHARES)
        panel.set_xlabel(words[0])
        panel.set_ylabel(words[1])
        panel.set_title(outcomes[outcome])
    title = f"{name.replace('_', ' ')}: {words[0].partition(' (')[0]} × {words[1].partition(' (')[0]}"
    return Picture(f"phase-{name}", title, (CAPTION if SHARES & set(filled) else WITHOUT) + OWN, png(figure))


def _between(panel: Any, grid: np.ndarray) -> None:
    """The line between cells of one half or more and cells of less."""
    above = np.where(np.isnan(grid), np.nan, grid >= HALF)
    for y, x in np.argwhere(np.abs(np.diff(above, axis=1)) == 1.0):
        panel.plot([x + 0.5] * 2, [y - 0.5, y + 0.5], **LINE)
    for y, x in np.argwhere(np.abs(np.diff(above, axis=0)) == 1.0):
        panel.plot([x - 0.5, x + 0.5], [y + 0.5] * 2, **LINE)


def said(value: float, share: bool) -> str:
    """A number of a cell, short: shares without the zero in front."""
    if value == 0.0 or (share and value == 1.0):
        return f"{value:.0f}"
    return f"{value:.2f}".removeprefix("0") if share else f"{value:.2f}".replace("-", "−")


def _map(panel: Any, of: dict[str, pd.DataFrame], share: bool) -> None:
    grid, low, high = (of[name].to_numpy(float) for name in ("mean", "low", "high"))
    least, most = (0.0, 1.0) if share else (float(np.nanmin(grid)), float(np.nanmax(grid)) + 1e-9)
    panel.imshow(grid, origin="lower", aspect="auto", cmap="cividis", vmin=least, vmax=most)
    for (y, x), value in np.ndenumerate(grid):
        if math.isfinite(value):
            colour = "white" if value < (least + most) / 2 else "black"
            panel.text(x, y, said(value, share), ha="center", va="center", color=colour, fontsize=7.5)
            if share and low[y, x] < HALF < high[y, x]:
                panel.plot(x, y, marker="o", markersize=18, markerfacecolor="none", color=colour, linestyle="")
    if share:
        _between(panel, grid)
    panel.set_xticks(range(grid.shape[1]), [f"{v:g}" for v in of["mean"].columns])
    panel.set_yticks(range(grid.shape[0]), [f"{v:g}" for v in of["mean"].index])

"""How figures are drawn: panels, lines with bands over histories, legends, PNG."""

import io
import warnings
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from abm.data.balance import BASE_YEAR

DPI, WIDTH, SIZE = 120, 9.0, 9
LETTERS, SIGN, LINE = 125, 9, 0.2  # letters side by side in a figure, those a legend's sign takes, inches of a line
COLOURS = (  # Okabe and Ito without yellow, then Tol's muted ones and a brown
    "#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#882255", "#999933", "#332288", "#8C564B", "#44AA99", "#AA4499", "#7A7A7A",
)  # fmt: skip
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("", "o", "s", "^", "D", "v")
MARK_EVERY = 4  # years
matplotlib.rcParams["text.parse_math"] = False  # a dollar sign in a name is a dollar sign


class Look(NamedTuple):
    """How the line of a scenario looks."""

    colour: str
    dash: Any
    marker: str = ""


def look(place: int) -> Look:
    """The look of scenario number `place`: the first 14 have a colour each, the first 30 a dash with a marker each, and
    the first 210 are all different."""
    marker = MARKERS[place // len(DASHES) % len(MARKERS)]
    return Look(COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)], marker)


def since_base_year(years: np.ndarray, values: np.ndarray, before: float) -> tuple[np.ndarray, np.ndarray]:
    """Years and values [year, run] with the base year's number in front; as they are if they begin earlier."""
    if years[0] <= BASE_YEAR:
        return years, values
    return np.append(BASE_YEAR, years), np.vstack([np.full(values.shape[1], before), values])


def panels(rows: int, columns: int, height: float, share_y: bool = False) -> tuple[Figure, Any]:
    figure = Figure(figsize=(WIDTH, rows * height + 0.4), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    for axis in axes.flat:
        axis.tick_params(labelsize=SIZE)
        axis.xaxis.label.set_size(SIZE)
        axis.yaxis.label.set_size(SIZE)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


def fan(axis: Any, years: Any, values: Any, look: Look, label: str, bands: bool = True) -> None:
    """Median over runs by year, with bands that hold half and 90 % of them. values: [year, run]."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a year in which no history has a value
        low, lower, middle, upper, high = np.nanquantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
    if bands:
        axis.fill_between(years, low, high, color=look.colour, alpha=0.13, linewidth=0)
        axis.fill_between(years, lower, upper, color=look.colour, alpha=0.25, linewidth=0)
    marker = look.marker or ("o" if len(years) == 1 else "")
    axis.plot(
        years, middle, color=look.colour, linestyle=look.dash, linewidth=1.6, label=label,
        marker=marker, markersize=4, markevery=MARK_EVERY,
    )  # fmt: skip
    whole_years(axis)


def whole_years(axis: Any) -> None:
    """Ticks of a time axis: years, no fractions of one."""
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))


def legend_above(figure: Figure, axis: Any, heading: str = "") -> None:
    """One legend for all panels, outside them, under a heading; the figure grows by as much."""
    handles, labels = axis.get_legend_handles_labels()
    columns = min(len(labels), LETTERS // (max(map(len, labels)) + SIGN) or 1)
    figure.legend(
        handles, labels, loc="outside upper center", ncols=columns, frameon=False, fontsize=SIZE, handlelength=3.5,
        title=heading or None, title_fontsize=SIZE + 2,
    )  # fmt: skip
    lines = -(-len(labels) // columns) + bool(heading)
    figure.set_figheight(figure.get_figheight() + LINE * lines)


def at_least(axis: Any, span: float) -> None:
    """Widens a share's axis about its middle, within [0, 1]."""
    low, high = axis.get_ylim()
    if high - low < span:
        bottom = min(max((low + high - span) / 2, 0.0), 1.02 - span)
        axis.set_ylim(bottom, bottom + span)


def png(figure: Figure) -> bytes:
    for axis in figure.axes:
        axis.title.set_fontsize(SIZE + 1)
        legend = axis.get_legend()
        for text in legend.get_texts() if legend else ():
            text.set_fontsize(SIZE)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    return stream.getvalue()

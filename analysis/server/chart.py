"""A line chart as inline SVG, its legend as text with the newest numbers."""

import html
import math
from dataclasses import dataclass

import numpy as np

from abm.forms import months_of
from abm.log.words import short

WIDTH, HEIGHT = 420.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 8.0, 24.0
TICKS, MOST_YEARS, YEAR = 4, 6, 12
STYLES = (  # colour and dash: no two lines differ by colour alone
    ("#1f4e79", ""), ("#b5482f", "7 4"), ("#2a7f7f", "2 3"), ("#6b4c9a", "9 3 2 3"),
)  # fmt: skip
LARGE = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
EMPTY = "–"


@dataclass(frozen=True)
class Line:
    """values: [month], NaN where there is none."""

    label: str
    values: np.ndarray


@dataclass(frozen=True)
class Panel:
    """Lines of one unit over the months since `first` (YYYY-MM) of `months` in all. whole: the axis holds [0, 1]."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    first: str
    months: int
    whole: bool = False
    note: str = ""


def span(panels: list[Panel]) -> tuple[float, float]:
    """The range of values that panels share, from 0."""
    known = np.concatenate([line.values for panel in panels for line in panel.lines] or [np.zeros(0)])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return min(low, 0.0), max(high, 1.0 if panels[0].whole else 0.0) or 1.0


def drawn(panel: Panel, low: float, high: float) -> str:
    """The panel as HTML; `low` and `high` are those of every panel that it is compared with."""
    step = _step(high - low)
    low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)

    def x(month: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * month / max(panel.months - 1, 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    body = []
    for i in range(round((high - low) / step) + 1):
        at = y(low + i * step)
        body.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        body.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{tidy(low + i * step)}</text>')
    for month, year in _years(panel.first, panel.months):
        anchor = "start" if month == 0 else "end" if x(month) > WIDTH - 30 else "middle"
        body.append(f'<text x="{x(month):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{year}</text>')
    for line, (colour, dash) in zip(panel.lines, STYLES, strict=False):
        for run in _unbroken(line.values):
            points = " ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in run)
            body.append(f'<polyline points="{points}" stroke="{colour}" stroke-dasharray="{dash}"/>')
        if line.values.size and math.isfinite(line.values[-1]):
            end = x(line.values.size - 1), y(line.values[-1])
            body.append(f'<circle cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="2.6" fill="{colour}"/>')
    said = "; ".join(f"{line.label} {newest(line)}" for line in panel.lines)
    aria = html.escape(f"{panel.title}, {panel.unit}: {said}", quote=True)
    note = f'<p class="mc-note">{html.escape(panel.note)}</p>' if panel.note else ""
    return (
        f'<h3>{html.escape(panel.title)} <small>{html.escape(panel.unit)}</small></h3>{_legend(panel)}'
        f'<svg class="mc-chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{aria}">{"".join(body)}</svg>'
        f"{note}"
    )


def tidy(value: float) -> str:
    """Three digits that count: 0.35, 12, 640k, 1.2M."""
    for size, sign in LARGE:
        if abs(value) >= size * (10.0 if sign == "k" else 1.0):
            return f"{value / size:.3g}{sign}"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}" if abs(value) >= 1e-9 else "0"


def newest(line: Line) -> str:
    """The last number of a line in words."""
    known = line.values.size and math.isfinite(line.values[-1])
    return short(float(line.values[-1])) if known else EMPTY


def _legend(panel: Panel) -> str:
    items = []
    for line, (colour, dash) in zip(panel.lines, STYLES, strict=False):
        swatch = f'<line x1="0" x2="22" y1="5" y2="5" stroke="{colour}" stroke-dasharray="{dash}"/>'
        items.append(
            f'<li><svg class="mc-swatch" viewBox="0 0 22 10" aria-hidden="true">{swatch}</svg>'
            f"{html.escape(line.label)} <b>{newest(line)}</b></li>"
        )
    return f'<ul class="mc-legend">{"".join(items)}</ul>'


def _unbroken(values: np.ndarray) -> list[list[tuple[int, float]]]:
    """Months and values of every stretch without a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for t, value in enumerate(values.tolist()):
        if math.isfinite(value):
            runs[-1].append((t, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _step(span: float) -> float:
    """A round distance between ticks."""
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    return next(power * size for size in (1.0, 2.0, 2.5, 5.0, 10.0) if power * size * TICKS >= span * (1.0 - 1e-9))


def _years(first: str, months: int) -> list[tuple[int, int]]:
    """Januaries to be named, by number of month."""
    begin = months_of(first)
    januaries = [(t, (begin + t) // YEAR) for t in range(months) if (begin + t) % YEAR == 0]
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if len(januaries) <= MOST_YEARS * n)
    return [(t, year) for t, year in januaries if year % every == 0 or len(januaries) <= every]

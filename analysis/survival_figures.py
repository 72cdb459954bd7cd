"""Figures of the survival of cooperation: the curves, and what whiplash does. Lines differ by style and marker too."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .captions import flat
from .drawing import SIZE, look, panels, png, whole_years
from .figures import Picture
from .lifetimes import Curve
from .statistics import Estimate
from .survival_study import Survival

MARKERS = ("o", "s", "^", "D", "v", "P")
ROOM = 0.055  # of a share's axis: least distance between two labels
DODGE = 0.012  # of the axis, by which scenarios stand beside each other at a whiplash

CURVES = flat("""
    Share of histories whose cooperation has not broken, by years since the coalition's first instrument, for every
    scenario at its own whiplash (Kaplan-Meier). Band between thin lines: 95 % interval at each time by itself, on the
    log-log scale; there is none before the first break and where none is left. A marker at the end of a line: histories
    that still stand when the watch ends, so that their life is at least that long.
""")
WHIPLASH = flat("""
    Share of histories in which cooperation stands (left) and also works (right) to the end, by whiplash: 1 is the
    hazard of reversal on record, 0 none. Bars: 95 % intervals (Wilson). Scenarios stand a little beside each other so
    that their bars can be told apart. The same luck meets every point, so that neighbours differ by less chance than
    their bars suggest.
""")


def pictures(found: Survival) -> list[Picture]:
    """Both figures."""
    return [
        Picture("survival", "How long does cooperation last?", CURVES, _curves(found)),
        Picture("whiplash", "What does whiplash do to cooperation?", WHIPLASH, _whiplash(found)),
    ]


def _curves(found: Survival) -> bytes:
    figure, axes = panels(1, 1, 4.0)
    axis = axes[0, 0]
    ends, longest = [], max(found.window.values())
    for i, (name, curve) in enumerate(found.curves.items()):
        if not curve.runs:
            continue
        colour, style, _ = look(i)
        years, share, low, high = steps(curve, found.window[name])
        axis.step(years, share, where="post", color=colour, linestyle=style, linewidth=1.8)
        edges, low, high = np.repeat(years, 2)[1:-1], np.repeat(low[:-1], 2), np.repeat(high[:-1], 2)
        axis.fill_between(edges, low, high, color=colour, alpha=0.1, linewidth=0)
        axis.plot(edges, np.array([low, high]).T, color=colour, linestyle=style, linewidth=0.7, alpha=0.7)
        if share[-1] > 0.0:
            axis.plot(years[-1], share[-1], MARKERS[i % len(MARKERS)], color=colour, markersize=6, clip_on=False)
        told = f"{_plain(name)}\n{curve.broken} of {curve.runs} broke"
        ends.append((found.window[name] / longest, float(share[-1]), told, colour))
    _labels(axis, ends, 2 * ROOM)
    _share_axis(axis, "share of histories that stand")
    axis.set_xlim(0.0, longest)
    axis.set_xlabel("years since the first instrument")
    whole_years(axis)
    return png(figure)


def steps(curve: Curve, window: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The curve from year 0 to the end of the watch: years, share, low, high [point]; NaN where no interval."""
    last = curve.at(min(window, curve.ends))
    return (
        np.concatenate([[0.0], curve.years, [window]]), np.concatenate([[1.0], curve.share, [last.value]]),
        np.concatenate([[np.nan], curve.low, [last.low]]), np.concatenate([[np.nan], curve.high, [last.high]]),
    )  # fmt: skip


def _whiplash(found: Survival) -> bytes:
    figure, axes = panels(1, 2, 3.6, share_y=True)
    levels, names = np.array(found.plan.levels), list(found.plan.own)
    span = max(float(levels[-1] - levels[0]), 1.0)
    for axis, outcome, title in zip(axes[0], ("stands", "works"), ("stands", "stands and works"), strict=True):
        ends = []
        for i, name in enumerate(names):
            colour, style, _ = look(i)
            shares = list(_of(found, name, outcome))
            value, low, high = (np.array([getattr(e, part) for e in shares]) for part in ("value", "low", "high"))
            place = levels + (i - (len(names) - 1) / 2) * DODGE * span
            axis.errorbar(
                place, value, [value - low, high - value], color=colour, linestyle=style, linewidth=1.6,
                marker=MARKERS[i % len(MARKERS)], markersize=6, capsize=3, elinewidth=1.0,
            )  # fmt: skip
            ends.append((1.0, float(value[-1]), _plain(name), colour))
        _labels(axis, [end for end in ends if np.isfinite(end[1])], ROOM)
        axis.set_title(f"cooperation {title} to the end")
        axis.set_xlim(levels[0] - 0.05 * span, levels[-1] + 0.05 * span)
        axis.set_xticks(levels, [f"{level:g}" for level in levels])
        axis.set_xlabel("whiplash W (1: reversals as often as on record)")
        _share_axis(axis, "share of histories" if axis is axes[0, 0] else "")
    return png(figure)


def _of(found: Survival, name: str, outcome: str) -> Iterator[Estimate]:
    yield from (getattr(point, outcome) for point in found.points if point.scenario == name)


def _share_axis(axis: Any, label: str) -> None:
    axis.set_ylim(-0.02, 1.02)
    axis.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axis.grid(axis="y", color="#dddddd", linewidth=0.6)
    axis.set_ylabel(label)


def _labels(axis: Any, ends: list[tuple[float, float, str, str]], room: float) -> None:
    """Names at the ends of lines, apart from each other: part of the axis, share, text, colour."""
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    for i, height in zip(order, spread([ends[i][1] for i in order], room), strict=True):
        axis.annotate(
            ends[i][2], xy=(ends[i][0], height), xycoords=("axes fraction", "data"), xytext=(10, 0),
            textcoords="offset points", va="center", fontsize=SIZE, color=ends[i][3], annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1.0},
        )  # fmt: skip


def spread(heights: list[float], room: float) -> list[float]:
    """Rising heights in [0, 1] pushed apart to at least `room`, no further than they must."""
    out: list[float] = []
    for height in heights:
        out.append(max(height, out[-1] + room) if out else height)
    over = max(out[-1] - 1.0, 0.0) if out else 0.0
    for i in reversed(range(len(out))):
        top = out[i + 1] - room if i + 1 < len(out) else out[i] - over
        out[i] = min(out[i], top)
    return out


def _plain(name: str) -> str:
    return name.replace("_", " ")

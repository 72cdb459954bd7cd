"""The survival of cooperation in words: curves, tests, and shares by whiplash."""

import math
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .captions import flat
from .lifetimes import Curve
from .statistics import Estimate, wilson
from .survival_study import Comparison, Survival
from .table import NOTHING, WIDTH, number, share_of_runs, with_interval

YEARS = (1, 2, 5, 10, 15)  # after which the share that stands is printed
SMALLEST = 0.001  # p-value that is printed
LUCK = flat("""
    Log-rank: the test takes the histories of two scenarios to be independent. Here they share their luck, seed by seed,
    so that the scenarios differ less by chance than it supposes: it is conservative, its p-values are too large rather
    than too small, and not exact. The paired difference in the share that stands, over the years in which breaks can
    be seen in both, makes use of the shared luck.
""")
INTERVALS = flat("""
    Intervals are 95 %: they say how well a share is known with so many histories, not how wrong the model may be.
""")


def text(found: Survival, folder: Path, runs: int, seed: int) -> str:
    """Curves, tests and shares by whiplash as tables, and where the files are."""
    years = found.results.years
    notes = [*_words(found), *([LUCK] if found.comparisons else []), INTERVALS]
    return "\n".join([
        f"{runs} histories each, {years[0]}-{years[-1]}, {len(found.results.minerals)} minerals, seed {seed}", "",
        *_curves(found), "", *_comparisons(found), "", *_points(found), "",
        *(line for note in notes for line in textwrap.wrap(note, WIDTH)), "",
        f"results   {folder}", f"figures   {folder / 'survival.png'}, {folder / 'whiplash.png'}",
    ])  # fmt: skip


def median(curve: Curve) -> str:
    """Median life with its interval, or that it is not reached."""
    e = curve.median
    low, high = (number(x, 1) if math.isfinite(x) else "" for x in (e.low, e.high))
    if not math.isfinite(e.value):
        return f"not reached [from {low}]" if low else "not reached"
    span = f" [{low}, {high}]" if low and high else f" [{low}, no end]" if low else ""
    return f"{number(e.value, 1)} years{span}"


def p_value(p: float) -> str:
    """A p-value to the digits it deserves."""
    return f"under {SMALLEST:g}" if p < SMALLEST else f"{p:.3f}"


def _curves(found: Survival) -> Iterator[str]:
    """A row a scenario: how many broke, median life, and the share that stands after some years."""
    years = [y for y in YEARS if y < max(found.window.values())]
    after = [f"stands after {y} years" if y > 1 else "stands after a year" for y in years]
    rows = [["how long", "whiplash", "histories", "broke", "median life", *after, "to the end"]]
    for name, curve in found.curves.items():
        stands = [_share(curve.at(float(y))) for y in years]
        end = f"{_share(curve.at(curve.ends))} ({number(found.window[name], 1)} years)" if curve.runs else NOTHING
        set_to = f"{found.plan.set_to[name]:g}"
        rows.append([_plain(name), set_to, str(curve.runs), str(curve.broken), median(curve), *stands, end])
    yield from aligned([list(row) for row in zip(*rows, strict=True)])


def _comparisons(found: Survival) -> Iterator[str]:
    if not found.comparisons:
        yield "log-rank test: one scenario alone, nothing to compare"
        return
    rows = [["log-rank test", "statistic", "degrees of freedom", "p", "stands, paired difference"]]
    for one in found.comparisons:
        test, said = one.test, [NOTHING] * 3
        if not test.words:
            said = [number(test.statistic), str(test.degrees), p_value(test.p)]
        apart = with_interval(one.stands, sign=True)
        rows.append([_named(one), *said, f"{apart}  ({test.words})" if test.words else apart])
    yield from aligned(rows)


def _points(found: Survival) -> Iterator[str]:
    rows = [["by whiplash", "W", "histories", "stands to the end", "works to the end", ""]]
    for p in found.points:
        shares = [share_of_runs(p.stands), share_of_runs(p.works)]
        words = {0.0: "all break", 1.0: "all stand"}.get(p.stands.value, "")
        rows.append([_plain(p.scenario), f"{p.whiplash:g}", str(p.runs), *shares, words])
    yield from aligned(rows)


def _words(found: Survival) -> Iterator[str]:
    """What numbers alone would not say: curves without a break, and without a survivor."""
    for name, curve in found.curves.items():
        if not curve.runs:
            yield f"{_plain(name)}: no sound history."
        elif not curve.broken:
            least = number(wilson(np.ones(curve.runs)).low)
            yield f"{_plain(name)}: no break in {curve.runs} histories; the curve stays at 1 (95 %: {least} or more)."
        elif curve.broken == curve.runs:
            yield f"{_plain(name)}: all {curve.runs} histories break; the curve falls to 0."
    for one in found.comparisons:
        lengths = [found.window[name] for name in one.scenarios]
        if len(lengths) == 2 and lengths[0] != lengths[1]:
            first, other, after = (number(length, 1) for length in (*lengths, one.years))
            yield (
                f"{_named(one)}: watched for {first} and {other} years, so that the shares to the end cannot be "
                f"compared; the paired difference is that after {after} years."
            )


def aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows of cells in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _share(e: Estimate) -> str:
    """A share with its interval, if there is one: none before the first break and where none is left."""
    return share_of_runs(e) if math.isfinite(e.low) else number(e.value)


def _named(one: Comparison) -> str:
    first, *others = map(_plain, one.scenarios)
    return f"{first} against {others[0]}" if len(others) == 1 else "all together"


def _plain(name: str) -> str:
    return name.replace("_", " ")

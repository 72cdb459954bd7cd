"""Which axes of a sweep move an outcome: Morris's elementary effects, Sobol's indices, or first-order indices of a
plain sample, each with a 95 % interval.

morris: mu_star, the mean size of the change when an axis alone goes through its whole range (a step is about two thirds
of it, scaled up), with an interval that ends at 0, as a size is not negative; and sigma, how much that change differs
from place to place. Source: Campolongo, Cariboni and Saltelli (2007). saltelli: S1, the share of the variance of an
outcome that an axis explains alone, and ST, with all in which it takes part; S2 of pairs if the design asks for them.
Source: Saltelli et al. (2010). Other samples: S1 by RBD-FAST, which needs no structure. Source: Tarantola, Gatelli and
Mara (2006). All through SALib.

The output at a point is the mean over its histories, whose luck is the same at every point. A point of which a history
failed or is not there yet has no output; the trajectory or block of rows that holds it is left out, and counted.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import BadInput
from experiments.design import Design
from experiments.hashing import listed
from experiments.sampling import EXTRA, LEVELS, problem, sample, unit
from experiments.views import Views

from .statistics import LEVEL

OUTCOMES = ("stands", "works", "life_years", "deconcentrated")
SEED = 20_260_205  # of the resampling
PAIR = " × "  # between the names of two axes
RESAMPLES = 1000
HARMONICS = 10  # of RBD-FAST, as its authors take
FEWEST = {"morris": 4, "saltelli": 16, "other": 128}  # trajectories, blocks, points: below, nothing is said
MEASURES = {"morris": ("mu_star", "sigma"), "saltelli": ("S1", "ST"), "other": ("S1",)}  # the first with an interval


@dataclass(frozen=True)
class Found:
    """What every axis does to one outcome in one scenario. table: a row an axis and measure, with columns axis,
    measure, value, low, high (NaN without interval); used, dropped: trajectories, blocks or points; noise: share of the
    variance between points that other luck would change (NaN with one history a point); floor: the mu_star that
    such luck alone gives (NaN but for morris)."""

    scenario: str
    outcome: str
    kind: str  # a key of MEASURES
    table: pd.DataFrame
    used: int
    dropped: int
    noise: float
    floor: float

    def measure(self, name: str) -> pd.DataFrame:
        """Value, low and high by axis."""
        return self.table[self.table["measure"] == name].set_index("axis")


def of_sweep(views: Views, only: str | None = None) -> list[Found]:
    """Of every scenario (or only one) and outcome that varies. Nothing of designs without a sample, or with too few
    points."""
    design = Design.read(views.manifests[0]["design"])
    if design.method in ("table", "factorial"):
        return []
    rows, outcomes, found = sample(design), [name for name in OUTCOMES if name in views.outcomes], []
    runs = views.sql(f"select {listed([*views.axes, *outcomes])} point, scenario, run from runs order by point, run")
    for scenario, own in runs[runs["scenario"] == only if only else runs["scenario"].notna()].groupby("scenario"):
        placed = [axis for axis in views.axes if own[axis].notna().any()]
        for outcome in outcomes if placed else ():
            table = own.pivot(index="point", columns="run", values=outcome).dropna()
            means = own.drop_duplicates("point").set_index("point").loc[table.index, placed]
            means["mean"] = table.mean(axis=1)
            told = indices(design, outputs_of(views.axes, placed, rows, means))
            if told is not None:
                luck = luck_of(table.to_numpy(float))
                spread = float(means["mean"].var(ddof=1))
                found.append(
                    Found(
                        str(scenario), outcome, kind_of(design), _placed(told[0], placed), told[1], told[2],
                        min(luck / spread, 1.0), 2.0 * math.sqrt(luck / math.pi) / _step(design),
                    )
                )  # fmt: skip
    return found


def _placed(table: pd.DataFrame, placed: list[str]) -> pd.DataFrame:
    """Without axes that the scenario has no place for."""
    return table[[all(name in placed for name in axis.split(PAIR)) for axis in table["axis"]]].reset_index(drop=True)


def _step(design: Design) -> float:
    """The step of Morris's method, as a share of the range of an axis; NaN for other methods."""
    levels = design.levels or LEVELS
    return levels / (2.0 * (levels - 1)) if design.method == "morris" else math.nan


def kind_of(design: Design) -> str:
    return design.method if design.method in MEASURES else "other"


def outputs_of(axes: list[str], placed: list[str], rows: list[tuple[Any, ...]], points: pd.DataFrame) -> np.ndarray:
    """Mean of the outcome at every row of the sample [row]; NaN where its point is not whole. placed: the axes that the
    scenario has a place for. points: with columns of axes, and mean."""
    at = [axes.index(axis) for axis in placed]
    texts = [not pd.api.types.is_numeric_dtype(points[axis]) for axis in placed]
    values = zip(*(points[axis] for axis in placed), strict=True)
    means = dict(zip(values, points["mean"], strict=True))
    keys = (tuple(str(row[i]) if text else float(row[i]) for i, text in zip(at, texts, strict=True)) for row in rows)
    return np.array([means.get(key, math.nan) for key in keys])


def indices(design: Design, outputs: np.ndarray) -> tuple[pd.DataFrame, int, int] | None:
    """The table of `Found`, and how many trajectories, blocks or points were used and dropped; None where too few are
    left, or nothing varies. outputs: [row of the sample], NaN where there is none."""
    try:
        from SALib.analyze import morris, rbd_fast, sobol
    except ImportError:
        raise BadInput("SALib is not installed", key="sensitivity", allowed=f"the extra: {EXTRA}") from None
    axes, rows, kind = len(design.axes), unit(design), kind_of(design)
    size = {"morris": axes + 1, "saltelli": 2 * axes + 2 if design.second_order else axes + 2}.get(kind, 1)
    whole = ~np.isnan(outputs).reshape(-1, size).any(axis=1)
    kept, used = np.repeat(whole, size), int(np.count_nonzero(whole))
    x, y = rows[kept], outputs[kept]
    if used < FEWEST[kind] or np.ptp(y) == 0.0:
        return None
    same: dict[str, Any] = {"num_resamples": RESAMPLES, "conf_level": LEVEL, "seed": SEED}
    if kind == "morris":
        told = morris.analyze(problem(design), x, y, num_levels=design.levels or LEVELS, **same)
        measures = {"mu_star": told["mu_star_conf"], "mu": None, "sigma": None}
    elif kind == "saltelli":
        told = sobol.analyze(problem(design), y, calc_second_order=bool(design.second_order), **same)
        measures = {"S1": told["S1_conf"], "ST": told["ST_conf"]}
    else:
        told = rbd_fast.analyze(problem(design), x, y, M=HARMONICS, **same | {"num_resamples": RESAMPLES // 5})
        measures = {"S1": told["S1_conf"]}
    names = problem(design)["names"]
    told_rows = [
        (name, measure, float(value), half)
        for measure, halves in measures.items()
        for name, value, half in zip(names, told[measure], [math.nan] * axes if halves is None else halves, strict=True)
    ]
    if design.second_order:
        told_rows += [
            (f"{a}{PAIR}{names[j]}", "S2", float(told["S2"][i, j]), float(told["S2_conf"][i, j]))
            for i, a in enumerate(names)
            for j in range(i + 1, axes)
        ]
    table = pd.DataFrame(told_rows, columns=["axis", "measure", "value", "half"])
    table["low"], table["high"] = table["value"] - table["half"], table["value"] + table["half"]
    table.loc[table["measure"] == "mu_star", "low"] = table["low"].clip(lower=0.0)
    return table.drop(columns="half"), used, len(whole) - used


def luck_of(values: np.ndarray) -> float:
    """The variance that the luck of few histories leaves in the mean of a point: of what neither point nor history
    explains alone, over the number of histories. Luck that all points share moves no difference between them. NaN with
    one history a point. values: [point, run]."""
    points, runs = values.shape
    if points < 2 or runs < 2:
        return math.nan
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float(np.square(left).mean()) * points / (points - 1) / (runs - 1)

"""Means over the points of a sample whose histories have the same luck at every point, with an interval for both."""

import math

import numpy as np
import pandas as pd
from scipy.stats import t

from .sensitivity import luck_of
from .statistics import LEVEL, NONE, Estimate, Z


def crossed(values: np.ndarray) -> Estimate:
    """Mean of [point, run] and its 95 % interval: points are a sample, and so are the runs, which all points share. The
    variances of the means by point and by run are added, what they both hold is taken off once; Student's quantile has
    the degrees of freedom of the runs, so that few runs give a wide interval. Source of the variance: Cameron, Gelbach
    and Miller (2011), for groups that are crossed. No interval of one point or one run."""
    points, runs = values.shape
    if points == 0 or runs == 0:
        return NONE
    if points == 1 or runs == 1:
        return Estimate(float(values.mean()), math.nan, math.nan)
    return _within(float(values.mean()), *_spread(values), values.mean(axis=0).var(ddof=1) / runs, runs)


def apart(own: np.ndarray, other: np.ndarray) -> Estimate:
    """Mean of one set of points less that of another, whose histories have the same luck [point, run]: what luck does
    to both alike goes out of the difference run by run. The same variance of crossed groups, with that difference in
    place of the mean by run."""
    if own.shape[0] == 0 or other.shape[0] == 0:
        return NONE
    middle, runs = float(own.mean() - other.mean()), own.shape[1]
    if min(*own.shape, *other.shape) == 1:
        return Estimate(middle, math.nan, math.nan)
    points, luck = np.add(_spread(own), _spread(other))
    shared = (own.mean(axis=0) - other.mean(axis=0)).var(ddof=1) / runs
    return _within(middle, float(points), float(luck), shared, runs)


def among(values: np.ndarray, chosen: np.ndarray) -> Estimate:
    """Mean over the chosen histories alone; both [point, run], chosen bool. As a ratio of two means, with the interval
    of its linear part."""
    part = chosen.mean()
    if part == 0.0:
        return NONE
    middle = float(values[chosen].mean())
    return crossed(middle + chosen * (values - middle) / part)


def _spread(values: np.ndarray) -> tuple[float, float]:
    """The variance of a mean over points by itself, and the part of it that luck leaves in every point."""
    points = values.shape[0]
    return values.mean(axis=1).var(ddof=1) / points, luck_of(values) / points


def _within(middle: float, points: float, luck: float, shared: float, runs: int) -> Estimate:
    half = float(t.ppf((1.0 + LEVEL) / 2.0, runs - 1)) * math.sqrt(max(points + shared - luck, points, shared))
    return Estimate(middle, middle - half, middle + half)


def share(values: np.ndarray) -> Estimate:
    """The same for a share of histories: within [0, 1], and not narrower than Wilson's interval, which has a
    width even where all histories are alike."""
    found, n = crossed(values), values.size
    if not math.isfinite(found.low):
        return found
    p, z = found.value, Z * Z / n
    middle, half = (p + z / 2.0) / (1.0 + z), math.sqrt(p * (1.0 - p) * z + z * z / 4.0) / (1.0 + z)
    low, high = min(found.low, middle - half), max(found.high, middle + half)
    return Estimate(p, max(low, 0.0), min(high, 1.0))


def table(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """An outcome by point and run; only points of which every history is sound."""
    return runs.pivot(index="point", columns="run", values=outcome).dropna()

"""Means with 95 % intervals over histories, and paired differences under common random numbers."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.outcomes import DRAWN

LEVEL = 0.95
RESAMPLES = 4000
SEED = 20_260_204  # of the resampling, so that the same runs always print the same digits
Z = 1.959963984540054  # the normal quantile of LEVEL
NAMES = ("scenario", "run", "seed", "key")


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float


NONE = Estimate(math.nan, math.nan, math.nan)


def wilson(successes: np.ndarray) -> Estimate:
    """Share of runs [run] (0 or 1 each) and its score interval, honest at 0 and 1 too. Source: Wilson (1927)."""
    n = len(successes)
    if n == 0 or np.isnan(successes).any():
        return NONE
    p = float(np.mean(successes))
    centre, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = (centre - spread) / (1 + Z * Z / n), (centre + spread) / (1 + Z * Z / n)
    return Estimate(p, 0.0 if p == 0.0 else low, 1.0 if p == 1.0 else high)


def means(values: np.ndarray) -> list[Estimate]:
    """Mean over runs of every column [run, outcome], with a percentile bootstrap interval; a column that holds NaN has
    none, nor have fewer than two runs an interval."""
    n, k = values.shape
    if n == 0:
        return [NONE] * k
    shift = values[0]
    apart = values - shift  # of the first run: exactly 0 for what is the same in all
    middle = shift + np.mean(apart, axis=0)
    low = high = np.full(k, np.nan)
    if n > 1:
        low, high = shift + np.quantile(_resampled(apart), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return [Estimate(*map(float, row)) for row in zip(middle, low, high, strict=True)]


def _resampled(values: np.ndarray) -> np.ndarray:
    """Means of resampled runs [resample, outcome]: the same runs are drawn for every outcome."""
    n = len(values)
    generator = np.random.default_rng(SEED)
    out = np.empty((RESAMPLES, values.shape[1]))
    for i in range(RESAMPLES):
        out[i] = np.bincount(generator.integers(0, n, n), minlength=n) @ values
    return out / n


def summary(runs: pd.DataFrame, label: str) -> dict[str, Estimate]:
    """Mean of every outcome of a scenario."""
    own = _outcomes(runs, label)
    return dict(zip(own.columns, means(own.to_numpy(dtype=float)), strict=True))


def median(runs: pd.DataFrame, label: str, outcome: str) -> float:
    """Median of an outcome over the runs of a scenario; NaN where a run has none."""
    own = _outcomes(runs, label)
    return float(np.median(own[outcome])) if len(own) else math.nan


def paired(runs: pd.DataFrame, label: str, against: str) -> dict[str, Estimate]:
    """Mean difference to another scenario, seed by seed, of every outcome that both have; only runs sound in both."""
    own, other = _outcomes(runs, label), _outcomes(runs, against)
    names = [n for n in own.columns.intersection(other.columns) if not (own[n].isna().any() or other[n].isna().any())]
    seeds = own.index.intersection(other.index)
    apart = own.loc[seeds, names].to_numpy(dtype=float) - other.loc[seeds, names].to_numpy(dtype=float)
    return dict(zip(names, means(apart), strict=True))


def _outcomes(runs: pd.DataFrame, label: str) -> pd.DataFrame:
    """The outcomes of a scenario by seed; those that its runs do not have at all are left out."""
    own = runs[runs["scenario"] == label].set_index("seed")
    return own.drop(columns=[n for n in own.columns if n in NAMES or n.startswith(DRAWN)])

"""How long something lasts when some of it outlives the watch: Kaplan-Meier curves and log-rank tests."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2

from abm.errors import BadInput

from .statistics import NONE, Estimate, Z

NEEDED = "needs statsmodels: pip install 'mineralclub[analysis]'"
HALF = 0.5
SMALLEST = 1e-12  # by which a product of shares may miss what it is


@dataclass(frozen=True)
class Curve:
    """Share of histories that still stand. years, at_risk, breaks, share, low, high: [step], a step for every time with
    a break; years from the first instrument, at_risk just before, share just after; low and high NaN where there is no
    interval (none stands). median: years; value NaN where not reached, high infinite where the interval has no end.
    ends: years of the longest life seen, broken or not."""

    runs: int
    years: np.ndarray
    at_risk: np.ndarray
    breaks: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    median: Estimate
    ends: float

    @property
    def broken(self) -> int:
        """Histories that broke."""
        return int(math.fsum(self.breaks.tolist()))

    def at(self, years: float) -> Estimate:
        """The share that stands after so many years; NONE after the watch has ended, unless none is left to watch. 1
        without an interval before the first break."""
        if not self.runs or (years > self.ends and self.broken < self.runs):
            return NONE
        i = int(np.searchsorted(self.years, years, side="right")) - 1
        if i < 0:
            return Estimate(1.0, math.nan, math.nan)
        return Estimate(float(self.share[i]), float(self.low[i]), float(self.high[i]))


@dataclass(frozen=True)
class LogRank:
    """Statistic (chi squared), degrees of freedom, p-value; NaN, and why in words, where there is no test."""

    statistic: float
    degrees: int
    p: float
    words: str = ""


@dataclass(frozen=True)
class Lives:
    """Years to the break, or to the end of the watch, and whether it broke at all: both [run]."""

    years: np.ndarray
    broke: np.ndarray

    def until(self, years: float) -> "Lives":
        """The same lives, watched for so many years at most."""
        return Lives(np.minimum(self.years, years), self.broke & (self.years <= years + SMALLEST))


def library() -> Any:
    """statsmodels' functions of survival; BadInput if it is not installed."""
    try:
        from statsmodels.duration import survfunc
    except ImportError:
        raise BadInput(NEEDED) from None
    return survfunc


def kaplan_meier(lives: Lives) -> Curve:
    """The curve with pointwise 95 % intervals on the log-log scale, which stay within 0 and 1, and its median.

    Source: Kaplan and Meier (1958); standard error by Greenwood (1926); interval of the median by Brookmeyer and
    Crowley (1982). The median is the first time at which no more than half stand, as in textbooks; the verdict takes
    the middle between two histories where their number is even.
    """
    runs = len(lives.years)
    if not runs:
        nothing = np.empty(0)
        return Curve(0, nothing, nothing, nothing, nothing, nothing, nothing, NONE, math.nan)
    with np.errstate(all="ignore"):  # the logarithm of 0, where none stands
        found = library().SurvfuncRight(lives.years, lives.broke.astype(float))
        share, error = np.clip(found.surv_prob, 0.0, 1.0), found.surv_prob_se
        apart = np.exp(Z * error / (share * -np.log(share)))  # Z standard errors of log(-log share)
        inside = (share > 0.0) & (share < 1.0)
        low, high = (np.where(inside, share**power, np.nan) for power in (apart, 1.0 / apart))
        bounds = found.quantile_ci(HALF) if len(share) else (math.nan, math.nan)
    reached = np.flatnonzero(share <= HALF + SMALLEST)
    value = float(found.surv_times[reached[0]]) if len(reached) else math.nan
    median = Estimate(value, *map(float, bounds))
    years, at_risk, breaks = found.surv_times, found.n_risk, found.n_events
    return Curve(runs, years, at_risk, breaks, share, low, high, median, float(lives.years.max()))


def log_rank(groups: Sequence[Lives]) -> LogRank:
    """Whether lives differ between groups by more than chance.

    The test takes histories of different groups to be independent. Groups that share their luck, seed by seed, differ
    less by chance than it supposes: it is then not exact but conservative, with p-values too large rather than too
    small. Groups whose watch ends before the first break of all say nothing and are left out.
    """
    breaks = np.concatenate([one.years[one.broke] for one in groups])
    if not all(len(one.years) for one in groups):
        return LogRank(math.nan, 0, math.nan, "a scenario without a sound history")
    if not len(breaks):
        return LogRank(math.nan, 0, math.nan, f"no break in {'either' if len(groups) == 2 else 'any'}")
    seen = [one for one in groups if one.years.max() >= breaks.min()]
    if len(seen) < 2:
        return LogRank(math.nan, 0, math.nan, "no break while both were watched")
    years, broke = np.concatenate([one.years for one in seen]), np.concatenate([one.broke for one in seen])
    group = np.repeat(np.arange(len(seen)), [len(one.years) for one in seen])
    try:
        statistic = float(library().survdiff(years, broke.astype(float), group)[0])
    except np.linalg.LinAlgError:  # no chance in who breaks: all do, at the same time
        return LogRank(math.nan, 0, math.nan, "all break in the same month")
    degrees = len(seen) - 1
    return LogRank(statistic, degrees, float(chi2.sf(statistic, degrees)))

"""How much higher a floor must be for the same capacity when reversals become likelier.

The credibility exchange rate (Q3). For every whiplash W a grid of floors is run under the same luck; the floor that
brings the capacity of the reference (W = 1 at the default floor) is read off the mean response, made monotone.
`alone` is what R46 says by itself: the support that keeps A x annuity(r + pi h) the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import Sources, start_of
from experiments.runner import seeds_of

WHIPLASH = (0.0, 0.5, 1.0, 2.0, 4.0)
LEVELS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)  # shares of the gap between price and incentive price
REFERENCE = (1.0, 1.0)  # whiplash and level whose capacity the others must match
YEARS, MONTHS, LANES, DRAWS = 10, 12, 64, 1000
CLEAR = 3.0  # standard errors of a paired difference above which a floor is said to have an effect
Watch = Callable[[int], None]


@dataclass(frozen=True)
class Curve:
    """needed[W]: share of the incentive gap, with its interval (NaN: not within the grid); capacity: [W, level] mean
    share of base-year world output; base, gap: USD/t; hazards: h by W (1/year); alone: [W] multiple of the support;
    failed: histories left out;
    clear: a floor raises capacity at W = 1 by more than its noise."""

    mineral: str
    hazards: np.ndarray
    capacity: np.ndarray
    needed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    alone: np.ndarray
    target: float
    base: float
    gap: float
    runs: int
    failed: int
    clear: bool

    def usd(self, level: float) -> float:
        """A level as a price (USD/t)."""
        return self.base + level * self.gap


def curve(mineral: str, runs: int, seed: int, facts: Sources, watch: Watch = lambda done: None) -> Curve:
    """The curve of one mineral. BadInput: no such mineral, or one whose incentive price lies below today's."""
    if mineral not in facts.base.minerals:
        raise BadInput("unknown mineral", key="--mineral", value=mineral, allowed=facts.base.minerals)
    reference = start_of(_scenario(mineral, *REFERENCE), facts)
    base, needed = float(reference.static["list_price"][1, 0]), float(reference.static["incentive_price"][0])
    if needed <= base:
        able = [m for m in facts.base.minerals if _gap(m, facts) > 0.0]
        raise BadInput(
            "its incentive price lies below its price: no floor is needed", key="--mineral", value=mineral, allowed=able
        )
    capacity = simulate(mineral, runs, seed, facts, watch)  # [W, level, run]
    value = reference.parameter
    of_r46 = ("base_return", "support_years", "permanent_share", "mean_suspension")
    hazards = np.array(WHIPLASH) * value("reversal_hazard_observed")
    one = WHIPLASH.index(REFERENCE[0]), LEVELS.index(REFERENCE[1])
    luck = np.random.Generator(np.random.PCG64(seed)).integers(0, runs, (DRAWS, runs))
    draws = np.array([_needed(np.nanmean(capacity[:, :, pick], axis=2), one) for pick in luck])
    means = np.nanmean(capacity, axis=2)
    smooth = response(means[one[0]])
    effect = means[one[0]] - means[one[0], 0]
    noise = np.nanstd(capacity[one[0]] - capacity[one[0], :1], axis=1) / np.sqrt(runs)
    with np.errstate(all="ignore"):
        low, high = np.array([_interval(draws[:, i]) for i in range(len(WHIPLASH))]).T
    return Curve(
        mineral, hazards, means, _needed(means, one), low, high,
        alone(hazards, *(value(name) for name in of_r46)),
        float(smooth[one[1]]), base, needed - base, runs, int(np.isnan(capacity).sum()),
        bool((effect > CLEAR * noise).any()),
    )  # fmt: skip


def alone(
    hazards: np.ndarray, required_return: float, years: float, permanent: float, suspension: float
) -> np.ndarray:
    """R46 in closed form: support needed at each hazard (1/year) as a multiple of that at none."""
    rate = required_return + permanent * hazards
    worth = (1.0 - np.exp(-rate * years)) / rate / (1.0 + hazards * suspension / MONTHS)
    none = (1.0 - np.exp(-required_return * years)) / required_return
    return none / worth


def simulate(mineral: str, runs: int, seed: int, facts: Sources, watch: Watch) -> np.ndarray:
    """New capacity online ten years after the floor began, as a share of base-year world output: [W, level, run].
    NaN where a history failed."""
    points = [(w, level) for w in WHIPLASH for level in LEVELS]
    lanes = [(point, int(s)) for point in points for s in seeds_of(seed, runs)]
    found = []
    for first in range(0, len(lanes), LANES):
        part = lanes[first : first + LANES]
        starts = [start_of(_scenario(mineral, *point), facts) for point, _ in part]
        record = Ensemble(starts, np.array([s for _, s in part])).run()
        world = starts[0].static["base_output"][1, 0].sum() / MONTHS
        found.append(np.where(record.failed, np.nan, record.online[-1, 0] / world))
        watch(first + len(part))
    return np.concatenate(found).reshape(len(WHIPLASH), len(LEVELS), runs)


def response(capacity: np.ndarray) -> np.ndarray:
    """Mean capacity by level, made monotone: a floor cannot be felt to lower it. capacity: [level]."""
    return isotonic_regression(capacity).x


def invert(levels: Sequence[float], capacity: np.ndarray, target: float) -> float:
    """Lowest level at which a rising response reaches the target, linear between the levels; NaN if none does."""
    if target > capacity[-1]:
        return float("nan")
    i = int(np.argmax(capacity >= target))
    if i == 0 or capacity[i] == capacity[i - 1]:
        return float(levels[i])
    part = (target - capacity[i - 1]) / (capacity[i] - capacity[i - 1])
    return float(levels[i - 1] + part * (levels[i] - levels[i - 1]))


def _scenario(mineral: str, whiplash: float, level: float) -> Scenario:
    floor = {"minerals": (mineral,), "level": level, "unit": "share of incentive gap", "start": "2027-01"}
    form = {
        "name": "exchange-rate", "minerals": (mineral,), "end": "2036-12", "parameters": {"whiplash": whiplash},
        "coalition": {"excluded": ("RUS", "PRK", "IRN", "MMR", "CUB"), "price_floor": floor},
    }  # fmt: skip
    return Scenario.read(form)


def _gap(mineral: str, facts: Sources) -> float:
    start = start_of(_scenario(mineral, *REFERENCE), facts)
    return float(start.static["incentive_price"][0] - start.static["list_price"][1, 0])


def _needed(means: np.ndarray, one: tuple[int, int]) -> np.ndarray:
    """[W] the level that brings the reference's capacity. means: [W, level]."""
    smooth = np.array([response(row) for row in means])
    return np.array([invert(LEVELS, row, smooth[one]) for row in smooth])


def _interval(values: np.ndarray) -> tuple[float, float]:
    """95 % of the draws, a draw that the grid does not reach counting as larger than all."""
    low, high = np.quantile(np.where(np.isnan(values), np.inf, values), (0.025, 0.975), method="nearest")
    return float(low), float(high)

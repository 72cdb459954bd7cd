"""Intervals that narrow, that repeat to the last digit, and that are exactly nothing where nothing differs."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from analysis import statistics
from analysis.statistics import means, median, paired, summary, wilson


def table(**outcomes: list[float]) -> pd.DataFrame:
    """Rows of scenario "a" with seeds 0, 1, …"""
    runs = len(next(iter(outcomes.values())))
    return pd.DataFrame({"scenario": "a", "run": range(runs), "seed": range(runs), "key": "k", **outcomes})


@pytest.mark.parametrize(("hits", "runs"), [(0, 10), (10, 10), (5, 10), (82, 200)])
def test_wilson_is_that_of_scipy(hits, runs):
    e = wilson(np.array([1.0] * hits + [0.0] * (runs - hits)))
    expected = binomtest(hits, runs).proportion_ci(method="wilson")
    assert e == statistics.Estimate(hits / runs, pytest.approx(expected.low), pytest.approx(expected.high))


def test_wilson_of_nothing_is_nothing():
    assert math.isnan(wilson(np.array([])).value)
    assert math.isnan(wilson(np.array([1.0, math.nan])).value)


def test_bootstrap_is_near_the_normal_interval():
    values = np.random.default_rng(1).normal(5.0, 2.0, (400, 1))
    (e,) = means(values)
    half = statistics.Z * values.std(ddof=1) / 20.0
    assert e.value == pytest.approx(values.mean())
    assert [e.low, e.high] == pytest.approx([e.value - half, e.value + half], abs=0.1 * half)


def test_intervals_narrow_and_repeat():
    values = np.random.default_rng(2).exponential(1.0, (800, 3))
    few, many = means(values[:50]), means(values)
    assert all(b.high - b.low < 0.5 * (a.high - a.low) for a, b in zip(few, many, strict=True))
    assert means(values) == many


def test_what_is_the_same_in_all_runs_has_no_width():
    (e,) = means(np.full((7, 1), 0.1))
    assert (e.value, e.low, e.high) == (0.1, 0.1, 0.1)


def test_one_run_has_a_mean_and_no_interval():
    (e,) = means(np.array([[0.4]]))
    assert e.value == 0.4 and math.isnan(e.low) and math.isnan(e.high)


def test_an_outcome_that_is_not_reached_has_no_mean():
    got = summary(table(life=[1.0, math.nan, 3.0], price=[1.0, 2.0, 3.0]), "a")
    assert math.isnan(got["life"].value) and got["price"].value == 2.0


def test_median():
    assert median(table(life=[1.0, 2.0, 9.0]), "a", "life") == 2.0
    assert math.isnan(median(table(life=[1.0, math.nan, 9.0]), "a", "life"))


def test_a_scenario_differs_by_exactly_nothing_from_itself():
    one = table(price=list(np.random.default_rng(3).normal(size=40)))
    both = pd.concat([one, one.assign(scenario="b")])
    assert paired(both, "b", "a") == {"price": statistics.Estimate(0.0, 0.0, 0.0)}


def test_pairs_need_both_halves():
    both = pd.concat([table(price=[1.0, 2.0, 3.0]), table(price=[1.5, 2.5, 99.0]).assign(scenario="b")[:2]])
    assert paired(both, "b", "a")["price"] == statistics.Estimate(0.5, 0.5, 0.5)


def test_pairs_are_tighter_than_the_scenarios():
    luck = np.random.default_rng(4).normal(0.0, 10.0, 100)
    both = pd.concat([table(price=list(luck)), table(price=list(luck + 1.0)).assign(scenario="b")])
    e = paired(both, "b", "a")["price"]
    assert e.high - e.low < 1e-9 and e.value == pytest.approx(1.0)

"""The own mathematics: its accuracy against 40 digits, the ends of its domain, and the same bits in every mode."""

import os
import subprocess
import sys
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf

from abm import numerics
from abm.rulebook import RULES, rule

TINY, LEAST, MOST = 2.2250738585072014e-308, 5e-324, 1.7976931348623157e308
LOW, HIGH = 9.85967654375977e-305, 1.0142320547350045e304  # e**-700 and e**700


def ufunc(function):
    """A rule that stays out of the book."""
    made = rule(function)
    del RULES[function.__name__]
    return made


@ufunc
def exp(x):
    return numerics.exp(x)


@ufunc
def log(x):
    return numerics.log(x)


@ufunc
def sqrt(x):
    return numerics.sqrt(x)


@ufunc
def logistic(x):
    return numerics.logistic(x)


@ufunc
def softplus(x):
    return numerics.softplus(x)


@ufunc
def normal_quantile(p):
    return numerics.normal_quantile(p)


@ufunc
def power(x, y):
    return numerics.power(x, y)


UNARY = {f.__name__: f for f in (exp, log, sqrt, logistic, softplus, normal_quantile)}
POINTS = 3000


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


def largest_error(got, points, exact) -> float:
    """Largest relative error of what was got at some points against a function of exact numbers."""
    wanted = [exact(*map(mpf, map(float, p))) for p in zip(*points, strict=True)]
    return max(float(abs(mpf(float(g)) / w - 1)) for g, w in zip(got, wanted, strict=True))


def around(rng, scale: float) -> np.ndarray:
    """Numbers of both signs up to a scale: evenly, by magnitude, and the ends."""
    small = 10.0 ** rng.uniform(-300, np.log10(scale), POINTS) * rng.choice([-1.0, 1.0], POINTS)
    return np.concatenate([rng.uniform(-scale, scale, POINTS), rng.uniform(-2, 2, POINTS), small, [-scale, scale]])


def positive(rng) -> np.ndarray:
    """Positive numbers: by magnitude, around one, next to one, subnormal, and the ends."""
    next_to_one = 1.0 + 10.0 ** rng.uniform(-16, 0, POINTS) * rng.choice([-0.5, 1.0], POINTS)
    x = np.concatenate([10.0 ** rng.uniform(-308, 308, POINTS), rng.uniform(0.5, 2, POINTS), next_to_one])
    return np.concatenate([x[x != 1.0], rng.integers(1, 2**52, 100).view(float), [LEAST, TINY, MOST]])


def test_exp_is_accurate(rng):
    x = around(rng, 700.0)
    assert largest_error(exp(x), [x], mp.exp) < 2e-16


def test_log_is_accurate_near_one_too(rng):
    x = positive(rng)
    assert largest_error(log(x), [x], mp.log) < 2e-16
    assert log(1.0) == 0.0


def test_logistic_is_accurate(rng):
    x = around(rng, 700.0)
    assert largest_error(logistic(x), [x], lambda x: 1 / (1 + mp.exp(-x))) < 4e-16


def test_softplus_is_accurate(rng):
    x = around(rng, 700.0)
    with mp.workdps(350):  # ln(1 + e**-700)
        assert largest_error(softplus(x[::10]), [x[::10]], lambda x: mp.log(1 + mp.exp(x))) < 4e-16


def test_power_is_accurate(rng):
    x = positive(rng)
    widest = np.minimum(700.0 / np.abs(np.log(x)), 1e15)
    y = widest * rng.uniform(-1, 1, x.size) * 10.0 ** rng.choice([0, 0, -1, -2, -4], x.size)
    exponent = np.abs(y * np.log(x))
    got, wanted = power(x, y), [mp.power(mpf(float(a)), mpf(float(b))) for a, b in zip(x, y, strict=True)]
    error = np.array([float(abs(mpf(float(g)) / w - 1)) for g, w in zip(got, wanted, strict=True)])
    assert (error / (2e-16 + 1e-17 * exponent)).max() < 1.0
    assert (power(x, np.zeros(x.size)) == 1.0).all()


def test_sqrt_is_exact(rng):
    x = positive(rng)
    assert np.array_equal(sqrt(x), np.sqrt(x))


def error_of_probability(p, above: bool = False) -> float:
    """Largest relative error of p (of 1 - p) that the quantile's rounding amounts to."""
    z = normal_quantile(1.0 - p if above else p)
    tail = [mp.erfc((1 if above else -1) * mpf(float(v)) / mp.sqrt(2)) / 2 for v in z]
    return max(float(abs(t / mpf(float(q)) - 1)) for t, q in zip(tail, p, strict=True))


def test_normal_quantile_is_accurate(rng):
    whole = np.floor(10.0 ** rng.uniform(0, 15.9, POINTS)) * 2.0**-53  # 1 - whole is exact
    assert error_of_probability(rng.uniform(0.05, 0.95, POINTS)) < 2e-15
    assert error_of_probability(10.0 ** rng.uniform(-16, 0, POINTS)) < 1e-13
    assert error_of_probability(whole[whole < 0.5], above=True) < 1e-13
    assert error_of_probability(np.array([2.0**-53]), above=True) < 1e-13
    assert error_of_probability(10.0 ** rng.uniform(-307, -16, POINTS)) < 1e-12
    assert np.array_equal(normal_quantile(1.0 - whole[whole < 0.5]), -normal_quantile(whole[whole < 0.5]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("function", "ends"),
    [
        (exp, {0.0: 1.0, -inf: LOW, -1e308: LOW, -701.0: LOW, 701.0: HIGH, MOST: HIGH, inf: HIGH}),
        (log, {0.0: -inf, inf: inf, -LEAST: nan, -1.0: nan, -inf: nan}),
        (sqrt, {0.0: 0.0, inf: inf, -LEAST: nan, -1.0: nan, -inf: nan}),
        (logistic, {0.0: 0.5, -inf: LOW, -800.0: LOW, 37.0: 1.0, 800.0: 1.0, inf: 1.0}),
        (softplus, {-inf: LOW, -800.0: LOW, 800.0: 800.0, MOST: MOST, inf: inf}),
        (
            normal_quantile,
            {0.5: 0.0, 0.0: -inf, 1.0: inf, -LEAST: nan, -1.0: nan, 1 + 2**-52: nan, inf: nan},
        ),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_the_ends_of_a_domain(function, ends):
    for x, wanted in {**ends, nan: nan}.items():
        assert np.array_equal(function(x), wanted, equal_nan=True), x


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("x", "powers"),
    [
        (0.0, {0.0: 1.0, LEAST: 0.0, 2.0: 0.0, inf: 0.0, -1.0: inf, -inf: inf}),
        (-0.0, {0.0: 1.0, 1.0: 0.0, 3.0: 0.0, -1.0: inf}),
        (1.0, {0.0: 1.0, 1e308: 1.0, -1e308: 1.0, inf: nan, -inf: nan}),
        (2.0, {-1.0: 0.5, 10.0: 1024.0, 1100.0: HIGH, 1e308: HIGH, inf: HIGH, -1100.0: LOW, -inf: LOW}),
        (LEAST, {0.0: 1.0, 1.0: LOW, -1.0: HIGH}),
        (MOST, {0.0: 1.0, 1.0: HIGH, -1.0: LOW}),
        (-1.0, {0.0: nan, 1.0: nan, 2.0: nan, 0.5: nan, inf: nan}),
        (inf, {0.0: nan, 1.0: nan, -1.0: nan, inf: nan}),
        (-inf, {0.0: nan, 1.0: nan, 0.5: nan}),
        (nan, {0.0: nan, 1.0: nan, inf: nan}),
    ],
)
def test_the_ends_of_power(x, powers):
    for y, wanted in {**powers, nan: nan}.items():
        assert np.array_equal(power(x, y), wanted, equal_nan=True), y


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("function", UNARY.values(), ids=UNARY)
def test_minus_zero_is_zero(function):
    assert function(-0.0) == function(0.0)


@pytest.mark.parametrize("function", UNARY.values(), ids=UNARY)
def test_alone_strided_and_in_bulk_give_the_same_bits(function, rng):
    """LLVM compiles three loops of one function: SIMD, its rest, and strided."""
    x = np.abs(around(rng, 0.999 if function is normal_quantile else 600.0))[-999:]
    bulk = function(x)
    assert np.array_equal(bulk, [function(v) for v in x])
    assert np.array_equal(bulk[::-3], function(x[::-3]))


def test_ordinary_numbers_raise_no_warning(rng, recwarn):
    x = positive(rng)
    log(x), exp(x[x < 700.0]), softplus(x), logistic(-x[x < 700.0])
    power(x, np.float64(0.3)), normal_quantile(rng.uniform(size=999))
    assert [str(w.message) for w in recwarn] == []


EXTREMES = [
    0.0,
    LEAST,
    TINY,
    1e-300,
    1e-16,
    0.5,
    1 - 2**-53,
    1.0,
    1 + 2**-52,
    2.0,
    36.7,
    700.0,
    709.8,
    745.2,
    1e300,
    MOST,
]


def sample() -> dict[str, np.ndarray]:
    """Values of every function at ordinary and extreme arguments."""
    rng = np.random.default_rng(7)
    ends = np.array([*EXTREMES, inf, nan])
    x = np.concatenate([ends, -ends, rng.normal(0, 30, 200), 10.0 ** rng.uniform(-30, 30, 80), rng.uniform(0, 1, 80)])
    y = np.concatenate([x[::-1], np.repeat(ends, ends.size)])
    with np.errstate(all="ignore"):
        return {name: f(x) for name, f in UNARY.items()} | {
            "power": power(np.concatenate([x, np.tile(ends, ends.size)]), y),
        }


def test_plain_python_gives_the_same_bits(tmp_path):
    code = "import sys, numpy; from tests import test_numerics as t; numpy.savez(sys.argv[1], **t.sample())"
    path = tmp_path / "plain.npz"
    subprocess.run(
        [sys.executable, "-c", code, str(path)],
        check=True,
        env={**os.environ, "ABM_PURE": "1"},
        cwd=Path(__file__).parents[1],
    )
    plain = np.load(path)
    for name, compiled in sample().items():
        agree = (compiled.view(np.int64) == plain[name].view(np.int64)) | (np.isnan(compiled) & np.isnan(plain[name]))
        assert agree.all(), name

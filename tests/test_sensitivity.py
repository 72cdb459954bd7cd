"""Sensitivity through our designs gives what is known of functions whose answer is known."""

import math

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from analysis import sensitivity
from experiments.design import Design
from experiments.sampling import sample

A, B = 7.0, 0.1  # of Ishigami's function
FIRST = np.array([0.3139, 0.4424, 0.0])  # its indices, known in closed form
TOTAL = np.array([0.5576, 0.4424, 0.2437])


def design(*axes: dict, **more) -> Design:
    return Design.read({"name": "d", "scenarios": ["trade_zone"], "axes": list(axes)} | more, "d.toml")


def ishigami(**more) -> tuple[Design, np.ndarray]:
    asked = design(*({"key": f"x{i}", "low": -math.pi, "high": math.pi} for i in (1, 2, 3)), **more)
    x, y, z = np.array(sample(asked)).T
    return asked, np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x)


def table(asked: Design, outputs: np.ndarray) -> pd.DataFrame:
    told = sensitivity.indices(asked, outputs)
    assert told is not None and told[2] == 0
    return told[0].set_index(["measure", "axis"])


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigamis_function(second):
    told = table(*ishigami(method="saltelli", base=1024, second_order=second))
    for measure, known in (("S1", FIRST), ("ST", TOTAL)):
        rows = told.loc[measure]
        assert (rows["low"] <= known).all() and (rows["high"] >= known).all()
        assert (rows["high"] - rows["low"] < 0.25).all()
    if second:
        pair = told.loc[("S2", "x1 × x3")]
        assert pair["low"] <= TOTAL[2] <= pair["high"] and pair["value"] > 0.15


def test_a_plain_sample_gives_the_same_first_order():
    rows = table(*ishigami(method="latin_hypercube", points=2048)).loc["S1"]
    assert (rows["low"] <= FIRST).all() and (rows["high"] >= FIRST).all() and (rows["high"] - rows["low"] < 0.2).all()


def test_elementary_effects_of_a_known_function():
    """Linear in a, on a log scale in b; c multiplies a, so that both have a spread; d does nothing."""
    a, b = {"key": "a", "low": 0.0, "high": 2.0}, {"key": "b", "low": 1.0, "high": 100.0, "scale": "log"}
    c, d = {"key": "c", "low": 0.0, "high": 1.0}, {"key": "d", "values": [0.0, 1.0]}
    asked = design(a, b, c, d, method="morris", trajectories=200)
    x = np.array(sample(asked))
    told = table(asked, 3.0 * x[:, 0] + np.log10(x[:, 1]) + x[:, 0] * x[:, 2])
    assert told.loc[("mu_star", "b"), ["value", "low", "high"]].tolist() == pytest.approx([2.0] * 3)
    assert told.loc[("mu_star", "d"), "value"] == 0.0
    for axis, mean in (("a", 6.0 + 2.0 / 2), ("c", 1.0)):  # 2 x mean of the other
        assert told.loc[("mu_star", axis), "low"] <= mean <= told.loc[("mu_star", axis), "high"]
        assert told.loc[("sigma", axis), "value"] > 0.3
    assert told.loc[("sigma", "b"), "value"] == pytest.approx(0.0, abs=1e-9)


def test_the_same_digits_every_time():
    first, again = (table(*ishigami(method="saltelli", base=64)) for _ in range(2))
    pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_what_holds_a_missing_point_is_left_out_and_counted():
    asked, outputs = ishigami(method="morris", trajectories=8)
    outputs[5] = math.nan
    got, used, dropped = sensitivity.indices(asked, outputs)
    assert (used, dropped) == (7, 1) and got["value"].notna().all()
    outputs[::4] = math.nan
    assert sensitivity.indices(asked, outputs) is None
    asked, outputs = ishigami(method="saltelli", base=32)
    outputs[[0, 6]] = math.nan  # blocks of five rows
    assert sensitivity.indices(asked, outputs)[1:] == (30, 2)
    assert sensitivity.indices(asked, np.ones(32 * 5)) is None


def test_the_share_of_luck():
    """Means of four histories, whose luck is in part the point's own and in part shared."""
    chance = np.random.default_rng(3)
    points, shared, own = (chance.normal(0.0, s, n) for s, n in ((1.0, (4000, 1)), (5.0, (1, 4)), (2.0, (4000, 4))))
    assert sensitivity.luck_of(points + shared + own) == pytest.approx(2.0**2 / 4, rel=0.05)
    assert math.isnan(sensitivity.luck_of(points))


def test_without_salib_one_line_names_the_extra(monkeypatch):
    asked, outputs = ishigami(method="morris", trajectories=4)
    for module in ("SALib", "SALib.sample", "SALib.analyze"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    for call in (lambda: sample(asked), lambda: sensitivity.indices(asked, outputs)):
        with pytest.raises(BadInput, match=r"SALib is not installed.*mineralclub\[analysis\]"):
            call()

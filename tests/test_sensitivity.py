"""Sensitivity through our designs gives what is known of functions whose answer is known."""

import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from analysis import sensitivity, sweep_figures
from analysis.cli import code_of
from experiments.design import Design
from experiments.sampling import sample
from experiments.views import Views

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


def test_the_interval_of_a_size_is_not_negative():
    """One trajectory of ten moves anything: what resampling says of the mean size reaches below 0."""
    asked = design({"key": "a", "low": 0.0, "high": 1.0}, method="morris", trajectories=10)
    rows = np.array(sample(asked))[:, 0].reshape(10, 2)
    outputs = np.where(np.arange(10)[:, None] == 3, rows, 0.0).ravel()
    size = table(asked, outputs).loc[("mu_star", "a")]
    assert size["low"] == 0.0 < size["value"] < size["high"] and size["high"] > 2.0 * size["value"]


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


SMALL = """
scenarios = ["no_coalition", "trade_zone"]
minerals = ["gallium"]
end = "2028-12"
replicates = 2
method = "morris"
trajectories = 6
[[axes]]
key = "stay_probability_reference"
low = 0.2
high = 0.945
[[axes]]
key = "coalition.price_floor.level"
name = "floor"
values = [0.5, 2.0]
[[axes]]
key = "coalition.price_floor.end"
name = "until"
values = ["2027-06", "2044-12"]
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("morris")
    (place / "small.toml").write_text(SMALL)
    assert code_of(["experiment", str(place / "small.toml"), "--out", str(place / "out"), "--workers", "1"]) == 0
    return place / "out"


def test_a_sweep_from_design_to_report(swept, capsys):
    """Means of the points in the rows of the sample; axes without a place in a scenario are not told of."""
    views = Views([swept])
    asked = Design.read(views.manifests[0]["design"])
    rows = sample(asked)
    assert views.manifests[0]["points"] < 2 * len(rows)  # a point that comes again runs once
    runs = views.sql("select * from runs where scenario = 'trade_zone'")
    own = runs.groupby(views.axes)["life_years"].mean()
    told = sensitivity.indices(asked, np.array([own[row] for row in rows]))
    every = {(one.scenario, one.outcome): one for one in sensitivity.of_sweep(views)}
    found = every["trade_zone", "life_years"]
    pd.testing.assert_frame_equal(found.table, told[0], check_exact=True)
    assert (found.used, found.dropped) == (6, 0) and 0.0 <= found.noise <= 1.0 and found.floor >= 0.0
    bare = [one for (scenario, _), one in every.items() if scenario == "no_coalition"]
    assert all(set(one.table["axis"]) == {"stay_probability_reference"} for one in bare)
    assert code_of(["report", str(swept)]) == 0
    page = (swept / "report.html").read_text()
    assert "trade zone, life of cooperation (years): μ* is largest for" in page and "6 trajectories" in page


def test_a_scenario_without_any_of_the_axes_has_no_indices(swept, monkeypatch):
    """As where only levers vary, beside a scenario without them."""
    views = Views([swept])
    views.manifests[0]["design"]["axes"][0]["name"] = "stay"
    query = views.sql
    monkeypatch.setattr(views, "axes", ["stay", "floor", "until"])
    blank = "case when scenario = 'trade_zone' then stay_probability_reference end as stay"
    views.sql = lambda text: query(text.replace('"stay"', blank))
    assert {one.scenario for one in sensitivity.of_sweep(views)} == {"trade_zone"}


def test_a_report_without_salib_says_so(swept, monkeypatch):
    views = Views([swept])
    monkeypatch.setitem(sys.modules, "SALib", None)
    assert sweep_figures.pictures(views, views.sql("select * from points")) == ([], [sweep_figures.NO_SALIB])


def test_a_trajectory_with_a_failed_history_is_dropped(swept, tmp_path):
    shutil.copytree(swept, tmp_path / "out")
    for path in list((tmp_path / "out" / "parts").iterdir()):
        part = pd.read_parquet(path)
        path.unlink()  # whose name told its bytes
        point = part[part["scenario"] == "trade_zone"]["point"].max()
        part.loc[(part["point"] == point) & (part["run"] == 1), "failure"] = "ZeroDivisionError: made to fail"
        part.to_parquet(path.with_stem("changed-" + path.stem))
    before, after = (
        {one.outcome: one for one in sensitivity.of_sweep(Views([folder])) if one.scenario == "trade_zone"}
        for folder in (swept, tmp_path / "out")
    )
    for outcome, one in after.items():
        assert one.dropped >= 1 and one.used + one.dropped == before[outcome].used == 6
    assert after


def test_the_share_of_luck():
    """Means of four histories, whose luck is in part the point's own and in part shared."""
    chance = np.random.default_rng(3)
    points, shared, own = (chance.normal(0.0, s, n) for s, n in ((1.0, (4000, 1)), (5.0, (1, 4)), (2.0, (4000, 4))))
    assert sensitivity.luck_of(points + shared + own) == pytest.approx(2.0**2 / 4, rel=0.05)
    assert math.isnan(sensitivity.luck_of(points))


def test_without_salib_one_line_names_the_extra(monkeypatch):
    asked, outputs = ishigami(method="morris", trajectories=4)
    for module in ("SALib", "SALib.sample", "SALib.analyze"):
        monkeypatch.setitem(sys.modules, module, None)
    for call in (lambda: sample(asked), lambda: sensitivity.indices(asked, outputs)):
        with pytest.raises(BadInput, match=r"SALib is not installed.*mineralclub\[analysis\]"):
            call()

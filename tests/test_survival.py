"""How long cooperation lasts: curves and tests against textbook numbers, the edges of both, and the command."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from analysis import survival
from analysis.cli import code_of
from analysis.lifetimes import NEEDED, Lives, kaplan_meier, library, log_rank
from analysis.survival_figures import spread, steps
from analysis.survival_report import median

# Remission of leukaemia, weeks, under 6-MP and under placebo: Freireich et al. (1963). 0: still in remission.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
WINDOW = 18.0
SMALL = """
minerals = ["gallium", "ndpr"]
end = "2027-12"
[coalition]
[coalition.price_floor]
start = "2025-06"
[parameters]
break_months = 6
"""
QUICK = ["--runs", "4", "--workers", "1", "--whiplash", "0,4"]


def lives(years: list, broke: list | int) -> Lives:
    return Lives(np.array(years, dtype=float), np.broadcast_to(np.array(broke, dtype=bool), len(years)))


TREATED, UNTREATED = lives(WEEKS, RELAPSED), lives(PLACEBO, 1)
ALL_STAND, ALL_BREAK = lives([WINDOW] * 5, 0), lives([1.0, 2.0, 2.0, 3.0, 3.0], 1)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(SMALL)


def call(capsys, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = code_of(list(words), survival.app, survival.NAME)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_curve_of_the_textbook():
    curve = kaplan_meier(TREATED)
    assert curve.years.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.share == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert curve.low == pytest.approx([0.620, 0.563, 0.503, 0.432, 0.368, 0.268, 0.188], abs=5e-4)
    assert curve.high == pytest.approx([0.952, 0.923, 0.889, 0.849, 0.805, 0.747, 0.680], abs=5e-4)
    assert (curve.median.value, curve.median.low, curve.median.high) == (23.0, 13.0, math.inf)
    assert curve.broken == 9


def test_placebo_of_the_textbook():
    curve = kaplan_meier(UNTREATED)
    assert (curve.median.value, curve.median.low, curve.median.high) == (8.0, 4.0, 11.0)
    assert curve.share == pytest.approx([19 / 21, 17 / 21, 16 / 21, 14 / 21, 12 / 21, 8 / 21, 6 / 21, 4 / 21, 3 / 21,
                                         2 / 21, 1 / 21, 0.0])  # fmt: skip
    assert math.isnan(curve.low[-1]) and math.isnan(curve.high[-1])


def test_log_rank_of_the_textbook():
    found = log_rank([TREATED, UNTREATED])
    assert found.statistic == pytest.approx(16.793, abs=5e-4) and found.degrees == 1
    assert found.p == pytest.approx(4.17e-5, rel=2e-3)
    assert log_rank([UNTREATED, TREATED]).statistic == pytest.approx(found.statistic)


def test_log_rank_by_hand():
    """Breaks of the first group against those expected at 1, 2 and 3, when 2 of 4, 1 of 3 and 1 of 2 are of it."""
    found = log_rank([lives([1, 3], 1), lives([2, 4], [1, 0])])
    expected, variance = 1 / 2 + 1 / 3 + 1 / 2, 1 / 4 + 2 / 9 + 1 / 4
    assert found.statistic == pytest.approx((2 - expected) ** 2 / variance)


def test_log_rank_of_three_and_of_the_same():
    assert log_rank([TREATED, UNTREATED, ALL_STAND]).degrees == 2
    same = log_rank([TREATED, TREATED])
    assert same.statistic == pytest.approx(0.0, abs=1e-12) and same.p == pytest.approx(1.0)


def test_what_stands_to_the_end_is_censored_there():
    curve = kaplan_meier(lives([4.0, 9.0, WINDOW, WINDOW], [1, 1, 0, 0]))
    assert curve.share.tolist() == pytest.approx([0.75, 0.5]) and curve.ends == WINDOW
    assert curve.at(0.0).value == 1.0 and curve.at(4.0).value == pytest.approx(0.75)
    assert curve.at(WINDOW).value == pytest.approx(0.5) and math.isnan(curve.at(WINDOW + 1.0).value)
    assert curve.median.value == 9.0
    years, share, low, _ = steps(curve, WINDOW)
    assert years.tolist() == [0.0, 4.0, 9.0, WINDOW] and share.tolist() == pytest.approx([1.0, 0.75, 0.5, 0.5])
    assert math.isnan(low[0]) and low[3] == low[2]


def test_all_stand():
    curve = kaplan_meier(ALL_STAND)
    assert curve.broken == 0 and curve.at(WINDOW).value == 1.0 and math.isnan(curve.median.value)
    assert median(curve) == "not reached"
    assert steps(curve, WINDOW)[1].tolist() == [1.0, 1.0]
    assert log_rank([ALL_STAND, ALL_STAND]).words == "no break in either"
    assert log_rank([ALL_STAND] * 3).words == "no break in any"
    assert log_rank([ALL_STAND, UNTREATED]).p < 0.01


def test_all_break():
    curve = kaplan_meier(ALL_BREAK)
    assert curve.broken == 5 and curve.at(3.0).value == 0.0 and curve.at(WINDOW).value == 0.0
    assert curve.median.value == 2.0
    assert steps(curve, WINDOW)[1].tolist() == pytest.approx([1.0, 0.8, 0.4, 0.0, 0.0])
    assert log_rank([lives([3.0] * 4, 1), lives([3.0] * 4, 1)]).words == "all break in the same month"


def test_a_break_in_the_first_month():
    curve = kaplan_meier(lives([0.0, 5.0], [1, 0]))
    assert curve.at(0.0).value == 0.5 and steps(curve, 5.0)[0].tolist() == [0.0, 0.0, 5.0]


@pytest.mark.parametrize("broke", [0, 1])
def test_one_run(broke):
    curve = kaplan_meier(lives([3.0], broke))
    assert curve.at(3.0).value == 1.0 - broke and math.isnan(curve.at(3.0).low)
    assert log_rank([lives([3.0], broke), lives([3.0], broke)]).words


def test_no_run_and_no_common_watch():
    assert kaplan_meier(lives([], 0)).runs == 0
    assert "sound" in log_rank([lives([], 0), TREATED]).words
    assert log_rank([lives([1.0, 1.0], 0), TREATED]).words == "no break while both were watched"


def test_lives_watched_for_less():
    less = lives([2.0, 5.0, 9.0], [1, 1, 0]).until(5.0 - 1e-15)
    assert less.years == pytest.approx([2.0, 5.0, 5.0]) and less.broke.tolist() == [True, True, False]
    assert lives([2.0, 5.0], 1).until(4.0).broke.tolist() == [True, False]


def test_labels_keep_apart():
    assert spread([0.2, 0.5], 0.1) == [0.2, 0.5]
    assert spread([1.0, 1.0, 1.0], 0.1) == pytest.approx([0.8, 0.9, 1.0])
    assert spread([], 0.1) == []


def test_the_command(capsys):
    code, out, _ = call(capsys, "small.toml", *QUICK, "--out", "here")
    assert code == 0
    for said in ("4 histories each, 2025-2027, 2 minerals", "median life", "nothing to compare", "by whiplash", "here"):
        assert said in out
    names = "survival.png whiplash.png captions.txt survival.json curves.csv whiplash.csv lives.csv manifest.json"
    assert {p.name for p in Path("here").iterdir()} == set(names.split())
    assert Path("here/survival.png").read_bytes()[:4] == b"\x89PNG"
    points = pd.read_csv("here/whiplash.csv")
    assert points["whiplash"].tolist() == [0.0, 4.0] and points["stands"].is_monotonic_decreasing
    assert len(pd.read_csv("here/lives.csv")) == 3 * 4  # W = 1, of the scenario itself, and the two asked for
    curve = pd.read_csv("here/curves.csv")
    assert curve["stands"].iloc[0] == 1.0 and curve["years"].iloc[-1] == pytest.approx(31 / 12)


def test_scenarios_are_compared_as_json(capsys):
    code, out, _ = call(capsys, "small.toml", "small.toml", "small.toml", *QUICK[:4], "--whiplash", "1", "--json")
    found = json.loads(out)
    assert code == 0 and list(found["curves"]) == ["small", "small#2", "small#3"]
    pair, other, together = found["log_rank"]
    assert pair["scenarios"] == ["small", "small#2"] and other["scenarios"] == ["small", "small#3"]
    assert together["scenarios"] == list(found["curves"])
    assert pair["p"] == pytest.approx(1.0) if pair["why_none"] is None else "break" in pair["why_none"]
    assert pair["stands_paired_difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("survival-small-small#2") and str(folder) == found["results"]
    assert len(pd.read_csv(folder / "lives.csv")) == 3 * 4  # W = 1 is that of the scenarios themselves


def test_watches_of_different_length_are_said(capsys):
    Path("brief.toml").write_text(SMALL.replace('start = "2025-06"', 'start = "2025-06"\nend = "2026-12"'))
    code, out, _ = call(capsys, "small.toml", "brief.toml", *QUICK[:4], "--whiplash", "1")
    said = " ".join(out.split())
    assert code == 0 and "watched for 2.6 and 1.5 years" in said and "is that after 1.0 years" in said


def test_no_break_is_said(capsys):
    Path("small.toml").write_text(SMALL.replace("break_months = 6", "break_months = 12"))  # more than are watched
    code, out, _ = call(capsys, "small.toml", "small.toml", *QUICK[:4], "--whiplash", "0", "--until", "2025")
    assert code == 0
    assert "no break in 4 histories; the curve stays at 1" in out and "no break in either" in out
    assert out.count("all stand") == 2


def test_an_interrupt_keeps_what_every_arm_has(capsys, monkeypatch):
    class Stop(survival.Progress):
        after = 12

        def __call__(self, done: int) -> None:
            if done >= self.after:
                raise KeyboardInterrupt

    monkeypatch.setattr(survival, "Progress", Stop)
    code, out, err = call(capsys, "small.toml", *QUICK, "--out", "here")
    assert code == 130 and "interrupted" in err and "4 histories" in out
    assert [p.name for p in Path("here").iterdir()] == ["interrupted"]
    Stop.after = 1
    code, out, err = call(capsys, "small.toml", *QUICK, "--out", "there")
    assert (code, out) == (130, "") and "nothing was written" in err and not Path("there").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trade_zon"], 'did you mean "trade_zone"'),
        (["no_coalition"], "no coalition, so no cooperation to watch"),
        (["--until", "2026"], "over before the first instrument"),
        (["--until", "soon"], "a year, as 2040"),
        (["--runs", "0"], "a whole number from 1"),
        (["--seed", "-1"], "a whole number from 0"),
        (["--workers", "0"], "a whole number from 1"),
        (["--whiplash", "1,-1"], '--whiplash = "-1": not a multiple'),
        (["--whiplash", "1,,2"], "not a multiple"),
        (["--whiplash", "nan"], "not a multiple"),
        (["--whiplash", "0.5,.5"], "stands twice"),
        (["--out", " "], "--out"),
        (["--rums", "4"], "no such option"),
    ],
)
def test_bad_input_is_one_line(capsys, words, said):
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1
    assert [p.name for p in Path().iterdir()] == ["small.toml"]


def test_without_statsmodels(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.duration", None)
    monkeypatch.setitem(sys.modules, "statsmodels.duration.survfunc", None)
    with pytest.raises(BadInput):
        library()
    assert call(capsys, "small.toml") == (2, "", f"python -m analysis.survival: {NEEDED}\n")


def test_no_other_command_needs_statsmodels(root):
    files = [p for package in ("abm", "experiments", "analysis") for p in (root / package).rglob("*.py")]
    assert [p.name for p in files if "import survfunc" in p.read_text(encoding="utf-8")] == ["lifetimes.py"]
    users = {p.stem for p in files if "lifetimes import" in p.read_text(encoding="utf-8")}
    assert all(name.startswith("survival") for name in users)

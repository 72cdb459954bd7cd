"""The report of the base year: complete, honest about what was moved, and repeated by the model's first month."""

import json

import pytest

from abm.data.market import RANK_WANTED
from abm.describe import NOTABLE, WIDTH, base_year_report, base_year_text
from abm.start import sources


@pytest.fixture(scope="module")
def report():
    return base_year_report(sources())


def rows(report):
    for mineral, about in report["minerals"].items():
        for stage, market in about["stages"].items():
            for kind in ("output", "use"):
                for row in market[kind]:
                    yield (mineral, stage, kind), row


def test_it_is_plain_data_and_the_same_twice(report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert base_year_report(sources()) == report
    assert report["hash"] == sources().base.hash


def test_every_mineral_and_market_is_there(report):
    base = sources().base
    assert list(report["minerals"]) == base.minerals
    assert {(m, s) for m, about in report["minerals"].items() for s in about["stages"]} == set(base.markets)
    for about in report["minerals"].values():
        assert about["k"] == pytest.approx(1.0 - about["exposure"])
        assert about["incentive_over_price"] == pytest.approx(about["incentive_over_price_in_table"], rel=0.02)


def test_the_first_month_repeats_the_base_year(report):
    for _, row in rows(report):
        assert row["model"] == pytest.approx(row["balanced"], rel=1e-6, abs=1e-6)


def test_every_market_balances(report):
    for about in report["minerals"].values():
        for market in about["stages"].values():
            made, used = (sum(row["balanced"] for row in market[kind]) for kind in ("output", "use"))
            assert made == pytest.approx(used, rel=1e-9)


def test_what_was_moved_is_listed_with_its_reason(report):
    far = ((where, row) for where, row in rows(report) if row["adjustment"] is None or abs(row["adjustment"]) > NOTABLE)
    moved = [(where, row["state"]) for where, row in far]
    listed = [((a["mineral"], a["stage"], a["kind"]), a["state"]) for a in report["adjusted"]]
    assert sorted(moved) == sorted(listed)
    assert all(a["reason"] for a in report["adjusted"])


def test_a_reported_output_is_held(report):
    for (_, _, kind), row in rows(report):
        if kind == "output" and not row["reason"]:
            assert row["balanced"] == pytest.approx(row["reported"], rel=1e-9)


def test_trade_ranks_right_but_where_it_is_said(report):
    assert {r["hs"] for r in report["trade"] if not r["reached"]} == {"282200+810510"}
    for r in report["trade"]:
        assert r["reached"] == (r["rank_correlation"] >= RANK_WANTED) and r["flows"] >= 3


def test_the_text_puts_adjustments_first_and_fits(report):
    text = base_year_text(report)
    assert max(map(len, text.splitlines())) <= WIDTH
    places = [text.index(head) for head in ("ADJUSTED", "BALANCED AGAINST", "MINERALS", "GALLIUM, refine")]
    assert places == sorted(places)
    for row in report["adjusted"]:
        assert row["reason"] in text
    assert "below 0.9" in text and " nan" not in text

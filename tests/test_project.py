"""`describe project`: the lines of one decision add up, by hand."""

import json
import math

import pytest

from analysis.cli import code_of


@pytest.fixture
def lines(capsys):
    def ask(*words):
        assert code_of(["describe", "project", *words, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        return {what: value for what, value, _, _ in found["lines"]}

    return ask


def test_the_arithmetic_can_be_followed(lines):
    line = lines("gallium", "AUS", "--month", "2027-06")
    expected = line["price expected outside"] * line["crowding"] * math.exp(line["error of this investor"])
    assert line["price it counts on"] == pytest.approx(expected)
    assert line["margin"] == pytest.approx(line["price it counts on"] - line["cash cost it counts on"])
    r = line["required return r"]
    worth = max(line["margin"], 0.0) * (1.0 - math.exp(-20.0 * r)) / r
    assert line["worth of the margin"] == pytest.approx(worth)
    supports = sum(v for name, v in line.items() if name.startswith("worth of the ") and "margin" not in name)
    assert line["value of a plant V"] == pytest.approx(worth + line["part of the support that counts"] * supports)
    ratio = line["value of a plant V"] / (line["after a pool's grant"] * line["trigger"])
    assert line["V over I x trigger"] == pytest.approx(ratio)
    assert line["sanction hazard"] == pytest.approx(0.25 / (1.0 + math.exp(-math.log(ratio) / 0.15)))


def test_support_shows_where_there_is_some(lines):
    bare = lines("gallium", "USA", "--scenario", "no_coalition", "--month", "2028-01")
    helped = lines("gallium", "USA", "--scenario", "us_alone", "--month", "2028-01")
    assert "worth of the floor" not in bare and "worth of the contract" not in bare
    assert helped["believed hazard h"] != bare["believed hazard h"]
    assert helped["support from a contract"] > 0.0 and helped["support from the tax credit"] > 0.0


def test_as_text(capsys):
    assert code_of(["describe", "project", "tungsten", "CAN", "--month", "2027-06"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("tungsten in CAN, 2027-06, trade_zone, seed 1")
    assert "R47 beta / (beta - 1)" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["galium", "AUS"], 'did you mean "gallium"'),
        (["gallium", "CHN"], "no prospect for gallium there"),
        (["gallium", "AUS", "--month", "2045-01"], "a month from 2025-01 to 2044-12"),
        (["gallium", "AUS", "--month", "soon"], "a month from 2025-01 to 2044-12"),
        (["gallium", "AUS", "--scenario", "trade_zon"], 'did you mean "trade_zone"'),
    ],
)
def test_bad_input(capsys, words, said):
    assert code_of(["describe", "project", *words]) == 2
    assert said in capsys.readouterr().err

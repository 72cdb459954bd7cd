"""Parameters by name, by rule and by mineral; only what the unit allows goes in."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.data.parameters import TEXTS, Parameters, check_value, limits
from abm.data.tables import load_tables
from abm.errors import BadInput

TABLE = load_tables().parameters
PACKAGED = Parameters.from_table(TABLE)
NUMBERS = [row for row in PACKAGED if row.name not in TEXTS]


def frame(*rows):
    """A small table: rule, name, mineral, default, low, high, unit."""
    columns = ["rule", "name", "mineral", "default", "low", "high", "unit"]
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows]).assign(
        symbol="s", source="assumption", grade="assumption"
    )


SMALL = Parameters.from_table(
    frame(
        ("R1", "turnover", "all", "0.35", 0.15, 0.6, "probability per change of term"),
        ("R7", "notice", "all", "1", 0.0, 2.0, "months"),
        ("R40", "growth", "all", "0.02", 0.0, 0.1, "per year"),
        ("R40", "growth", "gallium indium", "0.05", 0.0, 0.1, "per year"),
        ("R41", "growth", "all", "0.5", 0.0, 1.0, "per decade"),
        ("R36", "ore_price_share", "cobalt", "0.65", 0.5, 0.9, "share"),
    )
)


def message(call, *words, **named):
    with pytest.raises(BadInput) as caught:
        call(*words, **named)
    line = str(caught.value)
    assert line.splitlines() == [line]
    return line


# ------------------------------------------------------------------------------------------------ the packaged table


def test_every_row_is_there_with_its_range_unit_and_source():
    assert sum(len(minerals.split()) for minerals in TABLE["mineral"]) == len(list(PACKAGED))
    for row in PACKAGED:
        assert row.unit and row.source and row.grade
        assert row.value == row.default


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: f"{row.full_name}-{row.mineral}")
def test_a_range_stays_within_what_the_unit_can_be(row):
    low, high = limits(row.name, row.unit)
    assert low <= row.low <= row.default <= row.high <= high


def test_only_the_documented_rows_are_texts():
    assert {row.name for row in PACKAGED if isinstance(row.default, str)} == set(TEXTS)
    assert PACKAGED.text("sunset_45X") == "75/50/25/0"
    assert all(math.isnan(PACKAGED.row(name).low) for name in TEXTS)


def test_every_name_is_found_by_itself_and_with_its_rule():
    assert len(set(PACKAGED.names())) == len(PACKAGED.names())
    for row in NUMBERS:
        mineral = None if row.mineral == "all" else row.mineral
        assert PACKAGED.value(row.name, mineral) == PACKAGED.value(row.full_name, mineral) == row.default


def test_one_row_may_serve_several_minerals():
    name = "byproduct_supply_elasticity"
    assert PACKAGED.value(name, "indium") == PACKAGED.value(name, "dytb")
    assert "copper" not in PACKAGED.minerals(name) and PACKAGED.minerals("turnover") == ()


# ------------------------------------------------------------------------------------------------ reading values


def test_the_row_of_a_mineral_wins_over_the_row_for_all():
    assert SMALL.value("R40.growth", "gallium") == SMALL.value("R40.growth", "indium") == 0.05
    assert SMALL.value("R40.growth", "copper") == SMALL.value("R40.growth") == 0.02
    assert SMALL.row("R40.growth", "gallium").mineral == "gallium"
    np.testing.assert_array_equal(SMALL.vector("R40.growth", ["copper", "gallium"]), [0.02, 0.05])


def test_a_name_used_by_two_rules_is_asked_for_with_its_rule():
    assert SMALL.value("R41.growth") == 0.5
    assert SMALL.names() == ["turnover", "notice", "R40.growth", "R41.growth", "ore_price_share"]
    line = message(SMALL.value, "growth")
    assert line == 'parameter = "growth": stands in several rules; allowed: R40.growth, R41.growth'


def test_vector_says_what_is_missing_unless_told_what_stands_in():
    assert message(SMALL.vector, "ore_price_share", ["cobalt", "gallium"]).startswith('ore_price_share = "gallium"')
    np.testing.assert_array_equal(SMALL.vector("ore_price_share", ["cobalt", "gallium"], missing=0.0), [0.65, 0.0])
    assert SMALL.vector("turnover", []).shape == (0,)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda p: p.value("turnovr"), 'parameter = "turnovr": unknown parameter; did you mean "turnover"?'),
        (lambda p: p.value("R2.turnover"), 'did you mean "R1.turnover"?'),
        (lambda p: p.value("ore_price_share"), "ore_price_share: stands mineral by mineral: name one; allowed: cobalt"),
        (lambda p: p.with_value("turnovr", 0.2), 'did you mean "turnover"?'),
        (lambda p: p.with_value("ore_price_share", 0.2, "cobolt"), 'did you mean "cobalt"? allowed: cobalt'),
        (lambda p: p.with_value("turnover", 1.2), "turnover = 1.2: too large; allowed: a number from 0 to 1"),
        (lambda p: p.with_value("turnover", -0.1), "turnover = -0.1: too small"),
        (lambda p: p.with_value("notice", -1), "notice = -1: too small; allowed: a number, 0 or more (months)"),
        (lambda p: p.with_value("notice", math.nan), "notice = nan: not finite"),
        (lambda p: p.with_value("notice", math.inf), "notice = inf: not finite"),
        (lambda p: p.with_value("notice", True), "notice = True: not a number"),
        (lambda p: p.with_value("notice", None), "notice = None: not a number"),
        (lambda p: p.with_value("notice", "two"), 'notice = "two": not a number'),
        (lambda p: p.with_value("R40.growth", -1.0, "gallium"), "R40.growth[gallium] = -1.0: too small"),
        (lambda p: p.replaced({"turnover": {"gallium": 3}}), "turnover[gallium] = 3: too large"),
    ],
)
def test_a_fault_is_one_line(call, expected):
    assert expected in message(call, SMALL)


def test_texts_are_not_numbers_nor_numbers_texts():
    assert message(PACKAGED.value, "sunset_45X") == 'sunset_45X = "75/50/25/0": a text, not a number'
    assert PACKAGED.with_value("sunset_45X", "100/0").text("sunset_45X") == "100/0"
    assert "not a text this parameter knows" in message(PACKAGED.with_value, "sunset_45X", "soon")
    assert "not a text this parameter knows" in message(PACKAGED.with_value, "planner_utilisation", 0.9)


# ------------------------------------------------------------------------------------------------ changing values


def test_a_change_is_a_copy_and_may_leave_the_range():
    changed = SMALL.with_value("notice", 12)
    assert (changed.value("notice"), SMALL.value("notice")) == (12.0, 1.0)
    assert changed.row("notice").default == 1.0 and changed.row("notice").high == 2.0
    assert [row.full_name for row in changed.changed()] == ["R7.notice"]
    assert SMALL.with_value("notice", np.float64(0.5)).value("notice") == 0.5


def test_a_change_is_for_one_mineral_or_wherever_the_name_stands():
    one = SMALL.with_value("R40.growth", 0.07, "copper")
    assert [one.value("R40.growth", m) for m in ("copper", "gallium", "cobalt")] == [0.07, 0.05, 0.02]
    every = SMALL.with_value("R40.growth", 0.07)
    assert [every.value("R40.growth", m) for m in ("copper", "gallium", "cobalt")] == [0.07] * 3


def test_many_changes_at_once():
    changed = SMALL.replaced({"R40.growth": {"gallium": 0.09}}, turnover=0.5)
    assert (changed.value("R40.growth", "gallium"), changed.value("turnover")) == (0.09, 0.5)
    assert len(changed.changed()) == 2 and SMALL.changed() == []


@given(st.sampled_from(NUMBERS), st.floats() | st.integers() | st.text(max_size=8) | st.none() | st.booleans())
def test_what_goes_in_is_finite_and_within_the_limits(row, value):
    mineral = None if row.mineral == "all" else row.mineral
    try:
        new = PACKAGED.with_value(row.name, value, mineral).value(row.name, mineral)
    except BadInput as fault:
        assert str(fault).splitlines() == [str(fault)] and row.name in str(fault)
    else:
        low, high = limits(row.name, row.unit)
        assert math.isfinite(new) and low <= new <= high and new == float(value)


@pytest.mark.parametrize(
    ("name", "unit", "low", "high"),
    [
        ("x", "share of banned trade", 0, 1),
        ("x", "probability per quarter", 0, 1),
        ("x", "index 0-1", 0, 1),
        ("x", "of production cost", 0, 1),
        ("x", "months", 0, math.inf),
        ("x", "2 x (members demand share - 0.35)", 0, math.inf),
        ("x", "official units", 0, math.inf),
        ("demand_growth", "per year", -0.5, 1.0),
        ("leak_capacity_buyer_ban", "share of banned trade within 6 months", 0, math.inf),
    ],
)
def test_limits_follow_from_the_unit(name, unit, low, high):
    assert limits(name, unit) == (low, high)


# ------------------------------------------------------------------------------------------------ tables that cannot be


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("R1", "a", "all", "1", 0, 2, "x"), ("R1", "a", "all", "2", 0, 2, "x")],
            'row 1, column mineral = "all": a stands twice for all',
        ),
        (
            [("R1", "a", "gallium indium", "1", 0, 2, "x"), ("R1", "a", "indium", "1", 0, 2, "x")],
            'row 1, column mineral = "indium": a stands twice for indium',
        ),
        (
            [("R1", "a", "gallium", "1", 0, 2, "x"), ("R1", "a", "indium", "1", 0, 2, "y")],
            'row 1, column unit = "y": not as for gallium; allowed: x',
        ),
        ([("R1", "a", "all", "3", 0, 2, "x")], "row 0, column default = 3.0: default > high"),
        ([("R1", "a", "all", "1", 2, 3, "x")], "row 0, column low = 2.0: low > default"),
        ([("R1", "a", "all", "0.5", 0, 2, "share")], "row 0, column high = 2.0: too large"),
        ([("R1", "a", "all", "-1", -2, 2, "months")], 'row 0, column default = "-1": too small'),
        ([("R1", "a", "all", "states.csv", 0, 2, "x")], 'row 0, column default = "states.csv": not a number'),
        ([("R1", "a", "all", "nan", 0, 2, "x")], 'row 0, column default = "nan": not a number'),
        ([("R1", "a", "all", "1", math.nan, 2, "x")], "row 0, column low = nan: empty"),
        ([("R47", "country_premium", "all", "0.1", math.nan, math.nan, "x")], "not a text this parameter knows"),
        ([("R47", "country_premium", "all", "states.csv", 0, math.nan, "x")], "column low = 0.0: a text has no range"),
    ],
)
def test_a_table_that_cannot_be_is_refused(rows, expected):
    rows = [(*row[:4], float(row[4]), float(row[5]), row[6]) for row in rows]
    line = message(Parameters.from_table, frame(*rows))
    assert line.startswith("parameters.csv, row ") and expected in line


def test_check_value_keeps_numbers_and_texts():
    assert check_value("notice", "months", "2.5") == 2.5
    assert check_value("iea_tilt", "x", "targets.csv or outlook.csv") == "targets.csv or outlook.csv"

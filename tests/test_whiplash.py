"""What the record says of reversals, and that the parameter and the page say the same."""

import pytest

from abm.data.parameters import Parameters
from abm.data.tables import load_tables
from analysis.whiplash import count, text, years

pytestmark = pytest.mark.once


def test_the_hazard_of_the_parameter_table_is_the_one_counted():
    tables = load_tables()
    row = Parameters.from_table(tables.parameters).row("reversal_hazard_observed")
    found = count(tables.policy_record)
    assert found.reversals == 4
    assert (found.hazard, found.low, found.high) == pytest.approx((row.default, row.low, row.high), abs=0.015)


def test_years_in_force():
    assert years({"begin": "2022-06", "end": "2026-02"}) == pytest.approx(44 / 12)
    assert years({"begin": "2026-02", "end": ""}) == pytest.approx(1 / 12)


def test_the_page_shows_what_is_printed(root):
    page = (root / "docs" / "whiplash.md").read_text(encoding="utf-8")
    assert text(load_tables()) in page


def test_a_shorter_record_leaves_a_wider_interval():
    table = load_tables().policy_record
    whole, half = count(table), count(table.iloc[:4])
    assert half.high - half.low > whole.high - whole.low

"""The phase diagram: where a share reaches one half, and what is said of it."""

import pandas as pd
import pytest

from analysis import phase
from analysis.axes import long, short
from analysis.statistics import wilson

SHARES = [[0.25, 0.5, 0.75], [0.5, 0.5, 1.0], [0.0, 0.0, 0.25]]  # whiplash by floor
WORDS = ["whiplash", "floor"]
TOLD = {"stands": "share that stands"}


def points(shares, histories=8) -> pd.DataFrame:
    """As the view `points` has them, floor 1, 2, 3 and whiplash 0, 1, 2."""
    rows = []
    for whiplash, column in enumerate(shares):
        for floor, share in enumerate(column, 1):
            ones = round(share * histories)
            e = wilson(pd.Series([1.0] * ones + [0.0] * (histories - ones)).to_numpy())
            rows.append((float(whiplash), float(floor), "stands", e.value, e.low, e.high))
    return pd.DataFrame(rows, columns=["whiplash", "floor", "outcome", "mean", "low", "high"])


def test_the_least_floor_at_which_half_stand():
    of = phase.grids(points(SHARES), "stands", WORDS)
    assert phase.least(of["mean"]) == {0.0: 2.0, 1.0: 1.0, 2.0: None}
    assert phase.least(of["low"]) == {0.0: None, 1.0: 3.0, 2.0: None}
    assert phase.spans_of(of["mean"]) == {0.0: [(2.0, 3.0)], 1.0: [(1.0, 3.0)], 2.0: []}
    spans, least = phase.lines(points(SHARES), TOLD, WORDS, WORDS)
    assert spans.endswith("is), by whiplash: 0: 2 to 3 (none); 1: 1 to 3 (3); 2: none.")
    assert least == "The least such floor, by whiplash: 2 at 0, 1 at 1; none at the others."


def test_where_half_stand_at_low_and_high_floors_alone():
    of = phase.grids(points([[0.75, 0.25, 0.5]]), "stands", WORDS)
    assert phase.spans_of(of["mean"]) == {0.0: [(1.0, 1.0), (3.0, 3.0)]}


def test_where_there_is_no_such_floor():
    (line,) = phase.lines(points([[0.0, 0.1, 0.2]] * 3), TOLD, WORDS, WORDS)
    assert line == "The share that stands is below one half at every floor of the design, whatever the whiplash."


@pytest.mark.parametrize(
    ("shares", "edges"), [(SHARES, 5), ([[0.0, 0.1, 0.2]] * 3, 0), ([[0.5] * 3] * 3, 0), ([[0.0] * 3, [1.0] * 3], 3)]
)
def test_the_line_between_is_drawn_where_there_is_one(shares, edges, monkeypatch):
    drawn = []
    monkeypatch.setattr(phase, "png", lambda figure: drawn.append(figure) or b"")
    picture = phase.picture(points(shares), TOLD, WORDS, ["whiplash (multiple)", "floor (share)"], "trade_zone")
    assert picture is not None and picture.title == "trade zone: whiplash × floor" and "Ring" in picture.caption
    panel = drawn[0].axes[0]
    assert len([line for line in panel.lines if line.get_color() == phase.LINE["color"]]) == edges
    of = points(shares)
    rings = [line for line in panel.lines if line.get_marker() == "o"]
    assert len(rings) == ((of["low"] < 0.5) & (of["high"] > 0.5)).to_numpy().nonzero()[0].size
    assert len(panel.texts) == 3 * len(shares) and panel.texts[1].get_text() == phase.said(shares[1][0], True)


def test_points_that_share_a_cell_are_no_grid():
    twice = pd.concat([points(SHARES)] * 2)
    assert phase.picture(twice, TOLD, WORDS, WORDS, "trade_zone") is None
    assert phase.lines(twice, TOLD, WORDS, WORDS) == []


def test_axes_in_words():
    floor = {"key": "coalition.price_floor.level", "name": "floor"}
    assert (short(floor), long(floor)) == ("floor", "floor (share of the incentive gap)")
    assert short({"key": "whiplash", "name": ""}) == "whiplash"
    assert long({"key": "inertia", "name": "how slowly states turn"}) == "how slowly states turn"

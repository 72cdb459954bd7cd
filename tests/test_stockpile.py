"""R22  A strategic reserve: filled slowly, released in a price spike to members that comply, paid by the public."""

from itertools import pairwise

import numpy as np
import pytest

from abm.agents import Buyer, State
from abm.ensemble import Ensemble
from abm.instruments import STOCKPILE
from abm.markets import totals
from abm.scenario import Scenario

from .worlds import KEPT, STILL, calm, stepped

pytestmark = pytest.mark.once

REFINE = 1
BAN = {"exporter": "CHN", "mineral": "gallium", "rung": "ban", "share": 0.0, "begin": "2029-01", "end": "2029-07"}
FIRST, LAST = 48, 54  # months of the ban


def form(ban=True, parameters=None, **block):
    lever = {"start": "2025-03", "minerals": ["gallium"]} | block
    return Scenario.read(STILL | {
        "name": "case", "recorded_controls": False, "minerals": ["gallium", "tungsten"], "end": "2030-12",
        "control_acts": [BAN] if ban else [], "coalition": {"excluded": ["RUS"], "stockpile": lever},
        "parameters": KEPT | {"whiplash": 0.0, "lapse_hazard": 0.0} | (parameters or {}),
    })  # fmt: skip


def within(b, world):
    """Rows of buyers of gallium in member states."""
    return (b.mineral == 0) & (world[State].member[b.home_row, 0] > 0.0)


@pytest.fixture(scope="module")
def history():
    """Every month of a reserve that is filled, then meets a ban: what buyers hold, buy, release and pay."""
    w = Ensemble(form(), [1, 2])
    names = "reserve stored released goal need filling normal reserve_paid stock".split()
    seen = []
    for _ in range(w.start.scenario.months):
        before = w.paid[REFINE][w[Buyer].mineral, w[Buyer].node].copy()
        w.step()
        b = w[Buyer]
        now = {n: getattr(b, n).copy() for n in names}
        now |= {"before": before, "price": w.paid[REFINE][b.mineral, b.node].copy(), "public": w.support_paid.copy()}
        seen.append(now | {"within": within(b, w), "bite": w.bite.copy()})
    return seen


def test_it_never_buys_more_than_the_cap_and_stops_at_the_goal(history):
    full = 0.0
    for month in history:
        inside = month["within"]
        assert (month["stored"] <= 0.05 * month["need"] * (1.0 + 1e-12)).all()
        fills = month["filling"] > 0.0
        assert (month["reserve"] - month["stored"] + month["filling"] <= month["goal"] + 1e-9)[fills].all()
        assert (month["stored"][~inside] == 0.0).all() and (month["reserve"][~inside] == 0.0).all()
        full = max(full, (month["reserve"][inside] / month["goal"][inside]).min())
    assert history[3]["stored"][history[3]["within"]].min() > 0.0
    assert full > 0.9


def test_own_stocks_stay_what_they_are_while_a_reserve_is_filled():
    """The order for the reserve has no stock of its own: else filling it would fill the buyers' stocks too."""
    with_, without = (stepped(Ensemble(form(ban=False, days=d), [1]), 24) for d in (60.0, 0.0))
    own = with_[Buyer].stock[within(with_[Buyer], with_)] / without[Buyer].stock[within(without[Buyer], without)]
    assert own == pytest.approx(np.ones_like(own), rel=0.05)
    assert (without[Buyer].reserve == 0.0).all()
    assert with_.support_paid[STOCKPILE] > 0.0


def test_released_in_a_spike_and_nothing_is_bought_then(history):
    spiked, held = 0, 0
    for earlier, month in pairwise(history):
        spike = month["before"] > 1.8 * earlier["normal"]
        freed = np.where(spike, 0.33 * earlier["reserve"], 0.0)
        assert month["released"] == pytest.approx(freed, rel=1e-12, abs=1e-12)
        assert (month["stored"][spike] == 0.0).all()
        spiked += (month["released"] > 0.0).sum()
        held += (month["released"] == 0.0).sum()
    assert spiked > 0 and held > 0
    assert min(m["public"][STOCKPILE].min() for m in history[FIRST:LAST]) < 0.0  # a release brings money


def peak(**block):
    record = Ensemble(form(**block), [1, 2, 3]).run(LAST + 2)
    return record.price_paid[FIRST:, 0].max(axis=0), record.reserve[FIRST - 1, 0]


def test_a_release_lowers_the_peak_of_the_price():
    (lower, held), (higher, none) = peak(), peak(days=0.0)
    assert (held > 0.0).all() and (none == 0.0).all()
    assert (lower < 0.98 * higher).all()


def test_a_cheat_and_who_is_no_member_have_no_access():
    w = stepped(Ensemble(form(), [1]), FIRST)
    s, b = w[State], w[Buyer]
    japan, korea = (w.start.states.index(name) for name in ("JPN", "KOR"))
    s.compliance[japan] = 0.4
    s.member[korea] = 0.0
    start = b.reserve.copy()
    stepped(w, LAST - FIRST)
    after = w[Buyer].reserve
    frozen = (b.mineral == 0) & np.isin(b.home_row, [japan, korea])
    others = within(b, w) & ~frozen
    assert frozen.sum() == 2 and (start[frozen] > 0.0).all()
    assert (after[frozen] >= start[frozen]).all()
    assert (after[others] < start[others]).all()


def test_no_purchase_while_suspended_or_without_a_budget():
    w = Ensemble(form(ban=False, parameters={"whiplash": 4.0, "lapse_hazard": 4.0}), [1, 2, 3, 4])
    stopped = 0
    for _ in range(72):
        w.step()
        s, b = w[State], w[Buyer]
        off = s.backed[STOCKPILE][b.home_row] * s.solvent[STOCKPILE][b.home_row] == 0.0
        assert (b.stored[off] == 0.0).all()
        leader = s.leads[:, 0] > 0.0
        stopped += ((s.lapsing[leader] > 0.5) & (w.begun[STOCKPILE] > 0.0)).sum()
    assert stopped > 0
    assert (w[Buyer].reserve[within(w[Buyer], w)] > 0.0).any()


def test_bite_is_what_is_held_of_what_was_announced(history):
    assert history[0]["bite"].max() == 0.0
    for month in history[2:]:
        inside = month["within"]
        held = month["reserve"][inside].sum(axis=0) / month["goal"][inside].sum(axis=0)
        assert month["bite"] == pytest.approx(np.clip(held, 0.0, 1.0), rel=1e-9)


def test_without_it_nothing_changes():
    """A reserve of no days is none, bit for bit, beside a coalition that does nothing either."""
    idle = {"start": "2025-03", "minerals": ["gallium"], "share": 0.0}
    bare = calm(minerals=["gallium"], end="2030-12", coalition={"offtake": idle})
    lever = {"start": "2025-03", "minerals": ["gallium"], "days": 0.0}
    none = calm(minerals=["gallium"], end="2030-12", coalition={"offtake": idle, "stockpile": lever})
    one, other = (Ensemble(start, [1, 2]).run() for start in (bare, none))
    for name in set(one.series) - {"cohesion", "cohesion_if", "bite", "led", "tension"}:
        assert one.series[name].tobytes() == other.series[name].tobytes(), name


def test_the_record_has_its_tons():
    w = stepped(Ensemble(form(), [1]), 12)
    record = Ensemble(form(), [1]).run(12)
    assert record.reserve[11, 0] == pytest.approx(totals.total(w[Buyer].reserve), rel=1e-12)
    assert (record.reserve[11, 1] == 0.0).all()

"""R20  A tariff at the coalition's border: who pays it, what it moves, and that none is none."""

import numpy as np
import pytest

from abm.agents import State
from abm.ensemble import Ensemble
from abm.instruments import PRICE_FLOOR, TARIFF
from abm.scenario import Scenario

from .worlds import KEPT, STILL, stepped

pytestmark = pytest.mark.once

REFINE = 1
MINERALS = ["gallium", "tungsten"]


def form(**levers):
    known = {name: {"start": "2026-01", "minerals": MINERALS} | block for name, block in levers.items()}
    coalition = {"coalition": {"excluded": ["RUS"]} | known} if known else {}
    world = {"name": "case", "recorded_controls": False, "minerals": MINERALS, "end": "2034-12", "parameters": KEPT}
    world = STILL | world
    return Scenario.read(world | coalition)


def test_the_levy_is_the_tariff_times_the_landed_value():
    w = stepped(Ensemble(form(tariff={"rate": 0.3}), [1, 2]), 14)
    s = w[State]
    for m in range(len(MINERALS)):
        revenue = np.zeros(2)
        for k in range(w.origins[REFINE, m]):
            for d in range(w.destinations[REFINE, m]):
                landed = np.exp(w.log_ask[REFINE, m, k]) * w.freight[REFINE, m, k, d]
                barred, taxed = s.untrusted[w.origin_home[REFINE, m, k]], s.taxed[w.destination_home[REFINE, m, d]]
                revenue += 0.3 * barred * taxed * landed * w.delivered[REFINE, m, k, d]
        assert (revenue > 0.0).all()
        assert w.levy[m].sum(axis=0) == pytest.approx(revenue, rel=1e-9)
        assert (w.rent[m] == 0.0).all()


def test_a_tariff_raises_what_trusted_plants_fetch_and_is_seen_by_investors():
    free, taxed = (stepped(Ensemble(one, [1]), 24) for one in (form(), form(tariff={"rate": 0.5})))
    assert (taxed.trusted_price > 1.01 * free.trusted_price).all()
    assert (taxed.floor_gap > 0.0).all() and (free.floor_gap == 0.0).all()
    assert (taxed.unmet > 0.0).all()
    assert taxed.bite > 0.0 and taxed.cohesion > 0.0


def test_a_tariff_of_zero_is_none_bit_for_bit():
    """In a coalition that does nothing, and beside a floor that is suspended while the tariff is not."""
    for base in ({"offtake": {"share": 0.0}}, {"price_floor": {"level": 2.0, "unit": "multiple of base price"}}):
        without, with_ = (Ensemble(form(**base, **more), [1, 2]).run(120) for more in ({}, {"tariff": {"rate": 0.0}}))
        of_policy = {"cohesion", "cohesion_if", "bite", "led", "believed_hazard", "tension"}  # with or without it
        alike = set(without.series) - of_policy
        for name in alike:
            assert without.series[name].tobytes() == with_.series[name].tobytes(), name


def test_a_floor_acts_on_the_landed_price_with_the_tariff_in_it():
    """A tariff that lifts every landed price above the floor leaves no gap to it, and so no rent."""
    floor = {"level": 1.2, "unit": "multiple of base price"}
    low, high = (stepped(Ensemble(form(price_floor=floor, tariff={"rate": r}), [1]), 14) for r in (0.0, 1.0))
    assert low.rent.sum() > 0.0
    assert high.rent.sum() < 0.5 * low.rent.sum()


def test_investors_see_the_end_of_the_tariff_and_its_reversals():
    w = Ensemble(form(tariff={"rate": 0.3, "end": "2028-01"}), [1])
    stepped(w, 13)
    assert w.months_to_end[PRICE_FLOOR, 0] == w.months_to_end[TARIFF, 0] == 24.0
    assert w.hit_probability[PRICE_FLOOR, 0] == 1.0


def test_strictness_drifts_with_the_tariff_alone():
    w = stepped(Ensemble(form(tariff={"rate": 0.3}), [1]), 14)
    members = w[State].member > 0.0
    assert (w[State].enforced == 0.0).all()
    assert w[State].taxed[members].max() > 0.0 and (w[State].taxed[~members] == 0.0).all()

"""The least viable pool solves the arithmetic of an investment decision for the size of the plant (R46, R47, R49)."""

import math
from functools import partial

import pytest

from abm.start import sources
from analysis.pool import demand_of, least, plant_of

pytestmark = pytest.mark.once

HAZARD = 0.26


@pytest.fixture(scope="module")
def plant():
    return plant_of("gallium", sources())


def test_by_hand(plant):
    """A lone module without support: cash cost and 1.64 times capital cost over twenty years at nine per cent."""
    annuity = (1.0 - math.exp(-0.09 * 20.0)) / 0.09
    beta = 0.5 + math.sqrt(0.25 + 2.0 * 0.08 / 0.04)
    assert plant.price(plant.module) == pytest.approx(440_100.0 + beta / (beta - 1.0) * 2e6 / annuity)
    available = 1.0 / (1.0 + HAZARD * 9.0 / 12.0)
    rate = 0.09 + 0.2 * HAZARD
    worth = available * (1.0 - math.exp(-rate * 10.0)) / rate
    risk = 0.2 * (1.0 - 0.8)  # no more of its cash flow counts as safe
    beta = 0.5 + math.sqrt(0.25 + 2.0 * 0.08 / risk**2)
    capital = 2e6 * 3.0 ** (0.67 - 1.0)
    assert plant.floor(3.0 * plant.module, HAZARD) == pytest.approx(440_100.0 + beta / (beta - 1.0) * capital / worth)


def test_the_least_pool_needs_what_it_is_paid(plant):
    for needed in (plant.price, partial(plant.floor, hazard=HAZARD)):
        for share in (0.2, 0.5, 0.9):
            paid = needed(plant.largest) + share * (needed(plant.module) - needed(plant.largest))
            assert needed(least(plant, paid, needed)) == pytest.approx(paid)


def test_its_ends(plant):
    assert least(plant, 2e6, plant.price) == plant.module
    assert least(plant, plant.cash, plant.price) == math.inf
    assert plant.capital(0.5 * plant.module) == plant.capital(plant.module)
    assert plant.capital(2.0 * plant.largest) == plant.capital(plant.largest)


def test_distrust_asks_for_more(plant):
    floors = [plant.floor(50.0, hazard) for hazard in (0.0, 0.1, 0.26, 0.52, 1.04)]
    assert floors == sorted(floors) and floors[0] < floors[-1]


def test_demand_is_that_of_the_table_without_the_dominant_state():
    demand = demand_of("gallium", sources())
    assert demand["USA"] == 19.0
    assert "CHN" not in demand and "ROW" not in demand
    assert list(demand.values()) == sorted(demand.values(), reverse=True)

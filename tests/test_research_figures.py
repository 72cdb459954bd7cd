"""What the notebooks draw: levers against no coalition, the licence of 2023, and one history."""

import numpy as np
import pytest

from abm import Scenario, start_of
from abm.ensemble import Ensemble
from analysis import history_figures, lever_figure, shock_figure
from analysis.levers import CASES, built, plants

pytestmark = pytest.mark.once

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def levers():
    told: list[int] = []
    found = lever_figure.built_by("gallium", ("stockpile", "contract 2.5"), 4, watch=told.append)
    assert told == [4, 8, 12]
    return found


def test_a_lever_is_compared_history_by_history(levers):
    none, contract = (plants("gallium", *CASES[name], 4, 1) for name in (lever_figure.AGAINST, "contract 2.5"))
    assert levers.level["contract 2.5"].value == pytest.approx(contract.mean())
    apart = levers.apart["contract 2.5"]
    assert apart.value == pytest.approx((contract - none).mean())
    assert (contract - none).min() <= apart.low <= apart.value <= apart.high <= (contract - none).max()
    assert built("gallium", *CASES["contract 2.5"], 4, 1) == contract.mean()


def test_the_figure_of_levers_names_mineral_and_number(levers):
    shown = lever_figure.picture(levers)
    assert shown.png.startswith(PNG)
    assert "gallium" in shown.caption and "4 histories" in shown.caption


def test_the_licence_stands_beside_its_record():
    value, low, high = shock_figure.recorded()
    assert low < value < high
    assert shock_figure.month_recorded() == 9  # October, from January 2023
    assert shock_figure.picture(np.ones(24)).png.startswith(PNG)


@pytest.mark.parametrize("name", ["trade_zone", "no_coalition"])
def test_one_history_is_drawn_whatever_it_holds(name):
    scenario = Scenario.load(name).model_copy(update={"minerals": ("gallium",), "end": "2028-12"})
    record = Ensemble(start_of(scenario), np.array([1, 2])).run()
    at = history_figures.dates(record)
    assert at[0] == pytest.approx(2025.0 + 0.5 / 12.0) and len(at) == scenario.months
    assert history_figures.prices(record, "gallium").png.startswith(PNG)
    for broke in (None, 30):
        assert history_figures.cooperation(record, 0.3, broke).png.startswith(PNG)

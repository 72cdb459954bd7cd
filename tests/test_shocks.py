"""The two measured shocks run, with the right signs in the right order; how large they are is reported, not tested."""

import numpy as np
import pytest

from analysis import shocks

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", params=shocks.LITERATURE)
def year(request):
    return shocks.year_without_exports(request.param)


def test_without_exports_the_rest_pays_more_and_uses_less(year):
    shock, calm = year
    last, mean = shocks.change(shock.paid, calm.paid)
    assert last > 0.0 and mean > 0.0
    assert (shock.dominant == 0.0).all() and (calm.dominant > 0.0).all()
    assert shock.use.sum() < calm.use.sum()
    assert shock.others.sum() > calm.others.sum()
    assert shock.scrap.sum() > calm.scrap.sum() > 0.0
    assert shock.stock[-1] < calm.stock[-1]


def test_use_is_what_was_bought_and_drawn_from_stock(year):
    for outside in year:
        drawn = -np.diff(outside.stock)
        np.testing.assert_allclose(outside.use[1:], (outside.dominant + outside.others)[1:] + drawn, rtol=1e-9)


def test_gallium_rises_more_than_germanium():
    rise = {m: shocks.change(*(o.paid for o in shocks.year_without_exports(m)))[1] for m in shocks.LITERATURE}
    assert rise["gallium"] > rise["germanium"]


def test_a_licence_parts_the_prices_from_its_first_month():
    ratio = shocks.licence_of_2023()
    assert len(ratio) == 24
    np.testing.assert_allclose(ratio[:7], 1.0)
    assert (ratio[7:] > 1.0).all()


def test_both_print(capsys):
    shocks.main()
    text = capsys.readouterr().out
    assert "+150%" in text and "recorded 1.76" in text and "nan" not in text

"""R16  What ends cooperation: constructed histories of each kind, and that the shares add up to one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.ending import ENDS, ends
from abm.ensemble import Ensemble
from abm.markets.club import COMPLIANCE, EXIT, RETALIATION, SUSPENSION
from abm.record import Record

pytestmark = pytest.mark.once

MONTHS, THETA, BITE, YEAR = 60, 0.25, 0.25, 12
PROMISED = 0.8


def history(worn, bite=0.6, low_bite=None, war=False):
    """E falls in the fourth year: every cause multiplies it by its factor. worn: bit -> factor."""
    cases = np.full((MONTHS, 16), PROMISED)
    for case in range(16):
        for bit, factor in worn.items():
            if case & bit:
                cases[36:, case] *= factor
    bites = np.full(MONTHS, bite)
    if low_bite is not None:
        bites[36:] = low_bite
    return ends(cases[:, 15], bites, cases, np.full(MONTHS, float(war)), THETA, BITE, YEAR)


def only(name):
    return {one: float(one == name) for one in ENDS}


@pytest.mark.parametrize(
    ("bit", "name"),
    [(SUSPENSION, "whiplash"), (EXIT, "defection"), (COMPLIANCE, "defection"), (RETALIATION, "retaliation")],
)
def test_one_cause_alone(bit, name):
    assert history({bit: 0.1}) == pytest.approx(only(name))


def test_nothing_happens():
    assert history({}) == only("holds")


def test_a_dip_of_eleven_months_ends_nothing():
    cases = np.full((MONTHS, 16), PROMISED)
    cases[10:21] = 0.0
    assert ends(cases[:, 15], np.ones(MONTHS), cases, np.zeros(MONTHS), THETA, BITE, YEAR) == only("holds")


def test_a_price_war_takes_the_bite():
    assert history({}, low_bite=0.05, war=True) == pytest.approx(only("price_war"))


def test_a_bite_that_fails_without_a_price_war_ends_nothing():
    assert history({}, low_bite=0.05) == only("holds")


def test_a_bite_that_never_was_is_no_end():
    assert history({}, bite=0.05, war=True) == only("holds")


def test_two_equal_causes_share_equally():
    found = history({SUSPENSION: 0.5, EXIT: 0.5, COMPLIANCE: 0.9})
    other = history({SUSPENSION: 0.5, RETALIATION: 0.5, COMPLIANCE: 0.9})
    assert found["whiplash"] == pytest.approx(other["whiplash"]) == pytest.approx(other["retaliation"])
    assert found["defection"] > found["whiplash"] > 0.4


def test_promised_below_theta_is_defection():
    cases = np.full((MONTHS, 16), 0.1)
    assert ends(cases[:, 15], np.ones(MONTHS), cases, np.zeros(MONTHS), THETA, BITE, YEAR) == only("defection")


@given(st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4), st.floats(0.0, 1.0), st.booleans())
def test_shares_add_up_to_one(factors, low_bite, war):
    worn = dict(zip((SUSPENSION, EXIT, RETALIATION, COMPLIANCE), factors, strict=True))
    found = history(worn, low_bite=low_bite, war=war)
    assert sum(found.values()) == pytest.approx(1.0)
    assert min(found.values()) >= 0.0


def test_the_last_case_is_cohesion_itself():
    ensemble = Ensemble("trade_zone", np.arange(6))
    record = Record(ensemble.start, 6)
    for _ in range(90):
        ensemble.step()
        record.take(ensemble)
    seen = slice(24, 90)
    np.testing.assert_allclose(record.cohesion_if[seen, 15], record.cohesion[seen], rtol=1e-9, atol=1e-12)
    assert record.cohesion_if[seen, 0].mean() > record.cohesion[seen].mean()  # what was promised

"""R6, R7  Export controls by chance, on the record's tension."""

import pytest

from analysis import acts

pytestmark = pytest.mark.once

SEEDS = acts.SEEDS


@pytest.fixture(scope="module")
def spells():
    return {name: acts.replayed(*spell, SEEDS) for name, spell in acts.SPELLS.items()}


def test_history_is_within_what_the_rule_expects(spells):
    calm, tense = spells.values()
    assert calm.acts + calm.bans <= acts.MOST_CALM
    low, high = acts.TENSE
    assert low <= tense.minerals <= high


def test_the_loop_from_acts_to_tension_to_acts_is_damped():
    gains = [acts.loop_gain(tension) for tension in (0.3, 0.42, 0.6, 0.8)]
    assert gains == sorted(gains)
    assert gains[-1] < 0.5

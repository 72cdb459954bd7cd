"""Stable coalitions: by brute force on small games, docked on the climate club cell by cell."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.data.tables import load_tables
from analysis.climate_club import cells, outsiders, welfare
from analysis.stability import MOST_PLAYERS, best_replies, coalitions, gains, stable

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def club():
    return load_tables().climate_club


def test_every_cell_of_the_climate_club_has_the_one_published_coalition(club):
    found = list(cells(club))
    assert len(found) == 44
    for price, tariff, masks, number, size in found:
        assert len(masks) == number == 1, (price, tariff)
        assert masks[0].bit_count() == size, (price, tariff)


def test_the_outsiders_at_25_usd_and_2_per_cent(club):
    (coalition,) = stable(welfare(club, 25.0, 0.02), 15)
    assert outsiders(club, int(coalition)) == ["India", "Safrica"]  # South Africa, as the table spells it


def test_best_replies_reach_it_from_two_hundred_starts(club):
    game = welfare(club, 25.0, 0.02)
    (coalition,) = stable(game, 15)
    starts = np.random.Generator(np.random.PCG64(1)).integers(0, 2**15, 200).tolist()
    assert {best_replies(game, 15, start, seed) for seed, start in enumerate(starts)} == {int(coalition)}


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_as_brute_force_finds_them(seed, players):
    value = np.random.Generator(np.random.PCG64(seed)).normal(size=(2**players, players))

    def payoffs(members):
        return value[members @ (1 << np.arange(players))]

    def is_stable(mask):
        return all(value[mask ^ (1 << i), i] <= value[mask, i] for i in range(players))

    assert stable(payoffs, players).tolist() == [m for m in range(2**players) if is_stable(m)]


def test_coalitions_and_gains():
    assert coalitions(2).tolist() == [[False, False], [True, False], [False, True], [True, True]]
    for mask, player in itertools.product(range(4), range(2)):  # a public good that costs its members 1, gives 0.6 each
        gain = gains(lambda m: 0.6 * m.sum(axis=1, keepdims=True) - m, 2)[mask, player]
        assert gain == pytest.approx(0.4 if mask >> player & 1 else -0.4)


def test_limits():
    with pytest.raises(ValueError, match=f"at most {MOST_PLAYERS}"):
        gains(lambda m: m.astype(float), MOST_PLAYERS + 1)

    def chase(members):  # one wants to be where the other is, who wants to be elsewhere
        alike = members[:, 0] == members[:, 1]
        return np.stack([alike, ~alike], axis=1).astype(float)

    assert stable(chase, 2).size == 0
    with pytest.raises(ValueError, match="have not ended"):
        best_replies(chase, 2, 0, 1, most=50)

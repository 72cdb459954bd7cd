"""What credibility is worth: the closed form of R46, reading levels off responses, and the command."""

import json

import numpy as np
import pytest

from abm.rules import investment
from analysis.cli import code_of
from analysis.exchange_rate import LEVELS, WHIPLASH, alone, invert, response

pytestmark = pytest.mark.once

HAZARDS = np.array([0.0, 0.1, 0.25, 0.5])


def test_closed_form_where_only_r46_is_on():
    """A plant that lives on support alone: the level that keeps its sanction hazard is the closed form's."""
    levels = np.linspace(0.5, 6.0, 20_001)

    def eagerness(level, hazard, suspension, permanent):
        available = investment.availability(hazard, suspension)
        worth = investment.support_value(level, available, 10.0, 0.08, hazard, permanent)
        value = investment.project_value(0.0, 0.08, 20.0, worth, 1.0)
        return investment.sanction_hazard(investment.ratio_to_trigger(value, 8.0, 1.0), 0.25, 0.15)

    for permanent, suspension in ((1.0, 0.0), (0.2, 9.0)):
        target = eagerness(1.0, 0.0, suspension, permanent)
        found = [invert(levels, eagerness(levels, h, suspension, permanent), target) for h in HAZARDS]
        assert found == pytest.approx(alone(HAZARDS, 0.08, 10.0, permanent, suspension), rel=1e-6)
    exact = alone(HAZARDS, 0.08, 10.0, 1.0, 0.0)
    assert 1.0 / exact[1:] == pytest.approx([0.674, 0.424, 0.250], abs=5e-4)


def test_reading_off():
    assert invert([0.0, 1.0, 2.0], np.array([1.0, 3.0, 5.0]), 4.0) == pytest.approx(1.5)
    assert invert([0.0, 1.0, 2.0], np.array([1.0, 3.0, 5.0]), 0.5) == 0.0
    assert np.isnan(invert([0.0, 1.0, 2.0], np.array([1.0, 3.0, 5.0]), 5.1))
    assert response(np.array([1.0, 3.0, 2.0, 4.0])).tolist() == [1.0, 2.5, 2.5, 4.0]


def test_the_command(tmp_path, capsys):
    assert code_of(["exchange-rate", "--mineral", "gallium", "--runs", "2", "--out", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hazard_per_year"] == pytest.approx([0.26 * w for w in WHIPLASH])
    capacity = np.array(found["capacity"])
    assert capacity.shape == (len(WHIPLASH), len(LEVELS))
    assert capacity[0].max() > capacity[-1].max()  # a firm policy builds more than a shaken one, at any floor
    assert found["needed_share_of_gap"][WHIPLASH.index(1.0)] <= 1.0
    assert (tmp_path / "exchange-rate-gallium.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mineral", "galium"], 'did you mean "gallium"'),
        (["--mineral", "copper"], "no floor is needed"),
        (["--mineral", "gallium", "--runs", "1"], "a whole number from 2"),
        (["--mineral", "gallium", "--seed", "-1"], "a whole number from 0"),
    ],
)
def test_bad_input(tmp_path, capsys, words, said):
    assert code_of(["exchange-rate", *words, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

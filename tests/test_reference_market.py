"""The reference market is one model in all five implementations, and the engine's keeps the engine's habits.

A mean or a spread of an outcome may differ by LIMIT standard errors: of the 18 comparisons here one goes beyond that by
chance in one of a thousand sets of seeds, while an elasticity that is off by a tenth does in every peer.
"""

import functools
from dataclasses import replace

import numpy as np
import pytest

from abm.rulebook import draw
from experiments.benchmarks import peers
from experiments.benchmarks.reference import agentpy_model, batch, engine, mesa_model, plain, rules
from experiments.benchmarks.reference.market import NUMBERS

from . import lints

pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore:The inplace keyword")]  # agentpy's use of pandas
LIMIT = 4.0
OUTCOMES = ("concentration", "price", "shortage")
PEERS = ("plain", "mesa", "agentpy")
SAMPLES = {  # implementation, runs, seed
    "engine": (engine, 2048, 10_001), "plain": (plain, 2048, 1), "mesa": (mesa_model, 24, 1),
    "agentpy": (agentpy_model, 16, 1),
}  # fmt: skip


@functools.cache
def sample(name):
    module, runs, seed = SAMPLES[name]
    return module.simulate(runs, seed)


def differences(one, other):
    """Differences of means and of log spreads, in standard errors; the latter's is that of normal outcomes."""
    found = []
    for name in OUTCOMES:
        a, b = getattr(one, name), getattr(other, name)
        error = np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size)
        found.append(abs(a.mean() - b.mean()) / error)
        found.append(abs(np.log(a.std(ddof=1) / b.std(ddof=1))) / np.sqrt(0.5 / a.size + 0.5 / b.size))
    return np.array(found)


@pytest.mark.parametrize("peer", PEERS)
def test_the_same_outcomes_as_a_peer(peer):
    assert differences(sample("engine"), sample(peer)).max() < LIMIT


@pytest.mark.parametrize("peer", PEERS)
def test_a_wrong_elasticity_is_seen_in_every_peer(peer):
    wrong = replace(NUMBERS, elasticity=1.1 * NUMBERS.elasticity)
    assert differences(engine.simulate(512, seed=10_001, numbers=wrong), sample(peer)).max() > LIMIT


@pytest.mark.parametrize("name", ["tax", "outage_hazard", "ramp", "shutting", "permits", "upkeep", "decay", "panic"])
def test_a_wrong_number_is_seen(name):
    wrong = replace(NUMBERS, **{name: 1.3 * getattr(NUMBERS, name)})
    assert differences(engine.simulate(512, seed=10_001, numbers=wrong), sample("plain")).max() > LIMIT


def test_batch_run_makes_the_runs_of_its_model():
    found = batch.simulate(3, seed=1)
    for name in OUTCOMES:
        assert getattr(found, name).tolist() == getattr(sample("mesa"), name)[:3].tolist()


def test_a_run_alone_has_the_bits_of_one_among_many(monkeypatch):
    monkeypatch.setattr(engine, "LANES", 5)
    together = engine.simulate(7, seed=3)
    for run in range(7):
        alone = engine.simulate(1, seed=3 + run)
        for name in OUTCOMES:
            assert getattr(alone, name).tobytes() == getattr(together, name)[run].tobytes()
    assert len(set(together.price)) == 7


def test_draws_are_those_of_draw():
    seeds, slots = np.arange(40), np.array([0, 7, 335])
    assert (rules.draws(seeds, 5, slots, 2) == draw(seeds, 5, slots, 2, 0)).all()


def test_the_engine_s_version_keeps_the_habits_of_the_model(root):
    """All but the docstrings: its equations have numbers of their own."""
    folder = root / "experiments" / "benchmarks" / "reference"
    kernels = tuple(lint for lint in lints.KERNELS if lint is not lints.rule_docstrings)
    assert lints.complaints(folder / "agents.py", lints.AGENTS + lints.EVERYWHERE) == []
    assert lints.complaints(folder / "rules.py", kernels + lints.EVERYWHERE) == []


def test_peers_are_compared():
    found = peers.compare(runs=2, repeats=1)
    assert list(found["peers"]) == list(peers.NAMES)
    mesa = found["peers"]["mesa"]
    for name, row in found["peers"].items():
        assert row["ratio_mesa"] == mesa["s_per_run"] / row["s_per_run"]
        assert peers.NAMES[name] in peers.text(found)

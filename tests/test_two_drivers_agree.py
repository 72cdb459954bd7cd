"""World agent by agent and Ensemble in lockstep give the same bits, however a history is cut, ordered or changed."""

import os
import random
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from abm.agents import Buyer, Refiner
from abm.ensemble import Ensemble
from abm.markets import totals
from abm.rules import purchasing
from abm.scenario import Scenario
from abm.schedule import MONTH
from abm.start import start_of
from abm.world import World

from .worlds import differing, everything, snapshot, stepped

MONTHS = 36  # into the coalition's first year
SEEDS = np.arange(1, 9)


class Hoarder(Buyer):
    """A buyer who wants a tenth more than it needs."""

    def plan(self):
        super().plan()
        self.need = purchasing.base_use(self.need, self.model.umax, self.intensity)


def compare(scenario, seed, months, classes=None, shuffle=False):
    """What differs between a World and column 4 of an ensemble, whose fifth seed is `seed`."""
    seeds = np.concatenate([SEEDS[:4] + seed, [seed], SEEDS[4:] + seed])
    ensemble = stepped(Ensemble(scenario, seeds, classes), months)
    world = World(scenario, seed, classes)
    luck = random.Random(7)
    for _ in range(months):
        if shuffle:
            phases = [p for p in MONTH if isinstance(p, tuple)]
            world.visiting = {
                p: luck.sample(world.agents_by_kind[p[0]], len(world.agents_by_kind[p[0]])) for p in phases
            }
        world.step()
    return differing(snapshot(ensemble, 4), snapshot(world.books, 0))


@pytest.mark.parametrize("scenario", ["no_coalition", "trade_zone"])
def test_plain(scenario):
    assert compare(scenario, 11, MONTHS) == {}


HASTE = {
    "permit_refinery": 12.0, "build_refinery": 24.0, "build_byproduct_circuit": 12.0, "sanction_hazard_max": 0.5,
    "lapse_hazard": 2.0, "whiplash": 2.0, "stall_hazard": 0.5, "outage_hazard": 0.5, "member_reversal_multiple": 1.0,
}  # fmt: skip


def test_every_lever_until_plants_have_opened_and_closed():
    """Two minerals, in haste: sanctions, permits, stalls, lapses, reversals, outages, openings and closures happen."""
    scenario = everything(**HASTE)
    assert compare(scenario, 21, 96) == {}
    record = Ensemble(scenario, SEEDS).run(96)
    seen = "funded signed stalled outages stranded online idle closed support reserve".split()
    for name in seen:
        assert record.series[name].sum() > 0.0, name
    assert compare(scenario, 22, 48, shuffle=True) == {}


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["no_coalition", "trade_zone", "us_alone"])
def test_plain_to_the_end(scenario):
    assert compare(scenario, 11, 240) == {}


def test_in_random_visiting_order():
    assert compare("trade_zone", 3, MONTHS, shuffle=True) == {}


def test_overriding_subclass():
    plain = snapshot(stepped(Ensemble("trade_zone", [5]), 12), 0)
    hoarding = snapshot(stepped(Ensemble("trade_zone", [5], {"Buyer": Hoarder}), 12), 0)
    assert ("Buyer", "need") in differing(plain, hoarding)
    assert compare("trade_zone", 5, 24, {"Buyer": Hoarder}) == {}


def test_mixed_classes():
    known = start_of("trade_zone")
    names = known.columns["Buyer"]["class"]
    mixed = {"class": [*names[:5], *["Hoarder"] * 7, *names[12:]]}
    start = replace(known, columns=known.columns | {"Buyer": known.columns["Buyer"] | mixed})
    assert compare(start, 5, 24, {"Hoarder": Hoarder}) == {}


def test_swept_parameters_in_lockstep():
    base = Scenario.load("trade_zone").model_copy(update={"minerals": ("gallium", "graphite", "copper")})
    low, step = np.array([0.0, 8.0, 0.0, 4.0]), np.array([4.0 / 3.0, 1.0, 0.25, 1.0])
    names = "whiplash", "demand_choke", "rent_capture", "sigma_specialty"
    swept = [
        base.model_copy(update={"parameters": dict(zip(names, (low + i * step).tolist(), strict=True))})
        for i in range(4)
    ]
    together = stepped(Ensemble(swept, [9] * 4), 30)
    for i in (0, 3):
        alone = stepped(World(swept[i], 9), 30)
        assert differing(snapshot(together, i), snapshot(alone.books, 0)) == {}
    assert differing(snapshot(together, 0), snapshot(together, 3))


def test_scenarios_that_cannot_run_in_lockstep_are_refused():
    with pytest.raises(ValueError, match="cannot run in lockstep"):
        Ensemble(["no_coalition", "trade_zone"], [1, 2])


@pytest.mark.parametrize("size", [1, 7, 64])
def test_chunks(size):
    seeds = np.arange(1, 65)
    whole = stepped(Ensemble("trade_zone", seeds), 30)
    for run in (0, 17, 63):
        first = run - run % size
        part = stepped(Ensemble("trade_zone", seeds[first : first + size]), 30)
        assert differing(snapshot(whole, run), snapshot(part, run - first)) == {}


def record_bytes(seeds):
    return [v.tobytes() for v in Ensemble("trade_zone", seeds).run(30).series.values()]


@pytest.mark.once
def test_one_and_two_workers():
    jobs = [np.arange(1, 6), np.arange(6, 11)]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert list(pool.map(record_bytes, jobs)) == [record_bytes(j) for j in jobs]


def test_another_method_of_one_agent_changes_that_agent_alone():
    one, other = World("trade_zone", 4), World("trade_zone", 4)
    changed = other.agents_by_kind[Buyer][40]
    changed.learn = lambda: setattr(changed, "normal", 2.0 * changed.normal)
    stepped(one, 1), stepped(other, 1)
    found = differing(snapshot(one.books, 0), snapshot(other.books, 0))
    assert found == {("Buyer", "normal"): 1, ("Buyer", "intensity"): 1}  # what `learn` writes, of one agent
    stepped(one, 1), stepped(other, 1)
    now = snapshot(one.books, 0), snapshot(other.books, 0)
    elsewhere = [b.mineral != changed.mineral for b in one.agents_by_kind[Buyer]]
    for field in ("stock", "normal", "consumed"):
        assert (now[0]["Buyer", field][elsewhere] == now[1]["Buyer", field][elsewhere]).all()
    refiners = [r.mineral == changed.mineral for r in one.agents_by_kind[Refiner]]
    assert (now[0]["Refiner", "output"] != now[1]["Refiner", "output"])[refiners].any()  # through the market


def test_sums_out_of_order_would_be_seen(monkeypatch):
    """A negative control: NumPy adds a lone run in pairs, many runs in rows; the last digits differ, and are seen."""
    monkeypatch.setattr(
        totals, "share_abroad", lambda tons, foreign: np.sum(tons * foreign[..., None], axis=-2)
    )
    assert "dominant_share" in {name for _, name in compare("trade_zone", 4, 12)}


PURE = """
import numpy as np
from abm.ensemble import Ensemble
from abm.scenario import Scenario
from abm.world import World
from tests.worlds import differing, snapshot, stepped
three = ["gallium", "ndpr", "tungsten"]
form = {"name": "three", "minerals": three, "coalition": {"price_floor": {"start": "2025-03"}}}
found = snapshot(stepped(Ensemble(Scenario.read(form), [1]), 12), 0)
assert differing(found, snapshot(stepped(World(Scenario.read(form), 1), 12).books, 0)) == {}
print(sorted((*k, v.tobytes().hex()) for k, v in found.items()))
"""


def test_plain_python_has_the_same_bits(root):
    def run(pure):
        env = os.environ | {"ABM_PURE": pure, "PYTHONPATH": str(root)}
        return subprocess.run(
            [sys.executable, "-c", PURE], env=env, cwd=root, capture_output=True, text=True, check=True
        )

    assert run("1").stdout == run("0").stdout != ""

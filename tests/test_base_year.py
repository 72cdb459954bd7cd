"""The balanced base year: pinned, in balance, faithful to what is reported, and a fixed point of the model."""

import shutil

import numpy as np
import pytest

from abm.data.tables import PACKAGED
from abm.ensemble import Ensemble
from abm.scenario import Scenario
from abm.start import sources, start_of

from .worlds import calm, stepped

pytestmark = pytest.mark.once

HASH = "e7d8dcfe1317fef873cda4b9ca379992932b55b5e7239a4e32a1855628a845ff"
ONE_STAGE = {"gallium", "germanium", "indium"}


@pytest.fixture(scope="module")
def base():
    return sources().base


def test_hash_is_pinned(base):
    """It changes when a number of the base year does: say which, and why, in the change that moves it."""
    assert base.hash == HASH


def test_twenty_five_markets_of_fourteen_minerals(base):
    assert len(base.minerals) == 14
    assert len(base.markets) == 25
    assert {m for m in base.minerals if base.stages(m) == ["refine"]} == ONE_STAGE
    assert "EU27" in base.states
    assert not {"DEU", "FRA", "POL"} & set(base.states)


def test_every_market_is_in_balance_and_rounded(base):
    for market in base.markets.values():
        assert sum(market.output.tolist()) == pytest.approx(sum(market.use.tolist()), rel=1e-12)
        assert (market.flows >= 0.0).all()
        assert all(float(f"{x:.11e}") == x for x in market.flows.ravel().tolist())


def test_reported_outputs_are_held(base):
    """An output that moved has a reason, and the reason says that it was an estimate."""
    for market in base.markets.values():
        for was, now, reason in zip(market.reported_output, market.output, market.output_reason, strict=True):
            if abs(now / was - 1.0) > 1e-6:
                assert "estimated" in reason


def test_every_large_adjustment_has_a_reason(base):
    for market in base.markets.values():
        both = [(market.reported_output, market.output, market.output_reason)]
        both += [(market.reported_use, market.use, market.use_reason)]
        for reported, balanced, reasons in both:
            for was, now, reason in zip(reported, balanced, reasons, strict=True):
                assert reason or abs(now - was) <= 0.1 * was


def test_the_first_month_is_the_base_year(base):
    world = stepped(Ensemble(calm(), [1]), 1)
    assert (world.evaluations > 0.0).sum() == 25
    there = world.base_flow > 1e-9 * world.base_volume[..., None, None]
    assert np.abs(world.delivered[there][:, 0] / world.base_flow[there] - 1.0).max() <= 1e-6
    for g, m in np.ndindex(2, 14):
        asks = np.exp(world.log_ask[g, m, : world.origins[g, m], 0])
        incumbents = world.base_node_capacity[g, m, : world.origins[g, m]] > 0.0
        assert asks[incumbents] == pytest.approx(np.full(incumbents.sum(), world.list_price[g, m]), rel=1e-6)


def test_minerals_do_not_feel_which_others_are_there():
    """No chance and no number of one mineral depends on another's being in the run, in this version."""
    form = {"name": "x", "end": "2026-12", "adversary": False}  # acts come in packages, over all minerals
    few = Ensemble(Scenario.read(form | {"minerals": ["gallium", "cobalt"]}), [3]).run()
    many = Ensemble(Scenario.read(form), [3]).run()
    for i, mineral in enumerate(few.start.minerals):
        j = many.start.minerals.index(mineral)
        for name in ("price_paid", "list_abroad", "consumption"):
            assert (few.series[name][:, i] == many.series[name][:, j]).all()


def test_dated_projects_open_in_their_month():
    start = calm()
    world = Ensemble(start, [1])
    refiners = start.columns["Refiner"]
    row = next(
        i for i, c in enumerate(refiners["class"])
        if c == "Project" and start.minerals[refiners["mineral"][i]] == "gallium" and refiners["nameplate"][i] > 8.0
    )  # fmt: skip
    project = next(p for p in world.tables[_refiner(world)].parts if type(p).__name__ == "Project")
    own = row - refiners["class"].index("Project")
    opening = int(refiners["opening"][row])
    stepped(world, opening)
    assert project.capacity[own, 0] == 0.0
    stepped(world, 1)
    assert project.capacity[own, 0] == pytest.approx(refiners["nameplate"][row])


def _refiner(world):
    return next(kind for kind in world.tables if kind.__name__ == "Refiner")


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("capacity.csv", "gallium,refine,AUS,planned,2026,100.0", "gallium,refine,AUS,planned,2026,400.0"),
        ("costs.csv", "gallium,refine,outside China,440100", "gallium,refine,outside China,300100"),
    ],
)
def test_one_changed_row_moves_its_state_and_no_other_mineral(tmp_path, table, old, new):
    folder = tmp_path / "data"
    shutil.copytree(PACKAGED, folder)
    text = (folder / table).read_text("utf-8")
    assert text.count(old) == 1
    (folder / table).write_text(text.replace(old, new), "utf-8")
    scenario = Scenario.read({"name": "x", "recorded_controls": False, "end": "2029-12"})
    one, other = (Ensemble(start_of(scenario, s), [1]).run() for s in (sources(), sources(str(folder))))
    states, minerals = one.start.states, one.start.minerals
    was, now = (r.series["output"][-1, 1, minerals.index("gallium"), states.index("AUS"), 0] for r in (one, other))
    assert now > 1.5 * was
    elsewhere = [i for i, m in enumerate(minerals) if m != "gallium"]
    assert (one.series["output"][:, :, elsewhere] == other.series["output"][:, :, elsewhere]).all()

"""Section 12 of the model's description, its market part: what must hold before any policy is judged."""

import numpy as np
import pytest

from abm.agents import Project, Refiner, State
from abm.ensemble import Ensemble
from abm.markets.clearing import clear
from abm.scenario import Scenario

from .worlds import KEPT, STILL, calm, stepped

pytestmark = pytest.mark.once

REFINE = 1


def record(form, months=None, seeds=(1,)):
    return Ensemble(Scenario.read({"name": "case", "recorded_controls": False} | STILL | form), list(seeds)).run(months)


def test_twenty_years_without_shock_or_policy_keep_every_price_near_its_base():
    found = record({})
    assert not found.failed.any()
    base = found.start.static["list_price"][REFINE][:, None]
    for series in (found.price_paid, found.list_home):
        assert (series / base).min() >= 0.5
        assert (series / base).max() <= 2.0


def test_shares_of_2030_meet_the_documented_pipeline():
    """Magnet rare earths are ndpr and dytb together, as the outlook has them."""
    found = record({"end": "2030-12"})
    start = found.start
    tons = found.series["output"][-1, ..., 0]  # [stage, mineral, state]
    named = [s != "ROW" for s in start.states]
    outlook = start.sources.tables.pipeline_shares_2030.query("year == 2030")
    missed = {}
    for row in outlook.to_dict("records"):
        parts = ["ndpr", "dytb"] if row["mineral"] == "magnet_ree_element" else [row["mineral"]]
        own = sum(tons[["mine", "refine"].index(row["stage"]), start.minerals.index(m)] for m in parts)
        share = own / own.sum()
        first, three = share[start.states.index(row["top1"])], np.sort(share[named])[-3:].sum()
        if abs(first - row["top1_share"]) > 0.05 or abs(three - row["top3_share"]) > 0.05:
            missed[row["mineral"], row["stage"]] = (first, three)
    assert missed == {}
    assert len(outlook) == 12


def test_all_capacity_and_demand_doubled_leave_prices_where_they_are():
    one, two = stepped(Ensemble(calm(), [1]), 6), Ensemble(calm(), [1])
    for kind in two.tables:
        for part in two.tables[kind].parts:
            for name in (
                "capacity",
                "base_capacity",
                "established",
                "ore_stock",
                "ceiling",
                "nameplate",
                "base",
                "stock",
            ):
                if name in part.__dict__:
                    setattr(part, name, 2.0 * getattr(part, name))
    two.base_node_capacity, two.per_ton = 2.0 * two.base_node_capacity, 0.5 * two.per_ton
    two.trailing = 2.0 * two.trailing
    stepped(two, 6)
    there = one.paid > 0.0  # the rest is padding
    assert np.abs(two.paid[there] / one.paid[there] - 1.0).max() < 1e-10
    assert np.allclose(two.delivered, 2.0 * one.delivered, rtol=1e-9, atol=1e-12)


def market(asks, demand, weight, capacity=1e12):
    """A market whose origins sell any amount at fixed asks: supply so steep and large that the ask cannot move."""
    origins, destinations = weight.shape
    column = np.ones((origins, 1))
    dest = np.ones((destinations, 1))
    start = np.concatenate([np.log(asks)[:, None], np.zeros((2, 1))])
    share = np.array(demand).sum() / capacity  # so small that the logistic sits far in its tail
    centre = np.log(asks)[:, None] - np.log(share / (1.0 - share)) / 200.0
    one = np.ones(1)
    return clear(
        start, capacity * column, centre, 200.0 * column, *2 * [np.arange(origins)], weight, np.ones_like(weight),
        column,
        0.0 * column, np.zeros(destinations), np.array(demand)[:, None], np.log(100.0) * dest,
        2.5 * np.array(demand)[:, None],
        2.5 * dest, np.log(100.0) * dest, 0.0 * dest, 0.0 * dest, 0.0 * dest, 0.0 * column, 0.0 * dest,
        np.zeros((2, 1)), origins, destinations, 0, False, 100.0, one, 6.0 * one, 0.05 * one, 1e-9 * one, 1e6 * one,
        3.0 * one, 1e-9 * one, 0.05 * one,
    )  # fmt: skip


def test_a_supplier_removed_at_fixed_asks_leaves_the_tons_ordered_unchanged():
    """Value shares would invent tons here (x 1.5 when a 95 % supplier goes); shares in tons do not."""
    weight = np.array([[0.95, 0.9], [0.03, 0.06], [0.02, 0.04]])
    asks = np.array([100.0, 100.0, 100.0])
    whole = market(asks, [50.0, 20.0], weight)[1][..., 0]
    without = market(asks, [50.0, 20.0], weight * np.array([[0.0], [1.0], [1.0]]))[1][..., 0]
    assert without[0].sum() == 0.0
    assert without.sum(axis=0) == pytest.approx(whole.sum(axis=0), rel=1e-6)


def test_a_new_plant_at_base_cost_with_a_hundredth_of_the_market_sells():
    """Seven tenths of what it could, once it has had the time to qualify. Base cost: it would run as incumbents do."""
    world = Ensemble(calm(), [1])
    project = next(part for part in world.tables[Refiner].parts if isinstance(part, Project))
    minerals = project.mineral.tolist()
    first = [minerals.index(m) for m in sorted(set(minerals))]  # one plant a mineral
    most, used, steep = world.umax[0], world.start.parameter("u0_cap"), project.steepness[0, 0]
    for row, m in enumerate(minerals):
        project.nameplate[row] = 0.01 * world.base_volume[REFINE, m] if row in first else 0.0
        project.opening[row] = 0.0
        project.base_centre[row] = np.log(world.list_price[REFINE, m]) + np.log(most / used - 1.0) / steep
        project.centre[row] = project.base_centre[row]
        project.cash_cost[row] = world.start.parameter("survivor_cost") * world.list_price[REFINE, m]  # it never idles
    stepped(world, int(world.start.parameter("qualification_time")) + 2)
    assert (project.used[first, 0] >= 0.7 * most).all()


@pytest.mark.parametrize("mineral", ["gallium", "germanium", "tungsten", "graphite", "indium"])
def test_two_months_of_zero_are_forgotten_in_eighteen(mineral):
    form = {"exporter": "CHN", "mineral": mineral, "rung": "ban", "share": 0.0, "begin": "2026-01", "end": "2026-03"}
    found = record({"control_acts": [form], "minerals": [mineral], "end": "2027-12"})
    quiet = record({"minerals": [mineral], "end": "2027-12"})
    ratio = found.price_paid[:, 0, 0] / quiet.price_paid[:, 0, 0]
    assert ratio[13] > 1.1
    assert abs(ratio[13 + 18] - 1.0) < 0.25


ZONE = {"excluded": ["RUS"], "price_floor": {"start": "2026-01", "unit": "multiple of base price"}}


def zone(level, minerals):
    floor = ZONE["price_floor"] | {"level": level, "minerals": minerals}
    return {"coalition": ZONE | {"price_floor": floor}, "minerals": minerals, "end": "2027-12"}


@pytest.mark.parametrize("level", [0.0, 0.2])
def test_a_floor_below_every_landed_price_is_no_floor(level):
    minerals = ["gallium", "tungsten", "nickel"]
    floored, free = record(zone(level, minerals)), record({"minerals": minerals, "end": "2027-12"})
    for name in (
        "price_paid",
        "list_home",
        "list_abroad",
        "hhi",
        "security_share",
        "world_output",
        "output",
        "consumption",
    ):
        assert (floored.series[name] == free.series[name]).all(), name
    assert (floored.levy == 0.0).all()


def test_where_trusted_supply_covers_demand_a_border_floor_changes_next_to_nothing():
    """Copper and lithium of other states cover use outside: a floor on the dominant state moves no output."""
    minerals = ["lithium", "copper"]
    floored, free = record(zone(2.5, minerals)), record({"minerals": minerals, "end": "2027-12"})
    change = floored.world_output[-1, REFINE] / free.world_output[-1, REFINE] - 1.0
    assert np.abs(change).max() < 0.05
    assert (floored.price_inside[-1] / free.price_paid[-1]).max() < 1.3


def test_levy_and_rent_are_the_gap_times_the_tons():
    form = {"name": "case", "recorded_controls": False} | STILL | zone(2.0, ["gallium", "tungsten"])
    ensemble = stepped(Ensemble(Scenario.read(form), [1]), 14)
    s = ensemble[State]
    phi = ensemble.rent_capture[0]
    assert 0.0 < phi < 1.0
    for m in range(2):
        total = 0.0
        for k in range(ensemble.origins[REFINE, m]):
            for d in range(ensemble.destinations[REFINE, m]):
                landed = np.exp(ensemble.log_ask[REFINE, m, k, 0]) * ensemble.freight[REFINE, m, k, d]
                barred = s.untrusted[ensemble.origin_home[REFINE, m, k], 0]
                enforced = s.enforced[ensemble.destination_home[REFINE, m, d], 0]
                gap = max(ensemble.floor[m, 0] - landed, 0.0)
                total += gap * barred * enforced * ensemble.delivered[REFINE, m, k, d, 0]
        assert total > 0.0
        assert ensemble.levy[m, :, 0].sum() == pytest.approx((1.0 - phi) * total, rel=1e-9)
        assert ensemble.rent[m, :, 0].sum() == pytest.approx(phi * total, rel=1e-9)


def test_whiplash():
    """None: nothing is ever suspended. More of it: more months out of force."""

    def led(whiplash):
        form = {
            "coalition": {"price_floor": {"start": "2025-06"}},
            "parameters": KEPT | {"whiplash": whiplash},
            "end": "2034-12",
        }
        return record(form | {"minerals": ["gallium"]}, seeds=range(1, 33)).led[6:]

    assert (led(0.0) == 1.0).all()
    assert led(4.0).mean() < led(1.0).mean() < 1.0


def test_who_buys_no_ore_yet_sees_what_a_ton_would_cost():
    """A place without a refinery would never get one if it saw the price at which demand chokes."""
    world = stepped(Ensemble(calm(minerals=["tungsten", "graphite", "ndpr", "copper"]), [1]), 30)
    for m in np.flatnonzero(world.origins[0]):
        places = world.destinations[0, m]
        paid, received = world.paid[0, m, :places, 0], world.received[0, m, :places, 0]
        served = paid[received > 0.0]
        assert (received == 0.0).any()
        assert (paid >= 0.8 * served.min()).all() and (paid <= 1.2 * served.max()).all()

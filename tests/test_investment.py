"""Firms that invest: what support moves and what it cannot, how long plants take, who pays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.agents import Miner, Prospect, Refiner, State
from abm.ensemble import Ensemble
from abm.instruments import CONTRACT, GUARANTEE, OFFTAKE, PRICE_FLOOR, TAX_CREDIT
from abm.markets.sanctions import ration
from abm.rules import operations
from abm.scenario import Scenario
from abm.start import start_of

from .worlds import KEPT, STILL, calm, everything, stepped

pytestmark = pytest.mark.once

SEEDS = np.arange(1, 9)
SHORT = ["gallium", "graphite", "tungsten", "germanium"]  # trusted supply does not cover use outside
LONG = ["ndpr", "lithium", "nickel", "copper"]  # it does


def prospects(ensemble):
    return next(part for part in ensemble.tables[Refiner].parts if isinstance(part, Prospect))


def invested(mineral, levers=None, parameters=None, months=144, seeds=SEEDS):
    """Eagerness to invest (mean of sanction hazard x module, t/year a year, by run), and new capacity online or under
    way at the end as a share of base-year world output. Germanium's price alone pays for all that may be sanctioned in
    a year (R48); to see support, investors there ask for a higher return."""
    dear = {"base_return": 0.3} if mineral == "germanium" else {}
    form = STILL | {"name": "case", "minerals": [mineral], "parameters": KEPT | dear | (parameters or {})}
    if levers:
        form["coalition"] = {name: {"minerals": [mineral]} | block for name, block in levers.items()}
    ensemble = Ensemble(Scenario.read(form), seeds)
    eager = np.zeros(len(seeds))
    for t in range(months):
        ensemble.step()
        if t >= 24:
            p = prospects(ensemble)
            eager = eager + (p.likely * p.size).sum(axis=0)
    p = prospects(ensemble)
    world = ensemble.start.static["base_output"][1, 0].sum() / 12.0
    return eager, (p.capacity + p.module).sum(axis=0) / world


def floor(level):
    return {"price_floor": {"level": level, "unit": "multiple of base price"}}


@pytest.mark.parametrize("mineral", SHORT)
def test_support_raises_and_whiplash_lowers_investment(mineral):
    """Under the same luck, in the mean of the histories."""
    bare, _ = invested(mineral, floor(1.6))
    higher, _ = invested(mineral, floor(2.5))
    assert higher.mean() > bare.mean()
    firm, _ = invested(mineral, floor(2.5), {"whiplash": 0.0})
    shaken, _ = invested(mineral, floor(2.5), {"whiplash": 4.0})
    assert firm.mean() > higher.mean() > shaken.mean()
    for name, block in {"guarantee": {}, "offtake": {}, "tax_credit": {}}.items():
        helped, _ = invested(mineral, floor(1.6) | {name: block})
        assert helped.mean() > bare.mean(), name


@pytest.mark.parametrize("mineral", ["gallium", "graphite", "tungsten"])
def test_a_higher_floor_brings_more_capacity(mineral):
    many = np.arange(1, 33)  # modules are lumps
    none, low, high = (
        invested(mineral, lever, seeds=many)[1].mean() for lever in (None, floor(1.5), floor(2.5))
    )  # fmt: skip
    assert none <= low < high


@pytest.mark.parametrize("mineral", LONG)
def test_where_trusted_supply_covers_demand_contracts_build_and_a_border_floor_does_not(mineral):
    none, walled = invested(mineral)[1].mean(), invested(mineral, floor(2.5))[1].mean()
    contract = {"contract_for_difference": {"level": 2.5, "unit": "multiple of base price"}}
    contracted = invested(mineral, contract)[1].mean()
    assert contracted > none + 0.005  # of world output
    assert abs(walled - none) < 0.5 * (contracted - none)


def test_half_the_price_for_a_year_idles_a_part_of_outside_capacity():
    """Section 12: 20-60 %, by base-year value."""
    ensemble = Ensemble(calm(), [1])
    idle, whole = 0.0, 0.0
    for kind, stage in ((Miner, 0), (Refiner, 1)):
        f, price = ensemble[kind], ensemble.start.static["list_price"][stage]
        outside = (f.directed[:, 0] == 0.0) & (f.capacity[:, 0] > 0.0)
        now = np.zeros_like(f.capacity)
        half = 0.5 * price[f.mineral][:, None] + 0.0 * now
        for _ in range(12):
            now = operations.idle(
                now, f.capacity, half, f.cash, f.cost_spread, f.survived, f.restart, ensemble.idle_months,
                ensemble.restart_delay, f.directed,
            )  # fmt: skip
        value = f.capacity[:, 0] * f.normal[:, 0] * price[f.mineral]
        idle += (now[:, 0] * value)[outside].sum()
        whole += value[outside].sum()
    assert 0.2 <= idle / whole <= 0.6


def test_nobody_idles_at_base_prices_and_a_directed_block_never():
    ensemble = stepped(Ensemble(calm(parameters={"outage_hazard": 0.0}), [1]), 1)
    f = ensemble[Refiner]
    there = f.base_capacity[:, 0] > 0.0
    assert f.idle[there].max() < 0.01
    assert (f.idle[f.directed > 0.0] == 0.0).all()


def test_the_first_entrant_comes_years_after_the_shock():
    """Germanium under the recorded controls: sanctioned from April 2026 on, open a permit and a building time later."""
    ensemble = Ensemble(Scenario.read({"name": "case", "minerals": ["germanium"]}), SEEDS)
    lead = ensemble.start.parameter("permit_refinery") + ensemble.start.parameter("build_byproduct_circuit")
    first = np.full(len(SEEDS), np.inf)
    for t in range(180):
        ensemble.step()
        opened = prospects(ensemble).opened.sum(axis=0) > 0.0
        first = np.where(np.isinf(first) & opened, t, first)
    assert np.isfinite(first).all()
    assert first.min() >= 15 + lead  # months since January 2025


@pytest.fixture(scope="module")
def months_with_everything():
    """Every month of a world in which all levers act and lapses are frequent: the ensemble, before and after."""
    ensemble = Ensemble(everything(lapse_hazard=2.0, **KEPT), SEEDS[:4])
    seen = []
    for _ in range(ensemble.start.scenario.months):
        before = {"contract_owed": prospects(ensemble).contract_owed.copy()}
        pool = ensemble.pool_left.copy()
        ensemble.step()
        p, s = prospects(ensemble), ensemble[State]
        kept = (
            "contract_paid contract_owed contract_due contracted offtaken premium_paid credit_paid grant_paid lends "
            "granted capacity refunded"
        ).split()
        seen.append(before | {"pool": pool, "pool_after": ensemble.pool_left.copy()} | {
            f"now_{n}": getattr(p, n).copy() for n in kept
        } | {
            "price": np.exp(ensemble.log_ask[1][p.mineral, p.node]), "strike": ensemble.strike[p.mineral],
            "backed": s.backed[CONTRACT][p.home_row].copy(), "solvent": s.solvent[CONTRACT][p.home_row].copy(),
            "support": ensemble.support_paid.copy(), "upside": ensemble.contract_upside.copy(),
        })  # fmt: skip
    return seen


def test_contracts_pay_the_gap_to_the_strike_and_arrears_after_a_lapse(months_with_everything):
    """R19, R3, R58, recomputed from tons, prices and strikes; what plants receive is what the public pays."""
    lapsed, paid_back = 0, 0
    for m in months_with_everything:
        # contracts of this month's output stand on the block as it was before it grew
        gap = np.where(m["price"] < m["strike"], m["strike"] - m["price"], -m["upside"] * (m["price"] - m["strike"]))
        due = m["now_contract_due"] * m["backed"]
        assert (np.sign(due) == np.sign(gap * due * due)).all()
        owed = m["contract_owed"] + due
        assert m["now_contract_paid"] + m["now_contract_owed"] == pytest.approx(owed, rel=1e-9, abs=1e-6)
        assert (m["now_contract_paid"][m["solvent"] == 0.0] == 0.0).all()
        assert (m["now_contract_owed"][m["solvent"] > 0.0] == 0.0).all()
        lapsed += (m["now_contract_owed"] > 0.0).sum()
        paid_back += ((m["contract_owed"] > 0.0) & (m["now_contract_paid"] > due)).sum()
        for k, name in ((CONTRACT, "contract_paid"), (OFFTAKE, "premium_paid"), (GUARANTEE, "grant_paid")):
            assert m["support"][k] == pytest.approx(m[f"now_{name}"].sum(axis=0), rel=1e-9, abs=1e-6)
        assert m["support"][TAX_CREDIT].min() >= m["now_credit_paid"].sum(axis=0).min() - 1e-6
        assert (m["support"][PRICE_FLOOR] == 0.0).all()
    assert lapsed > 0 and paid_back > 0


def test_one_contract_a_ton(months_with_everything):
    last = months_with_everything[-1]
    for m in months_with_everything:
        assert (m["now_contracted"] + m["now_offtaken"] <= m["now_capacity"] * (1.0 + 1e-9) + 1e-9).all()
    assert last["now_contracted"].sum() > 0.0 or last["now_offtaken"].sum() > 0.0


def test_the_pool_never_lends_more_than_it_has(months_with_everything):
    """R23: what is granted leaves the pool, within the year's ceiling."""
    ceiling = start_of(everything()).world["pool_ceiling"]
    year = np.zeros(4)
    for t, m in enumerate(months_with_everything):
        lent = (m["now_lends"] * m["now_granted"]).sum(axis=0)
        assert m["pool"] - lent + m["now_refunded"].sum(axis=0) == pytest.approx(m["pool_after"], rel=1e-12)
        year = lent if t % 12 == 0 else year + lent
        assert (year <= ceiling * (1.0 + 1e-12)).all() and (m["pool_after"] >= 0.0).all()
    assert months_with_everything[-1]["pool_after"].max() < months_with_everything[0]["pool"].min()


@given(st.integers(0, 2**32 - 1))
def test_ration_gives_to_the_best_and_never_more_than_there_is(seed):
    luck = np.random.Generator(np.random.PCG64(seed))
    n, groups, runs = int(luck.integers(1, 12)), 3, 2
    wants = (luck.random((n, runs)) < 0.7).astype(float)
    merit, need = luck.normal(size=(n, runs)), np.where(luck.random((n, runs)) < 0.2, 0.0, luck.random((n, runs)))
    group, left = luck.integers(0, groups, n), luck.random((groups, runs)) * 2.0
    granted = ration(wants, merit, need, group, left)
    assert (granted <= wants).all() and set(np.unique(granted)) <= {0.0, 1.0}
    for g in range(groups):
        assert ((granted * need)[group == g].sum(axis=0) <= left[g] + 1e-12).all()
    assert (granted[(wants > 0.0) & (need == 0.0)] == 1.0).all()
    for r in range(runs):
        for i in range(n):
            if wants[i, r] > 0.0 and granted[i, r] == 0.0:  # nobody worse took what it needed
                better = (group == group[i]) & (merit[:, r] >= merit[i, r]) & (granted[:, r] > 0.0)
                assert (need[better, r]).sum() + need[i, r] > left[group[i], r]


@pytest.mark.parametrize("name", ["ramp_cap_outside", "talent_cap", "sanction_hazard_max"])
def test_without_room_places_or_appetite_nothing_is_built(name):
    ensemble = Ensemble(everything(end="2032-12", **{name: 0.0}), SEEDS[:2])
    stepped(ensemble, 96)
    p = prospects(ensemble)
    assert (p.capacity == 0.0).all()
    assert ((p.granted > 0.0).any() or (p.phase > 0.0).any()) == (name == "talent_cap")


def test_beliefs_fall_while_policy_holds_and_stay_at_the_prior_where_there_is_none():
    def believed(form):
        record = Ensemble(Scenario.read({"name": "case", "minerals": ["gallium"]} | form), [1]).run()
        return record.believed_hazard[:, 0], record.start

    coalition = {"coalition": {"price_floor": {"start": "2026-04", "minerals": ["gallium"]}}}
    calm_belief, start = believed(coalition | {"parameters": {"whiplash": 0.0}})
    prior = start.parameter("belief_prior_events") / start.parameter("belief_prior_years")
    assert believed({})[0] == pytest.approx(prior, rel=1e-12)
    assert (np.diff(calm_belief[15:]) < 0.0).all() and calm_belief[0] == pytest.approx(prior)
    seen = 1.0 + start.parameter("belief_spillover") * start.parameter("member_reversal_multiple")
    lowest = start.parameter("belief_prior_events") / (
        start.parameter("belief_prior_years") + seen * start.parameter("belief_memory")
    )
    assert calm_belief[-1] == pytest.approx(lowest, rel=0.1)
    shaken, _ = believed(coalition | {"parameters": {"whiplash": 4.0}})
    assert shaken[60:].mean() > prior


def test_a_dated_end_is_seen_coming():
    """A floor that ends before a plant could open adds nothing to its value."""
    def supported(end):
        levers = {"price_floor": floor(2.5)["price_floor"] | {"minerals": ["gallium"], "end": end}}
        form = {"name": "case", "minerals": ["gallium"], "recorded_controls": False, "coalition": levers}
        return prospects(stepped(Ensemble(Scenario.read(form), [3]), 30)).support.sum()

    assert supported("2030-01") == 0.0
    assert 0.0 < supported("2035-01") < supported(None)

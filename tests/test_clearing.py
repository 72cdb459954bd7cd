"""R32-R36  Every market clears or is rationed at the choke, and a slow solver finds the same prices."""

import json
import threading

import numpy as np
import pytest

from abm.markets.border import asks
from abm.markets.clearing import HIGHEST, LOWEST, TOLERANCE, clear
from abm.markets.solving import MOST

from . import oracle

KINDS = {"ordinary": (False, 1), "extreme": (True, 2)}
COUNT = 5_000


def cleared(market):
    with np.errstate(all="ignore"):
        return clear(*market.values())


@pytest.fixture(scope="module", params=KINDS)
def solved(request):
    market = oracle.random_markets(COUNT, KINDS[request.param][1], KINDS[request.param][0])
    return market, cleared(market)


def test_every_market_is_solved(solved):
    _, (z, delivered, received, sent, paid, fill, evaluations) = solved
    assert (evaluations > 0.0).all()
    for values in (z, delivered, received, sent, paid, fill):
        assert np.isfinite(values).all()
    assert (delivered >= 0.0).all()


def test_orders_meet_supply_at_the_prices_found(solved):
    """Recomputed in plain NumPy; an ask at its bound rations instead."""
    market, (z, delivered, received, sent, paid, fill, _) = solved
    for run in range(0, COUNT, 25):
        m = oracle.one_run(market, run)
        w = oracle.weights(m)
        ask = asks(z[:, run : run + 1], m["cap"], m["rho"], m["source"], m["origins"])[:, 0]
        log_ask = np.log(np.where(ask > 0.0, ask, oracle.BASE))
        ordered, price = oracle.trade(m, w, log_ask)
        tons = delivered[..., run]
        open_ = ordered.sum(0) > 0.0
        assert paid[open_, run] == pytest.approx(price[open_], rel=1e-9)
        assert received[:, run] == pytest.approx(tons.sum(0), rel=1e-14)
        exported = tons[m["source"]] + tons[oracle.ORIGINS :].sum(0)
        assert sent[:, run] == pytest.approx(exported, rel=1e-14)
        for o in range(oracle.ORIGINS):
            sold = tons[o].sum() + (tons[oracle.ORIGINS :].sum() if o == m["source"] else 0.0)
            made = oracle.supply(m, o, log_ask[o]) * fill[o, run]
            assert sold == pytest.approx(made, rel=1e-9, abs=1e-12)
            wanted = ordered[o].sum() + (ordered[oracle.ORIGINS :].sum() if o == m["source"] else 0.0)
            inside = LOWEST * 1.000001 < ask[o] / oracle.BASE < HIGHEST * 0.999999
            if wanted > 0.0 and inside:
                assert wanted == pytest.approx(oracle.supply(m, o, log_ask[o]), rel=2.0 * TOLERANCE)
        for x in range(2):
            limit = m["cap"][x, 0] * (1.0 + 2.0 * TOLERANCE)
            assert tons[oracle.ORIGINS + x].sum() <= limit


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_of_nodes_and_one_of_destinations_give_one_answer(kind):
    market = oracle.random_markets(500, 7, KINDS[kind][0])
    one, other = (cleared(market | {"few": few}) for few in (False, True))
    assert not np.array_equal(one[0], other[0])  # two ways indeed
    same = np.abs(one[1] - other[1]).max(axis=(0, 1)) <= 1e-6 * one[1].max(axis=(0, 1))
    assert same.mean() > 0.99  # a market without a single solution may end in another


def test_an_outlet_that_is_full_just_below_a_floor_clears_at_the_kink(root):
    """A market of a history on record (gallium, March 2029): below the floor its buyers pay the floor whatever the
    outlet asks, and order a few parts in ten thousand more than it may sell."""
    form = json.loads((root / "tests" / "kink.json").read_text(encoding="utf-8"))
    market = {n: np.array(v) if isinstance(v, list) else v for n, v in form.items()}
    z, delivered, _, _, _, _, evaluations = cleared(market)
    assert 0.0 < evaluations[0] < MOST
    named, ask = delivered[form["origins"] + 1, 7, 0], asks(z, market["cap"], market["rho"], form["source"], 15)[16, 0]
    assert named == pytest.approx(market["cap"][1, 0], rel=1e-6)
    assert ask * market["freight"][form["source"], 7] == pytest.approx(market["floor"][7, 0], rel=3e-4)


def test_where_nobody_may_sell_demand_is_rationed_at_the_choke():
    market = oracle.random_markets(50, 3, False)
    market["cap"] = np.zeros_like(market["cap"])
    market["group"] = np.ones_like(market["group"])
    market["weight"] = np.where(np.arange(oracle.ORIGINS)[:, None] == 0, 1.0, 0.0) * np.ones(oracle.DESTINATIONS)
    market["entrant"] = np.zeros_like(market["entrant"])
    _, delivered, _, _, paid, _, evaluations = cleared(market)
    assert (delivered == 0.0).all()
    assert paid == pytest.approx(10.0 * oracle.BASE * np.ones_like(paid))
    assert (evaluations == 1.0).all()


def test_without_demand_nothing_is_delivered():
    market = oracle.random_markets(50, 4, False)
    market["base"] = np.zeros_like(market["base"])
    _, delivered, _, _, _, fill, evaluations = cleared(market)
    assert (delivered == 0.0).all()
    assert (fill == 0.0).all()
    assert (evaluations == 1.0).all()


@pytest.mark.parametrize("run", range(30))
def test_a_slow_scalar_solver_agrees(run):
    m = oracle.one_run(oracle.random_markets(30, 5, False), run)
    z, delivered, _, _, paid, _, _ = cleared(m)
    slow = oracle.solve(m)
    w = oracle.weights(m)
    served = (w * (m["base"][:, 0] > 0.0)).sum(1) > 0.0
    fast = np.log(np.maximum(asks(z, m["cap"], m["rho"], m["source"], m["origins"])[:, 0], 1e-9))
    assert fast[served] == pytest.approx(slow[served], abs=1e-6)
    ordered, price = oracle.trade(m, w, slow)
    there = ordered.sum(0) > 0.0
    assert paid[there, 0] == pytest.approx(price[there], rel=1e-6)
    assert delivered[..., 0] == pytest.approx(ordered, rel=1e-5, abs=1e-6)


def test_a_run_alone_and_among_others_has_the_same_bits(solved):
    market, whole = solved
    for run in (0, 31, 32, 1_234, COUNT - 1):
        for alone, among in zip(cleared(oracle.one_run(market, run)), whole, strict=True):
            assert (alone[..., 0] == among[..., run]).all()


def test_threads_do_not_feel_each_other():
    """Scratch memory that is read before it is written shows in repeated threaded runs."""
    markets = [oracle.random_markets(200, seed, True) for seed in range(4)]
    alone = [cleared(m) for m in markets]
    found = {}

    def work(i):
        for _ in range(3):
            found[i] = cleared(markets[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(4):
        assert all((a == b).all() for a, b in zip(alone[i], found[i], strict=True))

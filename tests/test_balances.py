"""R57, R58  Tons and dollars balance in every month of random scenarios."""

import numpy as np
import pytest

from abm.agents import Buyer, Miner, Prospect, Refiner, State
from abm.ensemble import Ensemble
from abm.instruments import STOCKPILE
from abm.record import Record
from abm.scenario import Scenario

from .worlds import everything

pytestmark = pytest.mark.once

MINE, REFINE = 0, 1
ALL = "gallium germanium antimony tungsten graphite ndpr dytb lithium cobalt nickel copper manganese indium tantalum"
VARIED = [
    "sigma_specialty", "sigma_base_metals", "demand_choke", "demand_elasticity_short", "supply_elasticity_state",
    "stock_adjustment", "stock_price_elasticity", "outlet_softness", "rent_capture", "whiplash", "freight",
    "licensed_share_licensing", "zero_months", "cover_normal", "qualification_time", "planner_growth",
]  # fmt: skip


def random_form(seed, parameters):
    """A scenario whose parameters lie anywhere in their ranges, with acts and floors of any height."""
    g = np.random.default_rng(seed)
    minerals = sorted(g.choice(ALL.split(), 2, replace=False).tolist())
    values = {}
    for name in g.choice(VARIED, 6, replace=False).tolist():
        row = parameters.row(name)
        values[name] = float(g.uniform(row.low, row.high))
    form = {"name": f"random {seed}", "minerals": minerals, "end": "2025-08", "parameters": values}
    form["recorded_controls"] = bool(g.uniform() < 0.7)
    if g.uniform() < 0.7:
        floor = {"start": "2025-02", "unit": "multiple of base price", "level": float(g.uniform(0.5, 4.0))}
        floor["minerals"] = minerals
        form["coalition"] = {"excluded": ["RUS"], "price_floor": floor}
        if g.uniform() < 0.5:
            tariff = {"start": "2025-03", "minerals": minerals, "rate": float(g.uniform(0.0, 2.0))}
            form["coalition"]["tariff"] = tariff
        if g.uniform() < 0.5:
            stockpile = {"start": "2025-02", "minerals": minerals, "cap": float(g.choice([0.05, 0.5])), "days": 60.0}
            form["coalition"]["stockpile"] = stockpile | {"release_price": float(g.uniform(1.0, 2.0))}
    if g.uniform() < 0.5 and (chinese := set(minerals) & {"gallium", "germanium", "tungsten", "graphite", "ndpr"}):
        share = float(g.choice([0.0, 1e-6, 0.3]))
        act = {"exporter": "CHN", "rung": "ban", "share": share, "begin": "2025-03", "end": "2025-06"}
        form["control_acts"] = [act | {"mineral": min(chinese)}]
    return form


def close(left, right):
    """Equal to 1e-9, place by place: a ton of gallium does not hide behind a million of manganese."""
    assert (np.abs(left - right) <= 1e-9 * np.maximum(np.maximum(np.abs(left), np.abs(right)), 1e-6)).all()


def opening(w):
    """Stocks before a month; a buyer's with its strategic reserve."""
    return {"stock": w[Buyer].stock + w[Buyer].reserve, "ore": w[Refiner].ore_stock.copy()}


def check_month(w, before):
    """Opening stock + arrivals = consumption + closing stock, and what leaves a state is what it made."""
    for stage, kind in ((MINE, Miner), (REFINE, Refiner)):
        firms = w[kind]
        made = np.zeros_like(w.fill[stage])
        np.add.at(made, (firms.mineral, firms.node), firms.output)
        sent = w.delivered[stage].sum(axis=-2)
        for m in range(w.origins.shape[1]):
            L, source = w.origins[stage, m], w.source[stage, m]
            if L:
                left = sent[m, :L].copy()
                left[source] += sent[m, L:].sum(axis=0)  # the outlets sell what their exporter makes
                close(made[m, :L], left)
    buyers, refiners = w[Buyer], w[Refiner]
    close(before["stock"] + buyers.received, buyers.consumed + buyers.stock + buyers.reserve)
    close(before["ore"] + refiners.ore_received, refiners.ore_used + refiners.ore_stock)
    arrived = np.zeros_like(w.received[MINE])
    np.add.at(arrived, (refiners.mineral, refiners.node), refiners.ore_received)
    close(arrived, w.received[MINE])
    close(buyers.received, w.received[REFINE][buyers.mineral, buyers.node])
    held = buyers.stock, buyers.reserve, buyers.stored, buyers.released
    for values in (*held, buyers.consumed, refiners.ore_stock, refiners.output, w.delivered):
        assert values.min() >= -1e-12
    check_money(w)
    price = w.paid[REFINE][buyers.mineral, buyers.node]
    public = (buyers.stored - buyers.released + w.stockpile_carry / 12.0 * buyers.reserve) * price
    close(w.support_paid[STOCKPILE], public.sum(axis=0))


def check_money(w):
    """What buyers pay is what sellers ask, freight, tariff, rent and levy on the gap to the floor, tariff included."""
    paid = (w.paid[REFINE] * w.received[REFINE]).sum(axis=1)
    s, asked, raised, duties = w[State], *(np.zeros_like(paid) for _ in range(3))
    for m in range(w.origins.shape[1]):
        L, source = w.origins[REFINE, m], w.source[REFINE, m]
        for k in range(w.delivered.shape[2]):
            tons = w.delivered[REFINE, m, k]
            if not tons.any():
                continue
            o = k if k < L else source
            y = w.log_ask[REFINE, m, k]
            softplus = np.maximum(y, 0.0) + np.log1p(np.exp(-np.abs(y)))
            ask = np.exp(y) if k < L else np.exp(w.log_ask[REFINE, m, source] + w.outlet_softness * softplus)
            landed = ask * w.freight[REFINE, m, o][:, None]
            barred = s.untrusted[w.origin_home[REFINE, m, o]]
            enforced = s.enforced[w.destination_home[REFINE, m]] * barred
            duty = w.tariff[m] * s.taxed[w.destination_home[REFINE, m]] * barred
            asked[m] += (tons * landed).sum(axis=0)
            duties[m] += (tons * landed * duty).sum(axis=0)
            gap = np.maximum(w.floor[m] - landed * (1.0 + duty), 0.0) * enforced
            raised[m] += (tons * gap).sum(axis=0)
    close(paid, asked + duties + raised)
    close(w.levy.sum(axis=1), duties + (1.0 - w.rent_capture) * raised)
    close(w.rent.sum(axis=1), w.rent_capture * raised)


def run(seeds):
    parameters = Ensemble("no_coalition", [1]).start.parameters
    for seed in seeds:
        w = Ensemble(Scenario.read(random_form(seed, parameters)), [1, 2])
        record = Record(w.start, w.runs)
        for _ in range(8):
            before = opening(w)
            w.step()
            record.take(w)
            with np.errstate(all="ignore"):
                check_month(w, before)
        assert not record.failed.any()


def test_balances_with_every_lever():
    """Tons and dollars with investing firms; a prospect's capacity is what opened less what closed."""
    w = Ensemble(everything(whiplash=2.0, lapse_hazard=1.0, permit_refinery=12.0), [1, 2])
    plants = next(part for part in w.tables[Refiner].parts if isinstance(part, Prospect))
    opened, released = 0.0, 0.0
    for _ in range(132):
        before = opening(w)
        capacity = plants.capacity.copy()
        w.step()
        with np.errstate(all="ignore"):
            check_month(w, before)
        close(capacity + plants.opened, plants.capacity + plants.closing)
        opened += plants.opened.sum()
        released += w[Buyer].released.sum()
    assert opened > 0.0 and released > 0.0


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_balances_of_random_scenarios(first):
    run(range(first, first + 10))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(40, 200, 20))
def test_balances_of_many_random_scenarios(first):
    run(range(first, first + 20))

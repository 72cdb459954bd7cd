"""Month zero: who is there, at which address, and that no mineral feels which others are chosen (but for R51)."""

import numpy as np
import pytest

from abm.data.balance import STAGES
from abm.data.regions import state_key
from abm.ensemble import Ensemble
from abm.record import DIMENSIONS
from abm.scenario import Scenario
from abm.start import start_of

FIRMS = {"Miner": 0, "Refiner": 1}
FORM = {
    "name": "start",
    "end": "2026-12",
    "coalition": {"price_floor": {"start": "2025-06", "unit": "multiple of base price", "level": 1.6}},
    "adversary": False,  # acts come in packages, over all minerals
    # What minerals share otherwise: places to build in a state (R51), the choice to be in and to comply (R12, R13).
    "parameters": {"talent_cap": 1000.0, "review_probability": 0.0, "compliance_speed": 0.0},
}


def started(*minerals):
    floor = FORM["coalition"]["price_floor"] | {"minerals": list(minerals) or start_of("trade_zone").minerals}
    return start_of(Scenario.read(FORM | {"minerals": list(minerals), "coalition": {"price_floor": floor}}))


@pytest.fixture(scope="module")
def everything():
    return started()


@pytest.fixture(scope="module")
def record(everything):
    return Ensemble(everything, [3]).run()


def test_every_agent_has_an_address_of_its_own(everything):
    slots = np.concatenate([c["slot"] for c in everything.columns.values()])
    assert len(slots) == len(set(slots.tolist())) > 500
    assert slots.min() >= 0 and slots.max() < 2**32


@pytest.mark.parametrize("m", range(14))
def test_a_mineral_alone_has_the_same_agents_and_the_same_history(everything, record, m):
    mineral = everything.minerals[m]
    alone = started(mineral)
    for kind, columns in alone.columns.items():
        among = everything.columns[kind]
        if kind == "State":
            assert (columns["slot"] == among["slot"]).all()
            continue
        own = np.flatnonzero(among["mineral"] == m)
        if kind == "Miner" and own.size == 0:  # one that owns nothing stands in
            assert columns["capacity"].tolist() == [0.0]
            continue
        assert columns["class"] == [among["class"][i] for i in own]
        for name in set(columns) - {"class", "mineral", "number"}:
            assert np.array_equal(columns[name], among[name][own], equal_nan=True), (kind, name)
    found = Ensemble(alone, [3]).run()
    for name, dims in DIMENSIONS.items():
        if "mineral" in dims:
            axis = dims.index("mineral")
            one, of_many = np.take(found.series[name], 0, axis), np.take(record.series[name], m, axis)
            assert one.tobytes() == of_many.tobytes(), name


def test_blocks_repeat_the_base_year(everything):
    """Capacity in use is the balanced output, and ore used is the balanced use of ore."""
    base = everything.sources.base
    for (mineral, stage), market in base.markets.items():
        kind = list(FIRMS)[STAGES.index(stage)]
        c = everything.columns[kind]
        own = (c["mineral"] == everything.minerals.index(mineral)) & np.isfinite(c["base_capacity"])
        homes = [everything.states[i] for i in c["home"][own]]
        made = c["capacity"][own] * c["normal"][own] * 12.0
        for state, output in zip(market.origins, market.output, strict=True):
            ours = [v for s, v in zip(homes, made.tolist(), strict=True) if s == state]
            assert sum(ours) == pytest.approx(output, rel=1e-12)
        if kind == "Refiner" and (ore := base.markets.get((mineral, "mine"))):
            eaten = made * np.nan_to_num(c["ore_per_ton"][own])
            for state, use in zip(ore.destinations, ore.use, strict=True):
                ours = [v for s, v in zip(homes, eaten.tolist(), strict=True) if s == state]
                assert sum(ours) == pytest.approx(use, rel=1e-12)


def test_every_dated_refinery_of_the_table_opens_in_july_of_its_year(everything):
    """An expansion adds what it has above the capacity reported today."""
    tables, columns = everything.sources.tables, everything.columns["Refiner"]
    listed = frozenset(tables.states["iso3"])
    rows = tables.capacity[tables.capacity["stage"] == "refine"]
    operating = rows[rows["status"] == "operating"]
    wanted = []
    for row in rows[rows["status"].isin(["planned", "expansion"])].to_dict("records"):
        state = state_key(row["country_iso3"], listed)
        there = np.array([state_key(c, listed) == state for c in operating["country_iso3"]])
        today = operating["capacity_t"][there & (operating["mineral"] == row["mineral"])].sum()
        tons = max(row["capacity_t"] - (today if row["status"] == "expansion" else 0.0), 0.0)
        wanted.append((row["mineral"], state, (int(row["year"]) - 2025) * 12 + 6, pytest.approx(tons / 12.0)))
    projects = [i for i, c in enumerate(columns["class"]) if c == "Project"]
    found = [
        (everything.minerals[columns["mineral"][i]], everything.states[columns["home"][i]], columns["opening"][i],
         columns["nameplate"][i])
        for i in projects
    ]  # fmt: skip
    assert sorted(found, key=lambda f: f[:3]) == sorted(wanted, key=lambda w: w[:3])
    assert len(found) > 10
    assert np.isnan(columns["capacity"][projects]).all()  # idle: the field's default, which is nothing


def test_a_drawn_parameter_that_the_scenario_sets_is_not_drawn():
    for name in ("stay_probability_reference", "R12.stay_probability_reference"):
        form = {"name": "set", "minerals": ["gallium"], "end": "2025-02", "parameters": {name: 0.9}}
        ensemble = Ensemble(Scenario.read(form), [1, 2, 3])
        assert ensemble.stay_probability_reference.tolist() == [0.9, 0.9, 0.9]
        assert len(set(ensemble.rent_capture.tolist())) == 3

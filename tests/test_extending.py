"""A mineral, a state, an instrument of one's own: both drivers follow, what ships stays as it is, a fault is a line."""

import re
import shlex
import sys
import types
from typing import Literal

import numpy as np
import pytest
from pydantic import Field as Number

from abm.agents import Refiner, State
from abm.data.own import extended
from abm.data.tables import load_tables
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.instruments import INSTRUMENTS
from abm.instruments.channels import CHANNELS
from abm.instruments.lever import Lever
from abm.instruments.tariff import Tariff
from abm.record import Record
from abm.rulebook import Field
from abm.scenario import Coalition, Scenario
from abm.start import Start, sources, start_of
from abm.world import World
from analysis.cli import code_of
from analysis.server import atlas, inspector
from analysis.server.opening import Opening
from analysis.server.session import Session
from experiments import runner

from .worlds import differing, snapshot, stepped

pytestmark = pytest.mark.once

SEEDS = np.array([5, 6, 7])
MONTHS = 60
MINERALS = ("gallium", "graphite")


class FastTrack(Lever):
    """Members decide on a permit within `months`."""

    channels = ("Refiner.permit", "Refiner.lead")
    months: float = Number(default=15.0, ge=0.0, le=120.0)
    payer: Literal["leader", "host"] = "host"

    @classmethod
    def act(cls, w, own):
        plants = own[Refiner]
        saved = own.at(plants) * np.maximum(plants.permit - own.months, 0.0)
        plants.permit = plants.permit - saved
        plants.lead = plants.lead - saved


class Bounty(Lever):
    """The leader pays members' refineries for every ton: a table by mineral, USD/t."""

    channels = ("Refiner.cash_cost",)
    per_ton: dict[str, float] = {}

    @classmethod
    def act(cls, w, own):
        plants = own[Refiner]
        paid = own.at(plants) * np.minimum(own.per_ton[plants.mineral], plants.cash_cost)
        plants.cash_cost = plants.cash_cost - paid
        return own.by_state(paid * plants.output, plants)


class Own(Coalition):
    fast_track: FastTrack | None = None
    bounty: Bounty | None = None


class Loyal(State):
    """Stays once it is in, and counts its months as a member."""

    weighed = Field("1", "months in which it was a member")

    def decide(self):
        super().decide()
        self.weighed = self.weighed + self.member
        self.willing = self.member + (1.0 - self.member) * self.willing


BASE = Scenario.load("trade_zone").changed(minerals=MINERALS, end="2031-12")


def having(**levers: Lever) -> Scenario:
    return BASE.changed(coalition=Own(**dict(BASE.coalition), **levers))


BOTH = having(
    fast_track=FastTrack(start="2026-06"), bounty=Bounty(start="2026-06", per_ton={"gallium": 1e5}, minerals=MINERALS)
)


def disagree(start: Start, months: int = MONTHS) -> dict[tuple[str, str], int]:
    """What differs between a World and a column of an Ensemble."""
    together, alone = stepped(Ensemble(start, SEEDS), months), stepped(World(start, 6), months)
    return differing(snapshot(together, 1), snapshot(alone.books, 0))


# -- an instrument


def test_both_drivers_follow_an_instrument_and_a_state_of_ones_own():
    assert disagree(start_of(BOTH).played_by({"JPN": Loyal, "USA": Loyal})) == {}


def test_an_instrument_acts_only_while_a_member_keeps_it_up():
    quiet = {"end": "2029-12", "start": "2026-06"}
    books = Ensemble(having(fast_track=FastTrack(months=3.0, **quiet)), SEEDS)
    k, usual = books.start.instruments.index("fast_track"), start_of(BASE).parameter("permit_refinery")
    for t in range(MONTHS + 6):
        books.step()
        plants, kept = books[Refiner], books[State].kept[k]
        prospect = np.array(books.start.columns["Refiner"]["class"]) == "Prospect"
        permit, home = plants.permit[prospect], plants.home_row[prospect]
        assert np.array_equal(permit, usual - kept[home] * (usual - 3.0))
        running = 17 <= t < 59  # June 2026 to November 2029
        assert (kept.max() > 0.0) == running


def test_what_it_costs_is_booked_for_whoever_pays():
    books = stepped(Ensemble(BOTH, SEEDS), MONTHS)
    k = books.start.instruments.index("bounty")
    cost = books[State].own_cost[k]
    assert (cost.sum(axis=0) > 0.0).any()
    assert books.support_paid[k] == pytest.approx(cost.sum(axis=0))
    assert (books.support_paid[books.start.instruments.index("fast_track")] == 0.0).all()
    without = stepped(Ensemble(having(fast_track=FastTrack(start="2026-06")), SEEDS), MONTHS)
    assert (books.leader_pays > without.leader_pays).any()
    record = Ensemble(BOTH, SEEDS).run(12)
    assert isinstance(record, Record)
    assert record.dataset(SEEDS)["instrument"].values.tolist() == [*INSTRUMENTS, "fast_track", "bounty"]


def test_one_that_is_absent_or_has_no_effect_changes_nothing():
    plain = Ensemble(BASE, SEEDS).run(MONTHS)
    absent = Ensemble(BASE.changed(coalition=Own(**dict(BASE.coalition))), SEEDS).run(MONTHS)
    for name in plain.series.keys() - {"support"}:
        assert plain.series[name].tobytes() == absent.series[name].tobytes(), name
    assert plain.support.tobytes() == absent.support[:, : len(INSTRUMENTS)].tobytes()


def test_the_key_knows_an_instrument_and_its_numbers():
    keys = [s.key("data") for s in (BASE, BOTH, *(having(fast_track=FastTrack(months=m)) for m in (3.0, 4.0)))]
    assert len(set(keys)) == len(keys)
    assert Scenario.load("trade_zone").key("data") == TRADE_ZONE


TRADE_ZONE = "2cca33929b0e151a9caef30ff7300d54c5141dc6a8f7ce40be3ab539cab5a7a4"  # moves with MODEL_VERSION too


def test_its_numbers_may_differ_between_histories_in_lockstep():
    quick, slow = (having(fast_track=FastTrack(start="2025-06", months=m)) for m in (3.0, 20.0))
    together = stepped(Ensemble([quick, slow], [5, 5]), 30)
    for i, scenario in enumerate((quick, slow)):
        assert differing(snapshot(together, i), snapshot(stepped(World(scenario, 5), 30).books, 0)) == {}
    assert differing(snapshot(together, 0), snapshot(together, 1))
    with pytest.raises(ValueError, match="cannot run in lockstep"):
        Ensemble([start_of(BASE), start_of(BASE).played_by({"JPN": Loyal})], [1, 2])


def test_the_runner_takes_it():
    facts = sources()
    arms = [runner.arm_of("own", having(fast_track=FastTrack()).changed(minerals=("gallium",), end="2028-12"), facts)]
    results = runner.run(arms, runner.seeds_of(1, 2), None, 1)
    assert len(results.runs) == 2 and not results.failures


class EscalatedTariff(Tariff):
    """Twice the rate on graphite."""

    def numbers(self, name, s):
        return {"tariff": super().numbers(name, s)["tariff"] * np.array([1.0 + (m == "graphite") for m in s.minerals])}


class Escalating(Coalition):
    tariff: EscalatedTariff | None = None


def test_a_shipped_instrument_is_replaced_in_its_place():
    tariff = {"rate": 0.1, "minerals": MINERALS, "start": "2026-01"}
    shipped = start_of(BASE.changed(coalition=Coalition(tariff=Tariff(**tariff))))
    own = start_of(BASE.changed(coalition=Escalating(tariff=EscalatedTariff(**tariff))))
    assert own.instruments == INSTRUMENTS and own.own == {}
    assert own.key != shipped.key
    assert shipped.world["tariff"].tolist() == [0.1, 0.1] and own.world["tariff"].tolist() == [0.1, 0.2]
    assert disagree(own, 18) == {}


class Misspelt(FastTrack):
    @classmethod
    def act(cls, w, own):
        return own.monhts


class Beyond(FastTrack):
    @classmethod
    def act(cls, w, own):
        own[Refiner].output = own[Refiner].output * 0.0


class Nowhere(FastTrack):
    channels = ("Refiner.permits",)


@pytest.mark.parametrize(
    ("lever", "message"),
    [
        (Misspelt, 'fast_track = "monhts": no number of this instrument; did you mean "months"?'),
        (Beyond, 'fast_track = "Refiner.output": not among its channels; did you mean'),
        (Nowhere, 'coalition.fast_track = "Refiner.permits": no channel; did you mean "Refiner.permit"?'),
    ],
)
def test_a_fault_of_an_instrument_is_one_line(lever, message):
    with pytest.raises(BadInput) as caught:
        Ensemble(having(fast_track=lever()), SEEDS).step()
    assert str(caught.value).startswith(message)


def test_an_unknown_mineral_or_a_late_start_is_named():
    with pytest.raises(BadInput, match=r'coalition\.fast_track\.minerals = "galium": unknown mineral'):
        start_of(having(fast_track=FastTrack(minerals=("galium", "gallium"))))
    with pytest.raises(BadInput, match=r"coalition\.fast_track\.start = .* after the end of the run"):
        having(fast_track=FastTrack(start="2035-01"))


def test_no_rule_writes_what_a_channel_sets():
    """Else a month's change would stay behind, or be lost: seen over a history with every kind of event."""
    start = start_of(BASE)
    books = stepped(Ensemble(start, SEEDS), MONTHS)
    kinds = {kind.__name__: kind for kind in books.tables}
    for channel in CHANNELS:
        kind, _, field = channel.partition(".")
        first, now = getattr(Ensemble(start, SEEDS)[kinds[kind]], field), getattr(books[kinds[kind]], field)
        assert np.array_equal(first, now), channel


def test_the_guide_names_every_channel(root):
    guide = (root / "docs" / "extending.md").read_text(encoding="utf-8")
    assert [channel for channel in CHANNELS if f"`{channel}`" not in guide] == []


def test_the_snippets_of_the_guide_run_as_they_stand(root, tmp_path, monkeypatch):
    """In order, in one folder; of the histories that its commands ask for, two short ones."""
    guide = (root / "docs" / "extending.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "guide"}
    monkeypatch.setitem(sys.modules, "guide", types.ModuleType("guide"))
    for language, text in re.findall(r"^```(\w*)\n(.*?)^```", guide, re.MULTILINE | re.DOTALL):
        if language == "python":
            exec(compile(text, "docs/extending.md", "exec"), names)
            continue
        for line in text.splitlines():
            command, *words = shlex.split(line)
            small = ["--runs", "2", "--until", "2027", "--workers", "1"] if words[0] == "run" else []
            assert command == "mineralclub" and code_of([*words, *small]) == 0, line
    assert {path.name for path in tmp_path.iterdir()} == {"my_tables", "with_the_emirates", "results"}
    tables = load_tables("my_tables")  # columns that the guide leaves out follow from the rest of the row
    bismuth = tables.minerals.set_index("key").loc["bismuth"]
    assert (bismuth["unit"], bismuth["is_byproduct"]) == ("t Bi", False)
    growth = tables.parameters[(tables.parameters["mineral"] == "bismuth")].set_index("name").loc["demand_growth"]
    assert (growth["rule"], growth["symbol"], growth["unit"]) == ("R40", "g1", "per year")
    assert "ARE" in set(load_tables("with_the_emirates").states["iso3"])


# -- a state


def test_a_state_of_ones_own_follows_its_own_rule():
    shipped = start_of(BASE.changed(parameters={"whiplash": 4.0}))
    loyal = shipped.played_by({"JPN": Loyal})
    japan = shipped.states.index("JPN")
    usual, own = (stepped(Ensemble(start, np.arange(24)), 84)[State].member[japan] for start in (shipped, loyal))
    assert usual.min() == 0.0 and own.min() == 1.0
    assert shipped.columns["State"]["class"][japan] == "State"  # the start it came from is as it was


def test_an_unknown_state_is_named():
    with pytest.raises(BadInput, match='played_by = "JAP": unknown state; did you mean "JPN"'):
        start_of(BASE).played_by({"JAP": Loyal})


# -- data

EMIRATES = {
    "iso3": "ARE", "name": "United Arab Emirates", "gdp_usd_bn": 527.8, "gdp_year": 2024, "in_g7": False,
    "in_eu": False, "in_msp": False, "role": "producer", "source": "IMF, projection of 2024", "source_year": 2024,
}  # fmt: skip


def test_a_state_is_added_by_a_row(tmp_path):
    extended(tmp_path / "mine", {"states": [EMIRATES]})
    start = start_of(BASE, sources(str(tmp_path / "mine")))
    assert "ARE" in start.states and "ARE" not in start_of(BASE).states
    slots = {c: start.columns["Refiner"][c] for c in ("class", "home", "mineral")}
    emirates = [
        start.minerals[m]
        for kind, h, m in zip(slots["class"], slots["home"], slots["mineral"], strict=True)
        if kind == "Prospect" and start.states[h] == "ARE"
    ]
    assert emirates == ["gallium"]  # its aluminium is in the tables
    assert disagree(start.played_by({"ARE": Loyal}), 12) == {}


def test_the_page_opens_on_tables_of_ones_own(tmp_path):
    tuvalu = EMIRATES | {"iso3": "TUV", "name": "Tuvalu", "gdp_usd_bn": 0.06}
    extended(tmp_path / "mine", {"states": [EMIRATES, tuvalu]})
    form = BASE.model_dump(mode="json", exclude_none=True)
    session = Session(Opening(scenario=form, seed=1, data=str(tmp_path / "mine")))
    session.step(1)
    labels = inspector.agents(session.first, "State")
    assert "ARE United Arab Emirates" in labels and "TUV TUV" in labels  # the map has no Tuvalu
    assert atlas.standings(session.first).keys() == set(session.first.start.states)


def test_tables_of_ones_own_are_whole_or_not_there(tmp_path):
    folder = tmp_path / "mine"
    for rows, message in (
        ({"sates": [EMIRATES]}, 'rows = "sates": no such table; did you mean "states"?'),
        ({"parameters": [{"name": "demand_growht"}]}, 'parameters.csv, column name = "demand_growht": no such param'),
        ({"states": [EMIRATES | {"gdp": 1.0}]}, "states.csv, column gdp: no such column; allowed: iso3, name"),
        ({"states": [EMIRATES | {"role": None}]}, f"{folder}/states.csv, row 74, column role"),
        ({"states": [EMIRATES, EMIRATES]}, f"{folder}/states.csv, row 75, column iso3"),
    ):
        with pytest.raises(BadInput) as caught:
            extended(folder, rows)
        assert str(caught.value).startswith(message)
        assert not folder.exists()
    first = extended(folder, {"states": [EMIRATES]})
    assert first.hash != load_tables().hash and first.states["iso3"].iloc[-1] == "ARE"
    with pytest.raises(BadInput, match="is there already"):
        extended(folder, {"states": [EMIRATES]})


# -- an instrument that is wrong is named


def wrong(value, key="permit"):
    """An instrument that sets the permits of plants, or its cost, to what `value` makes of them."""

    class Wrong(Lever):
        channels = ("Refiner.permit",)

        @classmethod
        def act(cls, w, own):
            if key == "cost":
                return value(own.kept)
            own[Refiner].permit = value(own[Refiner].permit)

    return Wrong


@pytest.mark.parametrize("driver", [lambda start: Ensemble(start, SEEDS), lambda start: World(start, 6)])
@pytest.mark.parametrize(
    ("value", "key", "said"),
    [
        (lambda x: x * np.nan, "permit", 'wrong: Refiner.permit = "NaN or inf": not finite'),
        (lambda x: x + np.inf, "permit", "not finite"),
        (lambda x: np.ones(3000), "permit", "not numbers of this shape; allowed: [agent, run]"),
        (lambda x: "many", "permit", "not numbers of this shape"),
        (lambda x: x * np.nan, "cost", 'wrong: cost = "NaN or inf": not finite'),
        (lambda x: np.ones((2, 3000)), "cost", "allowed: [state, run]"),
    ],
)
def test_what_an_instrument_gives_is_looked_at(driver, value, key, said):
    cls = wrong(value, key)

    class Mine(Coalition):
        wrong: cls | None = None

    scenario = BASE.changed(coalition=Mine(**dict(BASE.coalition), wrong=cls()))
    with pytest.raises(BadInput) as caught:
        driver(start_of(scenario)).step()
    assert said in str(caught.value)


def test_channels_are_a_tuple():
    class Lone(Lever):
        channels = "Refiner.permit"

    class Mine(Coalition):
        lone: Lone | None = None

    with pytest.raises(BadInput, match="channels are a tuple"):
        start_of(BASE.changed(coalition=Mine(**dict(BASE.coalition), lone=Lone())))


@pytest.mark.parametrize("rows", [None, [{1: 2}], "text", [3], [{"key": "\ud800"}]])
def test_rows_that_are_none(tmp_path, rows):
    with pytest.raises(BadInput) as caught:
        extended(tmp_path / "mine", {"minerals": rows})
    assert "minerals.csv" in str(caught.value) and not (tmp_path / "mine").exists()


def test_rows_may_come_one_by_one(tmp_path):
    assert extended(tmp_path / "mine", {"states": (row for row in [EMIRATES])}).states["iso3"].iloc[-1] == "ARE"

"""The decision log: the same from both drivers, complete, true to the terms, each event once."""

import itertools
import math

import numpy as np
import pytest

from abm.ensemble import Ensemble
from abm.log import COLUMNS, KINDS, Log, words
from abm.log.membership import AGAINST, FAVOUR, WILL
from abm.log.words import SAID, short, weighed
from abm.outcomes import outcomes
from abm.record import Record
from abm.scenario import Scenario
from abm.world import World

from .test_two_drivers_agree import HASTE
from .worlds import ALL, differing, snapshot, stepped

pytestmark = pytest.mark.once

SEEDS = np.arange(1, 9)
THETA = 0.3  # in place of the one that a reference run would give
MORE_HASTE = {
    "coercion_hazard": 0.5, "review_probability": 0.5, "retaliation_prob": 0.6, "tension_sd": 0.3, "truce_hazard": 2.0,
    "stepdown_hazard": 2.0, "control_hazard_scale": 0.15, "flood_trigger_share_loss": 0.0005, "flood_tension_max": 0.6,
    "flood_max_months": 6.0, "turnover": 0.6,
}  # fmt: skip
LOYAL = {
    "review_probability": 0.1, "inertia": 2.0, "compliance_speed": 8.0, "agreement_base": 0.5, "successor_capital": 0.0,
}  # fmt: skip


def busy(over=None, **parameters):
    """Two minerals, every lever, much happens; over: when all levers end."""
    two = ["gallium", "graphite"]
    end = {"end": over} if over else {}
    levers = {name: block | {"minerals": two} | end for name, block in ALL.items()}
    form = {"name": "busy", "minerals": two, "end": "2031-12", "coalition": levers}
    return Scenario.read(form | {"parameters": HASTE | MORE_HASTE | parameters})


def logged(driver, runs, months, theta=THETA):
    """A whole history, judged at a threshold of cohesion."""
    log, record = Log(driver.start, runs), Record(driver.start, runs)
    for _ in range(months):
        driver.step()
        log.take(getattr(driver, "books", driver))
        record.take(getattr(driver, "books", driver))
    with np.errstate(all="ignore"):  # as in experiments.runner
        found = outcomes(record, theta)
    log.judge(record, theta, found)
    return log.rows()


@pytest.fixture(scope="module")
def rows():
    """Of a world that falls apart, and of one that holds until it is over."""
    first = logged(Ensemble(busy(), SEEDS), 8, 84)
    return [first, logged(Ensemble(busy("2030-06", **LOYAL), SEEDS), 8, 84)]


@pytest.mark.parametrize("scenario", [busy(), busy("2029-06", **LOYAL)])
def test_both_drivers_write_the_same_log(scenario):
    alone = logged(World(scenario, 3), 1, 60)
    among = logged(Ensemble(scenario, [1, 2, 3, 4]), 4, 60)
    among = among[among["run"] == 2].reset_index(drop=True)
    assert len(alone) > 100 and set(alone["run"]) == {0}
    assert alone.drop(columns="run").to_dict("records") == among.drop(columns="run").to_dict("records")


def test_every_kind_of_event_occurs_and_has_its_words(rows):
    seen = [row for frame in rows for row in frame.to_dict("records")]
    assert {row["what"] for row in seen} == set(KINDS) == set(SAID)
    assert all(list(frame.columns) == list(COLUMNS) for frame in rows)
    for row in seen:
        line = words(row)
        assert line.startswith(row["month"]) and "\n" not in line and len(line) < 300 and "nan" not in line
        assert all(math.isfinite(v) for v in row["terms"].values() if not isinstance(v, str))


def test_the_terms_of_a_review_add_up_to_its_payoff(rows):
    reviews = [t for frame in rows for t in frame["terms"] if "payoff" in t]
    assert len(reviews) > 1000 and any(t["standards"] < 0.0 for t in reviews)
    for t in reviews:
        whole = math.fsum([t[name] for name in FAVOUR] + [-t[name] for name in AGAINST])
        most = max(abs(t[name]) for name in (*FAVOUR, *AGAINST))
        assert abs(whole - t["payoff"]) <= 1e-12 * most
        odds = math.fsum(t[name] for name in WILL)
        assert t["willing"] == pytest.approx(1.0 / (1.0 + math.exp(-odds)), rel=1e-9)


def test_nothing_is_logged_twice(rows):
    for frame in rows:
        more = frame["terms"].map(lambda t: (t.get("stage"), t.get("against")))
        assert not frame.assign(more=more).duplicated(["month", "run", "who", "what", "about", "more"]).any()


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("begins a truce", "ends a truce"), ("begins a price war", "ends a price war"),
        ("lapses", "has a budget again"), ("joins", "leaves"), ("suspends", "resumes"),
    ],
)  # fmt: skip
def test_what_begins_and_ends_takes_turns(rows, begins, ends):
    """But that a state which leaves with an instrument suspended is no longer looked at."""
    for frame in rows:
        own = frame[frame["what"].isin([begins, ends])]
        for who, one in own.groupby(["run", "who", "about"])["what"]:
            left = begins == "suspends" and who[1] in frame.loc[frame["what"] == "leaves", "who"].tolist()
            assert left or all(a != b for a, b in itertools.pairwise(one)), who
            assert left or begins == "joins" or one.iloc[0] == begins, who


def test_members_follow_from_the_log():
    ensemble = Ensemble(busy(), SEEDS)
    log = Log(ensemble.start, 8)
    ensemble.step()  # counts the members
    for _ in range(60):
        before, known = ensemble.members, len(log.events)
        ensemble.step()
        log.take(ensemble)
        moved = np.zeros(8)
        for _, event in log.events[known:]:
            moved[event.run] += (event.what == "joins") - (event.what == "leaves")
        assert (before + moved == ensemble.members).all()


def test_cooperation_breaks_in_the_month_from_which_its_life_is_counted():
    ensemble = Ensemble(busy(), SEEDS)
    rows = logged(ensemble, 8, 84)
    record = Ensemble(busy(), SEEDS).run(84)
    begins = 16  # 2026-05
    broken = rows[rows["what"] == "breaks"].set_index("run")
    assert len(broken) > 0 and list(rows["month"]) == sorted(rows["month"])
    for run in range(8):
        low = record.cohesion[begins:, run] < THETA
        spells = [t for t in range(len(low) - 11) if low[t : t + 12].all()]
        assert bool(spells) == (run in broken.index)
        if spells:
            row = broken.loc[run]
            assert row["month"] == f"{2026 + (4 + spells[0]) // 12}-{(4 + spells[0]) % 12 + 1:02d}"
            year = record.cohesion[begins + spells[0] :, run][:12]
            assert row["terms"]["cohesion"] == pytest.approx(year.mean(), rel=1e-12)


def test_taking_the_log_changes_nothing():
    plain = snapshot(stepped(Ensemble(busy(), SEEDS[:2]), 40), 1)
    watched = Ensemble(busy(), SEEDS[:2])
    logged(watched, 2, 40)
    assert differing(plain, snapshot(watched, 1)) == {}


def test_without_a_coalition_only_the_exporters_act():
    form = {"name": "free", "minerals": ["gallium"], "end": "2030-12", "parameters": MORE_HASTE}
    seen = set(logged(Ensemble(Scenario.read(form), SEEDS), 8, 72)["what"])
    assert {"imposes", "begins a truce"} <= seen
    assert not seen & {"joins", "stays", "leaves", "leads", "suspends", "retaliates", "cheats", "coerces"}


def test_a_review_in_words():
    t = dict.fromkeys((*FAVOUR, *AGAINST), 0.0) | {"security": 97e6, "premium": 45e6, "retaliation": 31e6, "rents": 1e6}
    t |= {"willing": 0.714, "money": 0.4, "habit": 0.7, "company": 0.3, "trust": -0.35, "own_will": -0.135}
    row = {"month": "2029-03", "run": 0, "who": "USA", "what": "leaves", "about": "", "terms": t}
    assert words(row) == (
        "2029-03 USA leaves (probability of staying .71: premium 45, expected retaliation 31, against security 97 "
        "M USD a year; in logits money +.40, habit +.70, company +.30, trust -.35, own will -.14, in all +.92)"
    )
    assert weighed(t, member=True).startswith("security 97, against premium 45")
    assert weighed(t | {"standards": -60e6}, member=True).startswith("security 97, standards 60, against")
    assert weighed(dict.fromkeys(t, 0.0), member=True) == "no money at stake"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (0.714, ".71"), (-0.35, "-.35"), (97.04, "97"), (1240.4, "1,240"), (3.14159, "3.14"), (1e-9, "0"),
     (-1e-9, "0"), (0.0069, ".0069"), (0.999, "1")],
)  # fmt: skip
def test_numbers_are_short(value, said):
    assert short(value) == said

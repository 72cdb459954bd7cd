"""A design says what it means, its points lie where they should, and what cannot be is one line before any history."""

import functools
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

from abm import outcomes
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import build, sources
from experiments.design import Design, shipped
from experiments.points import Plan, plan, run_key
from experiments.runner import seeds_of
from experiments.sampling import sample

FLOOR = "coalition.price_floor.level"
PLAIN = {"name": "d", "scenarios": ["trade_zone"], "minerals": ["gallium"], "end": "2027-12"}


def design(*axes: dict, **more) -> Design:
    return Design.read(PLAIN | {"axes": list(axes)} | more, "d.toml")


def planned(*axes: dict, folder: Path = Path("."), **more) -> Plan:
    return plan(design(*axes, **more), folder, "d.toml", sources(None))


WHIP = {"key": "whiplash", "values": [0.0, 1.0, 2.0]}
RANGE = {"key": "whiplash", "low": 0.0, "high": 4.0}
GROWTH = {"key": "demand_growth[gallium]", "values": [0.01, 0.02]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"titel": "x"}, 'titel: unknown key; did you mean "title"?'),
        ({"method": "sobl"}, 'did you mean "sobol"?'),
        ({"axes": []}, "axes"),
        ({"axes": [{"key": "whiplash", "value": [1.0]}]}, 'did you mean "values"?'),
        ({"axes": [WHIP, WHIP]}, "whiplash stands twice in axes"),
        ({"axes": [WHIP | {"name": "seed"}]}, "axis seed would be a second column seed"),
        ({"axes": [WHIP | {"low": 0.0}]}, "low without high"),
        ({"axes": [WHIP | {"low": 0.0, "high": 1.0}]}, "values and a range"),
        ({"axes": [RANGE | {"low": 5.0}]}, "low 5 is not below high 4"),
        ({"axes": [RANGE | {"scale": "log"}]}, "low 0 has no logarithm"),
        ({"axes": [WHIP | {"values": [1.0, "x"]}]}, "numbers beside texts"),
        ({"axes": [WHIP | {"values": [1.0, 1]}]}, "a value stands twice"),
        ({"axes": [RANGE]}, "axis whiplash has no values"),
        ({"method": "sobol", "points": 6, "axes": [RANGE]}, "6 points; allowed: a power of two"),
        ({"method": "latin_hypercube", "axes": [RANGE]}, "allowed: a number of points with latin_hypercube"),
        ({"method": "morris", "axes": [RANGE]}, "allowed: a number of trajectories with morris"),
        ({"method": "saltelli", "points": 8, "axes": [RANGE]}, "a number of points with latin_hypercube or sobol"),
        ({"method": "saltelli", "base": 6, "axes": [RANGE]}, "6 points as a base; allowed: a power of two"),
        ({"method": "morris", "trajectories": 4, "levels": 3, "axes": [RANGE]}, "levels = 3; allowed: an even number"),
        ({"levels": 4}, 'levels with factorial; allowed: only with method = "morris"'),
        ({"method": "morris", "trajectories": 4, "second_order": True, "axes": [RANGE]}, "second_order with morris"),
        ({"method": "table", "axes": [{"key": "whiplash"}]}, "rows belong to a table"),
        ({"method": "table", "rows": [[1.0]]}, "axis whiplash has values of its own"),
        ({"method": "table", "rows": [[1.0, 2.0]], "axes": [{"key": "whiplash"}]}, "row 0 has 2 values; allowed: 1"),
        ({"axes": [RANGE, WHIP | {"key": "freight", "scale": "lin"}]}, 'axes.1.scale (axis freight) = "lin": not one'),
        ({"axes": [WHIP | {"low": 2.0}]}, "axes.0 (axis whiplash): low without high"),
        ({"axes": [{"values": [1.0]}]}, "axes.0.key: missing"),
        ({"replicates": 0}, "replicates = 0: too small"),
        ({"seed": -1}, "too small"),
        ({"name": "a/b"}, "not a name of a folder"),
        ({"end": "2027"}, "not a month"),
        ({"axes": [WHIP | {"values": [math.nan, 1.0]}]}, "values.0 (axis whiplash) = nan: not finite; allowed:"),
        ({"axes": [RANGE | {"low": -1e308, "high": 1e308}]}, "from -1e+308 to 1e+308 is too far for a number"),
        ({"axes": [RANGE | {"low": 1e-320, "scale": "log"}]}, "is too far for a number; allowed: a smaller range"),
        ({"axes": [WHIP | {"key": f"x{i}", "values": [*range(60)]} for i in range(5)]}, "7.78e+08 points in a"),
        ({"method": "saltelli", "base": 2**16, "axes": [RANGE]}, "1.97e+05 points in a scenario; allowed: 100000"),
        ({"axes": [WHIP | {"key": "title", "values": ["a", "b"]}]}, "axis title changes no history"),
        ({"axes": [WHIP | {"key": "name", "name": "other", "values": ["a", "b"]}]}, "axis other changes no history"),
        ({"axes": [WHIP, WHIP | {"key": "freight", "name": "Whiplash"}]}, "whiplash stands twice in axes"),
        ({"parameters": 10**5000}, "nested too deeply, or a number of too many digits"),
        (functools.reduce(lambda inner, _: {"a": inner}, range(300), {}), "nested too deeply"),
        (functools.reduce(lambda inner, _: {"a": inner}, range(9000), {}), "nested too deeply"),
    ],
)
def test_bad_designs(change, said):
    with pytest.raises(BadInput) as fault:
        Design.read(PLAIN | {"axes": [WHIP]} | change, "d.toml")
    assert str(fault.value).startswith("d.toml") and said in str(fault.value) and "\n" not in str(fault.value)


@pytest.mark.parametrize("name", "Key RUN Seed point failure outcome Mean low n q stands WORKS ends_by_holds "
                         "refine.gallium.hhi_end drawn.x".split())  # fmt: skip
def test_a_column_of_its_own_in_any_case_of_letters(name):
    with pytest.raises(BadInput, match=f"axis {name} would be a second column {name.lower()}; allowed: another name"):
        design(WHIP | {"name": name})


@pytest.mark.parametrize("name", ['a"b', "a'b", "a b", "a\tb", "a\0", "1a", "ä", "x" * 81, "a;b", "a[", "a]b[c]"])
def test_a_name_that_is_none(name):
    with pytest.raises(BadInput, match="no name of a column; allowed: as floor") as fault:
        design(WHIP | {"name": name})
    assert str(fault.value).isprintable()


def test_names_of_columns_that_may_be():
    for name in ("floor", "demand_growth[gallium]", FLOOR, "R11.severity", "x" * 80, "a-b"):
        assert design(WHIP | {"name": name}).axes[0].column == name


def test_outcomes_are_known_by_name():
    """Of a history of one month: all but those of minerals and of parameters that are drawn."""
    start = build(Scenario.read({"name": "x", "minerals": ["gallium"], "end": "2025-01"}), sources(None))
    found = outcomes.outcomes(Ensemble(start, [1, 2]).run(), math.nan)
    prefixes = (*(f"{stage}." for stage in outcomes.STAGES), outcomes.DRAWN)
    assert [name for name in found if not name.startswith(prefixes)] == list(outcomes.NAMES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"seed = {'9' * 5000}", "allowed: numbers of fewer digits"),
        (f"seed = 0x{'f' * 5000}", "a number of too many digits"),
        (f"x = {'[' * 3000}{']' * 3000}", "nested too deeply"),
        (f"axes = {'[' * 300}{']' * 300}", "nested too deeply"),
        ("x = ", "not TOML"),
    ],
)
def test_files_that_cannot_be_read_are_one_line(tmp_path, text, said):
    (tmp_path / "d.toml").write_text(text)
    for read in (Design.load, Scenario.load):
        with pytest.raises(BadInput) as fault:
            read(str(tmp_path / "d.toml"))
        assert str(fault.value).startswith("d.toml") and said in str(fault.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scenarios": ["trade_zon"]}, 'scenarios = "trade_zon": no such scenario; did you mean "trade_zone"?'),
        ({"minerals": ["galium"]}, 'did you mean "gallium"?'),
        ({"axes": [WHIP | {"key": "whiplas"}]}, 'point 0 (trade_zone: whiplas 0.0), parameter = "whiplas": unknown'),
        ({"axes": [WHIP | {"values": [1.0, -1.0]}]}, "point 1 (trade_zone: whiplash -1.0), whiplash = -1.0: too small"),
        ({"axes": [{"key": FLOOR, "values": [1.0, 200.0]}]}, f"point 1 (trade_zone: {FLOOR} 200.0), "),
        ({"axes": [{"key": "coalition.price_floor.levle", "values": [1.0]}]}, 'did you mean "level"?'),
        ({"axes": [{"key": "coalition.leader", "values": ["USA", "XYZ"]}]}, "(trade_zone: coalition.leader XYZ)"),
        ({"axes": [{"key": "coalition.tariff.rate", "values": [0.1]}]}, "no scenario of the design has coalition.tar"),
        ({"axes": [WHIP | {"key": "white space", "name": "x"}]}, "not a name"),
        ({"scenarios": ["no_coalition"], "axes": [{"key": FLOOR, "values": [1.0]}]}, "no scenario of the design has"),
        ({"axes": [WHIP, WHIP | {"key": "parameters.whiplash"}]}, 'axes.1.key = "parameters.whiplash": the place of'),
        ({"axes": [WHIP | {"key": "R2.whiplash"}, WHIP]}, "the place of axis R2.whiplash, or a part of it"),
        ({"axes": [GROWTH, GROWTH | {"key": "demand_growth"}]}, "the place of axis demand_growth[gallium], or a part"),
        ({"axes": [GROWTH | {"key": "demand_growth"}, GROWTH]}, "the place of axis demand_growth, or a part"),
        ({"scenarios": ["x" * 300 + ".toml"]}, "no such scenario"),
    ],
)
def test_points_that_cannot_be(change, said):
    with pytest.raises(BadInput) as fault:
        plan(Design.read(PLAIN | {"axes": [WHIP]} | change, "d.toml"), Path("."), "d.toml", sources(None))
    assert str(fault.value).startswith("d.toml") and said in str(fault.value)


def test_files_are_relative_to_the_design(tmp_path):
    (tmp_path / "mine.toml").write_text("recorded_controls = false")
    got = planned(WHIP, folder=tmp_path, scenarios=["mine.toml", "trade_zone"])
    assert list(got.bases) == ["mine", "trade_zone"] and not got.bases["mine"].recorded_controls


def test_a_factorial_is_every_combination():
    two = {"key": FLOOR, "name": "floor", "values": [0.5, 1.0]}
    got = planned(WHIP, two, scenarios=["no_coalition", "trade_zone"])
    assert [p.values for p in got.points[:3]] == [(0.0, None), (1.0, None), (2.0, None)]  # a floor has no place there
    assert [p.values for p in got.points[3:]] == [(w, f) for w in (0.0, 1.0, 2.0) for f in (0.5, 1.0)]
    assert [p.number for p in got.points] == list(range(9))


def test_a_table_is_its_rows():
    axes = {"key": "whiplash"}, {"key": "coalition.price_floor.start"}
    rows = [[1.0, "2027-01"], [0.5, "2026-01"]]
    got = planned(*axes, method="table", rows=rows)
    assert [list(p.values) for p in got.points] == rows
    assert got.at(got.points[1]).coalition.price_floor.start == "2026-01"
    assert got.at(got.points[1]).parameters == {"whiplash": 0.5}
    with pytest.raises(BadInput, match="a point stands twice"):
        planned(*axes, method="table", rows=[rows[0], rows[0]])


def test_a_latin_hypercube_has_one_point_in_every_slice():
    log = {"key": "belief_memory", "low": 1.0, "high": 100.0, "scale": "log"}
    levels = {"key": FLOOR, "values": [0.5, 1.0, 2.0, 3.0]}
    got = sample(design(RANGE, log, levels, method="latin_hypercube", points=32))
    whip, memory, floor = (np.array(column) for column in zip(*got, strict=True))
    assert sorted((whip / 4.0 * 32).astype(int)) == list(range(32))
    assert sorted((np.log(memory) / math.log(100.0) * 32).astype(int)) == list(range(32))
    assert np.unique(floor, return_counts=True)[1].tolist() == [8] * 4


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_a_sample_of_values_alone_names_a_point_once(method):
    two = WHIP, {"key": FLOOR, "values": [0.5, 1.0]}
    got = planned(*two, method=method, points=64)
    assert sorted(p.values for p in got.points) == [(w, f) for w in (0.0, 1.0, 2.0) for f in (0.5, 1.0)]


def test_two_points_of_one_scenario_are_told(monkeypatch):
    """Whatever an axis does: here two numbers that a scenario's key would take as one."""
    monkeypatch.setattr(Scenario, "key", lambda scenario, data: str(scenario.parameters["whiplash"] > 0.0))
    said = r"point 2 \(trade_zone: whiplash 2.0\): the same scenario as point 1 \(trade_zone: whiplash 1.0\): whiplash"
    with pytest.raises(BadInput, match=said):
        planned(WHIP)


@pytest.mark.parametrize("scramble", [True, False])
def test_a_sobol_sequence_is_balanced(scramble):
    axes = RANGE, {"key": "rent_capture", "low": 0.0, "high": 1.0}
    got = np.array(sample(design(*axes, method="sobol", points=64, scramble=scramble))) / [4.0, 1.0]
    cells = np.floor(got * 8).astype(int)
    assert len({tuple(cell) for cell in cells.tolist()}) == 64  # one point in every cell of 8 x 8
    assert (got[0] == 0.0).all() == (not scramble)


def test_trajectories_change_one_axis_at_a_time_and_name_a_point_once():
    """Steps of two thirds of an axis, of which values have equal shares; a point that comes again is the same point."""
    axes = RANGE, {"key": "rent_capture", "values": [0.0, 1.0]}
    asked = design(*axes, method="morris", trajectories=12)
    rows = sample(asked)
    for at in range(0, 36, 3):
        for before, after in zip(rows[at : at + 2], rows[at + 1 : at + 3], strict=True):
            assert [a == b for a, b in zip(before, after, strict=True)].count(False) == 1
    assert {row[0] for row in rows} == {0.0, 1.0 / 3.0 * 4.0, 2.0 / 3.0 * 4.0, 4.0} and len(set(rows)) <= 8
    got = plan(asked, Path("."), "d.toml", sources(None))
    assert [p.values for p in got.points] == list(dict.fromkeys(rows))


@pytest.mark.parametrize(("second", "block"), [(False, 4), (True, 6)])
def test_saltellis_blocks(second, block):
    """Two rows that share nothing, and between them rows that take one axis from the second (and, for indices of second
    order, all but one)."""
    axes = RANGE, {"key": "rent_capture", "low": 0.0, "high": 1.0}
    rows = np.array(sample(design(*axes, method="saltelli", base=8, second_order=second))).reshape(8, block, 2)
    first, last = rows[:, :1], rows[:, -1:]
    assert (first != last).all()
    taken = [[True, False], [False, True]]
    assert ((rows[:, 1:-1] == last) == ([*taken, *taken[::-1]] if second else taken)).all()


def test_the_sampling_seed_alone_decides_the_points():
    def points(**more):
        return sample(design(RANGE, method="latin_hypercube", points=8, **more))

    assert points() == points(seed=2) == points(replicates=3) != points(sampling_seed=2)


def test_replicates_are_paired_and_keys_are_the_scenarios_own():
    got = planned(WHIP, replicates=3, seed=5)
    assert got.seeds.tolist() == seeds_of(5, 3).tolist()
    form = Scenario.load("trade_zone").model_dump() | {"minerals": ["gallium"], "end": "2027-12"}
    same = Scenario.read(form | {"parameters": {"whiplash": 1.0}})
    data = sources(None).tables.hash
    assert got.keys(got.points[1]) == [run_key(same.key(data), seed) for seed in got.seeds.tolist()]
    assert len({key for point in got.points for key in got.keys(point)}) == 9


def test_what_makes_another_design():
    base = planned(WHIP)
    assert planned(WHIP, replicates=3).identity == base.identity  # more of the same
    assert planned(WHIP, title="x").identity == base.identity
    assert planned(WHIP, seed=2).identity != base.identity
    sampled = [planned(RANGE, method="morris", trajectories=2, levels=levels) for levels in (4, 6)]
    assert sampled[0].identity != sampled[1].identity
    form = base.design.model_dump(mode="json", exclude={"title", "description", "replicates"})
    own = {key: value for key, value in form.items() if key not in ("trajectories", "levels", "base", "second_order")}
    keys = [one.key(base.data_hash) for one in base.bases.values()]
    known = hashlib.sha256(json.dumps([own, keys], sort_keys=True).encode()).hexdigest()
    assert base.identity == known  # what other methods ask for is no part of it
    assert planned(WHIP | {"values": [0.0, 1.0]}).identity != base.identity


@pytest.mark.parametrize("name", shipped())
def test_a_design_that_ships_can_be_run(name):
    found, folder = Design.load(name)
    assert len(found.title) > 20 and len(found.description) > 200
    sizes = {size: getattr(found, size) and least for size, least in (("points", 8), ("trajectories", 2), ("base", 2))}
    small = found.model_copy(update=sizes | {"minerals": ("gallium",)})
    assert plan(small, folder, name, sources(None)).points

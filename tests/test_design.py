"""A design says what it means, its points lie where they should, and what cannot be is one line before any history."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import sources
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
    ],
)
def test_bad_designs(change, said):
    with pytest.raises(BadInput) as fault:
        Design.read(PLAIN | {"axes": [WHIP]} | change, "d.toml")
    assert str(fault.value).startswith("d.toml") and said in str(fault.value) and "\n" not in str(fault.value)


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
        ({"axes": [WHIP | {"key": "white space"}]}, "not a name"),
        ({"scenarios": ["no_coalition"], "axes": [{"key": FLOOR, "values": [1.0]}]}, "no scenario of the design has"),
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

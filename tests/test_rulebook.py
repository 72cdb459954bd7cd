"""Rules and markets broadcast and agree with plain Python, chance has an address, compiled code is never stale."""

import inspect
import os
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

from abm import compiled, rulebook
from abm.numerics import exp, helper, logistic, power
from abm.rulebook import (
    MARKETS,
    PURE,
    RULES,
    Field,
    Index,
    Link,
    Plain,
    declared,
    draw,
    market,
    philox,
    philox_words,
    routine,
    rule,
    slot_of,
)

ROOT = Path(__file__).parents[1]


@helper
def margin(price, cost):
    return price - cost


@rule
def example_value(price, cost, years, rate):
    """R46  An example with branches, division by zero and a helper (USD/t)."""
    if margin(price, cost) < 0.0:
        return 0.0
    factor = (1.0 - exp(-rate * years)) / rate
    if factor > years:
        return -power(price, rate)
    return margin(price, cost) * factor + max(logistic(price), rate)


@routine
def fill(scratch, values, weights):
    """Weighted values, run by run, and how many weights count."""
    counted = 0
    for i in range(values.shape[0]):
        counted += 1 if weights[i] > 0.0 else 0
        for r in range(values.shape[1]):
            scratch[i, r] = values[i, r] * weights[i]
    return counted


@market("f8[:,:],f8[:],i8,f8[:],f8[:]", layout="(n,r),(n),()->(r),()")
def example_total(values, weights, least, total, mean):
    """R57  An example with a scratch, an integer and two outputs: weighted totals, and their mean over runs."""
    scratch = np.empty(values.shape)
    counted = fill(scratch, values, weights)
    total[:] = 0.0
    mean[0] = 0.0
    for r in range(values.shape[1]):
        for i in range(values.shape[0]):
            total[r] += scratch[i, r]
        if counted < least:
            total[r] = 0.0 / total[r] if total[r] > 0.0 else 1.0 / (total[r] - total[r])
        mean[0] += total[r] / values.shape[1]


VALUE, TOTAL = RULES.pop("example_value"), MARKETS.pop("example_total")  # no part of the book


@pytest.fixture
def rng():
    return np.random.default_rng(20260102)


def same_bits(a, b) -> bool:
    a, b = np.asarray(a, float), np.asarray(b, float)
    return a.shape == b.shape and bool(((a.view(np.int64) == b.view(np.int64)) | (np.isnan(a) & np.isnan(b))).all())


# Rules


def test_a_rule_gives_a_float_for_floats():
    value = example_value(300.0, 100.0, 10.0, 0.08)
    assert isinstance(value, float)
    assert value == pytest.approx(200.0 * (1.0 - np.exp(-0.8)) / 0.08 + 1.0, rel=1e-15)
    assert example_value(100, 300, 10, 1) == 0.0


def test_a_rule_broadcasts_and_writes_where_it_is_told(rng):
    price, cost, rate = rng.uniform(0, 9, (3, 5, 8)), rng.uniform(0, 9, (5, 1)), rng.uniform(0, 1, 8)
    out = np.empty((3, 5, 8))
    assert example_value(price, cost, 10.0, rate, out=out) is out
    each = [example_value(price[i], cost[i[1], 0], 10.0, rate[i[2]]) for i in np.ndindex(out.shape)]
    assert same_bits(out.ravel(), each)
    assert same_bits(example_value(price[:, ::2, ::-3], cost[::2], 10.0, rate[::-3]), out[:, ::2, ::-3])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_division_by_zero_is_infinite():
    assert example_value(1.0, 0.0, 1.0, 0.0) != example_value(1.0, 0.0, 1.0, 0.0)  # 0 / 0
    assert np.isnan(example_value(np.ones(9), 0.0, 1.0, np.zeros(9))).all()


def test_the_book_keeps_what_was_written():
    assert VALUE.__doc__ == "R46  An example with branches, division by zero and a helper (USD/t)."
    assert "factor > years" in inspect.getsource(VALUE)
    assert VALUE.__module__ == TOTAL.__module__ == __name__
    assert MARKETS["draw"].__module__ == "abm.rulebook"
    assert isinstance(MARKETS["draw"], FunctionType)


def test_a_name_stands_for_one_rule(tmp_path):
    path = tmp_path / "other.py"
    code = compile('def draw(x):\n    """R1  x."""\n    return x', path, "exec")
    names: dict = {"__name__": "other"}
    exec(code, names)
    with pytest.raises(ValueError, match=r"other\.draw: abm\.rulebook has a draw already; choose another name"):
        rulebook.register(MARKETS, names["draw"])
    rulebook.register(MARKETS, MARKETS["draw"])


# Markets, compiled and plain


PLAIN = Plain(TOTAL, TOTAL, ["f8[:,:],f8[:],i8,f8[:],f8[:]"], "(n,r),(n),()->(r),()")
EITHER = pytest.mark.parametrize("total", [example_total, PLAIN], ids=["compiled", "plain"])


@EITHER
def test_a_market_adds_in_the_order_of_rows(total, rng):
    values, weights = 10.0 ** rng.uniform(-8, 8, (50, 6)), rng.uniform(0, 1, 50)
    sums, mean = total(values, weights, 0)
    wanted, average = np.zeros(6), 0.0
    for row, weight in zip(values, weights, strict=True):
        wanted = wanted + row * weight
    for w in wanted:
        average += w / 6
    assert same_bits(sums, wanted)
    assert same_bits(mean, average)


@EITHER
def test_a_market_broadcasts_takes_strides_and_out(total, rng):
    values, weights, least = rng.uniform(0, 1, (2, 3, 8, 10)), rng.uniform(0, 1, (3, 4)), np.array([[0], [1]])
    part = values[:, :, ::2, ::-2]
    sums, means = total(part, weights, least)
    assert sums.shape == (2, 3, 5)
    assert means.shape == (2, 3)
    out = np.full((2, 3, 10), np.nan)[:, :, ::2], np.full((2, 3), np.nan)
    assert total(part, weights, least, out=out)[0] is out[0]
    assert same_bits(out[0], sums)
    assert same_bits(out[1], means)
    assert same_bits(sums[1, 2], total(part[1, 2].copy(), weights[2], 1)[0])
    assert isinstance(total(part[0, 0], weights[0], 1)[1], float)


@EITHER
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((np.ones((3, 2)), np.ones(4), 1), ValueError),
        ((np.ones(3), np.ones(3), 1), ValueError),
        ((np.ones((3, 2)), np.ones(3), 1.5), TypeError),
        ((np.ones((3, 2)), np.ones(3)), TypeError),
        ((np.ones((2, 3, 2)), np.ones((5, 3)), 1), ValueError),
    ],
)
def test_a_market_refuses_what_does_not_fit(total, arguments, error):
    with pytest.raises(error):
        total(*arguments)


@pytest.mark.skipif(PURE, reason="compares with compiled code")
def test_two_forms_agree_on_integers_and_empty_arrays():
    for values in (np.arange(6).reshape(3, 2), np.ones((0, 2)), np.ones((4, 0, 2))):
        weights = np.arange(values.shape[-2])
        assert all(map(same_bits, example_total(values, weights, 0), PLAIN(values, weights, 0)))


def sample() -> dict[str, np.ndarray]:
    """Values of a rule, a market and chance at ordinary and extreme arguments."""
    rng = np.random.default_rng(8)
    ends = np.array([0.0, 5e-324, 1e-300, 1.0, 700.0, 1e308, np.inf, np.nan])
    numbers = np.concatenate([ends, -ends, rng.normal(0, 5, 300), 10.0 ** rng.uniform(-9, 9, 84)])
    values = numbers[rng.permutation(400)].reshape(10, 40)
    whole = np.array([0, 1, -1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, -(2**63)])
    mixed = [np.concatenate([whole, rng.integers(-(2**63), 2**63 - 1, 50)]) for _ in range(5)]
    with np.errstate(all="ignore"):
        sums, means = example_total(np.array([values, rng.uniform(-1, 1, (10, 40))]), rng.normal(size=10), [[0], [9]])
        return {
            "rule": example_value(*(numbers[rng.permutation(400)] for _ in range(4))),
            "scalar": np.array([example_value(x, 0.0, 1.0, 0.0) for x in (0.0, 1.0, np.inf)]),
            "total": sums,
            "mean": means,
            "draw": draw(mixed[0][:10], *(m[:, None] if i else m for i, m in enumerate(mixed[1:]))),
        }


def test_plain_python_gives_the_same_bits(tmp_path):
    code = (
        "import sys, numpy; from tests import test_rulebook as t; numpy.savez(sys.argv[1], **t.sample(), pure=t.PURE)"
    )
    path = tmp_path / "plain.npz"
    environment = {**os.environ, "ABM_PURE": "1"}
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=environment, cwd=ROOT)
    plain = np.load(path)
    assert plain["pure"]
    for name, values in sample().items():
        assert same_bits(values, plain[name]), name


# Chance


@pytest.mark.parametrize(
    ("key", "counter", "words"),
    [
        ("00000000 00000000", "00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("a4093822 299f31d0", "243f6a88 85a308d3 13198a2e 03707344", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_philox_gives_the_published_answers(key, counter, words):
    """Source: the known-answer tests of Random123."""
    keys, counters = ([int(word, 16) for word in text.split()] for text in (key, counter))
    found = [f"{word:08x}" for word in map(int, philox_words(*keys, *counters))]
    assert found == words.split()
    signed = (keys[1] << 32 | keys[0]) - (keys[1] >> 31 << 64)  # low word first
    assert [f"{word:08x}" for word in map(int, philox(signed, *counters))] == words.split()


def test_a_draw_depends_on_its_address_alone(rng):
    seeds, slots = rng.integers(-(2**63), 2**63 - 1, 100), rng.integers(0, 2**32, (7, 1))
    table = draw(seeds, 5, slots[:, 0], 3, 0)
    order = rng.permutation(100)
    assert np.array_equal(draw(seeds[order], 5, slots[:, 0], 3, 0), table[:, order])
    assert np.array_equal(draw(seeds[10:20], 5, slots[3:, 0], 3, 0), table[3:, 10:20])
    assert draw(seeds[40:41], 5, slots[2, 0], 3, 0).item() == table[2, 40]
    blocks = draw(seeds, 5, slots[:, 0], 3, np.arange(4)[:, None])
    assert blocks.shape == (4, 7, 100)
    assert np.array_equal(blocks[0], table)
    a, b, _, _ = map(int, philox(int(seeds[40]), 5, int(slots[2, 0]), 3, 0))
    assert table[2, 40] == ((a << 32 | b) >> 12) * 2.0**-52 + 2.0**-53


def test_every_part_of_an_address_counts():
    base = [2**40 + 1, 5, 7, 3, 2]
    numbers = {draw(np.array([base[0] + d]), *base[1:]).item() for d in (0, 1, 2**32)}
    for part in range(1, 5):
        shifted = [b + (i == part) for i, b in enumerate(base)]
        numbers.add(draw(np.array(shifted[:1]), *shifted[1:]).item())
    assert len(numbers) == 7


def test_draws_are_even_and_neighbours_independent():
    seeds, slots, months = np.arange(256), np.arange(100), np.arange(12)
    u = draw(seeds, months[:, None], slots, 1, 0)
    n = u.size
    assert ((u > 0.0) & (u < 1.0)).all()
    assert abs(u.mean() - 1 / 2) < 5 * (1 / 12 / n) ** 0.5
    assert abs(u.var() - 1 / 12) < 5 * (1 / 180 / n) ** 0.5
    bins = np.bincount((u * 64).astype(int).ravel(), minlength=64)
    assert ((bins - n / 64) ** 2 / (n / 64)).sum() < 63 + 5 * 126**0.5
    neighbours = {
        "purpose": (u, draw(seeds, months[:, None], slots, 2, 0)),
        "block": (u, draw(seeds, months[:, None], slots, 1, 1)),
        "high word of the seed": (u, draw(seeds + 2**32, months[:, None], slots, 1, 0)),
        "month": (u[1:], u[:-1]),
        "slot": (u[:, 1:], u[:, :-1]),
        "seed": (u[..., 1:], u[..., :-1]),
    }
    for name, (a, b) in neighbours.items():
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / a.size**0.5, name


def test_a_slot_is_the_identity_of_an_agent():
    assert slot_of("Miner", "Chile", "copper") == 1558690034
    assert slot_of("Miner", "Chile", "copper") != slot_of("Refiner", "Chile", "copper")


# Declarations


class Actor:
    slot = Index("address")
    money = Field("USD", "cash", 1e5)


class Refiner(Actor):
    home = Link("host state")
    capacity = Field("t/month", "installed capacity")
    rung = Field("1", "export control", each="mineral", words=("none", "ban"))
    money = Field("USD", "cash of a refiner")
    mineral = Index("mineral")


class Recycler(Refiner):
    feed = Link("whose scrap it takes", kind="Buyer")
    rung = None


def test_declarations_are_found_in_order_and_overridden_in_place():
    assert [f.name for f in declared(Refiner, Field)] == ["money", "capacity", "rung"]
    assert [i.name for i in declared(Refiner, Index)] == ["slot", "mineral"]
    assert [(k.name, k.kind) for k in declared(Recycler, Link)] == [("home", "State"), ("feed", "Buyer")]
    assert [f.name for f in declared(Recycler, Field)] == ["money", "capacity"]
    assert declared(Refiner, Field)[0].doc == "cash of a refiner"
    assert declared(Actor, Field)[0].default == 1e5


def test_a_value_shadows_its_declaration():
    refiner = Refiner()
    refiner.capacity = 3.0
    assert refiner.capacity == 3.0
    assert Refiner.capacity == declared(Refiner, Field)[1]
    assert (Refiner.rung.unit, Refiner.rung.each, Refiner.rung.words) == ("1", "mineral", ("none", "ban"))


# Compiled code


KERNEL = '''
from abm.rulebook import market, rule
from toy.other import same
from .scale import scaled

@rule
def toy_rule(x):
    """R1  x."""
    return same(scaled(x))

@market("f8[:],f8[:]", layout="(r)->()")
def toy_market(x, out):
    out[0] = scaled(x[0])

print(toy_rule(3.0), toy_market([5.0]))
'''
HELPER = """
from abm.rulebook import helper
from .unit import UNIT

@helper
def scaled(x):
    return UNIT * x
"""


class Toy:
    """A package whose kernels take a helper and, through it, a constant from other files; each run is a new process."""

    def __init__(self, folder: Path):
        self.package, self.code = folder / "toy", folder / "code"
        self.package.mkdir()
        self.write(__init__="", kernels=KERNEL, scale=HELPER, unit="UNIT = 2.0\n", bystander="")
        self.write(other=HELPER.replace("scaled", "same").replace("UNIT * ", "").replace("from .unit import UNIT", ""))

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.package / f"{name}.py").write_text(text)

    def start(self, **environment: str) -> subprocess.Popen:
        path = os.pathsep.join([str(self.package.parent), str(ROOT)])
        return subprocess.Popen(
            [sys.executable, "-c", "import toy.kernels"],
            env={**os.environ, "ABM_PURE": "", "NUMBA_CACHE_DIR": str(self.code), "PYTHONPATH": path, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, **environment: str) -> str:
        return self.start(**environment).communicate()[0].strip()

    def kept(self) -> dict[str, int]:
        """Files of compiled code of the package, and when each was written."""
        return {str(p): p.stat().st_mtime_ns for p in self.code.rglob("*.nb[ic]") if "toy" in str(p)}


@pytest.fixture
def toy(tmp_path):
    return Toy(tmp_path)


def test_compiled_code_is_kept_and_never_stale(toy):
    assert toy.run() == "6.0 10.0"
    first = toy.kept()
    assert {Path(p).name.split(".")[0] for p in first} == {"kernels", "loop-kernels", "guf-kernels"}
    toy.write(bystander="X = 1\n")
    assert toy.run() == "6.0 10.0"
    assert toy.kept() == first
    toy.write(unit="UNIT = 3.0\n")
    assert toy.run() == "9.0 15.0"
    toy.write(other=HELPER.replace("scaled", "same").replace("UNIT *", "1.0 +"))
    assert toy.run() == "10.0 15.0"
    assert first.items() <= toy.kept().items()


def test_another_checkout_of_the_same_text_finds_the_code(toy, tmp_path):
    assert toy.run() == "6.0 10.0"
    first = toy.kept()
    (tmp_path / "elsewhere").mkdir()
    another = Toy(tmp_path / "elsewhere")
    assert another.run(NUMBA_CACHE_DIR=str(toy.code)) == "6.0 10.0"
    assert toy.kept() == first


def test_processes_that_compile_at_once_do_not_meet(toy):
    processes = [toy.start() for _ in range(3)]
    assert [p.communicate()[0].strip() for p in processes] == ["6.0 10.0"] * 3
    written = toy.kept()
    assert toy.run() == "6.0 10.0"
    assert toy.kept() == written


def test_old_versions_are_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "code_base", lambda: tmp_path)
    source = tmp_path / "kernels.py"
    source.touch()
    for i in range(8):
        folder = tmp_path / f"kernels-{i}"
        folder.mkdir()
        os.utime(folder, (1e9 + i, 1e9 + i))
    (tmp_path / "other-1").mkdir()
    os.utime(tmp_path / "other-1", (1e9, 1e9))
    (tmp_path / "kernels-young").mkdir()
    folder = compiled.code_folder(source, "kernels")
    left = {p.name for p in tmp_path.iterdir()} - {source.name}
    assert left == {folder.name, "kernels-young", "kernels-7", "kernels-6", "kernels-5", "other-1"}


@pytest.mark.parametrize("blocked", ["a file", "a missing device"])
def test_a_cache_that_cannot_be_written_is_replaced(tmp_path, monkeypatch, blocked):
    (tmp_path / "file").touch()
    bad = tmp_path / "file" / "below" if blocked == "a file" else Path("/dev/null/below")
    monkeypatch.setenv("XDG_CACHE_HOME", str(bad))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    base = compiled.code_base.__wrapped__()
    assert base.parent == tmp_path
    assert base.is_dir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert compiled.code_base.__wrapped__() == tmp_path / "cache" / "mineralclub"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "own"))
    assert compiled.code_base.__wrapped__() == tmp_path / "own"


def test_a_rule_of_a_notebook_needs_no_file(rng):
    names: dict = {"__name__": "notebook"}
    exec('from abm.rulebook import rule\n@rule\ndef cell(x):\n    """R1  x."""\n    return x + 1.0', names)
    del RULES["cell"]
    assert names["cell"](1.0) == 2.0


def test_a_folder_of_compiled_code_that_another_process_drops_is_passed_over(tmp_path):
    (tmp_path / "there").mkdir()
    assert list(compiled.ages_of([tmp_path / "gone", tmp_path / "there"])) == [tmp_path / "there"]

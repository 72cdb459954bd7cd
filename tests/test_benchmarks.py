"""The benchmarks measure what they say, and leave the model as it was. No time is asserted."""

import json
import math
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from abm import world
from abm.ensemble import Ensemble
from abm.rulebook import RULES
from abm.schedule import MONTH
from abm.start import sources, start_of
from experiments.benchmarks import __main__ as command
from experiments.benchmarks import child, drivers, figure, growth, limit, others, page, starts
from experiments.benchmarks.divided import divided
from experiments.benchmarks.goals import GOALS, Goal, amount
from experiments.benchmarks.profile import BETWEEN, RECORD, profile, text
from experiments.benchmarks.timing import QUICK
from experiments.benchmarks.watching import phase_name, places, timed_phases, watching
from experiments.runner import Job, arm_of

pytestmark = pytest.mark.once

TINY = replace(
    QUICK, months=2, lockstep=(2, 3), headline=3, cores=4, kept=(2, 4), growth_months=1, growth_runs=2,
    histories=(2, 3), minerals=(1, 2), years=(3, 4), parts=(1, 2), every=2,
)  # fmt: skip
MB = {"before_mb": 100.0, "peak_mb": 108.0}
STARTED = {"compile_s": 0.1, "import_s": 1.0, "start_s": 0.5, "step_s": 0.1, "wall_s": 2.0}


def model() -> list[tuple[str, str, int]]:
    return [(module.__name__, name, id(value)) for module, name, value in places()]


@pytest.fixture(scope="module")
def profiled():
    return profile(3, 2)


class TestProfile:
    def test_every_phase_of_the_month_is_there_in_its_order(self, profiled):
        assert list(profiled["phases"]) == [*map(phase_name, MONTH), RECORD, BETWEEN]

    def test_phases_add_up_to_the_whole(self, profiled):
        phases = profiled["phases"].values()
        assert math.fsum(row["ms_per_history"] for row in phases) == pytest.approx(profiled["ms_per_history"])
        for row in phases:
            parts = row["rules_ms"] + row["markets_ms"] + row["rest_ms"]
            assert parts == pytest.approx(row["ms_per_history"]) and row["rest_ms"] >= 0.0

    def test_rules_and_markets_add_up_to_their_share_of_the_phases(self, profiled):
        for kind, share in (("rule", "rules_ms"), ("market", "markets_ms")):
            named = [row["ms_per_history"] for row in profiled["names"].values() if row["kind"] == kind]
            assert math.fsum(named) == pytest.approx(math.fsum(row[share] for row in profiled["phases"].values()))
        calls = math.fsum(row["calls_per_month"] for row in profiled["names"].values())
        assert calls == pytest.approx(math.fsum(row["calls_per_month"] for row in profiled["phases"].values()))

    def test_calls_and_elements_are_counted(self, profiled):
        assert profiled["names"]["clear"]["calls_per_month"] == 2.0  # ore and metal
        output = profiled["names"]["output"]  # of miners and refiners, each once
        agents = start_of("trade_zone").columns
        firms = len(agents["Miner"]["class"]) + len(agents["Refiner"]["class"])
        assert output["calls_per_month"] * output["elements_per_call_and_run"] == pytest.approx(firms)

    def test_as_text(self, profiled):
        said = text(profiled)
        assert "clear_refined" in said and "Refiner.weigh" in said and "by_place" in said


class TestWatching:
    def test_all_is_put_back(self):
        before = model()
        with pytest.raises(RuntimeError, match="stop"), watching(lambda ufunc, given, named: ufunc(*given, **named)):
            assert {name for _, name, _ in model()} == set()  # none stands in the model as a ufunc
            raise RuntimeError("stop")
        assert model() == before and len({value for _, _, value in before}) > 0.9 * len(RULES)

    def test_bare_calls_leave_the_bits_alone(self):
        start = start_of("trade_zone")
        plain = Ensemble(start, [1, 2, 3]).run(2)
        bare = limit.Bare(open=True)
        with watching(bare.call):
            watched = Ensemble(start, [1, 2, 3]).run(2)
        assert bare.rules > 0.0 and bare.markets > 0.0
        for name, series in plain.series.items():
            assert series.tobytes() == watched.series[name].tobytes(), name

    def test_phases_of_a_world_are_timed_and_put_back(self):
        month = world.MONTH
        with timed_phases() as spent:
            world.World(start_of("trade_zone"), 1).step()
        assert world.MONTH is month
        assert set(spent) == {phase_name(phase) for phase in MONTH if not isinstance(phase, tuple)}

    def test_phases_that_call_a_market(self):
        market, clearing = drivers.market_phases(start_of("trade_zone"))
        assert clearing == {"clear_ore", "clear_refined"}
        assert clearing < market and "act_on_channels" not in market and not any("." in name for name in market)


class TestDivided:
    @pytest.mark.parametrize("parts", [2, 3])
    def test_the_parts_make_and_use_what_the_whole_did(self, parts):
        start = start_of("trade_zone")
        whole, cut = Ensemble(start, [1, 2]).run(1), Ensemble(divided(start, parts), [1, 2]).run(1)
        for name in ("world_output", "consumption", "price_paid", "security_share"):
            np.testing.assert_allclose(cut.series[name][0], whole.series[name][0], rtol=1e-9)
        assert not cut.failed.any()

    def test_each_has_an_address_of_its_own(self):
        start = start_of("trade_zone")
        cut = divided(start, 4)
        slots = np.concatenate([table["slot"] for table in cut.columns.values()])
        assert len(np.unique(slots)) == len(slots)
        for kind, times in (("Miner", 4), ("Refiner", 4), ("Buyer", 4), ("State", 1)):
            assert len(cut.columns[kind]["class"]) == times * len(start.columns[kind]["class"])

    def test_the_start_itself_stays(self):
        start = start_of("trade_zone")
        before = start.columns["Buyer"]["base"].copy(), start.static["weight"].copy()
        divided(start, 2)
        assert divided(start, 1) is start
        assert np.array_equal(before[0], start.columns["Buyer"]["base"])
        assert np.array_equal(before[1], start.static["weight"])


class TestGrowth:
    def test_years_are_whole_histories_of_another_length(self):
        case = growth.of_years(40, TINY)
        assert (case.months, case.start.scenario.end) == (480, "2064-12")
        assert not Ensemble(case.start, [1, 2]).run(1).failed.any()

    def test_sizes_are_those_asked_for(self):
        found = growth.measure(TINY)["growth"]
        assert {name: [row["size"] for row in rows] for name, rows in found.items()} == {
            "histories": [2, 3], "minerals": [1, 2], "years": [3, 4], "agents": [1, 2],
        }  # fmt: skip
        one, two = found["agents"]
        assert two["agents"] > 1.8 * one["agents"]
        for row in (row for rows in found.values() for row in rows):
            scaled = row["seconds"] * row["history_months"] / row["months"] / row["histories"]
            assert row["ms_per_history"] == pytest.approx(1e3 * scaled)

    def test_the_power_of_growth(self):
        assert figure.slope([10, 40], [3.0, 6.0]) == pytest.approx(0.5)


@pytest.fixture
def results(monkeypatch, capsys, tmp_path):
    """What the command prints, with processes of its own that answer at once."""
    answers = {"plain": {"seconds": 1e4}, "started": STARTED, "with_record": MB, "as_rows": MB}

    def told(what: str, *sizes: int, **environment: str) -> dict:
        return answers[what]

    monkeypatch.setattr(drivers, "asked", told)
    monkeypatch.setattr(starts, "asked", told)
    monkeypatch.setattr(drivers, "carried_out", lambda processes, jobs: 3.0 / processes)
    monkeypatch.setattr(command, "QUICK", TINY)
    monkeypatch.setitem(command.PARTS, "peers", "no_such_module")

    def ask(*words: str) -> dict:
        assert command.main([*words, "--quick", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


class TestCommand:
    def test_the_results_have_their_names(self, results):
        found = results()
        headline = {goal.key for goal in GOALS if not goal.key.startswith("reference")}
        assert headline | {"mb_per_history", "ratio_mesa_without_markets"} <= set(found)
        assert {"drivers", "limit", "growth", "starts", "machine", "quick", "seconds"} <= set(found)
        assert found["drivers"]["faster_world"] == "compiled" and found["speedup_two_cores"] == 2.0
        assert found["mb_per_history"] == 2.0  # (108 - 100) / 4
        row = found["drivers"]["lockstep"]["3"]
        ratio = found["drivers"]["world_s_per_history"] / row["ms_per_history"] * 1e3
        assert found["ratio_mesa"] == row["ratio"] == pytest.approx(ratio)
        limits = found["limit"]
        parts = math.fsum(limits[f"{part}_ms_per_history"] for part in ("rules", "markets", "recording"))
        assert limits["limit_ms_per_history"] == pytest.approx(parts)
        assert found["ratio_limit"] == pytest.approx(limits["measured_ms_per_history"] / parts)

    def test_only_a_part(self, results):
        found = results("--only", "starts")
        assert found["cold_start_s"] == 2.0 and "drivers" not in found and "growth" not in found

    def test_a_page_from_results(self, results, capsys, tmp_path):
        kept, place = tmp_path / "results.json", tmp_path / "page.md"
        kept.write_text(json.dumps(results()), encoding="utf-8")
        place.write_text(f"before\n{page.BEGIN}\nstale\n{page.END}\nafter\n", encoding="utf-8")
        assert command.main(["--from", str(kept), "--page", str(place)]) == 0
        made = place.read_text(encoding="utf-8")
        assert made.startswith(f"before\n{page.BEGIN}\n") and made.endswith(f"{page.END}\nafter\n")
        assert "stale" not in made and "| a new process to its first month | 2 s | ≤ 1.5 s | missed by 33 % |" in made
        assert "| what a second core brings | 2 × | ≥ 1.8 × | met |" in made and "](page.png)" in made
        assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
        assert page.text(json.loads(kept.read_text(encoding="utf-8"))) in capsys.readouterr().out
        assert command.main(["--from", str(kept), "--page", str(place)]) == 0
        assert place.read_text(encoding="utf-8") == made  # again: the same

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--only", "drivrs"], 'did you mean "drivers"?'),
            (["--jsn"], 'did you mean "--json"?'),
            (["profil"], 'did you mean "profile"?'),
            (["profile", "--runs", "0"], '--runs = "0": out of range; allowed: a whole number from 1'),
            (["profile", "--months", "two"], "a whole number from 1"),
            (["peers", "--runs", "0"], '--runs = "0": out of range; allowed: a whole number from 1'),
            (["peers", "--repeats", "x"], "a whole number from 1"),
            (["profile", "--months", "241"], "past the end of a history; allowed: at most 240, the months of"),
            (["--page", "nowhere.md"], "cannot be read (FileNotFoundError)"),
            (["--from", "nowhere.json"], "cannot be read (FileNotFoundError); allowed: what --json printed"),
            (["--from", "r.json", "--quick"], "allowed: neither --only nor --quick with it"),
            (["--only"], "expected one argument"),
        ],
    )
    def test_bad_input_is_one_line(self, monkeypatch, tmp_path, capsys, words, said):
        monkeypatch.chdir(tmp_path)
        assert command.main(words) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1 and said in err

    def test_a_page_of_some_parts_is_refused(self, results, capsys, tmp_path):
        kept, place = tmp_path / "results.json", tmp_path / "page.md"
        kept.write_text(json.dumps(results("--only", "starts")), encoding="utf-8")
        place.write_text(f"{page.BEGIN}\nold\n{page.END}\n", encoding="utf-8")
        assert command.main(["--from", str(kept), "--page", str(place)]) == 2
        assert command.main(["--only", "starts", "--page", str(place)]) == 2
        assert capsys.readouterr().err.count("a page holds all parts") == 2
        assert "old" in place.read_text(encoding="utf-8")

    def test_the_help_says_what_it_measures(self, capsys):
        with pytest.raises(SystemExit):
            command.main(["--help"])
        assert "against one history agent by agent" in " ".join(capsys.readouterr().out.split())

    def test_what_is_no_page_or_no_results_is_refused(self, tmp_path, capsys):
        bare, odd, other = tmp_path / "bare.md", tmp_path / "odd.json", tmp_path / "other.json"
        bare.write_text("no markers", encoding="utf-8")
        odd.write_text('{"machine": {}}', encoding="utf-8")
        assert command.main(["--page", str(bare)]) == command.main(["--from", str(odd)]) == 2
        other.write_text('{"machine": {}, "quick": false, "scenario": "x", "seconds": 1}', encoding="utf-8")
        assert command.main(["--from", str(other)]) == 2
        first, second, third = capsys.readouterr().err.splitlines()
        assert "no place for the figures" in first and "not results" in second
        assert "--from: not results (KeyError: 'memory_gb'); allowed: what --json printed" in third

    def test_other_tools_give_two_ratios_and_a_table(self, monkeypatch, results):
        seconds = {"engine": 0.002, "plain": 0.02, "mesa": 0.5}
        rows = {
            name: {"runs": 8, "ratio_mesa": 0.5 / s} | {f"{which}s_per_run": s for which in ("", "least_", "most_")}
            for name, s in seconds.items()
        }
        monkeypatch.setitem(sys.modules, "experiments.benchmarks.peers", SimpleNamespace())
        answer = {"steps": 100, "repeats": 5, "peers": rows}
        monkeypatch.setattr(others, "asked", lambda what, runs, repeats: answer)
        monkeypatch.setitem(command.PARTS, "peers", "others")
        found = results("--only", "peers")
        assert found["reference_ratio_mesa"] == pytest.approx(250.0)
        assert found["reference_ratio_peers"] == pytest.approx(10.0)
        assert "| mesa | 8 | 500 | 500 | 500 | 1 |" in page.text(found)

    def test_peers_that_are_not_installed_are_named(self, results, capsys):
        assert command.main(["--only", "peers", "--quick"]) == 2
        assert "no_such_module" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bound", "least", "value", "said"),
    [
        (300.0, True, 300.0, "met"),
        (300.0, True, 270.0, "missed by 10 %"),
        (300.0, True, 299.9, "missed by 0.1 %"),
        (20.0, False, 19.0, "met"),
        (20.0, False, 25.0, "missed by 25 %"),
        (1.5, False, None, "not measured"),
        (1.5, False, math.nan, "no number"),
    ],
)
def test_what_is_said_of_a_goal(bound, least, value, said):
    assert Goal("key", "it", bound, least).verdict({} if value is None else {"key": value}) == said


def test_amounts():
    assert [amount(v, "ms") for v in (0.01234, 12.34, 1234.5, None)] == ["0.0123 ms", "12.3 ms", "1,234 ms", "–"]


@pytest.mark.slow
def test_processes_of_their_own():
    assert set(child.asked("started")) == set(STARTED)
    assert child.asked("plain", 1)["seconds"] > 0.0
    for name in ("with_record", "as_rows"):
        told = child.asked(name, 3)
        assert told["peak_mb"] >= told["before_mb"] > 0.0
    with pytest.raises(RuntimeError, match="KeyError"):
        child.asked("nothing")
    scenario = start_of("trade_zone").scenario.changed(end="2025-06", coalition=None)
    jobs = [Job(arm_of("short", scenario, sources()), None, first, (first, first + 1)) for first in (1, 3, 5)]
    assert drivers.carried_out(2, jobs) > 0.0

"""The command: what it prints and writes, its exit codes, and one clear line for everything that cannot be."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

import abm.data.tables
from abm.instruments import INSTRUMENTS
from abm.scenario import Scenario
from analysis import figures, progress
from analysis.cli import _plain, code_of
from experiments import runner

QUICK = ["--minerals", "gallium,ndpr", "--until", "2028", "--runs", "4", "--workers", "1"]
FLOOR = "[coalition]\n[coalition.price_floor]\n"
ACT = '[[control_acts]]\nexporter = "CHN"\nmineral = "gallium"\nrung = "ban"\nbegin = "2026-01"\n'


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_figures(monkeypatch):
    """Half the time of a small run is its figures."""
    monkeypatch.setattr(figures, "pictures", lambda results: [])


def call(capsys, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = code_of(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def only(pattern: str) -> Path:
    (found,) = Path("results").glob(pattern)
    return found


def test_help_is_quick_and_light(root):
    code = (
        "import sys, time; began = time.perf_counter(); from analysis.cli import _plain, code_of; code_of(['--help']);"
        "heavy = {'numba', 'numpy', 'pandas', 'matplotlib', 'pydantic'} & set(sys.modules);"
        "sys.exit(f'{heavy}') if heavy else print(time.perf_counter() - began)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert "run" in done.stdout and "describe" in done.stdout
    assert float(done.stdout.split()[-1]) < 0.6


def test_run_prints_the_verdict_and_writes_the_results(capsys):
    code, out, _ = call(capsys, "run", *QUICK)
    assert code == 0
    for said in ("cooperation stands to 2028", "refining HHI, gallium", "difference (paired, 95 %)", "report.html"):
        assert said in out
    folder = only("no_coalition-trade_zone-*")
    assert str(folder) in out
    drawn = "cooperation concentration beliefs".split()
    drawn += [f"{kind}-1-trade_zone" for kind in ("differences", "prices", "capacity")] + ["capacity-0-no_coalition"]
    names = {"report.html", "verdict.json", *(f"{name}.png" for name in drawn)}
    assert {p.name for p in folder.iterdir()} == names | {"runs.parquet", "yearly.parquet", "manifest.json"}


def test_json_and_nothing_else(capsys, root):
    code, out, _ = call(capsys, "run", *QUICK, "--json", "--out", "here")
    printed = json.loads(out)
    schema = json.loads((root / "docs" / "verdict.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(printed)
    assert code == 0 and json.loads(next(Path("here").glob("*/verdict.json")).read_text()) == printed
    assert printed["manifest"]["seeds"]["first"] == runner.seeds_of(1, 1)[0]


def test_a_scenario_against_itself_differs_by_nothing(capsys, no_figures):
    code, out, _ = call(capsys, "run", "trade_zone", "trade_zone", *QUICK, "--json")
    pairs = json.loads(out)["paired"]["trade_zone#2"]
    assert code == 0 and len(pairs) > 20
    assert all(pair == {"difference": 0.0, "low": 0.0, "high": 0.0} for pair in pairs.values())


def test_seeds_and_runs(capsys, no_figures):
    def zone(*words: str) -> dict:
        return json.loads(call(capsys, "run", *QUICK, "--json", *words)[1])

    def width(verdict: dict) -> float:
        pair = verdict["paired"]["trade_zone"]["cost_to_members_bn_usd_per_year"]
        return pair["high"] - pair["low"]

    first, again, other, more = zone(), zone(), zone("--seed", "2"), zone("--runs", "40")
    assert first["scenarios"] == again["scenarios"] and first["paired"] == again["paired"]
    assert first["scenarios"] != other["scenarios"]
    assert width(more) < width(first)
    few, many = (pd.read_parquet(f"{v['manifest']['results']}/runs.parquet") for v in (first, more))
    pd.testing.assert_frame_equal(few, many[many["run"] < 4].reset_index(drop=True))


def test_settings_reach_the_model(capsys, no_figures):
    settings = ["--set", "whiplash=3", "--set", "demand_growth[gallium]=.2"]
    code, out, _ = call(capsys, "run", "trade_zone", *QUICK, "--json", *settings)
    assert code == 0
    assert json.loads(out)["manifest"]["scenarios"]["trade_zone"]["parameters"] == {
        "whiplash": 3.0,
        "demand_growth": {"gallium": 0.2},
    }


def test_a_file_is_a_scenario(capsys, no_figures):
    Path("mine.toml").write_text('title = "Mine"\n' + FLOOR)
    code, out, _ = call(capsys, "run", "no_coalition", "mine.toml", *QUICK)
    assert code == 0 and re.search("no coalition +mine", out)
    assert call(capsys, "validate", "mine.toml")[1].startswith("ok: Mine, 14 minerals")
    assert "Mine" in call(capsys, "describe", "scenario", "mine.toml")[1]


def test_a_run_that_ends_before_the_coalition_begins(capsys):
    code, out, _ = call(capsys, "run", "--minerals", "copper", "--until", "2025", "--runs", "1", "--workers", "1")
    assert code == 0 and "cooperation stands to 2025" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trade-zone"], '"trade_zone"'),
        (["nope"], "no such scenario"),
        (["nope.toml"], "no such file"),
        ([""], "scenario"),
        (["x" * 5000], "no such scenario"),
        (["--minerals", "galium"], 'did you mean "gallium"?'),
        (["--minerals", "gallium,,ndpr"], "unknown mineral"),
        (["--rums", "3"], 'did you mean "--runs"?'),
        (["--runs"], "--runs"),
        (["--runs", "0"], "allowed: a whole number from 1"),
        (["--runs", "-3"], "too small"),
        (["--runs", "abc"], "--runs"),
        (["--runs", "100000000"], "too large"),
        (["--seed", "-1"], "--seed = -1"),
        (["--seed", "99999999999999999999999"], "too large"),
        (["--until", "2010"], "--until = 2010"),
        (["--until", "1800"], "too small"),
        (["--until", "2500"], "too large"),
        (["--workers", "0"], "--workers = 0"),
        (["--data", "nowhere"], "no such folder"),
        (["--data", "."], "missing table"),
        (["--out", "file/results"], "cannot be written"),
        (["--set", "whiplash"], "name=value"),
        (["--set", "whiplas=1"], 'did you mean "whiplash"?'),
        (["--set", "whiplash=nan"], "not finite"),
        (["--set", "whiplash=high"], "not a number"),
        (["--set", "demand_growth[=1"], "not a setting"),
        (["--set", "demand_growth[galium]=1"], 'did you mean "gallium"?'),
        (["--set", "demand_growth=7"], "too large; allowed: a number from -0.5 to 1"),
        (["--set", "whiplash=1", "--set", "R2.whiplash=2"], "set twice"),
        (["--set", "demand_growth=.1", "--set", "demand_growth[gallium]=.2"], "set twice"),
        (["--runs", "1.5"], '--runs = "1.5": not a whole number; allowed: a whole number from 1 to 1000000'),
        (["--seed", "1e5"], "not a whole number; allowed: a whole number from 0 to 4294967295"),
        (["--until", "abc"], "not a whole number; allowed: a year"),
        (["--workers", "２"], "not a whole number"),
        (["--minerals", "gallium,gallium"], "stands twice"),
        (["--out", ""], "empty; allowed: a folder"),
        (["--out", "x" * 300], "cannot be written (File name too long)"),
    ],
)
def test_bad_options(capsys, words, said):
    Path("file").write_text("")
    refused(capsys, words, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('titel = "x"', 'did you mean "title"?'),
        (FLOOR + "levle = 1.0", 'did you mean "level"?'),
        (FLOOR + 'unit = "USD/kg"', 'did you mean "USD/t"?'),
        (FLOOR + 'start = "2027-13"', "not a month"),
        (FLOOR + 'start = "2030-01"\nend = "2028-01"', "before start"),
        ('start = "2030-01"\nend = "2028-01"', "before start"),
        (FLOOR + "level = -1.0", "negative"),
        (FLOOR + "level = nan", "finite"),
        (FLOOR + 'minerals = ["galium"]', 'did you mean "gallium"?'),
        ('[coalition]\nmembers = ["USB"]\n[coalition.price_floor]', "unknown state"),
        ('[coalition]\nexcluded = ["XYZ"]\n[coalition.price_floor]', "unknown state"),
        ("[coalition]", "no instrument"),
        (ACT + "share = 2", "too large; allowed: a number from 0 to 1"),
        (ACT.replace("CHN", "CHNX"), 'did you mean "CHN"?'),
        (ACT.replace("ban", "bann"), 'did you mean "ban"?'),
        ("[parameters]\nwhiplas = 1.0", 'did you mean "whiplash"?'),
        ("[parameters]\nwhiplash = -1.0", "too small"),
        ("title = = 1", "not TOML"),
        (b"\x00\xff\xfe", "cannot be read"),
        ("", "empty; allowed: name, title"),
        ("# nothing\n", "empty"),
        ("start = 2027-01-01", 'start = "2027-01-01": not a month; allowed: "YYYY-MM"'),
        ("start = 2027", 'not a text; allowed: "YYYY-MM"'),
        ('start = "２０２７-０１"', "not a month"),
        ('recorded_controls = "yes"', "neither true nor false; allowed: true or false"),
        ("recorded_controls = 1", "neither true nor false"),
        (FLOOR + "level = true", "not a number; allowed: a number >= 0"),
        (FLOOR + 'level = "1"', "not a number; allowed: a number >= 0"),
        (FLOOR + "level = 101", "too large; allowed: share of incentive gap from 0 to 100"),
        (FLOOR + 'unit = "USD/t"\nlevel = 2e9', "too large; allowed: USD/t from 0 to 1e+09"),
        (
            FLOOR + 'unit = "multiple of base price"\nlevel.gallium = 1e3',
            "price_floor.level.gallium = 1000.0: too large",
        ),
        (FLOOR + "minerals = []", "empty"),
        (FLOOR + 'minerals = ["gallium", "gallium"]', "stands twice"),
        (FLOOR + 'start = "2050-01"', "after the end of the run; allowed: a month up to 2044-12"),
        ('minerals = ["gallium", "gallium"]', "stands twice"),
        ("coalition.price_floor = 1", "not a table; allowed: a table [coalition.price_floor]"),
        (FLOOR + "[coalition.offtake]\nshare = 'half'", "not a number; allowed: a number from 0 to 1"),
        (FLOOR + "[coalition.contract_for_difference]\nterm = 0", "too small; allowed: a number above 0, at most 40"),
        ('[coalition]\nmembers = "core"\n[coalition.price_floor]', 'not a list; allowed: a list such as ["core"]'),
        ('[coalition]\nmembers = ["JPN", "JPN"]\n[coalition.price_floor]', "stands twice"),
        ('[coalition]\nmembers = ["RUS"]\nexcluded = ["RUS"]\n[coalition.price_floor]', "also in coalition.excluded"),
        ('[coalition]\nmembers = ["JPN"]\nwithout = ["JPN"]\n[coalition.price_floor]', "also in coalition.without"),
        ('[coalition]\nwithout = ["USA"]\n[coalition.price_floor]', 'leader = "USA": also in coalition.without'),
        ('[coalition]\nopen_to = ["IRN"]\nexcluded = ["IRN"]\n[coalition.price_floor]', "also in coalition.excluded"),
        ('[coalition]\nexcluded = ["IRN"]\nwithout = ["IRN"]\n[coalition.price_floor]', "also in coalition.excluded"),
        ('[coalition]\nopen_to = ["DEU", "DEU"]\n[coalition.price_floor]', "stands twice"),
        ('[coalition]\nmembers = ["CHN"]\n[coalition.price_floor]', "never invited"),
        ('[coalition]\nmembers = ["FRA"]\n[coalition.price_floor]', "part of EU27"),
        ('start = "2030-01"\n' + FLOOR + 'start = "2027-01"\nend = "2028-01"', "before the run"),
        ('minerals = ["copper"]\n' + FLOOR + 'minerals = ["gallium"]', "none of the run's"),
        (FLOOR + 'minerals = ["gallium"]\nlevel = { copper = 2.0 }', "not in coalition.price_floor.minerals"),
        ('[parameters]\nwhiplash = 1.0\n"R2.whiplash" = 2.0', "set twice"),
        ("[parameters]\nsecurity_multiplier_intermediate = 1e308", "too large; allowed: a number up to 1e+12"),
        ("[parameters]\nbelief_prior_events = 0.0", "too small"),
        ("[coalition.guarantee]\npool = 1e308", "too large"),
        (ACT + 'against = "CHN"', "the exporter itself"),
        ("[parameters]\nseverity = true", "not a number"),
        ('[parameters]\nseverity = "0.5"', "not a number; allowed: a number, or a table of numbers by mineral"),
        ("[parameters]\ndemand_growth = 5.0", "too large; allowed: a number from -0.5 to 1 (per year)"),
        ("[parameters.demand_growth]\ngallium = -0.6", "too small"),
    ],
)
def test_bad_scenario_files(capsys, text, said):
    Path("bad.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(capsys, ["no_coalition", "bad.toml"], said)
    code, out, err = call(capsys, "validate", "bad.toml")
    assert (code, out) == (2, "") and "bad.toml" in err


def test_the_example_with_every_block(capsys, root):
    text = (root / "docs" / "scenarios.md").read_text(encoding="utf-8")
    Path("example.toml").write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert call(capsys, "validate", "example.toml")[0] == 0
    read = Scenario.load("example.toml")
    assert read.coalition is not None and list(read.coalition.levers) == list(INSTRUMENTS)
    blocks = [read, read.coalition, *read.control_acts, *read.coalition.levers.values()]
    keys = {key for block in blocks for key in type(block).model_fields}
    assert {key for key in keys if key not in text} == set()


def test_lists_and_whole_numbers_are_read_as_they_are_meant(capsys):
    lever = FLOOR + 'minerals = ["gallium"]\nlevel = 1\n[coalition.tax_credit]\nsunset = [1, 0]\n'
    Path("good.toml").write_text(lever + ACT)
    assert call(capsys, "validate", "good.toml")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("key,name,", "key,nam,", "minerals.csv"),
        (",762.0,", ",-762.0,", "minerals.csv, row 2"),
        (",762.0,", ",76x,", "minerals.csv, row 2"),
        ("gallium,", "gallium\0,", "minerals.csv"),
        ("", None, "minerals.csv"),
    ],
)
def test_damaged_data(capsys, old, new, said):
    shutil.copytree(abm.data.tables.PACKAGED, "mine")
    table = Path("mine/minerals.csv")
    text = table.read_text(encoding="utf-8")
    table.write_text("" if new is None else text.replace(old, new, 1), encoding="utf-8")
    refused(capsys, ["--data", "mine"], said)


def refused(capsys, words: list[str], said: str) -> None:
    """One line on standard error, exit 2, nothing written."""
    code, out, err = call(capsys, "run", *QUICK, *words)
    assert (code, out) == (2, "") and said in err
    assert err.startswith("mineralclub: ") and err.count("\n") == 1
    assert not Path("results").exists()


def test_scenarios_of_different_times_are_not_compared(capsys):
    Path("late.toml").write_text('end = "2030-12"')
    code, out, err = call(capsys, "run", "no_coalition", "late.toml", "--runs", "1")
    assert (code, out) == (2, "") and "--until YEAR for all" in err and not Path("results").exists()


def test_failed_runs_are_told(capsys, monkeypatch, no_figures):
    ensemble = runner.Ensemble

    def broken(start, seeds):
        if start.scenario.coalition:
            raise ZeroDivisionError("no buyers")
        return ensemble(start, seeds)

    monkeypatch.setattr(runner, "Ensemble", broken)
    code, out, err = call(capsys, "run", *QUICK)
    assert code == 3 and "no coalition" in out
    assert "failed: trade_zone run 0 (seed 1000000000): ZeroDivisionError: no buyers" in err
    manifest = json.loads((only("*") / "manifest.json").read_text())
    assert [f["run"] for f in manifest["failed"]] == [0, 1, 2, 3] and "Traceback" in manifest["failed"][0]["traceback"]
    assert "no buyers" in (only("*") / "report.html").read_text()


def test_an_interrupt_keeps_what_is_whole(capsys, monkeypatch):
    def interrupt(self: object, done: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(progress.Progress, "__call__", interrupt)
    code, out, err = call(capsys, "run", *QUICK)
    assert code == 130 and "no coalition" in out
    assert "interrupted: only the histories finished by then are counted (no_coalition 4, trade_zone 0 of 4)" in err
    assert json.loads((only("*-interrupted") / "manifest.json").read_text())["interrupted"] is True


def test_an_interrupt_while_results_are_written_loses_nothing(capsys, monkeypatch):
    monkeypatch.setattr(figures, "pictures", lambda results: signal.raise_signal(signal.SIGINT) or [])
    code, out, err = call(capsys, "run", *QUICK)
    folder = only("no_coalition-trade_zone-*")
    assert code == 130 and "cooperation stands" in out and (folder / "manifest.json").exists()
    assert err == f"interrupted while the results were written: all histories are kept in {folder}\n"


def test_an_interrupt_before_anything_is_whole(capsys, monkeypatch):
    def interrupt(start: object, seeds: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "Ensemble", interrupt)
    code, out, err = call(capsys, "run", *QUICK)
    assert (code, out, err) == (130, "", "mineralclub: interrupted, nothing was finished\n")
    assert not Path("results").exists()


def test_an_internal_error_is_one_line(capsys, monkeypatch):
    def broken(*args: object) -> None:
        raise RuntimeError("out of\nluck")

    monkeypatch.setattr(runner, "arm_of", broken)
    code, out, err = call(capsys, "run", *QUICK)
    assert (code, out, err) == (1, "", "mineralclub: internal error: RuntimeError: out of luck\n")
    assert "Traceback" in call(capsys, "run", *QUICK, "--debug")[2]


@pytest.mark.once
def test_a_terminal_without_a_minus_sign_still_shows_it(root):
    words = [sys.executable, "-m", "analysis.cli", "describe", "rule", "R40"]
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(root)}
    assert subprocess.run(words, env=ascii_only, capture_output=True, check=True).stdout.isascii()
    assert _plain(UnicodeEncodeError("ascii", "a −→…x", 2, 5, "")) == ("->...", 5)


def test_scenarios_are_listed(capsys):
    code, out, _ = call(capsys, "scenarios")
    assert code == 0 and "trade_zone" in out
    listed = json.loads(call(capsys, "scenarios", "--json")[1])
    assert {"no_coalition", "trade_zone"} <= {one["name"] for one in listed}
    assert all(one["title"] and one["description"] for one in listed)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["schedule"], "clear_refined"),
        (["schedule"], "State.suffer_politics"),
        (["schedule"], "Plant.claim_credit"),
        (["parameter", "whiplash"], "R2.whiplash"),
        (["parameter", "demand_growth"], "gallium"),
        (["parameter", "sunset_45X"], "sunset_45X"),
        (["rule", "bite"], "abm/rules/coalition.py:"),
        (["rule", "16"], "def bite("),
        (["rule", "R36"], "clear"),
        (["scenario", "trade_zone"], "coalition.price_floor.start = 2027-01"),
    ],
)
def test_what_the_model_is_made_of(capsys, words, said):
    code, out, err = call(capsys, "describe", *words)
    assert (code, err) == (0, "") and said in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["describe", "rule", "bit"], 'did you mean "bite"?'),
        (["describe", "rule", "R999"], "no rule of this number"),
        (["describe", "parameter", "whiplas"], 'did you mean "whiplash"?'),
        (["describe", "scenario", "trade"], 'did you mean "trade_zone"?'),
        (["describe", "sched"], 'did you mean "schedule"?'),
        (["rn"], 'did you mean "run"?'),
        (["validate", "nope.toml"], "no such file"),
        (["validate"], "Missing argument"),
    ],
)
def test_bad_questions(capsys, words, said):
    code, out, err = call(capsys, *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_the_base_year(capsys):
    code, out, _ = call(capsys, "describe", "base-year")
    assert code == 0 and "gallium" in out
    assert json.loads(call(capsys, "describe", "base-year", "--json")[1])


@pytest.mark.once
@pytest.mark.skipif(os.name != "posix", reason="closes pipes and fills disks the way of Unix")
@pytest.mark.parametrize("words", [["scenarios"], ["describe", "schedule"], ["validate", "trade_zone"], ["--help"]])
def test_a_reader_that_stops_early_is_no_error(root, words):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = subprocess.run(words_of(*words), env=environment(root), stdout=closed, stderr=subprocess.PIPE)
    assert (done.returncode, but_phases(done.stderr.decode())) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_for_the_output_is_one_line(root):
    with open("/dev/full", "w") as full:
        words = words_of("run", *QUICK[:3], "2025", "--runs", "1", "--workers", "1")
        done = subprocess.run(words, env=environment(root), stdout=full, stderr=subprocess.PIPE, text=True)
    folder = only("no_coalition-trade_zone-*")
    said = f"mineralclub: cannot print (No space left on device); the results are kept in {folder}\n"
    assert (done.returncode, but_phases(done.stderr)) == (1, said)


@pytest.mark.skipif(os.name != "posix", reason="a home that is no folder")
def test_figures_are_drawn_in_silence(root):
    Path("矿 $x.toml").write_text("recorded_controls = false")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    homeless = (
        {"NUMBA_CACHE_DIR": os.path.join(cache, "mineralclub")} | environment(root) | {"MPLCONFIGDIR": "/dev/null/x"}
    )
    words = words_of("run", "矿 $x.toml", "--minerals", "gallium", "--until", "2025", "--runs", "1", "--workers", "1")
    done = subprocess.run(words, env=homeless | {"HOME": "/dev/null/none"}, capture_output=True, text=True)
    assert (done.returncode, but_phases(done.stderr)) == (0, "") and (only("*") / "concentration.png").exists()


def but_phases(said: str) -> str:
    """Standard error without the lines that a slow machine adds."""
    phases = re.compile(r"(reading|measuring|running|judging|drawing|writing) |\d+ of \d+ histories")
    return "".join(line for line in said.splitlines(keepends=True) if not phases.match(line))


def words_of(*words: str) -> list[str]:
    return [sys.executable, "-m", "analysis.cli", *words]


def environment(root: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(root)}


def command(root: Path, *words: str, **more: object) -> subprocess.Popen:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(words_of(*words), env=environment(root), **pipes, **more)  # type: ignore[call-overload]


@pytest.mark.slow
def test_the_main_job(root):
    began = time.monotonic()
    out, err = (process := command(root, "run")).communicate()
    assert process.returncode == 0, err
    assert "cooperation stands to 2044" in out and time.monotonic() - began < 120
    assert {"manifest.json", "report.html"} <= {p.name for p in only("*").iterdir()}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to a group of processes")
def test_ctrl_c_keeps_the_finished_chunks(root):
    words = ["run", "--runs", "1000", "--minerals", "gallium,ndpr", "--workers", "2"]
    process = command(root, *words, start_new_session=True)
    assert process.stderr is not None
    for line in process.stderr:
        if " of 2000 histories" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "cooperation stands" in out
    assert err.splitlines()[-1].startswith("interrupted: ") and "Traceback" not in err
    assert (only("*-interrupted") / "report.html").exists()

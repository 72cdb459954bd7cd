"""`mineralclub replay`: the very history, its decisions in words, and one clear line for what cannot be replayed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from abm.log import words
from abm.scenario import MODEL_VERSION
from analysis import figures
from analysis.cli import code_of
from analysis.stored import manifest_of, runs_of

RUN = ["run", "no_coalition", "trade_zone", "--minerals", "gallium,ndpr", "--until", "2032", "--runs", "4"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    out = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "pictures", lambda results: [])
        assert code_of([*RUN, "--workers", "1", "--out", str(out)]) == 0
    (folder,) = out.iterdir()
    return folder


@pytest.fixture
def replay(capsys, results):
    def ask(*more: str, folder: Path = results) -> tuple[int, str, str]:
        capsys.readouterr()
        code = code_of(["replay", str(folder), *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


@pytest.fixture
def changed(results, tmp_path):
    """A copy of the results whose manifest is another."""

    def copy(change) -> Path:
        folder = tmp_path / "changed"
        shutil.copytree(results, folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        change(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    return copy


def test_a_history_is_printed_and_equals_the_stored_one(replay, results):
    code, out, err = replay("2", "--log")
    said = out.splitlines()
    assert (code, err) == (0, "")
    assert said[0].startswith("run 2 of trade_zone, seed 1000000002: ")
    assert any("leads the coalition" in line for line in said)
    assert any("probability of joining" in line for line in said)
    stored = pd.read_parquet(results / "runs.parquet").set_index(["scenario", "run"]).loc[("trade_zone", 2)]
    assert f"life {stored['life_years']:.1f} years" in said[-3]
    assert said[-3].removeprefix("replayed") == said[-2].removeprefix("stored  ")
    assert said[-1] == f"all {len(stored) - 2} outcomes are equal to the last bit"


def test_as_json_lines(replay):
    code, out, _ = replay("0", "--log", "--json")
    *rows, last = map(json.loads, out.splitlines())
    assert code == 0 and last["equal"] and last["differing"] == [] and last["replayed"] == last["stored"]
    assert all(row["run"] == 0 and row["words"] == words(row) for row in rows)
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)


def test_a_scenario_by_its_label(replay):
    code, out, _ = replay("3", "--scenario", "no_coalition", "--log")
    assert code == 0 and out.startswith("run 3 of no_coalition") and "replayed  no coalition in force" in out


def test_a_history_that_is_another_is_told(replay, results, tmp_path):
    folder = tmp_path / "other"
    shutil.copytree(results, folder)
    table = pd.read_parquet(folder / "runs.parquet")
    table.loc[(table["scenario"] == "trade_zone") & (table["run"] == 1), "life_years"] += 1e-12
    table.to_parquet(folder / "runs.parquet", index=False)
    code, out, err = replay("1", "--log", folder=folder)
    assert code == 1 and "1 of " in out.splitlines()[-1]
    assert "not the stored history: life_years of " in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2", "--json"], "--json: prints decisions; allowed: --log beside it"),
        (["2", "--port", "99999"], "--port = 99999: too large; allowed: a whole number from 0 to 65535"),
        (["2", "--host", "0.0.0.0"], "--host = \"0.0.0.0\": others could use this page, and it has no login"),
        (["4"], "RUN = 4: too large; allowed: a whole number from 0 to 3"),
        (["4", "--log"], "RUN = 4: too large; allowed: a whole number from 0 to 3"),
        (["two", "--log"], "RUN = \"two\": not a whole number"),
        (["1", "--log", "--scenario", "trade-zone"], "did you mean \"trade_zone\"?"),
        (["1", "--log", "--data", "nowhere"], "nowhere"),
        (["--log"], "RUN"),
    ],
)
def test_bad_input(replay, words, said):
    code, out, err = replay(*words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_a_folder_that_holds_no_results(replay, tmp_path):
    for folder, said in ((tmp_path / "none", "no such folder"), (tmp_path, "no results in it")):
        code, _, err = replay("1", "--log", folder=folder)
        assert code == 2 and f"{said}; allowed: a folder that `mineralclub run` wrote" in err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(model_version="0.0.1"), "another version of the model"),
        (lambda m: m.update(data_hash="f" * 64), "give their tables with --data"),
        (lambda m: m["scenarios"]["trade_zone"].update(end="2031-12"), "is not the one that was run"),
        (lambda m: m["scenarios"]["trade_zone"].update(ends="2031-12"), "ends"),
        (lambda m: m.update(runs=9), "this run of trade_zone was not finished"),
    ],
)
def test_what_is_not_the_recorded_run_is_refused(replay, changed, change, said):
    code, out, err = replay("8" if "finished" in said else "1", "--log", folder=changed(change))
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


@pytest.fixture
def refused(capsys):
    """Of a replay and of a report: one line, and nothing written."""

    def see(folder: Path, said: str, commands: tuple[str, ...] = ("replay", "report")) -> None:
        before = sorted(folder.iterdir())
        for command in commands:
            capsys.readouterr()
            assert code_of([command, str(folder), *(["1", "--log"] if command == "replay" else [])]) == 2
            out, err = capsys.readouterr()
            assert out == "" and said in err and err.count("\n") == 1, err
        assert sorted(folder.iterdir()) == before

    return see


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["scenarios"].update(trade_zone=None), "scenarios.trade_zone"),
        (lambda m: m["scenarios"]["trade_zone"].update(cohesion_threshold="x"), 'cohesion_threshold = "x": not a num'),
        (lambda m: m["scenarios"]["trade_zone"].update(cohesion_threshold=float("inf")), "not finite"),
        (lambda m: m["scenarios"]["trade_zone"].pop("start"), "scenarios.trade_zone.start: missing"),
        (lambda m: m.update(scenarios={}), "scenarios"),
        (lambda m: m.update(failed=["x"]), "failed.0"),
        (lambda m: m.update(failed=[{"what": "x"}]), "failed.0"),
        (lambda m: m.update(failed=[{"scenario": "trade_zone", "run": 1, "what": "x"}]), "failed.0.seed: missing"),
        (lambda m: m.update(runs=True), "runs"),
        (lambda m: m.update(runs=-5), "runs = -5: too small"),
        (lambda m: m.pop("interrupted"), "interrupted: missing"),
        (lambda m: m["finished_runs"].update(trade_zone="x"), "finished_runs.trade_zone"),
        (lambda m: m.pop("data_hash"), "data_hash: missing"),
    ],
)
def test_a_manifest_of_another_shape(refused, changed, change, said):
    refused(changed(change), said)


def test_a_manifest_that_is_none(refused, changed):
    folder = changed(lambda manifest: None)
    for text, said in (("[]", "manifest.json = []: not a table"), ("{", "manifest.json: cannot be read")):
        (folder / "manifest.json").write_text(text)
        refused(folder, said)


def reshaped(changed, name, change):
    """Results in which one table is another."""
    folder = changed(lambda manifest: None)
    change(pd.read_parquet(folder / name)).to_parquet(folder / name, index=False)
    return folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="key"), "column key: a column is missing"),
        (lambda t: t.drop(columns="stands"), "column stands: a column is missing"),
        (lambda t: t.assign(stands="x"), "column stands: not a number where one belongs"),
        (lambda t: t.assign(seed="x"), "column seed: not a number where one belongs"),
        (lambda t: t.assign(seed=float("inf")), "column seed: not a number where one belongs"),
        (lambda t: t.assign(note="x"), "column note: not a number where one belongs"),
        (lambda t: t.assign(scenario=None), "column scenario: not a text where one belongs"),
        (lambda t: t.assign(key="x"), 'key = "x": not of the scenario in manifest.json'),
        (lambda t: pd.concat([t, t]), "doubled or missing"),
        (lambda t: t.iloc[:-1], "histories of trade_zone doubled or missing; allowed: 4, each of another run"),
        (lambda t: t.assign(run=1), "doubled or missing"),
        (lambda t: t.replace("trade_zone", "other"), "histories of trade_zone doubled or missing"),
    ],
)
def test_a_table_of_another_shape(refused, changed, change, said):
    refused(reshaped(changed, "runs.parquet", change), said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="year"), "column year: a column is missing"),
        (lambda t: t.drop(columns="cohesion"), "column cohesion: a column is missing"),
        (lambda t: t.drop(columns="hhi_refine"), "column hhi_refine: a column is missing"),
        (lambda t: t.assign(bite="x"), "column bite: not a number where one belongs"),
        (lambda t: pd.concat([t, t]), "not one row a history, year and mineral, in their order"),
        (lambda t: t.iloc[1:], "not one row a history"),
        (lambda t: t[t["year"] < 2032], "not one row a history"),
        (lambda t: t.iloc[::-1], "not one row a history"),
    ],
)
def test_yearly_rows_of_another_shape(refused, changed, change, said):
    refused(reshaped(changed, "yearly.parquet", change), said, ("report",))


def test_any_bit_of_a_page(capsys, changed):
    """It is told, or it changes no number (as one of the statistics in the head of a page)."""
    file = changed(lambda manifest: None) / "runs.parquet"
    content, manifest, told = file.read_bytes(), manifest_of(file.parent), 0
    before, footer = runs_of(file.parent, manifest), int.from_bytes(content[-8:-4], "little")
    for place in np.linspace(4, len(content) - footer - 9, 120).astype(int):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        try:
            pd.testing.assert_frame_equal(runs_of(file.parent, manifest), before, check_exact=True)
        except BadInput:
            told += 1
            capsys.readouterr()
            assert code_of(["report", str(file.parent), "--hash"]) == 2
            assert "runs.parquet: cannot be read (" in capsys.readouterr().err
    assert told > 30


def test_the_page_refuses_another_version_and_names_both(replay, changed):
    code, out, err = replay("1", folder=changed(lambda m: m.update(model_version="0.0.1")))
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert 'model_version = "0.0.1": these results are of another version of the model' in err and MODEL_VERSION in err


def test_a_failed_run(replay, changed):
    failure = {"scenario": "trade_zone", "run": 1, "seed": 0, "what": "a market did not clear", "traceback": ""}
    code, _, err = replay("1", "--log", folder=changed(lambda m: m["failed"].append(failure)))
    assert code == 2 and "this run of trade_zone failed (a market did not clear)" in err


def test_only_one_state_and_one_year(replay):
    code, out, err = replay("2", "--log", "--who", "JPN", "--year", "2028")
    lines = out.splitlines()[2:-4]
    assert (code, err) == (0, "") and lines
    assert all(line.startswith("2028-") and "JPN" in line for line in lines)
    assert out.splitlines()[-1].startswith("all ")
    for more, said in ((["--who", "JAP"], 'did you mean "JPN"'), (["--year", "1999"], "nothing happened then")):
        code, out, err = replay("2", "--log", *more)
        assert (code, out) == (2, "") and said in err

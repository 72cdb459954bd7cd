"""The same table whatever the route; what is killed or interrupted resumes; what fails is told and ends nothing."""

import errno
import json
import math
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from abm.outcomes import PUBLIC_COST
from abm.start import sources
from analysis import progress
from analysis.cli import code_of
from analysis.experiment import swept
from analysis.report.sweep import settings
from experiments import lockstep, parts, runner, sweep
from experiments.design import Design
from experiments.points import plan
from experiments.views import SHARES, Views

from .sweeps import hash_of, killed

pytestmark = pytest.mark.once

SMALL = """
title = "Small & quick"
scenarios = ["no_coalition", "trade_zone"]
minerals = ["gallium"]
end = "2027-12"
replicates = 3
[[axes]]
key = "whiplash"
values = [0.0, 1.0, 2.0]
[[axes]]
key = "coalition.price_floor.level"
name = "floor"
values = [0.5, 2.0]
[[axes]]
key = "freight"
values = [0.05, 0.1]
"""
HISTORIES = (3 * 2 + 3 * 2 * 2) * 3


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(SMALL)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The small sweep by one worker, uninterrupted."""
    place = tmp_path_factory.mktemp("sweep")
    (place / "small.toml").write_text(SMALL)
    assert code_of(["experiment", str(place / "small.toml"), "--out", str(place / "out"), "--workers", "1"]) == 0
    return place / "out"


def call(capsys, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = code_of(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def experiment(capsys, *words: str) -> tuple[int, str, str]:
    return call(capsys, "experiment", "small.toml", "--workers", "1", "--out", "out", *words)


def table(*folders: Path) -> str:
    return Views(list(folders)).hash()


def test_python_runs_a_design_as_the_command_does(whole, tmp_path):
    """And a second call finds everything done."""
    design, _ = Design.load("small.toml")
    told: list[int] = []
    views = swept(design, tmp_path / "python", workers=1, watch=told.append)
    assert views.hash() == table(whole)
    assert told[-1] == HISTORIES
    parts = sorted((tmp_path / "python" / "parts").iterdir())
    assert swept(design, tmp_path / "python", workers=1).hash() == table(whole)
    assert sorted((tmp_path / "python" / "parts").iterdir()) == parts


def test_every_history_is_the_one_that_runs_alone(whole):
    """In lockstep with other points or, where a point cannot be (freight shapes the start), apart."""
    facts = sources(None)
    known = plan(*Design.load(str(whole.parent / "small.toml")), "small.toml", facts)
    rows = Views([whole]).sql("select * from runs").set_index(["point", "run"])
    assert len(rows) == HISTORIES
    for point in (known.points[0], known.points[7], known.points[-1]):
        arm = runner.arm_of("alone", known.at(point), facts)
        alone = runner.simulate(runner.Job(arm, None, 1, (int(known.seeds[1]),))).rows.iloc[0]
        own = rows.loc[(point.number, 1)]
        names = [name for name in alone.index if name not in ("scenario", "run", "seed", "key")]
        assert len(names) > 40 and own["seed"] == alone["seed"]
        assert [float(own[name]).hex() for name in names] == [float(alone[name]).hex() for name in names]


def test_two_workers_and_other_blocks(capsys, whole, monkeypatch):
    monkeypatch.setattr(sweep, "SMALL", 5)
    code, out, _ = call(capsys, "experiment", "small.toml", "--workers", "2", "--out", "out")
    assert code == 0 and f"{HISTORIES} histories now, 0 before, 0 failed" in out
    assert len(list(Path("out/parts").iterdir())) == math.ceil(HISTORIES / 5)
    assert call(capsys, "report", "--hash", "out")[1].strip() == table(whole)


def test_shards_in_one_folder_and_in_two(capsys, whole, monkeypatch):
    monkeypatch.setattr(sweep, "SMALL", 8)
    for shard, folder in (("1/3", "a"), ("3/3", "b"), ("2/3", "b")):
        assert call(capsys, "experiment", "small.toml", "--workers", "1", "--shard", shard, "--out", folder)[0] == 0
    assert table(Path("a"), Path("b")) == table(whole)
    assert sorted(p.name for p in Path("b").glob("*.json")) == ["manifest-2-of-3.json", "manifest-3-of-3.json"]
    totals = [json.loads(p.read_text())["total"] for p in (*Path("a").glob("*.json"), *Path("b").glob("*.json"))]
    assert sum(totals) == HISTORIES


def test_an_empty_shard_says_why(capsys):
    Path("small.toml").write_text(SMALL.replace("replicates = 3", "replicates = 1"))
    code, out, err = experiment(capsys, "--shard", "2/2")
    assert code == 0 and "0 histories now, 0 before, 0 failed, of 0" in out
    assert "empty shard: shards take blocks of 64 histories, and the design has 18 in all, so only shard 1 has" in err


def test_an_interrupt_keeps_the_parts_and_resume_goes_on(capsys, whole, monkeypatch):
    monkeypatch.setattr(sweep, "SMALL", 16)
    with monkeypatch.context() as once:
        once.setattr(progress.Progress, "__call__", lambda self, done: os.kill(os.getpid(), signal.SIGTERM))
        code, _, err = experiment(capsys)
    assert code == 130 and f"interrupted: 16 of {HISTORIES} histories are kept; --resume goes on" in err
    assert json.loads(Path("out/manifest.json").read_text())["interrupted"] is True
    code, _, err = experiment(capsys)
    assert code == 2 and "holds histories of this design; allowed: --resume" in err and err.count("\n") == 1
    monkeypatch.setattr(sweep, "SMALL", 11)  # other blocks: what is done is known by its keys
    code, out, _ = experiment(capsys, "--resume")
    assert code == 0 and f"{HISTORIES - 16} histories now, 16 before" in out and table(Path("out")) == table(whole)
    assert "0 histories now" in experiment(capsys, "--resume")[1]


def test_more_replicates_of_the_same_design(capsys, whole):
    assert experiment(capsys, "--runs", "1")[0] == 0
    code, out, _ = experiment(capsys, "--resume")
    assert code == 0 and f"{HISTORIES * 2 // 3} histories now" in out and table(Path("out")) == table(whole)


def test_killed_and_resumed(root, tmp_path):
    text = SMALL.replace("replicates = 3", "replicates = 24").replace('key = "freight"', 'key = "rent_capture"')
    Path("kill.toml").write_text(text)
    parts = killed(root, 2, tmp_path / "killed", "kill.toml", "--workers", "2")
    assert 0 < parts[0] <= parts[1] < 7
    assert code_of(["experiment", "kill.toml", "--workers", "1", "--out", "unkilled"]) == 0
    assert table(tmp_path / "killed") == table(Path("unkilled"))
    assert not list((tmp_path / "killed" / "parts").glob("[!.]*.tmp"))


@pytest.mark.slow
def test_ten_kills_in_two_thousand_histories(root, tmp_path):
    axes = '[[axes]]\nkey = "whiplash"\nlow = 0.0\nhigh = 4.0\n'
    head = 'scenarios = ["trade_zone"]\nminerals = ["gallium"]\nmethod = "latin_hypercube"\npoints = 250\n'
    Path("kill.toml").write_text(head + axes)
    killed(root, 10, tmp_path / "killed", "kill.toml", "--workers", "2", luck=3)
    killed(root, 0, tmp_path / "unkilled", "kill.toml", "--workers", "2")
    assert hash_of(root, tmp_path / "killed") == hash_of(root, tmp_path / "unkilled")


@pytest.fixture
def one_history_fails(monkeypatch):
    """The model raises for one seed at whiplash 2 under the higher floor; in-process, so with one worker."""
    ensemble = lockstep.Ensemble

    def broken(starts, seeds):
        for start, seed in zip(starts, seeds, strict=True):
            coalition = start.scenario.coalition
            if coalition and coalition.price_floor.level == 2.0 and start.parameter("whiplash") == 2.0:
                if seed % 10 == 1:
                    raise ZeroDivisionError("a market without buyers")
        return ensemble(starts, seeds)

    with monkeypatch.context() as patch:
        patch.setattr(lockstep, "Ensemble", broken)
        yield patch


def test_failures_are_listed_and_run_again_alone(capsys, whole, one_history_fails):
    code, out, err = experiment(capsys)
    assert code == 3 and f"{HISTORIES} histories now, 0 before, 2 failed" in out
    assert "(trade_zone: whiplash 2.0, floor 2.0, freight 0.05) run 1, seed 1000000001: ZeroDivisionError" in err
    views = Views([Path("out")])
    failed = views.sql("select * from failures")
    assert len(failed) == 2 and set(failed["run"]) == {1} and set(failed["floor"]) == {2.0}
    assert all("a market without buyers" in trace for trace in failed["traceback"])
    assert len(views.sql("select * from runs")) == HISTORIES - 2
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert manifest["done"] == HISTORIES - 2 and [f["whiplash"] for f in manifest["failed"]] == [2.0, 2.0]
    assert call(capsys, "report", "out")[0] == 0
    page = Path("out/report.html").read_text()
    assert "2 histories failed" in page and "a market without buyers" in page and "Small &amp; quick" in page
    key = failed["key"][0]
    code, out, err = call(capsys, "experiment", "small.toml", "--only", key[:12])
    assert code == 3 and "Traceback" in err and err.endswith("failed: ZeroDivisionError: a market without buyers\n")
    one_history_fails.undo()
    code, out, err = call(capsys, "experiment", "small.toml", "--only", key[:12])
    assert code == 0 and err == "" and key in out and "cohesion_mean" in out
    code, out, _ = experiment(capsys, "--resume")
    assert code == 0 and "2 histories now" in out and table(Path("out")) == table(whole)


def test_one_point_in_a_hundred_fails(capsys, monkeypatch):
    """The model is made to raise at one point, in chunks that it shares with 31 others."""
    values = np.linspace(0.01, 1.0, 100).round(2).tolist()
    ensemble = lockstep.Ensemble

    def broken(starts, seeds):
        if any(start.parameter("compliance_speed") == 0.5 for start in starts):
            raise ZeroDivisionError("a market without buyers")
        return ensemble(starts, seeds)

    monkeypatch.setattr(lockstep, "Ensemble", broken)
    text = SMALL.split("[[axes]]")[0].replace('"no_coalition", ', "").replace("replicates = 3", "replicates = 2")
    Path("small.toml").write_text(f'{text}\n[[axes]]\nkey = "compliance_speed"\nvalues = {values}\n')
    code, out, err = experiment(capsys)
    assert code == 3 and "100 points x 2 histories" in out and "200 histories now, 0 before, 2 failed" in out
    where = "failed: point 49 (trade_zone: compliance_speed 0.5) "
    told = [line for line in err.splitlines() if line.startswith(where)]
    assert len(told) == 2 and all("a market without buyers; alone: --only " in line for line in told)
    assert len(Views([Path("out")]).sql("select * from runs")) == 198


def test_another_design_is_refused(capsys):
    assert experiment(capsys, "--runs", "1")[0] == 0
    Path("small.toml").write_text(SMALL.replace("[0.5, 2.0]", "[0.5, 3.0]"))
    code, _, err = experiment(capsys, "--resume")
    assert code == 2 and err.startswith('mineralclub: design_hash = "') and "out holds results of another design" in err
    assert call(capsys, "experiment", "small.toml", "--runs", "1", "--out", "other")[0] == 0
    code, _, err = call(capsys, "report", "--hash", "out", "other")
    assert code == 2 and "folders of another design, model or data are not merged" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["quik"], 'DESIGN = "quik": no such design; did you mean "quick"?'),
        (["nope.toml"], "no such file"),
        (["small.toml", "--shard", "0/2"], '--shard = "0/2": not a shard; allowed: i/n with i from 1 to n, as 2/8'),
        (["small.toml", "--shard", "3/2"], "not a shard"),
        (["small.toml", "--shard", "half"], "not a shard"),
        (["small.toml", "--runs", "0"], "too small"),
        (["small.toml", "--workers", "x"], "not a whole number"),
        (["small.toml", "--out", ""], "empty; allowed: a folder"),
        (["small.toml", "--out", "small.toml"], "cannot be written"),
        (["small.toml", "--out", "x" * 300], "cannot be written (File name too long)"),
        (["small.toml", "--only", "zzzzzzzz"], "no history of this design"),
        (["small.toml", "--only", ""], "not the key of one history"),
        (["small.toml", "--resum"], "did you mean"),
    ],
)
def test_bad_options(capsys, words, said):
    code, out, err = call(capsys, "experiment", *words)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1
    assert [p.name for p in Path().iterdir()] == ["small.toml"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda: Path("nothing"), "no such folder"),
        (lambda: Path(), "no results of an experiment in it"),
        (lambda: Path("x" * 300), "no such folder"),
    ],
)
def test_bad_results(capsys, spoil, said):
    for words in ([], ["--hash"]):
        code, out, err = call(capsys, "report", str(spoil()), *words)
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def refused(capsys, folder: Path, said: str) -> None:
    """By the report, the hash and --resume alike, which leave everything as it was."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for words in (["report", str(folder)], ["report", str(folder), "--hash"], ["experiment", DESIGN, *RESUMED]):
        code, out, err = call(capsys, *words)
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1, err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


DESIGN, RESUMED = "small.toml", ["--workers", "1", "--out", "copied", "--resume"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: "{", "manifest.json: cannot be read"),
        (lambda m: "[" * 9000, "manifest.json: cannot be read"),
        (lambda m: {}, "manifest.json, design_hash: missing"),
        (lambda m: [], "manifest.json = []: not a table"),
        (lambda m: m | {"design": m["design"] | {"axes": "x"}}, "design.axes"),
        (lambda m: m | {"design": m["design"] | {"axes": None}}, "design.axes"),
        (lambda m: m | {"design": m["design"] | {"axes": [1, 2]}}, "design.axes.0"),
        (lambda m: m | {"design": m["design"] | {"axes": [{"name": "x"}]}}, "design.axes.0.key: missing"),
        (lambda m: m | {"design": []}, "design"),
        (lambda m: m | {"scenarios": {}}, "scenarios"),
        (lambda m: m | {"scenarios": {"x": 1}}, "scenarios.x"),
        (lambda m: m | {"replicates": "x"}, "replicates = \"x\": not a whole number"),
        (lambda m: m | {"finished": 1}, "finished = 1: not a text"),
        *((lambda m, name=name: {k: v for k, v in m.items() if k != name}, f"manifest.json, {name}: missing")
          for name in ("scenarios", "replicates", "points", "name", "data_hash")),
    ],
)  # fmt: skip
def test_a_manifest_of_another_shape(capsys, whole, change, said):
    file = _copied(whole) / "manifest.json"
    changed = change(json.loads(file.read_text()))
    file.write_text(changed if isinstance(changed, str) else json.dumps(changed))
    refused(capsys, file.parent, said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="seed"), "column seed: not a column of these histories"),
        (lambda t: t.drop(columns="floor"), "column floor: not a column of these histories"),
        (lambda t: t.assign(point="x"), "column point: not a column"),
        (lambda t: t.assign(key=None), "column key: not a column"),
        (lambda t: t.assign(key=[None, *t["key"][1:]]), "column key: empty in a row"),
        (lambda t: t.assign(stands="x"), "column stands: not a column"),
        (lambda t: t.assign(note="x"), "column note: not a column"),
        (lambda t: t[["key", "failure"]], "column point: not a column"),
    ],
)
def test_a_foreign_part(capsys, whole, change, said):
    folder = _copied(whole)
    rows = pd.read_parquet(next((folder / "parts").iterdir()))
    change(rows).to_parquet(folder / "parts" / "other.parquet")
    refused(capsys, folder, f"other.parquet, {said}")


def test_text_for_a_part(capsys, whole):
    folder = _copied(whole)
    (folder / "parts" / "x.parquet").write_text("x")
    refused(capsys, folder, "x.parquet: cannot be read")


def test_any_bit_of_a_part(capsys, whole):
    """All over the file, its footer too."""
    folder = _copied(whole)
    part = next((folder / "parts").iterdir())
    content = part.read_bytes()
    for place in np.linspace(0, len(content) - 1, 60).astype(int):
        part.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        with pytest.raises(BadInput, match="damaged"):
            Views([folder])
    refused(capsys, folder, f"{part.name}: damaged: not the bytes that were written")


def test_fewer_replicates_than_the_folder_holds(capsys):
    assert experiment(capsys, "--runs", "2")[0] == 0
    before = Path("out/manifest.json").read_bytes()
    code, _, err = experiment(capsys, "--runs", "1", "--resume")
    assert code == 2 and "replicates = 1: less than the folder holds; allowed: 2 or more, or another folder" in err
    assert Path("out/manifest.json").read_bytes() == before


def test_a_full_disk(capsys, whole, monkeypatch):
    """After two parts there is no room, not even for the manifest; then there is."""
    monkeypatch.setattr(sweep, "SMALL", 12)
    write, written = parts.write, []

    def full(path, content):
        written.append(path)
        if len(written) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(parts, "write", full)
        code, out, err = experiment(capsys)
    said = '--out = "out": cannot be written (No space left on device); what is whole is kept'
    assert (code, out) == (2, "") and said in err and "--resume" in err and err.count("\n") == 1
    assert len(list(Path("out/parts").iterdir())) == 2
    code, out, _ = experiment(capsys, "--resume")
    assert code == 0 and f"{HISTORIES - 24} histories now, 24 before" in out and table(Path("out")) == table(whole)


def test_the_views_are_what_the_parts_say(whole):
    views = Views([whole, whole])  # every history twice
    rows = pd.concat(pd.read_parquet(part) for part in (whole / "parts").iterdir())
    assert len(views.sql("select * from runs")) == len(rows) == HISTORIES
    own = rows[rows["point"] == 8]
    told = views.sql("select * from points where point = 8").set_index("outcome")
    for name in ("world_price", "cost_to_members_bn_usd_per_year", "life_years"):
        mean, spread = own[name].mean(), own[name].std() / math.sqrt(3)
        assert told.loc[name, ["mean", "low", "high"]].tolist() == pytest.approx(
            [mean, mean - 4.302652729911275 * spread, mean + 4.302652729911275 * spread]
        )
    assert told.loc["stands", "low"] >= 0.0 and told.loc["stands", "high"] <= 1.0
    assert told.loc["world_price", "floor"] == own["floor"].iloc[0]
    assert "stands" not in set(views.sql("select outcome from points where scenario = 'no_coalition'")["outcome"])


def test_intervals_end_where_outcomes_do(whole):
    """Of three histories Student's intervals would go beyond."""
    views = Views([whole])
    told = views.sql("select * from points where low is not null")
    for name, most in (("life_years", np.inf), ("deconcentrated", 1.0), ("cohesion_mean", 1.0), ("stands", 1.0)):
        own = told[told["outcome"] == name]
        assert len(own) and (own["low"] >= 0.0).all() and (own["high"] <= most).all()
        assert ((own["low"] <= own["mean"]) & (own["mean"] <= own["high"])).all()
    cut = told[(told["low"] == 0.0) & (told["mean"] > 0.0) & ~told["outcome"].isin(SHARES)]
    assert len(cut) and not (told["low"][told["outcome"] != PUBLIC_COST] < 0.0).any()
    assert views.minerals == 1


def test_parts_that_disagree_are_told(capsys, whole):
    folder = _copied(whole)
    part = next((folder / "parts").iterdir())
    rows = pd.read_parquet(part)
    rows["world_price"] = np.nextafter(rows["world_price"], 9.0)
    rows.to_parquet(folder / "parts" / "other.parquet")
    code, _, err = call(capsys, "report", "--hash", str(folder))
    assert code == 2 and "two parts hold other numbers for the same history" in err


def _copied(whole: Path) -> Path:
    return Path(shutil.copytree(whole, "copied"))


def test_the_report_of_a_sweep(capsys, whole):
    code, out, _ = call(capsys, "report", str(whole), "-o", "page.html")
    assert code == 0 and out == "report    page.html\n"
    page = Path("page.html").read_text()
    for said in ("Small &amp; quick", table(whole), "whiplash", "Differences under the same luck", "data:image/png"):
        assert said in page
    for said in ("How to read it", "below the threshold θ for 12 months", "shares of blame", "cut at what the outcome"):
        assert said in " ".join(page.split())
    assert page.count("<tr><td class=\"n\">") == 18
    assert call(capsys, "report", str(whole), "-o", "page.html")[0] == 0  # again


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("no/page.html", "cannot be written"),
        ("x" * 300, "cannot be written (File name too long)"),
        ("", "empty; allowed: a file"),
        (" ", "empty"),
        (".", "not a file"),
        ("/dev/null", "not a file"),
        ("pipe", "not a file"),
        ("small.toml", "is there, and is no page; allowed: a new file, or one that ends in .html"),
        ("copied/manifest.json", "is there, and is no page"),
        ("copied/manifest-new.json", "no page in a folder of results"),
        ("copied/parts/page.html", "among the parts"),
        ("copied/parts/new.parquet", "among the parts"),
        ("copied/parts", "not a file"),
    ],
)
def test_a_page_takes_the_place_of_nothing_else(capsys, whole, monkeypatch, place, said):
    monkeypatch.setattr("analysis.report.sweep.html", lambda views: "page")
    folder = _copied(whole)
    os.mkfifo("pipe")
    before = sorted(Path().rglob("*"))
    code, out, err = call(capsys, "report", str(folder), "-o", place)
    assert (code, out) == (2, "") and err.startswith("mineralclub: -o = ") and said in err and err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before and Path("small.toml").read_text() == SMALL


def test_terms_name_what_a_sweep_varies(whole):
    """A number where every history has it; the parameter's name where an axis moves it, or the tables are others."""
    views = Views([whole])
    assert [settings(views)(name) for name in ("break_months", "bite_min")] == ["12", "0.25"]
    views.manifests[0]["design"]["axes"].append({"key": "R16.bite_min"})
    views.manifests[0]["scenarios"]["trade_zone"]["parameters"] = {"hold_relative": 0.6}
    names = ("break_months", "bite_min", "hold_relative")
    assert [settings(views)(name) for name in names] == ["12", "bite_min", "hold_relative"]
    views.manifests[0]["data_hash"] = "of other tables"
    assert settings(views)("break_months") == "break_months"


def test_the_report_of_a_run_again(capsys):
    words = ["--minerals", "gallium", "--until", "2028", "--runs", "3", "--workers", "1"]
    assert call(capsys, "run", *words)[0] == 0
    (folder,) = Path("results").iterdir()
    before = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert call(capsys, "report", str(folder))[0] == 0
    assert (folder / "report.html").read_bytes() == before
    code, out, _ = call(capsys, "report", str(folder), "--hash")
    assert code == 0 and len(out.strip()) == 64

"""The page of a study says what its stored table gives; the stored page is the page of the stored table."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import study, study_answer, study_exchange, study_numbers
from analysis.cli import code_of
from analysis.crossed import among, apart, crossed
from analysis.sensitivity import Found
from experiments.views import Views

pytestmark = pytest.mark.once

SMALL = """
scenarios = ["no_coalition", "trade_zone"]
minerals = ["gallium", "ndpr"]
end = "2028-12"
replicates = 2
method = "latin_hypercube"
points = 16
[[axes]]
key = "stay_probability_reference"
low = 0.8
high = 0.945
[[axes]]
key = "whiplash"
low = 0.0
high = 4.0
[[axes]]
key = "coalition.price_floor.level"
name = "floor"
values = [0.5, 2.0]
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """A small sweep, and a repository's README and docs beside it."""
    place = tmp_path_factory.mktemp("study")
    (place / "small.toml").write_text(SMALL)
    words = ["experiment", str(place / "small.toml"), "--out", str(place / "small"), "--workers", "1"]
    assert code_of(words) == 0
    (place / "docs").mkdir()
    (place / "README.md").write_text(f"before\n{study.BEGIN}\n{study.END}\nafter\n")
    return place


def made(capsys, *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = code_of(list(words), study.app, study.NAME)
    return code, capsys.readouterr().err


def test_the_page_comes_of_the_stored_table_alone(capsys, swept):
    assert made(capsys, str(swept / "small"), "--root", str(swept)) == (0, "")
    folder, page, readme = swept / "docs/study", swept / "docs/study.md", swept / "README.md"
    texts = page.read_text(), readme.read_text()
    (folder / "old.png").touch()
    assert made(capsys, str(folder), "--root", str(swept)) == (0, "")
    assert (page.read_text(), readme.read_text()) == texts
    head = f"before\n{study.BEGIN}\n## An answer\n\nWhat 64 histories say"
    assert texts[1].startswith(head) and texts[1].endswith(f"\n{study.END}\nafter\n")
    assert [path.name for path in folder.glob("*.png")] == ["phase.png"]  # too few points for another
    assert (folder / "phase.png").read_bytes()[:4] == b"\x89PNG"
    whole, stored = Views([swept / "small"]), Views([folder])
    assert json.loads((folder / "manifest.json").read_text())["table_hash"] == whole.hash() and whole.hash() in texts[0]
    assert stored.hash() in texts[0]
    assert stored.axes == whole.axes and len(stored.sql("select * from runs")) == 64
    names = ", ".join(f'"{name}"' for name in stored.outcomes)
    both = [views.sql(f"select point, run, {names} from runs order by point, run") for views in (whole, stored)]
    pd.testing.assert_frame_equal(*both, check_exact=True, check_dtype=False)


@pytest.mark.once
def test_the_stored_page_is_the_page_of_the_stored_table(root):
    """And the README has its answer; where no table is stored, there is no page and no answer."""
    page, readme = root / study.PAGE, (root / study.README).read_text(encoding="utf-8")
    if (root / study.FOLDER).exists():
        *texts, figures = study.texts(root)
        assert texts == [page.read_text(encoding="utf-8"), readme]
        files = [path for path in (root / study.FOLDER).rglob("*") if path.is_file()]
        assert math.fsum(path.stat().st_size for path in files) < 10**6
        assert {path.name for path in files if path.suffix == ".png"} == set(figures)
    else:
        assert not page.exists() and f"{study.BEGIN}\n{study.END}\n" in readme


def test_numbers_of_the_page(swept):
    """Against the table of histories, counted otherwise."""
    views = Views([swept / "small"])
    views.manifests[0]["judged"] = 2
    got = study_numbers.study(views)
    runs = views.sql("select * from runs")
    own = runs[runs["scenario"] == "trade_zone"]
    assert got.shares["stands"].value == pytest.approx(own["stands"].mean())
    assert sum(got.ends[end].value for end in got.ends) == pytest.approx(1.0)
    bare = runs[runs["scenario"] == "no_coalition"]
    assert got.added.value == pytest.approx(own["deconcentrated"].mean() - bare["deconcentrated"].mean())
    assert got.alone.value == pytest.approx(bare["deconcentrated"].mean())
    cell = got.cells[(got.cells["outcome"] == "stands") & (got.cells["floor"] == 2.0)]
    high = own[own["floor"] == 2.0]
    assert np.average(cell["mean"], weights=cell["points"]) == pytest.approx(high["stands"].mean())
    assert cell["points"].sum() == high["point"].nunique() and (got.points, got.replicates) == (16, 2)
    assert sum(part.points for part in got.slices) == 16
    stands = [part.of["stands"].value for part in got.slices]
    assert np.average(stands, weights=[part.points for part in got.slices]) == pytest.approx(own["stands"].mean())
    middle = own[own["whiplash"].between(0.75, 1.25, inclusive="left")]
    assert got.observed.of["stands"].value == pytest.approx(middle["stands"].mean()) and got.near.points == 0
    assert got.provoked.value == pytest.approx(own["control_months"].mean() - bare["control_months"].mean())
    assert got.controls.value == pytest.approx(bare["control_months"].mean())
    calm = got.calm.value
    among = [part * e.value for part, e in ((calm, got.quietly), (1.0 - calm, got.loudly)) if part]
    assert sum(among) == pytest.approx(got.added.value)
    low = own[own["floor"] == 0.5]
    of = [part.merge(bare, on=["stay_probability_reference", "whiplash", "run"]) for part in (high, low)]
    adds = [(part["deconcentrated_x"] - part["deconcentrated_y"]).mean() for part in of]
    assert got.floors.above.value == pytest.approx(adds[0] - adds[1]) and math.isnan(got.floors.higher.value)
    assert got.moved_by == []  # too few points to say


def test_what_moves_it_names_only_what_can_be_told_from_none():
    rows = [("a", "S1", 0.3, 0.2, 0.4), ("b", "S1", 0.1, -0.1, 0.3)]
    table = pd.DataFrame(rows, columns=["axis", "measure", "value", "low", "high"])
    words = {"a": "the first", "b": "the second"}
    said = study_answer.moved(Found("s", "stands", "other", table, 9, 0, math.nan, math.nan), words)
    assert "the first 30 % [20, 40]; nothing else can be told from none" in said and "second" not in said
    said = study_answer.moved(Found("s", "stands", "other", table[1:], 9, 0, math.nan, math.nan), words)
    assert said.endswith(": nothing can be told from none.")


def test_the_third_question_is_answered_in_the_words_of_the_notebook(root, tmp_path):
    """Or, where there is none, by its name alone."""
    said = study_exchange.told(root)
    notebook = json.loads((root / study_exchange.NOTEBOOK).read_text(encoding="utf-8"))
    outputs = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    shown = " ".join("".join(data.get("text/markdown", "")) for data in outputs)
    assert said.startswith("For the capacity") and said[: said.rindex(". Gallium")] in " ".join(shown.split())
    assert study_exchange.told(tmp_path) == ""


def test_an_interval_over_points_and_shared_luck_holds_the_mean():
    """In 19 of 20 samples or more: Student's quantile has the degrees of freedom of the runs alone. So do those of a
    difference between two sets of points, and of a mean over some of the histories."""
    chance, held = np.random.default_rng(2), np.zeros(3)
    for _ in range(400):
        luck, own = chance.normal(0.0, 1.0, (2, 1, 8))
        values = chance.normal(0.0, 2.0, (60, 1)) + luck + chance.normal(0.0, 1.0, (60, 8))
        other = chance.normal(0.0, 2.0, (30, 1)) + luck + own + chance.normal(0.0, 1.0, (30, 8))
        chosen = chance.random((60, 8)) < chance.random((1, 8))
        found = crossed(values), apart(values, other), among(values, chosen)
        held += [e.low < 0.0 < e.high for e in found]
    assert (held >= 0.93 * 400).all() and (held <= 400).all()


def test_a_difference_leaves_out_the_luck_that_both_share():
    chance = np.random.default_rng(4)
    luck, values = chance.normal(0.0, 9.0, (1, 8)), chance.normal(0.0, 1.0, (2, 50, 8))
    e = apart(values[0] + luck + 1.0, values[1] + luck)
    assert 0.0 < e.low < 1.0 < e.high < 2.0


def test_the_repository_takes_only_its_own_sweep(capsys, swept, tmp_path, monkeypatch):
    """Of the shipped name and design; another one is refused in one line, and nothing is written."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(f"{study.BEGIN}\n{study.END}\n")
    monkeypatch.setattr(study, "HOME", tmp_path)
    shutil.copytree(swept / "small", tmp_path / "small")
    for name, said in (("small", "name"), (study.SHIPPED, "design_hash")):
        manifest = json.loads((tmp_path / "small/manifest.json").read_text())
        (tmp_path / "small/manifest.json").write_text(json.dumps(manifest | {"name": name}))
        code, err = made(capsys, str(tmp_path / "small"), "--root", str(tmp_path))
        assert code == 2 and said in err and "--root" in err and err.count("\n") == 1
        assert not list((tmp_path / "docs").iterdir())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"finished": None}, "not a finished sweep in one folder"),
        ({"interrupted": True}, "not a finished sweep in one folder"),
    ],
)
def test_a_sweep_that_is_not_finished_is_refused(capsys, swept, tmp_path, spoil, said):
    shutil.copytree(swept / "small", tmp_path / "small")
    manifest = json.loads((tmp_path / "small/manifest.json").read_text())
    (tmp_path / "small/manifest.json").write_text(json.dumps(manifest | spoil))
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("")
    code, err = made(capsys, str(tmp_path / "small"), "--root", str(tmp_path))
    assert code == 2 and said in err and err.count("\n") == 1 and not list((tmp_path / "docs").iterdir())


def test_elsewhere_than_in_the_repository(capsys, swept, tmp_path):
    code, err = made(capsys, str(swept / "small"), "--root", str(tmp_path))
    assert code == 2 and "no repository" in err and not list(tmp_path.iterdir())

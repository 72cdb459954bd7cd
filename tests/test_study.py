"""The page of a study says what its stored table gives; the stored page is the page of the stored table."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import study, study_numbers
from analysis.cli import code_of
from analysis.crossed import crossed
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
    assert made(capsys, str(folder), "--root", str(swept)) == (0, "")
    assert (page.read_text(), readme.read_text()) == texts
    head = f"before\n{study.BEGIN}\n## An answer\n\nWhat 64 histories say"
    assert texts[1].startswith(head) and texts[1].endswith(f"\n{study.END}\nafter\n")
    assert (folder / "phase.png").read_bytes()[:4] == b"\x89PNG"
    whole, stored = Views([swept / "small"]), Views([folder])
    assert json.loads((folder / "manifest.json").read_text())["table_hash"] == whole.hash() and whole.hash() in texts[0]
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
    assert got.moved_by == []  # too few points to say


def test_straight_lines_and_the_floor_that_makes_up():
    """Of a plane with noise; where the floor does nothing, no floor makes up."""
    chance = np.random.default_rng(1)
    whiplash, floor = chance.uniform(0.0, 4.0, 400), chance.choice([0.5, 1.0, 2.0], 400)
    own = pd.DataFrame({"point": range(400), "whiplash": whiplash, "floor": floor})
    own["y"] = 3.0 - 0.5 * whiplash + 2.0 * floor + chance.normal(0.0, 0.5, 400)
    own["flat"] = 3.0 - 0.5 * whiplash + chance.normal(0.0, 0.5, 400)
    worth = study_numbers._worth(own, "y", ["whiplash", "floor"], "floor")
    for e, known in ((worth.whiplash, -0.5), (worth.floor, 2.0), (worth.made_up, 0.5)):
        assert e.low < known < e.high and e.high - e.low < 0.25
    flat = study_numbers._worth(own, "flat", ["whiplash", "floor"], "floor")
    assert math.isnan(flat.made_up.value) and flat.floor.low < 0.0 < flat.floor.high


def test_an_interval_over_points_and_shared_luck_holds_the_mean():
    """In 19 of 20 samples or more: Student's quantile has the degrees of freedom of the runs alone."""
    chance, held = np.random.default_rng(2), 0
    for _ in range(400):
        luck = chance.normal(0.0, 1.0, (1, 8))
        e = crossed(chance.normal(0.0, 2.0, (60, 1)) + luck + chance.normal(0.0, 1.0, (60, 8)))
        held += e.low < 0.0 < e.high
    assert 0.93 * 400 <= held <= 400


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

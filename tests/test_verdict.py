"""The verdict keeps to its schema, says the same as its table, and is honest where there is nothing to say."""

import copy
import json
import math
import re

import jsonschema
import numpy as np
import pytest

from abm.scenario import Scenario
from abm.start import sources
from analysis import captions, figures, report, table, verdict
from analysis.drawing import since_base_year
from analysis.statistics import Estimate
from experiments import runner, store
from experiments.runner import arm_of, run, seeds_of

TOLD = {"command": "mineralclub run", "started": "a", "finished": "b", "workers": 1, "results": "results/x"}
NASTY = "<script>alert('x')</script> & {{ 7 * 7 }}"


def small(name: str, **more: object) -> Scenario:
    form = Scenario.load(name).model_dump() | {"minerals": ("gallium", "ndpr"), "end": "2028-12"} | more
    return Scenario.read(form)


@pytest.fixture(scope="module")
def results():
    facts = sources(None)
    arms = [arm_of("no_coalition", small("no_coalition"), facts), arm_of("trade_zone", small("trade_zone"), facts)]
    return run(arms, seeds_of(1, 6), workers=1)


@pytest.fixture(scope="module")
def judged(results):
    return verdict.build(results, store.manifest(results, 1, 6, **TOLD))


@pytest.fixture(scope="module")
def schema(root):
    form = json.loads((root / "docs" / "verdict.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(form)
    return jsonschema.Draft202012Validator(form)


def test_it_keeps_to_its_schema(judged, schema):
    schema.validate(json.loads(verdict.dumps(judged)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("scenarios", "trade_zone", "cooperation", "stands"), 1.1),
        (("scenarios", "trade_zone", "cooperation", "stands"), "0.4"),
        (("scenarios", "trade_zone", "concentration", "refine", "gallium", "hhi_end"), -0.1),
        (("scenarios", "trade_zone", "concentration", "refine", "gallium", "hhi"), 0.5),
        (("paired", "trade_zone", "world_price"), {"difference": 0.1}),
        (("manifest", "runs"), 0),
        (("more",), 1),
    ],
)
def test_the_schema_refuses(judged, schema, path, value):
    wrong = copy.deepcopy(judged)
    place = wrong
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not schema.is_valid(wrong)


def test_without_a_coalition_there_is_no_cooperation(judged):
    nothing = dict.fromkeys(("stands", "works", "median_life_years", "ends_by", "members", "compliance"))
    nothing = nothing | {"moved_by": {}}
    assert judged["scenarios"]["no_coalition"]["cooperation"] == nothing
    assert "stands" not in judged["paired"]["trade_zone"]


def test_the_numbers_are_means_of_the_runs(results, judged):
    zone = judged["scenarios"]["trade_zone"]
    own = results.runs.query("scenario == 'trade_zone'")
    assert zone["cooperation"]["stands"] == own["stands"].mean()
    assert sum(zone["cooperation"]["ends_by"].values()) == pytest.approx(1.0)
    assert zone["world"]["price"] == pytest.approx(own["world_price"].mean(), rel=1e-12)
    gallium = zone["concentration"]["refine"]["gallium"]
    assert gallium["security_share_end"] == pytest.approx(own["refine.gallium.security_share_end"].mean(), rel=1e-12)
    assert gallium["top_state"] == "CHN"
    assert set(zone["concentration"]["mine"]) == {"ndpr"}  # gallium is not mined


def test_differences_are_those_of_the_means(judged):
    a, b = (judged["scenarios"][n]["cost_to_members_bn_usd_per_year"] for n in ("no_coalition", "trade_zone"))
    pair = judged["paired"]["trade_zone"]["cost_to_members_bn_usd_per_year"]
    assert pair["difference"] == pytest.approx(b - a) and pair["low"] <= pair["difference"] <= pair["high"]


def test_median_life_is_not_reached_where_most_stand(results):
    lives = verdict.judge(results, results.arms[1])
    assert lives.of("stands").value > 0.5 and math.isnan(lives.median_life)
    assert table.life(lives) == "to the end (2.0 years)"


def test_the_table(results):
    lines = table.text(results).splitlines()
    assert lines[0].split("  ")[-1].strip() == "difference (paired, 95 %)"
    assert max(map(len, lines)) <= 100
    rows = {line[:30].strip(): line for line in lines}
    assert any(label.startswith("cooperation stands to 2028") for label in rows)
    assert any(label.startswith("refining HHI, gallium") for label in rows)
    assert not re.search(r"\bnan\b", "\n".join(lines))
    assert captions.CONTROLS in " ".join(lines)


def test_a_long_name_makes_the_table_no_wider():
    arm = runner.Arm("a_scenario_with_a_very_long_name_indeed", Scenario.load("no_coalition"), "", math.nan)
    head = table._head([verdict.Judged(arm, {}, math.nan, 0, {}, [], {})] * 2)
    assert len(head) == 2 and max(len(cell) for row in head for cell in row[1:3]) <= table.HEAD


def test_the_note_on_export_controls_needs_export_controls():
    alone = small("no_coalition", recorded_controls=False, minerals=["gallium"], end="2025-12")
    results = run([arm_of("alone", alone, sources(None))], seeds_of(1, 2), workers=1)
    assert captions.CONTROLS[:20] not in table.text(results)


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Estimate(0.0, 0.0, 0.0), "0 [0, 0]"),
        (Estimate(2.5, 2.2, 2.8), "+2.50 [+2.20, +2.80]"),
        (Estimate(-0.27, -0.31, -0.23), "−0.270 [−0.310, −0.230]"),
        (Estimate(0.000012, 0.000011, 0.000013), "under ±0.0001"),
        (Estimate(0.4, math.nan, math.nan), "+0.40"),
        (Estimate(math.nan, math.nan, math.nan), "–"),
    ],
)
def test_numbers_with_intervals(estimate, shown):
    assert table.with_interval(estimate, sign=True) == shown


def test_a_probability_in_short():
    assert table.share_of_runs(Estimate(0.41, 0.342, 0.479)) == "0.41 [.34, .48]"


def test_the_report_stands_alone_and_escapes(schema):
    facts = sources(None)
    parameters = {"whiplash": 2.0, "demand_growth": {"gallium": 0.2}}
    changed = small("trade_zone", title=NASTY, description=NASTY, parameters=parameters)
    results = run([arm_of("<b>", changed, facts)], seeds_of(1, 2), workers=1)
    failed = runner.Failure("<b>", 7, 10**9 + 7, NASTY, f"Traceback\n{NASTY}")
    results = runner.Results(results.arms, facts, results.runs, results.series, [failed], True)
    manifest = store.manifest(results, 1, 2, **TOLD)
    page = report.html(results, manifest, figures.pictures(results))
    assert "<script" not in page and "<b>" not in page and "49 &" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)|https?://|url\(""", page)
    for said in ("How to read it", "R2.whiplash", "R40.demand_growth", "Interrupted", "How willing states are to stay"):
        assert said in page
    assert facts.tables.hash in page
    schema.validate(verdict.build(results, manifest))


def test_the_figures_are_drawn(results):
    drawn = figures.pictures(results)
    assert [p.name for p in drawn] == [
        "cooperation", "concentration", "differences", "prices", "capacity-0", "capacity-1", "beliefs"
    ]  # fmt: skip
    assert all(p.png.startswith(b"\x89PNG") and p.caption and p.title for p in drawn)
    assert [p.png for p in figures.pictures(results)] == [p.png for p in drawn]


def test_a_line_starts_in_the_base_year():
    years, values = since_base_year(np.array([2025, 2026]), np.array([[0.9, 0.8], [0.7, 0.6]]), 1.0)
    assert years.tolist() == [2024, 2025, 2026] and values[0].tolist() == [1.0, 1.0] and values.shape == (3, 2)
    assert since_base_year(np.array([2023]), np.ones((1, 2)), 1.0)[0].tolist() == [2023]


def test_prices_say_whose_they_are(results):
    assert "trade zone" in next(p for p in figures.pictures(results) if p.name == "prices").title


def test_a_scenario_without_a_sound_run_is_still_judged(results, schema):
    only = results.runs.query("scenario == 'no_coalition'")
    series = results.series | {"trade_zone": {}}
    left = runner.Results(results.arms, results.facts, only, series, [], False)
    judged = verdict.build(left, store.manifest(left, 1, 6, **TOLD))
    schema.validate(json.loads(verdict.dumps(judged)))
    assert judged["scenarios"]["trade_zone"]["cooperation"]["stands"] is None
    assert "–" in table.text(left)
    assert [p.name for p in figures.pictures(left)] == ["concentration", "prices", "capacity"]
    assert report.html(left, judged["manifest"], figures.pictures(left))


def test_one_run_has_no_intervals(results, schema):
    first = results.runs[results.runs["run"] == 0]
    series = {label: {n: v[..., :1] for n, v in own.items()} for label, own in results.series.items()}
    single = runner.Results(results.arms, results.facts, first, series, [], False)
    judged = verdict.build(single, store.manifest(single, 1, 1, **TOLD))
    schema.validate(judged)
    assert judged["paired"]["trade_zone"]["world_price"]["low"] is None
    assert len(figures.pictures(single)) == 7
    assert np.isfinite(judged["paired"]["trade_zone"]["world_price"]["difference"])

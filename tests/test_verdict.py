"""The verdict keeps to its schema, says the same as its table, and is honest where there is nothing to say."""

import copy
import dataclasses
import json
import math
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest

from abm.scenario import Scenario
from abm.start import sources
from analysis import captions, figures, report, table, verdict
from analysis.cohesion import standing
from analysis.contrast import besides_coalition, isolating, mixed
from analysis.drawing import look, since_base_year
from analysis.influence import in_words
from analysis.naming import file_of, titles
from analysis.request import labelled
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
        "cooperation", "concentration", "differences-1-trade_zone", "prices-1-trade_zone", "capacity-0-no_coalition",
        "capacity-1-trade_zone", "beliefs",
    ]  # fmt: skip
    assert all(p.png.startswith(b"\x89PNG") and p.caption and p.title for p in drawn)
    assert [p.png for p in figures.pictures(results)] == [p.png for p in drawn]


def test_a_line_starts_in_the_base_year():
    years, values = since_base_year(np.array([2025, 2026]), np.array([[0.9, 0.8], [0.7, 0.6]]), 1.0)
    assert years.tolist() == [2024, 2025, 2026] and values[0].tolist() == [1.0, 1.0] and values.shape == (3, 2)
    assert since_base_year(np.array([2023]), np.ones((1, 2)), 1.0)[0].tolist() == [2023]


def test_figures_of_one_scenario_say_whose_they_are(results):
    titles = {p.name: p.title for p in figures.pictures(results)}
    for kind in ("differences", "prices", "capacity"):
        assert titles[f"{kind}-1-trade_zone"].startswith("Preferential trade zone: ")


def test_the_caption_says_what_has_broken(results):
    broken = 1.0 - results.runs.query("scenario == 'trade_zone'")["stands"].mean()
    caption = figures.pictures(results)[0].caption
    assert "below θ for 12 months on end" in caption
    assert f"Broken by 2028: Preferential trade zone {broken:.0%}." in caption


def test_the_share_that_stands_year_by_year(results):
    zone = results.arms[1]
    lives = [(1.0, 2.0), (1.0, 2.0), (0.0, 0.5), (0.0, 1.25)]  # from January 2027
    runs = pd.DataFrame(lives, columns=["stands", "life_years"]).assign(scenario=zone.label)
    own = dataclasses.replace(results, runs=runs)
    assert standing(own, zone).tolist()[2:] == [0.75, 0.5] and np.isnan(standing(own, zone)[:2]).all()
    coalition = zone.scenario.coalition
    short = coalition.model_copy(update={"price_floor": coalition.price_floor.model_copy(update={"end": "2028-01"})})
    ended = dataclasses.replace(zone, scenario=zone.scenario.model_copy(update={"coalition": short}))
    assert standing(own, ended)[2] == 0.75 and np.isnan(standing(own, ended)[3])
    assert standing(results, zone)[-1] == results.runs.query("scenario == 'trade_zone'")["stands"].mean()


def test_fourteen_scenarios_all_look_different():
    looks = [look(place) for place in range(14)]
    assert len({one.colour for one in looks}) == len({(one.dash, one.marker) for one in looks}) == 14
    assert len({look(place) for place in range(210)}) == 210


def arms_of(*scenarios: Scenario) -> runner.Results:
    arms = [runner.Arm(label, one, "", math.nan) for label, one in labelled(list(scenarios))]
    return runner.Results(arms, sources(None), pd.DataFrame(), {}, [], False)


def test_scenarios_are_called_by_their_titles():
    zone = small("trade_zone")
    untitled = small("no_coalition", title="").model_copy(update={"name": "矿 $x/é"})
    found = arms_of(untitled, zone, zone, small("trade_zone", title="é" * 99))
    called = titles(found)
    assert list(called.values())[:3] == [
        "矿 $x/é", "Preferential trade zone (trade_zone)", "Preferential trade zone (trade_zone#2)"
    ]  # fmt: skip
    assert len(called["trade_zone#3"]) == 60
    names = [file_of("prices", found, arm) for arm in found.arms]
    assert names == ["prices-0-x", "prices-1-trade_zone", "prices-2-trade_zone_2", "prices-3-trade_zone_3"]


def test_what_differs_besides_the_coalition_is_named():
    tense = small("china_escalates")
    found = arms_of(small("no_coalition"), small("trade_zone"), tense)
    assert besides_coalition(found, found.arms[1]) == [] == besides_coalition(found, found.arms[0])
    assert mixed(found, found.arms[1], "a", "b") == isolating(found, found.arms[1]) == ""
    assert set(besides_coalition(found, found.arms[2])) == set(tense.parameters)
    said = mixed(found, found.arms[2], "a", "b")
    assert said.startswith("b differs from a in tension_mean, ") and said.endswith("the difference mixes both causes.")
    ways = isolating(found, found.arms[2])
    assert "--set tension_mean=0.55 " in ways and ways.endswith("china_escalates compared with trade_zone.")
    same = arms_of(small("no_coalition", parameters=tense.parameters), tense)
    assert besides_coalition(same, same.arms[1]) == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"vary": False}, ["vary"]),
        ({"adversary": False, "recorded_controls": False}, ["recorded_controls", "adversary"]),
        ({"parameters": {"demand_growth": {"gallium": 0.2}}}, ["demand_growth[gallium]"]),
        ({"parameters": {"permanent_share": 0.5}}, ["permanent_share"]),
    ],
)
def test_what_differs_under_the_same_coalition(more, named):
    found = arms_of(small("trade_zone"), small("trade_zone", **more))
    assert besides_coalition(found, found.arms[1]) == named
    said = mixed(found, found.arms[1], "a", "b")
    assert said == f"b differs from a in {', '.join(named)} alone, not in its coalition."
    assert isolating(found, found.arms[1]) == ""


def test_a_parameter_set_where_histories_draw_it_differs_even_at_its_default():
    default = sources(None).parameters.value("permanent_share")
    found = arms_of(small("trade_zone"), small("trade_zone", parameters={"permanent_share": default}))
    assert besides_coalition(found, found.arms[1]) == ["permanent_share"]


def test_a_mixed_comparison_says_so_everywhere(results, schema):
    first, zone = results.arms
    tense = zone.scenario.model_copy(update={"parameters": {"tension_mean": 0.55}})
    both = dataclasses.replace(results, arms=[first, dataclasses.replace(zone, scenario=tense)])
    judged = verdict.build(both, store.manifest(both, 1, 6, **TOLD))
    schema.validate(json.loads(verdict.dumps(judged)))
    named = {label: one["besides_coalition"] for label, one in judged["scenarios"].items()}
    assert named == {"no_coalition": [], "trade_zone": ["tension_mean"]}
    said = "differs from {} in tension_mean besides its coalition"
    assert said.format("no_coalition") in " ".join(table.text(both).split())
    captions_of = {p.name.split("-")[0]: p.caption for p in figures.pictures(both)}
    for kind in ("cooperation", "concentration", "differences", "beliefs"):
        assert said.format("No coalition") in captions_of[kind]
    assert "--set tension_mean=0.55, for all scenarios" in captions_of["differences"]


def test_what_is_noise_is_not_named():
    found = {"rent_capture": -0.6, "permanent_share": 0.3}
    assert in_words(found, 10) == "nothing stands out from noise with 10 histories"
    assert in_words(found, 26).startswith("rent share of the exporter (phi) -0.60 (rank")
    assert in_words(found, 200).startswith("rent share of the exporter (phi) -0.60, reversals that last (pi) +0.30 (")


def test_a_scenario_without_a_sound_run_is_still_judged(results, schema):
    only = results.runs.query("scenario == 'no_coalition'")
    series = results.series | {"trade_zone": {}}
    left = runner.Results(results.arms, results.facts, only, series, [], False)
    judged = verdict.build(left, store.manifest(left, 1, 6, **TOLD))
    schema.validate(json.loads(verdict.dumps(judged)))
    assert judged["scenarios"]["trade_zone"]["cooperation"]["stands"] is None
    assert "–" in table.text(left)
    assert [p.name for p in figures.pictures(left)] == [
        "concentration", "prices-0-no_coalition", "capacity-0-no_coalition"
    ]  # fmt: skip
    assert report.html(left, judged["manifest"], figures.pictures(left))


@pytest.mark.parametrize(("runs", "value", "told"), [(8, 0.0, "none of these 8 histories"), (1, 1.0, "all of one")])
def test_a_share_of_none_or_all_is_told_with_its_number(results, runs, value, told):
    one = verdict.judge(results, results.arms[1])
    sure = dataclasses.replace(one, estimates=one.estimates | {"stands": Estimate(0.5, 0.4, 0.6)})
    assert not [line for line in table._decided(sure, runs) if " stands in " in line]
    sure = dataclasses.replace(one, estimates=one.estimates | {"stands": Estimate(value, 0.0, 1.0)})
    assert [line for line in table._decided(sure, runs) if f" stands in {told}" in line]


def test_one_run_has_no_intervals(results, schema):
    first = results.runs[results.runs["run"] == 0]
    series = {label: {n: v[..., :1] for n, v in own.items()} for label, own in results.series.items()}
    single = runner.Results(results.arms, results.facts, first, series, [], False)
    judged = verdict.build(single, store.manifest(single, 1, 1, **TOLD))
    schema.validate(judged)
    assert judged["paired"]["trade_zone"]["world_price"]["low"] is None
    assert len(figures.pictures(single)) == 7
    assert np.isfinite(judged["paired"]["trade_zone"]["world_price"]["difference"])

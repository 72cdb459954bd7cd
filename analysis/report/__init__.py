"""One HTML file that needs nothing else: verdict, figures, minerals, scenarios, manifest, how to read it."""

import json
from typing import Any

from abm.start import start_of
from experiments.runner import Arm, Results

from ..captions import LIMITS
from ..figures import Picture
from ..naming import titles
from ..statistics import NONE, paired
from ..table import number, text, with_interval
from ..verdict import Judged, judge
from .page import embedded, template

INTERVALS = "for other means, and for differences, by resampling histories"


def html(results: Results, manifest: dict[str, Any], pictures: list[Picture]) -> str:
    """The report. All text of the user's is escaped, figures stand in it as data."""
    judged = [judge(results, arm) for arm in results.arms]
    parameters = start_of(results.arms[-1].scenario, results.facts).parameters
    return template("report.html").render(
        verdict=text(results), titles=titles(results),
        pictures=embedded(pictures), intervals=INTERVALS,
        judged=judged, rows=_minerals(results, judged), changed={a.label: _changed(results, a) for a in results.arms},
        manifest=manifest, manifest_text=json.dumps(_short(manifest), indent=1, ensure_ascii=False),
        limits=LIMITS, years=results.years, minerals=results.minerals, number=number,
        value=lambda name: f"{parameters.value(name):g}",
    )  # fmt: skip


def _minerals(results: Results, judged: list[Judged]) -> list[dict[str, Any]]:
    """One row a mineral: refining by scenario, and the difference of the second to the first."""
    apart = [paired(results.runs, one.arm.label, judged[0].arm.label) for one in judged[1:]]
    rows = []
    for m in results.minerals:
        name = f"refine.{m}"
        ends = ("hhi_end", "top_share_end", "security_share_end", "deconcentrated")
        cells = [[one.of(f"{name}.{k}").value for k in ends] for one in judged]
        first = judged[0]
        start = tuple(first.of(f"{name}.{k}_start").value for k in ("hhi", "top_share", "security_share"))
        change = [with_interval(d.get(f"{name}.security_share_end", NONE), sign=True) for d in apart]
        covered = [one.arm.label for one in judged if m in one.in_scope]
        top = first.top_states.get(("refine", m), "–")
        rows.append({"mineral": m, "top": top, "start": start, "cells": cells, "change": change, "covered": covered})
    return rows


def _changed(results: Results, arm: Arm) -> list[tuple[str, str, str, str]]:
    """Parameters that are not at their default: name, mineral, default, value."""
    parameters = start_of(arm.scenario, results.facts).parameters
    return [(p.full_name, p.mineral, f"{p.default} {p.unit}", str(p.value)) for p in parameters.changed()]


def _short(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without what stands elsewhere in the report."""
    names = ("key", "cohesion_threshold", "start", "end")
    scenarios = {label: {n: s[n] for n in names} for label, s in manifest["scenarios"].items()}
    return {k: v for k, v in manifest.items() if k != "failed"} | {"scenarios": scenarios}

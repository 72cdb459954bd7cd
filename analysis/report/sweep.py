"""The report of a sweep: what was asked, a table of points with intervals, paired differences, figures, failures."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from abm.data.parameters import Parameters
from abm.data.tables import load_tables
from experiments.views import Views

from .. import sweep_figures
from ..captions import LIMITS
from ..statistics import means
from .page import embedded, template

SHOWN = {  # outcome -> heading
    "stands": "stands", "works": "works", "life_years": "life (years)", "deconcentrated": "minerals de-concentrated",
    "cost_to_members_bn_usd_per_year": "cost to members (bn USD a year)",
    "public_cost_bn_usd_per_year": "public cost (bn USD a year)", "world_price": "world price (base year 1)",
}  # fmt: skip
MOST_ROWS = 200
INTERVALS = (
    "Student's for other means, cut at what the outcome can be (a count or a length is not below 0), and for "
    "differences by resampling histories"
)


def html(views: Views) -> str:
    """The page; one file that needs nothing else. All text of the user's is escaped."""
    shown = {name: heading for name, heading in SHOWN.items() if name in views.outcomes}
    quoted = ", ".join(f"'{name}'" for name in shown)
    found = views.sql(f"select * from points where outcome in ({quoted}) order by point")
    manifest, (pictures, lines) = views.manifests[0], sweep_figures.pictures(views, found)
    counts = views.sql("select scenario, count(distinct point) points, count(*) runs from runs group by 1 order by 1")
    return template("sweep.html").render(
        design=manifest["design"], manifest=manifest, axes=views.axes, shown=shown, hash=views.hash(),
        counts=counts.to_dict("records"), rows=list(_rows(views, found, shown))[:MOST_ROWS], most=MOST_ROWS,
        points=int(found["point"].nunique()), differences=_differences(views, shown),
        failures=views.sql("select * from failures").to_dict("records"), limits=LIMITS, told=_told,
        lines=lines, pictures=embedded(pictures), intervals=INTERVALS, value=settings(views),
        texts=[json.dumps(one, indent=1, ensure_ascii=False) for one in _short(views.manifests)],
    )  # fmt: skip


def settings(views: Views) -> Callable[[str], str]:
    """A parameter as every history has it; its name where they differ, or came of tables that do not ship."""
    manifest, tables = views.manifests[0], load_tables()
    known = Parameters.from_table(tables.parameters) if tables.hash == manifest["data_hash"] else None
    varied = {axis["key"].rpartition(".")[2] for axis in manifest["design"]["axes"]}
    set_by = [known.replaced(one["parameters"]) for one in manifest["scenarios"].values()] if known else []

    def said(name: str) -> str:
        values = {one.value(name) for one in set_by}
        return f"{values.pop():g}" if len(values) == 1 and name not in varied else name

    return said


def _rows(views: Views, found: pd.DataFrame, shown: dict[str, str]) -> Any:
    """One row a point: number, scenario, values of axes, cells."""
    for point, own in found.groupby("point"):
        of, first = own.set_index("outcome"), own.iloc[0]
        cells = [_interval(of.loc[name]) if name in of.index else "–" for name in shown]
        axes = [_told(first[axis]) for axis in views.axes]
        yield {"point": point, "scenario": first["scenario"], "axes": axes, "cells": cells}


def _differences(views: Views, shown: dict[str, str]) -> list[dict[str, Any]]:
    """Every scenario against the first, history by history where both have the same values on the axes that the first
    has a place for: the mean over all such pairs, with a bootstrap interval over histories, whose luck is the same at
    every point."""
    first, *others = views.manifests[0]["scenarios"]
    names = ", ".join(f'"{name}"' for name in (*views.axes, *shown))
    runs = views.sql(f"select scenario, run, {names} from runs where scenario is not null")
    own = {name: runs[runs["scenario"] == name] for name in (first, *others)}
    on = [axis for axis in views.axes if not own[first][axis].isna().all()]
    rows = []
    for other in others:
        pairs = own[other].merge(own[first], on=[*on, "run"], suffixes=("", " of first"))
        apart = pairs[list(shown)].to_numpy(float) - pairs[[f"{name} of first" for name in shown]].to_numpy(float)
        kept = ~np.isnan(apart).any(axis=0)
        told = iter(means(pd.DataFrame(apart[:, kept]).groupby(pairs["run"]).mean().to_numpy()))
        cells = [_estimate(next(told)) if keep else "–" for keep in kept]
        rows.append({"scenario": other, "against": first, "pairs": len(pairs), "cells": cells})
    return rows


def _interval(row: Any) -> str:
    return f"{row['mean']:.3g}" + (f" [{row['low']:.3g}, {row['high']:.3g}]" if np.isfinite(row["low"]) else "")


def _estimate(estimate: Any) -> str:
    text = f"{estimate.value:+.3g}".replace("-", "−")
    interval = f" [{estimate.low:+.3g}, {estimate.high:+.3g}]".replace("-", "−")
    return text + (interval if np.isfinite(estimate.low) else "")


def _told(value: Any) -> str:
    """A value of an axis; nothing where it has no place in the scenario."""
    if value is None or value != value:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _short(manifests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Manifests without what stands elsewhere in the report."""
    return [{k: v for k, v in one.items() if k not in ("failed", "scenarios", "design")} for one in manifests]

"""The folder of a study of survival: figures with captions, numbers as JSON and CSV, and how to run it again."""

import hashlib
import json
import math
import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import store

from .statistics import Estimate
from .survival_figures import pictures, steps
from .survival_report import LUCK
from .survival_study import OUTCOMES, Plan, Survival
from .table import WIDTH


def folder_name(plan: Plan, seed: int, runs: int) -> str:
    """survival-<scenarios>-<key>: the same request always has the same key."""
    form = [[[arm.label, arm.key] for arm in plan.arms], seed, runs]
    names = re.sub(r"[^\w#-]+", "_", "-".join(plan.own))[: store.LONGEST_NAME].strip("_")
    return f"survival-{names}-{hashlib.sha256(json.dumps(form).encode()).hexdigest()[:10]}"


def as_data(found: Survival) -> dict[str, Any]:
    """All numbers as plain data; null where there is none."""
    return {
        "curves": {
            name: {
                "whiplash": found.plan.set_to[name], "histories": c.runs, "breaks": c.broken,
                "window_years": found.window[name], "median_life_years": _interval(c.median),
                "years": c.years.tolist(), "at_risk": c.at_risk.tolist(), "breaks_then": c.breaks.tolist(),
                "stands": c.share.tolist(), "low": _clean(c.low), "high": _clean(c.high),
            }
            for name, c in found.curves.items()
        },
        "log_rank": [
            {
                "scenarios": list(one.scenarios), "statistic": _or_none(one.test.statistic),
                "degrees_of_freedom": one.test.degrees, "p": _or_none(one.test.p), "why_none": one.test.words or None,
                "stands_paired_difference": _interval(one.stands), "after_years": one.years,
            }
            for one in found.comparisons
        ],
        "log_rank_note": LUCK,
        "by_whiplash": [
            {
                "scenario": p.scenario, "whiplash": p.whiplash, "histories": p.runs,
                "stands": _interval(p.stands), "works": _interval(p.works),
            }
            for p in found.points
        ],
    }  # fmt: skip


def save(found: Survival, folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Writes figures, captions, numbers and, last, the manifest; gives the data."""
    drawn = pictures(found)
    data = as_data(found) | {"captions": {p.name: p.caption for p in drawn}, "results": str(folder)}
    captions = "\n".join(f"{p.name}.png: {p.title}\n\n{textwrap.fill(p.caption, WIDTH)}\n" for p in drawn)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    files: dict[str, str | bytes] = {f"{p.name}.png": p.png for p in drawn}
    files |= {"captions.txt": captions, "survival.json": json.dumps(data, indent=1, allow_nan=False) + "\n"}
    files |= {f"{name}.csv": frame.to_csv(index=False, lineterminator="\n") for name, frame in _frames(found).items()}
    files["manifest.json"] = json.dumps(manifest, indent=1, allow_nan=False) + "\n"
    for name, content in files.items():
        store.write(folder / name, content)
    return data


def _frames(found: Survival) -> dict[str, pd.DataFrame]:
    """curves.csv: a row a step; whiplash.csv: a row a point; lives.csv: a row a history."""
    curves = []
    for name, curve in found.curves.items():
        if curve.runs:
            at_risk = [curve.runs, *curve.at_risk, np.nan]
            columns = dict(zip(("years", "stands", "low", "high"), steps(curve, found.window[name]), strict=True))
            curves.append(pd.DataFrame({"scenario": name, **columns, "at_risk": at_risk}))
    points = [
        {"scenario": p.scenario, "whiplash": p.whiplash, "histories": p.runs}
        | {f"{outcome}{end}": getattr(getattr(p, outcome), part) for outcome in ("stands", "works")
           for end, part in (("", "value"), ("_low", "low"), ("_high", "high"))}
        for p in found.points
    ]  # fmt: skip
    lives = found.results.runs.reindex(columns=["scenario", "run", *OUTCOMES])
    return {"curves": pd.concat(curves) if curves else pd.DataFrame(), "whiplash": pd.DataFrame(points), "lives": lives}


def _interval(e: Estimate) -> dict[str, float | None]:
    return {"value": _or_none(e.value), "low": _or_none(e.low), "high": _or_none(e.high)}


def _clean(values: np.ndarray) -> list[float | None]:
    return [_or_none(value) for value in values.tolist()]


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None

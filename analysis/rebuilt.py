"""The results of a folder that `mineralclub run` wrote, as they were before they were written."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import BadInput
from experiments.runner import Arm, Failure, Results

from .stored import WRITTEN, manifest_of, same

OF_WORLD = ("cohesion", "bite", "believed_hazard", "stranded", "delivered")  # the same for all minerals of a run
NAMES = ("scenario", "run", "seed", "year", "mineral")


def results_of(folder: Path, data: str | None) -> tuple[Results, dict[str, Any]]:
    """Arms, histories and yearly series from the tables, and the manifest. BadInput if model or data are others."""
    manifest = manifest_of(folder)
    runs, yearly = (_table(folder / f"{name}.parquet") for name in ("runs", "yearly"))
    arms, series = [], {}
    for label, form in manifest["scenarios"].items():
        start, threshold = same(manifest, form, label, data), form.get("cohesion_threshold")
        arms.append(Arm(label, start.scenario, start.key, np.nan if threshold is None else threshold))
        series[label] = _series(yearly[yearly["scenario"] == label], (runs["scenario"] == label).sum())
    failures = [Failure(**failure) for failure in manifest["failed"]]
    return Results(arms, start.sources, runs, series, failures, manifest["interrupted"]), manifest


def _series(own: pd.DataFrame, runs: int) -> dict[str, np.ndarray]:
    """name -> float32 [year, run] or [year, mineral, run] from rows in the order year, mineral, run."""
    if own.empty:
        return {}
    shape = own["year"].nunique(), -1, runs
    found = {name: own[name].to_numpy().reshape(shape) for name in own.columns if name not in NAMES}
    return {name: values[:, 0] if name in OF_WORLD else values for name, values in found.items()}


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError):
        raise BadInput("cannot be read", file=path, allowed=WRITTEN) from None

"""The results of a folder that `mineralclub run` wrote, as they were before they were written."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import BadInput
from experiments.runner import BY_MINERAL, BY_STAGE, STAGES, Arm, Failure, Results

from .stored import manifest_of, runs_of, same, table_of

OF_WORLD = ("cohesion", "bite", "believed_hazard", "stranded", "delivered")  # the same for all minerals of a run
STAGED = tuple(f"{name}_{stage}" for name in BY_STAGE for stage in STAGES)
NAMES = ("scenario", "run", "seed", "year", "mineral")


def results_of(folder: Path, data: str | None) -> tuple[Results, dict[str, Any]]:
    """Arms, histories and yearly series from the tables, and the manifest. BadInput if model or data are others, or
    a table is not whole."""
    manifest = manifest_of(folder)
    arms: list[Arm] = []
    for label, form in manifest["scenarios"].items():
        start, threshold = same(manifest, form, label, data), form.get("cohesion_threshold")
        arms.append(Arm(label, start.scenario, start.key, np.nan if threshold is None else threshold))
    runs, file = runs_of(folder, manifest), folder / "yearly.parquet"
    yearly = table_of(file, ("scenario", "mineral"), ("run", "seed", "year"), (*OF_WORLD, *BY_MINERAL, *STAGED))
    failures = [Failure(**failure) for failure in manifest["failed"]]
    results = Results(arms, start.sources, runs, {}, failures, manifest["interrupted"])
    for label in manifest["scenarios"]:
        own = runs.loc[runs["scenario"] == label, "run"].to_numpy()
        results.series[label] = _series(yearly[yearly["scenario"] == label], own, results, file)
    return results, manifest


def _series(own: pd.DataFrame, runs: np.ndarray, results: Results, file: Path) -> dict[str, np.ndarray]:
    """name -> float32 [year, run] or [year, mineral, run] from rows in the order year, mineral, run. runs: numbers of
    the scenario's histories; BadInput if the rows are not every year and mineral of each."""
    years, minerals = results.years, results.minerals
    shape = len(years), len(minerals), len(runs)
    order = {"year": np.array(years)[:, None, None], "mineral": np.array(minerals)[:, None], "run": runs}
    whole = len(own) == math.prod(shape)
    for name, numbers in order.items():
        whole = whole and bool((own[name].to_numpy().reshape(shape) == numbers).all())
    if not whole:
        what = "not one row a history, year and mineral, in their order"
        raise BadInput(what, file=file, key="rows", value=len(own), allowed=str(math.prod(shape)))
    if own.empty:
        return {}
    found = {name: own[name].to_numpy().reshape(shape) for name in own.columns if name not in NAMES}
    return {name: values[:, 0] if name in OF_WORLD else values for name, values in found.items()}

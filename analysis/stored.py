"""A results folder as `mineralclub run` wrote it: one history of it, and whether it can be run again here."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import BadInput
from abm.scenario import MODEL_VERSION, Scenario
from abm.start import Start, sources, start_of

from .request import within

WRITTEN = "a folder that `mineralclub run` wrote"
TOLD = {"scenarios": dict, "runs": int, "failed": list, "model_version": str, "data_hash": str}  # of the manifest
OF_FAILURE = {"scenario", "run", "what"}
HASH_SHOWN = 12
BESIDES = ("key", "cohesion_threshold")  # in the manifest beside what a scenario sets
NAMES = ("scenario", "run", "seed", "key")  # columns of runs.parquet that are no outcome


@dataclass(frozen=True)
class History:
    """One history: what it started from, its number and seed, R16's theta, and its outcomes as stored."""

    label: str
    run: int
    seed: int
    start: Start
    threshold: float
    outcomes: dict[str, float]


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a results folder."""
    if not folder.is_dir():
        raise BadInput("no such folder", key="RESULTS", value=str(folder), allowed=WRITTEN)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = isinstance(manifest, dict) and all(type(manifest.get(n)) is kind for n, kind in TOLD.items())
        whole = whole and all(isinstance(form, dict) for form in manifest["scenarios"].values())
        whole = whole and all(isinstance(one, dict) and set(one) >= OF_FAILURE for one in manifest["failed"])
    except (OSError, ValueError):
        whole = False
    if not whole or not manifest["scenarios"] or not (folder / "runs.parquet").is_file():
        raise BadInput("no results in it", key="RESULTS", value=str(folder), allowed=WRITTEN)
    return manifest


def label_of(manifest: dict[str, Any], asked: str | None) -> str:
    """The scenario asked for; else the last one with a coalition, else the last."""
    labels = list(manifest["scenarios"])
    if asked is None:
        joint = [label for label in labels if manifest["scenarios"][label].get("coalition")]
        return (joint or labels)[-1]
    if asked not in labels:
        raise BadInput("not in these results", key="--scenario", value=asked, allowed=labels)
    return asked


def history_of(folder: Path, run: int, asked: str | None, data: str | None) -> History:
    """The history of this number, ready to run again; BadInput says what keeps it from being the same."""
    manifest = manifest_of(folder)
    label = label_of(manifest, asked)
    within("RUN", run, 0, manifest["runs"] - 1)
    _finished(manifest, label, run)
    form = manifest["scenarios"][label]
    start, threshold = same(manifest, form, label, data), form.get("cohesion_threshold")
    row = _row(folder, label, run)
    if row["key"] != start.key:
        what = "not of the scenario in manifest.json"
        raise BadInput(what, file="runs.parquet", key="key", value=row["key"], allowed=start.key)
    try:
        outcomes = {name: float(value) for name, value in row.items() if name not in NAMES}
        seed, theta = int(row["seed"]), np.nan if threshold is None else float(threshold)
    except (TypeError, ValueError):
        raise BadInput("not a number where one belongs", file=folder / "runs.parquet", allowed=WRITTEN) from None
    return History(label, run, seed, start, theta, outcomes)


def _finished(manifest: dict[str, Any], label: str, run: int) -> None:
    for failure in manifest["failed"]:
        if failure["scenario"] == label and failure["run"] == run:
            raise BadInput(f"this run of {label} failed ({failure['what']})", key="RUN", value=run, allowed="another")


def same(manifest: dict[str, Any], form: dict[str, Any], label: str, data: str | None) -> Start:
    """The start of the recorded scenario, if model, data and scenario are those that were recorded."""
    if manifest["model_version"] != MODEL_VERSION:
        what = "these results are of another version of the model"
        raise BadInput(what, key="model_version", value=manifest["model_version"], allowed=MODEL_VERSION)
    facts = sources(data)
    theirs, ours = (text[:HASH_SHOWN] for text in (manifest["data_hash"], facts.tables.hash))
    if manifest["data_hash"] != facts.tables.hash:
        what = "these results are of other data: give their tables with --data"
        raise BadInput(what, key="data_hash", value=theirs, allowed=ours)
    known = {name: value for name, value in form.items() if name not in BESIDES}
    start = start_of(Scenario.read(known, "manifest.json"), facts)
    if start.key != form.get("key"):
        what = f"the scenario {label} that stands there is not the one that was run"
        raise BadInput(what, file="manifest.json", key="key", value=form.get("key"), allowed=start.key)
    return start


def _row(folder: Path, label: str, run: int) -> pd.Series:
    """What the table holds of a history."""
    try:
        table = pd.read_parquet(folder / "runs.parquet")
        found = table[(table["scenario"] == label) & (table["run"] == run)]
    except (OSError, ValueError, KeyError):
        raise BadInput("cannot be read", file=folder / "runs.parquet", allowed=WRITTEN) from None
    if not set(NAMES) <= set(found.columns):
        what, missing = "a column is missing", sorted(set(NAMES) - set(found.columns))
        raise BadInput(what, file=folder / "runs.parquet", column=missing[0], allowed=WRITTEN)
    if found.empty:
        raise BadInput(f"this run of {label} was not finished", key="RUN", value=run, allowed="another")
    return found.iloc[0]

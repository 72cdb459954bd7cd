"""A results folder as `mineralclub run` wrote it: one history of it, and whether it can be run again here."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from abm import outcomes
from abm.errors import BadInput
from abm.faults import validated
from abm.forms import Block
from abm.scenario import MODEL_VERSION, Scenario
from abm.start import Start, sources, start_of
from experiments import MOST_RUNS

from .request import within

WRITTEN = "a folder that `mineralclub run` wrote"
HASH_SHOWN = 12
BESIDES = ("key", "cohesion_threshold")  # in the manifest beside what a scenario sets
NAMES = ("scenario", "run", "seed", "key")  # columns of runs.parquet that are no outcome


class Recorded(BaseModel):
    """A scenario in the manifest; what it sets is read with `Scenario.read`."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    key: str
    cohesion_threshold: float | None = None
    start: str
    end: str


class Failed(Block):
    """A history that failed."""

    scenario: str
    run: int
    seed: int
    what: str
    traceback: str = ""


class Manifest(BaseModel):
    """What every manifest says; what else it tells is not asked for."""

    model_config = ConfigDict(extra="ignore")

    model_version: str
    data_hash: str
    scenarios: dict[str, Recorded] = Field(min_length=1)
    runs: int = Field(ge=1, le=MOST_RUNS)
    finished_runs: dict[str, int]
    failed: list[Failed]
    interrupted: bool


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
    """The manifest of a results folder, checked; BadInput if it is not as it was written."""
    if not os.path.isdir(folder):
        raise BadInput("no such folder", key="RESULTS", value=str(folder), allowed=WRITTEN)
    file = folder / "manifest.json"
    if not os.path.isfile(file) or not os.path.isfile(folder / "runs.parquet"):
        raise BadInput("no results in it", key="RESULTS", value=str(folder), allowed=WRITTEN)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise BadInput("cannot be read", file=file, allowed=WRITTEN) from None
    try:
        validated(Manifest, manifest, None)
    except BadInput as fault:
        raise BadInput(fault.what, file=file, key=fault.key, value=fault.value, allowed=WRITTEN) from None
    manifest.setdefault("finished", "")
    return manifest


def table_of(path: Path, texts: tuple[str, ...], wholes: tuple[str, ...], reals: tuple[str, ...]) -> pd.DataFrame:
    """A table of a results folder. BadInput if it cannot be read, a column of these is missing or holds something else,
    or another than these holds anything but numbers."""
    try:
        table = pd.read_parquet(path, page_checksum_verification=True)
    except (OSError, ValueError, MemoryError, pa.ArrowException):
        raise BadInput("cannot be read", file=path, allowed=WRITTEN) from None
    for name in (*texts, *wholes, *reals):
        if name not in table.columns:
            raise BadInput("a column is missing", file=path, column=name, allowed=WRITTEN)
    for name in map(str, table.columns):
        kind = table[name].dtype
        if name in texts:
            if pd.api.types.infer_dtype(table[name], skipna=False) not in ("string", "empty", "categorical"):
                raise BadInput("not a text where one belongs", file=path, column=name, allowed=WRITTEN)
        elif not (pd.api.types.is_integer_dtype(kind) if name in wholes else pd.api.types.is_float_dtype(kind)):
            raise BadInput("not a number where one belongs", file=path, column=name, allowed=WRITTEN)
    return table


def runs_of(folder: Path, manifest: dict[str, Any]) -> pd.DataFrame:
    """The table of histories: of every scenario as many as finished, each once."""
    file = folder / "runs.parquet"
    table = table_of(file, ("scenario", "key"), ("run", "seed"), outcomes.NAMES)
    for label, form in manifest["scenarios"].items():
        own, finished = table[table["scenario"] == label], manifest["finished_runs"].get(label, 0)
        odd = own[own["key"] != form["key"]]
        if len(odd):
            what = "not of the scenario in manifest.json"
            raise BadInput(what, file=file, key="key", value=odd["key"].iloc[0], allowed=form["key"])
        if len(own) != finished or own["run"].duplicated().any():
            what = f"histories of {label} doubled or missing"
            raise BadInput(what, file=file, key="rows", value=len(own), allowed=f"{finished}, each of another run")
    if not table["scenario"].isin(list(manifest["scenarios"])).all():
        raise BadInput("a scenario that manifest.json has not", file=file, allowed=list(manifest["scenarios"]))
    return table


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
    runs = runs_of(folder, manifest)
    found = runs[(runs["scenario"] == label) & (runs["run"] == run)]
    if found.empty:
        raise BadInput(f"this run of {label} was not finished", key="RUN", value=run, allowed="another")
    row = found.iloc[0]
    told = {name: float(value) for name, value in row.items() if name not in NAMES}
    return History(label, run, int(row["seed"]), start, np.nan if threshold is None else float(threshold), told)


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

"""The results folder: runs.parquet, yearly.parquet, manifest.json, each whole or not there."""

import contextlib
import hashlib
import json
import os
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import abm
from abm.errors import BadInput
from abm.scenario import MODEL_VERSION

from .runner import BY_MINERAL, BY_STAGE, OF_WORLD, STAGES, STRIDE, Results

PACKAGES = ("numpy", "numba", "mesa", "pandas")
LONGEST_NAME = 60


def claim(out: Path) -> None:
    """BadInput if results cannot be written below `out`; leaves nothing behind."""
    made: list[Path] = []
    try:
        try:
            for folder in [*reversed(out.absolute().parents), out.absolute()]:
                if not folder.is_dir():
                    folder.mkdir()
                    made.append(folder)
            with tempfile.TemporaryDirectory(dir=out, prefix="x" * LONGEST_NAME):  # a path can be too long
                pass
        finally:
            for folder in reversed(made):
                folder.rmdir()
    except OSError as fault:
        why = f"cannot be written ({fault.strerror})"
        raise BadInput(why, key="--out", value=str(out), allowed="a folder") from None


def folder_of(out: Path, results: Results, root: int, runs: int) -> Path:
    """Where these results belong: the same request always the same folder, what Ctrl-C left never in its place."""
    arms = [[arm.label, arm.key] for arm in results.arms]
    key = hashlib.sha256(json.dumps([arms, root, runs]).encode()).hexdigest()[:10]
    labels = "-".join(arm.label for arm in results.arms)
    name = re.sub(r"[^\w#-]+", "_", labels)[:LONGEST_NAME].strip("_")
    return out / f"{name}-{key}{'-interrupted' if results.interrupted else ''}"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` once it is written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def write(path: Path, text: str | bytes) -> None:
    """Writes a file whole or not at all."""
    with whole(path) as temporary:
        temporary.write_bytes(text.encode() if isinstance(text, str) else text)


def save(folder: Path, results: Results, manifest: dict[str, Any], files: Mapping[str, str | bytes]) -> None:
    """Writes both tables and the other files, then the manifest: where it stands, the folder is complete. BadInput if
    they cannot be written, as on a full disk."""
    try:
        _save(folder, results, manifest, files)
    except OSError as fault:
        why = f"cannot be written ({fault.strerror}); without its manifest it is not complete"
        raise BadInput(why, key="--out", value=str(folder), allowed="a folder with room that can be written") from None


def _save(folder: Path, results: Results, manifest: dict[str, Any], files: Mapping[str, str | bytes]) -> None:
    import pyarrow
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    with whole(folder / "runs.parquet") as path:
        results.runs.to_parquet(path, index=False, write_page_checksum=True)
    with whole(folder / "yearly.parquet") as path:
        frames = (yearly_rows(results, arm.label) for arm in results.arms if results.series[arm.label])
        tables = (pyarrow.Table.from_pandas(frame, preserve_index=False) for frame in frames)
        first = next(tables, None)
        if first is not None:
            with pyarrow.parquet.ParquetWriter(path, first.schema, write_page_checksum=True) as writer:
                writer.write_table(first)
                for table in tables:
                    writer.write_table(table)
    for name, content in files.items():
        write(folder / name, content)
    write(folder / "manifest.json", json.dumps(manifest, indent=1, allow_nan=False) + "\n")


def yearly_rows(results: Results, label: str) -> pd.DataFrame:
    """One row a run, year and mineral; cohesion, bite and their product are the same for all minerals of a run."""
    runs = results.runs[results.runs["scenario"] == label]
    years, minerals = results.years, results.minerals
    shape = (len(years), len(minerals), len(runs))
    columns: dict[str, Any] = {
        "scenario": pd.Categorical([label], [arm.label for arm in results.arms]).repeat(np.prod(shape)),
        "run": np.broadcast_to(runs["run"].to_numpy(), shape).ravel(),
        "seed": np.broadcast_to(runs["seed"].to_numpy(), shape).ravel(),
        "year": np.broadcast_to(np.array(years)[:, None, None], shape).ravel(),
        "mineral": pd.Categorical.from_codes(np.broadcast_to(np.arange(shape[1])[:, None], shape).ravel(), minerals),
    }
    for name in (*OF_WORLD, "delivered", *BY_MINERAL, *(f"{n}_{stage}" for n in BY_STAGE for stage in STAGES)):
        values = results.series[label][name]
        columns[name] = np.broadcast_to(values if values.ndim == 3 else values[:, None], shape).ravel()
    return pd.DataFrame(columns)


def manifest(results: Results, root: int, runs: int, /, **more: Any) -> dict[str, Any]:
    """What is needed to run it again, and what went wrong."""
    finished = {arm.label: int((results.runs["scenario"] == arm.label).sum()) for arm in results.arms}
    seeds = {"root": root, "rule": f"root * {STRIDE} + run", "first": root * STRIDE, "last": root * STRIDE + runs - 1}
    return more | {
        "model_version": MODEL_VERSION, "data_hash": results.facts.tables.hash, "against": results.arms[0].label,
        "scenarios": {arm.label: _scenario(arm) for arm in results.arms}, "minerals": results.minerals, "runs": runs,
        "seeds": seeds, "finished_runs": finished, "interrupted": results.interrupted,
        "failed": [vars(failure) for failure in results.failures],
        "versions": {"python": platform.python_version()} | {package: version(package) for package in PACKAGES},
        "platform": platform.platform(), "git": git(),
    }  # fmt: skip


def _scenario(arm: Any) -> dict[str, Any]:
    form = arm.scenario.model_dump(mode="json")
    threshold = None if np.isnan(arm.threshold) else arm.threshold
    return {"key": arm.key, "cohesion_threshold": threshold} | form


def git() -> dict[str, Any] | None:
    """Commit of the source tree, and whether it was changed; None where the model is not run from its repository."""
    root = Path(abm.__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return {"commit": _asked(root, "rev-parse", "HEAD"), "dirty": bool(_asked(root, "status", "--porcelain"))}
    return None


def _asked(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()

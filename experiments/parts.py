"""The folder of a sweep: Parquet parts, each whole or not there, and a manifest of what was asked."""

import hashlib
import io
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from abm.errors import BadInput
from abm.scenario import MODEL_VERSION

from .design import COLUMNS
from .points import Plan
from .reading import DIGEST, IDENTITY, PARTS, WHOLE, histories, manifests, parts_of
from .store import PACKAGES, STRIDE, git, write

HASH_SHOWN = 12
KEPT = "what is whole is kept"
KINDS = {"point": pa.int64(), "run": pa.int64(), "seed": pa.int64()} | dict.fromkeys(
    ("key", "scenario", "failure", "traceback"), pa.string()
)


class Folder:
    """A results folder that belongs to one design, model and data."""

    def __init__(self, path: Path, plan: Plan, shard: tuple[int, int]):
        self.path, self.plan = path, plan
        self.manifest = path / (WHOLE if shard == (1, 1) else f"manifest-{shard[0]}-of-{shard[1]}.json")
        self.schema = dict(KINDS)
        for axis, kind in zip(plan.design.axes, plan.texts, strict=True):
            self.schema[axis.column] = pa.string() if kind else pa.float64()

    def check(self) -> None:
        """Sees that what is there belongs to this sweep; BadInput names both if not."""
        for other in manifests(self.path):
            for name, ours in self.identity.items():
                theirs = other.get(name)
                if theirs != ours:
                    what = f"{self.path} holds results of another {name.removesuffix('_hash').replace('_', ' ')}"
                    shown = str(theirs)[:HASH_SHOWN]
                    raise BadInput(what, key=name, value=shown, allowed=ours[:HASH_SHOWN])
            if other["replicates"] > self.plan.design.replicates:
                what, allowed = "less than the folder holds", f"{other['replicates']} or more, or another folder"
                raise BadInput(what, key="replicates", value=self.plan.design.replicates, allowed=allowed)

    def make(self) -> None:
        """Makes the folder; BadInput if it cannot be."""
        try:
            (self.path / PARTS).mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            what = f"cannot be written ({fault.strerror})"
            raise BadInput(what, key="--out", value=str(self.path), allowed="a folder") from None

    @property
    def axes(self) -> list[str]:
        """Their columns."""
        return [axis.column for axis in self.plan.design.axes]

    @property
    def identity(self) -> dict[str, str]:
        return dict(zip(IDENTITY, (self.plan.identity, MODEL_VERSION, self.plan.data_hash), strict=True))

    def done(self) -> dict[str, bool]:
        """Run keys of all histories in the parts, and whether each is sound."""
        found: dict[str, bool] = {}
        for part in parts_of(self.path):
            table = histories(part, self.axes)
            for key, failure in zip(table["key"].to_pylist(), table["failure"].to_pylist(), strict=True):
                found[key] = found.get(key, False) or failure is None
        return found

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Writes the histories of a task as one part, named by its bytes, so that it is known if one changes."""
        names = dict.fromkeys([*COLUMNS, *self.schema, *(name for row in rows for name in row)])
        columns = {}
        for name in names:
            kind = self.schema.get(name, pa.float64())
            values = [row.get(name) for row in rows]
            if kind == pa.string():
                values = [value if value is None else str(value) for value in values]
            columns[name] = pa.array(values, kind)
        sink = io.BytesIO()
        pq.write_table(pa.table(columns), sink, compression="zstd")
        content = sink.getvalue()
        self._write(self.path / PARTS / f"{hashlib.sha256(content).hexdigest()[:DIGEST]}.parquet", content)

    def note(self, **more: Any) -> None:
        """Writes the manifest."""
        design = self.plan.design
        first = design.seed * STRIDE
        said = self.identity | {
            "name": design.name, "design": design.model_dump(mode="json"),
            "scenarios": {name: base.model_dump(mode="json") for name, base in self.plan.bases.items()},
            "points": len(self.plan.points), "replicates": design.replicates,
            "seeds": {"root": design.seed, "first": first, "last": first + design.replicates - 1},
            **more,
            "versions": {"python": platform.python_version()} | {package: version(package) for package in PACKAGES},
            "platform": platform.platform(), "git": git(),
        }  # fmt: skip
        self._write(self.manifest, (json.dumps(said, indent=1, allow_nan=False) + "\n").encode())

    def _write(self, path: Path, content: bytes) -> None:
        try:
            write(path, content)
        except OSError as fault:
            what = f"cannot be written ({fault.strerror}); {KEPT}"
            allowed = "a folder with room that can be written, then --resume"
            raise BadInput(what, key="--out", value=str(self.path), allowed=allowed) from None

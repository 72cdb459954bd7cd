"""What stands in the folder of a sweep, checked as it is read: manifests, and parts to their last byte."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field

from abm.errors import BadInput
from abm.faults import validated

from .design import COLUMNS, Design

PARTS = "parts"
WHOLE = "manifest.json"
IDENTITY = ("design_hash", "model_version", "data_hash")
WRITTEN = "what `mineralclub experiment` wrote"
DIGEST = 40  # hexadecimal digits of a part's sha256 that are its name
MAYBE = ("failure", "traceback")  # columns that may be empty


class Manifest(BaseModel):
    """What every manifest says; what else it tells is not asked for."""

    model_config = ConfigDict(extra="ignore")

    design_hash: str
    model_version: str
    data_hash: str
    name: str
    design: Design
    scenarios: dict[str, dict[str, Any]] = Field(min_length=1)
    points: int = Field(ge=1)
    replicates: int = Field(ge=1)
    finished: str | None = None


def manifests(folder: Path) -> Iterator[dict[str, Any]]:
    """Of the whole sweep, or of its shards; BadInput if one is not as it was written."""
    for path in sorted(folder.glob("manifest*.json")) if os.path.isdir(folder) else []:
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            raise BadInput("cannot be read", file=path, allowed=WRITTEN) from None
        try:
            known = validated(Manifest, read, None)
        except BadInput as fault:
            raise BadInput(fault.what, file=path, key=fault.key, value=fault.value, allowed=WRITTEN) from None
        yield read | known.model_dump(mode="json", include={"design", "finished"})


def parts_of(folder: Path) -> list[Path]:
    """The parts of a folder, if it has any."""
    return sorted((folder / PARTS).glob("*.parquet")) if os.path.isdir(folder / PARTS) else []


def histories(part: Path, axes: list[str]) -> pa.Table:
    """What names the histories of a part, and how they failed (all but the last of COLUMNS). axes: their columns.
    BadInput if its bytes are not those of its name, or its columns not those of a part; one whose name does not tell
    its bytes is read as a whole."""
    try:
        content = part.read_bytes()
        named = re.fullmatch(f"[0-9a-f]{{{DIGEST}}}", part.stem) is not None
        if named and not hashlib.sha256(content).hexdigest().startswith(part.stem):
            allowed = "the part as it was, or none: --resume runs its histories again"
            raise BadInput("damaged: not the bytes that were written", file=part, allowed=allowed)
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        schema = file.schema_arrow
        for name in (*COLUMNS, *axes, *schema.names):
            if schema.names.count(name) != 1 or not _fits(name, schema.field(name).type, axes):
                raise BadInput("not a column of these histories", file=part, column=name, allowed=WRITTEN)
        table = file.read(list(COLUMNS[:-1]) if named else None)
    except (OSError, ValueError, MemoryError, pa.ArrowException) as fault:
        if isinstance(fault, BadInput):
            raise
        raise BadInput("cannot be read", file=part, allowed=WRITTEN) from None
    for name in COLUMNS:
        if name not in MAYBE and table[name].null_count:
            raise BadInput("empty in a row", file=part, column=name, allowed=WRITTEN)
    return table


def _fits(name: str, kind: pa.DataType, axes: list[str]) -> bool:
    """Whether a column holds what its name says: texts, whole numbers, or numbers."""
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if name in ("key", "scenario"):
        return text
    if name in ("point", "run", "seed"):
        return pa.types.is_integer(kind)
    empty = pa.types.is_null(kind)
    return empty or text if name in MAYBE else empty or pa.types.is_floating(kind) or (text and name in axes)

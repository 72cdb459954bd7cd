"""The hash of a table of histories, the same by whatever route, in whatever parts and order they came."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from abm.errors import BadInput

VECTORS = 4  # DuckDB's vectors of 2,048 rows at once
KINDS = {"BIGINT": "i", "DOUBLE": "f", "FLOAT": "f"}


def hash_of(duck: Any) -> str:
    """sha256 of the view runs: a JSON list of its columns by name and of their kinds (i, f, t); then history by history
    in the order of their keys: whole numbers (int64), numbers (float64), texts (UTF-8, each ended by a zero byte), all
    little-endian, every NaN the same. Times and tracebacks are no part of it."""
    kinds = {name: KINDS.get(kind, "t") for name, kind in sorted(columns_of(duck).items())}
    wholes, reals, texts = ([name for name in kinds if kinds[name] == kind] for kind in "ift")
    found = hashlib.sha256(json.dumps([list(kinds), list(kinds.values())]).encode())
    answer = duck.execute(f"select {listed([*wholes, *reals, *texts])[:-2]} from runs order by key")
    while len(frame := answer.fetch_df_chunk(VECTORS)):
        whole, real = frame[wholes].to_numpy("<i8"), frame[reals].to_numpy("<f8")
        real = np.where(np.isnan(real), np.nan, real)
        for i, told in enumerate(frame[texts].itertuples(index=False)):
            found.update(whole[i].tobytes() + real[i].tobytes())
            found.update("".join(f"{text}\0" for text in told).encode())
    return found.hexdigest()


def hash_of_run(folder: Path) -> str:
    """The same of what `mineralclub run` wrote; its histories have the run keys that a sweep would give them."""
    import duckdb

    duck: Any = duckdb.connect()
    try:
        pq.read_table(folder / "runs.parquet", page_checksum_verification=True)  # which DuckDB does not
        duck.read_parquet(str(folder / "runs.parquet")).create_view("rows")
        duck.execute("create view runs as select sha256(key || ' ' || seed) as key, * exclude (key) from rows")
        return hash_of(duck)
    except (duckdb.Error, OSError, ValueError, MemoryError, pa.ArrowException) as fault:
        what = f"cannot be read ({str(fault).splitlines()[0][:80]})"
        raise BadInput(what, file=folder / "runs.parquet", allowed="what `mineralclub run` wrote") from None


def columns_of(duck: Any) -> dict[str, str]:
    """Columns of the view runs and their DuckDB types."""
    return {name: kind for name, kind, *_ in duck.execute("describe runs").fetchall()}


def listed(names: list[str]) -> str:
    """Column names in quotes, each with a comma behind."""
    return "".join('"' + name.replace('"', '""') + '", ' for name in names)

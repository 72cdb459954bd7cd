"""The stored table of a study: a small results folder, with the columns that its page needs, that `Views` reads."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from abm.ending import ENDS
from abm.errors import BadInput
from experiments.hashing import listed
from experiments.parts import IDENTITY, PARTS, WHOLE
from experiments.store import whole, write
from experiments.views import Views

TABLE = "histories.parquet"
KEY = 12  # letters of a run key: enough for `mineralclub experiment DESIGN --only KEY`
OUTCOMES = ("stands", "works", "life_years", *(f"ends_by_{end}" for end in ENDS), "deconcentrated", "control_months")
KEPT = (*IDENTITY, "name", "design", "scenarios", "points", "replicates", "seeds", "versions")
ASKED = "a finished sweep: a Latin hypercube over whiplash and a floor, of a scenario without a coalition and one with"


def store(views: Views, folder: Path) -> None:
    """Writes the table and manifest of a study; BadInput if the sweep is not finished. The manifest also has the hash
    of the whole table, and how many minerals are judged."""
    manifest = views.manifests[0]
    if len(views.manifests) > 1 or not manifest.get("finished") or manifest.get("interrupted"):
        raise BadInput("not a finished sweep in one folder", key="RESULTS", value=manifest.get("name"), allowed=ASKED)
    if missing := [name for name in OUTCOMES if name not in views.outcomes]:
        raise BadInput(f"no column {missing[0]}", key="RESULTS", value=manifest.get("name"), allowed=ASKED)
    names = listed([*views.axes, *OUTCOMES])[:-2]
    runs = views.sql(
        f"select key[:{KEY}] as key, point, scenario, run, seed, cast(null as varchar) failure, "
        f"cast(null as varchar) traceback, {names} from runs order by point, run"
    )
    failed = int(views.sql("select count(*) n from failures")["n"].iloc[0])
    judged = [name for name in views.outcomes if name.startswith("refine.") and name.endswith(".deconcentrated")]
    more: dict[str, Any] = {
        "table_hash": views.hash(), "histories": len(runs), "failures": failed, "judged": len(judged),
    }  # fmt: skip
    said = {name: manifest[name] for name in KEPT} | more | {"finished": manifest["finished"]}
    (folder / PARTS).mkdir(parents=True, exist_ok=True)
    with whole(folder / PARTS / TABLE) as path:
        pq.write_table(pa.Table.from_pandas(runs, preserve_index=False), path, compression="zstd", compression_level=19)
    write(folder / WHOLE, json.dumps(said, indent=1, allow_nan=False) + "\n")

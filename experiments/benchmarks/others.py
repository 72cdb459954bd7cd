"""The reference market in this engine and in other tools, in the same session as everything else."""

import importlib
from typing import Any

from .child import asked
from .timing import Sizes, say

ENGINE = "engine"


def measure(sizes: Sizes) -> dict[str, Any]:
    """What `peers` compares, and how much longer Mesa takes a run, and the quickest of all others. ModuleNotFoundError
    without these tools, which are an extra."""
    importlib.import_module(".peers", __package__)
    say("peers: the reference market in all of them")
    found = asked("compared", *sizes.peers)
    rows = found["peers"]
    quickest = min(row["s_per_run"] for name, row in rows.items() if name != ENGINE)
    return {
        "reference_ratio_mesa": rows[ENGINE]["ratio_mesa"],
        "reference_ratio_peers": quickest / rows[ENGINE]["s_per_run"], "peers": found,
    }  # fmt: skip

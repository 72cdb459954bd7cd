"""How long a new process takes to its first month: with nothing compiled yet, and as on every later day."""

import tempfile
from typing import Any

from .child import asked
from .timing import Sizes, median, say


def measure(sizes: Sizes) -> dict[str, Any]:
    """Wall time of an interpreter that imports the model, opens the start and makes a step; cold: with no compiled code
    kept, which it compiles; warm: right after it, the median of the repeats."""
    with tempfile.TemporaryDirectory() as folder:
        say("starts: cold, compiles everything")
        cold = asked("started", NUMBA_CACHE_DIR=folder)
        warm = []
        for repeat in range(1, sizes.repeats + 1):
            say(f"starts: warm, repeat {repeat} of {sizes.repeats}")
            warm.append(asked("started", NUMBA_CACHE_DIR=folder))
    middle = {part: median(one[part] for one in warm) for part in cold}
    return {"cold_start_s": cold["wall_s"], "warm_start_s": middle["wall_s"], "starts": {"cold": cold, "warm": middle}}

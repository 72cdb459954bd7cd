"""Both drivers as flat dicts of numbers, and how many of their bits differ."""

from typing import Any

import numpy as np

from abm.agents import KINDS
from abm.scenario import Scenario
from abm.start import Start, start_of

Snapshot = dict[tuple[str, str], np.ndarray]


STILL = {"adversary": False, "vary": False}  # no act of the adversary by chance, table values in every history
KEPT = {  # members stay, and the floor stays as announced
    "review_probability": 0.0, "floor_ideal_producer": 1.0, "floor_ideal_consumer": 1.0, "floor_ideal_hazard": 0.0,
    "nominal_erosion": 0.0,
}  # fmt: skip


def calm(**more: Any) -> Start:
    """No control, no coalition."""
    return start_of(Scenario.read({"name": "calm", "recorded_controls": False} | STILL | more))


ALL = {
    "price_floor": {"start": "2026-05", "level": 2.0, "unit": "multiple of base price"},
    "contract_for_difference": {"start": "2026-05", "level": 2.2, "unit": "multiple of base price", "volume": 0.3},
    "offtake": {"start": "2026-05"}, "guarantee": {"start": "2026-05"}, "tax_credit": {"start": "2026-05"},
    "tariff": {"start": "2026-05", "rate": 0.2},
    "stockpile": {"start": "2026-05", "release_price": 1.0},
}  # fmt: skip


def everything(
    minerals: tuple[str, ...] = ("gallium", "graphite"), end: str = "2040-12", **parameters: float
) -> Scenario:
    """A coalition with every lever."""
    levers = {name: block | {"minerals": list(minerals)} for name, block in ALL.items()}
    form = {"name": "everything", "minerals": list(minerals), "end": end, "parameters": parameters}
    return Scenario.read(form | {"coalition": levers})


def snapshot(books: Any, run: int) -> Snapshot:
    """Every field of every agent and every number of the world of one run."""
    out: Snapshot = {}
    for kind in KINDS:
        known = vars(books[kind])
        for name in known["each"] if "each" in known else known["fields"]:  # of the classes that are there
            out[kind.__name__, name] = np.ascontiguousarray(getattr(books[kind], name)[..., run])
    for name, value in vars(books).items():
        ends_in_runs = isinstance(value, np.ndarray) and value.ndim and value.shape[-1] == books.runs
        if ends_in_runs and name not in books.start.static and name != "seed":
            out["world", name] = np.ascontiguousarray(value[..., run], dtype=float)
    return out


def differing(one: Snapshot, other: Snapshot) -> dict[tuple[str, str], int]:
    """Names whose 64-bit words differ, and in how many places."""
    assert one.keys() == other.keys()
    unequal = {name: int((one[name].view(np.int64) != other[name].view(np.int64)).sum()) for name in one}
    return {name: count for name, count in unequal.items() if count}


def stepped(driver: Any, months: int) -> Any:
    for _ in range(months):
        driver.step()
    return driver

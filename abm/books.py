"""What both drivers share: the numbers of the world, and how columns of a start become fields."""

from typing import Any

import numpy as np

from . import agents
from .agents import KINDS
from .markets.totals import by_place  # noqa: F401  (compiled once, before any thread)
from .rulebook import Field, Index, Link, declared, draw
from .rules import markets as pricing
from .start import Start

MEASURED = ("output", "hhi", "dominant_share")  # written stage by stage, so they must stand before the first month


class Books:
    """Numbers of the world. Arrays of `Start.world` end in the run axis; static arrays have none. A phase of the
    schedule reads and writes them, and reaches the agents by class: w[Buyer].stock is [agent, run]."""

    month: int
    seed: np.ndarray

    def open(self, start: Start, seeds: np.ndarray) -> None:
        self.month, self.seed, self.runs = 0, np.asarray(seeds, dtype=np.int64), len(seeds)
        for name, value in start.static.items():
            setattr(self, name, value)
        for name, value in start.world.items():
            setattr(self, name, self.spread(value))
        self.blocks = ((self.miner_blocks, self.miner_nodes), (self.refiner_blocks, self.refiner_nodes))
        self.log_base_paid = pricing.log_of(self.base_paid)
        stages, minerals, states = 2, len(start.minerals), len(start.states)
        self.output = np.zeros((stages, minerals, states, self.runs))
        self.hhi, self.dominant_share = np.zeros((stages, minerals, self.runs)), np.zeros((stages, minerals, self.runs))

    def spread(self, value: Any) -> np.ndarray:
        """A number or array with a run axis behind, a copy of its own."""
        value = np.asarray(value, dtype=float)
        return np.repeat(value[..., None], self.runs, axis=-1)


def axes(start: Start) -> dict[str, int]:
    """Lengths of the axes that a Field's `each` names."""
    minerals = len(start.minerals)
    return {"": 0, "mineral": minerals, "control": 4 * minerals}


def class_named(name: str) -> type:
    return getattr(agents, name)


def column(start: Start, kind: type, field: Field) -> np.ndarray:
    """Start values of a field: [agent] or [item, agent]; the default where the start does not say."""
    columns = start.columns[kind.__name__]
    count, items = len(columns["class"]), axes(start)[field.each]
    shape = (items, count) if items else (count,)
    if field.name not in columns:
        return np.full(shape, field.default)
    value = np.asarray(columns[field.name], dtype=float)
    return np.where(np.isnan(value), field.default, np.broadcast_to(value, shape))


def purposes(items: int) -> np.ndarray | int:
    """Block numbers of a draw: one for each item of an axis."""
    return np.arange(items)[:, None] if items else 0


__all__ = [
    "KINDS",
    "MEASURED",
    "Books",
    "Field",
    "Index",
    "Link",
    "axes",
    "class_named",
    "column",
    "declared",
    "draw",
    "purposes",
]

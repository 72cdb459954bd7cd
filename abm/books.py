"""What both drivers share: the numbers of the world, and how columns of a start become fields."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import agents
from .agents.actor import PARAMETER
from .rulebook import Field, draw, slot_of
from .rules import markets as pricing
from .scenario import Scenario
from .start import Start, start_of

Source = Start | Scenario | str  # what a driver opens: a start, a scenario, or the name of a shipped one


# Varied in every verdict: willingness and trust, who gets the rent and the security, and how hazardous policy is.
VARIED = (
    "stay_probability_reference", "rent_capture", "excludable_share", "trust_elasticity", "reversal_hazard_observed",
    "permanent_share", "alliance_penalty",
)


def between(low: float, middle: float, high: float, luck: np.ndarray) -> np.ndarray:
    """A number in [low, high] whose median is `middle`, uniform on either side of it. luck: uniform on (0, 1) [run]."""
    below = low + 2.0 * luck * (middle - low)
    return np.where(luck < 0.5, below, middle + (2.0 * luck - 1.0) * (high - middle))


class Books:
    """Numbers of the world. Arrays of `Start.world` end in the run axis; static arrays have none. A phase of the
    schedule reads and writes them, and reaches the agents by class: w[Buyer].stock is [agent, run]."""

    month: int
    seed: np.ndarray

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # every name of Start.world and Start.static

    def open(self, starts: Sequence[Start], seeds: np.ndarray) -> None:
        """Month zero. starts: one for all runs, or one a run, alike in everything that has no run axis."""
        self.at_first: dict[str, np.ndarray] = {}  # channels of own instruments as the start left them
        self.month, self.seed, self.runs = 0, np.asarray(seeds, dtype=np.int64), len(seeds)
        self.starts, self.start = starts, starts[0]
        for name, value in self.start.static.items():
            if odd := next((s for s in starts if not np.array_equal(value, s.static[name])), None):
                one, other = self.start.scenario.name, odd.scenario.name
                raise ValueError(f"{one} and {other} differ in {name} and cannot run in lockstep; run them one by one")
            setattr(self, name, value)
        if odd := next((s for s in starts if s.own != self.start.own or s.classes != self.start.classes), None):
            one, other = self.start.scenario.name, odd.scenario.name
            raise ValueError(f"{one} and {other} have classes of their own and cannot run in lockstep")
        for name in self.start.world:
            setattr(self, name, self.collect([start.world[name] for start in starts]))
        self.vary()
        self.blocks = ((self.miner_blocks, self.miner_nodes), (self.refiner_blocks, self.refiner_nodes))
        self.log_base_paid = pricing.log_of(self.base_paid)
        stages, minerals, states = 2, len(self.start.minerals), len(self.start.states)
        self.output = np.zeros((stages, minerals, states, self.runs))
        self.sent = np.zeros_like(self.received)
        self.hhi, self.dominant_share = np.zeros((stages, minerals, self.runs)), np.zeros((stages, minerals, self.runs))

    def vary(self) -> None:
        """What no data settles is drawn anew in every history from its range, its default the median, unless the
        scenario sets it. The draw depends on the seed alone: paired histories share it."""
        starts = self.starts if len(self.starts) > 1 else list(self.starts) * self.runs
        for name in VARIED:
            row = self.start.parameters.row(name)
            luck = draw(self.seed, 0, slot_of("Parameter", name), PARAMETER, 0)
            drawn = between(row.low, float(row.default), row.high, luck)
            free = [start.scenario.vary and name not in _set(start.scenario) for start in starts]
            setattr(self, name, np.where(free, drawn, getattr(self, name)))

    def collect(self, values: Sequence[Any]) -> np.ndarray:
        """The numbers or arrays of all starts with a run axis behind."""
        return self.spread(values[0]) if len(values) == 1 else np.stack(values, axis=-1, dtype=float)

    def spread(self, value: Any) -> np.ndarray:
        """A number or array with a run axis behind, a copy of its own."""
        value = np.asarray(value, dtype=float)
        return np.repeat(value[..., None], self.runs, axis=-1)


def opened(source: Source) -> Start:
    """The start of whatever a driver is given."""
    return source if isinstance(source, Start) else start_of(source)


def axes(start: Start) -> dict[str, int]:
    """Lengths of the axes that a Field's `each` names."""
    minerals = len(start.minerals)
    return {"": 0, "mineral": minerals, "instrument": len(start.instruments)}


def class_named(name: str, start: Start, classes: dict[str, type] | None) -> type:
    """The class of agents that a start names: the caller's, the start's own, or one that ships."""
    return (classes or {}).get(name) or start.classes.get(name) or getattr(agents, name)


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


def _set(scenario: Scenario) -> set[str]:
    """Names of the parameters that a scenario sets, without their rule."""
    return {name.rpartition(".")[2] for name in scenario.parameters}

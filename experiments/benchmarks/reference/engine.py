"""The reference market in this engine: its month, and many runs in lockstep."""

from typing import TYPE_CHECKING, Any

import numpy as np

from abm.ensemble import Linked, Table
from abm.rulebook import Field, Link, declared

from . import rules
from .agents import Mine, Refinery, Reigning, User
from .market import BUYERS, MINERALS, MINERS, NUMBERS, REFINERS, STATES, STEPS, Numbers, Outcomes, start

LANES = 192  # runs in lockstep: arrays of more would not stay in the cache
BUFFER = 256  # numbers; with NumPy's 8192 a ufunc first copies what it broadcasts, which takes longer than a short rule


def tons(values: np.ndarray) -> np.ndarray:
    """Sum over the agents of each mineral [mineral, run]; they stand mineral by mineral."""
    return rules.added(values.reshape(MINERALS, -1, values.shape[-1]))


def clear_ore(w):
    there, wanted = w.ore_stock + tons(w[Mine].output), tons(w[Refinery].ordered)
    w.ore_log = rules.moved_log(w.ore_log, there, wanted, w.price_speed)
    w.ore_price = rules.price_at(w.ore_base, w.ore_log)
    w.ore_stock, w.ore_fill = rules.unsold(there, wanted), rules.met(there, wanted)


def clear_metal(w):
    there, wanted = w.metal_stock + tons(w[Refinery].output), tons(w[User].ordered)
    w.metal_log = rules.moved_log(w.metal_log, there, wanted, w.price_speed)
    w.metal_price = rules.price_at(w.metal_base, w.metal_log)
    w.metal_stock, w.metal_fill = rules.unsold(there, wanted), rules.met(there, wanted)


def count_use(w):
    w.wanted, w.used = w.wanted + rules.added(w[User].wanted), w.used + rules.added(w[User].used)
    w.demand_index = w.demand_index * w.demand_growth


MONTH = (
    (Reigning, "govern"), (Mine, "produce"), (Refinery, "order"), clear_ore, (Refinery, "refine"), (User, "order"),
    clear_metal, (User, "consume"), count_use,
)  # fmt: skip


class Lockstep:
    """Runs side by side: numbers of the world [run] or [mineral, run], and a table for each class of agents."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # every number of the world

    def __init__(self, seeds: np.ndarray, numbers: Numbers):
        self.seed, self.month, self.runs = seeds, 0, len(seeds)
        s = start()
        world = vars(numbers) | {
            "middle": 0.5, "demand_growth": 1.0 + numbers.demand_growth, "demand_index": 1.0, "wanted": 0.0,
            "used": 0.0, "ore_base": s.ore_price, "metal_base": s.metal_price,
        }  # fmt: skip
        for name, value in world.items():
            setattr(self, name, np.full(self.runs, value))
        for name in ("ore_log", "ore_stock", "metal_log", "metal_stock"):
            setattr(self, name, np.zeros((MINERALS, self.runs)))
        self.ore_price = np.full((MINERALS, self.runs), s.ore_price)
        self.metal_price = np.full((MINERALS, self.runs), s.metal_price)
        self.tables: dict[type, Table] = {}
        self.add(Reigning, np.arange(STATES))
        mineral = np.arange(MINERALS)
        self.add(
            Mine, mineral.repeat(MINERS), home=s.miner_home, cost=s.miner_cost, capacity=s.miner_capacity, rate=s.rate
        )
        self.add(
            Refinery, mineral.repeat(REFINERS), home=s.refiner_home, cost=s.refiner_cost, capacity=s.refiner_capacity,
            rate=s.rate,
        )  # fmt: skip
        elasticity = numbers.elasticity * s.buyer_sensitivity
        self.add(
            User, mineral.repeat(BUYERS), use=s.buyer_use, stock=numbers.cover * s.buyer_use, elasticity=elasticity
        )

    def add(self, kind: Any, mineral: np.ndarray, **columns: Any) -> None:
        """All agents of a class: an instance of it whose fields are [agent, run]."""
        shape = len(mineral), self.runs
        rows = kind.__new__(kind)
        rows.model, rows.slot, rows.mineral = self, np.arange(len(mineral)), mineral
        rows.rows, rows.runs = shape
        for field in declared(kind, Field):
            column = np.reshape(columns.get(field.name, field.default), (-1, 1))
            setattr(rows, field.name, np.broadcast_to(column, shape).astype(float))
        for link in declared(kind, Link):
            setattr(rows, link.name, Linked(self.tables[Reigning], columns[link.name]))
        self.tables[kind] = Table([rows], kind)

    def __getitem__(self, kind: type) -> Table:
        return self.tables[kind]

    def draw(self, rows: Any, purpose: int, each: str) -> np.ndarray:
        return rules.draws(self.seed, self.month, rows.slot, purpose)

    def step(self) -> None:
        for phase in MONTH:
            if isinstance(phase, tuple):
                kind, method = phase
                getattr(kind, method)(*self[kind].parts)
            else:
                phase(self)
        self.month += 1

    def run(self, steps: int) -> np.ndarray:
        """Outcomes [outcome, run]."""
        with np.errstate(all="ignore"):
            np.setbufsize(BUFFER)  # until the end of this block
            for _ in range(steps):
                self.step()
            refined = self[Refinery].output.reshape(MINERALS, REFINERS, self.runs)
            index = rules.state_concentration(refined, start().refiner_home.reshape(MINERALS, REFINERS), STATES)
            price = rules.added(self.metal_price / self.metal_base)
            return np.stack([rules.added(index) / MINERALS, price / MINERALS, 1.0 - self.used / self.wanted])


def simulate(runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes:
    """Run i has the luck of seed + i: alone it gives the same bits."""
    seeds = np.arange(seed, seed + runs)
    parts = [Lockstep(seeds[i : i + LANES], numbers).run(steps) for i in range(0, runs, LANES)]
    return Outcomes(*np.concatenate(parts, axis=-1))

"""A month as the log sees it: the books at its end, and what it remembers of the month before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..agents import ExportControl, Refiner, State
from ..books import column
from ..instruments import PRICE_FLOOR, TARIFF
from ..rulebook import Field, declared
from ..rules import border
from ..start import Start

REFINE = Refiner.STAGE
COALITION = "coalition"  # who acts where no single state does
KINDS = (
    "leads", "carries on", "falls into abeyance", "is over", "breaks", "joins", "stays", "leaves", "stays out",
    "cheats", "complies again", "agrees", "does not renew", "suspends", "resumes", "lapses", "has a budget again",
    "changes government", "coerces", "announces", "imposes", "tightens", "eases", "lifts", "begins a truce",
    "ends a truce", "retaliates", "answers", "begins a price war", "ends a price war",
)  # fmt: skip
NOT_YET, LED, CARRIED, ABEYANCE = range(4)  # how the coalition stands
REMEMBERED: dict[type, tuple[str, ...]] = {
    State: ("suspended", "lapsing", "commitment", "truce", "believed_hazard"), ExportControl: ("notice", "rung"),
}  # fmt: skip
OF_WORLD = ("floor", "flooded")
Terms = dict[str, float | str]
Memory = dict[str, np.ndarray]  # copies, by name: [agent, run], [item, agent, run], [item, run] or [run]


@dataclass(frozen=True)
class Event:
    """who: a state or the coalition; what: one of KINDS; about: the mineral, instrument or state concerned, or ""."""

    run: int
    who: str
    what: str
    about: str
    terms: Terms


@dataclass(frozen=True)
class Month:
    """Reads the books `w`, never writes into them."""

    start: Start
    w: Any
    before: Memory

    @property
    def number(self) -> int:
        """The month that has just ended; the first is 0."""
        return int(self.w.month) - 1

    def leader(self, run: int) -> str:
        return self._first(self.w[State].leads[:, run])

    def faced(self, run: int) -> str:
        """The dominant state that the coalition faces."""
        return self._first(self.w[State].faced[:, run])

    def _first(self, flags: np.ndarray) -> str:
        rows = np.flatnonzero(flags > 0.0)
        return self.start.states[rows[0]] if len(rows) else ""

    def after(self) -> Memory:
        """What the next month needs of this one."""
        memory = {name: np.array(getattr(self.w[kind], name)) for kind in REMEMBERED for name in REMEMBERED[kind]}
        memory |= {name: np.array(getattr(self.w, name)) for name in OF_WORLD}
        return memory | {"lax": self.lax(), "status": self.status()}

    def status(self) -> np.ndarray:
        """How the coalition stands [run], NOT_YET before its first lever has begun and after its last has ended."""
        w = self.w
        how = np.where(w.leading > 0.0, LED, np.where(w.carried > 0.0, CARRIED, ABEYANCE))
        return np.where(w.any_begun > 0.0, how, NOT_YET)

    def lax(self) -> np.ndarray:
        """Members that enforce less than they would unenforced [state, run]; as before while they have no border."""
        s, w = self.w[State], self.w
        guards = border.either(s.force[PRICE_FLOOR], s.force[TARIFF] * w.taxing)
        lax = np.where(guards > 0.0, s.compliance < w.compliance_no_enforcement, self.before["lax"])
        return np.where(s.member > 0.0, lax, False)


def first(start: Start, runs: int) -> Memory:
    """What a log remembers before the first month."""
    fields = {f.name: (kind, f) for kind in REMEMBERED for f in declared(kind, Field) if f.name in REMEMBERED[kind]}
    memory = {name: _repeated(column(start, kind, field), runs) for name, (kind, field) in fields.items()}
    memory |= {name: _repeated(start.world[name], runs) for name in OF_WORLD}
    return memory | {"lax": np.zeros((len(start.states), runs), bool), "status": np.full(runs, NOT_YET)}


def _repeated(values: np.ndarray, runs: int) -> np.ndarray:
    return np.repeat(values[..., None], runs, axis=-1)


def places(mask: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Where a mask holds, as plain numbers, the run last."""
    yield from map(tuple, np.argwhere(mask).tolist())


def terms(table: Any, names: tuple[str, ...], at: tuple[int, ...]) -> Terms:
    """Fields of one agent in one run."""
    return {name: float(getattr(table, name)[at]) for name in names}


def listed(names: list[str]) -> str:
    return " ".join(names) or "none"

"""Many histories in lockstep: the methods of the agents run on tables [agent, run]."""

import itertools
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from .agents import KINDS, State
from .books import Books, Source, axes, class_named, column, opened, purposes
from .record import Record
from .rulebook import Field, Index, Link, declared, draw
from .scenario import Scenario
from .schedule import MONTH
from .start import Start


class Linked:
    """Another class's table seen row by row: home.member is [agent, run], home.rung[item] picks of an axis too."""

    def __init__(self, table: "Table", rows: np.ndarray):
        self._table, self._rows = table, rows

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._table, name)
        return Picked(value, self._rows) if self._table.each[name] else value[self._rows]


class Picked:
    def __init__(self, value: np.ndarray, rows: np.ndarray):
        self._value, self._rows = value, rows

    def __getitem__(self, item: Any) -> np.ndarray:
        return self._value[item, self._rows]


class Seen:
    """The world as the agents of one class see it: a number per control meets a state as [control, 1, run]."""

    def __init__(self, ensemble: "Ensemble", vectors: bool):
        self._ensemble, self._vectors = ensemble, vectors

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._ensemble, name)
        return value[:, None] if self._vectors and getattr(value, "ndim", 0) == 2 else value

    def draw(self, rows: Any, purpose: int, each: str) -> np.ndarray:
        e = self._ensemble
        return draw(e.seed, e.month, rows.slot, purpose, purposes(e.lengths[each]))


class Table:
    """All agents of a kind as market phases see them; the rows of its classes stand one after another."""

    def __init__(self, parts: list[Any], kind: type):
        self.__dict__["parts"] = parts
        self.__dict__["each"] = {f.name: f.each for p in parts for f in declared(type(p), Field)}
        self.__dict__["sizes"] = np.cumsum([p.rows for p in parts])[:-1]
        self.__dict__["defaults"] = {f.name: f.default for p in parts for f in declared(type(p), Field)}
        self.__dict__["kind"] = kind
        self.__dict__["joined"] = {}  # field -> what was joined last, and its pieces

    def __getattr__(self, name: str) -> Any:
        if len(self.parts) == 1:
            return getattr(self.parts[0], name)
        field = name in self.each
        pieces = [self._of(p, name) if field else getattr(p, name) for p in self.parts]
        whole, before = self.joined.get(name, (None, pieces[:0]))
        if not before or any(a is not b for a, b in zip(before, pieces, strict=True)):
            whole = np.concatenate(pieces, axis=-2 if field else 0)
            self.joined[name] = whole, pieces
        return whole

    def _of(self, part: Any, name: str) -> np.ndarray:
        if name in part.__dict__:
            return part.__dict__[name]
        if name not in part.undeclared:  # a field that this class does not declare
            part.undeclared[name] = np.full((part.rows, part.runs), self.defaults[name])
        return part.undeclared[name]

    def __setattr__(self, name: str, value: np.ndarray) -> None:
        for part, piece in zip(self.parts, np.split(value, self.sizes, axis=-2), strict=True):
            if name in part.__dict__:  # else a field that this class does not declare
                setattr(part, name, piece)


class Ensemble(Books):
    """Histories of one scenario under many seeds, or of one scenario a seed; `step` advances all of them by a month.

    classes: other agents by the class name that the start gives them, such as {"Buyer": Hoarder}.
    """

    def __init__(self, scenario: Source | Sequence[Source], seeds: Any, classes: dict[str, type] | None = None):
        one = isinstance(scenario, Start | Scenario | str)
        starts = [opened(scenario)] if one else [opened(s) for s in scenario]  # type: ignore[arg-type, union-attr]
        if not one and len(starts) != len(seeds):
            raise ValueError(f"{len(starts)} scenarios for {len(seeds)} seeds: one for all, or one a seed")
        self.open(starts, np.asarray(seeds))
        start = self.start
        self.lengths = axes(start)
        self.tables: dict[type, Table] = {}
        self.clock: dict[Any, float] = {}
        for kind in KINDS:
            names = start.columns[kind.__name__]["class"]
            parts, first = [], 0
            for name, group in itertools.groupby(names):
                last = first + len(list(group))
                parts.append(self._rows(class_named(name, start, classes), kind, slice(first, last)))
                first = last
            self.tables[kind] = Table(parts, kind)
        for table in self.tables.values():
            for part in table.parts:
                for link in declared(type(part), Link):
                    rows = getattr(part, f"{link.name}_row")
                    setattr(part, link.name, Linked(self.tables[State], rows))

    def _rows(self, cls: Any, kind: type, part: slice) -> Any:
        """An instance of the very class whose attributes are arrays; it never was a Mesa agent."""
        rows: Any = cls.__new__(cls)
        columns = self.start.columns[kind.__name__]
        rows.model = Seen(self, any(f.each for f in declared(cls, Field)))
        rows.rows, rows.runs, rows.undeclared = part.stop - part.start, self.runs, {}
        for field in declared(cls, Field):
            values = [column(start, kind, field)[..., part] for start in self.starts]
            setattr(rows, field.name, self.collect(values))
        for index in declared(cls, Index):
            setattr(rows, index.name, columns[index.name][part])
        for link in declared(cls, Link):
            setattr(rows, f"{link.name}_row", columns[link.name][part])
        return rows

    def __getitem__(self, kind: type) -> Table:
        return self.tables[kind]

    def step(self) -> None:
        """One month of every history."""
        with np.errstate(all="ignore"):  # a compiled `x if ok else y` may compute both; the record checks what is kept
            self._month()

    def run(self, months: int | None = None) -> Record:
        """The record of all months, or of the first `months`."""
        record = Record(self.start, self.runs)
        for _ in range(self.start.scenario.months if months is None else months):
            self.step()
            record.take(self)
        return record

    def _month(self) -> None:
        for phase in MONTH:
            began = time.perf_counter()
            if isinstance(phase, tuple):
                kind, method = phase
                for part in self.tables[kind].parts:
                    getattr(type(part), method, _nothing)(part)
            else:
                phase(self)
            self.clock[phase] = self.clock.get(phase, 0.0) + time.perf_counter() - began
        self.month += 1


def _nothing(part: Any) -> None:
    """A class without this method does nothing in its phase."""

"""One history, agent by agent: a Mesa model whose agents hold plain numbers."""

from typing import Any

import mesa
import numpy as np

from .agents import KINDS, State
from .books import Books, Source, axes, class_named, column, opened
from .rulebook import Field, Index, Link, declared, draw
from .schedule import MONTH


class Column:
    """Agents of a kind as a phase sees them, [agent, 1] or [item, agent, 1]: gathered when read, scattered when set."""

    def __init__(self, agents: list[Any]):
        self.__dict__["agents"] = agents
        classes = dict.fromkeys(type(agent) for agent in agents)
        self.__dict__["fields"] = {f.name: f for cls in classes for f in declared(cls, Field)}

    def __getattr__(self, name: str) -> Any:
        field = self.__dict__["fields"].get(name)
        if field is None:
            return np.array([getattr(a, name) for a in self.agents])
        values = np.array([a.__dict__.get(name, field.default) for a in self.agents])
        return np.moveaxis(values, 0, -1)[..., None]

    def __setattr__(self, name: str, value: np.ndarray) -> None:
        rows = np.ascontiguousarray(np.moveaxis(value[..., 0], -1, 0))
        for agent, row in zip(self.agents, rows if rows.ndim > 1 else rows.tolist(), strict=True):
            if name in agent.__dict__:  # else a field that its class does not declare
                setattr(agent, name, row)


class WorldBooks(Books):
    """The books of a single run."""

    kinds: dict[type, list[Any]]

    def __getitem__(self, kind: type) -> Column:
        return Column(self.kinds[kind])


class World(mesa.Model):
    """One history of a start under one seed. Agents by class are in `agents_by_kind`; world numbers are attributes."""

    def __init__(self, scenario: Source, seed: int, classes: dict[str, type] | None = None):
        super().__init__()
        self.acting, self.remembered = False, list[str]()  # numbers of the world read in a phase of the agents
        start = opened(scenario)
        self.start, self.books = start, WorldBooks()
        self.books.open([start], np.array([seed]))
        self.lengths = axes(start)
        self.agents_by_kind: dict[type, list[Any]] = {}
        self.books.kinds = self.agents_by_kind
        self.visiting: dict[Any, list[Any]] = {}  # another order of visit, by phase
        for kind in KINDS:
            columns = start.columns[kind.__name__]
            members = [class_named(name, start, classes)(self) for name in columns["class"]]
            fields = {f.name: (f, column(start, kind, f)) for a in members for f in declared(type(a), Field)}
            for i, agent in enumerate(members):
                for field in declared(type(agent), Field):
                    value = fields[field.name][1][..., i]
                    setattr(agent, field.name, value.copy() if value.ndim else float(value))
                for index in declared(type(agent), Index):
                    setattr(agent, index.name, int(columns[index.name][i]))
                for link in declared(type(agent), Link):
                    row = int(columns[link.name][i])
                    setattr(agent, f"{link.name}_row", row)
                    home = agent if kind is State and row == i else self.agents_by_kind[State][row]
                    setattr(agent, link.name, home)
            self.agents_by_kind[kind] = members

    def __getattr__(self, name: str) -> Any:
        """Numbers of the world without their run axis."""
        books = self.__dict__.get("books")
        if books is None or name.startswith("_") or name not in books.__dict__:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        value = books.__dict__[name]
        if name not in self.start.static and isinstance(value, np.ndarray):
            value = value[..., 0].item() if value.ndim == 1 else value[..., 0]
        if self.acting:  # no agent changes it, so the next one need not ask again
            self.__dict__[name] = value
            self.remembered.append(name)
        return value

    def draw(self, agent: Any, purpose: int, each: str) -> Any:
        """Uniform(0, 1) at the agent's address; an array over the axis that `each` names."""
        books, items = self.books, self.lengths[each]
        u = draw(books.seed, books.month, agent.slot, purpose, np.arange(items) if items else 0)
        return u[..., 0] if items else u.item()

    def step(self) -> None:
        """One month."""
        with np.errstate(all="ignore"):  # a compiled `x if ok else y` may compute both; the record checks what is kept
            self._month()

    def _month(self) -> None:
        for phase in MONTH:
            if isinstance(phase, tuple):
                kind, method = phase
                self.acting = True
                for agent in self.visiting.get(phase, self.agents_by_kind[kind]):
                    act = getattr(agent, method, None)
                    if act is not None:
                        act()
                self.acting = False
                for name in self.remembered:
                    del self.__dict__[name]
                self.remembered.clear()
            else:
                phase(self.books)
        self.books.month += 1

"""Instruments of one's own: each month they act on what the rules read, and what they cost is booked like any support.

A class derived from Lever names its channels (abm/instruments/channels.py) and says in `act` what it does to them. Its
politics are those of every instrument: it begins and ends by its dates, is suspended by its payer's reversals and
lapses, and counts in cohesion.
"""

from typing import Any

import numpy as np

from ..agents import Buyer, Miner, Refiner, State
from ..errors import BadInput
from ..instruments import INSTRUMENTS
from ..markets import totals

KINDS = {kind.__name__: kind for kind in (Buyer, Miner, Refiner)}


def act_on_channels(w):
    """R18, R58  What instruments of one's own do where they are in force, each channel as the start left it."""
    own = w.start.own
    if not own:
        return
    for channel in dict.fromkeys(channel for lever in own.values() for channel in lever.channels):
        kind, _, field = channel.partition(".")
        first = w.at_first.setdefault(channel, np.array(getattr(w[KINDS[kind]], field)))
        setattr(w[KINDS[kind]], field, first.copy())
    s, names = w[State], w.start.instruments
    cost = np.zeros_like(s.kept)
    for name, lever in own.items():
        k = names.index(name)
        found = lever.act(w, Own(w, k, name, lever.channels))
        cost[k] = 0.0 if found is None else numbers(found, name, "cost", cost[k].shape, "state, run")
    s.own_cost = cost


def numbers(value: Any, name: str, key: str, shape: tuple[int, ...], axes: str) -> np.ndarray:
    """What an instrument of one's own gives, as an array of the shape; BadInput if it is none, or holds NaN or inf."""
    try:
        found = np.broadcast_to(np.asarray(value, dtype=float), shape)
    except (TypeError, ValueError):
        what = "not numbers of this shape"
        raise BadInput(what, key=f"{name}: {key}", value=type(value).__name__, allowed=f"[{axes}] = {shape}") from None
    if not np.isfinite(found).all():
        raise BadInput("not finite", key=f"{name}: {key}", value="NaN or inf", allowed="finite numbers")
    return found


def costs(w):
    """R58  Number, and public cost by state (USD/month) [state, run], of every instrument of one's own."""
    return [(k, w[State].own_cost[k]) for k in range(len(INSTRUMENTS), len(w.start.instruments))]


class Own:
    """An instrument in a month. kept: the part of it that a state keeps up, 0 before it begins and outside the
    coalition [state, run]; scope: 1 where it applies [mineral]; every number of its class is an attribute, [run] or, of
    a table by mineral, [mineral, run]. `own[Refiner]` are the agents, of which it may set what its channels name."""

    _name: str

    def __init__(self, w: Any, k: int, name: str, channels: tuple[str, ...]):
        self._w, self._name, self._channels = w, name, channels
        self.kept, self.scope = w[State].kept[k], w.scope[k]

    def __getattr__(self, number: str) -> np.ndarray:
        found = self._w.__dict__.get(f"{self._name}.{number}")
        if found is None:
            known = [name.partition(".")[2] for name in self._w.__dict__ if name.startswith(f"{self._name}.")]
            raise BadInput("no number of this instrument", key=self._name, value=number, allowed=known)
        return found

    def __getitem__(self, kind: type) -> "Agents":
        return Agents(self._w[kind], kind.__name__, self._name, self._channels)

    def at(self, agents: Any) -> np.ndarray:
        """The part of it that is kept up where an agent is, 0 for a mineral out of its scope: [agent, run]."""
        return self.kept[agents.home_row] * self.scope[agents.mineral][:, None]

    def by_state(self, values: np.ndarray, agents: Any) -> np.ndarray:
        """Sums by state, in the order of the agents [state, run]. values: [agent, run]."""
        states = np.zeros((1, len(self._w.start.states)))
        return totals.by_place(values, np.zeros_like(agents.mineral), agents.home_row, states)[0]


class Agents:
    """Agents of a kind, [agent, run] by field; only the channels of an instrument may be set."""

    _name: str

    def __init__(self, table: Any, kind: str, name: str, channels: tuple[str, ...]):
        self.__dict__.update(_table=table, _kind=kind, _name=name, _channels=channels)

    def __getattr__(self, field: str) -> np.ndarray:
        return getattr(self._table, field)

    def __setattr__(self, field: str, value: np.ndarray) -> None:
        channel = f"{self._kind}.{field}"
        if channel not in self._channels:
            allowed = self._channels or "what its class lists in `channels`"
            raise BadInput("not among its channels", key=self._name, value=channel, allowed=allowed)
        shape = getattr(self._table, field).shape
        setattr(self._table, field, np.array(numbers(value, self._name, channel, shape, "agent, run")))

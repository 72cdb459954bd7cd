"""A start with more agents, for measuring how time grows with their number, and for that alone."""

from dataclasses import replace
from typing import Any

import numpy as np

from abm import agents
from abm.errors import BadInput
from abm.rulebook import Field, declared, slot_of
from abm.start import Start
from abm.start.world import blocks, few_places, rows_at

KINDS = ("Miner", "Refiner", "Buyer")
AMOUNTS = {"t", "t/month", "t/year", "USD", "USD/month"}  # units of what the parts share
STREAM = {"ceiling", "headroom"}  # what a host stream allows all blocks of a state together

# Numbers at the destinations of both markets [stage, mineral, ..., place]: what stands where there is no destination.
AT_PLACES = {
    "destination_home": 0, "weight": 0.0, "freight": 1.0, "per_ton": 0.0, "foreign": 0.0, "abroad": 1.0,
    "base_paid": 1.0, "base_flow": 0.0, "named": 0.0, "paid": 1.0, "delivered": 0.0, "received": 0.0, "trailing": 0.0,
    "group": 0.0,
}  # fmt: skip
TONS = {"base_flow", "delivered", "received", "trailing"}  # of these, what the parts of a buyer share
OF_METAL = ("at_home",)  # at the destinations of refined metal alone [mineral, place]
OF_ORE = ("ore_planned", "hosted")  # at refiners' nodes, where ore arrives [mineral, place]


def divided(start: Start, parts: int) -> Start:
    """The same world with every miner, refiner and buyer cut into `parts` agents of an equal share of its size, each
    with an address, and so with luck, of its own. A buyer's part is a destination of its own in its market, as one
    agent buys at a destination; parts of a firm supply at the node of the whole.

    It is for measuring alone: what the parts want together is what the whole wanted, but a plant a k-th as large costs
    more a ton, outages hit parts one by one, and names of destinations in `nodes` are not those of the columns.
    For agents of classes that ship. BadInput if two addresses clash.
    """
    if parts == 1:
        return start
    columns = {kind: _cut(table, kind, parts) if kind in KINDS else table for kind, table in start.columns.items()}
    slots = np.concatenate([table["slot"] for table in columns.values()])
    if len(np.unique(slots)) < len(slots):
        raise BadInput("two agents share an address", key="slot", value=parts, allowed="another number of parts")
    static = {name: _placed(name, value, parts) for name, value in start.static.items()}
    world = {name: _placed(name, value, parts) for name, value in start.world.items()}
    minerals, places = len(start.minerals), static["destination_home"].shape[2]
    for kind in KINDS[:2]:
        static |= blocks(columns[kind], minerals, f"{kind.lower()}_")
    for kind in KINDS:
        static[f"{kind.lower()}_outside"] = np.repeat(start.static[f"{kind.lower()}_outside"], parts)
    static["buyer_row"] = rows_at(columns["Buyer"], minerals, places)
    static["refiner_row"] = rows_at(columns["Refiner"], minerals, places)
    static["destinations"] = start.static["destinations"] * np.array([[1], [parts]])
    static["few"] = few_places(static)
    static["largest_module"] = start.static["largest_module"] / parts
    return replace(start, columns=columns, static=static, world=world)


def _cut(table: dict[str, Any], kind: str, parts: int) -> dict[str, Any]:
    """Columns of the parts, those of a block beside each other; the first part keeps the address of the whole."""
    classes = {name: getattr(agents, name) for name in dict.fromkeys(table["class"])}
    shared = {f.name for cls in classes.values() for f in declared(cls, Field) if f.unit in AMOUNTS} - STREAM
    out: dict[str, Any] = {"class": np.repeat(table["class"], parts).tolist()}
    for name in table.keys() - {"class"}:
        whole = np.repeat(table[name], parts)
        out[name] = whole / parts if name in shared else whole
    number = np.tile(np.arange(parts), len(table["class"]))
    out["slot"] = np.array([
        slot if part == 0 else slot_of(str(slot), str(part)) for slot, part in zip(out["slot"], number, strict=True)
    ])  # fmt: skip
    if kind == "Buyer":
        out["node"] = out["node"] * parts + number
    return out


def _placed(name: str, value: np.ndarray, parts: int) -> np.ndarray:
    """A number of the world where refined metal has `parts` times the destinations, and ore those it had."""
    if name in OF_METAL:
        return np.repeat(value, parts, axis=-1)
    if name in OF_ORE:
        return _padded(value, parts, 0)
    if name not in AT_PLACES:
        return value
    ore, metal = value
    metal = np.repeat(metal, parts, axis=-1)
    return np.stack([_padded(ore, parts, AT_PLACES[name]), metal / parts if name in TONS else metal])


def _padded(value: np.ndarray, parts: int, nothing: float) -> np.ndarray:
    more = [(0, 0)] * (value.ndim - 1) + [(0, value.shape[-1] * (parts - 1))]
    return np.pad(value, more, constant_values=nothing)

"""The month: (class, method) pairs and phases of the whole world, in order."""

from typing import Any

from .agents import Buyer, Miner, Refiner, State
from .phases.building import allot, survey, tally
from .phases.dates import calendar, follow_leader, grow
from .phases.measures import measure
from .phases.trade import assign_outlets, clear_ore, clear_refined

MONTH: list[Any] = [
    calendar,
    (State, "suffer_politics"),
    follow_leader,
    (State, "apply_controls"),
    (State, "enforce"),
    assign_outlets,
    (Miner, "suffer_outage"),
    (Refiner, "suffer_outage"),
    (Miner, "offer"),
    (Refiner, "plan_ore"),
    clear_ore,
    (Refiner, "take_ore"),
    (Refiner, "offer"),
    (Buyer, "plan"),
    clear_refined,
    (Buyer, "consume"),
    (Miner, "produce"),
    (Refiner, "produce"),
    (Refiner, "use_ore"),
    (Refiner, "claim_credit"),
    (Refiner, "settle"),
    measure,
    (Buyer, "learn"),
    survey,
    (Refiner, "find_room"),
    (Refiner, "weigh"),
    allot,
    (Miner, "operate"),
    (Refiner, "operate"),
    (Miner, "expand"),
    (Refiner, "expand"),
    tally,
    (State, "watch"),
    grow,
]

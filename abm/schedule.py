"""The month: (class, method) pairs and phases of the whole world, in order."""

from typing import Any

from .agents import Buyer, ExportControl, Miner, Refiner, State
from .phases.adversary import (
    compare_motives,
    quarrel,
    see_floods,
    strike_back,
    survey_entrants,
    survey_leverage,
)
from .phases.building import allot, survey, tally
from .phases.coalition import add_up, go_on, keep_accounts, negotiate, take_notice, take_stock
from .phases.dates import calendar, follow_leader, grow
from .phases.holding import hold
from .phases.measures import measure
from .phases.own import act_on_channels
from .phases.trade import assign_outlets, clear_ore, clear_refined

MONTH: list[Any] = [
    calendar,
    (State, "suffer_politics"),
    follow_leader,
    (State, "feel_tension"),
    survey_leverage,
    (ExportControl, "weigh"),
    compare_motives,
    (State, "threaten"),
    (ExportControl, "decide"),
    (ExportControl, "license"),
    survey_entrants,
    (Refiner, "wage_price_war"),
    see_floods,
    strike_back,
    (State, "bear"),
    take_stock,
    (State, "weigh_membership"),
    add_up,
    (State, "review"),
    go_on,
    negotiate,
    take_notice,
    (State, "enforce"),
    act_on_channels,
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
    hold,
    quarrel,
    keep_accounts,
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

"""The reference market: its size, its numbers, its start, and what a simulation of it gives. docs/benchmarks.md has
the equations. Every number is invented for the benchmark; nothing of it is part of the model."""

import functools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

MINERALS, STATES = 14, 50
MINERS, REFINERS, BUYERS = 24, 14, 10  # of each mineral
STEPS = 100


@dataclass(frozen=True)
class Numbers:
    """Parameters of the equations; a price of ore is about 1, of metal about 2."""

    policy_begins: float = 0.01  # chance a month that a state begins to support its refiners
    policy_ends: float = 0.02  # chance a month that it stops
    tax: float = 0.15  # share of the ore price that miners at home pay while it supports
    support: float = 0.1  # share of the metal price that refiners at home get on top
    outage_hazard: float = 0.01  # chance a month that a mine breaks down
    outage_months: float = 3.0
    steepness: float = 1.0  # of the wanted rate of use, by margin over cost
    ramp: float = 0.5  # share of the way to the wanted rate, a month
    memory: float = 0.1  # weight of this month in an expected margin
    shutting: float = -0.1  # expected margin over cost below which a firm shuts
    reopening: float = 0.05  # expected margin from which it opens again
    hurdle: float = 0.2  # expected margin from which a firm wants to build
    permits: float = 0.04  # chance a month that a state lets those firms begin to build who want to
    haste: float = 1.5  # a state that supports its refiners does so 1 + haste times as often
    growth: float = 0.25  # what a project adds, over capacity
    build_months: float = 18.0
    upkeep: float = 0.2  # paid a month, over capacity
    instalment: float = 0.3  # paid a month for a project, over capacity
    interest: float = 0.01  # a month, on cash and on debt
    decay: float = 0.003  # of capacity, a month
    price_speed: float = 0.2  # change of ln price at an excess demand of 1
    demand_growth: float = 0.003  # a month
    elasticity: float = 0.6  # of use to the price of metal, of a middling buyer
    most_use: float = 0.9  # over use at the base price, however cheap the metal
    cover: float = 0.4  # months of use that a buyer wants in stock
    panic: float = 1.0  # what a price of e times the normal one adds to that, over cover
    restocking: float = 0.3  # share of the gap in stock that it orders each month


NUMBERS = Numbers()


@dataclass(frozen=True)
class Start:
    """Where every run begins. Firms [firm] stand mineral by mineral; a mineral's costs are a straight curve."""

    miner_home: np.ndarray  # state
    miner_cost: np.ndarray
    miner_capacity: np.ndarray  # t/month
    refiner_home: np.ndarray
    refiner_cost: np.ndarray
    refiner_capacity: np.ndarray
    buyer_use: np.ndarray  # t/month at base price
    buyer_sensitivity: np.ndarray  # elasticity over that of a middling buyer
    ore_price: float = 1.0
    metal_price: float = 2.0  # the base price
    rate: float = 0.7  # of use of capacity


@functools.cache
def start() -> Start:
    """The same for every implementation and every run."""
    luck = np.random.default_rng(2025)

    def shares(each: int, whole: float) -> np.ndarray:
        size = luck.uniform(0.5, 1.5, (MINERALS, each))
        return (whole * size / size.sum(axis=1, keepdims=True)).ravel()

    def curve(each: int) -> np.ndarray:
        return np.tile(np.linspace(0.4, 1.2, each), MINERALS)

    def homes(each: int) -> np.ndarray:
        return luck.integers(STATES, size=MINERALS * each)

    return Start(
        homes(MINERS), curve(MINERS), shares(MINERS, 140.0), homes(REFINERS), curve(REFINERS),
        shares(REFINERS, 140.0), shares(BUYERS, 100.0), np.tile(np.linspace(0.5, 1.5, BUYERS), MINERALS),
    )  # fmt: skip


@dataclass(frozen=True)
class Outcomes:
    """What came of every run [run]."""

    concentration: np.ndarray  # Herfindahl index of states in refining in the last month, mean over minerals
    price: np.ndarray  # of metal in the last month over the base price, mean over minerals
    shortage: np.ndarray  # share of wanted use that went short, over all months


class Simulate(Protocol):
    """An implementation: outcomes of `runs` runs of `steps` months. The seed settles all luck."""

    def __call__(self, runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes: ...

"""The reference market in plain NumPy: arrays [mineral, agent, run], many runs at once, no compiled code."""

import numpy as np

from .market import BUYERS, MINERALS, NUMBERS, REFINERS, STATES, STEPS, Numbers, Outcomes, start

LANES = 128  # runs at once: arrays of more would not stay in the cache


class Exchange:
    """A good of every mineral: numbers [mineral, 1, run]."""

    def __init__(self, base: float, runs: int):
        self.base, self.price = base, np.full((MINERALS, 1, runs), base)
        self.log_price, self.stock = np.zeros((2, MINERALS, 1, runs))

    def clear(self, supply: np.ndarray, demand: np.ndarray, speed: float) -> np.ndarray:
        """New price and stock; the part of demand that is met."""
        there, wanted = self.stock + supply.sum(axis=1, keepdims=True), demand.sum(axis=1, keepdims=True)
        sold = np.minimum(there, wanted)
        self.log_price += speed * (wanted - there) / (wanted + there)
        self.price, self.stock = self.base * np.exp(self.log_price), there - sold
        return sold / wanted


class Firms:
    """Miners or refiners."""

    def __init__(self, home: np.ndarray, cost: np.ndarray, capacity: np.ndarray, rate: float, runs: int):
        shape = MINERALS, len(cost) // MINERALS, runs
        self.home, self.shape, self.cost = home, shape, cost.reshape(*shape[:2], 1)
        self.capacity = np.broadcast_to(capacity.reshape(*shape[:2], 1), shape).copy()
        self.rate, self.expected, self.cash = np.full(shape, rate), np.zeros(shape), np.zeros(shape)
        self.shut, self.left, self.down = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape)

    def at_home(self, values: np.ndarray) -> np.ndarray:
        return values[self.home].reshape(self.shape)

    def decide(self, margin: np.ndarray, n: Numbers) -> None:
        """Rate, expectation, and whether to be shut."""
        wanted = np.clip(0.5 + n.steepness * margin, 0.0, 1.0) * ~self.shut
        self.rate += n.ramp * (wanted - self.rate)
        self.expected += n.memory * (margin - self.expected)
        self.shut = self.expected < np.where(self.shut, n.reopening, n.shutting)

    def account(self, margin: np.ndarray, output: np.ndarray, permits: np.ndarray, n: Numbers) -> None:
        """Cash, capacity, and the months until a project opens."""
        paid = (n.upkeep + n.instalment * (self.left > 0.0)) * self.capacity
        self.cash = self.cash * (1.0 + n.interest) + margin * self.cost * output - paid
        self.capacity *= (1.0 - n.decay) + n.growth * (self.left == 1.0)
        begins = (self.left == 0.0) & (self.expected > n.hurdle) & (self.cash > 0.0) & self.at_home(permits)
        self.left = np.maximum(self.left - 1.0, n.build_months * begins)


class Batch:
    """Runs side by side."""

    def __init__(self, runs: int, seed: list[int], numbers: Numbers):
        self.n, self.runs, self.luck, s = numbers, runs, np.random.default_rng(seed), start()
        self.ore, self.metal = Exchange(s.ore_price, runs), Exchange(s.metal_price, runs)
        self.supports = np.zeros((STATES, runs), bool)
        self.miners = Firms(s.miner_home, s.miner_cost, s.miner_capacity, s.rate, runs)
        self.refiners = Firms(s.refiner_home, s.refiner_cost, s.refiner_capacity, s.rate, runs)
        self.use = s.buyer_use.reshape(MINERALS, BUYERS, 1)
        self.elasticity = numbers.elasticity * s.buyer_sensitivity.reshape(MINERALS, BUYERS, 1)
        self.stock = np.repeat(numbers.cover * self.use, runs, axis=2)
        self.normal = np.zeros((MINERALS, 1, runs))  # all buyers of a mineral see one price
        self.wanted, self.used = np.zeros((2, runs))

    def run(self, steps: int) -> np.ndarray:
        """Outcomes [outcome, run]."""
        for month in range(steps):
            self.step((1.0 + self.n.demand_growth) ** month)
        tons = np.zeros((MINERALS, STATES, self.runs))
        home = self.refiners.home.reshape(MINERALS, REFINERS)
        np.add.at(tons, (np.arange(MINERALS)[:, None], home), self.refined)
        shares = tons / tons.sum(axis=1, keepdims=True)
        price = np.exp(self.metal.log_price).mean(axis=(0, 1))
        return np.stack([(shares**2).sum(axis=1).mean(axis=0), price, 1.0 - self.used / self.wanted])

    def step(self, demand_index: float) -> None:
        n, miners, refiners, random = self.n, self.miners, self.refiners, self.luck.random
        luck = random(self.supports.shape)
        self.supports = np.where(self.supports, luck >= n.policy_ends, luck < n.policy_begins)
        permits = random(self.supports.shape) < n.permits * (1.0 + n.haste * self.supports)

        margin = self.ore.price * (1.0 - n.tax * miners.at_home(self.supports)) / miners.cost - 1.0
        miners.decide(margin, n)
        breaks = (miners.down == 0.0) & (random(miners.shape) < n.outage_hazard)
        miners.down = np.maximum(miners.down - 1.0, n.outage_months * breaks)
        mined = miners.capacity * miners.rate * (miners.down == 0.0)
        miners.account(margin, mined, permits, n)

        price = self.metal.price * (1.0 + n.support * refiners.at_home(self.supports))
        margin = (price - self.ore.price) / refiners.cost - 1.0
        refiners.decide(margin, n)
        ordered = refiners.capacity * refiners.rate
        self.refined = ordered * self.ore.clear(mined, ordered, n.price_speed)
        refiners.account(margin, self.refined, permits, n)

        log_price = self.metal.log_price
        wanted = demand_index * self.use * np.minimum(np.exp(-self.elasticity * log_price), n.most_use)
        goal = n.cover * (1.0 + n.panic * np.maximum(log_price - self.normal, 0.0))
        orders = np.maximum(wanted + n.restocking * (goal * wanted - self.stock), 0.0)
        self.normal += n.memory * (log_price - self.normal)
        self.stock += orders * self.metal.clear(self.refined, orders, n.price_speed)
        used = np.minimum(wanted, self.stock)
        self.stock -= used
        self.wanted += wanted.sum(axis=(0, 1))
        self.used += used.sum(axis=(0, 1))


def simulate(runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes:
    """Runs in batches; a batch has one stream of luck."""
    batches = [Batch(min(LANES, runs - first), [seed, first], numbers) for first in range(0, runs, LANES)]
    return Outcomes(*np.concatenate([batch.run(steps) for batch in batches], axis=-1))

"""The reference market in Mesa: agent by agent, plain Python floats."""

from collections.abc import Iterator
from math import exp, fsum
from typing import Any

import mesa
import numpy as np

from .market import BUYERS, MINERALS, MINERS, NUMBERS, REFINERS, STATES, STEPS, Numbers, Outcomes, start


class State(mesa.Agent):
    def __init__(self, model: "Market"):
        super().__init__(model)
        self.supports, self.permits = False, False

    def govern(self) -> None:
        n = self.model.numbers
        if self.supports:
            self.supports = self.random.random() >= n.policy_ends
        else:
            self.supports = self.random.random() < n.policy_begins
        chance = n.permits * (1.0 + n.haste) if self.supports else n.permits
        self.permits = self.random.random() < chance


class Firm(mesa.Agent):
    def __init__(self, model: "Market", mineral: int, home: State, cost: float, capacity: float, rate: float):
        super().__init__(model)
        self.ore, self.metal, self.home = model.ore[mineral], model.metal[mineral], home
        self.cost, self.capacity, self.rate, self.expected, self.cash = cost, capacity, rate, 0.0, 0.0
        self.margin, self.output, self.shut, self.left = 0.0, 0.0, False, 0

    def decide(self, margin: float) -> None:
        """Rate, expectation, and whether to be shut."""
        n = self.model.numbers
        wanted = 0.0 if self.shut else min(max(0.5 + n.steepness * margin, 0.0), 1.0)
        self.rate += n.ramp * (wanted - self.rate)
        self.expected += n.memory * (margin - self.expected)
        self.shut = self.expected < (n.reopening if self.shut else n.shutting)
        self.margin = margin

    def account(self) -> None:
        """Cash, capacity, and the months until a project opens."""
        n = self.model.numbers
        self.cash += n.interest * self.cash + self.margin * self.cost * self.output - n.upkeep * self.capacity
        if self.left > 0:
            self.cash -= n.instalment * self.capacity
        self.capacity *= 1.0 - n.decay + (n.growth if self.left == 1 else 0.0)
        if self.left > 0:
            self.left -= 1
        elif self.expected > n.hurdle and self.cash > 0.0 and self.home.permits:
            self.left = n.build_months


class Miner(Firm):
    def __init__(self, *args: Any):
        super().__init__(*args)
        self.down = 0

    def produce(self) -> None:
        n = self.model.numbers
        price = self.ore.price
        if self.home.supports:
            price *= 1.0 - n.tax
        self.decide(price / self.cost - 1.0)
        if self.down > 0:
            self.down -= 1
        elif self.random.random() < n.outage_hazard:
            self.down = n.outage_months
        self.output = 0.0 if self.down > 0 else self.capacity * self.rate
        self.ore.supply += self.output
        self.account()


class Refiner(Firm):
    def __init__(self, *args: Any):
        super().__init__(*args)
        self.ordered = 0.0

    def order(self) -> None:
        price = self.metal.price
        if self.home.supports:
            price *= 1.0 + self.model.numbers.support
        self.decide((price - self.ore.price) / self.cost - 1.0)
        self.ordered = self.capacity * self.rate
        self.ore.demand += self.ordered

    def refine(self) -> None:
        self.output = self.ordered * self.ore.fill
        self.metal.supply += self.output
        self.account()


class Buyer(mesa.Agent):
    def __init__(self, model: "Market", mineral: int, use: float, elasticity: float):
        super().__init__(model)
        self.metal, self.use, self.elasticity, self.normal = model.metal[mineral], use, elasticity, 0.0
        self.stock, self.wanted, self.ordered, self.used = model.numbers.cover * use, 0.0, 0.0, 0.0

    def order(self) -> None:
        n, log_price = self.model.numbers, self.metal.log_price
        wanted = self.use * self.model.demand_index * min(exp(-self.elasticity * log_price), n.most_use)
        goal = wanted * n.cover * (1.0 + n.panic * max(log_price - self.normal, 0.0))
        self.ordered = max(wanted + n.restocking * (goal - self.stock), 0.0)
        self.normal += n.memory * (log_price - self.normal)
        self.wanted = wanted
        self.metal.demand += self.ordered

    def consume(self) -> None:
        self.stock += self.ordered * self.metal.fill
        self.used = min(self.wanted, self.stock)
        self.stock -= self.used
        self.model.wanted += self.wanted
        self.model.used += self.used


class Exchange:
    """One good of one mineral."""

    def __init__(self, base: float):
        self.base, self.price, self.log_price, self.stock, self.fill = base, base, 0.0, 0.0, 1.0
        self.supply, self.demand = 0.0, 0.0

    def clear(self, speed: float) -> None:
        there = self.stock + self.supply
        sold = min(there, self.demand)
        self.log_price += speed * (self.demand - there) / (self.demand + there)
        self.price = self.base * exp(self.log_price)
        self.stock, self.fill = there - sold, sold / self.demand
        self.supply = self.demand = 0.0


class Market(mesa.Model):
    """One run."""

    def __init__(self, seed: int, numbers: Numbers = NUMBERS):
        super().__init__(rng=seed)
        s = start()
        self.numbers, self.demand_index, self.wanted, self.used = numbers, 1.0, 0.0, 0.0
        self.ore = [Exchange(s.ore_price) for _ in range(MINERALS)]
        self.metal = [Exchange(s.metal_price) for _ in range(MINERALS)]
        states = [State(self) for _ in range(STATES)]
        for i, (home, cost, capacity) in enumerate(rows(s.miner_home, s.miner_cost, s.miner_capacity)):
            Miner(self, i // MINERS, states[home], cost, capacity, s.rate)
        for i, (home, cost, capacity) in enumerate(rows(s.refiner_home, s.refiner_cost, s.refiner_capacity)):
            Refiner(self, i // REFINERS, states[home], cost, capacity, s.rate)
        for i, (use, elasticity) in enumerate(rows(s.buyer_use, numbers.elasticity * s.buyer_sensitivity)):
            Buyer(self, i // BUYERS, use, elasticity)

    def step(self) -> None:
        agents = self.agents_by_type
        agents[State].do("govern")
        agents[Miner].do("produce")
        agents[Refiner].do("order")
        for ore in self.ore:
            ore.clear(self.numbers.price_speed)
        agents[Refiner].do("refine")
        agents[Buyer].do("order")
        for metal in self.metal:
            metal.clear(self.numbers.price_speed)
        agents[Buyer].do("consume")
        self.demand_index *= 1.0 + self.numbers.demand_growth

    def outcomes(self) -> tuple[float, float, float]:
        """Concentration, price and shortage, as `Outcomes` has them."""
        tons: dict[Exchange, dict[State, float]] = {metal: {} for metal in self.metal}
        for firm in self.agents_by_type[Refiner]:
            by_state = tons[firm.metal]
            by_state[firm.home] = by_state.get(firm.home, 0.0) + firm.output
        index = fsum(herfindahl(list(by_state.values())) for by_state in tons.values()) / MINERALS
        price = fsum(exp(metal.log_price) for metal in self.metal) / MINERALS
        return index, price, 1.0 - self.used / self.wanted


def herfindahl(tons: list[float]) -> float:
    whole = fsum(tons)
    return fsum((t / whole) ** 2 for t in tons)


def rows(*columns: np.ndarray) -> Iterator[tuple]:
    """Plain Python numbers, agent by agent."""
    return zip(*(column.tolist() for column in columns), strict=True)


def simulate(runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes:
    """One run after the other."""
    found = []
    for i in range(runs):
        market = Market(seed + i, numbers)
        for _ in range(steps):
            market.step()
        found.append(market.outcomes())
    return Outcomes(*np.array(found).T)

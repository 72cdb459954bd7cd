"""The reference market in agentpy: lists of agents that are called, set and read as one."""

from math import exp, fsum
from typing import Any

import agentpy as ap
import numpy as np

from .market import BUYERS, MINERALS, MINERS, NUMBERS, REFINERS, STATES, STEPS, Numbers, Outcomes, start


class State(ap.Agent):
    def setup(self) -> None:
        self.supports = self.permits = False

    def govern(self) -> None:
        n, luck = self.model.numbers, self.model.random.random
        self.supports = luck() >= n.policy_ends if self.supports else luck() < n.policy_begins
        self.permits = luck() < n.permits * (1.0 + n.haste * self.supports)


class Firm(ap.Agent):
    def setup(self, good: Any, home: State, cost: float, capacity: float, rate: float) -> None:
        self.good, self.home, self.cost, self.capacity, self.rate = good, home, cost, capacity, rate
        self.expected = self.cash = self.margin = self.output = 0.0
        self.left, self.down, self.shut = 0, 0, False

    def decide(self) -> None:
        """Rate, expectation, and whether to be shut."""
        n, margin = self.model.numbers, self.margin
        wanted = 0.0 if self.shut else min(max(0.5 + n.steepness * margin, 0.0), 1.0)
        self.rate += n.ramp * (wanted - self.rate)
        self.expected += n.memory * (margin - self.expected)
        self.shut = self.expected < (n.reopening if self.shut else n.shutting)

    def account(self) -> None:
        """Cash, capacity, and the months until a project opens."""
        n, building = self.model.numbers, self.left > 0
        paid = n.upkeep + n.instalment if building else n.upkeep
        self.cash = self.cash * (1.0 + n.interest) + self.margin * self.cost * self.output - paid * self.capacity
        self.capacity *= 1.0 - n.decay + n.growth if self.left == 1 else 1.0 - n.decay
        if building:
            self.left -= 1
        elif self.home.permits and self.expected > n.hurdle and self.cash > 0.0:
            self.left = n.build_months


class Miner(Firm):
    def produce(self) -> None:
        n, price = self.model.numbers, self.good.ore_price
        self.margin = (price * (1.0 - n.tax) if self.home.supports else price) / self.cost - 1.0
        self.decide()
        if self.down > 0:
            self.down -= 1
        elif self.model.random.random() < n.outage_hazard:
            self.down = n.outage_months
        self.output = 0.0 if self.down > 0 else self.capacity * self.rate
        self.account()


class Refiner(Firm):
    def order(self) -> None:
        good, price = self.good, self.good.metal_price
        if self.home.supports:
            price *= 1.0 + self.model.numbers.support
        self.margin = (price - good.ore_price) / self.cost - 1.0
        self.decide()
        self.ordered = self.capacity * self.rate

    def refine(self) -> None:
        self.output = self.ordered * self.good.ore_fill
        self.account()


class Buyer(ap.Agent):
    def setup(self, good: Any, use: float, elasticity: float) -> None:
        self.good, self.use, self.elasticity, self.stock = good, use, elasticity, self.model.numbers.cover * use

    def order(self) -> None:
        n, log_price = self.model.numbers, self.good.metal_log
        wanted = self.use * self.model.demand_index * min(exp(-self.elasticity * log_price), n.most_use)
        goal = wanted * n.cover * (1.0 + n.panic * max(log_price - self.normal, 0.0))
        self.ordered = max(wanted + n.restocking * (goal - self.stock), 0.0)
        self.normal += n.memory * (log_price - self.normal)
        self.wanted = wanted

    def consume(self) -> None:
        there = self.stock + self.ordered * self.good.metal_fill
        self.used = min(self.wanted, there)
        self.stock = there - self.used


class Mineral(ap.Agent):
    """The two exchanges of a mineral and who deals there."""

    def setup(self, states: ap.AgentList, which: int) -> None:
        s, n = start(), self.model.numbers
        self.ore_base, self.metal_base = s.ore_price, s.metal_price
        self.ore_price, self.metal_price = s.ore_price, s.metal_price
        self.ore_log = self.metal_log = self.ore_stock = self.metal_stock = 0.0

        def some(column: np.ndarray) -> ap.AttrIter:
            each = len(column) // MINERALS
            return ap.AttrIter(column[which * each : (which + 1) * each].tolist())

        def homes(column: np.ndarray) -> ap.AttrIter:
            return ap.AttrIter([states[home] for home in some(column)])

        self.miners = ap.AgentList(
            self.model, MINERS, Miner, good=self, home=homes(s.miner_home), cost=some(s.miner_cost),
            capacity=some(s.miner_capacity), rate=s.rate,
        )  # fmt: skip
        self.refiners = ap.AgentList(
            self.model, REFINERS, Refiner, good=self, home=homes(s.refiner_home), cost=some(s.refiner_cost),
            capacity=some(s.refiner_capacity), rate=s.rate,
        )  # fmt: skip
        elasticity = some(n.elasticity * s.buyer_sensitivity)
        self.buyers = ap.AgentList(self.model, BUYERS, Buyer, good=self, use=some(s.buyer_use), elasticity=elasticity)
        self.buyers.normal = 0.0

    def clear_ore(self) -> None:
        there, wanted = self.ore_stock + fsum(self.miners.output), fsum(self.refiners.ordered)
        self.ore_log += self.model.numbers.price_speed * (wanted - there) / (wanted + there)
        self.ore_price = self.ore_base * exp(self.ore_log)
        self.ore_stock, self.ore_fill = max(there - wanted, 0.0), min(there / wanted, 1.0)

    def clear_metal(self) -> None:
        there, wanted = self.metal_stock + fsum(self.refiners.output), fsum(self.buyers.ordered)
        self.metal_log += self.model.numbers.price_speed * (wanted - there) / (wanted + there)
        self.metal_price = self.metal_base * exp(self.metal_log)
        self.metal_stock, self.metal_fill = max(there - wanted, 0.0), min(there / wanted, 1.0)

    def concentration(self) -> float:
        tons: dict[State, float] = {}
        for firm in self.refiners:
            tons[firm.home] = tons.get(firm.home, 0.0) + firm.output
        whole = fsum(tons.values())
        return fsum((t / whole) ** 2 for t in tons.values())


class Market(ap.Model):
    """One run."""

    def setup(self) -> None:
        self.numbers, self.demand_index, self.wanted, self.used = self.p.numbers, 1.0, 0.0, 0.0
        self.states = ap.AgentList(self, STATES, State)
        self.minerals = [Mineral(self, self.states, which) for which in range(MINERALS)]
        self.miners = ap.AgentList(self, [a for m in self.minerals for a in m.miners])
        self.refiners = ap.AgentList(self, [a for m in self.minerals for a in m.refiners])
        self.buyers = ap.AgentList(self, [a for m in self.minerals for a in m.buyers])

    def step(self) -> None:
        self.states.govern()
        self.miners.produce()
        self.refiners.order()
        for mineral in self.minerals:
            mineral.clear_ore()
        self.refiners.refine()
        self.buyers.order()
        for mineral in self.minerals:
            mineral.clear_metal()
        self.buyers.consume()
        self.wanted += fsum(self.buyers.wanted)
        self.used += fsum(self.buyers.used)
        self.demand_index *= 1.0 + self.model.numbers.demand_growth

    def end(self) -> None:
        self.report("concentration", fsum(m.concentration() for m in self.minerals) / MINERALS)
        self.report("price", fsum(exp(m.metal_log) for m in self.minerals) / MINERALS)
        self.report("shortage", 1.0 - self.used / self.wanted)


def simulate(runs: int, seed: int, steps: int = STEPS, numbers: Numbers = NUMBERS) -> Outcomes:
    """An experiment of so many iterations."""
    sample = {"steps": steps, "seed": seed, "numbers": numbers}
    found = ap.Experiment(Market, sample, iterations=runs, randomize=True).run(display=False).reporters
    return Outcomes(*(found[name].to_numpy() for name in ("concentration", "price", "shortage")))

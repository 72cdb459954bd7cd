"""Miners and refiners: what they offer, make and add."""

from ..rulebook import Field, Index, Link
from ..rules import production, purchasing
from .actor import Actor


class Firm(Actor):
    """A block of capacity of one state in one market."""

    STAGE = 0
    mineral = Index("mineral")
    node = Index("origin in its market; a refiner's ore arrives under the same number")
    home = Link("host state")
    capacity = Field("t/month", "installed capacity")
    base_capacity = Field("t/month", "capacity in the base year")
    normal = Field("1", "utilisation in the base year")
    tilt = Field("1/year", "extra growth to 2030, from the documented pipeline")
    slowest = Field("1/year", "least growth of capacity")
    ceiling = Field("t/month", "capacity that the host stream allows")
    base_centre = Field("ln USD/t", "price around which it supplies, at base-year ore prices")
    centre = Field("ln USD/t", "price around which it supplies")
    steepness = Field("1", "slope of supply in the log price")
    offered = Field("t/month", "capacity offered this month")
    output = Field("t/month", "output")
    used = Field("1", "utilisation")
    established = Field("t/month", "capacity whose customers date from the base year")
    drawn = Field("t/month", "new capacity with which it draws orders")

    def offer(self):
        self.offered = self.capacity

    def produce(self):
        w = self.model
        at = self.STAGE, self.mineral, self.node
        self.output = production.output(
            self.offered, w.log_ask[at], self.centre, self.steepness, w.umax, w.fill[at]
        )
        self.used = production.utilisation(self.output, self.capacity)

    def expand(self):
        w = self.model
        self.capacity = production.grown(
            self.capacity, w.demand_growth[self.mineral], self.tilt * w.tilting, w.planner_growth, self.used,
            self.normal, self.slowest, w.growth_fastest, self.ceiling * w.host_index[self.mineral],
        )  # fmt: skip
        self.established = self.capacity


class Miner(Firm):
    """Ore, sold to refiners."""


class Refiner(Firm):
    """Metal from ore; keeps a stock of ore."""

    STAGE = 1
    ore_per_ton = Field("t/t", "ore content used for a ton of output")
    ore_share = Field("1", "ore bill as a share of the base price")
    base_ore_price = Field("USD/t", "ore price paid in the base year", 1.0)
    ore_cover = Field("month", "target stock of ore")
    ore_stock = Field("t", "stock of ore")
    ore_plan = Field("t/month", "ore it means to use")
    ore_normal = Field("USD/t", "ore price it holds for normal", 1.0)
    ore_received = Field("t/month", "ore delivered")
    ore_used = Field("t/month", "ore used")

    def plan_ore(self):
        w = self.model
        at = self.STAGE, self.mineral, self.node
        self.ore_plan = production.ore_plan(
            self.capacity, w.log_ask[at], self.centre, self.steepness, w.umax, self.ore_per_ton
        )

    def take_ore(self):
        w = self.model
        at = Miner.STAGE, self.mineral, self.node
        self.ore_received = production.part(w.received[at], self.ore_plan, w.ore_planned[self.mineral, self.node])
        self.centre = production.centre(self.base_centre, self.ore_share, w.paid[at], self.base_ore_price)
        self.ore_normal = purchasing.expected_price(self.ore_normal, w.paid[at], w.expectation_months)

    def offer(self):
        at_hand = self.ore_stock + self.ore_received
        self.offered = production.offered(self.capacity, self.model.umax, self.ore_per_ton, at_hand)

    def use_ore(self):
        self.ore_used = self.output * self.ore_per_ton
        self.ore_stock = purchasing.stock(self.ore_stock, self.ore_received, self.ore_used)


class Recycler(Refiner):
    """Metal from scrap or from feed that no ore market sells (synthetic graphite)."""


class Project(Refiner):
    """A dated plant of the documented pipeline: its own cost, growing neither before nor after."""

    opening = Field("month", "month in which it opens", 1e9)
    nameplate = Field("t/month", "capacity once open")
    qualified = Field("1", "share of an entrant's weight its customers grant")

    def expand(self):
        w = self.model
        self.capacity = production.opened(w.month_number, self.opening, self.nameplate)
        self.qualified = production.qualification(
            self.qualified, self.output, w.qualified_at_first, w.qualification_time
        )
        self.drawn = production.drawn(self.capacity, self.qualified, w.entrant_attractiveness)

"""The reference market's agents in this engine: fields, and methods that wire them to rules."""

from abm.agents import Actor
from abm.rulebook import Field, Index, Link

from . import rules

POLICY, PERMIT, OUTAGE = range(1, 4)  # purposes of a draw


class Reigning(Actor):
    supports = Field("1", "supports its refiners")
    permits = Field("1", "lets firms build")

    def govern(self):
        w = self.model
        self.supports = rules.supporting(self.supports, self.draw(POLICY), w.policy_begins, w.policy_ends)
        self.permits = rules.permitting(self.draw(PERMIT), w.permits, w.haste, self.supports)


class Producer(Actor):
    mineral = Index("mineral")
    home = Link("state", "Reigning")
    cost = Field("1", "cost a ton")
    capacity = Field("t/month", "capacity")
    rate = Field("1", "rate of use of capacity")
    expected = Field("1", "expected margin over cost")
    shut = Field("1", "is shut")
    cash = Field("1", "cash; below 0 debt")
    left = Field("month", "months until its project opens")

    def decide(self, margin):
        w = self.model
        self.rate = rules.ramped(self.rate, margin, self.shut, w.steepness, w.middle, w.ramp)
        self.expected = rules.adapted(self.expected, margin, w.memory)
        self.shut = rules.shut_down(self.shut, self.expected, w.shutting, w.reopening)

    def account(self, margin):
        w = self.model
        self.cash = rules.cash_after(
            self.cash, w.interest, margin, self.cost, self.output, self.capacity, w.upkeep, self.left, w.instalment
        )
        self.capacity = rules.aged_capacity(self.capacity, self.left, w.growth, w.decay)
        self.left = rules.project(self.left, self.expected, w.hurdle, self.cash, self.home.permits, w.build_months)


class Mine(Producer):
    down = Field("month", "months that its outage still lasts")
    output = Field("t/month", "ore")

    def produce(self):
        w = self.model
        margin = rules.mining_margin(w.ore_price[self.mineral], w.tax, self.home.supports, self.cost)
        self.decide(margin)
        self.down = rules.outage(self.down, self.draw(OUTAGE), w.outage_hazard, w.outage_months)
        self.output = rules.mined(self.capacity, self.rate, self.down)
        self.account(margin)


class Refinery(Producer):
    ordered = Field("t/month", "ore it orders")
    output = Field("t/month", "metal")
    margin = Field("1", "margin over cost")

    def order(self):
        w = self.model
        metal, ore = w.metal_price[self.mineral], w.ore_price[self.mineral]
        self.margin = rules.refining_margin(metal, ore, w.support, self.home.supports, self.cost)
        self.decide(self.margin)
        self.ordered = rules.portion(self.capacity, self.rate)

    def refine(self):
        w = self.model
        self.output = rules.portion(self.ordered, w.ore_fill[self.mineral])
        self.account(self.margin)


class User(Actor):
    mineral = Index("mineral")
    use = Field("t/month", "use at the base price")
    elasticity = Field("1", "elasticity of use to price")
    normal = Field("1", "ln of the price it holds for normal, over base")
    wanted = Field("t/month", "what it wants to use")
    ordered = Field("t/month", "what it orders")
    used = Field("t/month", "what it uses")
    stock = Field("t", "stock")

    def order(self):
        w = self.model
        log_price = w.metal_log[self.mineral]
        self.wanted = rules.wanted_use(self.use, w.demand_index, self.elasticity, log_price, w.most_use)
        self.ordered = rules.buyer_order(
            self.wanted, self.stock, w.cover, w.panic, log_price, self.normal, w.restocking
        )
        self.normal = rules.adapted(self.normal, log_price, w.memory)

    def consume(self):
        fill = self.model.metal_fill[self.mineral]
        self.used = rules.used_tons(self.wanted, self.stock, self.ordered, fill)
        self.stock = rules.stock_left(self.stock, self.ordered, fill, self.used)

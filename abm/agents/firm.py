"""Miners and refiners: what they offer, make and add, when they idle and close."""

from ..rulebook import Field, Index, Link
from ..rules import markets, operations, politics, price_war, production, purchasing
from .actor import OUTAGE, OUTAGE_LENGTH, Actor

BOUNDLESS = 1e30  # t/month


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
    ceiling = Field("t/month", "capacity that the host stream allows", BOUNDLESS)
    headroom = Field("t/month", "of it, what the other blocks of the state leave", BOUNDLESS)
    base_centre = Field("ln USD/t", "price around which it supplies, at base-year ore prices")
    centre = Field("ln USD/t", "price around which it supplies")
    steepness = Field("1", "slope of supply in the log price")
    outage = Field("month", "months an outage still lasts")
    ready = Field("t/month", "capacity that runs")
    offered = Field("t/month", "capacity offered this month")
    output = Field("t/month", "output")
    used = Field("1", "utilisation")
    established = Field("t/month", "capacity whose customers date from the base year")
    drawn = Field("t/month", "new capacity with which it draws orders")
    coming = Field("t/month", "capacity sanctioned or announced, not yet open")
    cash_cost = Field("USD/t", "cash cost at base-year ore prices", 1.0)
    cash = Field("USD/t", "cash cost", 1.0)
    cost_spread = Field("1", "logistic scale of ln cash cost among its plants", 1.0)
    survived = Field("1", "share of its plants that paid in the base year", 1.0)
    directed = Field("1", "its state decides, not its cash", words=("market", "directed"))
    restart = Field("USD/t", "what a restart adds to cash cost")
    aid = Field("USD/t", "support a ton of output gets")
    idle = Field("1", "share that stands idle")
    closing = Field("t/month", "capacity closed this month")
    spent = Field("USD", "capital spent this month")
    book = Field("USD", "capital not yet written off")
    stranded = Field("USD", "capital stranded this month")

    def suffer_outage(self):
        w = self.model
        struck = politics.strikes(self.draw(OUTAGE), self.home.outage_rate)
        self.outage = politics.spell(self.outage, struck, self.draw(OUTAGE_LENGTH), w.outage_length)
        self.ready = operations.running(self.capacity, self.idle, self.outage, w.outage_depth)

    def offer(self):
        self.offered = self.ready

    def produce(self):
        w = self.model
        at = self.STAGE, self.mineral, self.node
        self.output = production.output(
            self.offered, w.log_ask[at], self.centre, self.steepness, w.umax, w.fill[at]
        )
        self.used = production.utilisation(self.output, self.capacity)

    def operate(self):
        """R53  Plants that do not pay stand idle, and close when their cash is gone."""
        w = self.model
        price = markets.exp_of(w.log_ask[self.STAGE, self.mineral, self.node])
        self.idle = operations.idle(
            self.idle, self.capacity, price + self.aid, self.cash, self.cost_spread, self.survived, self.restart,
            w.idle_months, w.restart_delay, self.directed,
        )  # fmt: skip
        self.closing = operations.closing(self.capacity, self.idle, w.idle_reserve)
        self.idle = operations.idle_after(self.idle, self.capacity, self.closing)
        self.survived = operations.survived_after(self.survived, self.capacity, self.closing)
        self.stranded = operations.written_off(self.book, self.capacity, self.closing)
        self.book = operations.book(self.book, self.stranded, self.spent, w.capital_recovery_years)

    def expand(self):
        w = self.model
        self.capacity = production.grown(
            self.capacity, self.closing, w.demand_growth[self.mineral], self.tilt * w.tilting, w.planner_growth,
            self.used, self.normal, self.slowest, w.growth_fastest, self.headroom,
        )  # fmt: skip
        self.established = self.capacity


class Miner(Firm):
    """Ore, sold to refiners."""


class Refiner(Firm):
    """Metal from ore; keeps a stock of ore."""

    STAGE = 1
    experience = Field("1", "processing cost as a share of the first, by learning", 1.0)
    ore_per_ton = Field("t/t", "ore content used for a ton of output")
    ore_share = Field("1", "ore bill as a share of the base price")
    base_ore_price = Field("USD/t", "ore price paid in the base year", 1.0)
    ore_cover = Field("month", "target stock of ore")
    ore_stock = Field("t", "stock of ore")
    ore_plan = Field("t/month", "ore it means to use")
    ore_normal = Field("USD/t", "ore price it holds for normal", 1.0)
    ore_received = Field("t/month", "ore delivered")
    ore_used = Field("t/month", "ore used")
    fed = Field("1", "draws on the host stream of its state", words=("own feed", "host stream"))
    own_steepness = Field("1", "slope of its supply in peace", 1.0)
    flooding = Field("month", "months a price war may still last")
    flood_price = Field("USD/t", "price when the price war began")
    flood_output = Field("t/month", "output when the price war began")
    flood_rest = Field("month", "months until another price war may begin")
    flood_spent = Field("USD", "revenue given up in the price war")
    hosted = Field("t/month", "capacity, standing or under way, that draws on the host stream")

    def plan_ore(self):
        w = self.model
        at = self.STAGE, self.mineral, self.node
        self.ore_plan = production.ore_plan(
            self.ready, w.log_ask[at], self.centre, self.steepness, w.umax, self.ore_per_ton
        )

    def take_ore(self):
        w = self.model
        at = Miner.STAGE, self.mineral, self.node
        self.ore_received = production.part(w.received[at], self.ore_plan, w.ore_planned[self.mineral, self.node])
        self.centre = production.centre(self.base_centre, self.ore_share, w.paid[at], self.base_ore_price)
        self.cash = production.cash_cost(
            self.cash_cost, self.ore_share, w.paid[at], self.base_ore_price, self.experience
        )
        self.ore_normal = purchasing.expected_price(self.ore_normal, w.paid[at], w.expectation_months)

    def wage_price_war(self):
        """R10  Whether its state has it run full to drive out entrants."""
        w, home, m = self.model, self.home, self.mineral
        price = markets.exp_of(w.log_ask[self.STAGE, m, self.node])
        restricted = w.rung_all[self.STAGE, m] + w.rung_named[self.STAGE, m]
        begins = price_war.wages(
            self.directed, w.adversary * w.chance, w.threat[m], w.flood_trigger_share_loss, home.felt,
            w.flood_tension_max, restricted, self.flood_rest, w.entrants_idle[m],
            w.flood_idle_share,
        )  # fmt: skip
        self.flood_rest = price_war.truce_of_prices(self.flood_rest, begins, w.flood_max_months, w.flood_memory)
        self.flood_spent = price_war.spent(
            self.flood_spent, begins, self.flooding, self.flood_price, price, self.output
        )
        self.flood_price = price_war.at_start(self.flood_price, price, begins)
        self.flood_output = price_war.at_start(self.flood_output, self.output, begins)
        self.flooding = price_war.war(
            self.flooding, begins, w.flood_max_months, self.flood_spent, w.flood_budget, self.flood_price,
            self.flood_output,
            w.entrants_idle[m], w.flood_idle_share, restricted,
        )  # fmt: skip

    def offer(self):
        w = self.model
        at_hand = self.ore_stock + self.ore_received
        offered = production.offered(self.ready, w.umax, self.ore_per_ton, at_hand)
        self.offered = price_war.flood_capacity(offered, self.ready, self.flooding, w.flood_utilisation, w.umax)
        self.centre = price_war.flood_centre(self.centre, self.flooding, self.cash, w.flood_price_floor)
        self.steepness = price_war.flood_steepness(self.own_steepness, self.flooding, w.firm_steepness)

    def find_room(self):
        """R32  What the host stream of the state leaves for this block."""
        w = self.model
        self.headroom = production.headroom(
            self.ceiling * w.host_index[self.mineral], w.hosted[self.mineral, self.node], self.hosted
        )

    def use_ore(self):
        self.hosted = (self.capacity + self.coming) * self.fed
        self.ore_used = self.output * self.ore_per_ton
        self.ore_stock = purchasing.stock(self.ore_stock, self.ore_received, self.ore_used)


class Recycler(Refiner):
    """Metal from scrap or from feed that no ore market sells (synthetic graphite)."""

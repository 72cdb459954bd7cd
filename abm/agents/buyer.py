"""Buyers: use, orders and stocks of one mineral in one state."""

from ..instruments import STOCKPILE
from ..rulebook import Field, Index, Link
from ..rules import purchasing, stockpile
from .actor import Actor


class Buyer(Actor):
    """First users of a refined mineral in one state."""

    STAGE = 1
    mineral = Index("mineral")
    node = Index("destination in its market")
    home = Link("state")
    base = Field("t/month", "use in the base year")
    base_price = Field("USD/t", "price paid in the base year", 1.0)
    intensity = Field("1", "intensity of use", 1.0)
    need = Field("t/month", "use at base price")
    cover = Field("month", "target stock")
    stock = Field("t", "stock")
    normal = Field("USD/t", "price it holds for normal", 1.0)
    received = Field("t/month", "deliveries")
    consumed = Field("t/month", "consumption")
    short = Field("t/month", "use shed for want of metal")
    goal = Field("t", "strategic reserve it is meant to hold")
    reserve = Field("t", "strategic reserve, which it cannot use")
    filling = Field("t/month", "what its order holds for the reserve, at base price")
    stored = Field("t/month", "what the reserve got")
    released = Field("t/month", "what the reserve gave")
    reserve_paid = Field("USD/month", "public cost of its reserve; below 0 where a release brings more")

    def plan(self):
        w = self.model
        self.need = purchasing.base_use(self.base, w.demand_index[self.mineral], self.intensity)
        self.cover = w.cover_normal * w.panic[self.mineral]
        self._reserve()

    def _reserve(self):
        """R22  What moves from the reserve into stock, and what the order holds for it."""
        w, home = self.model, self.home
        spike = stockpile.spike(
            w.paid[self.STAGE, self.mineral, self.node], self.normal, w.stockpile_release_price
        )
        access = stockpile.access(home.member, home.compliance, w.compliance_no_enforcement)
        self.released = stockpile.released(self.reserve, spike, access, w.stockpile_release_share)
        self.reserve = self.reserve - self.released
        self.stock = self.stock + self.released
        self.goal = stockpile.goal(self.need, w.stockpile_days) * home.member * w.stockpile_scope[self.mineral]
        paid = home.backed[STOCKPILE] * home.solvent[STOCKPILE]
        self.filling = paid * stockpile.filling(
            self.reserve, self.goal, self.need, w.stockpile_fill_rate, w.stockpile_cap, spike
        )

    def consume(self):
        w = self.model
        at = self.STAGE, self.mineral, self.node
        price = w.paid[at]
        wanted = purchasing.use(
            self.need, price, self.base_price, w.demand_elasticity_short[self.mineral], w.demand_choke
        )
        self.received = w.received[at]
        self.consumed = purchasing.consumption(wanted, self.stock, self.received)
        self.short = purchasing.shortage(wanted, self.consumed)
        ordered = purchasing.use(
            self.filling, price, self.base_price, w.demand_elasticity_short[self.mineral], w.demand_choke
        )
        left = self.stock + self.received - self.consumed
        self.stored = stockpile.stored(self.filling, ordered, self.received, left)
        self.reserve = self.reserve + self.stored
        self.stock = purchasing.stock(self.stock, self.received, self.consumed + self.stored)
        self.reserve_paid = stockpile.bought(self.stored, self.released, price) + stockpile.carried(
            self.reserve, price, w.stockpile_carry
        )

    def learn(self):
        w = self.model
        price = w.paid[self.STAGE, self.mineral, self.node]
        self.normal = purchasing.expected_price(self.normal, price, w.expectation_months)
        self.intensity = purchasing.intensity(
            self.intensity, price, self.base_price, w.demand_elasticity_long[self.mineral],
            w.demand_elasticity_short[self.mineral], w.intensity_adjustment, w.substitution_ceiling,
        )  # fmt: skip

"""Buyers: use, orders and stocks of one mineral in one state."""

from ..rulebook import Field, Index, Link
from ..rules import purchasing
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

    def plan(self):
        w = self.model
        self.need = purchasing.base_use(self.base, w.demand_index[self.mineral], self.intensity)
        self.cover = w.cover_normal * w.panic[self.mineral]

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
        self.stock = purchasing.stock(self.stock, self.received, self.consumed)

    def learn(self):
        w = self.model
        price = w.paid[self.STAGE, self.mineral, self.node]
        self.normal = purchasing.expected_price(self.normal, price, w.expectation_months)
        self.intensity = purchasing.intensity(
            self.intensity, price, self.base_price, w.demand_elasticity_long[self.mineral],
            w.demand_elasticity_short[self.mineral], w.intensity_adjustment, w.substitution_ceiling,
        )  # fmt: skip

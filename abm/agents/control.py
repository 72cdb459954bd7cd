"""Export controls: what a dominant exporter does with one market through one of its outlets."""

from ..rulebook import Field, Index, Link
from ..rules import controls, politics, tension
from ..rules import markets as pricing
from .actor import ESCALATION, PACKAGE, STEPDOWN, Actor


class ExportControl(Actor):
    """The control of one market on all customers of its exporter, or on the states it names."""

    number = Index("place in the list of controls: outlet, stage, mineral")
    outlet = Index("outlet: 0 all customers, 1 named states")
    stage = Index("stage: 0 mine, 1 refine")
    mineral = Index("mineral")
    node = Index("place of the outlet among the sellers of its market")
    source = Index("place of its exporter there")
    home = Link("exporter")
    named = Field("1", "whom it hits", words=("all customers", "named states"))
    by_chance = Field("1", "may come and go by chance", words=("by the record alone", "by chance"))
    price_led = Field("1", "its exporter acts on a low price", words=("acts on leverage", "acts on price"))
    loss = Field("USD per USD", "what the targets lose by a dollar of metal not delivered", 1.0)
    base_price = Field("USD/t", "list price in the base year", 1.0)
    motive = Field("1", "leverage weighed by the revenue at risk")
    eligible = Field("1", "may be part of an act")
    notice = Field("month", "months until an announced act takes effect, plus one")
    rung = Field("1", "export control", words=("none", "licensing", "quota", "ban"))
    raised = Field("1", "came or was tightened this month")
    own_share = Field("1", "licensed share of a dated act; -1 where the rung decides", -1.0)
    months_on = Field("month", "months the control has been in force")
    licensed = Field("1", "share of normal exports licensed", 1.0)
    leak = Field("1", "share of the rest that leaks through third states")
    passes = Field("1", "share of normal exports that passes", 1.0)

    def weigh(self):
        """R6, R7  Why the exporter would act on this market."""
        w = self.model
        at = self.stage, self.mineral
        fall = pricing.ratio(self.base_price, pricing.exp_of(w.log_ask[*at, self.source]))
        self.motive = controls.motive(
            w.leverage[at], self.loss, w.severity, w.own_revenue_weight, fall, w.price_motive * self.price_led
        )
        self.eligible = controls.eligible(
            self.by_chance * w.adversary, self.named, self.rung, self.notice, self.motive, w.flooded[at]
        )

    def decide(self):
        """R7  Acts come in packages, are announced, and are eased in time; a dated act is followed to the month."""
        w, home, c = self.model, self.home, self.number
        included = controls.included(
            home.acts, self.draw(PACKAGE), w.package_inclusion, self.eligible, self.motive, home.mean_motive
        )
        by_chance = self.by_chance * w.adversary * w.chance
        hazard = controls.escalation(
            by_chance, self.named, self.rung, w.rung_all[self.stage, self.mineral], self.motive, home.felt,
            w.escalation_licence_to_ban, w.control_hazard_tension_slope, w.control_hazard_cap,
        )  # fmt: skip
        escalated = politics.strikes(self.draw(ESCALATION), hazard)
        self.notice = controls.announced(self.notice, included + escalated, w.notice)
        up = tension.takes_effect(self.notice)
        hazard = controls.stepdown(
            by_chance, self.rung, home.felt, w.stepdown_hazard, w.stepdown_tension_slope
        )
        down = politics.strikes(self.draw(STEPDOWN), hazard)
        self.own_share = controls.own_share(self.own_share, up + down, w.act_share[c], w.act_changed[c])
        rung = controls.rung(self.rung, self.named, up, down, w.act_rung[c], w.act_changed[c])
        self.raised = controls.raised(self.rung, rung)
        self.rung = rung

    def license(self):
        """R7, R8  What passes: licences after months of almost nothing, and leaks through third states."""
        w = self.model
        at = self.stage, self.mineral
        self.months_on = controls.months_on(self.rung, self.months_on)
        self.licensed = controls.licensed_share(
            self.rung, self.months_on, self.own_share, w.zero_months, w.ramp_after_zero, w.licensed_share_licensing,
            w.licensed_share_quota, w.licensed_share_ban,
        )  # fmt: skip
        gap = controls.gap(w.log_ask[*at, self.node], w.outlet_softness, w.cap[*at, self.outlet])
        self.leak = controls.leak(
            self.leak, self.rung, self.named, gap, w.leak_cost, w.leak_gap_elasticity, w.leak_capacity_buyer_ban,
            w.leak_capacity_global, self.months_on, w.leak_adjustment, w.enforcement_delay, w.enforcement_span,
            w.enforcement_cut,
        )  # fmt: skip
        self.passes = controls.passed(self.licensed, self.leak)

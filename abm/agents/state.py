"""States: their politics, their export controls, their part in the coalition."""

from ..rulebook import Field, Index
from ..rules import controls, politics
from .actor import LASTING, LENGTH, REVERSAL, Actor


class State(Actor):
    """One trade policy. Fields with `each="control"` run over outlet x stage x mineral."""

    number = Index("place in the list of states")
    leads = Field("1", "leads the coalition", words=("follows", "leads"))
    member = Field("1", "member of the coalition", words=("outside", "member"))
    untrusted = Field("1", "never invited: its goods meet the floor", words=("trusted", "untrusted"))
    compliance = Field("1", "share of untrusted imports on which it enforces while in force")
    suspended = Field("month", "months its instrument stays suspended")
    force = Field("1", "its instrument is in force", words=("not in force", "in force"))
    enforced = Field("1", "share of untrusted imports on which the floor is enforced")
    exporter = Field("1", "is the exporter whose controls these are", each="control")
    rung = Field("1", "export control", each="control", words=("none", "licensing", "quota", "ban"))
    months_on = Field("month", "months the control has been in force", each="control")
    licensed = Field("1", "share of normal exports licensed", 1.0, each="control")

    def suffer_politics(self):
        w = self.model
        hazard = politics.reversal_hazard(self.leads, w.begun, w.whiplash, w.reversal_hazard_observed)
        struck = politics.strikes(self.draw(REVERSAL), hazard)
        self.suspended = politics.suspended(
            self.suspended, struck, self.draw(LENGTH), self.draw(LASTING), w.mean_suspension, w.permanent_share
        )
        self.force = politics.in_force(self.suspended, w.begun)

    def apply_controls(self):
        w = self.model
        self.rung = controls.scheduled(w.act_rung, self.exporter)
        self.months_on = controls.months_on(self.rung, self.months_on)
        self.licensed = controls.licensed_share(
            self.rung, self.months_on, w.act_share, w.zero_months, w.ramp_after_zero,
            w.licensed_share_licensing, w.licensed_share_quota, w.licensed_share_ban,
        )  # fmt: skip

    def enforce(self):
        w = self.model
        self.compliance = politics.compliance(
            self.compliance, w.led, w.compliance_no_enforcement, w.compliance_leader_enforced, w.compliance_speed
        )
        self.enforced = politics.enforcement(self.member, self.compliance, self.force)

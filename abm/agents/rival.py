"""Rivals: tension, acts of export control, and retaliation."""

from ..rulebook import Field
from ..rules import controls, politics, tension
from .actor import ACT, ANSWER, RETALIATION, TENSION, TRUCE, Actor


class Rival(Actor):
    """R5, R7, R9  What a state does to others, and what is done to it in return."""

    faced = Field("1", "is the dominant state that the coalition faces", words=("no", "yes"))
    tension = Field("index", "tension with the others, 0 to 1")
    truce = Field("month", "months its truce still lasts")
    felt = Field("index", "tension as its policy feels it")
    mean_motive = Field("1", "mean motive over what it could control")
    acts = Field("1", "makes an act of export control this month")
    tightened = Field("1", "a control of its came or was tightened last month")
    due = Field("month", "months until it retaliates, plus one")
    exposure = Field("1", "share of what it pays for metal that goes to the dominant state")
    exposed = Field("1", "member whose trade hangs on the dominant state")
    retaliated = Field("month", "months its trade still suffers from retaliation")
    suffers = Field("USD/month", "what retaliation costs it")
    answers = Field("1", "answers a retaliation this month")

    def feel_tension(self):
        """R5, R9  What last month's acts and quarrels left; truces; what the coalition has provoked."""
        w = self.model
        moved = tension.tension(
            self.tension, w.tension_mean, w.tension_reversion, w.tension_sd * w.chance, self.draw(TENSION),
            w.tension_from_E * w.cohesion * w.bite * self.faced, self.tightened, w.tension_from_new_control,
            (w.coalition_act + w.answers) * self.faced, w.tension_from_tariff,
        )  # fmt: skip
        self.tension = tension.known(moved, w.recorded_tension, self.faced)
        self.truce = tension.truce(
            self.truce, w.recorded_truce, self.faced, self.draw(TRUCE), w.truce_hazard * w.chance, self.tension,
            w.truce_tension, w.truce_length,
        )  # fmt: skip
        self.felt = tension.felt(self.tension, self.truce, w.truce_drop)
        self.due = tension.provoked(
            self.due, w.coalition_act * self.faced * w.adversary * w.chance, self.draw(RETALIATION),
            w.retaliation_prob, w.retaliation_delay,
        )  # fmt: skip

    def threaten(self):
        """R7  Whether it makes an act of export control this month."""
        w = self.model
        hazard = controls.act_hazard(
            self.felt, self.mean_motive, w.control_hazard_scale, w.control_hazard_tension_slope,
            w.package_inclusion, w.control_hazard_cap,
        )  # fmt: skip
        self.acts = politics.strikes(self.draw(ACT), hazard * w.chance * w.adversary)

    def bear(self):
        """R9  A retaliation hits the exposed members; the leader may answer."""
        w = self.model
        self.exposed = tension.exposed(self.member, self.exposure, w.mean_exposure)
        self.retaliated = tension.retaliation(
            self.retaliated, w.struck_back, self.exposed, self.member, w.retaliation_length
        )
        self.suffers = tension.retaliation_cost(
            w.retaliation_cost, self.gdp, w.tension, self.exposure, self.retaliated
        )
        self.answers = tension.answered(w.struck_back, self.leads * self.member, self.draw(ANSWER), w.retaliation_prob)

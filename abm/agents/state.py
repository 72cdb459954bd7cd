"""States: their politics, their export controls, their part in the coalition, what their investors believe."""

from ..instruments import PRICE_FLOOR, TARIFF
from ..rulebook import Field, Index
from ..rules import beliefs, border, coalition, operations, politics
from .actor import COERCION, HIT, LAPSE, LAPSE_LENGTH, LASTING, LENGTH, REDRAW, REVERSAL, TERM
from .ally import Ally
from .rival import Rival


class State(Ally, Rival):
    """One trade policy. Fields with `each="instrument"` run over the coalition's instruments."""

    number = Index("place in the list of states")
    excluded = Field("1", "never invited", words=("may be invited", "excluded"))
    untrusted = Field("1", "its goods meet the floor, while there are levers", words=("trusted", "untrusted"))
    stability = Field("WGI score", "political stability")
    outage_rate = Field("1/year", "hazard of an outage of each of its blocks")
    term_length = Field("month", "length of a term; 0 without terms")
    term_left = Field("month", "months to the next change of term")
    commitment = Field("1", "commitment of its government, 1 as announced, 0 or more", 1.0)
    budgeted = Field("1", "its budget may lapse")
    lapsing = Field("month", "months its budget lapse still lasts")
    struck = Field("1", "a reversal hit its instruments this month")
    lasting = Field("1", "a reversal that lasts for good")
    suspended = Field("month", "months each instrument stays suspended", each="instrument")
    force = Field("1", "its instruments in force", each="instrument", words=("not in force", "in force"))
    backed = Field("1", "in force by whoever pays", each="instrument", words=("not in force", "in force"))
    solvent = Field("1", "whoever pays has a budget", 1.0, each="instrument", words=("lapsed", "solvent"))
    kept = Field("1", "part of each instrument that it keeps up", each="instrument")
    own_cost = Field("USD/month", "public cost of instruments of one's own", each="instrument")
    enforced = Field("1", "share of untrusted imports on which the floor is enforced")
    taxed = Field("1", "share of untrusted imports on which it levies the tariff")
    events_seen = Field("1", "reversals its investors remember")
    lasting_seen = Field("1", "of these, for good")
    years_seen = Field("year", "years in force they remember")
    believed_permanence = Field("1", "share of reversals they believe to last for good")
    def suffer_politics(self):
        w = self.model
        left = self.term_left * w.chance
        self.commitment = politics.commitment(
            self.commitment, left, w.turnover, self.draw(TERM), self.draw(REDRAW), w.commitment_redraw_sd
        )
        self.term_left = politics.term_left(self.term_left, self.term_length)
        hazard = politics.reversal_hazard(
            self.leads, self.member, w.any_begun * w.chance, w.whiplash, w.reversal_hazard_observed,
            w.member_reversal_multiple,
        )  # fmt: skip
        coerces = politics.coercion(w.coercion_hazard, w.whiplash, self.member, self.leads)
        self.coerces = politics.strikes(self.draw(COERCION), coerces * w.chance * w.any_begun)
        self.untrusted = politics.untrusted(self.excluded, w.any_begun)
        self.struck = politics.strikes(self.draw(REVERSAL), hazard)
        chance = self.draw(LASTING)
        self.lasting = politics.for_good(self.struck, chance, w.permanent_share)
        hit = politics.hits(
            self.struck, self.draw(HIT, "instrument"), w.hit_probability, w.begun, w.feels_reversals
        )
        self.suspended = politics.suspended(
            self.suspended, hit, self.draw(LENGTH, "instrument"), chance, w.mean_suspension,
            w.permanent_share,
        )  # fmt: skip
        self.force = politics.in_force(self.suspended, w.begun)
        lapses = politics.strikes(self.draw(LAPSE), w.lapse_hazard * self.budgeted * w.chance)
        self.lapsing = politics.spell(self.lapsing, lapses, self.draw(LAPSE_LENGTH), w.lapse_length)
        self.outage_rate = operations.outage_hazard(
            w.outage_hazard, w.outage_governance_slope, self.stability, w.chance
        )

    def enforce(self):
        w = self.model
        self.compliance = coalition.compliance(
            self.compliance, border.either(w.begun[PRICE_FLOOR], w.begun[TARIFF] * w.taxing),
            w.compliance_no_enforcement, w.detection, w.sanction, w.strength, self.premium_share,
            w.conditional_cooperation, w.mean_compliance, w.compliance_speed,
        )  # fmt: skip
        strict = politics.strict(self.compliance, self.commitment)
        self.enforced = politics.enforcement(self.member, strict, self.force[PRICE_FLOOR], w.carried)
        self.taxed = politics.enforcement(self.member, strict, self.force[TARIFF], w.carried)
        self.backed = politics.backed(self.force, w.led, w.by_leader, w.leading, w.carried, w.successor_capital)
        self.solvent = politics.solvent(self.lapsing, w.leader_lapsing, w.by_leader, w.lapses_stop)
        self.kept = politics.cooperation(self.member, self.backed * self.solvent, w.announced)

    def watch(self):
        """R45, R55  What this month's reversals, and the months without, teach the investors of this state."""
        w = self.model
        events = beliefs.evidence(self.leads, self.struck, w.leader_struck, w.others_struck, w.belief_spillover)
        self.events_seen = beliefs.remembered(self.events_seen, events, w.belief_memory)
        lasting = beliefs.evidence(self.leads, self.lasting, w.leader_lasting, w.others_lasting, w.belief_spillover)
        self.lasting_seen = beliefs.remembered(self.lasting_seen, lasting, w.belief_memory)
        years = beliefs.evidence(
            self.leads, w.month_begun, w.month_begun, w.others_begun * w.member_reversal_multiple, w.belief_spillover
        )
        self.years_seen = beliefs.remembered(self.years_seen, years, w.belief_memory)
        self.believed_hazard = beliefs.believed_hazard(
            self.events_seen, self.years_seen, w.bad_news_weight, w.belief_prior_events, w.belief_prior_years
        )
        self.coerced = politics.shock(
            self.coerced, self.coerces, w.others_coerced, w.coercion_shock_target, w.coercion_shock_others,
            w.belief_memory,
        )  # fmt: skip
        self.believed_permanence = beliefs.believed_permanence(
            self.lasting_seen, self.events_seen, w.prior_permanent_share, w.prior_permanent_weight
        )

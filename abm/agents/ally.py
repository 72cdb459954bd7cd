"""Allies: what membership of the coalition is worth to a state, and how it chooses."""

from ..rulebook import Field
from ..rules import coalition, investment
from .actor import AGREEMENT, CHOICE, REVIEW, Actor


class Ally(Actor):
    """R11, R12  Terms of membership in USD a year, each its value as a member less its value as an outsider."""

    leads = Field("1", "leads the coalition", words=("follows", "leads"))
    member = Field("1", "member of the coalition", words=("outside", "member"))
    compliance = Field("1", "share of untrusted imports on which it enforces while in force")
    believed_hazard = Field("1/year", "hazard of reversal its investors believe in")
    gdp = Field("USD/year", "gross domestic product")
    invited = Field("1", "may join the coalition", words=("not invited", "invited"))
    founder = Field("1", "member of the scenario's coalition from the start")
    signatory = Field("1", "in the coalition as first announced", words=("other", "signatory"))
    at_reference = Field("logit", "inclination in the reference scenario")
    loses = Field("1", "value of a ton not delivered, relative to the USA", 1.0)
    regulates = Field("1", "common standards are its own")
    coerces = Field("1", "the leader coerces it this month")
    coerced = Field("1", "what coercion adds to the log of perceived hazard")
    hazard = Field("1/year", "hazard of reversal its government believes in")
    available = Field("1", "share of time in which it counts on support", 1.0)
    bill = Field("USD/year", "what it pays for a mineral, before any levy and rent", each="mineral")
    base_bill = Field("USD/year", "use of a mineral at its base price", each="mineral")
    access = Field("1", "part of a disruption that its stock makes good", each="mineral")
    new_tons = Field("t/month", "output of its plants newer than the base year", each="mineral")
    security_by = Field("USD/year", "disruption avoided", each="mineral")
    premium_by = Field("USD/year", "what the floor costs its buyers", each="mineral")
    downstream_by = Field("USD/year", "value lost by makers of components", each="mineral")
    rents_by = Field("USD/year", "rents of its new plants", each="mineral")
    security = Field("USD/year", "disruption avoided")
    rents = Field("USD/year", "rents of its new plants")
    finance = Field("USD/year", "support its plants receive")
    standing = Field("USD/year", "penalty avoided")
    premium = Field("USD/year", "what the floor costs its buyers")
    premium_share = Field("1", "of its bill for metals whose floor binds")
    downstream = Field("USD/year", "value lost by makers of components")
    contributions = Field("USD/year", "support that it pays for")
    pays = Field("USD/year", "support that it pays as host")
    retaliation = Field("USD/year", "retaliation expected")
    lock_in = Field("USD/year", "plants that only the coalition makes pay")
    new_book = Field("USD", "capital of its new plants not yet written off")
    standards = Field("USD/year", "cost of common standards")
    refined_value = Field("USD/year", "value of what it refines of metals whose floor binds")
    benefits = Field("USD/year", "sum of what favours membership")
    costs = Field("USD/year", "sum of what speaks against it")
    payoff = Field("USD/year", "benefits less costs of membership")
    verdict = Field("1", "net benefit relative to its size")
    weight = Field("1", "share of demand outside the dominant state, mean over minerals in scope")
    others_share = Field("1", "share of the other members in demand in scope")
    money = Field("logit", "what the terms of membership add to its willingness")
    habit = Field("logit", "what being in, or out, adds")
    company = Field("logit", "what the other members' share of demand adds")
    trust = Field("logit", "what trust in the leader adds")
    inclination = Field("logit", "what speaks for being a member")
    own_will = Field("logit", "its own will, which nothing here explains")
    willing = Field("1", "probability of being a member after a review")
    reviews = Field("1", "reviews its membership this month")
    bargain = Field("1", "luck of the yearly round, if it leads")
    joins = Field("1", "joins this month")
    leaves = Field("1", "leaves this month")
    under_fire = Field("1", "left while its trade suffered from retaliation")

    def weigh_membership(self):
        """R11  What membership is worth to it, mineral by mineral and in all, with the others' choice given."""
        w = self.model
        self.hazard = coalition.perceived_hazard(self.believed_hazard, self.coerced)
        self.available = investment.availability(self.believed_hazard, w.mean_suspension)
        self.security_by = coalition.security(
            w.perceived * w.any_begun, w.value_of_lost_ton * self.loses, self.base_bill, w.severity,
            w.excludable_share, w.covered, w.covered_at_first, self.access, self.available,
        )  # fmt: skip
        self.premium_by = coalition.premium(
            self.bill, self.compliance, w.rise, w.duty, w.rent_capture, w.covered, w.trusted_rise
        )
        self.downstream_by = coalition.downstream(
            self.bill, self.compliance, w.rise, w.covered, w.trusted_rise, w.downstream_leak, w.component_cover
        )
        self.rents_by = coalition.rents(
            self.new_tons, w.trusted_price, w.outside_price, w.excludable_share, self.available
        )

    def decide(self):
        """R12  The probability with which a review makes it a member, from what speaks for it and its own will."""
        self.willing = coalition.willing(self.inclination, self.own_will)

    def review(self):
        """R11, R12  The terms add up; some states review their membership."""
        w = self.model
        self.standing = coalition.standing(w.alliance_penalty, self.gdp, self.leads, w.leading)
        self.contributions = coalition.contributions(
            self.leads, w.leader_pays, self.pays, w.lent, w.expected_call_on_guarantees, w.support_years
        )
        self.retaliation = coalition.expected_retaliation(
            w.retaliation_cost, self.gdp, w.tension, self.exposure, self.retaliated, w.retaliation_prob
        )
        self.lock_in = coalition.lock_in(self.available, w.lock_in_share, self.new_book, w.base_return)
        self.standards = coalition.standards(w.standards_cost, self.refined_value, self.leads, self.regulates)
        self.benefits = coalition.benefits(
            self.security, self.rents, self.finance, self.standing, self.standards
        )
        self.costs = coalition.costs(
            self.premium, self.downstream, self.contributions, self.retaliation, self.lock_in, self.standards
        )
        self.payoff = self.benefits - self.costs
        self.verdict = coalition.verdict(self.benefits, self.costs, w.scale_floor_gdp, self.gdp)
        self.trust = coalition.trust(
            self.hazard, w.reversal_hazard_reference, w.trust_elasticity, self.leads, w.trust_of_leader
        )
        self.money = coalition.money(self.verdict, w.rationality)
        self.habit = coalition.habit(self.member, w.inertia)
        self.company = coalition.company(self.others_share, w.reference_share, w.conformity)
        self.inclination = coalition.inclination(self.money, self.habit, self.company, self.trust)
        self.own_will = coalition.own_will(
            self.at_reference, self.signatory, w.stay_probability_reference, w.join_probability_reference
        )
        self.decide()
        self.reviews = coalition.reviews(
            self.invited, w.any_begun * w.chance, w.quarter, self.draw(REVIEW), w.review_probability
        )
        self.bargain = self.draw(AGREEMENT)
        member = coalition.membership(self.member, self.reviews, self.draw(CHOICE), self.willing)
        self.under_fire = coalition.left_under_fire(self.under_fire, member, self.member, self.retaliated)
        self.joins = coalition.accession(self.member, member)
        self.leaves = coalition.accession(member, self.member)
        self.member = member

"""New plants: dated projects of the documented pipeline, and prospects that investors may sanction."""

from ..instruments import CONTRACT, GUARANTEE, OFFTAKE, PRICE_FLOOR, TAX_CREDIT
from ..rulebook import Field
from ..rules import investment, markets, politics, production, projects, purchasing, support
from .actor import MOOD, SANCTION, STALL
from .firm import Refiner


class Plant(Refiner):
    """Capacity newer than the base year: its own cost, customers to win, and support if its state gives any."""

    qualified = Field("1", "share of an entrant's weight its customers grant")
    credit_due = Field("USD/month", "tax credit announced")
    credit_paid = Field("USD/month", "tax credit received")
    credit_owed = Field("USD", "tax credit that a lapse holds up")

    def take_ore(self):
        self.experience = self.model.learned[self.mineral]
        super().take_ore()
        self.centre = support.supplied_from(self.cash, self.aid)

    def claim_credit(self):
        """R24  The credit of this month's output, and what a ton of output can count on."""
        w, home = self.model, self.home
        rate = w.credit_rate[self.mineral] * w.credit_left * home.member
        self.credit_due = self.output * rate * self.cash
        due = self.credit_due * home.backed[TAX_CREDIT]
        self.credit_paid = support.paid(due, self.credit_owed, home.solvent[TAX_CREDIT])
        self.credit_owed = support.arrears(due, self.credit_owed, home.solvent[TAX_CREDIT])
        self.aid = rate * self.cash * home.backed[TAX_CREDIT]


class Project(Plant):
    """A dated plant of the documented pipeline: it opens in its month and grows no more."""

    opening = Field("month", "month in which it opens", 1e9)
    nameplate = Field("t/month", "capacity once open")
    unit_cost = Field("USD per t/year", "capital cost")

    def expand(self):
        w = self.model
        before = self.capacity
        self.nameplate = production.left_of(self.nameplate, self.closing)
        self.capacity = production.opened(w.month_number, self.opening, self.nameplate)
        self.spent = production.opened_cost(before, self.capacity, self.unit_cost)
        self.coming = production.still_coming(self.nameplate, self.capacity)
        self.qualified = production.qualification(
            self.qualified, self.output, w.qualified_at_first, w.qualification_time
        )
        self.drawn = production.drawn(self.capacity, self.qualified, w.entrant_attractiveness)


class Prospect(Plant):
    """A slot in which one module at a time may be weighed, sanctioned, permitted and built; then it joins the block."""

    size = Field("t/month", "capacity of a module")
    reference = Field("USD per t/year", "capital cost of a module that stands alone")
    country = Field("1/year", "country risk premium")
    permit = Field("month", "time for a permit")
    build = Field("month", "time to build, overrun included")
    lead = Field("month", "time from sanction to output")
    mood = Field("1", "error in the log price expected")
    expected = Field("USD/t", "price expected outside")
    expected_cost = Field("USD/t", "cash cost expected", 1.0)
    taken = Field("1", "share of output that enforcing demand can take")
    floor_support = Field("USD/t", "support expected from the floor")
    top_up = Field("USD/t", "support expected from a contract for difference")
    signs = Field("t/month", "output it would put under a contract for difference")
    offtake = Field("1", "share of output an offtake would take")
    premium = Field("USD/t", "support expected from an offtake's premium")
    credit = Field("USD/t", "support expected from the tax credit")
    guaranteed = Field("1", "part of the pool's offer it counts on")
    counted = Field("1", "part of the support that counts")
    support = Field("USD per t/year", "present value of support")
    supported = Field("1", "share of cash flow that support makes safe")
    required = Field("1/year", "required return")
    wanted = Field("1", "value over cost it wants")
    modules = Field("1", "modules of the plant it designs")
    capex = Field("USD per t/year", "capital cost of its design")
    value = Field("USD per t/year", "value of a plant")
    merit = Field("1", "ln of value over what it wants")
    worth = Field("1", "ln of value over cost")
    likely = Field("1/year", "hazard of being sanctioned")
    applies = Field("1", "asks to be sanctioned this month")
    lends = Field("USD", "loan of the pool it asks for")
    granted = Field("1", "sanctioned this month")
    ready_to_build = Field("1", "asks for a place to build")
    starts = Field("1", "begins to build this month")
    phase = Field("1", "what its slot does", words=("idle", "permitting", "ready", "building"))
    left = Field("month", "months to the end of the phase")
    stalled = Field("1", "its permit was held up this month")
    refunded = Field("USD", "loan of a module given up, back in the pool")
    opened = Field("t/month", "capacity that opened this month")
    module = Field("t/month", "module under way")
    module_contract = Field("t/month", "its contract for difference")
    module_offtake = Field("t/month", "its offtake")
    module_loan = Field("USD", "its loan from the pool")
    module_cost = Field("USD", "its capital cost, overrun included")
    contracted = Field("t/month", "output under contracts for difference")
    contract_left = Field("month", "months these still run")
    contract_due = Field("USD/month", "what contracts announced")
    contract_paid = Field("USD/month", "what contracts paid")
    contract_owed = Field("USD", "what a lapse holds up")
    offtaken = Field("t/month", "output under offtakes")
    offtake_left = Field("month", "months these still run")
    premium_paid = Field("USD/month", "what offtakes paid above the price")
    loan = Field("USD", "loans from the pool outstanding")
    grant_paid = Field("USD/month", "grant in a loan paid out")
    called = Field("USD/month", "what the pool lost on closures")

    def weigh(self):
        """R44-R49  The arithmetic of one investment decision."""
        w, home, m = self.model, self.home, self.mineral
        self.mood = investment.mood(
            self.mood, self.draw(MOOD), w.expectation_noise, w.expectation_noise_memory
        )
        self.expected = investment.foreseen_price(w.expected_price[m], w.crowding[m], self.mood)
        self.expected_cost = purchasing.expected_price(self.expected_cost, self.cash, w.expectation_months)
        margin = self.expected - self.expected_cost
        self.taken = investment.taken(w.unmet[m] + self.module, self.size)
        self.floor_support = w.floor_gap[m] * self.taken * (1.0 - home.untrusted)
        price = self.expected + self.floor_support
        offered = investment.offered_share(w.contract_room[m], self.size) * w.contract_scope[m]
        signed = investment.holds(self.phase, self.module_contract, offered * self.size)
        signs = support.covered(signed, self.size) * home.backed[CONTRACT] * home.member
        self.top_up = investment.topped_up(w.strike[m], price, signs)
        self.signs = support.assured(self.top_up, signs * self.size, w.announced[CONTRACT])
        offered = support.uncontracted(w.offtake_share[m], self.top_up)
        signed = investment.holds(self.phase, self.module_offtake, offered * self.size)
        self.offtake = support.covered(signed, self.size) * home.backed[OFFTAKE] * home.member
        self.premium = self.offtake * w.offtake_premium * price
        self.credit = (
            w.credit_rate[m] * self.expected_cost * home.backed[TAX_CREDIT] * home.member
        )
        pool = investment.pooled(w.unmet[m], w.floor_gap[m], w.contract_room[m], self.top_up) * home.member
        self.modules = investment.hub(pool, self.size, self.capacity + self.size, w.largest_hub)
        self.capex = investment.unit_capex(self.reference, self.modules, w.scale_exponent, w.learned[m])
        loan = investment.outlay(self.capex, self.size, w.coinvestment_share)
        offered = investment.offered_to(w.pool_year, loan) * w.guarantee_scope[m] * home.backed[GUARANTEE]
        self.guaranteed = investment.holds(self.phase, support.one(self.module_loan), offered * home.member)
        self.required = investment.required_return(
            w.base_return, self.country, w.volatility[m], w.price_volatility, w.volatility_premium,
            self.guaranteed * w.guarantee_relief,
        )  # fmt: skip

        floor, in_floor = self._present(self.floor_support, PRICE_FLOOR, w.support_years)
        contract, in_contract = self._present(self.top_up, CONTRACT, w.contract_years)
        offtake, in_offtake = self._present(self.premium, OFFTAKE, w.support_years)
        credit, _ = self._present(self.credit, TAX_CREDIT, w.support_years)
        self.support = floor + contract + offtake + credit
        self.counted = investment.needed_part(
            margin, self.floor_support + self.top_up + self.premium + self.credit
        )
        self.supported = investment.supported_share(
            support.assured(self.floor_support, self.taken, in_floor),
            support.assured(self.top_up, signs, in_contract),
            support.assured(self.offtake, self.offtake, in_offtake), w.most_supported,
        )  # fmt: skip
        self.wanted = investment.trigger(w.price_volatility, self.supported, w.convenience_yield)
        self.value = investment.project_value(
            margin, self.required, w.capital_recovery_years, self.support, self.counted
        )
        net = investment.shared_capex(
            self.capex, w.coinvestment_share, w.grant_equivalent_finance, self.guaranteed
        )
        self.merit = investment.ratio_to_trigger(self.value, net, self.wanted)
        self.worth = investment.worth(self.value, net)
        self.likely = investment.sanction_hazard(self.merit, w.sanction_hazard_max, w.sanction_softness)
        allowed = investment.room_for(self.capacity + self.size, self.headroom) * w.chance
        self.applies = investment.applies(self.draw(SANCTION), self.likely, self.phase, allowed)
        self.lends = self.guaranteed * loan
        self.ready_to_build = projects.wants_to_build(self.phase, self.worth)

    def _present(self, support, k, years):
        """R46  Present value of one instrument's support, and the share of time in which it is in force."""
        w, home = self.model, self.home
        hazard = home.believed_hazard * w.hit_probability[k]
        available = investment.availability(hazard, w.mean_suspension)
        term = investment.support_term(years, w.months_to_end[k], self.lead)
        value = investment.support_value(
            support, available, term, self.required, hazard, home.believed_permanence
        )
        return value, available

    def expand(self):
        """R48, R50, R51  The slot's month: sanction, permit, building, opening."""
        w = self.model
        before = self.phase
        self.phase = projects.phase(before, self.granted, self.left, self.starts, self.worth)
        stall = politics.strikes(self.draw(STALL), w.stall_hazard)
        self.stalled = projects.stalls(stall, before)
        self.left = projects.months_left(
            self.left, before, self.phase, self.permit, self.build, self.stalled, w.stall_length
        )
        opened = projects.opens(before, self.phase)
        self.opened = opened * self.module
        self.refunded = projects.given_up(before, self.phase) * self.module_loan
        self.join(opened, projects.begins(before, self.phase))
        self.module = projects.pending(self.module, self.granted, self.size, self.phase)
        self.module_contract = projects.pending(self.module_contract, self.granted, self.signs, self.phase)
        self.module_offtake = projects.pending(
            self.module_offtake, self.granted, self.offtake * self.size, self.phase
        )
        self.module_loan = projects.pending(self.module_loan, self.granted, self.lends, self.phase)
        cost = investment.outlay(self.capex, self.size, w.overrun)
        self.module_cost = projects.pending(self.module_cost, self.granted, cost, self.phase)
        self.coming = self.module

    def join(self, opened, begun):
        """What opens joins the block; what closes leaves it, with its contracts."""
        w = self.model
        share = support.covered(self.closing, self.capacity)
        fresh = support.qualified_by(w.qualified_at_first, self.module_offtake, self.module)
        self.qualified = production.qualification(
            projects.blended(self.qualified, self.capacity, opened, fresh, self.module), self.output,
            w.qualified_at_first, w.qualification_time,
        )  # fmt: skip
        held = support.covered(self.contracted, self.contracted + self.module_contract)
        self.contract_left = support.months_under(
            self.contract_left, opened * self.module_contract, w.contract_years, held
        )
        self.contracted = support.under(
            self.contracted, opened, self.module_contract, share, self.contract_left
        )
        held = support.covered(self.offtaken, self.offtaken + self.module_offtake)
        self.offtake_left = support.months_under(
            self.offtake_left, opened * self.module_offtake, w.support_years, held
        )
        self.offtaken = support.under(self.offtaken, opened, self.module_offtake, share, self.offtake_left)
        lent = begun * self.module_loan
        self.grant_paid = lent * w.grant_equivalent_finance
        self.called = support.called(self.loan, share)
        self.loan = support.outstanding(self.loan, self.called, lent, w.capital_recovery_years)
        self.spent = begun * self.module_cost
        self.idle = projects.diluted(self.idle, self.capacity, opened, self.module)
        self.capacity = projects.joined(self.capacity, opened, self.module, self.closing)
        self.drawn = production.drawn(self.capacity, self.qualified, w.entrant_attractiveness)

    def settle(self):
        """R19, R21  What contracts and offtakes pay for this month's output."""
        w, home, m = self.model, self.home, self.mineral
        price = markets.exp_of(w.log_ask[self.STAGE, m, self.node])
        share = support.covered(self.contracted, self.capacity)
        rate = support.contract_pays(price, w.strike[m], w.contract_upside)
        self.contract_due = self.output * share * rate
        due = self.contract_due * home.backed[CONTRACT]
        self.contract_paid = support.paid(due, self.contract_owed, home.solvent[CONTRACT])
        self.contract_owed = support.arrears(due, self.contract_owed, home.solvent[CONTRACT])
        bought = support.covered(self.offtaken, self.capacity)
        premium = bought * w.offtake_premium * price * home.backed[OFFTAKE]
        self.premium_paid = self.output * premium
        self.aid = self.aid + share * rate * home.backed[CONTRACT] + premium

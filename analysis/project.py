"""`mineralclub describe project`: the arithmetic of one investment decision, to follow by hand."""

from typing import Any

import numpy as np

from abm.agents import Refiner, State
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.forms import months_of
from abm.instruments import CONTRACT, OFFTAKE, PRICE_FLOOR, TARIFF, TAX_CREDIT
from abm.scenario import Scenario
from abm.start import Sources, start_of

MONTHS = 12.0
BELIEFS = ("believed_hazard", "believed_permanence")
PHASES = ("idle", "permitting", "ready", "building")
Line = tuple[str, float | str, str, str]  # what, number or word, unit, how


def project(
    mineral: str, state: str, scenario: Scenario, month: str, seed: int, facts: Sources
) -> dict[str, Any]:
    """One prospect in one month of one history: lines of (what, value, unit, how). BadInput: no such prospect."""
    if mineral not in facts.base.minerals:
        raise BadInput("unknown mineral", key="mineral", value=mineral, allowed=facts.base.minerals)
    start = start_of(scenario.model_copy(update={"minerals": (mineral,)}), facts)
    at = start.scenario.month(month) if _is_month(month) else -1
    if not 0 <= at < start.scenario.months:
        raise BadInput(
            "not a month of the scenario", key="--month", value=month,
            allowed=f"a month from {start.scenario.start} to {start.scenario.end}",
        )  # fmt: skip
    columns = start.columns["Refiner"]
    rows = {
        start.states[columns["home"][i]]: i for i, name in enumerate(columns["class"]) if name == "Prospect"
    }
    if state not in rows:
        raise BadInput(f"no prospect for {mineral} there", key="state", value=state, allowed=sorted(rows))
    ensemble = Ensemble(start, np.array([seed]))
    for _ in range(at):
        ensemble.step()
    home = columns["home"][rows[state]]
    believed = [float(getattr(ensemble[State], name)[home, 0]) for name in BELIEFS]  # what it decides on this month
    ensemble.step()
    return {
        "mineral": mineral, "state": state, "scenario": scenario.name, "month": month, "seed": seed,
        "lines": [list(line) for line in _lines(ensemble, rows[state], *believed)],
    }  # fmt: skip


def text(found: dict[str, Any]) -> str:
    """The lines as a table."""
    head = f"{found['mineral']} in {found['state']}, {found['month']}, {found['scenario']}, seed {found['seed']}"
    rows = [(what, _number(value), unit, how) for what, value, unit, how in found["lines"]]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    a, b, c = widths
    body = [f"{what:{a}}  {value:>{b}}  {unit:{c}}  {how}".rstrip() for what, value, unit, how in rows]
    return "\n".join([head, "", *body])


def _is_month(text_: str) -> bool:
    try:
        months_of(text_)
    except ValueError:
        return False
    return True


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:,.4g}"


def _lines(w: Ensemble, row: int, hazard: float, lasting: float) -> list[Line]:
    f, s = w[Refiner], w[State]
    home = int(f.home_row[row])

    def of(name: str) -> float:
        return float(getattr(f, name)[row, 0])

    def world(name: str) -> float:
        value = getattr(w, name)
        return float(value[0, 0] if value.ndim == 2 else value[0])

    def force(k: int) -> str:
        if w.announced[k, 0] == 0.0:
            return "not part of the scenario"
        return "in force" if s.backed[k, home, 0] > 0.0 else "not in force"

    def border() -> str:
        tariff = "" if w.announced[TARIFF, 0] == 0.0 else f"; tariff {force(TARIFF)}"
        return f"floor {force(PRICE_FLOOR)}{tariff}"

    margin = of("expected") - of("expected_cost")
    r, years, life = of("required"), world("support_years"), world("capital_recovery_years")
    net = of("capex") * (
        1.0 - world("coinvestment_share") * world("grant_equivalent_finance") * of("guaranteed")
    )
    lead = of("lead")

    def term(k: int, most: float) -> float:
        return min(most, max(float(w.months_to_end[k, 0]) - lead, 0.0) / MONTHS)

    def available(k: int) -> float:
        return 1.0 / (1.0 + hazard * float(w.hit_probability[k, 0]) * world("mean_suspension") / MONTHS)

    lines: list[Line] = [
        ("price expected outside", world("expected_price"), "USD/t", "R44 adaptive"),
        ("crowding", world("crowding"), "1", "R44 demand over supply with the pipeline"),
        ("error of this investor", of("mood"), "1", "R44 in the log price"),
        ("price it counts on", of("expected"), "USD/t", "price x crowding x exp(error)"),
        ("cash cost it counts on", of("expected_cost"), "USD/t", "R53 ore at its recent price"),
        ("margin", margin, "USD/t", "price - cash cost"),
        ("border adds to the price", world("floor_gap"), "USD/t", f"R18, R20 of trusted plants; {border()}"),
        ("unmet enforcing demand", world("unmet") * MONTHS, "t/year", "R46"),
        ("share of output it can take", of("taken"), "1", "R46 unmet (and its own module) / module"),
        ("support from the border", of("floor_support"), "USD/t", "product of the two"),
        ("room for contracts", world("contract_room") * MONTHS, "t/year", f"R19 {force(CONTRACT)}"),
        ("support from a contract", of("top_up"), "USD/t", f"R19 (strike {world('strike'):,.0f} - price) x offered"),
        ("support from an offtake", of("premium"), "USD/t", f"R21 share x premium x price; {force(OFFTAKE)}"),
        ("support from the tax credit", of("credit"), "USD/t", f"R24 rate x cash cost; {force(TAX_CREDIT)}"),
        ("believed hazard h", hazard, "1/year", "R45"),
        ("mean suspension", world("mean_suspension"), "month", "R2; A = 1 / (1 + h x it / 12)"),
        ("believed to last for good, pi", lasting, "1", "R45"),
        ("base return", world("base_return"), "1/year", "R47"),
        ("country risk", of("country"), "1/year", "R47"),
        ("volatility seen", world("volatility"), "1/year", "R47"),
        ("relief by a guarantee", of("guaranteed") * world("guarantee_relief"), "1/year", "R23"),
        ("required return r", r, "1/year", "base + country + premium x (volatility - usual) - relief"),
    ]  # fmt: skip
    value = max(margin, 0.0) * _annuity(r, life)
    lines.append(("worth of the margin", value, "USD per t/year", f"margin x annuity(r, {life:g} years), none if < 0"))
    for name, field, k, most in (
        ("floor", "floor_support", PRICE_FLOOR, years), ("contract", "top_up", CONTRACT, world("contract_years")),
        ("offtake", "premium", OFFTAKE, years), ("tax credit", "credit", TAX_CREDIT, years),
    ):  # fmt: skip
        if of(field) > 0.0:
            own = hazard * float(w.hit_probability[k, 0])
            pays = available(k) * of(field) * _annuity(r + lasting * own, term(k, most))
            how = f"A {available(k):.3f} x support x annuity(r + pi h, {term(k, most):.3g} years)"
            lines.append((f"worth of the {name}", pays, "USD per t/year", "R46 " + how))
    lines += [
        ("part of the support that counts", of("counted"), "1", "R46 less what only fills a loss"),
        ("value of a plant V", of("value"), "USD per t/year", "margin + counted part of the support"),
        ("modules of the plant", of("modules"), "1", "R49 what pooled demand can take"),
        ("capital cost of a lone module", of("reference"), "USD per t/year", "costs.csv"),
        ("learning", world("learned"), "1", "R52 share of the first cost"),
        ("capital cost I", of("capex"), "USD per t/year", "alone x modules^(exponent - 1) x learning"),
        ("after a pool's grant", net, "USD per t/year", "R23"),
        ("supported share", of("supported"), "1", "R47"),
        ("trigger", of("wanted"), "1", "R47 beta / (beta - 1) at volatility x (1 - supported)"),
        ("V over I x trigger", float(np.exp(of("merit"))) if of("value") > 0.0 else 0.0, "1", "R48"),
        ("sanction hazard", of("likely"), "1/year",
         f"R48 {world('sanction_hazard_max'):g} x logistic(ln(ratio) / {world('sanction_softness'):g})"),
        ("its slot", PHASES[int(of("phase"))], "", f"{of('left'):.0f} months left" if of("phase") else ""),
        ("module", of("size") * MONTHS, "t/year", "R48"),
        ("online already", of("capacity") * MONTHS, "t/year", ""),
    ]  # fmt: skip
    return lines


def _annuity(rate: float, years: float) -> float:
    return float((1.0 - np.exp(-rate * years)) / rate) if rate > 0.0 else years



"""R4, R11-R16  What membership is worth, who stays, who complies, and the limits in which nothing of it may matter."""

import numpy as np
import pytest

from abm.agents import State
from abm.ensemble import Ensemble
from abm.outcomes import outcomes
from abm.phases.coalition import add_up, keep_accounts, take_stock
from abm.record import Record
from abm.rules import coalition as rules
from abm.scenario import Scenario
from abm.start import start_of
from analysis import acts, calibrate, membership_game, turning
from analysis.cli import code_of
from analysis.membership_game import frozen, text

from .worlds import KEPT, STILL, stepped

pytestmark = pytest.mark.once

BENEFITS, COSTS = (
    ("security", "rents", "finance", "standing"),
    ("premium", "downstream", "contributions", "retaliation", "lock_in", "standards"),
)
SEEDS = np.arange(1, 33)
ZONE = Scenario.load("trade_zone")
FEW = ["gallium", "graphite", "tungsten"]


def zone(months_to="2038-12", minerals=tuple(FEW), levers=None, **parameters):
    form = ZONE.model_dump(mode="json", exclude_none=True)
    form |= {"minerals": list(minerals), "end": months_to, "parameters": parameters}
    form["coalition"] |= levers or {}
    return Scenario.read(form)


def judged(scenario, seeds=SEEDS, threshold=0.25):
    return outcomes(Ensemble(scenario, seeds).run(), threshold)


def test_terms_add_up_and_each_counts_in_some_month():
    support = {"guarantee": {}, "contract_for_difference": {"unit": "multiple of base price", "level": 2.0}}
    ensemble = Ensemble(zone(levers=support, minerals=start_of("trade_zone").minerals), SEEDS[:4])
    s, seen = ensemble[State], dict.fromkeys((*BENEFITS, *COSTS), 0.0)
    for _ in range(150):
        ensemble.step()
        terms = {name: getattr(s, name) for name in seen}
        whole = sum(terms[name] for name in BENEFITS) - sum(terms[name] for name in COSTS)
        np.testing.assert_allclose(s.payoff, whole, rtol=1e-9, atol=1e-3)
        for name, values in terms.items():
            seen[name] = max(seen[name], np.abs(values * s.member).max())
    assert {name for name, most in seen.items() if most == 0.0} == set()


def test_the_trade_zone_alone_moves_every_term_but_those_of_public_money():
    ensemble = Ensemble("trade_zone", SEEDS[:4])
    seen = dict.fromkeys((*BENEFITS, *COSTS), 0.0)
    for _ in range(120):
        ensemble.step()
        for name in seen:
            seen[name] = max(seen[name], np.abs(getattr(ensemble[State], name) * ensemble[State].member).max())
    assert {name for name, most in seen.items() if most == 0.0} == {"finance", "contributions"}


def test_a_dearer_bill_raises_the_premium_in_proportion():
    """Japan pays a fifth more before any levy and rent, the others what they paid."""
    ensemble = stepped(Ensemble(zone(), [3]), 40)
    japan = ensemble.start.states.index("JPN")
    at = ensemble.destination_home[1] == japan
    s, premiums = ensemble[State], []
    for factor in (1.0, 1.2):
        ensemble.paid[1][at] *= factor
        ensemble.levy[at] *= factor
        ensemble.rent[at] *= factor
        keep_accounts(ensemble)
        take_stock(ensemble)
        type(s.parts[0]).weigh_membership(s.parts[0])
        add_up(ensemble)
        premiums.append(s.premium_by[:, japan, 0].copy())
    usual, dearer = premiums
    assert usual.max() > 0.0
    np.testing.assert_allclose(dearer, 1.2 * usual, rtol=1e-12)


def test_without_any_reason_of_its_own_no_outsider_joins():
    """x = 0, no stock, no penalty, no will (alpha = 0), choice by money: a net cost for all whom the floor touches."""
    nothing = dict.fromkeys(("excludable_share", "alliance_penalty", "standards_cost"), 0.0)
    ensemble = Ensemble(zone(**nothing, join_probability_reference=0.5, rationality=1000.0), SEEDS[:8])
    s = ensemble[State]
    s.at_reference = np.zeros_like(s.at_reference)
    for _ in range(120):
        ensemble.step()
        outside = (s.member == 0.0) & (s.invited > 0.0) & (s.signatory == 0.0)
        assert (s.verdict[outside] <= 0.0).all()
        touched = outside & (s.premium > 1e3)
        assert (s.willing[touched] < 1e-3).all()


def test_a_mineral_whose_floor_does_not_bind_changes_no_term():
    minerals = ["gallium", "copper"]
    seen = []
    for scope in (["gallium"], minerals):
        lever = {"price_floor": {"minerals": scope, "start": "2027-01"}}
        # Tension follows E, a mean over what is in scope, and compliance with nothing to comply with is part of E.
        scenario = zone(minerals=minerals, levers=lever, review_probability=0.0, tension_from_E=0.0)
        ensemble = stepped(Ensemble(scenario, SEEDS[:4]), 70)
        s = ensemble[State]
        assert ensemble.rise[minerals.index("copper")].max() == 0.0
        seen.append({name: getattr(s, name).copy() for name in (*BENEFITS, *COSTS, "premium_share", "compliance")})
    for name, values in seen[0].items():
        np.testing.assert_allclose(values, seen[1][name], rtol=1e-12, err_msg=name)


def test_compliance_without_enforcement_is_about_a_half_and_with_a_leader_more():
    free = stepped(Ensemble(zone(**KEPT, detection=0.0), SEEDS[:8]), 100)
    led = stepped(Ensemble(zone(**KEPT, whiplash=0.0), SEEDS[:8]), 100)
    assert 0.4 <= free.mean_compliance.mean() <= 0.6
    assert 0.8 <= led.mean_compliance.mean() <= 0.9


def test_a_leader_out_halves_enforcement_and_the_rest_go_on_while_they_are_enough():
    ensemble = stepped(Ensemble(zone(**KEPT), [1, 2]), 30)
    s, usa = ensemble[State], ensemble.start.states.index("USA")
    s.member[usa, 1] = 0.0
    stepped(ensemble, 24)
    assert ensemble.carried.tolist() == [1.0, 1.0] and ensemble.leading.tolist() == [1.0, 0.0]
    assert 0.45 <= ensemble.mean_compliance[1] <= 0.7 < ensemble.mean_compliance[0]
    s.member[:, 1] = 0.0
    s.member[ensemble.start.states.index("GBR"), 1] = 1.0
    stepped(ensemble, 1)
    assert ensemble.carried[1] == 0.0 and ensemble.cohesion[1] == 0.0


def test_whiplash_shortens_cooperation():
    lives = [judged(zone(whiplash=w))["cohesion_mean"].mean() for w in (0.0, 1.0, 4.0)]
    assert lives[0] > lives[1] > lives[2]


def test_compensation_lengthens_cooperation_and_coercion_does_not():
    """Compensation: the levy on a floor goes back to who bears its cost, not to the exporter as rent. Punishment:
    pressure of the leader on friends (R4)."""
    seeds = np.arange(1, 65)
    half, compensated, pressed = (
        judged(scenario, seeds)["life_years"].mean()
        for scenario in (zone(rent_capture=0.5), zone(rent_capture=0.0), zone(rent_capture=0.5, coercion_hazard=1.5))
    )
    assert compensated > half > pressed


def test_the_median_of_demand_decides_on_the_floor():
    kept = Ensemble(zone(**KEPT), SEEDS[:4])
    eroded = Ensemble(zone(review_probability=0.0, agreement_base=0.0, agreement_least=0.0), SEEDS[:4])
    agreed = Ensemble(zone(review_probability=0.0, agreement_base=1.0, agreement_size_slope=0.0,
                           agreement_spread_slope=0.0), SEEDS[:4])  # fmt: skip
    for ensemble in (kept, eroded, agreed):
        stepped(ensemble, 37)
    announced = kept.announced_floor
    assert (kept.floor == announced).all()
    np.testing.assert_allclose(eroded.floor, announced * (1.0 - 0.022), rtol=1e-12)
    ratio = agreed.floor / announced
    assert (ratio >= 0.75).all() and (ratio <= 1.1 + 0.4 * 0.6).all()


def test_no_hazard_no_acts_and_no_tension_hardly_any():
    off = {"control_hazard_scale": 0.0, "escalation_licence_to_ban": 0.0}
    minerals = ["gallium", "graphite", "dytb"]
    form = {"name": "calm", "recorded_controls": False, "end": "2040-12", "vary": False, "minerals": minerals}
    none = Ensemble(Scenario.read(form | {"parameters": off}), SEEDS[:4]).run()
    assert none.controlled.max() == 0.0
    slack = {"tension_mean": 0.0, "tension_sd": 0.0, "tension_from_E": 0.0}
    start = start_of(Scenario.read(form | {"parameters": slack | {"truce_hazard": 0.0}}))
    ensemble = Ensemble(start, SEEDS[:8])
    stepped(ensemble, 16)
    ensemble[State].tension = np.zeros_like(ensemble[State].tension)
    record = Record(start, 8)
    for _ in range(16, 192):
        ensemble.step()
        record.take(ensemble)
    assert record.tension[17:].max() < 0.2
    assert (record.controlled[17:, start.minerals.index("gallium")] > 0.0).mean() < 0.2


def test_all_levers_off_is_no_coalition():
    """Bit for bit, with a living adversary and parameters drawn in every history: a floor of zero is none."""
    few = {"end": "2034-12", "minerals": ("gallium", "graphite", "tungsten", "nickel")}
    form = ZONE.model_dump(mode="json", exclude_none=True) | few
    form["coalition"]["price_floor"] = {"level": 0.0, "start": "2027-01", "unit": "multiple of base price"}
    nothing = Ensemble(Scenario.read(form), SEEDS[:3]).run()
    free = Ensemble(Scenario.load("no_coalition").model_copy(update=few), SEEDS[:3]).run()
    names = "price_paid list_home output hhi security_share consumption online controlled flooded"
    for name in names.split():
        assert (nothing.series[name] == free.series[name]).all(), name
    assert nothing.tension.tobytes() == free.tension.tobytes()


def test_calibration_is_of_these_tables():
    tables = start_of("trade_zone").sources.tables
    assert set(tables.willingness["inputs"]) == {tables.inputs}, "run python -m analysis.calibrate membership"


def test_calibration_can_be_run_again():
    known = start_of("trade_zone").sources
    found = calibrate.reference(known, calibrate.SEEDS[:24]).set_index("state")["inclination"]
    kept = known.tables.willingness.set_index("state")["inclination"]
    assert (found - kept).abs().max() < 0.6  # 24 of its 128 histories


def test_at_the_reference_a_signatory_stays_with_its_probability():
    for signed, probability in ((1.0, 0.88), (0.0, 0.1)):
        assert rules.willing(2.5, rules.own_will(2.5, signed, 0.88, 0.1)) == pytest.approx(probability)


def test_the_game_of_a_month():
    game = frozen("small_club", "2030-01", 1)
    shown = text(game, "small_club", "2030-01", 1)
    assert "USA" in shown and "stable by these sums alone" in shown
    assert len(game.players) <= 15 and np.isfinite(game.own).all()


@pytest.mark.parametrize(
    ("main", "name", "words", "said"),
    [
        (turning, "turning", ["no_coalition"], "no border floor"),
        (turning, "turning", ["--runs", "0"], "too small; allowed: a whole number from 1"),
        (membership_game, "game", ["--month", "2030"], "not a month; allowed: YYYY-MM"),
        (membership_game, "game", ["--month", "2026-12"], "a month after 2027-01, up to 2044-12"),
        (membership_game, "game", ["--seed", "-1"], "too small"),
        (acts, "acts", ["foo"], "unexpected extra argument"),
        (calibrate, "calibrate", ["prices"], "allowed: membership"),
    ],
)
def test_tools_refuse_bad_input_in_one_line(capsys, main, name, words, said):
    assert code_of(words, main.app, name) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"{name}: ") and said in err and err.count("\n") == 1


def test_the_game_has_its_leader_and_otherwise_the_heaviest(tmp_path):
    file = tmp_path / "led.toml"
    file.write_text('minerals = ["gallium"]\n[coalition]\nleader = "GEO"\n[coalition.price_floor]\nstart = "2025-03"\n')
    assert {"USA", "JPN", "EU27", "GEO"} <= set(frozen(str(file), "2025-06", 1).players)


def test_a_choice_by_a_number_that_is_none_fails_the_run():
    start = start_of(Scenario.read({"name": "n", "minerals": ["gallium"], "end": "2025-03"}))
    ensemble = Ensemble(start, [1, 2])
    record = Record(start, 2)
    ensemble.step()
    ensemble[State].willing[3, 1] = np.nan
    record.take(ensemble)
    assert record.failed.tolist() == [False, True]


def test_still_and_kept_name_what_is_there():
    assert set(STILL) <= set(Scenario.model_fields)
    assert all(start_of("trade_zone").parameter(name) is not None for name in KEPT)

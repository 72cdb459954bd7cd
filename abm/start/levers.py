"""The coalition's levers as numbers: levels by mineral, and what their dates say month by month (R18-R24)."""

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from ..errors import BadInput
from ..forms import months_of
from ..instruments import INSTRUMENTS, PRICE_FLOOR, TARIFF
from ..instruments.channels import CHANNELS
from ..instruments.lever import Lever, Setting
from ..instruments.tariff import Tariff
from ..instruments.tax_credit import TaxCredit
from ..scenario import Coalition
from .club import untrusted
from .facts import MONTHS, Facts

ALWAYS = 1e9  # months


@dataclass(frozen=True)
class Levers:
    """begun, months_to_end: [month, instrument]; scope: [instrument, mineral]; credit_left: [month]; world: numbers
    that get a run axis, [instrument], [mineral] or scalar."""

    begun: np.ndarray
    months_to_end: np.ndarray
    scope: np.ndarray
    credit_left: np.ndarray
    world: dict[str, np.ndarray]


def levers(facts: Facts, list_price: np.ndarray, incentive_price: np.ndarray) -> Levers:
    """All instruments of the scenario; zeros for those it lacks. Prices: USD/t [mineral]."""
    coalition, months, minerals = facts.scenario.coalition, facts.scenario.months, facts.minerals
    known = {} if coalition is None else coalition.levers
    classes = Coalition.kinds() if coalition is None else coalition.kinds()
    kinds, all_minerals = len(classes), len(minerals)
    begun, to_end = np.zeros((months, kinds)), np.full((months, kinds), ALWAYS)
    scope, left = np.zeros((kinds, all_minerals)), np.ones(months)
    hit = np.full(kinds, facts.value("instrument_hit_probability"))
    flags = {name: np.zeros(kinds) for name in ("announced", "by_leader", "feels_reversals", "lapses_stop")}
    levels: dict[str, np.ndarray] = {}
    for k, (name, kind) in enumerate(classes.items()):
        lever = known.get(name)
        if lever is not None:
            _channels(name, lever)
            begun[:, k], to_end[:, k] = _dates(facts, lever)
            scope[k] = _scope(facts, name, lever, list_price, incentive_price)
            flags["announced"][k] = 1.0
            hit[k] = 1.0 if lever.hits_always else hit[k]
            flags["by_leader"][k] = float(lever.payer == "leader")
            flags["feels_reversals"][k] = float("reversal" in lever.suspended_by)
            flags["lapses_stop"][k] = float("lapse" in lever.suspended_by)
        if isinstance(lever, TaxCredit):
            left = np.array([lever.left(_year(facts, t)) for t in range(months)])
            to_end[:, k] = np.minimum(to_end[:, k], [_credit_months(facts, lever, t) for t in range(months)])
        if lever is not None or name in INSTRUMENTS:  # rules read the numbers of those that ship, in force or not
            setting = Setting(facts.value, minerals, list_price, incentive_price, scope[k])
            levels |= (lever or kind()).numbers(name, setting)
    _one_border(facts, known, to_end, hit)
    levels["taxing"] = np.array(float(tariff_rate(facts, known) > 0.0))
    world = {**flags, "hit_probability": hit, "takes_effect": effective(flags["announced"], levels), **levels}
    return Levers(begun, to_end, scope, left, world)


def _channels(name: str, lever: Lever) -> None:
    """BadInput names a channel that there is not, or one that stands for all."""
    key, named = f"coalition.{name}", cast(Any, lever.channels)  # whoever writes a class may write a lone text
    if isinstance(named, str):
        raise BadInput("channels are a tuple", key=key, value=named, allowed=f"({named!r},)")
    for channel in named:
        if channel not in CHANNELS:
            raise BadInput("no channel", key=key, value=channel, allowed=list(CHANNELS))


def effective(announced: np.ndarray, levels: dict[str, np.ndarray]) -> np.ndarray:
    """R18, R20  [instrument] 1 for one that can move anything: a floor or tariff of zero is none."""
    found = announced.copy()
    for k, name in ((PRICE_FLOOR, "floor"), (TARIFF, "tariff")):
        found[k] = announced[k] * float(levels[name].max() > 0.0)
    return found


def tariff_rate(facts: Facts, known: dict[str, Lever]) -> float:
    """R20  Rate of the scenario's tariff; 0 without one."""
    tariff = known.get(INSTRUMENTS[TARIFF])
    if not isinstance(tariff, Tariff):
        return 0.0
    return facts.value("tariff_untrusted") if tariff.rate is None else tariff.rate


def _one_border(facts: Facts, known: dict[str, Lever], to_end: np.ndarray, hit: np.ndarray) -> None:
    """R46  Investors see floor and tariff as one thing, what the border adds to the price of trusted plants: it lasts
    as long as either, and a reversal always hits it."""
    if tariff_rate(facts, known) > 0.0:
        floored = INSTRUMENTS[PRICE_FLOOR] in known
        last = to_end[:, TARIFF]
        to_end[:, PRICE_FLOOR] = np.maximum(to_end[:, PRICE_FLOOR], last) if floored else last
        hit[PRICE_FLOOR] = hit[TARIFF]


def _dates(facts: Facts, lever: Lever) -> tuple[np.ndarray, np.ndarray]:
    """[month]: 1 while the lever is announced to hold, and months to its announced end."""
    months = facts.scenario.months
    first = facts.scenario.month(lever.start)
    last = months if lever.end is None else facts.scenario.month(lever.end)
    begun = np.zeros(months)
    begun[max(first, 0) : max(last, 0)] = 1.0
    return begun, np.full(months, ALWAYS) if lever.end is None else np.maximum(last - np.arange(months, dtype=float), 0)


def _year(facts: Facts, t: int) -> int:
    return (months_of(facts.scenario.start) + t) // int(MONTHS)


def _credit_months(facts: Facts, credit: TaxCredit, t: int) -> float:
    """Months of full credit left: those to the sunset, and those of the fading years by their share."""
    if not credit.sunset or credit.sunset[-1] > 0.0:
        return ALWAYS
    over = facts.scenario.month(f"{credit.sunset_from + len(credit.sunset)}-01")
    return math.fsum(credit.left(_year(facts, month)) for month in range(t, over))


def _scope(
    facts: Facts, name: str, lever: Lever, list_price: np.ndarray, incentive_price: np.ndarray
) -> np.ndarray:
    """[mineral] 1 where the lever applies. By default where the others depend on the dominant supplier; a border floor
    only where a plant outside needs more than today's price."""
    for mineral in lever.names():
        if mineral not in facts.base.minerals:
            key = f"coalition.{name}.minerals"
            raise BadInput("unknown mineral", key=key, value=mineral, allowed=facts.base.minerals)
    if lever.minerals != "exposed":
        return np.array([float(mineral in lever.minerals) for mineral in facts.minerals])
    least = facts.value("floor_scope_exposure")
    exposed = np.array([float(exposure(facts, m) >= least) for m in range(len(facts.minerals))])
    return exposed * (incentive_price > list_price) if lever.fills_a_gap else exposed


def exposure(facts: Facts, m: int) -> float:
    """R11  1 - k: the part of demand outside the untrusted states that supply of the trusted could not cover."""
    market, shut = facts.refined(m), untrusted(facts) or {facts.rival}
    trusted = math.fsum(v for s, v in zip(market.origins, market.output.tolist(), strict=True) if s not in shut)
    wanted = math.fsum(v for s, v in zip(market.destinations, market.use.tolist(), strict=True) if s not in shut)
    if wanted <= 0.0:
        what, allowed = f"nobody is left who buys {facts.minerals[m]}", "fewer states"
        raise BadInput(what, key="coalition.excluded", value=", ".join(sorted(shut)), allowed=allowed)
    return 1.0 - trusted / wanted

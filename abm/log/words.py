"""A row of the log as one line of English; of the terms, those that weigh most."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from .adversary import EVERYONE
from .breaking import ENDS_BY
from .membership import AGAINST, FAVOUR, WILL

MILLION = 1e6
NAMED = {
    "security": "security", "rents": "rents of new plants", "finance": "support",
    "standing": "standing with the leader", "premium": "premium", "downstream": "losses downstream",
    "contributions": "contributions", "retaliation": "expected retaliation", "lock_in": "plants locked in",
    "standards": "standards",
}  # fmt: skip
A = {"none": "none", "licensing": "licensing", "quota": "a quota", "ban": "a ban"}
MOST_TERMS = 4
LEAST_PART = 0.05  # of the largest term, to be named
LEAST_SHARE = 0.005  # of a cause of the end, to be named
SIGNIFICANT = 3  # digits
DAYS = 365.25 / 12  # a month
Row = Mapping[str, Any]


def words(row: Row) -> str:
    """ "2029-03 USA leaves (probability of staying .71: …)"."""
    who = row["who"] if row["who"] != "coalition" else "the coalition"
    return f"{row['month']} {who} {SAID[row['what']](row, row['terms'])}"


def short(value: float) -> str:
    """Three digits that count, no zero before the point: .71, -.35, 97, 1,240."""
    if abs(value) >= 100.0:
        return f"{value:,.0f}"
    text = f"{value:.{SIGNIFICANT if abs(value) >= 1.0 else 2}g}"
    if "e" in text:
        return "0" if abs(value) < 0.005 else text
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def weighed(t: Mapping[str, Any], member: bool) -> str:
    """The money on both sides of a review: first what speaks for the choice."""
    for_it = {name: t[name] for name in FAVOUR} | {"standards": max(-t["standards"], 0.0)}
    against = {name: t[name] for name in AGAINST} | {"standards": max(t["standards"], 0.0)}
    sizes = sorted([*for_it.values(), *against.values()], reverse=True)
    least = max(sizes[MOST_TERMS - 1], LEAST_PART * sizes[0], 1.0)
    sides = [_side(for_it, least), _side(against, least)]
    first, second = sides if member else sides[::-1]
    if not first and not second:
        return "no money at stake"
    if not second:
        return f"{first} M USD a year, nothing against"
    return f"{first or ('no gain' if member else 'no cost')}, against {second} M USD a year"


def _side(values: Mapping[str, float], least: float) -> str:
    """Terms in M USD, the largest first."""
    named = sorted((name for name in values if values[name] >= least), key=lambda name: -values[name])
    return ", ".join(f"{NAMED[name]} {short(values[name] / MILLION)}" for name in named)


def _review(row: Row, t: Mapping[str, Any]) -> str:
    before = row["what"] in ("stays", "leaves")
    chance = f"probability of {'staying' if before else 'joining'} {short(t['willing'])}"
    money = weighed(t, row["what"] in ("stays", "joins"))
    parts = ", ".join(f"{name.replace('_', ' ')} {_logits(t[name])}" for name in WILL)
    whole = _logits(math.fsum(t[name] for name in WILL))
    return f"{row['what']} ({chance}: {money}; in logits {parts}, in all {whole})"


def _control(row: Row, t: Mapping[str, Any]) -> str:
    goods = f"{row['about']} ore" if t["stage"] == "mine" else row["about"]
    whom = EVERYONE if t["against"] == EVERYONE else t["against"]
    if row["what"] == "announces":
        now = "" if t["rung"] == "none" else f" beyond {A[t['rung']]}"
        act = f"announces a control on {goods}{now}"
    elif row["what"] == "lifts":
        act = f"lifts its control on {goods}"
    elif row["what"] == "imposes":
        act = f"imposes {A[t['rung']]} on {goods}"
    else:
        act = f"{row['what']} its control on {goods} to {A[t['rung']]}"
    why = f"tension felt {short(t['tension'])}"
    if t["dated"]:
        why = "a dated act"  # no motive decided it
    elif row["what"] not in ("lifts", "eases"):  # which truces and time bring about, against any motive
        why = f"motive {short(t['motive'])}, leverage {short(t['leverage'])}, {why}"
    after = f"; {short(t['licensed'])} of normal exports licensed" if row["what"] not in ("announces", "lifts") else ""
    return f"{act} against {whom} ({why}{after})"


def _suspends(row: Row, t: Mapping[str, Any]) -> str:
    time = "for good" if t["for_good"] else f"for {_months(max(t['months'], 1.0))}"
    moved = f"its investors' believed hazard {short(t['hazard_before'])} to {short(t['hazard_after'])} a year"
    return f"suspends its {_plain(row['about'])} {time} ({moved})"


def _war(row: Row, t: Mapping[str, Any]) -> str:
    if row["what"].startswith("begins"):
        price, lost = short(t["price_before"]), short(t["threat"])
        return f"begins a price war on {row['about']} (entrants took {lost} of the market; price {price} USD/t)"
    price = f"price {short(t['price_before'])} to {short(t['price'])} USD/t"
    cost = f"given up {short(t['given_up'] / MILLION)} M USD, {short(t['idle'])} of the entrants idle"
    return f"ends its price war on {row['about']} ({price}, {cost})"


def _stands(row: Row, t: Mapping[str, Any]) -> str:
    known = {"leads": "leads the coalition", "carries on": "carries on without its leader"}
    act = known.get(row["what"], row["what"])
    share = f"{short(t['member_share'])} of demand, {short(t['least_share'])} needed without a leader"
    return f"{act} ({short(t['members'])} {'member' if t['members'] == 1.0 else 'members'} with {share})"


def _agrees(row: Row, t: Mapping[str, Any]) -> str:
    act = "agrees on a new floor for" if row["what"] == "agrees" else "does not renew the floor for"
    price = f"{short(t['old'])} to {short(t['new'])} USD/t"
    return f"{act} {row['about']} ({price}; probability of agreement {short(t['agreement'])})"


def _complies(row: Row, t: Mapping[str, Any]) -> str:
    act = "cheats" if row["what"] == "cheats" else "complies again"
    why = f"premium {short(t['premium_share'])} of its bill, enforcement {short(t['strength'])}"
    return f"{act} (enforces on {short(t['compliance'])}, unenforced {short(t['unenforced'])}; {why})"


def _lapses(row: Row, t: Mapping[str, Any]) -> str:
    stopped = "nothing" if t["stops"] == "none" else _plain(t["stops"].replace(" ", ", "))
    return f"has no budget for {_months(t['months'])} (stops {stopped})"


def _breaks(row: Row, t: Mapping[str, Any]) -> str:
    causes = {name.removeprefix(ENDS_BY): t[name] for name in t if name.startswith(ENDS_BY)}
    named = sorted((name for name in causes if causes[name] >= LEAST_SHARE), key=lambda name: -causes[name])
    why = ", ".join(f"{_plain(name)} {short(causes[name])}" for name in named)
    below = f"cohesion E {short(t['cohesion'])} in the year that begins here, below theta {short(t['theta'])}"
    return f"breaks apart ({below}{'; ends by ' + why if why else ''})"


def _months(number: float) -> str:
    """3 months; less than one in days."""
    unit, count = ("month", number) if number >= 1.0 else ("day", max(round(number * DAYS), 1))
    return f"{short(count)} {unit}{'' if count == 1 else 's'}"


def _logits(value: float) -> str:
    """Signed, two places: +.35."""
    if abs(value) < 0.005:
        return "0"
    return f"{value:+.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:+.1f}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


SAID: dict[str, Callable[[Row, Mapping[str, Any]], str]] = {
    **dict.fromkeys(("joins", "stays", "leaves", "stays out"), _review),
    **dict.fromkeys(("announces", "imposes", "tightens", "eases", "lifts"), _control),
    **dict.fromkeys(("leads", "carries on", "falls into abeyance", "is over"), _stands),
    **dict.fromkeys(("agrees", "does not renew"), _agrees),
    **dict.fromkeys(("cheats", "complies again"), _complies),
    **dict.fromkeys(("begins a price war", "ends a price war"), _war),
    "breaks": _breaks,
    "suspends": _suspends,
    "resumes": lambda row, t: f"has its {_plain(row['about'])} in force again",
    "lapses": _lapses,
    "has a budget again": lambda row, t: "has a budget again",
    "changes government": lambda row, t: (
        f"changes government (commitment {short(t['commitment_before'])} to {short(t['commitment'])})"
    ),
    "coerces": lambda row, t: (
        f"coerces {row['about']} (the hazard it sees is {short(math.exp(t['coerced']))} times its investors'; "
        f"what trust adds to its willingness {_logits(t['trust'])} logits)"
    ),
    "begins a truce": lambda row, t: f"begins a truce of {_months(t['months'])} (tension {short(t['tension'])})",
    "ends a truce": lambda row, t: f"ends its truce (tension {short(t['tension'])})",
    "retaliates": lambda row, t: (
        f"retaliates against {t['hit']} (costs them {short(t['cost'] / MILLION)} M USD a month; "
        f"tension felt {short(t['tension'])})"
    ),
    "answers": lambda row, t: f"answers the retaliation of {row['about']} (probability {short(t['probability'])})",
}

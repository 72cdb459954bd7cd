"""The answer of a study in sentences; every number in them is computed from its stored table."""

import math
from typing import Any

from .axes import short
from .sensitivity import Found
from .sensitivity_figures import TITLES
from .statistics import Estimate
from .study_numbers import APART, WHIPLASH, Study

STRONGEST = 3
ENDED = {
    "whiplash": "reversals (whiplash)", "defection": "members that leave or grow lax",
    "retaliation": "members that leave under retaliation", "price_war": "a price war",
}  # fmt: skip


def answer(s: Study, manifest: dict[str, Any]) -> list[str]:
    """Sentences, each with its intervals."""
    end = manifest["scenarios"][s.other]["end"][:4]
    words = words_of(manifest)
    return [
        f"Over the whole range of the inputs, cooperation stands to {end} in {percent(s.shares['stands'])} of "
        f"histories, and stands and works in {percent(s.shares['works'])}.",
        _life(s),
        _ends(s),
        f"Of {s.minerals} minerals, {number(s.together)} are de-concentrated with the coalition and {number(s.alone)} "
        "without it.",
        _added(s),
        _credibility(s),
        f"The floor that makes up for whiplash from 0 to {APART:g} in what the coalition adds, if both act in straight "
        f"lines: {_made_up(s)}.",
        _corners(s),
        _floor(s),
        *(_moved(one, words) for one in s.moved_by if one.outcome in ("stands", "deconcentrated")),
    ]


def words_of(manifest: dict[str, Any]) -> dict[str, str]:
    """Column of an axis -> what it is called."""
    return {axis["name"] or axis["key"]: short(axis) for axis in manifest["design"]["axes"]}


def percent(e: Estimate) -> str:
    """A share of one in per cent, with its interval; one digit after the point where it is small."""
    digits = 1 if abs(e.value) < 0.1 else 0
    told = [f"{100.0 * value:.{digits}f}".replace("-", "−") for value in (e.value, e.low, e.high)]
    return f"{told[0]} %" + (f" [{told[1]}, {told[2]}]" if math.isfinite(e.low) else "")


def number(e: Estimate, sign: bool = False, scale: float = 1.0, digits: int = 2) -> str:
    """A number with its interval; or that it is the same wherever it was taken."""
    if e.low == e.high:
        return f"{scale * e.value:.{digits}f} in all"
    plus = "+" if sign else ""
    told = [f"{scale * value:{plus}.{digits}f}".replace("-", "−") for value in (e.value, e.low, e.high)]
    return told[0] + (f" [{told[1]}, {told[2]}]" if math.isfinite(e.low) else "")


def _sure(e: Estimate) -> bool:
    """Whether zero lies outside the interval."""
    return e.low > 0.0 or e.high < 0.0


def _unless_sure(e: Estimate) -> str:
    return "" if _sure(e) else ", which cannot be told from none"


def _life(s: Study) -> str:
    low, middle, high = ("to the end" if value >= s.longest else f"{value:.1f} years" for value in s.life)
    if s.life[0] >= s.longest:
        return f"More than three quarters of the histories last to the end, {s.longest:.1f} years."
    return (
        f"Of {s.longest:.1f} years that it could last, a quarter of the histories last no more than {low}, half "
        f"{middle} or longer, a quarter {high}{'' if s.life[2] >= s.longest else ' or longer'}."
    )


def _ends(s: Study) -> str:
    order = sorted(ENDED, key=lambda end: -s.ends[end].value)
    told = ", ".join(f"{ENDED[end]} {percent(s.ends[end])}" for end in order)
    return f"What ends it, in shares of all histories: {told}; nothing in {percent(s.ends['holds'])}."


def _added(s: Study) -> str:
    told = f"History by history under the same luck the difference is {number(s.added, True)} minerals"
    if not _sure(s.added):
        return f"{told}{_unless_sure(s.added)}."
    return f"{told}: the coalition {'adds to' if s.added.value > 0.0 else 'takes from'} what would come anyway."


def _credibility(s: Study) -> str:
    stands, added = s.worth["stands"].whiplash, s.worth["added"].whiplash
    return (
        "One unit of whiplash (the hazard of reversal once more) changes the share that stands by "
        f"{number(stands, True, 100.0, 1)} points{_unless_sure(stands)}, and what the coalition adds by "
        f"{number(added, True)} minerals{_unless_sure(added)}."
    )


def _corners(s: Study) -> str:
    """The share that stands in the first and last slice of whiplash, at the lowest and highest floor."""
    rows = s.cells[s.cells["outcome"] == "stands"].sort_values([s.floor, WHIPLASH])
    said = []
    for height in (rows[s.floor].min(), rows[s.floor].max()):
        own = rows[rows[s.floor] == height]
        few, many = (percent(Estimate(r["mean"], r["low"], r["high"])) for _, r in own.iloc[[0, -1]].iterrows())
        said.append(f"from {few} to {many} at a floor of {height:g}")
    least, most = (f"{s.edges[i]:.1f} to {s.edges[i + 1]:.1f}" for i in (0, len(s.edges) - 2))
    return (
        f"From the least whiplash ({least}) to the most ({most}) the share that stands goes {' and '.join(said)} "
        "(shares of the incentive gap)."
    )


def _floor(s: Study) -> str:
    """What one unit of the floor does, as `_credibility` says it of whiplash."""
    stands, added = s.worth["stands"].floor, s.worth["added"].floor
    return (
        "A floor higher by the whole incentive gap changes the share that stands by "
        f"{number(stands, True, 100.0, 1)} points{_unless_sure(stands)}, and what the coalition adds by "
        f"{number(added, True)} minerals{_unless_sure(added)}."
    )


def _made_up(s: Study) -> str:
    made_up = s.worth["added"].made_up
    if math.isnan(made_up.value):
        return "none can be said, as a higher floor does not surely raise it"
    return f"higher by {number(made_up)} of the incentive gap{_unless_sure(made_up)}"


def _moved(one: Found, words: dict[str, str]) -> str:
    rows = one.measure("S1").sort_values("value", ascending=False).head(STRONGEST)
    values = zip(rows.index, rows["value"], rows["low"], rows["high"], strict=True)
    told = ", ".join(f"{words[str(axis)]} {percent(Estimate(value, low, high))}" for axis, value, low, high in values)
    luck = "" if math.isnan(one.noise) else f"; {100.0 * one.noise:.0f} % of it would be otherwise with other luck"
    return f"What moves it most ({TITLES[one.outcome]}), in shares of the variance between points: {told}{luck}."

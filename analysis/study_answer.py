"""The answer of a study in sentences; every number in them is computed from its stored table."""

import math
from typing import Any

from .axes import short
from .sensitivity import Found
from .sensitivity_figures import TITLES
from .statistics import Estimate
from .study_exchange import NOTEBOOK
from .study_numbers import NEAR, Slice, Study

BRIEF = 8  # sentences of the answer that the README shows
ENDED = {
    "whiplash": "reversals (whiplash)", "defection": "members that leave or grow lax",
    "retaliation": "members that leave under retaliation", "price_war": "a price war",
}  # fmt: skip
UNSURE = ", which cannot be told from none"


def answer(s: Study, manifest: dict[str, Any], exchange: str, home: str) -> list[str]:
    """Sentences, each with its intervals; the README shows the first. exchange: what notebook 4 says; home: the way
    from the page to the repository's root."""
    end = manifest["scenarios"][s.other]["end"][:4]
    return [
        f"**Does cooperation hold?** Over the whole range of the inputs it stands to {end} in "
        f"{percent(s.shares['stands'])} of histories, and stands and works in {percent(s.shares['works'])}.",
        _observed(s, home),
        _life(s),
        _ends(s),
        _slices(s),
        _added(s),
        _provoked(s),
        _exchange(exchange, home),
        _parted(s),
        *_floors(s),
    ]


def words_of(manifest: dict[str, Any]) -> dict[str, str]:
    """Column of an axis -> what it is called."""
    return {axis["name"] or axis["key"]: short(axis) for axis in manifest["design"]["axes"]}


def percent(e: Estimate) -> str:
    """A share of one in per cent, with its interval; one digit after the point where it is small."""
    digits = 1 if abs(e.value) < 0.1 else 0
    told = [f"{100.0 * value:.{digits}f}".replace("-", "−") for value in (e.value, e.low, e.high)]
    return f"{told[0]} %" + (f" [{told[1]}, {told[2]}]" if math.isfinite(e.low) else "")


def number(e: Estimate, sign: bool = False, digits: int = 2) -> str:
    """A number with its interval; without one if it was the same wherever it was taken."""
    plus = "+" if sign else ""
    told = [f"{value:{plus}.{digits}f}".replace("-", "−") for value in (e.value, e.low, e.high)]
    return told[0] + (f" [{told[1]}, {told[2]}]" if e.low < e.high else "")


def span(one: Slice) -> str:
    """The whiplash of a slice."""
    return f"{one.low:g} to {one.high:g}"


def _sure(e: Estimate) -> bool:
    """Whether zero lies outside the interval."""
    return e.low > 0.0 or e.high < 0.0


def _unless_sure(e: Estimate) -> str:
    return "" if _sure(e) else UNSURE


def _observed(s: Study, home: str) -> str:
    """About the hazard on record; and why it is not the number of the main job."""
    if not s.observed.points:
        return "No point has about the whiplash on record."
    here, floors = s.observed.of, (s.floors.lowest, s.floors.halves[1][-1])
    low, high = (f"{1.0 + side * NEAR:g}" for side in (-1, 1))
    close = f"; with a floor of {low} to {high} too it stands in {percent(s.near.of['stands'])}"
    return (
        f"With reversals about as on record (whiplash {span(s.observed)}) it stands in {percent(here['stands'])} and "
        f"stands and works in {percent(here['works'])}{close if s.near.points else ''}. The "
        f"[main job]({home}docs/cooperation.md#what-it-says-now) has another number, as its whiplash and its floor are "
        f"1; here whiplash goes from {s.slices[0].low:g} to {s.slices[-1].high:g}, the floor from {floors[0]:g} to "
        f"{floors[1]:g}, and more inputs vary."
    )


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
    return (
        f"**What ends it**, in shares of blame (one history's end may be divided among causes): {told}; nothing in "
        f"{percent(s.ends['holds'])}."
    )


def _slices(s: Study) -> str:
    """The share that stands from the least whiplash to the most."""
    least, *between, most = s.slices
    shares = [(percent(Estimate(one.of["stands"].value, math.nan, math.nan)), one.high) for one in between]
    told = "".join(f", {share} up to {high:g}" for share, high in shares)
    apart = s.parted["stands"]
    points = number(Estimate(*(100.0 * value for value in (apart.value, apart.low, apart.high))), True, 0)
    return (
        f"**What reversals do.** It stands in {percent(least.of['stands'])} of histories at a whiplash of {span(least)}"
        f"{told}, and {percent(most.of['stands'])} up to {most.high:g}; the last less the first is {points} points"
        f"{_unless_sure(apart)}."
    )


def _added(s: Study) -> str:
    told = (
        f"**Does concentration fall?** Of {s.minerals} minerals, {number(s.together)} are de-concentrated with the "
        f"coalition and {number(s.alone)} without it: history by history under the same luck {number(s.added, True)}"
    )
    if not _sure(s.added):
        return f"{told}{UNSURE}."
    return f"{told}. The coalition {'adds to' if s.added.value > 0.0 else 'takes from'} what would come anyway."


def _provoked(s: Study) -> str:
    """Controls that the coalition provokes: part of what it adds."""
    more = number(s.provoked, True, 0)
    rest = f"months against all buyers, summed over minerals, on top of {number(s.controls, digits=0)} without it"
    if not (s.provoked.low > 0.0 and s.added.low > 0.0):
        return f"Export controls with the coalition: {more} {rest}{_unless_sure(s.provoked)}."
    return (
        f"The coalition provokes export controls: {more} {rest}. What is not sold cannot be bought, so part of what it "
        f"adds comes of these: it adds {number(s.quietly, True)} minerals in the {percent(s.calm)} of histories in "
        f"which it provokes none, {number(s.loudly, True)} in the others, which may differ otherwise too."
    )


def _exchange(exchange: str, home: str) -> str:
    link = f"[notebook 4]({home}{NOTEBOOK.as_posix()}), `mineralclub exchange-rate`"
    return f"**What is credibility worth?** {exchange} {link}." if exchange else f"{link}: what credibility is worth."


def _parted(s: Study) -> str:
    least, most, apart = s.slices[0], s.slices[-1], s.parted["added"]
    return (
        f"From the least whiplash ({span(least)}) to the most ({span(most)}) what the coalition adds changes by "
        f"{number(apart, True)} minerals{_unless_sure(apart)}."
    )


def _floors(s: Study) -> list[str]:
    f = s.floors
    said = [
        f"Floors of {f.second:g} or more (shares of the incentive gap) add {number(f.above, True)} minerals compared "
        f"with the lowest, {f.lowest:g}{_unless_sure(f.above)}."
    ]
    lower, higher = f.halves
    if lower:
        said.append(
            f"Between floors of {lower[0]:g} to {lower[-1]:g} and of {higher[0]:g} to {higher[-1]:g} the difference is "
            f"{number(f.higher, True)} minerals{_unless_sure(f.higher)}."
        )
    return said


def moved(one: Found, words: dict[str, str]) -> str:
    """The axes whose interval lies above zero, the strongest first."""
    rows = one.measure("S1").sort_values("value", ascending=False)
    rows = rows[rows["low"] > 0.0]
    values = zip(rows.index, rows["value"], rows["low"], rows["high"], strict=True)
    told = [f"{words[str(axis)]} {percent(Estimate(value, low, high))}" for axis, value, low, high in values]
    luck = "" if math.isnan(one.noise) else f" {100.0 * one.noise:.0f} % of it would be otherwise with other luck."
    rest = f"nothing {'else ' if told else ''}can be told from none"
    return f"What moves it most ({TITLES[one.outcome]}), in shares of the variance between points: " + (
        f"{'; '.join([', '.join(told), rest] if told else [rest])}.{luck}"
    )

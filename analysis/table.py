"""The verdict as it is printed: a table for every scenario that is compared with the first."""

import functools
import math
import textwrap
from collections.abc import Callable, Iterator
from itertools import zip_longest

from experiments.runner import Results

from .captions import CONTROLS
from .contrast import isolating, mixed
from .influence import in_words
from .statistics import Estimate, paired
from .verdict import ENDS, Judged, judge

FEW = 4  # minerals that are shown one by one although no floor covers them
MONEY = {
    "cost to members (bn USD/yr)": "cost_to_members_bn_usd_per_year",
    "public cost (bn USD/yr)": "public_cost_bn_usd_per_year",
    "retaliation (bn USD/yr)": "retaliation_cost_bn_usd_per_year",
}
LEVY = "Public cost below zero: what levies at the border, or releases of a stockpile, bring in."
BOARD = {
    "projects funded": "projects_funded", "contracts signed": "contracts_signed",
    "capital stranded (bn USD)": "stranded_bn_usd",
}  # fmt: skip
AGAINST = {"months under export control": "control_months", "months of price war": "price_war_months"}
CAPACITY = "New capacity: what runs of plants newer than 2024 outside the dominant state, share of world output then."
WORLD = {"world output, base year = 1": "world_output", "world price, base year = 1": "world_price"}
NOTHING = "–"
MONTHS = 12
WILL = (
    "Willingness to stay and the weight of trust have no data: they are ranges, not findings. Money explains "
    "changes of membership, not its level."
)
SMALLEST = 1e-4  # difference that is printed
WIDTH, HEAD = 100, 23  # characters of a line, and of a scenario's name in one


def text(results: Results) -> str:
    """The whole verdict in words and numbers."""
    judged = [judge(results, arm) for arm in results.arms]
    pairs = [[judged[0], other] for other in judged[1:]] or [judged]
    tables = ("\n".join(_aligned([*_head(pair), *_rows(results, pair)])) for pair in pairs)
    return "\n\n".join([*tables, *notes(results, judged)])


def notes(results: Results, judged: list[Judged]) -> Iterator[str]:
    """What must be known to read the tables."""
    reach, many = max(one.ceiling for one in judged), len(results.minerals)
    said = [f"Ceiling: the dominant state's world share could fall as far as asked for {reach} of {many} minerals."]
    said += [CAPACITY]
    said += [LEVY] if any(one.cooperates for one in judged) else []
    first = results.arms[0].label
    for one in judged:
        said += [" ".join(filter(None, (mixed(results, one.arm, first, one.arm.label), isolating(results, one.arm))))]
    for one in judged:
        runs = int((results.runs["scenario"] == one.arm.label).sum())
        said += [f"What moved {one.arm.label} most: {in_words(one.moved_by, runs)}."] if one.moved_by else []
        said += list(_decided(one, runs))
    said += [WILL] if any(one.moved_by for one in judged) else []
    said += [CONTROLS] if any(one.arm.scenario.recorded_controls for one in judged) else []
    yield "\n".join(line for note in filter(None, said) for line in textwrap.wrap(note, WIDTH))


def _decided(one: Judged, runs: int) -> Iterator[str]:
    """Says openly where a share is 0 or 1, of how many histories, and what finds the lever at which that turns."""
    for outcome in ("stands", "works"):
        if one.of(outcome).value in (0.0, 1.0):
            of = "all" if one.of(outcome).value == 1.0 else "none"
            name, these = one.arm.label, f"these {runs} histories" if runs > 1 else "one history"
            yield (
                f"{name} {outcome} in {of} of {these}; at which floor that turns: "
                f"python -m analysis.turning {name}."
            )


def number(value: float, digits: int = 2, sign: bool = False) -> str:
    """A number with a true minus, and a plus if asked."""
    if not math.isfinite(value):
        return NOTHING
    return "0" if sign and value == 0.0 else f"{value:{'+' if sign else ''},.{digits}f}".replace("-", "−")


def with_interval(e: Estimate, sign: bool = False) -> str:
    """A value and its interval, to the digits that the interval supports."""
    if not math.isfinite(e.value):
        return NOTHING
    if not math.isfinite(e.low):
        return number(e.value, 2, sign)
    width = e.high - e.low
    if sign and 0.0 < max(abs(e.low), abs(e.high)) < SMALLEST:
        return f"under ±{SMALLEST:g}"
    digits = min(max(1 - math.floor(math.log10(width)), 2), 4) if width > 0.0 else 2
    return f"{number(e.value, digits, sign)} [{number(e.low, digits, sign)}, {number(e.high, digits, sign)}]"


def share_of_runs(e: Estimate) -> str:
    """A probability with its interval, `0.41 [.34, .48]`."""
    short = [f"{x:.2f}".removeprefix("0") if x < 1.0 else "1.00" for x in (e.low, e.high)]
    return f"{e.value:.2f} [{short[0]}, {short[1]}]" if math.isfinite(e.value) else NOTHING


def life(one: Judged) -> str:
    """Median years of cooperation, or that it outlives the run."""
    scenario = one.arm.scenario
    if not math.isfinite(one.of("stands").value) or scenario.coalition is None:
        return NOTHING
    ends = scenario.coalition.ends  # as announced: no broken promise
    last = scenario.months if ends is None else min(scenario.month(ends), scenario.months)
    whole = (last - max(scenario.month(scenario.coalition.begins), 0)) / MONTHS
    reached = math.isfinite(one.median_life)
    until = "to the end" if ends is None or last == scenario.months else f"to {ends}, as announced"
    return f"{one.median_life:.1f} years" if reached else f"{until} ({number(whole, 1)} years)"


def shown_minerals(results: Results, judged: list[Judged]) -> list[str]:
    """Minerals under a floor in some scenario; all, if there are few and none has a floor."""
    covered = [m for m in results.minerals if any(m in one.in_scope for one in judged)]
    return covered or (results.minerals if len(results.minerals) <= FEW else [])


def _head(pair: list[Judged]) -> list[list[str]]:
    """The names, long ones over several lines."""
    names = [textwrap.wrap(one.arm.label.replace("_", " "), HEAD) or [""] for one in pair]
    lines = [list(line) for line in zip_longest(*names, fillvalue="")]
    return [
        ["", *line, *(["difference (paired, 95 %)" if i == 0 else ""] if len(pair) > 1 else [])]
        for i, line in enumerate(lines)
    ]


def _rows(results: Results, pair: list[Judged]) -> Iterator[list[str]]:
    end = results.years[-1]
    apart = paired(results.runs, pair[1].arm.label, pair[0].arm.label) if len(pair) > 1 else {}

    def row(label: str, show: Callable[[Judged], str], outcome: str = "") -> list[str]:
        difference = with_interval(apart[outcome], sign=True) if outcome in apart else NOTHING
        return [label, *(show(one) for one in pair), *([difference] if len(pair) > 1 else [])]

    yield row(f"cooperation stands to {end}", lambda one: share_of_runs(one.of("stands")), "stands")
    yield row(f"cooperation works to {end}", lambda one: share_of_runs(one.of("works")), "works")
    yield row("median life of cooperation", life)
    for cause in ENDS:
        label = "holds" if cause == "holds" else f"ends by {cause.replace('_', ' ')}"
        yield row(label, functools.partial(_value, outcome=f"ends_by_{cause}"), f"ends_by_{cause}")
    yield row("members, mean", functools.partial(_value, outcome="members_mean", digits=1), "members_mean")
    yield row("their compliance", functools.partial(_value, outcome="compliance_mean"), "compliance_mean")
    yield row("minerals de-concentrated", functools.partial(_fallen, of=len(results.minerals)), "deconcentrated")
    for mineral in shown_minerals(results, pair):
        for label, outcome in (("refining HHI", "hhi"), ("security share", "security_share")):
            name = f"refine.{mineral}.{outcome}"
            yield row(f"{label}, {mineral}", functools.partial(_from_to, name=name), f"{name}_end")
        name = f"refine.{mineral}.new_capacity_end"
        yield row(f"new capacity, {mineral}", functools.partial(_value, outcome=name, digits=3), name)
    for label, outcome in AGAINST.items():
        yield row(label, functools.partial(_value, outcome=outcome, digits=1), outcome)
    for label, outcome in BOARD.items():
        yield row(label, functools.partial(_value, outcome=outcome, digits=1), outcome)
    for label, outcome in WORLD.items():
        yield row(label, functools.partial(_value, outcome=outcome), outcome)
    for label, outcome in MONEY.items():
        yield row(label, functools.partial(_money, outcome=outcome), outcome)


def _fallen(one: Judged, of: int) -> str:
    return f"{number(one.of('deconcentrated').value, 1)} of {of}"


def _value(one: Judged, outcome: str, digits: int = 2) -> str:
    return number(one.of(outcome).value, digits)


def _from_to(one: Judged, name: str) -> str:
    return f"{number(one.of(f'{name}_start').value)} → {number(one.of(f'{name}_end').value)}"


def _money(one: Judged, outcome: str) -> str:
    return with_interval(one.of(outcome)) if one.cooperates else NOTHING


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()

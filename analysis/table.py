"""The verdict as it is printed: a table for every scenario that is compared with the first."""

import functools
import math
from collections.abc import Callable, Iterator

from experiments.runner import Results

from .statistics import Estimate, paired
from .verdict import ENDS, Judged, judge

FEW = 4  # minerals that are shown one by one although no floor covers them
MONEY = {
    "cost to members (bn USD a year)": "cost_to_members_bn_usd_per_year",
    "public cost, negative: levy (bn USD a year)": "public_cost_bn_usd_per_year",
}
WORLD = {"world output, base year = 1": "world_output", "world price, base year = 1": "world_price"}
NOTHING = "–"
SMALLEST = 1e-4  # difference that is printed


def text(results: Results) -> str:
    """The whole verdict in words and numbers."""
    judged = [judge(results, arm) for arm in results.arms]
    pairs = [[judged[0], other] for other in judged[1:]] or [judged]
    return "\n\n".join("\n".join(_aligned([_head(results, pair), *_rows(results, pair)])) for pair in pairs)


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
    if not math.isfinite(one.of("stands").value):
        return NOTHING
    whole = one.of("life_years").value
    reached = math.isfinite(one.median_life)
    return f"{one.median_life:.1f} years" if reached else f"to the end ({number(whole, 1)} years)"


def ends(one: Judged) -> str:
    """Shares of runs by what ended the cooperation."""
    shares = {end: one.of(f"ends_by_{end}").value for end in ENDS}
    return ", ".join(f"{end} {share * 100:.0f} %" for end, share in shares.items() if math.isfinite(share)) or NOTHING


def shown_minerals(results: Results, judged: list[Judged]) -> list[str]:
    """Minerals under a floor in some scenario; all, if there are few and none has a floor."""
    covered = [m for m in results.minerals if any(m in one.in_scope for one in judged)]
    return covered or (results.minerals if len(results.minerals) <= FEW else [])


def _head(results: Results, pair: list[Judged]) -> list[str]:
    names = [one.arm.label.replace("_", " ") for one in pair]
    return ["", *names, *(["difference (paired, 95 %)"] if len(pair) > 1 else [])]


def _rows(results: Results, pair: list[Judged]) -> Iterator[list[str]]:
    end = results.years[-1]
    apart = paired(results.runs, pair[1].arm.label, pair[0].arm.label) if len(pair) > 1 else {}

    def row(label: str, show: Callable[[Judged], str], outcome: str = "", note: str = "") -> list[str]:
        difference = with_interval(apart[outcome], sign=True) if outcome in apart else NOTHING
        return [label, *(show(one) for one in pair), *([difference + note] if len(pair) > 1 else [note.strip()])]

    yield row(f"cooperation stands to {end}", lambda one: share_of_runs(one.of("stands")), "stands")
    yield row(f"cooperation works to {end}", lambda one: share_of_runs(one.of("works")), "works")
    yield row("median life of cooperation", life)
    yield row("ends by", ends)
    many, ceiling = len(results.minerals), max(one.ceiling for one in pair)
    yield row(
        "minerals de-concentrated (security)", lambda one: f"{number(one.of('deconcentrated').value, 1)} of {many}",
        "deconcentrated", f"  (ceiling {ceiling} by world share)",
    )  # fmt: skip
    for mineral in shown_minerals(results, pair):
        for label, outcome in (("refining HHI", "hhi"), ("security share", "security_share")):
            name = f"refine.{mineral}.{outcome}"
            yield row(f"{label}, {mineral}", functools.partial(_from_to, name=name), f"{name}_end")
    for label, outcome in WORLD.items():
        yield row(label, functools.partial(_value, outcome=outcome), outcome)
    for label, outcome in MONEY.items():
        yield row(label, functools.partial(_money, outcome=outcome), outcome)


def _value(one: Judged, outcome: str) -> str:
    return number(one.of(outcome).value)


def _from_to(one: Judged, name: str) -> str:
    return f"{number(one.of(f'{name}_start').value)} → {number(one.of(f'{name}_end').value)}"


def _money(one: Judged, outcome: str) -> str:
    return with_interval(one.of(outcome)) if one.cooperates else NOTHING


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(len(rows[0]))]
    for row in rows:
        yield "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()

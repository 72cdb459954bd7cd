"""What the engine is meant to reach, and whether the numbers say that it does."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A number of the results by its key. least: whether it must be at least `bound`, else at most."""

    key: str
    says: str
    bound: float
    least: bool
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{'≥' if self.least else '≤'} {amount(self.bound, self.unit)}"

    def verdict(self, found: dict[str, Any]) -> str:
        """`met`, `missed by …` of the goal, `not measured` or `no number`."""
        value = found.get(self.key)
        if value is None or math.isnan(value):
            return "not measured" if value is None else "no number"
        gap = self.bound - value if self.least else value - self.bound
        if gap <= 0.0:
            return "met"
        return f"missed by {percent(gap / self.bound)}"


GOALS = (
    Goal("ratio_mesa", "one history agent by agent (World) over one in lockstep", 300.0, True, "x"),
    Goal("ms_per_history_core", "a history in lockstep on one core", 20.0, False, "ms"),
    Goal("speedup_two_cores", "what a second core brings", 1.8, True, "x"),
    Goal("ratio_limit", "measured over the sum of bare rules, markets and the record", 1.5, False, "x"),
    Goal("mb_per_history_summary", "memory that one more history of a sweep adds", 0.3, False, "MB"),
    Goal("warm_start_s", "a new process to its first month", 1.5, False, "s"),
    Goal("cold_start_s", "the same with nothing compiled yet", 20.0, False, "s"),
    Goal("reference_ratio_mesa", "the reference market: Mesa over this engine", 150.0, True, "x"),
    Goal("reference_ratio_peers", "the reference market: the quickest peer over this engine", 1.0, True, "x"),
)


def amount(value: float | None, unit: str = "") -> str:
    """Three significant digits, all of a number above a thousand; a dash for none."""
    if value is None:
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
    return f"{text} {unit.replace('x', '×')}".rstrip()


def percent(share: float) -> str:
    """A share of 1 or less in percent; never 0 for what is not."""
    return f"{max(100.0 * share, 0.1):.1f} %" if share < 0.1 else f"{100.0 * share:.0f} %"

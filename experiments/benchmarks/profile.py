"""`python -m experiments.benchmarks profile [--json]`: where the time of an ensemble goes, by phase and by rule."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.record import Record
from abm.rulebook import RULES
from abm.schedule import MONTH
from abm.start import Start, start_of

from .timing import SCENARIO, say, seconds
from .watching import listen, phase_name, watching

RECORD, BETWEEN = "(record)", "(between phases)"


@dataclass
class Calls:
    """Calls of a rule or market, or of all of a phase: how many, elements of their first answer, and seconds."""

    calls: int = 0
    elements: int = 0
    seconds: float = 0.0

    def add(self, other: "Calls") -> None:
        self.calls, self.elements = self.calls + other.calls, self.elements + other.elements
        self.seconds += other.seconds


@dataclass
class Spent:
    """Seconds of a phase, and of these in rules and in markets; which it calls."""

    seconds: float = 0.0
    rules: Calls = field(default_factory=Calls)
    markets: Calls = field(default_factory=Calls)
    names: set[str] = field(default_factory=set)


class Profiler:
    """Times every call of a rule or market, and books it under the phase that is over next."""

    def __init__(self) -> None:
        self.phases: dict[str, Spent] = {phase_name(phase): Spent() for phase in MONTH} | {RECORD: Spent()}
        self.names: dict[str, Calls] = {}
        self.open: dict[str, Calls] = {}  # of the phase that still runs

    def call(self, ufunc: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        began = time.perf_counter()
        answer = ufunc(*given, **named)
        spent = time.perf_counter() - began
        first = answer[0] if isinstance(answer, tuple) else answer
        self.open.setdefault(ufunc.__name__, Calls()).add(Calls(1, np.size(first), spent))
        return answer

    def over(self, phase: str, spent: float) -> None:
        now = self.phases[phase]
        now.seconds += spent
        for name, calls in self.open.items():
            (now.rules if name in RULES else now.markets).add(calls)
            now.names.add(name)
            self.names.setdefault(name, Calls()).add(calls)
        self.open = {}


def watched(start: Start, runs: int, months: int) -> tuple[Profiler, float]:
    """The profile of some months of `runs` histories with their record, and seconds in all."""
    profiler = Profiler()
    ensemble, record = Ensemble(start, np.arange(1, runs + 1)), Record(start, runs)
    listen(ensemble, profiler.over)

    def go() -> None:
        for _ in range(months):
            ensemble.step()
            profiler.over(RECORD, seconds(lambda: record.take(ensemble)))

    with watching(profiler.call):
        return profiler, seconds(go)


def profile(runs: int, months: int) -> dict[str, Any]:
    """ms a history (all its months) by phase, of it in rules, in markets and in the rest, which is NumPy and Python;
    and by rule and market. `unwatched_ms_per_history` is what it takes when nobody watches. BadInput for more months
    than a history has."""
    start = start_of(SCENARIO)
    if months > start.scenario.months:
        allowed = f"at most {start.scenario.months}, the months of {SCENARIO}"
        raise BadInput("past the end of a history", key="--months", value=months, allowed=allowed)
    Ensemble(start, [1, 2]).run(2)
    say(f"profile: {runs} histories, {months} months, unwatched")
    ensemble = Ensemble(start, np.arange(1, runs + 1))
    unwatched = seconds(lambda: ensemble.run(months))
    say(f"profile: {runs} histories, {months} months, watched")
    profiler, whole = watched(start, runs, months)
    ms = 1e3 * start.scenario.months / months / runs

    def of_phase(spent: Spent) -> dict[str, Any]:
        rest = spent.seconds - spent.rules.seconds - spent.markets.seconds
        return {
            "ms_per_history": spent.seconds * ms, "rules_ms": spent.rules.seconds * ms,
            "markets_ms": spent.markets.seconds * ms, "rest_ms": rest * ms,
            "calls_per_month": (spent.rules.calls + spent.markets.calls) / months,
        }  # fmt: skip

    def of_name(name: str, calls: Calls) -> dict[str, Any]:
        return {
            "kind": "rule" if name in RULES else "market", "calls_per_month": calls.calls / months,
            "elements_per_call_and_run": calls.elements / calls.calls / runs,
            "ns_per_element": calls.seconds / max(calls.elements, 1) * 1e9, "ms_per_history": calls.seconds * ms,
        }  # fmt: skip

    named = sorted(profiler.names.items(), key=lambda item: -item[1].seconds)
    inside = math.fsum(spent.seconds for spent in profiler.phases.values())
    between = Spent(seconds=whole - inside)
    return {
        "scenario": SCENARIO, "runs": runs, "months": months, "history_months": start.scenario.months,
        "ms_per_history": whole * ms, "unwatched_ms_per_history": unwatched * ms,
        "phases": {name: of_phase(spent) for name, spent in (profiler.phases | {BETWEEN: between}).items()},
        "names": {name: of_name(name, calls) for name, calls in named},
    }  # fmt: skip


def text(found: dict[str, Any]) -> str:
    """For a reader: phases in the order of the month, then rules and markets, the slowest first."""
    phases, names = found["phases"], found["names"]
    parts = ("ms_per_history", "rules_ms", "markets_ms", "rest_ms", "calls_per_month")
    whole = {part: math.fsum(row[part] for row in phases.values()) for part in parts}
    lines = [
        f"{found['scenario']}, {found['runs']} histories in lockstep on one core, {found['months']} months, scaled to "
        f"{found['history_months']};",
        f"{found['ms_per_history']:.2f} ms a history watched, {found['unwatched_ms_per_history']:.2f} unwatched",
        "",
        f"{'phase (ms a history)':32s}{'all':>9s}{'rules':>9s}{'markets':>9s}{'rest':>9s}{'calls/month':>13s}",
    ]
    for name, row in [*phases.items(), ("all", whole)]:
        cells = "".join(f"{row[part]:9.3f}" for part in parts[:-1])
        lines.append(f"{name:32s}{cells}{row['calls_per_month']:13.1f}")
    head = f"{'rule or market':32s}{'kind':>8s}{'ms/history':>12s}{'calls/month':>13s}{'elements':>10s}{'ns each':>9s}"
    lines += ["", head, "(elements: a call and history, of the first answer)"]
    for name, row in names.items():
        lines.append(
            f"{name:32s}{row['kind']:>8s}{row['ms_per_history']:12.3f}{row['calls_per_month']:13.1f}"
            f"{row['elements_per_call_and_run']:10.1f}{row['ns_per_element']:9.2f}"
        )
    return "\n".join(lines)

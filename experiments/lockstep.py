"""Histories of many points in lockstep: points of one structure share a chunk, and no history feels another."""

import hashlib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from abm.ensemble import Ensemble
from abm.outcomes import outcomes, reference_threshold
from abm.record import Record
from abm.scenario import Scenario
from abm.start import Start, build, sources

from .design import Axis
from .points import Point, run_key, scenario_at

TOGETHER = 256  # histories that run in lockstep


@dataclass(frozen=True)
class Case:
    """Some replicates of a point."""

    point: Point
    runs: tuple[int, ...]
    seeds: tuple[int, ...]

    def at(self, places: slice) -> "Case":
        return replace(self, runs=self.runs[places], seeds=self.seeds[places])


@dataclass(frozen=True)
class Task:
    """What a worker does at once. folder: the user's tables; bases and axes: of the design."""

    folder: str | None
    bases: dict[str, Scenario]
    axes: tuple[Axis, ...]
    cases: tuple[Case, ...]

    def __len__(self) -> int:
        return len([run for case in self.cases for run in case.runs])


Row = dict[str, Any]  # one history: names, values of axes, outcomes or what failed


@dataclass(frozen=True)
class Ready:
    """A case with the start of its point."""

    case: Case
    start: Start
    threshold: float


def carry(task: Task) -> list[Row]:
    """One row a history of the task, in its order; what goes wrong stands in the row of its own history."""
    known, groups, rows = sources(task.folder), {}, []  # type: ignore[var-annotated]
    for case in task.cases:
        try:
            start = build(scenario_at(task.bases[case.point.scenario], task.axes, case.point.values), known)
            ready = Ready(case, start, reference_threshold(start))
        except Exception as fault:
            rows += _failed(task, case, "", fault)
        else:
            groups.setdefault(_structure(start), []).append(ready)
    for group in groups.values():
        for chunk in _chunks(group):
            rows += _run(task, chunk)
    order = {(case.point.number, run): i for i, (case, run) in enumerate((c, r) for c in task.cases for r in c.runs)}
    return sorted(rows, key=lambda row: order[row["point"], row["run"]])


def lost(task: Task, what: str) -> list[Row]:
    """Rows of a task that came back without an answer."""
    known = sources(task.folder)
    rows = []
    for case in task.cases:
        key = scenario_at(task.bases[case.point.scenario], task.axes, case.point.values).key(known.tables.hash)
        rows += [row | {"failure": what, "traceback": ""} for row in _names(task, case, key)]
    return rows


def _structure(start: Start) -> str:
    """What must be alike in lockstep: all that has no run axis, and whole-number columns of the agents."""
    found = hashlib.sha256(repr((start.own, start.classes)).encode())
    for name, value in sorted(start.static.items()):
        found.update(f"{name} {value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    for kind, columns in sorted(start.columns.items()):
        for name, value in sorted(columns.items()):
            if name == "class" or value.dtype.kind == "i":
                found.update(f"{kind} {name} {list(value)}".encode())
    return found.hexdigest()


def _chunks(group: list[Ready]) -> Iterator[list[Ready]]:
    """Cases in chunks of at most TOGETHER histories; a case may be cut."""
    chunk: list[Ready] = []
    room = TOGETHER
    for ready in group:
        left = ready.case
        while left.runs:
            part, left = left.at(slice(room)), left.at(slice(room, None))
            chunk.append(replace(ready, case=part))
            room -= len(part.runs)
            if not room:
                yield chunk
                chunk, room = [], TOGETHER
    if chunk:
        yield chunk


def _run(task: Task, chunk: list[Ready]) -> list[Row]:
    """The histories of a chunk. If one raises, halves are tried, until it stands alone."""
    starts = [ready.start for ready in chunk for _ in ready.case.runs]
    seeds = [seed for ready in chunk for seed in ready.case.seeds]
    try:
        twice = 2 if len(seeds) == 1 else 1  # NumPy would add a lone run's months in another order
        record = Ensemble(starts * twice, seeds * twice).run()
        rows, first = [], 0
        for ready in chunk:
            count = len(ready.case.runs)
            rows += _rows(task, ready, record, np.arange(first, first + count))
            first += count
        return rows
    except Exception as fault:
        if len(seeds) == 1:
            return _failed(task, chunk[0].case, chunk[0].start.key, fault)
        halves = _halves(chunk)
        return [row for half in halves for row in _run(task, half)]


def _halves(chunk: list[Ready]) -> tuple[list[Ready], list[Ready]]:
    if len(chunk) > 1:
        return chunk[: len(chunk) // 2], chunk[len(chunk) // 2 :]
    (ready,) = chunk
    middle = len(ready.case.runs) // 2
    one, other = ready.case.at(slice(middle)), ready.case.at(slice(middle, None))
    return [replace(ready, case=one)], [replace(ready, case=other)]


def _rows(task: Task, ready: Ready, record: Record, lanes: np.ndarray) -> list[Row]:
    """Rows of the lanes of one case; a lone one is looked at twice over, for the order of adding."""
    own = record.of(ready.start, np.repeat(lanes, 2) if len(lanes) == 1 else lanes)
    with np.errstate(all="ignore"):
        values = outcomes(own, ready.threshold)
    rows = _names(task, ready.case, ready.start.key)
    for i, row in enumerate(rows):
        if own.failed[i]:
            what = "a market did not clear" if own.unsolved[i] > 0.0 else "a number that is not finite"
            row |= {"failure": what, "traceback": ""}
        else:
            row |= {name: float(value[i]) for name, value in values.items()}
    return rows


def _names(task: Task, case: Case, key: str) -> list[Row]:
    axes = {axis.column: value for axis, value in zip(task.axes, case.point.values, strict=True)}
    named = {"point": case.point.number, "scenario": case.point.scenario, **axes}
    return [
        {"key": run_key(key, seed), "run": run, "seed": seed, **named}
        for run, seed in zip(case.runs, case.seeds, strict=True)
    ]


def _failed(task: Task, case: Case, key: str, fault: Exception) -> list[Row]:
    """Rows of histories that raised. key: of their scenario, found here if it is not known."""
    if not key:
        scenario = scenario_at(task.bases[case.point.scenario], task.axes, case.point.values)
        key = scenario.key(sources(task.folder).tables.hash)
    told = {"failure": f"{type(fault).__name__}: {fault}", "traceback": "".join(traceback.format_exception(fault))}
    return [row | told for row in _names(task, case, key)]

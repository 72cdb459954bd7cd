"""Scenarios x seeds in chunks over worker processes: every scenario meets the same luck, a failed run ends nothing."""

import contextlib
import math
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from abm.ensemble import Ensemble
from abm.forms import months_of
from abm.outcomes import outcomes, reference_threshold
from abm.record import Record
from abm.scenario import Scenario
from abm.start import Sources, sources, start_of

from .interrupts import Interrupts
from .workers import carry_out

CHUNK = 128  # histories that run in lockstep
FIRST = (8, 24)  # the first chunks are small, so that an interrupt soon leaves histories of every scenario
STRIDE = 10**9
OF_WORLD = ("cohesion", "bite", "believed_hazard", "stranded")
BY_MINERAL = (
    "price_inside", "price_paid", "list_home", "list_abroad", "floor", "sanctioned", "building", "online", "idle",
    "closed",
)  # fmt: skip
BY_STAGE = ("hhi", "security_share")
WHILE_IN_FORCE = ("floor", "price_inside")
STAGES = ("mine", "refine")


def seeds_of(root: int, runs: int) -> np.ndarray:
    """Seeds of histories 0, 1, … [run]: root * 10**9 + number, so that more runs begin with the fewer."""
    return root * STRIDE + np.arange(runs, dtype=np.int64)


def chunks_of(runs: int, chunk: int) -> list[np.ndarray]:
    """Numbers of histories [run] in chunks of at most `chunk`: small ones first, then even ones."""
    cuts: list[int] = []
    done = 0
    for size in FIRST:
        if size < chunk and runs - done >= 2 * size:
            done += size
            cuts.append(done)
    *few, rest = np.split(np.arange(runs), cuts)
    return [*few, *np.array_split(rest, max(math.ceil(len(rest) / chunk), 1))]


@dataclass(frozen=True)
class Arm:
    """One scenario of a comparison under a label of its own. threshold: R16's theta, NaN without a coalition."""

    label: str
    scenario: Scenario
    key: str
    threshold: float


@dataclass(frozen=True)
class Failure:
    """A history that is no part of any statistic."""

    scenario: str
    run: int
    seed: int
    what: str
    traceback: str = ""


@dataclass(frozen=True)
class Job:
    arm: Arm
    folder: str | None
    first: int
    seeds: tuple[int, ...]

    def failures(self, what: str, trace: str = "") -> list[Failure]:
        return [Failure(self.arm.label, self.first + i, seed, what, trace) for i, seed in enumerate(self.seeds)]


@dataclass(frozen=True)
class Chunk:
    """What a job gave: one row a sound run, and its yearly series (name -> [year, run] or [year, mineral, run])."""

    job: Job
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    series: dict[str, np.ndarray] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """Every sound run of every arm. runs: columns scenario, run, seed, key and the outcomes; series: label -> name ->
    float32 [year, run] or [year, mineral, run], in the order of the rows of `runs`."""

    arms: list[Arm]
    facts: Sources
    runs: pd.DataFrame
    series: dict[str, dict[str, np.ndarray]]
    failures: list[Failure]
    interrupted: bool

    @property
    def minerals(self) -> list[str]:
        return start_of(self.arms[0].scenario, self.facts).minerals

    @property
    def years(self) -> list[int]:
        first, last = (months_of(date) // 12 for date in (self.arms[0].scenario.start, self.arms[0].scenario.end))
        return list(range(first, last + 1))


def arm_of(label: str, scenario: Scenario, facts: Sources) -> Arm:
    """A scenario ready to run; BadInput names what it asks for that is not in the facts."""
    start = start_of(scenario, facts)
    return Arm(label, scenario, start.key, reference_threshold(start))


def run(
    arms: list[Arm],
    seeds: np.ndarray,
    folder: str | None = None,
    workers: int | None = None,
    chunk: int = CHUNK,
    watch: Callable[[int], None] = lambda done: None,
    interrupts: Interrupts | None = None,
) -> Results:
    """All arms under the same seeds. folder: the user's tables; watch is told how many histories are done. Ctrl-C keeps
    the finished chunks; with `interrupts` a second one does too. The results do not depend on workers or chunk."""
    parts = chunks_of(len(seeds), chunk)
    jobs = [Job(arm, folder, int(part[0]), tuple(seeds[part].tolist())) for part in parts for arm in arms]
    done: list[Chunk] = []
    interrupted, count = False, 0
    try:
        answers = carry_out(simulate, jobs, min(workers or os.cpu_count() or 1, len(jobs)))
        with (interrupts or Interrupts()).stoppable(), contextlib.closing(answers):
            for one in answers:
                done.append(one if isinstance(one, Chunk) else Chunk(one, failures=one.failures("its process died")))
                count += len(done[-1].job.seeds)
                watch(count)
    except KeyboardInterrupt:
        interrupted = True
    return _gather(arms, sources(folder), sorted(done, key=lambda c: c.job.first), interrupted)


def simulate(job: Job) -> Chunk:
    """The histories of a job; what goes wrong comes back as failures."""
    try:
        start = start_of(job.arm.scenario, sources(job.folder))
        alone = len(job.seeds) == 1  # NumPy would add its months in another order
        record = Ensemble(start, job.seeds * 2 if alone else job.seeds).run()
        with np.errstate(all="ignore"):
            values, series = outcomes(record, job.arm.threshold), yearly(record)
    except Exception as fault:
        return Chunk(job, failures=job.failures(f"{type(fault).__name__}: {fault}", traceback.format_exc()))
    count = len(job.seeds)
    values = {n: v[:count] for n, v in values.items()}
    sound = ~record.failed[:count]
    why = np.where(record.unsolved > 0.0, "a market did not clear", "a number that is not finite")
    failures = [f for f, ok in zip(job.failures(""), sound, strict=True) if not ok]
    failures = [Failure(f.scenario, f.run, f.seed, str(why[f.run - job.first])) for f in failures]
    names = {"scenario": job.arm.label, "run": job.first + np.arange(len(sound)), "seed": job.seeds, "key": job.arm.key}
    rows = pd.DataFrame(names | values)[sound]
    return Chunk(job, rows, {n: v[..., :count][..., sound] for n, v in series.items()}, failures)


def yearly(record: Record) -> dict[str, np.ndarray]:
    """Means over the months of every calendar year, float32: [year, run] or [year, mineral, run]. The floor and the
    price inside count while there are any; NaN in a year without."""
    year = (months_of(record.start.scenario.start) + np.arange(record.months)) // 12
    first = np.flatnonzero(np.diff(year, prepend=year[0] - 1))
    last = np.append(first[1:], record.months)
    monthly = {n: record.series[n] for n in (*OF_WORLD, *BY_MINERAL)}
    monthly["delivered"] = record.cohesion * record.bite
    monthly |= {f"{n}_{stage}": record.series[n][:, g] for n in BY_STAGE for g, stage in enumerate(STAGES)}
    return {n: _means(v, n in WHILE_IN_FORCE, first, last) for n, v in monthly.items()}


def _means(monthly: np.ndarray, positive_only: bool, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    counted = monthly > 0.0 if positive_only else np.ones_like(monthly)
    years = list(zip(first, last, strict=True))
    with np.errstate(all="ignore"):
        return np.stack([monthly[a:b].sum(axis=0) / counted[a:b].sum(axis=0) for a, b in years]).astype(np.float32)


def _gather(arms: list[Arm], facts: Sources, done: list[Chunk], interrupted: bool) -> Results:
    """Chunks, in the order of their runs, as one table and one set of series."""
    by_arm = {arm.label: [c for c in done if c.job.arm.label == arm.label] for arm in arms}
    rows = [c.rows for chunks in by_arm.values() for c in chunks if len(c.rows)]
    series = {}
    for label, chunks in by_arm.items():
        sound = [c.series for c in chunks if len(c.rows)]
        series[label] = {n: np.concatenate([one[n] for one in sound], axis=-1) for n in (sound[0] if sound else ())}
    failures = [f for chunks in by_arm.values() for c in chunks for f in c.failures]
    runs = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["scenario", "run", "seed", "key"])
    return Results(arms, facts, runs, series, failures, interrupted)

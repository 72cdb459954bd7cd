"""A design carried out: tasks over workers, parts as they come, what is done is not done again."""

import contextlib
import itertools
import math
import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, cast

from abm.errors import BadInput

from .interrupts import Interrupts
from .lockstep import Case, Row, Task, carry, lost
from .parts import Folder
from .points import Plan, Point
from .workers import carry_out

SMALL, LARGE, MANY = 64, 256, 16_384  # histories of a task, and of one of a sweep of MANY
DIED = "its process died"


@dataclass(frozen=True)
class Swept:
    """How a sweep ended: histories of this shard, done before, done now, failed of all that are done; stopped: what
    kept it from going on, as a full disk or a cluster that is gone."""

    total: int
    before: int
    now: int
    failures: list[dict[str, Any]]
    interrupted: bool
    stopped: BadInput | None = None


Answers = Generator[list[Row] | Task, None, None]  # a task that got no answer comes back itself
Cluster = Callable[[list[Task]], Answers]


def tasks_of(plan: Plan, folder: str | None, shard: tuple[int, int], done: dict[str, bool]) -> tuple[list[Task], int]:
    """Tasks of a shard (its number from 1, of how many) without the histories that are sound, and how many it has in
    all. It takes every so-many-th block of histories; what a block is depends on the design alone."""
    every, size = histories(plan), block_of(plan)
    number, count = shard
    blocks = range((number - 1) * size, every, count * size)
    total = math.fsum(min(size, every - first) for first in blocks)
    ahead = _ahead(plan, lambda place: place // size % count == number - 1, done)
    tasks = []
    while batch := list(itertools.islice(ahead, size)):
        tasks.append(Task(folder, plan.bases, plan.design.axes, _cases(plan, batch)))
    return tasks, int(total)


def histories(plan: Plan) -> int:
    """How many a design has in all."""
    return len(plan.points) * plan.design.replicates


def block_of(plan: Plan) -> int:
    """How many histories of a design a shard takes together."""
    return LARGE if histories(plan) >= MANY else SMALL


def _ahead(plan: Plan, ours: Callable[[int], bool], done: dict[str, bool]) -> Iterator[tuple[Point, int]]:
    """Point and number of every history of a shard that is not sound yet."""
    runs = range(plan.design.replicates)
    for first, point in enumerate(plan.ordered()):
        own = [run for run in runs if ours(first * len(runs) + run)]
        keys = plan.keys(point) if own and done else []
        yield from ((point, run) for run in own if not keys or not done.get(keys[run], False))


def _cases(plan: Plan, batch: list[tuple[Point, int]]) -> tuple[Case, ...]:
    seeds = plan.seeds
    together = [[one for _, one in group] for _, group in itertools.groupby(enumerate(batch), lambda b: b[1][0].number)]
    return tuple(
        Case(own[0][0], tuple(run for _, run in own), tuple(int(seeds[run]) for _, run in own)) for own in together
    )


def sweep(
    plan: Plan,
    folder: Folder,
    tasks: list[Task],
    total: int,
    workers: int | None = None,
    cluster: Cluster | None = None,
    watch: Callable[[int], None] = lambda done: None,
    interrupts: Interrupts | None = None,
) -> Swept:
    """Carries out the tasks and writes every one that is done; Ctrl-C keeps those. watch: of all that is done, in this
    call and before. The table does not depend on workers, cluster, shards or interruptions."""
    ahead = int(math.fsum(map(len, tasks)))
    before, now, interrupted, stopped = total - ahead, 0, False, None
    failures: list[dict[str, Any]] = []
    try:
        count = min(workers or os.cpu_count() or 1, max(len(tasks), 1))
        answers = cluster(tasks) if cluster else cast(Answers, carry_out(carry, tasks, count))
        with (interrupts or Interrupts()).stoppable(), contextlib.closing(answers):
            for answer in answers:
                rows = lost(answer, DIED) if isinstance(answer, Task) else answer
                folder.add(rows)
                failures += [row for row in rows if row.get("failure") is not None]
                now += len(rows)
                watch(before + now)
    except KeyboardInterrupt:
        interrupted = True
    except BadInput as fault:
        interrupted, stopped = True, fault
    return Swept(total, before, now, failures, interrupted, stopped)

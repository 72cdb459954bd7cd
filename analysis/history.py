"""One history from its start and seed, month by month: its record, its decisions, and what it amounts to."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from abm.ensemble import Ensemble
from abm.log import Log
from abm.log.book import dated
from abm.outcomes import outcomes
from abm.record import Record
from abm.start import Start

TWICE = 2  # a lone run in lockstep with itself: NumPy would add its months in another order (see experiments.runner)


class History:
    """The books of a World have the same bits (a test holds both to it) and take ten times as long to turn a month."""

    def __init__(self, start: Start, seed: int):
        self.start, self.seed = start, seed
        self.books = Ensemble(start, [seed] * TWICE)
        self.record, self.log = Record(start, TWICE), Log(start, TWICE)
        self.judged = False

    @property
    def months(self) -> int:
        """Months that have passed."""
        return self.books.month

    @property
    def over(self) -> bool:
        return self.months >= self.start.scenario.months

    @property
    def date(self) -> str:
        """The last month that has passed (YYYY-MM); before the first, that one."""
        return dated(self.start.scenario.start, max(self.months - 1, 0))

    def step(self, months: int = 1) -> None:
        """Months, but none beyond the scenario's end."""
        for _ in range(min(months, self.start.scenario.months - self.months)):
            self.books.step()
            self.record.take(self.books)
            self.log.take(self.books)

    def series(self, name: str, *at: int) -> np.ndarray:
        """A series of the record so far [month]; `at` picks of its other axes."""
        return self.record.series[name][: self.months][(slice(None), *at, 0)]  # type: ignore[arg-type]

    def rows(self) -> list[dict[str, Any]]:
        """The log so far, one row an event."""
        rows = self.log.rows()
        return rows[rows["run"] == 0].to_dict("records")

    def newest(self) -> Iterator[dict[str, Any]]:
        """The log backwards."""
        for date, event in reversed(self.log.events):
            if event.run == 0:
                yield {"month": date} | vars(event)

    def outcomes(self, threshold: float) -> dict[str, float]:
        """What the whole history amounts to; the log then says when cooperation broke. threshold: R16's theta."""
        with np.errstate(all="ignore"):
            found = outcomes(self.record, threshold)
        if not self.judged:
            self.log.judge(self.record, threshold, found)
            self.judged = True
        return {name: float(values[0]) for name, values in found.items()}

"""The log of a run: `take` after every step, `rows` when done."""

from typing import Any

import pandas as pd

from ..forms import months_of
from ..outcomes import Outcomes
from ..record import Record
from ..start import Start
from .adversary import controls, price_wars, retaliation, truces
from .breaking import breaking
from .membership import agreement, compliance, reviews, standing
from .month import Event, Month, first
from .politics import coercion, governments, lapses, suspensions

COLUMNS = ("month", "run", "who", "what", "about", "terms")
FOUND = (  # in this order within a month, as the schedule has it
    governments, coercion, suspensions, lapses, truces, controls, price_wars, retaliation, reviews, standing, agreement,
    compliance,
)  # fmt: skip


class Log:
    """Events of `runs` histories in lockstep, one row each."""

    def __init__(self, start: Start, runs: int):
        self.start, self.before = start, first(start, runs)
        self.events: list[tuple[str, Event]] = []

    def take(self, w: Any) -> None:
        """Writes down what happened in the month that the books `w` have just ended."""
        month = Month(self.start, w, self.before)
        date = dated(self.start.scenario.start, month.number)
        self.events += [(date, event) for find in FOUND for event in find(month)]
        self.before = month.after()

    def judge(self, record: Record, theta: float, found: Outcomes) -> None:
        """Adds when cooperation broke, which only shows when a history is done. found: the outcomes of the record."""
        for month, event in breaking(record, theta, found):
            self.events.append((dated(self.start.scenario.start, month), event))
        self.events.sort(key=lambda row: row[0])  # stable: the order within a month stays

    def rows(self) -> pd.DataFrame:
        """One row an event, in order: month (YYYY-MM), run, who, what, about, a dict of the terms that tipped it."""
        rows = [(date, e.run, e.who, e.what, e.about, e.terms) for date, e in self.events]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def dated(start: str, months: int) -> str:
    """The month so many after a date, as YYYY-MM."""
    year, month = divmod(months_of(start) + months, 12)
    return f"{year}-{month + 1:02d}"

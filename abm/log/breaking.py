"""R16  The month in which cooperation breaks: the first of the first year in which E lies below theta."""

import math
from collections.abc import Iterator

from ..outcomes import Outcomes
from ..record import Record
from .month import COALITION, Event, Terms

MONTHS = 12
ENDS_BY = "ends_by_"


def breaking(record: Record, theta: float, found: Outcomes) -> Iterator[tuple[int, Event]]:
    """Month (number in the run) and event of every history of a record whose cooperation does not stand."""
    scenario = record.start.scenario
    if scenario.coalition is None:
        return
    begins = max(scenario.month(scenario.coalition.begins), 0)
    patience = int(record.start.parameter("break_months"))
    for r in range(record.runs):
        if found["stands"][r] != 0.0:  # NaN where there was nothing to stand
            continue
        month = begins + round(float(found["life_years"][r]) * MONTHS)
        year = record.cohesion[month : month + patience, r]
        terms: Terms = {"cohesion": math.fsum(year.tolist()) / len(year), "theta": theta}
        terms |= {name: float(values[r]) for name, values in found.items() if name.startswith(ENDS_BY)}
        yield month, Event(r, COALITION, "breaks", "", terms)

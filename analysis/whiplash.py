"""`python -m analysis.whiplash`: how often mineral policy has been reversed, counted from the record."""

import math
from dataclasses import dataclass

import pandas as pd
from scipy.stats import gamma

from abm.data.tables import Tables, load_tables
from abm.forms import months_of

RECORD_ENDS = "2026-03"
MONTHS = 12.0
PRIOR = 0.5  # events: Jeffreys' prior of a Poisson rate
LEVELS = (0.05, 0.95)


@dataclass(frozen=True)
class Count:
    """Reversals, instrument-years, and the hazard (1/year) with its 90 % interval."""

    reversals: int
    years: float
    hazard: float
    low: float
    high: float


def years(row: dict[str, object]) -> float:
    """Years an instrument was in force within the record."""
    end = str(row["end"]) if row["end"] else RECORD_ENDS
    return (months_of(end) - months_of(str(row["begin"]))) / MONTHS


def count(table: pd.DataFrame) -> Count:
    """Of some rows of policy_record.csv."""
    exposure = math.fsum(years(row) for row in table.to_dict("records"))
    reversals = int(table["reversal"].sum())
    low, high = (float(gamma.ppf(level, reversals + PRIOR) / exposure) for level in LEVELS)
    return Count(reversals, exposure, reversals / exposure, low, high)


def text(tables: Tables) -> str:
    """Every instrument, then counts by kind and in all, as a Markdown table."""
    record = tables.policy_record
    lines = ["| instrument | kind | from | to | years | reversed |", "|---|---|---|---|---:|---|"]
    for row in record.to_dict("records"):
        reversal = f"yes: {row['how']}" if row["reversal"] else f"no: {row['how']}"
        cells = (row["instrument"], row["kind"], row["begin"], row["end"] or "–", f"{years(row):.2f}", reversal)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| kind | reversals | instrument-years | a year | 90 % interval |", "|---|---:|---:|---:|---|"]
    for kind, rows in [*record.groupby("kind", sort=True), ("**all**", record)]:
        c = count(rows)
        lines.append(f"| {kind} | {c.reversals} | {c.years:.1f} | {c.hazard:.2f} | [{c.low:.2f}, {c.high:.2f}] |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(text(load_tables()))

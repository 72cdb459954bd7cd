"""`mineralclub replay`: one history of a results folder, run again from its key, and its decisions in words."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from abm.errors import BadInput

from .progress import PREPARING, Waiting

WHY = "ends_by_"


@dataclass(frozen=True)
class Replayed:
    """The log of a history, its outcomes now and as stored, and the names of those that differ in any bit."""

    label: str
    run: int
    seed: int
    rows: list[dict[str, Any]]
    now: dict[str, float]
    stored: dict[str, float]

    @property
    def differing(self) -> list[str]:
        return unequal(self.stored, self.now)


def perform(folder: Path, run: int, scenario: str | None, data: str | None) -> Replayed:
    """Reads a history of a results folder and runs it again. BadInput says why it cannot be."""
    history = found_in(folder, run, scenario, data)
    with Waiting(f"replaying run {run} of {history.label}: {history.start.scenario.months} months"):
        rows, now = again(history)
    return Replayed(history.label, run, history.seed, rows, now, history.outcomes)


def found_in(folder: Path, run: int, scenario: str | None, data: str | None) -> Any:
    """A history of a results folder (see analysis.stored)."""
    with Waiting(PREPARING, compiles=True):
        from .stored import history_of

        return history_of(folder, run, scenario, data)


def again(history: Any) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The rows of the log under the number of the run, and the outcomes."""
    from .history import History

    found = History(history.start, history.seed)
    found.step(history.start.scenario.months)
    amounts = found.outcomes(history.threshold)  # which adds to the log
    return [row | {"run": history.run} for row in found.rows()], amounts


def only(found: Replayed, who: str | None, year: str | None) -> Replayed:
    """What concerns one state (who acts or is acted upon), and one year; BadInput where nothing does."""
    rows = found.rows
    if year is not None:
        rows = [row for row in rows if row["month"].startswith(f"{year}-")]
        if not rows:
            years = sorted({row["month"][:4] for row in found.rows})
            raise BadInput("nothing happened then", key="--year", value=year, allowed=years)
    if who is not None:
        known = sorted({row["who"] for row in found.rows})
        rows = [row for row in rows if who in (row["who"], row["about"], *str(row["terms"].get("hit", "")).split())]
        if not rows:
            raise BadInput("nothing in the log concerns it", key="--who", value=who, allowed=known)
    return replace(found, rows=rows)


def text(found: Replayed) -> str:
    """The log in words, then the outcome."""
    from abm.log import words

    head = f"run {found.run} of {found.label}, seed {found.seed}: {len(found.rows)} decisions and events"
    return "\n".join([head, "", *map(words, found.rows), "", f"replayed  {_outcome(found.now)}",
                      f"stored    {_outcome(found.stored)}", _verdict(found)])  # fmt: skip


def lines(found: Replayed) -> str:
    """One JSON object a row of the log, then one with the outcomes."""
    from abm.log import words

    last = {
        "scenario": found.label, "run": found.run, "seed": found.seed, "equal": not found.differing,
        "differing": found.differing, "replayed": _finite(found.now), "stored": _finite(found.stored),
    }  # fmt: skip
    rows = [row | {"words": words(row)} for row in found.rows]
    return "\n".join(json.dumps(row, allow_nan=False) for row in [*rows, last])


def complaint(found: Replayed) -> str:
    """What differs, in one line."""
    few = ", ".join(found.differing[:3])
    more = f" and {len(found.differing) - 3} more" if len(found.differing) > 3 else ""
    return (
        f"the replay is not the stored history: {few}{more} of {len(found.stored)} outcomes differ; "
        "manifest.json names the packages, platform and commit of the stored one"
    )


def _outcome(values: dict[str, float]) -> str:
    """Stands, life and what ended it, if there was a coalition."""
    if math.isnan(values.get("stands", math.nan)):
        return "no coalition in force"
    stood = "stands" if values["stands"] else "does not stand"
    works = " and works" if values["works"] else ""
    causes = {name.removeprefix(WHY): v for name, v in values.items() if name.startswith(WHY) and v > 0.0}
    why = ", ".join(f"{name.replace('_', ' ')} {v:.0%}" for name, v in sorted(causes.items(), key=lambda c: -c[1]))
    return f"{stood}{works}, life {values['life_years']:.1f} years, ends by: {why}"


def _verdict(found: Replayed) -> str:
    if found.differing:
        return f"{len(found.differing)} of {len(found.stored)} outcomes differ"
    return f"all {len(found.stored)} outcomes are equal to the last bit"


def unequal(one: dict[str, float], other: dict[str, float]) -> list[str]:
    """Names whose numbers differ in any bit, or that stand on one side alone."""
    return [name for name in dict.fromkeys([*one, *other]) if _bits(one.get(name)) != _bits(other.get(name))]


def _bits(value: float | None) -> str:
    """A number to its last bit, NaN like any other; nothing where there is none."""
    return "" if value is None else value.hex()


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in values.items()}

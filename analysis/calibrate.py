"""`python -m analysis.calibrate membership`: what speaks for membership in the reference scenario, by state (R12).

Runs the trade zone at default parameters, nobody reviewing, to month 36 of the coalition, and writes the median of
every state's inclination to abm/data/tables/willingness.csv, with the sha256 of the tables that went in. From then on a
signatory stays with `stay_probability_reference` where things are as they were there, another joins with
`join_probability_reference`; what is different moves it. Money explains changes; the level is revealed preference.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import typer

from abm.agents import State
from abm.data.tables import PACKAGED, Tables
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.scenario import Scenario
from abm.start import Sources, sources, start_of
from experiments import store
from experiments.printing import show

from .cli import main as command_line
from .progress import Waiting

NAME = "python -m analysis.calibrate"
SCENARIO = "trade_zone"
MONTH = 36  # of the coalition
SEEDS = np.arange(2_000_001, 2_000_129)  # apart from any user's and from those that set theta
DIGITS = 4

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def reference(known: Sources, seeds: np.ndarray = SEEDS) -> pd.DataFrame:
    """A row for every state that may join: state, signatory (0 or 1), inclination (logits, median over seeds)."""
    scenario = Scenario.load(SCENARIO)
    assert scenario.coalition is not None
    frozen = scenario.model_copy(update={"parameters": {"review_probability": 0.0}, "vary": False})
    start = start_of(frozen, known)
    months = scenario.month(scenario.coalition.begins) + MONTH
    ensemble = Ensemble(start, seeds)
    with Waiting(f"running {len(seeds)} histories to month {months}"):
        for _ in range(months):
            ensemble.step()
    table = ensemble[State]
    rows = np.flatnonzero(table.invited[:, 0] > 0.0)
    medians = np.median(table.inclination[rows], axis=1)
    return pd.DataFrame({
        "state": [start.states[i] for i in rows], "signatory": table.signatory[rows, 0].astype(int),
        "inclination": medians.round(DIGITS),
    })  # fmt: skip


def write(found: pd.DataFrame, tables: Tables, folder: Path = PACKAGED) -> Path:
    """The table with the hash of its inputs."""
    file = folder / "willingness.csv"
    store.write(file, found.assign(inputs=tables.inputs).to_csv(index=False))
    return file


@app.command()
def calibrate(what: str = typer.Argument(..., metavar="membership", help="What to calibrate.")) -> None:
    """What speaks for membership in the reference scenario, by state; written into the table of the model."""
    if what != "membership":
        raise BadInput("nothing to calibrate", key="what", value=what, allowed=["membership"])
    known = sources()
    found = reference(known)
    file = write(found, known.tables)
    for name, signed in (("signatories", 1), ("others", 0)):
        own = found[found["signatory"] == signed]["inclination"]
        show(f"{name}: {len(own)} states, inclination {own.min():.2f} to {own.max():.2f}, median {own.median():.2f}")
    show(f"written: {file.name}, inputs {known.tables.inputs[:12]}")


if __name__ == "__main__":
    command_line(app, NAME)

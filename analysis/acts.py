"""`python -m analysis.acts`: export controls by chance on the record's tension, and the gain of the loop they close.

R7 is run from the base year with no act on record, at the tension of two spells of tension_record.csv, without truces:
the expected number of acts of the dominant state in 2011-22, and of minerals acted upon from July 2023 to October 2025.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import typer

from abm.agents import ExportControl, State
from abm.ensemble import Ensemble
from abm.scenario import Scenario
from abm.start import Start, start_of
from experiments.printing import show

from .cli import main as command_line
from .progress import Waiting

NAME = "python -m analysis.acts"
SEEDS = np.arange(1, 65)
SPELLS = {"2011-22": (0.3, 144), "July 2023 to October 2025": (0.8, 28)}  # tension on record, months
MOST_CALM, TENSE = 2.0, (5.0, 9.0)  # acts expected, minerals hit: what history allows

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Replayed(NamedTuple):
    """Means over histories: acts on a market's customers, bans on named states, minerals hit by either."""

    acts: float
    bans: float
    minerals: float


def at_tension(tension: float, months: int) -> Start:
    """A world without coalition and record in which chance acts from the first month, at a given tension."""
    form = {"name": "acts", "recorded_controls": False, "vary": False, "parameters": {"truce_hazard": 0.0}}
    start = start_of(Scenario.read(form))
    every = start.scenario.months
    assert months <= every
    fixed = {
        "chance_by_month": np.ones(every), "tension_by_month": np.full(every, tension),
        "truce_by_month": np.zeros(every), "act_changes": np.zeros_like(start.static["act_changes"]),
    }  # fmt: skip
    return replace(start, static=start.static | fixed)


def replayed(tension: float, months: int, seeds: np.ndarray = SEEDS) -> Replayed:
    """Acts of the state that the coalition faces."""
    ensemble = Ensemble(at_tension(tension, months), seeds)
    controls, states = ensemble[ExportControl], ensemble[State]
    own = states.faced[controls.home_row] * (controls.by_chance > 0.0)
    named = controls.named > 0.0
    acts, bans = np.zeros(len(seeds)), np.zeros(len(seeds))
    hit = np.zeros((len(ensemble.start.minerals), len(seeds)))
    for _ in range(months):
        ensemble.step()
        raised = controls.raised * own
        acts, bans = acts + (raised * ~named).sum(axis=0), bans + (raised * named).sum(axis=0)
        np.maximum.at(hit, controls.mineral, raised)
    return Replayed(float(acts.mean()), float(bans.mean()), float(hit.sum(axis=0).mean()))


def loop_gain(tension: float, seeds: np.ndarray = SEEDS[:8]) -> float:
    """Acts raise tension, which raises the hazard of acts: how much of a rise in tension that lasts comes back through
    the acts it brings. Acts a year more by unit of tension, times the rise by act, over the reversion."""
    start = at_tension(tension, 1)
    ensemble = Ensemble(start, seeds)
    for _ in range(3):
        ensemble.step()
    states, value = ensemble[State], start.parameter
    motive = float((states.mean_motive * states.faced).sum(axis=0).mean())
    slope, most = value("control_hazard_tension_slope"), value("control_hazard_cap")
    hazard = value("control_hazard_scale") * math.exp(slope * (tension - 0.5)) * motive / value("package_inclusion")
    return slope * hazard * value("tension_from_new_control") / value("tension_reversion") if hazard < most else 0.0


def text() -> str:
    """Both spells against the record, and the gain at the mean and at both."""
    found = {name: replayed(*spell) for name, spell in SPELLS.items()}
    calm, tense = found.values()
    lines = [f"{'':28}{'acts':>8}{'bans':>8}{'minerals hit':>14}"]
    lines += [f"{name:28}{one.acts:8.2f}{one.bans:8.2f}{one.minerals:14.2f}" for name, one in found.items()]
    low, high = TENSE
    lines.append(f"history allows {MOST_CALM:g} acts in the first at most, {low:g} to {high:g} minerals in the second")
    held = calm.acts + calm.bans <= MOST_CALM and low <= tense.minerals <= high
    lines.append("both hold" if held else "not both hold")
    mean = start_of("no_coalition").parameter("tension_mean")
    gains = ", ".join(f"{loop_gain(t):.3f} at {t:g}" for t in (mean, *(t for t, _ in SPELLS.values())))
    lines.append(f"gain of the loop from acts to tension to acts: {gains} (unstable from 1 on; wanted below .5)")
    return "\n".join(lines)


@app.command()
def acts() -> None:
    """Export controls by chance on the record's tension, against history, and the gain of the loop."""
    with Waiting("replaying 64 histories of two spells"):
        said = text()
    show(said)


if __name__ == "__main__":
    command_line(app, NAME)

"""What the charts show of a history: the record's own series, for the chosen mineral."""

import math

import numpy as np

from abm.agents import ExportControl
from abm.record import MINE, REFINE
from abm.start import Start

from ..history import History
from .atlas import named
from .chart import Line, Panel

RUNGS = ("no control", "licensing", "quota", "ban")
TOWARDS = ("all", "some states alone")  # whom an outlet serves


def panels(history: History, mineral: str, threshold: float) -> list[Panel]:
    """threshold: R16's theta, NaN while it is not known or there is no coalition."""
    m, start = history.start.minerals.index(mineral), history.start
    series = history.series
    frame = (start.scenario.start, start.scenario.months)
    cohesion, bite = series("cohesion"), series("bite")
    controls = series("controlled")
    ores = start.static["origins"][MINE, m] > 0
    mined = [
        Line("HHI of mining", series("hhi", MINE, m)),
        Line("dominant miner's share", series("security_share", MINE, m)),
    ]
    return [
        Panel(
            f"Price of {mineral}", "USD/t",
            (
                Line("inside", _above_zero(series("price_inside", m))), Line("list, outside", series("list_abroad", m)),
                Line("paid abroad", series("price_paid", m)), Line("floor", _above_zero(series("floor", m))),
            ), *frame,
        ),
        Panel(
            f"Concentration of {mineral}", "index and share, 0 to 1",
            (
                Line("HHI of refining", series("hhi", REFINE, m)),
                Line("dominant refiner's share", series("security_share", REFINE, m)), *(mined if ores else ()),
            ), *frame, whole=True, note="Shares are of what the rest of the world can buy.",
        ),
        Panel(
            "Cooperation", "0 to 1",
            (
                Line("cohesion E", cohesion), Line("bite b", bite), Line("E × b", cohesion * bite),
                Line("threshold θ of E", np.full(history.months, threshold)),
            ), *frame, whole=True, note=_about(start, threshold),
        ),
        Panel(
            "Tension and export controls", "index; share of minerals",
            (
                Line("tension", series("tension")), Line("minerals controlled towards all", _share_positive(controls)),
                Line("in a price war", _share_positive(series("flooded"))),
            ), *frame, whole=True, note=_controls(history, mineral),
        ),
        Panel(
            f"Pipeline of {mineral}", "t/month, outside the dominant state",
            (
                Line("sanctioned", series("sanctioned", m)), Line("building", series("building", m)),
                Line("online", series("online", m)), Line("idle", series("idle", m)),
            ), *frame,
        ),
        Panel(
            "Members", "share, 0 to 1",
            (Line("share of demand", series("member_share")), Line("compliance", series("compliance"))),
            *frame, whole=True,
        ),
    ]  # fmt: skip


def _controls(history: History, mineral: str) -> str:
    """The controls on refined metal that are in force now: who has them, towards whom."""
    c, start = history.books[ExportControl], history.start
    found = [
        f"{named(start.states[c.home_row[i]])} {RUNGS[int(c.rung[i, 0])]}, towards {TOWARDS[int(c.outlet[i])]}"
        for i in np.flatnonzero((c.rung[:, 0] > 0.0) & (c.stage == REFINE))
        if start.minerals[c.mineral[i]] == mineral
    ]
    return f"{mineral.capitalize()} now: {'; '.join(found) or RUNGS[0]}."


def _about(start: Start, threshold: float) -> str:
    if start.scenario.coalition is None:
        return "This scenario has no coalition."
    return "The threshold θ is being measured." if math.isnan(threshold) else ""


def _above_zero(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0.0, values, np.nan)


def _share_positive(values: np.ndarray) -> np.ndarray:
    """Share of minerals [month] where a number [month, mineral] is not 0."""
    return (values > 0.0).mean(axis=1)

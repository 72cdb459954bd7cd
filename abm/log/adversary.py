"""R5-R10  What the dominant exporters do: controls, truces, retaliation, price wars."""

import math
from collections.abc import Iterator

import numpy as np

from ..agents import ExportControl, Refiner, State
from ..data.balance import STAGES
from ..rulebook import Field, declared
from ..rules import markets as pricing
from .month import REFINE, Event, Month, Terms, listed, places

RUNGS = next(field.words for field in declared(ExportControl, Field) if field.name == "rung")
EVERYONE = "all customers"


def controls(month: Month) -> Iterator[Event]:
    """R7  Controls announced, imposed, tightened, eased, lifted."""
    c, before = month.w[ExportControl], month.before
    notice, rung = c.notice, c.rung
    for i, r in places(notice > before["notice"]):
        yield _control(month, "announces", i, r)
    for i, r in places(rung != before["rung"]):
        old, new = before["rung"][i, r], rung[i, r]
        up, down = ("imposes", "tightens"), ("lifts", "eases")
        yield _control(month, up[int(old > 0.0)] if new > old else down[int(new > 0.0)], i, r)


def _control(month: Month, what: str, i: int, r: int) -> Event:
    start, w, c = month.start, month.w, month.w[ExportControl]
    stage, m, home = int(c.stage[i]), int(c.mineral[i]), int(c.home_row[i])
    named = [s for s, hit in zip(start.nodes[stage, m][1], w.named[stage, m].tolist(), strict=False) if hit > 0.0]
    found: Terms = {
        "stage": STAGES[stage], "rung": RUNGS[int(c.rung[i, r])],
        "against": listed(named) if c.named[i, r] > 0.0 else EVERYONE, "dated": float(w.act_changed[c.number[i], r]),
        "motive": float(c.motive[i, r]), "leverage": float(w.leverage[stage, m, r]),
        "tension": float(w[State].felt[home, r]), "licensed": float(c.licensed[i, r]),
    }  # fmt: skip
    return Event(r, start.states[home], what, start.minerals[m], found)


def truces(month: Month) -> Iterator[Event]:
    """R5  Truces of the states that control exports, and of the one that the coalition faces."""
    s, old = month.w[State], month.before["truce"]
    now, acts = s.truce, s.faced > 0.0
    acts[month.w[ExportControl].home_row] = True
    for i, r in places(acts & ((now > 0.0) != (old > 0.0))):
        found: Terms = {
            "tension": float(s.tension[i, r]), "felt": float(s.felt[i, r]), "months": float(now[i, r]),
        }  # fmt: skip
        what = "begins a truce" if now[i, r] > 0.0 else "ends a truce"
        yield Event(r, month.start.states[i], what, "", found)


def retaliation(month: Month) -> Iterator[Event]:
    """R9  The dominant state strikes back at the members whose trade hangs on it; the leader may answer."""
    w, s = month.w, month.w[State]
    for (r,) in places(w.struck_back > 0.0):
        rows = np.flatnonzero(s.exposed[:, r] > 0.0)
        found: Terms = {
            "hit": listed([month.start.states[i] for i in rows]), "cost": math.fsum(s.suffers[rows, r].tolist()),
            "tension": float(w.tension[r]), "mean_exposure": float(w.mean_exposure[r]),
        }  # fmt: skip
        yield Event(r, month.faced(r), "retaliates", "", found)
    for i, r in places(s.answers > 0.0):
        found = {"probability": float(w.retaliation_prob[r]), "tension": float(w.tension[r])}
        yield Event(r, month.start.states[i], "answers", month.faced(r), found)


def price_wars(month: Month) -> Iterator[Event]:
    """R10  Price wars by mineral: what entrants had taken, and what the war has cost who wages it."""
    w, f, old = month.w, month.w[Refiner], month.before["flooded"][REFINE]
    now = w.flooded[REFINE]
    for m, r in places(now != old):
        node = w.source[REFINE, m]
        rows = f.mineral == m
        found: Terms = {
            "price": float(pricing.exp_of(w.log_ask[REFINE, m, node, r])),
            "price_before": float(f.flood_price[rows, r].max()), "threat": float(w.threat[m, r]),
            "idle": float(w.entrants_idle[m, r]), "given_up": math.fsum(f.flood_spent[rows, r].tolist()),
        }  # fmt: skip
        who = month.start.states[w.origin_home[REFINE, m, node]]
        what = "begins a price war" if now[m, r] > 0.0 else "ends a price war"
        yield Event(r, who, what, month.start.minerals[m], found)

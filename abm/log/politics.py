"""R1-R4  Whiplash: suspensions and their end, budget lapses, changes of government, coercion of friends."""

from collections.abc import Iterator

import numpy as np

from ..agents import State
from ..rules.politics import FOR_GOOD
from .month import Event, Month, Terms, listed, places, terms


def suspensions(month: Month) -> Iterator[Event]:
    """R2  An instrument that a member or the leader pays for itself is suspended, or in force again."""
    w, s, old = month.w, month.w[State], month.before["suspended"]
    now, leads, names = s.suspended, s.leads, month.start.instruments
    pays = np.maximum(leads, (1.0 - w.by_leader)[:, None])  # what another pays for is not its own to suspend
    concerned = (w.begun[:, None] > 0.0) & (pays > 0.0) & (np.maximum(s.member, leads) > 0.0)
    for k, i, r in places(concerned & ((now > 0.0) != (old > 0.0))):
        lasting = bool(now[k, i, r] >= FOR_GOOD)
        found: Terms = {
            "months": 0.0 if lasting else float(now[k, i, r]), "for_good": float(lasting),
            "hazard_before": float(month.before["believed_hazard"][i, r]),
            "hazard_after": float(s.believed_hazard[i, r]), "commitment": float(s.commitment[i, r]),
        }  # fmt: skip
        yield Event(r, month.start.states[i], "suspends" if now[k, i, r] > 0.0 else "resumes", names[k], found)


def lapses(month: Month) -> Iterator[Event]:
    """R3  The leader's budget lapses, or is there again."""
    w, s, old = month.w, month.w[State], month.before["lapsing"]
    now = s.lapsing
    stops = (w.begun > 0.0) & (w.by_leader > 0.0) & (w.lapses_stop > 0.0)
    for i, r in places((s.leads > 0.0) & ((now > 0.0) != (old > 0.0))):
        stopped = [name for name, hit in zip(month.start.instruments, stops[:, r].tolist(), strict=True) if hit]
        found: Terms = {"months": float(now[i, r]), "stops": listed(stopped)}
        yield Event(r, month.start.states[i], "lapses" if now[i, r] > 0.0 else "has a budget again", "", found)


def governments(month: Month) -> Iterator[Event]:
    """R1  A member's or the leader's new government is more or less committed than the one before."""
    s, old = month.w[State], month.before["commitment"]
    now = s.commitment
    for i, r in places((now != old) & (np.maximum(s.member, s.leads) > 0.0)):
        found = {"commitment_before": float(old[i, r]), **terms(s, ("commitment", "compliance"), (i, r))}
        yield Event(r, month.start.states[i], "changes government", "", found)


def coercion(month: Month) -> Iterator[Event]:
    """R4  The leader coerces a member."""
    s = month.w[State]
    for i, r in places(s.coerces > 0.0):
        found = terms(s, ("coerced", "hazard", "trust"), (i, r))
        yield Event(r, month.leader(r), "coerces", month.start.states[i], found)

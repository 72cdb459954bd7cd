"""R11-R15  Reviews of membership, compliance, the yearly round, and how the coalition stands."""

from collections.abc import Iterator

import numpy as np

from ..agents import State
from .month import ABEYANCE, CARRIED, COALITION, LED, NOT_YET, Event, Month, Terms, places, terms

FAVOUR = ("security", "rents", "finance", "standing")  # R11, USD a year
AGAINST = ("premium", "downstream", "contributions", "retaliation", "lock_in", "standards")
WILL = ("money", "habit", "company", "trust", "own_will")  # R12, logits
TIPPED = (*FAVOUR, *AGAINST, "payoff", "verdict", "others_share", *WILL, "willing")
STANDS = {LED: "leads", CARRIED: "carries on", ABEYANCE: "falls into abeyance", NOT_YET: "is over"}


def standing(month: Month) -> Iterator[Event]:
    """R15  The coalition begins, is carried on by the rest, has nobody left, has its leader again, is over."""
    w, now = month.w, month.status()
    for (r,) in places(now != month.before["status"]):
        who = month.leader(r) if now[r] == LED else COALITION
        found: Terms = {
            "members": float(w.members[r]), "member_share": float(w.member_share[r]),
            "least_share": float(w.successor_demand_share[r]),
        }  # fmt: skip
        yield Event(r, who, STANDS[int(now[r])], "", found)


def reviews(month: Month) -> Iterator[Event]:
    """R11, R12  Every review of membership, with all its terms."""
    s = month.w[State]
    reviewed, joins, leaves, member = s.reviews > 0.0, s.joins, s.leaves, s.member
    for i, r in places(reviewed):
        what = "joins" if joins[i, r] > 0.0 else "leaves" if leaves[i, r] > 0.0 else None
        what = what or ("stays" if member[i, r] > 0.0 else "stays out")
        yield Event(r, month.start.states[i], what, "", terms(s, TIPPED, (i, r)))


def compliance(month: Month) -> Iterator[Event]:
    """R13  A member falls below what it would enforce without any enforcement, or comes back above it."""
    w, s, now = month.w, month.w[State], month.lax()
    for i, r in places((now != month.before["lax"]) & (s.member > 0.0)):
        found = terms(s, ("compliance", "premium_share"), (i, r))
        found |= {"unenforced": float(w.compliance_no_enforcement[r]), "strength": float(w.strength[r])}
        yield Event(r, month.start.states[i], "cheats" if now[i, r] else "complies again", "", found)


def agreement(month: Month) -> Iterator[Event]:
    """R14  The yearly round: floors agreed, or left to erode, where that changes them."""
    w = month.w
    if not w.round_by_month[month.number]:
        return
    old, new, chance, s = month.before["floor"], w.floor, w.agreement, w[State]
    for m, r in places(old != new):
        leads = np.flatnonzero(s.leads[:, r] > 0.0)[0]
        agreed = s.bargain[leads, r] < chance[m, r]
        found: Terms = {
            "old": float(old[m, r]), "new": float(new[m, r]), "agreement": float(chance[m, r]),
            "members": float(w.members[r]),
        }  # fmt: skip
        yield Event(r, COALITION, "agrees" if agreed else "does not renew", month.start.minerals[m], found)

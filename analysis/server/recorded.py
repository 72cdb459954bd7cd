"""A replayed history beside what was recorded of it."""

import math
from typing import Any

import solara

from ..replay import unequal
from .session import Session
from .tables import table


@solara.component
def Recorded(session: Session, drawn: int) -> None:
    stored = session.recorded()
    solara.HTML(tag="section", unsafe_innerHTML=_body(session, stored), classes=["mc-panel", "mc-recorded"])


def _body(session: Session, stored: Any) -> str:
    was = session.opening.recorded
    name = f"run {was.run} of {was.label}, seed {was.seed}"
    if stored is None:
        return f"<h3>No longer {name}</h3><p class='mc-note'>The scenario or the seed was changed on this page.</p>"
    head = f"<h3>Replay of {name}</h3>"
    if not session.over:
        return f"{head}<p class='mc-note'>At its last month its outcomes are compared with the recorded ones.</p>"
    now = session.first.outcomes(stored.threshold)
    odd = unequal(stored.outcomes, now)
    verdict = (
        f"{len(odd)} of {len(stored.outcomes)} outcomes differ" if odd
        else f"All {len(stored.outcomes)} outcomes are equal to the last bit"
    )  # fmt: skip
    rows = [
        (one, _said(stored.outcomes.get(one)), _said(now.get(one)), "differs" if one in odd else "equal")
        for one in dict.fromkeys([*stored.outcomes, *now])
    ]
    shown = table(("outcome", "recorded", "replayed", ""), rows)
    return f"{head}<p><b>{verdict}.</b></p><details open><summary>Outcomes</summary>{shown}</details>"


def _said(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else repr(value)

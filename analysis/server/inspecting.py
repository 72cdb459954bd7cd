"""The inspector: an agent of the first history, or the same agent of both."""

from typing import Any

import solara

from . import inspector
from .session import Session


@solara.component
def Inspector(session: Session, drawn: int, version: int) -> None:
    again = solara.use_reactive(0)

    def choose(**chosen: Any) -> None:
        for name, value in chosen.items():
            setattr(session, name, value)
        again.value += 1

    names = inspector.agents(session.first, session.kind)
    with solara.Div(classes=["mc-panel", "mc-inspector"]):
        when = f"after {session.first.date}" if session.first.months else "before the first month"
        solara.HTML(tag="h3", unsafe_innerHTML=f"One agent <small>{when}</small>")
        with solara.Div(classes=["mc-choices"]):
            kinds = list(inspector.KIND_NAMES)
            solara.Select("Kind", kinds, value=session.kind, on_value=lambda k: choose(kind=k, agent=0), dense=True)
            solara.Select(
                "Agent", names, value=names[session.agent], on_value=lambda n: choose(agent=names.index(n)), dense=True
            )
        with solara.Div(classes=["mc-grid"]):
            for side in session.sides:
                solara.HTML(unsafe_innerHTML=_body(session, side), classes=[f"mc-agent mc-{side.name}"])


def _body(session: Session, side: Any) -> str:
    history = side.history
    shown = inspector.fields(history, session.kind, session.agent, session.mineral)
    if session.kind != "State":
        return shown
    decision = inspector.decision(history, history.start.states[session.agent])
    return f"{decision}<details><summary>All fields</summary>{shown}</details>"

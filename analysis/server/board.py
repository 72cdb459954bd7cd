"""The board: the toolbar, the forms, and for every history its map, charts, events and agents."""

import threading
import time
from typing import Any

import reacton.ipyvuetify as v
import solara

from . import atlas, chart, tables
from .controls import Controls
from .inspecting import Inspector
from .panels import panels
from .recorded import Recorded
from .session import Session, Side

YEAR = 12  # months
PAUSE = 0.1  # seconds a picture at least


@solara.component
def Board(session: Session) -> None:
    """`drawn` counts pictures, `version` changes of the forms: only what they concern is drawn anew."""
    drawn, version, playing = (solara.use_reactive(0), solara.use_reactive(0), solara.use_reactive(False))

    def show() -> None:
        drawn.value += 1

    def begin() -> None:
        playing.value = False
        version.value += 1
        show()

    anew = solara.use_memo(lambda: begin, [])  # the same function, or every picture would draw the forms anew

    def play(cancelled: threading.Event) -> None:
        while playing.value and not session.over and not cancelled.is_set():
            began = time.monotonic()
            session.step(1)
            show()
            time.sleep(max(PAUSE - (time.monotonic() - began), 0.01))
        if not cancelled.is_set():
            playing.value = False

    def measure(cancelled: threading.Event) -> None:
        for side in session.sides:
            if side.threshold != side.threshold and side.start.scenario.coalition is not None:
                side.measure()
                if not cancelled.is_set():
                    show()

    solara.use_thread(play, dependencies=[playing.value], intrusive_cancel=False)
    solara.use_thread(measure, dependencies=[version.value], intrusive_cancel=False)

    with solara.Div(classes=["mc-page"]):
        Head(session, drawn.value)
        Toolbar(session, drawn.value, playing, show, anew)
        with solara.Div(classes=["mc-body"]):
            with v.Html(tag="aside", class_="mc-forms", attributes={"aria-label": "Scenario and levers"}):
                Controls(session, version.value, anew)
            with v.Html(tag="main", class_="mc-main mc-pair" if session.paired else "mc-main"):
                if session.opening.recorded is not None:
                    Recorded(session, drawn.value)
                Panels(session, drawn.value)
                Inspector(session, drawn.value, version.value)


@solara.component
def Head(session: Session, drawn: int) -> None:
    history = session.first
    total = history.start.scenario.months
    with v.Html(tag="header", class_="mc-head"):
        v.Html(tag="h1", children=["mineralclub"])
        for side in session.sides:
            label = f"{side.name}: {side.title}" if session.paired else side.title
            said = [label, v.Html(tag="small", children=[f"key {side.key}"])]
            v.Html(tag="p", class_="mc-title", children=said)
        passed = f"{history.months} of {total} months" if history.months else "before the first month"
        month = [v.Html(tag="b", class_="mc-month", children=[history.date]), v.Html(tag="small", children=[passed])]
        v.Html(tag="p", class_="mc-date", attributes={"aria-live": "off"}, children=month)


@solara.component
def Toolbar(session: Session, drawn: int, playing: Any, show: Any, anew: Any) -> None:
    def step(months: int) -> None:
        session.step(months)
        show()

    def reset() -> None:
        playing.value = False
        session.reset()
        show()

    def choose(mineral: str) -> None:
        session.mineral = mineral
        show()

    def pair(on: bool) -> None:
        session.pair(on)
        anew()

    still = playing.value or session.over
    with v.Html(tag="nav", class_="mc-tools", attributes={"aria-label": "Time"}):
        solara.Button(
            "Pause" if playing.value else "Play", icon_name="mdi-pause" if playing.value else "mdi-play",
            on_click=lambda: playing.set(not playing.value), disabled=session.over, color="primary",
            classes=["mc-play"],
        )  # fmt: skip
        solara.Button("Step", on_click=lambda: step(1), disabled=still, outlined=True)
        solara.Button("Step a year", on_click=lambda: step(YEAR), disabled=still, outlined=True)
        solara.Button("Reset", on_click=reset, outlined=True)
        solara.Div(
            classes=["mc-choice"],
            children=[solara.Select("Mineral", session.minerals, value=session.mineral, on_value=choose, dense=True)],
        )
        solara.Checkbox(label="Two histories, same luck", value=session.paired, on_value=pair)


@solara.component
def Panels(session: Session, drawn: int) -> None:
    """Maps, charts and events; of two histories side by side, on the same scales."""
    every = [panels(side.history, session.mineral, side.threshold) for side in session.sides]
    with solara.Div(classes=["mc-grid"]):
        for side in session.sides:
            Map(session, side, drawn)
        for group in zip(*every, strict=True):
            low, high = chart.span(list(group))
            for side, panel in zip(session.sides, group, strict=True):
                body = chart.drawn(panel, low, high)
                solara.HTML(tag="section", unsafe_innerHTML=body, classes=[f"mc-panel mc-{side.name}"])
        for side in session.sides:
            body = f"<h3>What happened <small>newest first</small></h3>{tables.feed(side.history)}"
            solara.HTML(tag="section", unsafe_innerHTML=body, classes=[f"mc-panel mc-wide mc-{side.name}"])


@solara.component
def Map(session: Session, side: Side, drawn: int) -> None:
    history, mineral, scope = side.history, session.mineral, f"mc-map-{side.name}"
    found, controlled = atlas.standings(history), atlas.controls(history, mineral)
    moved = atlas.flows(history, mineral)
    in_force = bool(history.books.any_begun[0] > 0.0)
    coalition = history.start.scenario.coalition
    state = "no coalition" if coalition is None else "in force" if in_force else f"announced for {coalition.begins}"
    with v.Html(tag="section", class_=f"mc-panel mc-wide mc-{side.name}", attributes={"id": scope}):
        head = f"<h3>Coalition and flows of {mineral} <small>{state}</small></h3>"
        solara.HTML(tag="style", unsafe_innerHTML=atlas.colours(scope, found))
        solara.HTML(unsafe_innerHTML=head)
        with solara.Div(classes=["mc-map"]):
            solara.HTML(unsafe_innerHTML=atlas.base(tuple(history.start.states)))
            solara.HTML(unsafe_innerHTML=atlas.overlay(moved, controlled), classes=["mc-over"])
        solara.HTML(unsafe_innerHTML=tables.legend())
        lists = tables.standing_table(history, found, controlled) + tables.flow_table(moved)
        with v.Html(tag="details", class_="mc-words"):
            v.Html(tag="summary", children=["The map in words"])
            solara.HTML(unsafe_innerHTML=lists)

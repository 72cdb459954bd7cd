"""The forms beside the board: scenario and levers of each history, seed, minerals, end."""

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

from abm.errors import BadInput
from abm.instruments import INSTRUMENTS
from abm.scenario import Scenario, shipped
from experiments import LARGEST_SEED

from ..request import within
from . import form as forms
from .session import SHARED, Session, Side

Changed = Callable[[], None]


@solara.component
def Controls(session: Session, version: int, changed: Changed) -> None:
    """version: another number where the forms must be drawn anew."""
    Common(session, version, changed)
    for side in session.sides:
        Scenarios(session, side, version, changed)


@solara.component
def Common(session: Session, version: int, changed: Changed) -> None:
    fault, set_fault = solara.use_state("")
    side = session.sides[0]

    def sow(text: str) -> None:
        try:
            seed = forms.number("seed", text)
            if isinstance(seed, float):
                raise BadInput("not a whole number", key="seed", value=text, allowed="a whole number")
            session.sow(within("seed", seed, 0, LARGEST_SEED))
        except BadInput as bad:
            set_fault(str(bad))
            return
        set_fault("")
        changed()

    def share(name: str, value: Any) -> None:
        session.change(side, forms.changed(side.form, (name,), value))
        changed()

    minerals = list(side.start.scenario.minerals)
    with Section("Both histories" if session.paired else "The history", opened=True):
        Text("Seed", str(session.seed), sow, f"a whole number from 0 to {LARGEST_SEED}: another seed, another luck")
        Text("Last month", side.form["end"], lambda text: share("end", text.strip()), "YYYY-MM")
        solara.SelectMultiple(
            "Minerals (none: all)", minerals, session.facts.base.minerals,
            on_value=lambda names: share("minerals", names or None), dense=True,
        )  # fmt: skip
        Fault(fault)


@solara.component
def Scenarios(session: Session, side: Side, version: int, changed: Changed) -> None:
    def change(form: forms.Form) -> None:
        session.change(side, form)
        changed()

    def choose(name: str) -> None:
        if name not in shipped():
            return
        form = Scenario.load(name).model_dump(mode="json", exclude_none=True)
        for shared in SHARED:
            form = forms.changed(form, (shared,), side.form.get(shared))
        change(form)

    facts = session.facts
    named = side.start.scenario.name
    known = f"{named}, changed" if side.changed else named
    head = f"Scenario of history {side.name}" if session.paired else "Scenario and levers"
    with Section(head, opened=True):
        names = [*shipped(), *([] if known in shipped() else [known])]
        solara.Select("Begin from", names, value=known, on_value=choose, dense=True)
        Fault(side.fault)
        for name in INSTRUMENTS:
            Lever(side, name, facts, version, change)
        with Section("Members"):
            if forms.value_of(side.form, ("coalition",)) is None:
                solara.HTML(tag="p", unsafe_innerHTML="No lever, no coalition.", classes=["mc-note"])
            else:
                Fields(side, forms.entries("coalition", facts.parameters), version, change)
        with Section("World"):
            Fields(side, forms.entries("world", facts.parameters), version, change)
        Parameter(side, facts, version, change)


@solara.component
def Lever(side: Side, name: str, facts: Any, version: int, change: Callable[[forms.Form], None]) -> None:
    on = forms.value_of(side.form, ("coalition", name)) is not None
    with Section(name.replace("_", " ").capitalize(), state="on" if on else "off"):
        solara.Checkbox(label="in force", value=on, on_value=lambda on: change(forms.switched(side.form, name, on)))
        if on:
            Fields(side, forms.entries(name, facts.parameters), version, change)


@solara.component
def Fields(side: Side, entries: list[forms.Entry], version: int, change: Callable[[forms.Form], None]) -> None:
    for entry in entries:
        Field(side, entry, version, change)


@solara.component
def Field(side: Side, entry: forms.Entry, version: int, change: Callable[[forms.Form], None]) -> None:
    value = forms.value_of(side.form, entry.path)

    def put(new: Any) -> None:
        if new != value:
            change(forms.changed(side.form, entry.path, new))

    def typed(text: str) -> None:
        try:
            put(forms.read(entry, text))
        except BadInput as fault:
            side.fault = str(fault)
            change_nothing()

    def change_nothing() -> None:
        refused.value += 1

    refused = solara.use_reactive(0)
    if entry.kind == "switch":
        solara.Checkbox(label=entry.label, value=bool(value), on_value=put)
    elif entry.kind == "choice":
        solara.Select(entry.label, list(entry.choices), value=value, on_value=put, dense=True)
    else:
        Text(entry.label, forms.shown(value), typed, entry.hint, entry.range, entry.usual)
    if refused.value and side.fault:
        Fault(side.fault)


@solara.component
def Parameter(side: Side, facts: Any, version: int, change: Callable[[forms.Form], None]) -> None:
    """Any parameter of the table, and those that are set."""
    name, set_name = solara.use_state("whiplash")
    fault, set_fault = solara.use_state("")
    known = side.form.get("parameters", {})

    def typed(text: str) -> None:
        try:
            value = forms.number(name, text) if text.strip() else None
        except BadInput as bad:
            set_fault(str(bad))
            return
        set_fault("")
        if value != known.get(name):
            change(forms.changed(side.form, ("parameters", name), value))

    with Section("Parameters", state=f"{len(known)} set" if known else ""):
        solara.Select("Parameter", forms.settable(facts.parameters), value=name, on_value=set_name, dense=True)
        hint, limits, usual = forms.parameter_hint(facts.parameters, name)
        Text("Value", forms.shown(known.get(name)), typed, hint, limits, usual)
        if known:
            said = "; ".join(f"{key} = {forms.shown(one)}" for key, one in known.items())
            v.Html(tag="p", class_="mc-note", children=[f"Set: {said}"])
        Fault(fault)


@solara.component_vue("field.vue")
def Typed(
    label: str, value: str, hint: str, low: float | None, high: float | None, usual: float | None,
    event_typed: Callable[[str], None],
) -> None:
    """A text field that sends what stands in it with its event: of one that sends every letter some come too late."""


@solara.component
def Text(
    label: str, value: str, on_value: Callable[[str], None], hint: str, range: tuple[float, float] | None = None,
    usual: float | None = None,
) -> None:
    low, high = range or (None, None)
    Typed(label=label, value=value, hint=hint, low=low, high=high, usual=usual, event_typed=on_value)


@solara.component
def Fault(line: str) -> None:
    if line:
        v.Html(tag="p", class_="mc-fault", attributes={"role": "alert"}, children=[line])


@solara.component
def Section(head: str, state: str = "", opened: bool = False, children: Any = ()) -> None:
    """A part that opens and closes."""
    said = [head] + ([v.Html(tag="small", children=[state])] if state else [])
    with v.Html(tag="details", class_="mc-section", attributes={"open": True} if opened else {}):
        v.Html(tag="summary", children=said)
        solara.Div(children=list(children), classes=["mc-fields"])

"""The page that Solara serves: says that the model is being prepared, then shows the board."""

from pathlib import Path
from typing import Any

import solara

from . import opening

PREPARING = "Reading data and compiled code. At the first start the model is compiled, which takes a minute or two."


@solara.component
def Page() -> None:
    solara.Title("mineralclub")
    solara.Style(Path(__file__).parent / "style.css")
    prepared = solara.lab.use_task(prepare, dependencies=[])
    if prepared.error:
        solara.Error(str(prepared.exception))
    elif prepared.finished:
        (prepared.value or Preparing)()
    else:
        Preparing()


@solara.component
def Preparing() -> None:
    with solara.Div(classes=["mc-preparing"]):
        solara.HTML(tag="h1", unsafe_innerHTML="mineralclub")
        solara.HTML(tag="p", unsafe_innerHTML=PREPARING, attributes={"role": "status"})
        solara.ProgressLinear(True)


def prepare() -> Any:
    """The board of a new visitor, as a component without arguments."""
    from .board import Board
    from .session import Session

    session = Session(opening.NOW)
    return lambda: Board(session)


@solara.component
def Layout(children: Any = ()) -> None:
    solara.Div(children=list(children), classes=["mc-root"])

"""What the notebooks share: how many histories they take, and how text and figures get on the page."""

import math
import os

from IPython.display import Image, Markdown, display

from abm.errors import BadInput

from ..figures import Picture
from ..statistics import Estimate

RUNS = "MINERALCLUB_NOTEBOOK_RUNS"
FEW = 64


def histories(reading: int) -> int:
    """Histories of every point: the size a notebook is read at, unless the environment asks for another."""
    text = os.environ.get(RUNS, str(reading))
    if not text.isdecimal() or int(text) < 2:
        raise BadInput("not a number of histories", key=RUNS, value=text, allowed="a whole number from 2")
    return int(text)


def processes(histories: int) -> int | None:
    """For a run of so many histories: one where more would take longer to begin than to finish, else as many as there
    are cores. Results do not depend on it."""
    return 1 if histories < FEW else None


def say(text: str) -> None:
    """Text with numbers computed from results, as Markdown."""
    display(Markdown(text))


def show(picture: Picture) -> None:
    """A figure with its title above and its caption below."""
    say(f"**{picture.title}**")
    display(Image(data=picture.png, format="png", alt=picture.title))
    say(f"*{picture.caption}*")


def thousand(value: float, bound: str = "none") -> str:
    """USD/t in thousands, or a word where there is no number."""
    return f"{value / 1000.0:,.0f}" if math.isfinite(value) else bound


def clear(e: Estimate) -> bool:
    """Whether a difference is told from none: its 95 % interval leaves out zero."""
    return e.low > 0.0 or e.high < 0.0


class Counting:
    """Tells in place how many histories (or months) of a cell are done; what stays on the page names no time."""

    def __init__(self, total: int, what: str = "histories"):
        self.total, self.what = total, what
        self.line = display(Markdown(self._words(0)), display_id=True)

    def __call__(self, done: int) -> None:
        self.line.update(Markdown(self._words(done)))

    def _words(self, done: int) -> str:
        return f"{done} of {self.total} {self.what}"

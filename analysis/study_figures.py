"""The figures of a study: whiplash and the floor, and what moves the outcomes."""

from . import phase, sensitivity_figures
from .figures import Picture
from .study_numbers import WHIPLASH, Study
from .study_text import MOVED, PHASE

TITLES = {
    "stands": "share of histories in which cooperation stands", "works": "share in which it stands and works",
    "added": "minerals de-concentrated that the coalition adds",
}  # fmt: skip
MIDDLES = (
    "Where cooperation stands and works, and what the coalition adds, by whiplash and floor. Whiplash in slices of "
    "equally many points, by their means; other inputs anywhere in their ranges; intervals over points and luck. "
)
MOVES = "What moves the outcomes. "


def pictures(s: Study, words: dict[str, str]) -> dict[str, Picture]:
    """By file; words: axis -> what it is called."""
    labels = ["whiplash (multiple of the observed hazard of reversal)", "floor (share of the incentive gap)"]
    drawn = phase.picture(s.cells, TITLES, [WHIPLASH, s.floor], labels, s.other)
    found = {}
    if drawn is not None:
        found[PHASE] = Picture(drawn.name, drawn.title, MIDDLES + drawn.caption, drawn.png)
    for picture in sensitivity_figures.pictures(s.moved_by, words):
        found[MOVED] = Picture(picture.name, picture.title, MOVES + picture.caption, picture.png)
    return found

"""The world map as inline SVG: who stands where, who controls exports, and the flows of the chosen mineral."""

import html
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from abm.agents import ExportControl, State
from abm.data.regions import EU27, ROW
from abm.record import REFINE

from ..history import History

EUROPE, CENTRE = "EU27", "DEU"
DOT = 7.0  # side of a square for a state without a shape
MOST_FLOWS, WIDEST, BEND = 10, 9.0, 0.18
LETTERS = {1: ("L", "licensing"), 2: ("Q", "quota"), 3: ("B", "ban")}
STANDINGS = {  # what a state is to the coalition: fill, words
    "dominant": ("#9c3d2a", "dominant exporter"),
    "leader": ("#123a5e", "leader, member"),
    "member": ("#4f86b8", "member"),
    "lax": ("url(#mc-lax)", "member that cheats"),
    "invited": ("url(#mc-invited)", "may join"),
    "excluded": ("url(#mc-excluded)", "excluded"),
    "other": ("#d3d8dd", "not invited"),
    "rest": ("#eceae4", "counted with the rest of the world"),
}
PATTERNS = (
    '<pattern id="mc-lax" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#4f86b8"/><rect width="2.4" height="6" fill="#fff"/></pattern>'
    '<pattern id="mc-invited" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#dce8f2"/><circle cx="2.5" cy="2.5" r=".9" fill="#4f86b8"/></pattern>'
    '<pattern id="mc-excluded" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="5" height="5" fill="#ecd9c6"/><rect width="1.5" height="5" fill="#a8642a"/></pattern>'
)


@dataclass(frozen=True)
class Flow:
    """Tons a month of refined metal from one state to another."""

    origin: str
    destination: str
    tons: float
    trusted: bool


@cache
def world() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "world.json").read_text(encoding="utf-8"))


def size() -> str:
    return f"0 0 {world()['width']:g} {world()['height']:g}"


@cache
def base(states: tuple[str, ...]) -> str:
    """The shapes, drawn once: class s-<state of the model> on every one of them; `colours` fills them."""
    shapes = []
    for code, country in world()["countries"].items():
        state = EUROPE if code in EU27 else code if code in states else ROW
        name = country["name"] if state == code else f"{country['name']} ({'EU27' if state != ROW else 'rest'})"
        title = f"<title>{html.escape(name)}</title>"
        if "path" in country:
            shapes.append(f'<path class="s-{state}" d="{country["path"]}">{title}</path>')
        else:
            x, y = (at - DOT / 2.0 for at in country["at"])
            shapes.append(f'<rect class="s-{state}" x="{x:g}" y="{y:g}" width="{DOT}" height="{DOT}">{title}</rect>')
    return (
        f'<svg class="mc-shapes" viewBox="{size()}" role="img" aria-label="World map; the table below says the same">'
        f"<defs>{PATTERNS}</defs>{''.join(shapes)}</svg>"
    )


def standings(history: History) -> dict[str, str]:
    """What each state of the model is to the coalition: a key of STANDINGS."""
    s, w = history.books[State], history.books
    found, none = {}, history.start.scenario.coalition is None
    unenforced = float(np.ravel(w.compliance_no_enforcement)[0])
    for i, state in enumerate(history.start.states):
        if state == ROW:
            found[state] = "rest"
        elif s.faced[i, 0] > 0.0:
            found[state] = "dominant"
        elif none:
            found[state] = "other"
        elif s.member[i, 0] > 0.0:
            lax = s.compliance[i, 0] < unenforced
            found[state] = "lax" if lax else "leader" if s.leads[i, 0] > 0.0 else "member"
        elif s.excluded[i, 0] > 0.0:
            found[state] = "excluded"
        else:
            found[state] = "invited" if s.invited[i, 0] > 0.0 else "other"
    return found


def controls(history: History, mineral: str) -> dict[str, int]:
    """The strictest control that each state has on refined metal or ore of a mineral, where it has one."""
    c, m = history.books[ExportControl], history.start.minerals.index(mineral)
    found: dict[str, int] = {}
    for i in np.flatnonzero((c.rung[:, 0] > 0.0) & (c.mineral == m)):
        state = history.start.states[c.home_row[i]]
        found[state] = max(found.get(state, 0), int(c.rung[i, 0]))
    return found


def flows(history: History, mineral: str) -> list[Flow]:
    """The largest flows of refined metal between states, the largest first."""
    w, start, m = history.books, history.start, history.start.minerals.index(mineral)
    origins, destinations = start.nodes[REFINE, m]
    tons = w.delivered[REFINE, m, : len(origins), : len(destinations), 0].copy()
    licensed = w.delivered[REFINE, m, len(origins) :, : len(destinations), 0]
    tons[start.static["source"][REFINE, m]] += licensed.sum(axis=0)
    s = w[State]  # who is not trusted stands from the start; State.untrusted only while there are levers
    trusted = (s.excluded[:, 0] == 0.0) & (s.faced[:, 0] == 0.0)
    found = [
        Flow(origin, destination, float(tons[i, j]), bool(trusted[start.states.index(origin)]))
        for i, origin in enumerate(origins)
        for j, destination in enumerate(destinations)
        if origin != destination and tons[i, j] > 0.0
    ]
    return sorted(found, key=lambda flow: -flow.tons)[:MOST_FLOWS]


def colours(scope: str, found: dict[str, str]) -> str:
    """CSS that fills the shapes under the element `scope`."""
    return "".join(f"#{scope} .s-{state}{{fill:{STANDINGS[standing][0]}}}" for state, standing in found.items())


def overlay(found: list[Flow], controlled: dict[str, int]) -> str:
    """Flows as bent arrows, as wide as their tons; a badge on every state with a control."""
    body = []
    most = max((flow.tons for flow in found), default=1.0)
    for flow in reversed(found):
        ends = place(flow.origin), place(flow.destination)
        if None in ends:
            continue
        (x0, y0), (x1, y1) = ends  # type: ignore[misc]
        wide = max(WIDEST * math.sqrt(flow.tons / most), 0.8)
        bx, by = (x0 + x1) / 2.0 + BEND * (y1 - y0), (y0 + y1) / 2.0 - BEND * abs(x1 - x0)
        kind = "trusted" if flow.trusted else "untrusted"
        line = f"M{x0} {y0}Q{bx:.1f} {by:.1f} {x1} {y1}"
        body.append(f'<path class="mc-flow {kind}" d="{line}" stroke-width="{wide:.1f}"/>')
        body.append(f'<circle class="mc-end {kind}" cx="{x1}" cy="{y1}" r="{wide / 2.0 + 2.0:.1f}"/>')
    for state, rung in controlled.items():
        at = place(state)
        if at is not None:
            body.append(f'<circle class="mc-badge" cx="{at[0]}" cy="{at[1]}" r="11"/>')
            body.append(f'<text class="mc-badge-text" x="{at[0]}" y="{at[1] + 5.0}">{LETTERS[rung][0]}</text>')
    return f'<svg class="mc-overlay" viewBox="{size()}" aria-hidden="true">{"".join(body)}</svg>'


def place(state: str) -> tuple[float, float] | None:
    """Where a state's flows begin and end; none for the rest of the world."""
    country = world()["countries"].get(CENTRE if state == EUROPE else state)
    return None if country is None else (country["at"][0], country["at"][1])


def named(state: str) -> str:
    """A state in words; its code where the map does not have it."""
    known = {code: country["name"] for code, country in world()["countries"].items()}
    return {**known, EUROPE: "European Union", ROW: "rest of the world"}.get(state, state)

"""The map in words: its legend, who stands where, and the flows; and the feed of events."""

import html
import itertools
from collections.abc import Sequence

from abm.agents import State
from abm.log import words

from ..history import History
from .atlas import LETTERS, STANDINGS, Flow, named
from .chart import tidy

EVENTS_SHOWN = 40
UNCHANGED = ("stays", "stays out")  # reviews that leave all as it was: the inspector has them


def legend() -> str:
    """What fills, badges and arrows mean."""
    items = []
    for fill, said in STANDINGS.values():
        box = f'<rect width="20" height="12" rx="2" fill="{fill}"/>'
        items.append(f'<li><svg class="mc-key" viewBox="0 0 20 12" aria-hidden="true">{box}</svg>{said}</li>')
    letters = ", ".join(f"{letter} {said}" for letter, said in LETTERS.values())
    arrows = [("trusted", "flow from a trusted state"), ("untrusted", "flow from an untrusted state")]
    for kind, said in arrows:
        line = f'<line class="mc-flow {kind}" x1="1" x2="19" y1="6" y2="6" stroke-width="4"/>'
        items.append(f'<li><svg class="mc-key" viewBox="0 0 20 12" aria-hidden="true">{line}</svg>{said}</li>')
    items.append(f'<li><b class="mc-badge-key">B</b>export control: {letters}</li>')
    return f'<ul class="mc-legend">{"".join(items)}</ul>'


def standing_table(history: History, found: dict[str, str], controlled: dict[str, int]) -> str:
    """Every state of the model with its standing, compliance and control."""
    s, rows = history.books[State], []
    order = list(STANDINGS)
    for state in sorted(found, key=lambda state: (order.index(found[state]), named(state))):
        i = history.start.states.index(state)
        inside = found[state] in ("leader", "member", "lax")
        compliance = f"{s.compliance[i, 0]:.2f}" if inside else ""
        control = LETTERS[controlled[state]][1] if state in controlled else ""
        rows.append((named(state), STANDINGS[found[state]][1], compliance, control))
    return table(("state", "stands as", "enforces on", "export control"), rows)


def flow_table(found: list[Flow]) -> str:
    rows = [
        (named(flow.origin), named(flow.destination), tidy(flow.tons), "trusted" if flow.trusted else "untrusted")
        for flow in found
    ]
    return table(("from", "to", "t/month", "origin"), rows)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="mc-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def feed(history: History) -> str:
    """The newest events in words, the newest first."""
    changes = (row for row in history.newest() if row["what"] not in UNCHANGED)
    rows = list(itertools.islice(changes, EVENTS_SHOWN))
    if not rows:
        return '<p class="mc-note">Nothing has happened yet.</p>'
    return f'<ol class="mc-feed">{"".join(_event(words(row)) for row in rows)}</ol>'


def _event(line: str) -> str:
    date, _, said = line.partition(" ")
    return f"<li><time>{date}</time><span>{html.escape(said)}</span></li>"

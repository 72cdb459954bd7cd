"""One agent as it is: its declared fields with units, and the terms of a state's last choice about membership."""

import html
import math
from typing import Any

from abm.agents import KINDS, State
from abm.log.membership import AGAINST, FAVOUR, WILL
from abm.log.words import NAMED
from abm.rulebook import Field, declared

from ..history import History
from .atlas import named
from .tables import table

KIND_NAMES = {kind.__name__: kind for kind in KINDS}
REVIEWS = ("joins", "stays", "leaves", "stays out")
MILLION = 1e6
DIGITS = 6


def agents(history: History, kind: str) -> list[str]:
    """Agents of a kind by label, in the order of their rows; a label that stands twice gets a number."""
    columns, start = history.start.columns[kind], history.start
    if kind == State.__name__:
        return [f"{state} {named(state)}" for state in start.states]
    labels: list[str] = []
    for i, name in enumerate(columns["class"]):
        parts = [start.minerals[columns["mineral"][i]], start.states[columns["home"][i]], name]
        if "stage" in columns:
            parts += [("mine", "refine")[columns["stage"][i]], ("all customers", "named states")[columns["outlet"][i]]]
        label = " ".join(dict.fromkeys(parts))
        same = len([other for other in labels if other.split(" #")[0] == label])
        labels.append(f"{label} #{same + 1}" if same else label)
    return labels


def fields(history: History, kind: str, row: int, mineral: str) -> str:
    """Every field that the agent's class declares, as a table; of a field by mineral, that of the chosen one."""
    found = []
    part, at = _part(history, kind, row)
    for field in declared(type(part), Field):
        values = getattr(part, field.name)[..., at, 0]
        if field.each == "mineral":
            value = values[history.start.minerals.index(mineral)]
            found.append((f"{field.name} [{mineral}]", _said(field, value), field))
        elif field.each:
            items = zip(history.start.instruments, values, strict=True)
            found += [(f"{field.name} [{k}]", _said(field, v), field) for k, v in items]
        else:
            found.append((field.name, _said(field, values), field))
    rows = [(name, said, "" if field.words else field.unit, field.doc) for name, said, field in found]
    return table(("field", "value", "unit", "what it is"), rows)


def decision(history: History, state: str) -> str:
    """The terms of a state's last review of its membership, which sum to the payoff (M USD a year)."""
    last = next((r for r in history.newest() if r["who"] == state and r["what"] in REVIEWS), None)
    if last is None:
        return f'<p class="mc-note">{html.escape(state)} has not reviewed its membership yet.</p>'
    terms = last["terms"]
    signed = {name: terms[name] for name in FAVOUR} | {name: 0.0 - terms[name] for name in AGAINST}
    rows = [(NAMED[name], f"{value / MILLION:+,.2f}") for name, value in signed.items()]
    rows.append(("sum of the terms", f"{math.fsum(signed.values()) / MILLION:+,.2f}"))
    rows.append(("payoff", f"{terms['payoff'] / MILLION:+,.2f}"))
    parts = ", ".join(f"{name.replace('_', ' ')} {terms[name]:+.2f}" for name in WILL)
    rest = (
        f"what moved the odds (logits): {parts}, in all {math.fsum(terms[name] for name in WILL):+.2f}: "
        f"probability of being a member {terms['willing']:.2f}"
    )
    head = f"{html.escape(state)} {last['what']} in {last['month']}"
    shown = table(("term", "M USD a year"), rows).replace('class="mc-table"', 'class="mc-table mc-sum"')
    return f"<h4>{head}</h4>{shown}<p class='mc-note'>{rest}</p>"


def _part(history: History, kind: str, row: int) -> tuple[Any, int]:
    """The table that holds an agent, and its row there."""
    for part in history.books.tables[KIND_NAMES[kind]].parts:
        if row < part.rows:
            return part, row
        row -= part.rows
    raise IndexError(row)


def _said(field: Field, value: float) -> str:
    """A value in the words of the field, if it has any."""
    at = int(value)
    if field.words and at == value and 0 <= at < len(field.words):
        return field.words[at]
    return f"{value:,.{DIGITS}g}" if abs(value) < 1e6 else f"{value:,.0f}" if abs(value) < 1e15 else "no bound"

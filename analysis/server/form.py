"""What can be set on the page, from the schema of a scenario: names, units, ranges, and what an empty field means."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from abm.data.parameters import Parameters, limits
from abm.errors import BadInput
from abm.instruments import INSTRUMENTS
from abm.scenario import Scenario

COALITION = ("leader", "members", "open_to", "without", "excluded")
WORLD = ("recorded_controls", "adversary", "vary")
Form = dict[str, Any]  # a scenario as a plain dict
Path = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A field of the form. kind: number, whole, text, list, choice or switch; hint: unit, range, what empty means."""

    path: Path
    label: str
    kind: str
    hint: str
    choices: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    usual: float | None = None  # what an empty field means, if that is one number


def entries(section: str, parameters: Parameters) -> list[Entry]:
    """The fields of `world`, `coalition`, or an instrument by its name."""
    schema = Scenario.model_json_schema()
    if section == "world":
        return list(_entries(schema, WORLD, (), parameters))
    coalition = schema["$defs"]["Coalition"]
    if section == "coalition":
        return list(_entries(coalition, COALITION, ("coalition",), parameters))
    lever = coalition["properties"][section]["anyOf"][0]["$ref"].rpartition("/")[2]
    block = schema["$defs"][lever]
    return list(_entries(block, tuple(block["properties"]), ("coalition", section), parameters))


def _entries(block: Form, names: tuple[str, ...], above: Path, parameters: Parameters) -> Iterator[Entry]:
    for name in names:
        form = block["properties"][name]
        options = form.get("anyOf", [form])
        kinds = {option.get("type", "") for option in options}
        choices = tuple(form.get("enum", ()))
        if "const" in form:
            continue  # only one value is allowed
        kind = (
            "choice" if choices else "switch" if "boolean" in kinds else "number" if "number" in kinds
            else "whole" if "integer" in kinds else "list" if "array" in kinds else "text"
        )  # fmt: skip
        low, high = _bounds(options)
        slides = None if low is None or high is None or kind not in ("number", "whole") else (low, high)
        said, _, empty = form.get("description", "").partition("; none: ")
        usual = _usual(empty, parameters)
        parts = [said, _range(low, high, kind), _empty(empty, usual, parameters), _shape(form, options, kind)]
        hint = "; ".join(part for part in parts if part)
        value = None if usual is None else float(usual.value)
        yield Entry((*above, name), name.replace("_", " "), kind, hint, choices, slides, value)


def _bounds(options: list[Form]) -> tuple[float | None, float | None]:
    number = next((o for o in options if o.get("type") in ("number", "integer")), {})
    low = number.get("minimum", number.get("exclusiveMinimum"))
    return low, number.get("maximum", number.get("exclusiveMaximum"))


def _range(low: float | None, high: float | None, kind: str) -> str:
    if kind not in ("number", "whole"):
        return ""
    return f"{low or 0:g} to {high:g}" if high is not None else f"{low or 0:g} or more"


def _usual(name: str, parameters: Parameters) -> Any:
    """The row of the parameter that an empty field stands for, if it is the same for all minerals."""
    if name not in parameters.names() or parameters.minerals(name):
        return None
    return parameters.row(name)


def _empty(name: str, usual: Any, parameters: Parameters) -> str:
    if usual is not None:
        return f"empty: {usual.value:g} {usual.unit}"
    by_mineral = " by mineral" if name in parameters.names() else ""
    return f"empty: {name}{by_mineral}" if name else ""


def _shape(form: Form, options: list[Form], kind: str) -> str:
    """How what is no number has to be typed."""
    if kind == "list":
        return "names, or numbers, with commas"
    if kind == "text" and any(o.get("type") == "null" for o in options):
        return "YYYY-MM; empty: no end"
    return "YYYY-MM" if kind == "text" and form.get("default", "").startswith("20") else ""


def value_of(form: Form, path: Path) -> Any:
    """What the form holds there; None where nothing."""
    for name in path:
        form = form.get(name) if isinstance(form, dict) else None  # type: ignore[assignment]
    return form


def changed(form: Form, path: Path, value: Any) -> Form:
    """A copy with one value set; None takes it out, so that the default holds."""
    name, *rest = path
    inner = form.get(name)
    new = changed(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value
    return {k: v for k, v in form.items() if k != name} | ({} if new is None else {name: new})


def switched(form: Form, instrument: str, on: bool) -> Form:
    """With an instrument at its defaults, or without; without any there is no coalition."""
    form = changed(form, ("coalition", instrument), {} if on else None)
    armed = any(form.get("coalition", {}).get(name) is not None for name in INSTRUMENTS)
    return form if armed else changed(form, ("coalition",), None)


def read(entry: Entry, text: str) -> Any:
    """What was typed into a field; None for nothing. BadInput says what is allowed."""
    text = text.strip()
    if not text:
        return None
    if entry.kind in ("number", "whole"):
        return number(entry.label, text)
    if entry.kind == "list" and text != "exposed":
        return [_item(word.strip()) for word in text.split(",") if word.strip()]
    return text


def number(key: str, text: str) -> float | int:
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        raise BadInput("not a number", key=key, value=text, allowed="a number") from None
    if not math.isfinite(value):
        raise BadInput("not finite", key=key, value=text, allowed="a number")
    return int(value) if value.is_integer() and re.fullmatch(r"[+-]?\d+", text) else value


def shown(value: Any) -> str:
    """A value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def parameter_hint(parameters: Parameters, name: str) -> tuple[str, tuple[float, float] | None, float | None]:
    """Unit, default and range of a parameter in words, its range, and its default."""
    rows = [row for row in parameters if row.name == name or row.full_name == name]
    row = rows[0]
    if len(rows) > 1:
        return f"{row.unit}; by mineral, here for all", None, None
    low, high = limits(row.name, row.unit)
    can = f"; can be {low:g} to {high:g}" if math.isfinite(high) else f"; can be {low:g} or more"
    said = f"{row.unit}; default {row.default:g}, range {row.low:g} to {row.high:g}{can}"
    return said, (row.low, row.high), float(row.default)


def settable(parameters: Parameters) -> list[str]:
    """Names of the parameters that are numbers."""
    numbers = {row.full_name for row in parameters if not isinstance(row.value, str)}
    return [n for n in parameters.names() if any(full == n or full.endswith(f".{n}") for full in numbers)]


def _item(word: str) -> Any:
    try:
        return float(word)
    except ValueError:
        return word

"""What the model is made of, in words: the month, a rule, a parameter, a scenario."""

import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import abm
from abm.errors import BadInput
from abm.scenario import Scenario, shipped

ROOT = Path(abm.__file__).resolve().parents[1]


def schedule() -> str:
    """The month, a line a phase."""
    from abm.schedule import MONTH

    phases = [(_owner(*p), p[1]) if isinstance(p, tuple) else p for p in MONTH]
    names = [f"{p[0].__name__}.{p[1]}" if isinstance(p, tuple) else p.__name__ for p in phases]
    docs = [_what(getattr(*p) if isinstance(p, tuple) else p) for p in phases]
    width = max(map(len, names))
    return "\n".join(f"{i:2}  {n:{width}}  {d}".rstrip() for i, (n, d) in enumerate(zip(names, docs, strict=True), 1))


def parameter(name: str) -> str:
    """Every row of a parameter: default, range, unit, source."""
    from abm.data.parameters import Parameters
    from abm.data.tables import load_tables

    parameters = Parameters.from_table(load_tables().parameters)
    parameters.minerals(name)  # BadInput if there is none of this name
    rows = [p for p in parameters if name in (p.name, p.full_name)]
    head = f"{rows[0].full_name} ({rows[0].symbol}), {rows[0].unit}"
    lines = []
    for row in rows:
        span = "" if isinstance(row.default, str) else f" [{row.low:g}, {row.high:g}]"
        value = row.default if isinstance(row.default, str) else f"{row.default:g}"
        lines.append(f"  {row.mineral:10} {value}{span}  {row.grade}: {row.source}")
    return "\n".join([head, *lines])


def rule(name: str) -> str:
    """A rule or market by name, or all rules of a number: where it stands, what it says, how it reads."""
    book = _book()
    if number := re.fullmatch(r"[Rr]?(\d+)", name.strip()):
        found = [f for f in book.values() if int(number[1]) in _numbers(f)]
        if not found:
            known = ", ".join(f"R{n}" for n in sorted(set().union(*map(_numbers, book.values()))))
            raise BadInput("no rule of this number in this version", key="rule", value=name, allowed=known)
    else:
        if name not in book:
            raise BadInput("unknown rule", key="rule", value=name, allowed=sorted(book))
        found = [book[name]]
    return "\n\n".join(_rule(f) for f in found)


def scenario(name: str) -> str:
    """A shipped scenario or a file: its title, description and every lever that is set."""
    from .request import Changes, scenario_of

    one = scenario_of(name, Changes())
    form = one.model_dump(mode="json", exclude={"title", "description"}, exclude_none=True)
    text = textwrap.fill(one.description.strip(), 100) or "No description."
    return "\n".join([one.title or one.name, "", text, "", *_levers(form)])


def scenarios() -> list[dict[str, str]]:
    """Name, title and description of every scenario that ships."""
    loaded = [Scenario.load(name) for name in shipped()]
    return [{"name": s.name, "title": s.title, "description": " ".join(s.description.split())} for s in loaded]


def _levers(form: dict[str, Any], prefix: str = "") -> list[str]:
    lines = []
    for key, value in form.items():
        if isinstance(value, dict):
            lines += _levers(value, f"{prefix}{key}.")
        elif value not in ([], ""):
            lines.append(f"{prefix}{key} = {value}")
    return lines


def _book() -> dict[str, Callable[..., Any]]:
    """Every rule and market of the model, as written."""
    from abm.rulebook import MARKETS, RULES

    for package in ("rules", "markets", "instruments"):
        folder = importlib.import_module(f"abm.{package}")
        for module in pkgutil.iter_modules(folder.__path__, f"abm.{package}."):
            importlib.import_module(module.name)
    return {name: f for name, f in {**RULES, **MARKETS}.items() if f.__module__.startswith("abm.")}


def _numbers(function: Callable[..., Any]) -> set[int]:
    """The numbers at the head of a docstring: "R16, R18" or "R32-R36"."""
    found: set[int] = set()
    head = re.match(r"R\d+((, |-)R\d+)*", inspect.getdoc(function) or "")
    for part in head[0].split(", ") if head else ():
        first, *last = (int(n) for n in re.findall(r"\d+", part))
        found |= set(range(first, (last or [first])[0] + 1))
    return found


def _rule(function: Callable[..., Any]) -> str:
    code = function.__code__
    file = Path(code.co_filename).resolve()
    place = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
    doc = inspect.getdoc(function) or "No description."
    text = textwrap.indent(inspect.getsource(function), "    ").rstrip()
    return f"{function.__name__}  ({place}:{code.co_firstlineno})\n{doc}\n\n{text}"


def _owner(kind: type, method: str) -> type:
    """The class that a phase means: the kind, or the first below it that has the method."""
    ahead = [kind]
    while not hasattr(ahead[0], method):
        ahead = [*ahead[1:], *ahead[0].__subclasses__()]
    return ahead[0]


def _what(phase: Callable[..., Any]) -> str:
    """First line of a phase's docstring; of a method without one, the rules it wires."""
    from abm.rulebook import RULES

    said = (inspect.getdoc(phase) or "").partition("\n")[0]
    return said or ", ".join(dict.fromkeys(name for name in phase.__code__.co_names if name in RULES))

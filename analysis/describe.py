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

    names = [f"{p[0].__name__}.{p[1]}" if isinstance(p, tuple) else p.__name__ for p in MONTH]
    docs = [_first_line(getattr(*p) if isinstance(p, tuple) else p) for p in MONTH]
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
    wanted = name.strip().upper()
    if re.fullmatch(r"R?\d+", wanted):
        number = wanted if wanted.startswith("R") else f"R{wanted}"
        found = [f for f in book.values() if number in re.findall(r"R\d+", _numbers(f))]
        known = sorted({n for f in book.values() for n in re.findall(r"R\d+", _numbers(f))}, key=lambda n: int(n[1:]))
        if not found:
            raise BadInput("no rule of this number in this version", key="rule", value=name, allowed=", ".join(known))
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


def _numbers(function: Callable[..., Any]) -> str:
    """The numbers at the head of a docstring, as "R16, R18"."""
    head = re.match(r"R\d+(, R\d+)*", inspect.getdoc(function) or "")
    return head[0] if head else ""


def _rule(function: Callable[..., Any]) -> str:
    code = function.__code__
    file = Path(code.co_filename).resolve()
    place = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
    doc = inspect.getdoc(function) or "No description."
    return f"{function.__name__}  ({place}:{code.co_firstlineno})\n{doc}\n\n{textwrap.indent(inspect.getsource(function), '    ')}".rstrip()


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]

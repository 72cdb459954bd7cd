"""The first fault of a form as one line in plain words: key, value, what is allowed, nearest name."""

import json
import math
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from .errors import BadInput, nearest
from .forms import EARLIEST, LATEST
from .instruments.lever import Level

BRANCHES = ("function-", "literal[", "tuple[", "dict[")  # pydantic's words for the ways a value may be read
MONTHS = f'"YYYY-MM" from {EARLIEST}-01 to {LATEST}-12'
WHAT = {  # of pydantic's fault -> in plain words
    "string_type": "not a text", "bool_type": "neither true nor false", "float_type": "not a number",
    "int_type": "not a whole number", "int_from_float": "not a whole number", "finite_number": "not finite",
    "tuple_type": "not a list", "dict_type": "not a table", "model_type": "not a table",
    "greater_than": "too small", "greater_than_equal": "too small",
    "less_than": "too large", "less_than_equal": "too large",
}  # fmt: skip
EXAMPLES = {
    "members": '["core"]', "excluded": '["RUS"]', "sunset": "[0.75, 0.5, 0.25, 0.0]", "suspended_by": '["reversal"]',
}  # fmt: skip
MONTH_KEYS = ("start", "end", "begin")
DEEP = "nested too deeply, or a number of too many digits"
F = TypeVar("F", bound=BaseModel)


def validated(form: type[F], told: Any, file: str | None) -> F:
    """A form from plain data, types as in TOML: no text for a number. The first fault becomes a BadInput."""
    try:
        text = json.dumps(told, default=str)  # a date is no month
    except (RecursionError, ValueError):
        raise BadInput(DEEP, file=file, allowed=list(form.model_fields)) from None
    try:
        return form.model_validate_json(text, strict=True)
    except ValidationError as faults:
        raise first(faults, form, file) from None


def first(faults: ValidationError, form: type[BaseModel], file: str | None) -> BadInput:
    """Of all that is wrong, typos come first."""
    found = sorted(faults.errors(include_url=False), key=lambda f: f["type"] != "extra_forbidden")
    beside = [f for f in found if f["loc"][: len(found[0]["loc"]) - 1] == found[0]["loc"][:-1]]
    # Of several ways to read a value the one that went furthest; a number that is not finite is still a number.
    fault = max(beside, key=lambda f: (len(f["loc"]), f["type"] == "finite_number"))
    place = [str(part) for part in fault["loc"]]
    key = ".".join(part for part in place if not part.startswith(BRANCHES) and part not in ("float", "str", "int"))
    value: Any = fault["input"]
    told: dict[str, Any] = {} if isinstance(value, dict | BaseModel) else {"value": value}
    match fault["type"]:
        case "extra_forbidden":
            names = list(_block(form, fault["loc"][:-1]).model_fields)
            return BadInput("unknown key", file=file, key=key, allowed=names, near=nearest(place[-1], names))
        case "json_invalid":
            what = DEEP if "recursion" in fault["msg"] else fault["msg"]
            return BadInput(what, file=file, allowed=list(form.model_fields))
        case "missing":
            return BadInput("missing", file=file, key=key, allowed="a value")
        case "literal_error":
            expected = str(fault["ctx"]["expected"]).replace(" or ", ", ").split(", ")
            names = [name.strip().strip("'") for name in expected]
            return BadInput("not one of the allowed", file=file, key=key, value=value, allowed=names)
        case "value_error":
            what, _, rest = str(fault["ctx"]["error"]).partition("; allowed: ")
            return BadInput(what, file=file, key=key or None, allowed=rest or None, **told)
    what = WHAT.get(fault["type"], fault["msg"][:1].lower() + fault["msg"][1:])
    if not place:  # the whole of it
        return BadInput(what, file=file, allowed=list(form.model_fields), **told)
    return BadInput(what, file=file, key=key, allowed=_allowed(form, fault["loc"], fault["type"], key), **told)


def _block(form: type[BaseModel], loc: tuple[Any, ...]) -> type[BaseModel]:
    """The block that a place is in."""
    for part in loc:
        if part in form.model_fields:
            form = next(iter(_blocks(form.model_fields[str(part)].annotation)), form)
    return form


def _blocks(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [block for part in get_args(annotation) for block in _blocks(part)]


def _allowed(form: type[BaseModel], loc: tuple[Any, ...], kind: str, key: str) -> str | None:
    """What may stand at a place, in words."""
    names = [str(part) for part in loc if not isinstance(part, int) and not str(part).startswith(BRANCHES)]
    names = [name for name in names if name not in ("float", "str", "int")]
    leaf, within_list = names[-1], isinstance(loc[-1], int)
    if kind == "model_type":
        return f"a table [[{names[-1]}]]" if within_list else f"a table [{key}]"
    if kind == "tuple_type" and _blocks(form.model_fields[leaf].annotation if leaf in form.model_fields else None):
        return f"tables [[{leaf}]]"
    if kind == "tuple_type":
        example = EXAMPLES.get(leaf, '["gallium", "ndpr"]')
        return ('"exposed" or ' if leaf == "minerals" and len(names) > 1 else "") + f"a list such as {example}"
    if kind == "string_type":
        return MONTHS if leaf in MONTH_KEYS else "a text in quotes"
    if kind == "bool_type":
        return "true or false"
    if names[0] == "parameters":
        return "a table [parameters]" if len(names) == 1 else "a number, or a table of numbers by mineral"
    field = _block(form, loc).model_fields.get(leaf)
    if field is None or field.annotation == Level | None:
        return "a number >= 0, or a table of such numbers by mineral"
    return _range(field.metadata, "a whole number" if field.annotation is int else "a number")


def _range(limits: list[Any], what: str) -> str:
    """`a number from 0 to 1`, `a number above 0, at most 40`."""
    known = {name: getattr(one, name) for one in limits for name in ("ge", "gt", "le") if hasattr(one, name)}
    least, above, most = known.get("ge", -math.inf), known.get("gt", -math.inf), known.get("le", math.inf)
    if above > -math.inf:
        return f"{what} above {above:g}" + (f", at most {most:g}" if most < math.inf else "")
    if least == -math.inf:
        return what
    return f"{what} from {least:g} to {most:g}" if most < math.inf else f"{what} >= {least:g}"

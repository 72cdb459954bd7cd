"""What a user's forms are made of: blocks that refuse unknown keys, and months."""

import math
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from .errors import BadInput

EARLIEST, LATEST = 2000, 2100


class Block(BaseModel):
    """A part of a form. Frozen; an unknown key, an infinite number or NaN is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def toml_of(path: Path) -> dict[str, Any]:
    """What a TOML file says; BadInput names the file if it cannot be read."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        what = f"cannot be read ({type(fault).__name__})"
        raise BadInput(what, file=path, allowed="a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise BadInput(f"not TOML: {fault}", file=path.name) from None
    except RecursionError:
        raise BadInput("nested too deeply", file=path.name, allowed="tables in tables as they are described") from None
    except ValueError as fault:  # Python reads no number of thousands of digits
        raise BadInput(f"not TOML: {fault}", file=path.name, allowed="numbers of fewer digits") from None


def months_of(text: str) -> int:
    """Months since year 0 of a date "YYYY-MM"."""
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if not match or not EARLIEST <= int(match[1]) <= LATEST:
        raise ValueError(f'not a month; allowed: "YYYY-MM" from {EARLIEST}-01 to {LATEST}-12')
    return int(match[1]) * 12 + int(match[2]) - 1


def _month(text: str) -> str:
    months_of(text)
    return text


Month = Annotated[str, AfterValidator(_month)]  # "YYYY-MM"


def in_order(start: str, end: str | None, inclusive: bool = False) -> None:
    """Both are months and `end` comes after `start` (or is it, if inclusive)."""
    first = months_of(start)
    if end is not None and months_of(end) < first + (0 if inclusive else 1):
        raise ValueError(f"end {end} {'is' if end == start else 'before'} start {start}; allowed: a later month")


def not_negative(value: Any) -> Any:
    """A number, or a dict of numbers, none below zero."""
    for one in value.values() if isinstance(value, dict) else [] if value is None else [value]:
        if not 0.0 <= one < math.inf:
            raise ValueError("negative or not a number; allowed: a number >= 0")
    return value

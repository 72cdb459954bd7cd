"""What a user may set: one TOML file a scenario; anything unknown is refused with the nearest name."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from .errors import BadInput, nearest
from .forms import Block, Month, in_order, months_of
from .instruments import INSTRUMENTS
from .instruments.contract_for_difference import ContractForDifference
from .instruments.guarantee import Guarantee
from .instruments.lever import Lever
from .instruments.offtake import Offtake
from .instruments.price_floor import PriceFloor
from .instruments.tax_credit import TaxCredit

SHIPPED = Path(__file__).parent / "data" / "scenarios"
MODEL_VERSION = "0.1.0"


class Coalition(Block):
    """Who is in, and with which levers. Members are the tiers and states named; never invited are the dominant state
    and the excluded."""

    leader: str = "USA"
    members: tuple[str, ...] = ("core", "signatories")
    excluded: tuple[str, ...] = ()
    price_floor: PriceFloor | None = None
    contract_for_difference: ContractForDifference | None = None
    offtake: Offtake | None = None
    guarantee: Guarantee | None = None
    tax_credit: TaxCredit | None = None

    @model_validator(mode="after")
    def armed(self) -> "Coalition":
        if not self.levers:
            raise ValueError(f"no instrument; allowed: one or more of {', '.join(INSTRUMENTS)}")
        return self

    @property
    def levers(self) -> dict[str, Lever]:
        """The instruments it has, by name, in their order."""
        return {name: getattr(self, name) for name in INSTRUMENTS if getattr(self, name) is not None}

    @property
    def begins(self) -> str:
        """Month of its first instrument."""
        return min((lever.start for lever in self.levers.values()), key=months_of)

    @property
    def ends(self) -> str | None:
        """Month in which its last instrument ends as announced; none if one has no end."""
        ends = [lever.end for lever in self.levers.values()]
        return None if None in ends else max((end for end in ends if end is not None), key=months_of)


class ControlAct(Block):
    """R7, R35  An export control with dates: history or a what-if, never chance."""

    exporter: str
    mineral: str
    stage: Literal["mine", "refine"] = "refine"
    against: str = "all"
    rung: Literal["licensing", "quota", "ban"]
    share: float | None = Field(None, ge=0.0, le=1.0)
    begin: Month
    end: Month | None = None

    @model_validator(mode="after")
    def dated(self) -> "ControlAct":
        in_order(self.begin, self.end)
        return self


class Scenario(Block):
    """One policy in one world. `load` reads a shipped name or a file; `key` identifies it with its model and data."""

    name: str
    title: str = ""
    description: str = ""
    minerals: tuple[str, ...] = ()
    start: Month = "2025-01"
    end: Month = "2044-12"
    recorded_controls: bool = True
    control_acts: tuple[ControlAct, ...] = ()
    coalition: Coalition | None = None
    parameters: dict[str, float | dict[str, float]] = {}

    @model_validator(mode="after")
    def dated(self) -> "Scenario":
        in_order(self.start, self.end, inclusive=True)
        return self

    @property
    def months(self) -> int:
        return months_of(self.end) - months_of(self.start) + 1

    def month(self, date: str) -> int:
        """Number of a date's month in this run; the first is 0."""
        return months_of(date) - months_of(self.start)

    def key(self, data_hash: str) -> str:
        """sha256 of the canonical form, the model's version and the data's hash."""
        form = self.model_dump(mode="json", exclude={"title", "description"})
        return hashlib.sha256(json.dumps([MODEL_VERSION, data_hash, form], sort_keys=True).encode()).hexdigest()

    def at_defaults(self) -> "Scenario":
        """The same scenario with the table's parameters."""
        return self.model_copy(update={"parameters": {}})

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @classmethod
    def load(cls, source: str | Path) -> "Scenario":
        """A shipped scenario by name, or a TOML file. BadInput names file, key, value and what is allowed."""
        path = Path(source)
        if not path.suffix:
            path = SHIPPED / f"{source}.toml"
            if not path.exists():
                raise BadInput("no such scenario", key="scenario", value=str(source), allowed=shipped())
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise BadInput(
                f"cannot be read ({fault.__class__.__name__})", file=path, allowed="a TOML file in UTF-8"
            ) from None
        try:
            form = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise BadInput(f"not TOML: {fault}", file=path.name) from None
        return cls.read({"name": path.stem} | form, path.name)

    @classmethod
    def read(cls, form: dict[str, Any], file: str | None = None) -> "Scenario":
        """From a plain dict; the first fault becomes a BadInput."""
        try:
            return cls.model_validate(form)
        except ValidationError as faults:
            raise _first(faults, file) from None


BLOCKS: dict[str, type[Lever]] = {
    "price_floor": PriceFloor, "contract_for_difference": ContractForDifference, "offtake": Offtake,
    "guarantee": Guarantee, "tax_credit": TaxCredit,
}  # fmt: skip


def shipped() -> list[str]:
    """Names of the scenarios that ship."""
    return sorted(p.stem for p in SHIPPED.glob("*.toml"))


def _first(faults: ValidationError, file: str | None) -> BadInput:
    """The first fault of a form as one line: key, value, what is allowed, nearest name."""
    found = sorted(faults.errors(include_url=False), key=lambda f: f["type"] != "extra_forbidden")  # typos first
    beside = [f for f in found if f["loc"][: len(found[0]["loc"]) - 1] == found[0]["loc"][:-1]]
    fault = max(beside, key=lambda f: len(f["loc"]))  # of several ways to read a value, the one that went furthest
    branches = ("function-", "literal[", "tuple[", "dict[")  # pydantic's words for the ways a value may be read
    place = [str(part) for part in fault["loc"]]
    key = ".".join(part for part in place if not part.startswith(branches) and part not in ("float", "str", "int"))
    value: Any = fault["input"]
    if fault["type"] == "extra_forbidden":
        wrong = str(fault["loc"][-1])
        names = _keys(fault["loc"])
        return BadInput("unknown key", file=file, key=key, allowed=names, near=nearest(wrong, names))
    if fault["type"] == "missing":
        return BadInput("missing", file=file, key=key, allowed="a value")
    if fault["type"] == "literal_error":
        allowed = [a.strip().strip("'") for a in fault["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return BadInput("not one of the allowed", file=file, key=key, value=value, allowed=allowed)
    if fault["type"] == "value_error":
        what, _, rest = str(fault["ctx"]["error"]).partition("; allowed: ")
        extra: dict[str, Any] = {} if isinstance(value, dict | BaseModel) else {"value": value}
        return BadInput(what, file=file, key=key or None, allowed=rest or None, **extra)
    extra = {} if isinstance(value, dict | BaseModel) else {"value": value}
    return BadInput(fault["msg"][:1].lower() + fault["msg"][1:], file=file, key=key, **extra)


def _keys(loc: tuple[Any, ...]) -> list[str]:
    """Names allowed where an unknown key stands."""
    block: Any = Scenario
    for part in loc[:-1]:
        known = {"coalition": Coalition, "control_acts": ControlAct, **BLOCKS}
        block = known.get(str(part), block)
    return list(block.model_fields)

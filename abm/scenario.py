"""What a user may set: one TOML file a scenario; anything unknown is refused with the nearest name."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, SerializeAsAny, model_validator

from .errors import BadInput
from .faults import validated
from .forms import Block, Month, in_order, months_of, toml_of
from .instruments.contract_for_difference import ContractForDifference
from .instruments.guarantee import Guarantee
from .instruments.lever import Lever
from .instruments.offtake import Offtake
from .instruments.price_floor import PriceFloor
from .instruments.stockpile import Stockpile
from .instruments.tariff import Tariff
from .instruments.tax_credit import TaxCredit
from .sense import begun_in_time, checked

SHIPPED = Path(__file__).parent / "data" / "scenarios"
MODEL_VERSION = "0.2.0"


class Coalition(Block):
    """Who is in, and with which levers. Members at first are the tiers and states named; those it is open to may join
    later. Never invited are the dominant state and the excluded, whose goods meet the border; those it does without
    trade as they please. A subclass may add levers of its own: see docs/extending.md."""

    leader: str = "USA"
    members: tuple[str, ...] = ("core", "signatories")
    open_to: tuple[str, ...] = ("core", "signatories", "candidates")
    without: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    price_floor: PriceFloor | None = None
    contract_for_difference: ContractForDifference | None = None
    offtake: Offtake | None = None
    guarantee: Guarantee | None = None
    tax_credit: TaxCredit | None = None
    tariff: Tariff | None = None
    stockpile: Stockpile | None = None

    @model_validator(mode="after")
    def armed(self) -> "Coalition":
        if not self.levers:
            raise ValueError(f"no instrument; allowed: one or more of {', '.join(self.instruments())}")
        return self

    @classmethod
    def kinds(cls) -> dict[str, type[Lever]]:
        """Classes of the levers it may have, by name: INSTRUMENTS in their order, then those that a subclass adds."""
        found = {name: lever_class(field.annotation) for name, field in cls.model_fields.items()}
        return {name: kind for name, kind in found.items() if kind is not None}

    @classmethod
    def instruments(cls) -> tuple[str, ...]:
        """Names of the levers it may have, in the order of every array over instruments."""
        return tuple(cls.kinds())

    @property
    def levers(self) -> dict[str, Lever]:
        """The instruments it has, by name, in their order."""
        return {name: getattr(self, name) for name in self.instruments() if getattr(self, name) is not None}

    @property
    def begins(self) -> str:
        """Month of its first instrument."""
        return min((lever.start for lever in self.levers.values()), key=months_of)

    @property
    def ends(self) -> str | None:
        """Month in which its last instrument ends as announced; none if one has no end."""
        ends = [lever.over for lever in self.levers.values()]
        return None if None in ends else max((end for end in ends if end is not None), key=months_of)


def lever_class(annotation: Any) -> type[Lever] | None:
    """The class of lever that a field holds, None for another field."""
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
    return next((kind for kind in kinds if issubclass(kind, Lever)), None)


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
    adversary: bool = True
    vary: bool = True
    control_acts: tuple[ControlAct, ...] = ()
    coalition: SerializeAsAny[Coalition] | None = None  # of a subclass with all its levers
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
        """sha256 of the canonical form, the model's version, the data's hash, and the classes of levers that do not
        ship."""
        form: list[Any] = [MODEL_VERSION, data_hash, self.model_dump(mode="json", exclude={"title", "description"})]
        levers, shipped_kinds = {} if self.coalition is None else self.coalition.levers, Coalition.kinds()
        own = {name: type(one).__name__ for name, one in levers.items() if type(one) is not shipped_kinds.get(name)}
        form += [own] if own else []
        return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()

    def changed(self, **fields: Any) -> "Scenario":
        """A copy with other fields, whole blocks such as `coalition`; BadInput names what cannot be."""
        return begun_in_time(checked(self.model_copy(update=fields)))

    def at_defaults(self) -> "Scenario":
        """The same scenario with the table's parameters, the same in every history."""
        return self.model_copy(update={"parameters": {}, "vary": False})

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @classmethod
    def load(cls, source: str | Path) -> "Scenario":
        """A shipped scenario by name, or a TOML file. BadInput names file, key, value and what is allowed."""
        path = Path(source)
        if not path.suffix:
            path = SHIPPED / f"{source}.toml"
            if not os.path.exists(path):
                raise BadInput("no such scenario", key="scenario", value=str(source), allowed=shipped())
        form = toml_of(path)
        if not form:
            raise BadInput("empty", file=path.name, allowed=list(cls.model_fields))
        name = path.stem.encode(errors="replace").decode()
        try:
            return begun_in_time(cls.read({"name": name} | form, path.name))
        except BadInput as fault:
            raise fault.at(file=path.name) from None

    @classmethod
    def read(cls, form: dict[str, Any], file: str | None = None) -> "Scenario":
        """From a plain dict, types as in TOML: no text for a number. The first fault becomes a BadInput."""
        scenario = validated(cls, form, file)
        try:
            return checked(scenario)
        except BadInput as fault:
            raise fault.at(file=file) from None


def shipped() -> list[str]:
    """Names of the scenarios that ship."""
    return sorted(p.stem for p in SHIPPED.glob("*.toml"))

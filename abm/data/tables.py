"""The tables of facts: the packaged ones, or a folder of the user's own."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from abm.data.complete import complete
from abm.data.parameters import Parameters
from abm.data.reading import read_table
from abm.data.schema import MODEL
from abm.data.schema_history import EPISODE, OTHERS
from abm.errors import BadInput

PACKAGED = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class ClimateClub:
    """The exact game that the stability code is docked on."""

    regions: pd.DataFrame
    imports: pd.DataFrame
    expected: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Tables:
    """One frame a table, columns as in the file; the index is the line in the file (header = 1). Empty numbers are NaN,
    empty texts "". `hash` is the sha256 of every file that the model reads, the same on every platform; `inputs` that
    of all but what was calibrated on them (willingness)."""

    folder: Path
    hash: str
    inputs: str
    minerals: pd.DataFrame
    states: pd.DataFrame
    hs_map: pd.DataFrame
    hs_content: pd.DataFrame
    market_traits: pd.DataFrame
    production: pd.DataFrame
    capacity: pd.DataFrame
    demand: pd.DataFrame
    trade: pd.DataFrame
    costs: pd.DataFrame
    host_production: pd.DataFrame
    parameters: pd.DataFrame
    pipeline_shares_2030: pd.DataFrame
    events: pd.DataFrame
    control_acts: pd.DataFrame
    tension_record: pd.DataFrame
    willingness: pd.DataFrame

    @cached_property
    def production_alt(self) -> pd.DataFrame:
        """Competing figures for flows of `production`: for sensitivity, never to be added."""
        return self._other("production_alt")

    @cached_property
    def policy_record(self) -> pd.DataFrame:
        """What became of the instruments of mineral policy so far."""
        return self._other("policy_record")

    @cached_property
    def targets(self) -> pd.DataFrame:
        """What the hindcasts are scored on."""
        return self._other("targets")

    @cached_property
    def climate_club(self) -> ClimateClub:
        regions = self._other("climate_club/regions")
        names = {"regions": tuple(regions["region"])}
        return ClimateClub(regions, self._other("climate_club/imports", names), self._other("climate_club/expected"))

    @cached_property
    def episodes(self) -> dict[str, pd.DataFrame]:
        """History by episode: the packaged ones, and those of the user's folder in their place or besides."""
        files = [*PACKAGED.glob("episodes/*.csv"), *self.folder.glob("episodes/*.csv")]
        return {name: self._other(f"episodes/{name}") for name in sorted({file.stem for file in files})}

    def _other(self, name: str, names: Mapping[str, Any] | None = None) -> pd.DataFrame:
        own = self.folder / f"{name}.csv"
        file = own if own.exists() else PACKAGED / f"{name}.csv"
        known = _declared("minerals", self.minerals) | _declared("states", self.states)
        return read_table(OTHERS.get(name, EPISODE), _bytes(file), names or known, shown(file))


def load_tables(folder: Path | str | None = None) -> Tables:
    """The packaged tables, or those of `folder`, which must hold every table that the model uses; the others (episodes,
    targets, production_alt, climate_club) fall back to the packaged ones. BadInput at the first fault."""
    folder = PACKAGED if folder is None else Path(folder)
    if not os.path.isdir(folder):
        raise BadInput("no such folder", file=folder, allowed="a folder with a copy of the tables of abm/data/tables")
    for name in MODEL:
        if not (folder / f"{name}.csv").is_file():
            advice = f"a copy of abm/data/tables/{name}.csv, changed where you know better"
            raise BadInput("missing table", file=shown(folder / f"{name}.csv"), allowed=advice)
    names: dict[str, Any] = {}
    frames: dict[str, pd.DataFrame] = {}
    digest, inputs = hashlib.sha256(), hashlib.sha256()
    for name, table in MODEL.items():
        file = folder / f"{name}.csv"
        data = _bytes(file)
        digest.update(f"{name}.csv {len(data)}\n".encode() + data)
        if name != "willingness":
            inputs.update(f"{name}.csv {len(data)}\n".encode() + data)
        frames[name] = read_table(table, data, names, shown(file))
        names |= _declared(name, frames[name])
        if name == "parameters":
            parameters = Parameters.from_table(frames[name], shown(file))
    complete(frames, parameters, lambda name: shown(folder / f"{name}.csv"))
    return Tables(folder, digest.hexdigest(), inputs.hexdigest(), **frames)


def shown(file: Path) -> str:
    """A file as messages name it: the packaged ones by their place in the project."""
    return f"abm/data/tables/{file.relative_to(PACKAGED).as_posix()}" if file.is_relative_to(PACKAGED) else str(file)


def _bytes(file: Path) -> bytes:
    """The file without what depends on the platform: byte order mark and CRLF."""
    try:
        return file.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", file=shown(file)) from None


def _declared(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """What the tables after this one may refer to."""
    if name == "minerals":
        return {"minerals": tuple(frame["key"])}
    if name == "states":
        return {"states": tuple(frame["iso3"])}
    if name == "hs_map":
        codes: dict[str, list[str]] = {}
        for mineral, code in zip(frame["mineral"], frame["hs92_code"], strict=True):
            codes.setdefault(mineral, []).append(code)
        return {"codes": codes}
    return {}

"""Tables of one's own: a copy of those that ship, with rows added."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from abm.data.schema import MODEL
from abm.data.tables import PACKAGED, Tables, load_tables
from abm.errors import BadInput

Row = Mapping[str, Any]  # column -> value
Rows = Mapping[str, Iterable[Row]]  # by table


def extended(folder: Path | str, rows: Rows) -> Tables:
    """Writes a folder for `--data`: the tables that ship and the given rows below them, checked as a whole. A column
    that a row leaves out, or that is None, is what follows from the rest of the row (`FOLLOWS`), else an empty cell.

    `extended("mine", {"states": [{"iso3": "ARE", …}]})`. BadInput names table, row and column of the first fault, and
    then nothing is written; the folder must be new or empty.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("is there already", file=folder, allowed="a new or an empty folder")
    added = {name: _lines(name, more) for name, more in rows.items()}
    with tempfile.TemporaryDirectory() as name:
        draft = Path(name)
        for table in MODEL:
            (draft / f"{table}.csv").write_bytes((PACKAGED / f"{table}.csv").read_bytes() + added.get(table, b""))
        try:
            load_tables(draft)
        except BadInput as fault:
            fault.file = folder / Path(str(fault.file)).name  # where it would stand
            raise
        shutil.copytree(draft, folder, dirs_exist_ok=True)
    return load_tables(folder)


def _lines(name: str, rows: Iterable[Row]) -> bytes:
    """Rows of a table as text, in the order of its header."""
    if name not in MODEL:
        raise BadInput("no such table", key="rows", value=name, allowed=list(MODEL))
    with (PACKAGED / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        header = next(csv.reader(opened))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n")
    listed: list[Any] = list(rows) if isinstance(rows, Iterable) else [rows]  # once: they may come one by one
    for row in listed:
        if not isinstance(row, Mapping):
            what = "not a row"
            raise BadInput(what, file=f"{name}.csv", value=type(row).__name__, allowed="rows of column -> value")
        for column in row:
            if column not in header:
                raise BadInput("no such column", file=f"{name}.csv", column=column, allowed=header)
        given = {column: value for column, value in row.items() if value is not None}
        whole = {**(FOLLOWS[name](given) if name in FOLLOWS else {}), **given}
        writer.writerow({column: _cell(whole.get(column)) for column in header})
    try:
        return text.getvalue().encode()
    except UnicodeEncodeError:
        raise BadInput("a text that is none", file=f"{name}.csv", allowed="UTF-8") from None


def _cell(value: Any) -> Any:
    """A value as a table writes it: flags as 0 and 1, nothing as an empty cell."""
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else value


def _of_mineral(row: Row) -> Row:
    unit = {"unit": f"t {row['symbol']}"} if "symbol" in row else {}
    return {"is_byproduct": bool(row.get("host")), **unit}


def _of_traits(row: Row) -> Row:
    return {"outlook_key": row.get("mineral")}


def _of_parameter(row: Row) -> Row:
    """Rule, symbol and unit are those of the rows that ship under this name."""
    with (PACKAGED / "parameters.csv").open(encoding="utf-8", newline="") as opened:
        shipped = {one["name"]: one for one in csv.DictReader(opened)}
    name = row.get("name", "")
    if name not in shipped and "rule" in row:
        return {}
    if name not in shipped:
        raise BadInput("no such parameter", file="parameters.csv", column="name", value=name, allowed=list(shipped))
    return {column: shipped[name][column] for column in ("rule", "symbol", "unit")}


FOLLOWS: dict[str, Callable[[Row], Row]] = {  # what a row may leave out, by table
    "minerals": _of_mineral, "market_traits": _of_traits, "parameters": _of_parameter,
}  # fmt: skip

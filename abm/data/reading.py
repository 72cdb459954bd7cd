"""Read one table from the bytes of its file, or say what is wrong with it: the topmost fault, in one line."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from abm.data.columns import Names, Text
from abm.errors import BadInput, nearest

CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Rule:
    """`check(names, *values of columns)` returns what is wrong with a row, if anything, and in which column (else the
    last)."""

    columns: tuple[str, ...]
    check: Callable[..., BadInput | None]


@dataclass(frozen=True)
class Table:
    """What a table must hold: its columns, the columns that no two rows share, the rules within a row."""

    columns: Mapping[str, Text]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, order=True)
class Fault:
    """A fault and its place, so that the least is the topmost."""

    row: int
    position: int
    error: BadInput = field(compare=False)


def in_order(*columns: str) -> Rule:
    """The values of these columns do not fall from left to right."""

    def check(names: Names, *values: float) -> BadInput | None:
        for (left, less), (right, more) in itertools.pairwise(zip(columns, values, strict=True)):
            if less > more:
                return BadInput(f"less than {left} ({less:g})", column=right, value=more, allowed=" <= ".join(columns))
        return None

    return Rule(columns, check)


def read_table(table: Table, data: bytes, names: Names, file: object) -> pd.DataFrame:
    """The table as a frame, its index the line in the file (header = 1); `names` are what its cells may refer to."""
    lines, rows, torn = _rows(data)
    if not rows:
        raise (torn or BadInput("the file is empty", row=1)).at(file=file)
    header = _header(rows.pop(0), table, file)
    lines.pop(0)
    if not rows:
        raise (torn or BadInput("no row below the header", row=1)).at(file=file)
    faults = [Fault(len(rows), 0, torn)] if torn else []
    cells: dict[str, list[Any]] = {}
    for position, (column, texts) in enumerate(zip(header, zip(*rows, strict=True), strict=True)):
        cells[column], row, error = _column(table.columns[column], texts, names)
        if error:
            faults.append(Fault(row, position, error.at(row=lines[row], column=column, value=texts[row])))
    sound = min(faults).row if faults else len(rows)
    faults += _between_columns(table, {column: values[:sound] for column, values in cells.items()}, names, lines)
    if faults:
        raise min(faults).error.at(file=file)
    frame = {column: pd.array(values, dtype=table.columns[column].dtype) for column, values in cells.items()}
    return pd.DataFrame(frame, index=pd.Index(lines, name="row"))


def _column(kind: Text, texts: tuple[str, ...], names: Names) -> tuple[list[Any], int, BadInput | None]:
    """The values, and the first row that cannot be read. Each distinct text is read once."""
    read: dict[str, Any] = {}
    for text in dict.fromkeys(texts):
        try:
            read[text] = kind.cell(text, names)
        except BadInput as error:
            return list(map(read.get, texts)), texts.index(text), error
    return list(map(read.__getitem__, texts)), len(texts), None


def _between_columns(table: Table, cells: dict[str, list[Any]], names: Names, lines: list[int]) -> list[Fault]:
    found = []
    for rule in table.rules:
        rows = list(zip(*(cells[column] for column in rule.columns), strict=True))
        for values in dict.fromkeys(rows):
            if error := rule.check(names, *values):
                row, column = rows.index(values), error.column or rule.columns[-1]
                value = values[rule.columns.index(column)]
                found.append(Fault(row, 0, error.at(row=lines[row], column=column, value=value)))
                break
    keys = list(zip(*(cells[column] for column in table.key), strict=True))
    if len(set(keys)) < len(keys):
        row = next(row for row, key in enumerate(keys) if keys.index(key) < row)
        what = f"the same {', '.join(table.key)} as in row {lines[keys.index(keys[row])]}"
        value = ", ".join(map(str, keys[row]))
        found.append(Fault(row, 1, BadInput(what, row=lines[row], column=table.key[-1], value=value)))
    return found


def _header(header: list[str], table: Table, file: object) -> list[str]:
    header = [column.strip() for column in header]
    missing = [column for column in table.columns if column not in header]
    allowed = f"{', '.join(table.columns)}; parted by commas"
    for column in header:
        if not column:
            raise BadInput("a column has no name", file=file, row=1, allowed=allowed)
        if column not in table.columns:
            near = nearest(column, missing)
            raise BadInput("unknown column", file=file, row=1, column=column, near=near, allowed=allowed)
        if header.count(column) > 1:
            raise BadInput("column stands twice", file=file, row=1, column=column)
    if missing:
        raise BadInput("missing column", file=file, row=1, column=missing[0], allowed=allowed)
    return header


def _rows(data: bytes) -> tuple[list[int], list[list[str]], BadInput | None]:
    """The rows with the lines they start in, up to where the file is damaged, and the damage."""
    text, torn = _text(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            return lines, rows, BadInput(f"damaged row ({error})", row=line, allowed="comma-separated values")
        if row is None:
            return lines, rows, torn
        if row and rows and len(row) != len(rows[0]):
            what = f"{len(row)} fields where the header has {len(rows[0])}"
            return lines, rows, BadInput(what, row=line, allowed='as many as the header; "…" around a text with commas')
        if row:
            lines.append(line)
            rows.append(row)


def _text(data: bytes) -> tuple[str, BadInput | None]:
    """The sound lines of a file as text, and what ends them."""
    cut, what, allowed = len(data), "", "UTF-8 text"
    if data and not data.endswith(b"\n"):
        what, allowed = "the file is cut off in this line", "a line break after the last row"
    if control := CONTROL.search(data):
        cut, what, allowed = control.start(), f"not a text file (byte 0x{control[0].hex()})", "UTF-8 text"
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.start < cut:
            cut, what, allowed = error.start, f"not UTF-8 (byte 0x{data[error.start]:02x})", "UTF-8 text"
    if not what:
        return text, None
    start = data.rfind(b"\n", 0, cut) + 1
    return data[:start].decode(), BadInput(what, row=data.count(b"\n", 0, start) + 1, allowed=allowed)

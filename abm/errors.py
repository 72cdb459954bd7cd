"""What a user did wrong, in one line: where, what, what is allowed, and the name that was probably meant."""

import difflib
from collections.abc import Iterable

LONGEST_VALUE = 60
LONGEST_LIST = 16


class BadInput(ValueError):
    """A file, a setting or an argument that the model cannot use.

    `str()` is one line: `production.csv, row 12, column mineral = "galium": unknown mineral; did you mean "gallium"?
    allowed: …`. What is not known stays out; `at` adds a place later. `near` is found by itself when `allowed` is a
    list of names. Every argument is kept as an attribute.
    """

    def __init__(
        self,
        what: str,
        *,
        file: object = None,
        row: int | None = None,
        column: str | None = None,
        key: str | None = None,
        value: object = ...,
        allowed: str | Iterable[object] | None = None,
        near: str | None = None,
    ):
        super().__init__(what)
        self.what, self.file, self.row, self.column, self.key, self.value = what, file, row, column, key, value
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else tuple(map(str, allowed))
        if near is None and isinstance(value, str) and isinstance(self.allowed, tuple):
            near = nearest(value, self.allowed)
        self.near = near if near != value else None

    def at(self, **place: object) -> "BadInput":
        """The same fault with more of its place known (file, row, column, key, value)."""
        for name, known in place.items():
            if getattr(self, name) in (None, ...):
                setattr(self, name, known)
        return self

    def within(self, place: str) -> "BadInput":
        """The same fault with a wider place in front of what is known of it."""
        self.file = place if self.file is None else f"{place}, {self.file}"
        return self

    def __str__(self) -> str:
        place = [str(self.file)] if self.file is not None else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {_short(self.column)}"] if self.column is not None else []
        place += [self.key] if self.key is not None else []
        where = ", ".join(place)
        if self.value is not ...:
            where = f"{where} = {shown(self.value)}" if where else shown(self.value)
        line = f"{where}: {self.what}" if where else self.what
        if self.near is not None:
            line += f"; did you mean {shown(self.near)}?"
        if self.allowed and not (self.near and len(self.allowed) > LONGEST_LIST and isinstance(self.allowed, tuple)):
            line += f"{'' if self.near else ';'} allowed: {_listed(self.allowed)}"
        return _one_line(line)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: same but for case and punctuation, else the only one that begins so, else
    the most alike; None if nothing is near."""
    meant = _plain(name[:100])
    plain = {_plain(one): one for one in reversed(list(names))}
    if not meant:
        return None
    if meant in plain:
        return plain[meant]
    begins = [key for key in plain if key.startswith(meant)]
    found = begins if len(begins) == 1 else difflib.get_close_matches(meant, plain, 1, cutoff=0.6)
    return plain[found[0]] if found else None


def shown(value: object) -> str:
    """A value as it stands in a message: texts in quotes, on one line, shortened."""
    return f'"{_short(value)}"' if isinstance(value, str) else _short(repr(value))


def _listed(allowed: str | tuple[str, ...]) -> str:
    if isinstance(allowed, str):
        return allowed
    more = len(allowed) - LONGEST_LIST
    return ", ".join(allowed[:LONGEST_LIST]) + (f" … ({more} more)" if more > 0 else "")


def _short(text: object) -> str:
    text = _one_line(str(text)[: 2 * LONGEST_VALUE])
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())

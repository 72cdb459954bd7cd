"""`mineralclub report`: a page from the tables of a results folder, or the hash of its table."""

import os
from pathlib import Path

from abm.errors import BadInput

from . import quiet
from .progress import Waiting

PAGE = "report.html"
PAGES = (".html", ".htm")  # what may be written anew


def hashed(folders: list[Path]) -> str:
    """sha256 of the table of histories of a sweep, whatever route it came by."""
    with Waiting("reading the histories"):
        if not _is_sweep(folders):
            from experiments.hashing import hash_of_run

            return hash_of_run(folders[0])
        from experiments.views import Views

        return Views(folders).hash()


def perform(folders: list[Path], page: Path | None, data: str | None) -> str:
    """Writes the page; gives the line to print."""
    place = page or folders[0] / PAGE
    _may_be(place, folders)
    with Waiting("reading the histories and drawing the figures"), quiet.matplotlib():
        html = _swept(folders) if _is_sweep(folders) else _run(folders, data)
        _write(place, html)
    return f"report    {place}"


def _may_be(place: Path, folders: list[Path]) -> None:
    """BadInput if the page would take the place of what is no page, or stand among the tables."""
    what, own = "", [folder.resolve() for folder in folders]
    if os.path.lexists(place) and not os.path.isfile(place):
        what = "not a file"
    elif place.suffix not in PAGES and os.path.lexists(place):
        what = "is there, and is no page"
    elif any(folder / "parts" in place.resolve().parents for folder in own):
        what = "among the parts"
    elif place.suffix not in PAGES and any(folder in place.resolve().parents for folder in own):
        what = "no page in a folder of results"
    if what:
        raise BadInput(what, key="-o", value=str(place), allowed="a new file, or one that ends in .html")


def _write(place: Path, html: str) -> None:
    from experiments.store import write

    try:
        write(place, html)
    except OSError as fault:
        what = f"cannot be written ({fault.strerror})"
        raise BadInput(what, key="-o", value=str(place), allowed="a file in a folder that is there") from None


def _is_sweep(folders: list[Path]) -> bool:
    return len(folders) > 1 or os.path.isdir(folders[0] / "parts") or not os.path.isfile(folders[0] / "runs.parquet")


def _swept(folders: list[Path]) -> str:
    from experiments.views import Views

    from .report.sweep import html

    return html(Views(folders))


def _run(folders: list[Path], data: str | None) -> str:
    from . import figures, report
    from .rebuilt import results_of

    results, manifest = results_of(folders[0], data)
    return report.html(results, manifest, figures.pictures(results))

"""Notebooks from top to bottom in a kernel of their own, and what is kept of them. The folder of a notebook is on its
kernel's path: a module here must not be named as a package is."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from .showing import RUNS

FOLDER = Path(__file__).parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}  # the same on every machine: no version, no path


def stored() -> list[Path]:
    """All notebooks of the folder, by name."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path, runs: int | None = None) -> Any:
    """The notebook with the outputs of a run from top to bottom. runs: histories of every point; None: as it is read.
    CellExecutionError where a cell fails."""
    book = nbformat.read(path, as_version=4)
    environment = {name: value for name, value in os.environ.items() if name != RUNS}
    if runs is not None:
        environment[RUNS] = str(runs)
    where = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(book, timeout=None, kernel_name="python3", record_timing=False, resources=where).execute(
        env=environment
    )
    return tidy(book)


def tidy(book: Any) -> Any:
    """The notebook without what differs between machines."""
    book.metadata = nbformat.from_dict(METADATA)
    for cell in book.cells:
        cell.metadata = nbformat.from_dict({})
    return book


def write(book: Any, path: Path) -> None:
    """In place of what is there."""
    from experiments.store import write as write_whole

    write_whole(path, nbformat.writes(book) + "\n")

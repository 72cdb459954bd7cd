"""The research notebooks run from top to bottom, and what is stored of them is clean: see analysis/notebooks."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from abm.errors import BadInput
from analysis.notebooks.remaking import METADATA, executed, stored
from analysis.notebooks.showing import RUNS, histories

pytestmark = pytest.mark.once

SMALL = 4  # histories of every point
LARGEST = 500_000  # bytes
# What is stored must be the same wherever it was made.
LOCAL = re.compile(r"/tmp/|/home/|/Users/|site-packages|ipykernel_|object at 0x|\b\d+(\.\d+)? (s|seconds|min)\b")
RESULT = re.compile(r"\d\s?(%|USD|M USD|bn\b|t\b|t/|tons\b|kg\b|histories\b)")  # a number with the unit of a result


@pytest.fixture(params=stored(), ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


def code(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def faults(book: Any) -> list[str]:
    """What is wrong with the outputs of a notebook."""
    found = []
    for number, cell in enumerate(code(book), 1):
        if cell.execution_count != number:
            found.append(f"cell {number} was executed as number {cell.execution_count}")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"cell {number}: {output.ename}")
            elif output.get("name") == "stderr":
                found.append(f"cell {number} warns: {output.text[:80]}")
            words = str({kind: text for kind, text in output.get("data", {}).items() if kind != "image/png"})
            found += [f"cell {number} holds {m[0]}" for m in LOCAL.finditer(words + output.get("text", ""))]
    if not any("text/markdown" in output.get("data", {}) for cell in code(book) for output in cell.outputs):
        found.append("no text is computed")
    return found


def test_it_runs(path):
    assert faults(executed(path, SMALL)) == []


def test_it_is_stored_with_clean_outputs(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert faults(book) == []
    assert book.metadata == METADATA
    assert all(cell.metadata == {} for cell in book.cells)
    assert path.stat().st_size < LARGEST


def test_its_numbers_are_computed(path):
    """Text that stands in the file names no result: one that changes with model and data is told by a cell."""
    book = nbformat.read(path, as_version=4)
    typed = [m[0] for c in book.cells if c.cell_type == "markdown" for m in RESULT.finditer(c.source)]
    assert typed == []


def test_the_page_of_the_notebooks_names_every_one(root, path):
    assert path.name in (root / "docs" / "notebooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ({"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}, "ValueError"),
        ({"output_type": "stream", "name": "stderr", "text": "a warning"}, "warns"),
        ({"output_type": "stream", "name": "stdout", "text": "read from /home/me"}, "/home/"),
        ({"output_type": "stream", "name": "stdout", "text": "done in 12.5 s"}, "12.5 s"),
    ],
)
def test_a_fault_is_found(output, told):
    cell = nbformat.v4.new_code_cell("1", execution_count=1, outputs=[nbformat.from_dict(output)])
    assert told in faults(nbformat.v4.new_notebook(cells=[cell]))[0]


@pytest.mark.parametrize("text", ["", "0", "1", "-3", "many", "2.5"])
def test_the_environment_asks_for_a_number_of_histories(monkeypatch, text):
    monkeypatch.setenv(RUNS, text)
    with pytest.raises(BadInput, match=RUNS):
        histories(10)


def test_without_it_a_notebook_has_the_size_it_is_read_at(monkeypatch):
    monkeypatch.delenv(RUNS, raising=False)
    assert histories(10) == 10
    monkeypatch.setenv(RUNS, "3")
    assert histories(10) == 3

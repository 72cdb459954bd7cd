"""Matplotlib without noise on standard error: where it may write, and which of its warnings tell a user nothing."""

import contextlib
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

FOLDER = "MPLCONFIGDIR"  # matplotlib's own name for where its settings and its list of fonts stand


@contextlib.contextmanager
def matplotlib() -> Iterator[None]:
    """For its first import and for drawing. A temporary folder serves where the home cannot be written."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with contextlib.ExitStack() as stack, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        if not all(map(_writable, _folders())):
            before = os.environ.get(FOLDER)
            os.environ[FOLDER] = stack.enter_context(tempfile.TemporaryDirectory())
            stack.callback(_restore, before)
        yield


def _folders() -> list[Path]:
    if FOLDER in os.environ:
        return [Path(os.environ[FOLDER])]
    if not sys.platform.startswith(("linux", "freebsd")):
        return [Path("~/.matplotlib")]
    names = {"XDG_CONFIG_HOME": "~/.config", "XDG_CACHE_HOME": "~/.cache"}
    return [Path(os.environ.get(name) or usual, "matplotlib") for name, usual in names.items()]


def _writable(folder: Path) -> bool:
    try:
        folder = folder.expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, RuntimeError):  # RuntimeError: no home at all
        return False


def _restore(before: str | None) -> None:
    os.environ.pop(FOLDER, None)
    if before is not None:
        os.environ[FOLDER] = before

"""Printing for commands: a reader that stops early ends nothing, a full disk is said in one line."""

import contextlib
import os
import sys


class CannotPrint(Exception):
    """Standard output takes no more, as on a full disk."""


def show(text: str) -> None:
    """Prints a text at once. A closed pipe is silence; CannotPrint if it cannot be written for another reason."""
    try:
        print(text, flush=True)
    except OSError as fault:
        _to_nowhere()
        if not isinstance(fault, BrokenPipeError):
            raise CannotPrint(f"cannot print ({fault.strerror})") from None


def _to_nowhere() -> None:
    """What is still held back for standard output would fail again when the process ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

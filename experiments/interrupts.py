"""Ctrl-C and a request to end (SIGTERM): the first stops work that may stop, the others are kept in mind."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While open, a signal raises KeyboardInterrupt only inside `stoppable`, and only once; `heard` says that one came.

    So what is finished can be gathered and written whatever is pressed. Not open, all is as Python has it.
    """

    def __init__(self) -> None:
        self.heard = False
        self._may_stop = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interrupts":
        with contextlib.suppress(ValueError):  # not the main thread, which alone hears signals
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:  # as of a job in the background
                    self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *fault: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    @contextlib.contextmanager
    def stoppable(self) -> Iterator[None]:
        """Work that a signal ends; one that came before ends it at once."""
        self._may_stop = True
        try:
            if self.heard:
                raise KeyboardInterrupt
            yield
        finally:
            self._may_stop = False

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard = True
        if self._may_stop:
            self._may_stop = False
            raise KeyboardInterrupt

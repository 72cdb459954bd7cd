"""Progress on standard error: a bar on a terminal, else a line now and then; nothing for what is done at once."""

import sys
import threading
import time
from typing import Any

PATIENCE = 2.0  # seconds
EVERY = 10.0  # seconds between lines where there is no terminal


class Progress:
    """How many of `total` histories are done, at what rate, and the time left. before: done already."""

    def __init__(self, total: int, before: int = 0):
        self.total, self.before, self.began, self.told = total, before, time.monotonic(), 0.0
        self.bar: Any = None

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("histories{task.fields[pace]}"))
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("", total=self.total, completed=self.before, pace="")
            self.bar.start()
        return self

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        rate = (done - self.before) / max(now - self.began, 1e-9)
        pace = f", {rate:.1f} a second, {(self.total - done) / rate:.0f} s left"
        if self.bar:
            self.bar.update(self.task, completed=done, pace=pace)
        elif now - self.began > PATIENCE and now - self.told > EVERY and done < self.total:
            self.told = now
            say(f"{done} of {self.total} histories{pace}")

    def __exit__(self, *fault: object) -> None:
        if self.bar:
            self.bar.stop()


class Waiting:
    """Says on a terminal what takes more than two seconds. Elsewhere an error stays one line."""

    def __init__(self, message: str):
        self.timer = threading.Timer(PATIENCE, say, [message])
        self.timer.daemon = True

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self.timer.start()

    def __exit__(self, *fault: object) -> None:
        self.timer.cancel()


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

"""Progress on standard error: a bar on a terminal, else a line now and then; nothing for what is done at once."""

import sys
import threading
import time
from collections import deque
from typing import Any

PATIENCE = 2.0  # seconds
EVERY = 10.0  # seconds between lines where there is no terminal
WINDOW = 30.0  # seconds over which the latest rate is taken
STEPS = 8  # and the fewest reports: those of several processes come in bursts
FEWEST = 3  # reports after the first, which also waits for the processes to begin
LONG = 10.0  # seconds that reading takes only where the model is compiled on the way
PREPARING = "reading data and compiled code"
COMPILING = "the model is compiled for this machine, once: about a minute"


class Pace:
    """The latest rate, from reports of how many are done."""

    def __init__(self) -> None:
        self.seen: deque[tuple[float, int]] = deque()

    def __call__(self, now: float, done: int) -> float | None:
        """Histories a second; None while there is too little to tell."""
        self.seen.append((now, done))
        while len(self.seen) > STEPS + 1 and now - self.seen[1][0] > WINDOW:
            self.seen.popleft()
        then, before = self.seen[0]
        enough = len(self.seen) > FEWEST and now - then > PATIENCE and done > before
        return (done - before) / (now - then) if enough else None


class Progress:
    """How many of `total` histories are done, at what rate, and the time left as far as the latest rate tells it.
    before: done already."""

    def __init__(self, total: int, before: int = 0):
        self.total, self.before, self.began, self.told = total, before, time.monotonic(), 0.0
        self.bar: Any = None
        self.pace = Pace()
        self.waiting = Waiting(f"running {total} histories")

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("histories{task.fields[pace]}"))
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("", total=self.total, completed=self.before, pace="")
            self.bar.start()
        else:
            self.waiting.__enter__()
        return self

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        rate = self.pace(now, done)
        pace = f", {rate:.2g} a second, {_time((self.total - done) / rate)} left" if rate else ""
        if self.bar:
            self.bar.update(self.task, completed=done, pace=pace)
        elif done >= self.total and now - self.began > PATIENCE:
            say(f"{done} of {self.total} histories, in {_time(now - self.began)}")
        elif done < self.total and now - self.began > PATIENCE and now - self.told > EVERY:
            self.told = now
            say(f"{done} of {self.total} histories{pace}")

    def __exit__(self, *fault: object) -> None:
        self.waiting.__exit__()
        if self.bar:
            self.bar.stop()


class Waiting:
    """Says what goes on once it has taken two seconds; compiles: the model is, first of all and over all cores, and
    after ten seconds that is said."""

    def __init__(self, message: str, compiles: bool = False):
        self.compiles = compiles
        told = [(PATIENCE, message), *([(LONG, COMPILING)] if compiles else [])]
        self.timers = [threading.Timer(seconds, say, [line]) for seconds, line in told]
        for timer in self.timers:
            timer.daemon = True

    def __enter__(self) -> None:
        for timer in self.timers:
            timer.start()
        if self.compiles:
            from abm.compiling import compile_all  # not wanted to print a help text

            try:
                compile_all()
            except BaseException:
                self.__exit__()
                raise

    def __exit__(self, *fault: object) -> None:
        for timer in self.timers:
            timer.cancel()


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100.0 else f"{seconds / 60.0:.0f} min"

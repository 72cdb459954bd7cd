"""Every call of a rule or market while it is watched, and every phase of the whole world while it is timed."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from abm import world
from abm.ensemble import Ensemble
from abm.rulebook import MARKETS, RULES, Contiguous, Plain

Call = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]  # what to do in place of a call: the ufunc, its arguments


class Watched:
    """Stands in for a rule or market and hands every call over; all else it answers as the ufunc itself."""

    def __init__(self, ufunc: Any, call: Call):
        self.ufunc, self.call = ufunc, call

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.call(self.ufunc, given, named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ufunc, name)


def places() -> Iterator[tuple[ModuleType, str, Any]]:
    """Module, name and value of every rule and market as the modules of the model hold it."""
    for module in [m for name, m in sorted(sys.modules.items()) if name.split(".")[0] == "abm"]:
        for name, value in list(vars(module).items()):
            if isinstance(value, np.ufunc | Contiguous | Plain) and value.__name__ in (RULES.keys() | MARKETS.keys()):
                yield module, name, value


@contextlib.contextmanager
def watching(call: Call) -> Iterator[None]:
    """Hands every call of a rule or market, from wherever in the model, to `call`; puts all back afterwards."""
    held = list(places())
    stand_ins = {id(value): Watched(value, call) for _, _, value in held}
    try:
        for module, name, value in held:
            setattr(module, name, stand_ins[id(value)])
        yield
    finally:
        for module, name, value in held:
            setattr(module, name, value)


def phase_name(phase: Any) -> str:
    return f"{phase[0].__name__}.{phase[1]}" if isinstance(phase, tuple) else str(phase.__name__)


class Listening(dict[Any, float]):
    """The clock of an ensemble, seconds by phase, that tells whenever a phase is over."""

    def __init__(self, tell: Callable[[str, float], None]):
        super().__init__()
        self.tell = tell

    def __setitem__(self, phase: Any, total: float) -> None:
        self.tell(phase_name(phase), total - self.get(phase, 0.0))
        super().__setitem__(phase, total)


def listen(ensemble: Ensemble, tell: Callable[[str, float], None]) -> None:
    """From now on `tell` gets name and seconds of every phase that ends."""
    ensemble.clock = Listening(tell)


@contextlib.contextmanager
def timed_phases() -> Iterator[dict[str, float]]:
    """Seconds that a World spends in each phase of the whole world, by name, as they add up."""
    spent: dict[str, float] = {}

    def timed(phase: Any) -> Any:
        def run(books: Any) -> None:
            began = time.perf_counter()
            phase(books)
            spent[phase_name(phase)] = spent.get(phase_name(phase), 0.0) + time.perf_counter() - began

        return phase if isinstance(phase, tuple) else run

    month = world.MONTH
    try:
        world.MONTH = list(map(timed, month))
        yield spent
    finally:
        world.MONTH = month

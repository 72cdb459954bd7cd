"""How near the ensemble is to what its compiled rules and markets alone would take.

The limit is a sum of parts, each measured on the same machine in the same months:

- every call of a rule, as the bare ufunc takes it on contiguous arrays of the size of its answer, all in place already,
  with the numbers of that call and an answer that is there to be written to;
- every call of a market, as the bare gufunc takes it on the very arguments it got, with answers that are there;
- what it takes to write down the record, all of it.

So NumPy's own work for a call is inside. Not inside, and thus what the ratio shows: gathering rows of linked agents and
of markets, broadcasting, arithmetic written out in methods and phases, memory for answers, Python between the calls.
Repeated calls find their numbers in the cache, which favours the limit.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm.ensemble import Ensemble
from abm.record import Record
from abm.rulebook import RULES
from abm.start import Start, start_of

from .timing import SCENARIO, Sizes, median, say, seconds
from .watching import watching

TRIES = 3  # of every call; the quickest counts


@dataclass
class Bare:
    """Seconds that bare calls of rules and of markets take. open: whether calls are looked at now."""

    rules: float = 0.0
    markets: float = 0.0
    open: bool = False

    def call(self, ufunc: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The call itself, after bare ones that write elsewhere."""
        if self.open:
            if ufunc.__name__ in RULES:
                self.rules += rule_seconds(ufunc, given)
            else:
                self.markets += market_seconds(ufunc, given, named)
        return ufunc(*given, **named)


def rule_seconds(rule: Any, given: tuple[Any, ...]) -> float:
    """Of a bare rule on contiguous arrays of the size of its answer."""
    shape = np.broadcast_shapes(*(np.shape(value) for value in given))
    arrays = [np.array(np.broadcast_to(np.asarray(value, dtype=float), shape), order="C") for value in given]
    return quickest(rule, tuple(arrays), np.empty(shape))


def market_seconds(market: Any, given: tuple[Any, ...], named: dict[str, Any]) -> float:
    """Of a bare market on the arguments it got."""
    answers = named.get("out")
    if answers is None:
        answers = market(*given)
    if isinstance(answers, tuple):
        return quickest(market, given, tuple(np.empty_like(answer) for answer in answers))
    return quickest(market, given, np.empty_like(answers))


def quickest(ufunc: Any, given: tuple[Any, ...], out: Any) -> float:
    spent = []
    for _ in range(TRIES):
        began = time.perf_counter()
        ufunc(*given, out=out)
        spent.append(time.perf_counter() - began)
    return min(spent)


def measure(sizes: Sizes) -> dict[str, Any]:
    """Every so-many-th month of the headline ensemble, as it runs, over the sum of its parts; medians of the repeats,
    each of which measures both."""
    start, runs = start_of(SCENARIO), sizes.headline
    whole = start.scenario.months
    months = min(sizes.months or whole, whole)
    looked_at = [month for month in range(months) if month % sizes.every == sizes.every - 1]
    Ensemble(start, [1, 2]).run(2)
    found = []
    for repeat in range(1, sizes.repeats + 1):
        say(f"limit: {runs} histories, {months} months as they run, repeat {repeat} of {sizes.repeats}")
        steps, records = as_it_runs(start, runs, looked_at)
        say(f"limit: the parts of {len(looked_at)} of these months, repeat {repeat} of {sizes.repeats}")
        bare = parts(start, runs, looked_at)
        limit = bare.rules + bare.markets + records
        found.append({
            "ratio": (steps + records) / limit, "measured": steps + records, "limit": limit, "rules": bare.rules,
            "markets": bare.markets, "recording": records,
        })  # fmt: skip
    ms = 1e3 * whole / len(looked_at) / runs
    middle = {name: median(one[name] for one in found) for name in found[0]}
    return {
        "ratio_limit": middle["ratio"],
        "limit": {
            "runs": runs, "months": len(looked_at), "history_months": whole, "repeats": sizes.repeats,
            **{f"{name}_ms_per_history": middle[name] * ms for name in middle.keys() - {"ratio"}},
        },
    }  # fmt: skip


def as_it_runs(start: Start, runs: int, looked_at: list[int]) -> tuple[float, float]:
    """Seconds of the steps of some months, and of writing them down."""
    ensemble, record = Ensemble(start, np.arange(1, runs + 1)), Record(start, runs)
    steps = records = 0.0
    for month in range(looked_at[-1] + 1):
        step, taken = seconds(ensemble.step), seconds(lambda: record.take(ensemble))
        if month in looked_at:
            steps, records = steps + step, records + taken
    return steps, records


def parts(start: Start, runs: int, looked_at: list[int]) -> Bare:
    """Seconds of the bare calls of some months."""
    ensemble, bare = Ensemble(start, np.arange(1, runs + 1)), Bare()
    with watching(bare.call):
        for month in range(looked_at[-1] + 1):
            bare.open = month in looked_at
            ensemble.step()
    return bare

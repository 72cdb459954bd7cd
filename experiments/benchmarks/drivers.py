"""One history agent by agent against many in lockstep; one core against two; memory."""

import math
import multiprocessing
from collections.abc import Callable
from typing import Any

import numpy as np

from abm.ensemble import Ensemble
from abm.record import Record
from abm.rulebook import MARKETS
from abm.start import Start, sources, start_of
from abm.world import World
from experiments.runner import CHUNK, Job, arm_of, chunks_of, seeds_of, simulate

from .child import asked
from .profile import RECORD, watched
from .timing import SCENARIO, Sizes, median, say, seconds
from .watching import phase_name, timed_phases

CLEARING = "clear"  # the market of ore and metal
ROOT, LOOKED_AT = 1, 2  # root of the seeds; histories of the month that shows which phases call a market
PATIENCE = 600.0  # seconds in which a process must have started


def measure(sizes: Sizes) -> dict[str, Any]:
    """Both drivers in turn with their records, medians of the repeats; then cores, then memory."""
    start = start_of(SCENARIO)
    whole = start.scenario.months
    months = min(sizes.months or whole, whole)
    market, clearing = market_phases(start)
    lone(start, 1, 1)
    Ensemble(start, [1, 2]).run(2)
    alone: list[Split] = []
    together: dict[int, list[Split]] = {runs: [] for runs in sizes.lockstep}
    plain: list[float] = []
    for repeat in range(1, sizes.repeats + 1):
        say(f"drivers: World, {months} months, repeat {repeat} of {sizes.repeats}")
        alone.append(Split(*lone(start, repeat, months), market, clearing))
        for runs, times in together.items():
            say(f"drivers: ensemble of {runs}, {months} months, repeat {repeat} of {sizes.repeats}")
            times.append(Split(*lockstep(start, runs, months), market, clearing))
        say(f"drivers: World with plain rules, {sizes.plain_months} months, repeat {repeat} of {sizes.repeats}")
        plain.append(asked("plain", sizes.plain_months)["seconds"] / sizes.plain_months * whole)
    scale = whole / months
    compiled = median(one.whole for one in alone) * scale
    bare_world, faster = min((compiled, "compiled"), (median(plain), "plain"))
    rows = {}
    for runs, times in together.items():
        rows[str(runs)] = {
            "ms_per_history": median(one.whole for one in times) * scale / runs * 1e3,
            "ratio": bare_world / (median(one.whole for one in times) * scale / runs),
        } | {
            f"ratio_without_{part}": without(alone) / (without(times) / runs) for part, without in WITHOUT.items()
        }  # fmt: skip
    head = rows[str(sizes.headline)]
    cores, kept = two_cores(sizes), memory(sizes)
    return {
        "ratio_mesa": head["ratio"], "ratio_mesa_without_markets": head["ratio_without_markets"],
        "ms_per_history_core": head["ms_per_history"], "speedup_two_cores": cores["speedup"],
        "mb_per_history": kept["with_record"][-1]["mb_per_history"],
        "mb_per_history_summary": added(*kept["as_rows"][-2:]),
        "drivers": {
            "months": months, "history_months": whole, "repeats": sizes.repeats, "headline_runs": sizes.headline,
            "plain_months": sizes.plain_months, "world_s_per_history": compiled,
            "world_plain_s_per_history": median(plain), "faster_world": faster,
            "market_phases": sorted(market), "clearing_phases": sorted(clearing), "lockstep": rows, "cores": cores,
            "memory": kept,
        },
    }  # fmt: skip


class Split:
    """Seconds of some months: of all phases, without those that call a market, without those that clear one."""

    def __init__(self, whole: float, phases: dict[str, float], market: set[str], clearing: set[str]):
        self.whole = whole
        self.without_markets = whole - math.fsum(phases.get(name, 0.0) for name in market)
        self.without_clearing = whole - math.fsum(phases.get(name, 0.0) for name in clearing)


WITHOUT: dict[str, Callable[[list[Split]], float]] = {
    "markets": lambda times: median(one.without_markets for one in times),
    "clearing": lambda times: median(one.without_clearing for one in times),
}


def market_phases(start: Start) -> tuple[set[str], set[str]]:
    """Phases of the whole world that call a market (a sum over agents is one), and those that clear one of ore or
    metal. An agent's method that draws calls one too, but is none of these: its draws differ agent by agent."""
    profiler, _ = watched(start, LOOKED_AT, 1)
    agents = {phase for phase in profiler.phases if "." in phase or phase == RECORD}
    whole_world = {name: spent.names for name, spent in profiler.phases.items() if name not in agents}
    market = {name for name, called in whole_world.items() if called & MARKETS.keys()}
    return market, {name for name, called in whole_world.items() if CLEARING in called}


def lone(start: Start, seed: int, months: int) -> tuple[float, dict[str, float]]:
    """Seconds of a World with its record, and by phase of the whole world."""
    world, record = World(start, seed), Record(start, 1)

    def go() -> None:
        for _ in range(months):
            world.step()
            record.take(world.books)

    with timed_phases() as phases:
        return seconds(go), phases


def lockstep(start: Start, runs: int, months: int) -> tuple[float, dict[str, float]]:
    """Seconds of an ensemble with its record, and by phase."""
    ensemble = Ensemble(start, np.arange(1, runs + 1))
    spent = seconds(lambda: ensemble.run(months))
    return spent, {phase_name(phase): time for phase, time in ensemble.clock.items()}


def two_cores(sizes: Sizes) -> dict[str, Any]:
    """Whole histories in the chunks of the runner over one process and over two that have started and are warm."""
    arm = arm_of(SCENARIO, start_of(SCENARIO).scenario, sources())
    seeds = seeds_of(ROOT, sizes.cores)
    jobs = [Job(arm, None, int(part[0]), tuple(seeds[part].tolist())) for part in chunks_of(sizes.cores, CHUNK)]
    times: dict[int, list[float]] = {1: [], 2: []}
    for repeat in range(1, sizes.repeats + 1):
        for processes, spent in times.items():
            say(f"cores: {sizes.cores} histories, {processes} process(es), repeat {repeat} of {sizes.repeats}")
            spent.append(carried_out(processes, jobs))
    one, two = median(times[1]), median(times[2])
    return {
        "histories": sizes.cores, "chunk": CHUNK, "one_process_s": one, "two_processes_s": two, "speedup": one / two,
        "ms_per_history_one_process": one / sizes.cores * 1e3,
    }  # fmt: skip


def carried_out(processes: int, jobs: list[Job]) -> float:
    """Seconds in which so many processes carry out the jobs and hand back rows and yearly series."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(processes + 1)
    with context.Pool(processes, _ready, (gate, jobs[0])) as pool:
        gate.wait(PATIENCE)
        return seconds(lambda: pool.map(simulate, jobs, chunksize=1))


def _ready(gate: Any, job: Job) -> None:
    """Imports, loads compiled code, and waits for the others."""
    Ensemble(start_of(job.arm.scenario, sources()), list(job.seeds[:2])).run(1)
    gate.wait(PATIENCE)


def added(few: dict[str, Any], many: dict[str, Any]) -> float:
    """MB that each history more takes, once a whole chunk is in memory."""
    return float((many["peak_mb"] - few["peak_mb"]) / (many["runs"] - few["runs"]))


def memory(sizes: Sizes) -> dict[str, Any]:
    """MB a history, each in a process of its own: its peak less what it held before, over the histories."""
    found: dict[str, Any] = {}
    for name in ("with_record", "as_rows"):
        found[name] = []
        for runs in sizes.kept:
            say(f"memory: {runs} histories, {name.replace('_', ' ')}")
            told = asked(name, runs)
            found[name].append({"runs": runs, "mb_per_history": (told["peak_mb"] - told["before_mb"]) / runs} | told)
    return found

"""Results as tables, for a terminal and for the marked part of docs/benchmarks.md."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from abm.errors import BadInput

from .goals import GOALS, amount

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
DIMENSIONS = {
    "histories": "histories, in chunks", "minerals": "minerals", "years": "years of the horizon",
    "agents": "parts that every miner, refiner and buyer is cut into",
}  # fmt: skip


def rewritten(page: Path, found: dict[str, Any], figure: str) -> str:
    """The page with its marked part made anew. figure: name of the file beside it."""
    before, after = halves(page)
    picture = [f"![How time grows: {', '.join(DIMENSIONS.values())}]({figure})", ""] if "growth" in found else []
    return "\n".join([before + BEGIN, text(found), "", *picture, END]) + after


def halves(page: Path) -> tuple[str, str]:
    """What stands before and behind the marked part; BadInput if there is none."""
    try:
        before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    except (OSError, UnicodeDecodeError) as fault:
        what = f"cannot be read ({type(fault).__name__})"
        raise BadInput(what, file=page, key="--page", allowed="a page in UTF-8") from None
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BadInput("no place for the figures", file=page, allowed=f"{BEGIN} and {END}, a line each")
    return before, after


def text(found: dict[str, Any]) -> str:
    """All tables of what was measured."""
    parts = {"drivers": _drivers, "limit": _limit, "growth": _growth, "starts": _starts, "peers": _peers}
    lines = [*_machine(found), "", *_goals(found)]
    for name, lines_of in parts.items():
        if name in found:
            lines += ["", *lines_of(found[name])]
    return "\n".join(lines)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Markdown: the first column to the left, the others to the right."""
    head = list(head)
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _machine(found: dict[str, Any]) -> Iterator[str]:
    m = found["machine"]
    memory = "" if m["memory_gb"] is None else f", {m['memory_gb']} GB of memory"
    versions = ", ".join(f"{name} {m[name]}" for name in ("python", "numpy", "numba", "llvmlite", "mesa"))
    yield f"Measured on {m['processor']}, {m['cores']} cores{memory}, {m['system']}, with {versions};"
    quick = "`--quick`: few months scaled up, few repeats, for trying; " if found["quick"] else ""
    yield f"{quick}scenario `{found['scenario']}`, in {found['seconds']:.0f} s."


def _goals(found: dict[str, Any]) -> Iterator[str]:
    yield from table(
        ("what", "measured", "goal", "so"),
        ((goal.says, amount(found.get(goal.key), goal.unit), goal.text, goal.verdict(found)) for goal in GOALS),
    )


def _drivers(d: dict[str, Any]) -> Iterator[str]:
    """Two drivers, cores, memory."""
    yield "### Agent by agent, and in lockstep"
    yield ""
    yield (
        f"Medians of {d['repeats']}, in turn, {d['months']} of {d['history_months']} months, the record included. One "
        f"history of World takes {amount(d['world_s_per_history'], 's')} with compiled rules and "
        f"{amount(d['world_plain_s_per_history'], 's')} with plain ones (scaled from {d['plain_months']} month(s)); "
        f"ratios are to the faster, {d['faster_world']}. Those of the goals are for {d['headline_runs']} histories."
    )
    yield ""
    yield from table(
        ("histories side by side", "ms a history", "World over it", "without market phases", "without clearing"),
        (
            (
                runs, amount(row["ms_per_history"]), amount(row["ratio"]), amount(row["ratio_without_markets"]),
                amount(row["ratio_without_clearing"]),
            )
            for runs, row in d["lockstep"].items()
        ),
    )  # fmt: skip
    yield ""
    yield (
        "Market phases are those of the whole world that call a market, if only to add up: "
        f"{', '.join(d['market_phases'])}. Of these {' and '.join(d['clearing_phases'])} clear one."
    )
    cores = d["cores"]
    yield ""
    yield (
        f"{cores['histories']:,} whole histories in chunks of at most {cores['chunk']}, rows and yearly series handed "
        f"back: {amount(cores['one_process_s'], 's')} in one process, {amount(cores['two_processes_s'], 's')} in two "
        f"that have started, {amount(cores['speedup'], 'x')}."
    )
    yield ""
    kept = d["memory"]
    yield from table(
        ("histories", "MB a history, whole record kept", "MB a history, a row kept"),
        (
            (f"{whole['runs']:,}", amount(whole["mb_per_history"]), amount(row["mb_per_history"]))
            for whole, row in zip(kept["with_record"], kept["as_rows"], strict=True)
        ),
    )


def _limit(limit: dict[str, Any]) -> Iterator[str]:
    yield "### The sum of parts"
    yield ""
    yield f"{limit['runs']} histories, {limit['months']} months of {limit['history_months']}, scaled to all."
    yield ""
    parts = {
        "as it runs": "measured", "rules, bare": "rules", "markets, bare": "markets", "the record": "recording",
        "sum of parts": "limit",
    }  # fmt: skip
    yield from table(
        ("part", "ms a history"), ((says, amount(limit[f"{key}_ms_per_history"])) for says, key in parts.items())
    )


def _growth(growth: dict[str, Any]) -> Iterator[str]:
    yield "### How time grows"
    for name, rows in growth.items():
        yield ""
        yield from table(
            (DIMENSIONS[name], "agents", "histories", "months measured", "of", "s measured", "ms a history"),
            (
                (
                    f"{row['size']:,}", f"{row['agents']:,}", f"{row['histories']:,}", f"{row['months']:,}",
                    f"{row['history_months']:,}", amount(row["seconds"]), amount(row["ms_per_history"]),
                )
                for row in rows
            ),
        )  # fmt: skip


def _starts(starts: dict[str, Any]) -> Iterator[str]:
    yield "### A new process"
    yield ""
    parts = {
        "compile": "compile_s", "import the model": "import_s", "open the start": "start_s", "first month": "step_s",
        "all, with the interpreter": "wall_s",
    }  # fmt: skip
    yield from table(
        ("part", "cold, s", "warm, s"),
        ((says, amount(starts["cold"][key]), amount(starts["warm"][key])) for says, key in parts.items()),
    )


def _peers(peers: dict[str, Any]) -> Iterator[str]:
    yield "### The reference market in this engine and in other tools"
    yield ""
    yield f"{peers['steps']} steps, medians of {peers['repeats']}, in turn."
    yield ""
    yield from table(
        ("tool", "runs", "ms a run", "least", "most", "Mesa over it"),
        (
            (
                name.replace("_", " "), f"{row['runs']:,}",
                *(amount(row[f"{which}s_per_run"] * 1e3) for which in ("", "least_", "most_")),
                amount(row["ratio_mesa"]),
            )
            for name, row in peers["peers"].items()
        ),
    )  # fmt: skip

"""The page of a study, and its section of the README, as Markdown."""

import math
from typing import Any

from .captions import LIMITS
from .sensitivity_figures import lines
from .statistics import Estimate
from .study_answer import answer, number, percent, words_of
from .study_numbers import APART, WHIPLASH, Study

REPEAT = "python -m analysis.study"
IN_BRIEF = 7  # sentences of the answer that the README shows
PHASE, MOVED = "phase.png", "moved-by.png"  # beside the stored table
QUESTION = (
    "Does a buyers' coalition with a floor at its border hold, does concentration fall because of it, and what is "
    "credibility worth, when what no data settles is left open within its range?"
)
CELLS = (
    "Share of histories in which cooperation stands, and minerals de-concentrated that the coalition adds (the "
    "difference to the same history without it), by floor (share of the incentive gap) and by slices of whiplash of "
    "equally many points: mean and 95 % interval over points and luck, whatever the other inputs are."
)
STRAIGHT = (
    "The same in straight lines: what one unit more does when the other inputs stay as they are (least squares over "
    "points; 95 % intervals by resampling points)."
)


def page(s: Study, manifest: dict[str, Any], captions: dict[str, str]) -> str:
    """The whole page. captions: of the figures, by file."""
    moved = "\n".join(f"- {line}" for line in lines(s.moved_by, words_of(manifest)))
    parts = [
        "# Does cooperation hold, and what is credibility worth?",
        "This page is written by a command from a stored table; no number in it is typed by hand. The model has **not "
        "been validated against history**.",
        f"**Question.** {QUESTION}",
        "## What this does not tell",
        "\n".join(f"- {line}" for line in (*LIMITS, *_limits(s))),
        "## Answer",
        "\n".join(f"- {line}" for line in answer(s, manifest)),
        "## Figures",
        *(f"![{caption.partition('. ')[0]}](study/{file})\n\n{caption}" for file, caption in captions.items()),
        "## Whiplash and the floor",
        CELLS,
        *(_cells(s, outcome, title) for outcome, title in (("stands", "stands"), ("added", "minerals added"))),
        STRAIGHT,
        _worth(s),
        "## What moves it",
        moved or "Too few points to say.",
        "## Design",
        *_design(s, manifest),
    ]
    return "\n\n".join(parts) + "\n"


def section(s: Study, manifest: dict[str, Any]) -> str:
    """The answer for the README."""
    said = "\n".join(f"- {line}" for line in answer(s, manifest)[:IN_BRIEF])
    return (
        f"## An answer\n\nWhat {manifest['histories']:,} histories say over the whole range of what no data settles. "
        "The model has not been validated against history: these are numbers of the model, none to cite. "
        "[The study](docs/study.md) has what it does not tell, what the floor does, what moves the outcomes, tables, "
        f"design, and the command that repeats it.\n\n{said}\n\n"
        f"![Whiplash and the floor: where cooperation stands, where it works, what it adds](docs/study/{PHASE})"
    )


def _limits(s: Study) -> list[str]:
    return [
        "A share of histories here is a mean over the ranges of the inputs, every value in them as likely as any "
        "other. It is no probability of the world.",
        f"Every point has the same {s.replicates} courses of chance. Intervals count both points and chance, and so "
        "few courses make them wide; those of straight lines and of what moves what count points alone.",
        "Only a floor at the border is varied, not public money: what contracts, guarantees or a stockpile would do is "
        "another question.",
    ]


def _cells(s: Study, outcome: str, title: str) -> str:
    rows = s.cells[s.cells["outcome"] == outcome]
    slices = [f"whiplash {low:.2f} to {high:.2f}" for low, high in zip(s.edges, s.edges[1:], strict=False)]
    said = [f"| floor: {title} | {' | '.join(slices)} |", "|---" * (len(slices) + 1) + "|"]
    for height, own in rows.groupby(s.floor):
        told = [Estimate(r["mean"], r["low"], r["high"]) for _, r in own.sort_values(WHIPLASH).iterrows()]
        cells = (number(e, True) if outcome == "added" else percent(e) for e in told)
        said.append(f"| {height:g} | {' | '.join(cells)} |")
    return "\n".join(said)


def _worth(s: Study) -> str:
    names = {"stands": ("stands (points)", 100.0, 1), "works": ("works (points)", 100.0, 1), "added": ("adds", 1.0, 2)}
    head = f"| | one unit of whiplash | floor + 1 | floor that makes up for whiplash 0 to {APART:g} |"
    said = [head, "|---" * 4 + "|"]
    for name, (told, scale, digits) in names.items():
        worth = s.worth[name]
        made = "none can be said" if math.isnan(worth.made_up.value) else number(worth.made_up)
        cells = [number(e, True, scale, digits) for e in (worth.whiplash, worth.floor)]
        said.append(f"| {told} | {' | '.join([*cells, made])} |")
    return "\n".join(said)


def _design(s: Study, manifest: dict[str, Any]) -> list[str]:
    design, words = manifest["design"], words_of(manifest)
    said = ["| input | key | range or values |", "|---|---|---|"]
    for axis in design["axes"]:
        values = ", ".join(f"{value:g}" for value in axis["values"]) or f"{axis['low']:g} to {axis['high']:g}"
        said.append(f"| {words[axis['name'] or axis['key']]} | `{axis['key']}` | {values} |")
    return [
        design["description"].strip(),
        "\n".join(said),
        f"{s.points:,} points of {s.other.replace('_', ' ')}, {s.replicates} histories each; with those of "
        f"{s.first.replace('_', ' ')} {manifest['histories']:,} histories; {manifest['failures']} more failed, and a "
        f"point that holds one is left out. Finished {manifest['finished'][:10]}; mineralclub "
        f"{manifest['model_version']}, data {manifest['data_hash'][:12]}, design {manifest['design_hash'][:12]}, "
        "table of histories sha256 "
        f"`{manifest['table_hash']}`.",
        "[The stored table](study/) is a results folder with fewer columns, which `experiments.views.Views` reads. The "
        "sweep again, its hash, and the page; and the page alone:",
        f"```\nmineralclub experiment {design['name']}\nmineralclub report results/{design['name']} --hash\n"
        f"{REPEAT} results/{design['name']}\n{REPEAT} docs/study\n```",
    ]

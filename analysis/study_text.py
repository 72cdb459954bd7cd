"""The page of a study, and its section of the README, as Markdown."""

from typing import Any

from .captions import LIMITS
from .statistics import Estimate
from .study_answer import BRIEF, answer, moved, number, percent, span, words_of
from .study_numbers import OUTCOMES, WHIPLASH, Study

REPEAT = "python -m analysis.study"
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
SLICES = (
    "Over all floors, by slices of whiplash that are finer near none: mean and 95 % interval over points and luck. "
    "Adds: minerals de-concentrated, to the same history without the coalition; provokes: months of export control "
    "against all buyers, summed over minerals, likewise. Where an interval holds zero, the number cannot be told from "
    "none."
)
WORDS = {
    "stands": "to the end, the share of demand whose states keep up the coalition's instruments never lies below a "
    "threshold for a year; the threshold is half of what is usual for that floor at default parameters, or a quarter "
    "of what the invited states could reach if that is more",
    "stands and works": "it stands, and that share times the part of the promised price rise that the floor brings "
    "about never lies below a quarter of the threshold for a year",
    "de-concentrated": "the dominant state's share of what the rest of the world buys of a refined mineral lies 10 "
    "points or more below the base year's throughout the last two years",
    "incentive gap": "from the price of the base year to the price that pays for a new plant outside the dominant "
    "state; a floor is a share of it, 1 the whole",
    "whiplash": "how often policy is reversed, as a multiple of the hazard on record: 0 never, 1 as on record",
}


def page(s: Study, manifest: dict[str, Any], captions: dict[str, str], exchange: str) -> str:
    """The whole page. captions: of the figures, by file; exchange: what notebook 4 says."""
    words = words_of(manifest)
    parts = [
        "# Does cooperation hold, and what is credibility worth?",
        "This page is written by a command from a stored table; no result in it is typed by hand. The model has **not "
        "been validated against history**.",
        f"**Question.** {QUESTION}",
        "\n".join(f"- **{word.capitalize()}**: {told}." for word, told in WORDS.items()),
        "## What this does not tell",
        "\n".join(f"- {line}" for line in (*LIMITS, *_limits(s))),
        "## Answer",
        "\n".join(f"- {line}" for line in answer(s, manifest, exchange, "../")),
        "## Figures",
        *(f"![{caption.partition('. ')[0]}](study/{file})\n\n{caption}" for file, caption in captions.items()),
        "## Whiplash over all floors",
        SLICES,
        _slices(s),
        "## Whiplash and the floor",
        CELLS,
        *(_cells(s, outcome, title) for outcome, title in (("stands", "stands"), ("added", "minerals added"))),
        "## What moves it",
        "\n".join(f"- {moved(one, words)}" for one in s.moved_by) or "Too few points to say.",
        "## Design",
        *_design(s, manifest),
    ]
    return "\n\n".join(parts) + "\n"


def section(s: Study, manifest: dict[str, Any], exchange: str) -> str:
    """The answer for the README."""
    said = "\n".join(f"- {line}" for line in answer(s, manifest, exchange, "")[:BRIEF])
    return (
        f"## An answer\n\nWhat {manifest['histories']:,} histories say over the whole range of what no data settles. "
        "The model has not been validated against history: these are numbers of the model, none to cite. "
        "[The study](docs/study.md) has what it does not tell, what the floor does, what moves the outcomes, tables, "
        "design, and the command that repeats it.\n\n"
        "Cooperation *stands* while enough of demand keeps up its instruments, and *works* while it also delivers a "
        "part of what it promised. A mineral is *de-concentrated* where the dominant state's share of what the rest of "
        "the world buys has fallen by 10 points through the last two years. A floor of 1 is the whole *incentive gap*, "
        "from today's price to the price that pays for a plant outside. *Whiplash* is how often policy is reversed: 0 "
        "never, 1 as on record. "
        f"Brackets are 95 % intervals.\n\n{said}\n\n"
        f"![Whiplash and the floor: where cooperation stands, where it works, what it adds](docs/study/{PHASE})"
    )


def _limits(s: Study) -> list[str]:
    return [
        "A share of histories here is a mean over the ranges of the inputs, every value in them as likely as any "
        "other. It is no probability of the world.",
        f"Every point has the same {s.replicates} courses of chance. Intervals count both points and chance, and so "
        "few courses make them wide; those of what moves what count points alone.",
        "The threshold of cohesion, below which cooperation no longer stands, is measured anew for every floor: at a "
        "low and at a high floor, to stand is two standards.",
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


def _slices(s: Study) -> str:
    said = ["| whiplash | points | stands | stands and works | adds | provokes |", "|---" * 6 + "|"]
    for one in s.slices:
        stands, works, added, provoked = (one.of[name] for name in OUTCOMES)
        cells = percent(stands), percent(works), number(added, True), number(provoked, True, 0)
        said.append(f"| {span(one)} | {one.points} | {' | '.join(cells)} |")
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
        f"{manifest['model_version']}, data {manifest['data_hash'][:12]}, design {manifest['design_hash'][:12]}.",
        f"Hashes (sha256): of the sweep's whole table `{manifest['table_hash']}`, as `mineralclub report "
        f"results/{design['name']} --hash` prints it; of the stored table, which has fewer columns, `{s.table_hash}`, "
        "as `mineralclub report docs/study --hash` prints it.",
        "[The stored table](study/) is a results folder with fewer columns, which `experiments.views.Views` reads. The "
        "sweep again, its hash, and the page; and the page alone:",
        f"```\nmineralclub experiment {design['name']}\nmineralclub report results/{design['name']} --hash\n"
        f"{REPEAT} results/{design['name']}\n{REPEAT} docs/study\n```",
    ]

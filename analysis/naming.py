"""What a scenario is called: its title in words, its label where data is keyed, and both in a file's name."""

import re

from experiments.runner import Arm, Results

LONGEST = 60  # characters of a title in a figure, and of a label in a file's name


def titles(results: Results) -> dict[str, str]:
    """Label -> title, or the label in words where there is none; a title that two share says the label too."""
    plain = {arm.label: _short(arm.scenario.title) or arm.label.replace("_", " ") for arm in results.arms}
    told = list(plain.values())
    return {label: title if told.count(title) == 1 else f"{title} ({label})" for label, title in plain.items()}


def file_of(kind: str, results: Results, arm: Arm) -> str:
    """`kind-number-label`, without an ending, in letters that every file system knows; the first scenario is 0."""
    place = [one.label for one in results.arms].index(arm.label)
    label = re.sub(r"[^\w-]+", "_", arm.label, flags=re.ASCII).strip("_")[:LONGEST]
    return f"{kind}-{place}-{label}".rstrip("-")


def _short(title: str) -> str:
    flat = " ".join(title.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"

"""What levers build, each less the same world without a coalition, as numbers with intervals and as a figure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .captions import flat
from .drawing import panels, png
from .figures import Picture
from .levers import CASES, plants
from .statistics import Estimate, means

AGAINST = "no coalition"
CAPTION = flat("""
    Capacity of plants that investors chose to build (open, being built or permitted) at the end of 2036, in % of the
    world's output of {mineral} in 2024, each lever less the same histories without a coalition: mean over {runs}
    histories and 95 % interval of the mean. Where an interval holds zero, the lever cannot be told from none here.
    Multiples are of the base price: floor or contract 2.5 is two and a half times it.
""")


@dataclass(frozen=True)
class Built:
    """level, apart: case -> % of world output, and the paired difference to no coalition."""

    mineral: str
    runs: int
    level: dict[str, Estimate]
    apart: dict[str, Estimate]


def built_by(
    mineral: str, cases: tuple[str, ...], runs: int, seed: int = 1, watch: Callable[[int], None] = lambda done: None
) -> Built:
    """Cases of `analysis.levers` for one mineral under the same luck; watch is told of histories done."""
    found = {}
    for i, name in enumerate((AGAINST, *cases), 1):
        found[name] = plants(mineral, *CASES[name], runs, seed)
        watch(i * runs)
    level = means(np.column_stack(list(found.values())))
    apart = means(np.column_stack([found[name] - found[AGAINST] for name in cases]))
    return Built(mineral, runs, dict(zip(found, level, strict=True)), dict(zip(cases, apart, strict=True)))


def picture(found: Built) -> Picture:
    """The differences, a row a lever."""
    figure, axes = panels(1, 1, 0.6 + 0.34 * len(found.apart))
    axis, rows = axes[0, 0], list(reversed(found.apart.items()))
    for place, (_, e) in enumerate(rows):
        axis.plot([e.low, e.high], [place, place], color="#0072B2", linewidth=2.2, solid_capstyle="butt")
        axis.plot(e.value, place, "o", color="#0072B2", markersize=5)
    axis.axvline(0.0, color="#000000", linewidth=0.8)
    axis.set_yticks(range(len(rows)), [name for name, _ in rows])
    axis.set_ylim(-0.6, len(rows) - 0.4)
    axis.set_xlabel("more than without a coalition (% of the world's output in 2024)")
    axis.grid(axis="x", color="#dddddd", linewidth=0.6)
    caption = CAPTION.format(mineral=found.mineral, runs=found.runs)
    return Picture("levers", f"{found.mineral}: what does each lever build?", caption, png(figure))

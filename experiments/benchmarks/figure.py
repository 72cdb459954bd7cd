"""How time grows, as a picture: one panel a dimension, both axes logarithmic."""

import io
import math
from typing import Any

from .goals import amount

INK, GUIDE = "#1f4e79", "#8a8a8a"
AXES = {
    "histories": ("histories", "s for all of them"), "minerals": ("minerals", "ms a history"),
    "years": ("years of the horizon", "ms a history"), "agents": ("agents", "ms a history"),
}  # fmt: skip
INCHES, DPI, MARGIN = (11.0, 3.4), 110, 1.6


def drawn(growth: dict[str, list[dict[str, Any]]]) -> bytes:
    """PNG of the growth of the results: every point with its number in words, a dashed line where time would grow as
    the size does."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
    for panel, (name, rows) in zip(figure.subplots(1, len(growth)), growth.items(), strict=True):
        sizes, times = points(name, rows)
        label, unit = AXES[name]
        panel.loglog(sizes, [times[0] * size / sizes[0] for size in sizes], "--", color=GUIDE, linewidth=1.0)
        panel.loglog(sizes, times, "o-", color=INK, linewidth=1.6, markersize=4.0)
        for size, spent in zip(sizes, times, strict=True):
            at = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 7.5}
            panel.annotate(amount(spent), (size, spent), **at)
        panel.set_xlim(sizes[0] / MARGIN, sizes[-1] * MARGIN)
        panel.set_ylim(top=panel.get_ylim()[1] * MARGIN)
        panel.set_xticks(sizes, [f"{size:,}" for size in sizes], fontsize=7)
        panel.minorticks_off()
        panel.tick_params(axis="y", labelsize=7)
        panel.set_xlabel(label, fontsize=8.5)
        panel.set_ylabel(unit, fontsize=8.5)
        panel.set_title(f"grows as size to the {slope(sizes, times):.2f}\n(dashed: to the 1)", fontsize=8.5)
    held = io.BytesIO()
    figure.savefig(held, format="png", metadata={"Software": None})
    return held.getvalue()


def points(name: str, rows: list[dict[str, Any]]) -> tuple[list[int], list[float]]:
    """Sizes, and s of all histories or ms of one."""
    if name == "histories":
        return [row["size"] for row in rows], [row["ms_per_history"] * row["size"] / 1e3 for row in rows]
    return [row["agents" if name == "agents" else "size"] for row in rows], [row["ms_per_history"] for row in rows]


def slope(sizes: list[int], times: list[float]) -> float:
    """Power of the size by which time grows, from the first point to the last."""
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])

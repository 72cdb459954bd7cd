"""The gallium licence of 2023 as the model runs it, beside what was recorded."""

import numpy as np

from abm.start import sources

from .captions import flat
from .drawing import panels, png
from .figures import Picture
from .shocks import LICENCE, MONTHS_AFTER, TARGET, licence_of_2023

CAPTION = flat("""
    Gallium's list price outside China over that inside, month by month, in a world of gallium alone in which nothing
    happens but the licence of August 2023 (vertical line); one history without chance, so without an interval. The
    cross is the recorded ratio of mid-October 2023 and the range in which a model should land (targets.csv).
""")


def recorded() -> tuple[float, float, float]:
    """The recorded ratio and its range."""
    table = sources().tables.targets
    row = table[(table["episode"] == TARGET[0]) & (table["target"] == TARGET[1])].iloc[0]
    return float(row["value"]), float(row["low"]), float(row["high"])


def month_recorded() -> int:
    """Month of `licence_of_2023` in which the record stands."""
    return int(LICENCE[-2:]) - 1 + MONTHS_AFTER


def picture(ratio: np.ndarray | None = None) -> Picture:
    """ratio: of `licence_of_2023`, where it is there already."""
    ratio = licence_of_2023() if ratio is None else ratio
    value, low, high = recorded()
    figure, axes = panels(1, 1, 2.8)
    axis, at, begun = axes[0, 0], np.arange(len(ratio)), int(LICENCE[-2:]) - 1
    axis.plot(at, ratio, color="#0072B2", marker="o", markersize=3, label="model")
    axis.errorbar(
        month_recorded(), value, [[value - low], [high - value]], color="#D55E00", marker="x", markersize=8, capsize=4,
        linestyle="", label="recorded",
    )  # fmt: skip
    axis.axvline(begun, color="#000000", linestyle=":", linewidth=1.2)
    axis.axhline(1.0, color="#999999", linewidth=0.8)
    axis.set_xticks(at[::3], [f"{2023 + month // 12}-{month % 12 + 1:02d}" for month in at[::3].tolist()])
    axis.set_ylabel("price outside / inside China")
    axis.set_ylim(bottom=0.0)
    axis.legend(frameon=False)
    return Picture("licence", "Gallium: the licence of August 2023", CAPTION, png(figure))

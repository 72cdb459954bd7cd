"""One history drawn month by month: what cooperation delivers against its threshold, members, prices of a mineral."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from abm.forms import months_of
from abm.record import Record

from .captions import flat
from .drawing import SIZE, Look, panels, png, whole_years
from .figures import Picture

MONTHS = 12.0
COOPERATION = flat("""
    One history, month by month. Left: cohesion E and what it delivers, E times bite, with the line below which a year
    on end breaks cooperation (θ) and the one below which a year stands idle. Right: members, and what they enforce on
    average. Grey: the year below θ in which cooperation breaks, where it does. A single history says what can happen,
    not what is likely.
""")
PRICES = flat("""
    Prices of refined {mineral} in one history, month by month, in USD of the base year: what buyers pay inside while
    somebody enforces a floor, what is paid outside the dominant state on average, what the dominant state asks abroad,
    and the floor. Shaded: months in which it controls this mineral's exports to all.
""")
LINES = {
    "price_inside": ("inside", Look("#0072B2", "-")), "price_paid": ("paid outside on average", Look("#009E73", "-.")),
    "list_abroad": ("asked by the dominant state", Look("#D55E00", "--")), "floor": ("floor", Look("#000000", ":")),
}  # fmt: skip


def dates(record: Record) -> np.ndarray:
    """The middle of every month as a year with fractions [month]."""
    return (months_of(record.start.scenario.start) + np.arange(record.months) + 0.5) / MONTHS


def cooperation(record: Record, theta: float, broke: int | None) -> Picture:
    """Run 0 of a record. theta: R16's threshold; broke: month in which the year below it begins, from 0."""
    figure, axes = panels(1, 2, 3.0)
    left, right = axes[0]
    at, series = dates(record), record.series
    scenario = record.start.scenario
    since = slice(max(scenario.month(scenario.coalition.begins), 0) if scenario.coalition else 0, None)
    least = theta * record.start.parameter("bite_min")
    cohesion, bite, members = (series[name][since, 0] for name in ("cohesion", "bite", "members"))
    compliance = np.where(members > 0.0, series["compliance"][since, 0], np.nan)  # nobody's is nobody's
    left.plot(at[since], cohesion, color="#0072B2", label="cohesion E")
    left.plot(at[since], cohesion * bite, color="#D55E00", linestyle="--", label="E × bite")
    left.axhline(theta, color="#000000", linestyle=":", linewidth=1.4, label=f"θ = {theta:.2f}")
    left.axhline(least, color="#7A7A7A", linestyle="-.", linewidth=1.0, label=f"idle below {least:.3f}")
    right.plot(at[since], members, color="#0072B2", label="members")
    other = right.twinx()
    other.plot(at[since], compliance, color="#CC79A7", linestyle="--", label="compliance")
    other.set_ylim(0.0, 1.02)
    other.set_ylabel("mean compliance of members", size=SIZE)
    other.tick_params(labelsize=SIZE)
    right.yaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_ylabel("members")
    right.set_ylim(bottom=0.0)
    left.set_ylim(0.0, 1.02)
    left.set_ylabel("share of demand, 0 to 1")
    for axis in (left, right):
        whole_years(axis)
        if broke is not None:
            axis.axvspan(at[broke], at[min(broke + int(MONTHS), len(at)) - 1], color="#BBBBBB", alpha=0.5, linewidth=0)
    left.legend(frameon=False)
    handles = [*right.get_legend_handles_labels()[0], *other.get_legend_handles_labels()[0]]
    right.legend(handles=handles, frameon=False)
    return Picture("cooperation", "Does cooperation hold in this history?", COOPERATION, png(figure))


def prices(record: Record, mineral: str) -> Picture:
    """Run 0 of a record."""
    figure, axes = panels(1, 1, 3.0)
    axis, i, at = axes[0, 0], record.start.minerals.index(mineral), dates(record)
    for name, (label, line) in LINES.items():
        values = record.series[name][:, i, 0] / 1000.0
        shown = np.where(values > 0.0, values, np.nan)  # no floor yet, or nobody who enforces it
        if np.isfinite(shown).any():
            axis.plot(at, shown, color=line.colour, linestyle=line.dash, linewidth=1.5, label=label)
    controlled = record.series["controlled"][:, i, 0] > 0.0
    axis.fill_between(
        at, 0.0, 1.0, where=controlled, transform=axis.get_xaxis_transform(), color="#E69F00", alpha=0.15, linewidth=0,
        label="under export control",
    )  # fmt: skip
    axis.set_ylim(bottom=0.0)
    axis.set_ylabel("thousand USD/t")
    axis.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    whole_years(axis)
    return Picture("prices", f"{mineral}: prices in this history", PRICES.format(mineral=mineral), png(figure))

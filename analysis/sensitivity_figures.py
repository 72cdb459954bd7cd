"""What sensitivity analysis found, as a figure and as sentences."""

import math

import pandas as pd

from .drawing import COLOURS, MARKERS, SIZE, panels, png
from .figures import Picture
from .sensitivity import MEASURES, PAIR, Found

TITLES = {
    "stands": "cooperation stands", "works": "cooperation works", "life_years": "life of cooperation (years)",
    "deconcentrated": "minerals de-concentrated",
}  # fmt: skip
SIGNS = {"mu_star": "μ*", "sigma": "σ", "S1": "S1", "ST": "ST"}
KINDS = {  # what a sample is made of, what the axis shows, caption
    "morris": (
        "trajectories",
        "in units of the outcome",
        "Elementary effects (Morris): μ*, how much the outcome changes when an axis alone goes through its range, "
        "in units of the outcome, with its 95 % interval (resampling trajectories; cut at 0, as a size is not "
        "negative); σ, how much that differs from place to place. Grey: the μ* that luck alone would give if it "
        "were new at every point; as points share it, it gives "
        "less.",
    ),
    "saltelli": (
        "blocks of points",
        "share of the variance",
        "Sobol indices: S1, the share of the variance that an axis explains alone; ST, with all in which it takes "
        "part; 95 % intervals by resampling blocks. What luck does otherwise from point to point is part of every ST.",
    ),
    "other": (
        "points",
        "share of the variance",
        "S1, the share of the variance between points that an axis explains alone (RBD-FAST), with a 95 % interval by "
        "resampling half of the points, which is wider than one of all. Part of the variance is the luck of few "
        "histories; as all points share it, some of it may look like an axis.",
    ),
}
PAIRED = " The output at a point is the mean over histories whose luck is the same at every point."
SHOWN = 4


def pictures(found: list[Found], words: dict[str, str]) -> list[Picture]:
    """A figure a scenario. words: axis -> what it is called."""
    by_scenario: dict[str, list[Found]] = {}
    for one in found:
        by_scenario.setdefault(one.scenario, []).append(one)
    return [_picture(name, own, words) for name, own in by_scenario.items()]


def _picture(scenario: str, own: list[Found], words: dict[str, str]) -> Picture:
    """A panel an outcome, axes in one order: what matters most on average is on top."""
    kind = own[0].kind
    main = MEASURES[kind][-1 if kind == "saltelli" else 0]
    of = pd.DataFrame({one.outcome: one.measure(main)["value"] for one in own})
    order = (of / of.max()).mean(axis=1).sort_values().index.tolist()
    columns = min(2, len(own))
    figure, places = panels(math.ceil(len(own) / columns), columns, 0.9 + 0.26 * len(order), share_y=True)
    for panel in places.flat[len(own) :]:
        panel.set_visible(False)
    ends = [end for one in own for end in (one.table["low"].min(), one.table["high"].max())]
    for panel, one in zip(places.flat, own, strict=False):
        if kind != "morris":  # one scale
            panel.set_xlim(min(ends) - 0.03, max(ends) + 0.03)
        panel.axvline(0.0, color="#7A7A7A", linewidth=0.8)
        if math.isfinite(one.floor):
            panel.axvspan(0.0, one.floor, color="#7A7A7A", alpha=0.25, linewidth=0)
        for i, measure in enumerate(MEASURES[kind]):
            rows, shift = one.measure(measure).loc[order], 0.16 * (1 - 2 * i) if len(MEASURES[kind]) > 1 else 0.0
            at = [place + shift for place in range(len(order))]
            if rows["low"].notna().any():
                panel.hlines(at, rows["low"], rows["high"], color=COLOURS[i + 1], linewidth=1.6)
            panel.plot(
                rows["value"], at, color=COLOURS[i + 1], marker=MARKERS[i + 1], markersize=4.5, linestyle="",
                label=SIGNS[measure], markerfacecolor=COLOURS[i + 1] if i == 0 else "white",
            )  # fmt: skip
        panel.set_title(TITLES[one.outcome])
        panel.set_xlabel(KINDS[kind][1])
        panel.set_yticks(range(len(order)), [words.get(name, name) for name in order])
        panel.grid(axis="y", color="#E3E3E0", linewidth=0.6)
        panel.set_axisbelow(True)
    handles, labels = places[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False, fontsize=SIZE)
    title = f"{scenario.replace('_', ' ')}: what moves it"
    return Picture(f"sensitivity-{scenario}", title, f"{KINDS[kind][2]}{PAIRED} {_counts(own[0])}.", png(figure))


def _counts(one: Found) -> str:
    unit = KINDS[one.kind][0]
    return f"{one.used} {unit}" + (f", {one.dropped} left out for want of a history" if one.dropped else "")


def lines(found: list[Found], words: dict[str, str]) -> list[str]:
    """A sentence an outcome: the axes that move it most, with intervals; and how much is luck."""
    said = []
    for one in found:
        main = MEASURES[one.kind][-1 if one.kind == "saltelli" else 0]
        rows = one.measure(main).sort_values("value", ascending=False).head(SHOWN)
        other = f"; {100.0 * one.noise:.0f} % of the variance between points would be otherwise with other luck"
        noise = "" if math.isnan(one.noise) else other
        what = f"{one.scenario.replace('_', ' ')}, {TITLES[one.outcome]}"
        said.append(f"{what}: {SIGNS[main]} is largest for {_told(rows, words)} ({_counts(one)}{noise}).")
        pairs = one.measure("S2")
        strong = pairs[pairs["low"] > 0.0].sort_values("value", ascending=False).head(SHOWN)
        if len(strong):
            said.append(f"Pairs that act together on it (S2): {_told(strong, words)}.")
    return said


def _told(rows: pd.DataFrame, words: dict[str, str]) -> str:
    """Axes, or pairs of axes, with value and interval."""
    names = (PAIR.join(words.get(name, name) for name in str(axis).split(PAIR)) for axis in rows.index)
    values = zip(names, rows["value"], rows["low"], rows["high"], strict=True)
    told = "; ".join(f"{name} {value:.2g} [{low:.2g}, {high:.2g}]" for name, value, low, high in values)
    return told.replace("[-", "[−").replace(" -", " −")

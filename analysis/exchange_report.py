"""`mineralclub exchange-rate`: the curve of analysis/exchange_rate.py as words, JSON and a figure."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from abm.start import sources
from experiments.store import claim, whole

from .exchange_rate import LEVELS, REFERENCE, WHIPLASH, YEARS, Curve, curve, response
from .progress import Progress


def perform(mineral: str, runs: int, seed: int, data: str | None, out: Path) -> tuple[Curve, Path]:
    """Runs the grid, writes the figure, and says where; BadInput before the first history."""
    claim(out)
    with Progress(len(WHIPLASH) * len(LEVELS) * runs) as progress:
        found = curve(mineral, runs, seed, sources(data), progress)
    out.mkdir(parents=True, exist_ok=True)
    place = out / f"exchange-rate-{mineral}.png"
    with whole(place) as file:
        file.write_bytes(picture(found))
    return found, place


def text(found: Curve) -> str:
    """The curve as a table."""
    lines = [
        f"{found.mineral}: floor for the same capacity online after {YEARS} years, {found.runs} histories a point",
        f"same: {found.target:.2%} of world output, what the floor at the incentive price brings at W = 1",
        f"base price {found.base:,.0f} USD/t, incentive price {found.base + found.gap:,.0f} USD/t",
        "",
        "   W  hazard 1/year  share of gap   95 % interval         USD/t  R46 alone",
    ]
    at_one = found.alone[WHIPLASH.index(REFERENCE[0])]
    for i, w in enumerate(WHIPLASH):
        needed = found.needed[i]
        share = f"{needed:.2f}" if np.isfinite(needed) else f"> {LEVELS[-1]:g}"
        price = f"{found.usd(needed):,.0f}" if np.isfinite(needed) else f"> {found.usd(LEVELS[-1]):,.0f}"
        span = "reference" if w == REFERENCE[0] else f"[{_end(found.low[i])}, {_end(found.high[i])}]"
        multiple = found.alone[i] / at_one
        lines.append(f"{w:4g}  {found.hazards[i]:13.3f}  {share:>12}  {span:>14}  {price:>12}  {multiple:9.2f}")
    note = "R46 alone: the multiple of the support at W = 1, if nothing else moved."
    left_out = [f"{found.failed} histories failed and are left out"] if found.failed else []
    return "\n".join([*lines, "", *_rate(found), note, *left_out])


def as_data(found: Curve) -> dict[str, Any]:
    """The curve as plain data; null where the grid does not reach."""
    def clean(values: np.ndarray) -> list[float | None]:
        return [float(v) if np.isfinite(v) else None for v in values]

    return {
        "mineral": found.mineral, "runs": found.runs, "failed": found.failed, "years": YEARS,
        "effect_is_clear": found.clear,
        "whiplash": list(WHIPLASH),
        "hazard_per_year": clean(found.hazards), "levels": list(LEVELS), "capacity": found.capacity.tolist(),
        "target": found.target, "base_price_usd_per_t": found.base, "incentive_gap_usd_per_t": found.gap,
        "needed_share_of_gap": clean(found.needed), "low": clean(found.low), "high": clean(found.high),
        "needed_usd_per_t": clean(found.usd(1.0) + (found.needed - 1.0) * found.gap),
        "support_multiple_r46_alone": clean(found.alone),
    }  # fmt: skip


def picture(found: Curve) -> bytes:
    """The curve, and the responses it is read off, as PNG."""
    figure = Figure(figsize=(9.0, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    reached = np.isfinite(found.needed)
    price = (found.base + found.needed * found.gap) / 1e3
    left.plot(found.hazards[reached], price[reached], "o-", color="#0072B2", label="floor needed")
    spans = found.base / 1e3 + np.array([found.low, found.high]) * found.gap / 1e3
    top = found.usd(LEVELS[-1]) / 1e3
    left.fill_between(
        found.hazards[reached], *np.minimum(spans[:, reached], top), color="#0072B2", alpha=0.2, label="95 %"
    )
    left.axhline(found.usd(1.0) / 1e3, color="#000000", linestyle=":", label="incentive price")
    left.set_xlabel("hazard of reversal (1/year)")
    left.set_ylabel("thousand USD/t")
    left.set_title(f"{found.mineral}: floor for the same capacity")
    for i, (w, style) in enumerate(zip(WHIPLASH, ("-", "--", "-.", ":", (0, (5, 1, 1, 1))), strict=True)):
        (line,) = right.plot(LEVELS, 100.0 * response(found.capacity[i]), linestyle=style, label=f"W = {w:g}")
        right.plot(LEVELS, 100.0 * found.capacity[i], linestyle="", marker=".", color=line.get_color())
    right.axhline(100.0 * found.target, color="#000000", linewidth=0.8)
    right.set_xlabel("floor (share of the incentive gap)")
    right.set_ylabel("% of world output")
    right.set_title(f"new capacity online after {YEARS} years")
    for axis in (left, right):
        axis.legend(frameon=False, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=120, metadata={"Software": None})
    return stream.getvalue()


def _end(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else f"> {LEVELS[-1]:g}"


def _rate(found: Curve) -> Iterator[str]:
    i = WHIPLASH.index(REFERENCE[0])
    if not found.clear:
        yield "no exchange rate: at W = 1 no floor of the grid raises capacity by more than chance does"
    elif np.isfinite(found.needed[i + 1]):
        rise = (found.needed[i + 1] - found.needed[i]) * found.gap / (found.hazards[i + 1] - found.hazards[i])
        yield f"exchange rate from W = 1 to 2: {rise * 0.1:,.0f} USD/t of floor for a hazard higher by 0.1 a year"
    else:
        yield "exchange rate from W = 1 to 2: beyond the grid; no floor on it makes up for the doubled hazard"

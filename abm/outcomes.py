"""What a history amounts to: one row a run, from its record."""

from functools import cache
from typing import Any

import numpy as np

from .ensemble import Ensemble
from .markets import totals
from .record import MINE, REFINE, Record
from .start import Start

MONTHS = 12
BILLION = 1e9
STAGES = ("mine", "refine")
REFERENCE_SEEDS = np.arange(1_000_001, 1_000_065)  # of the reference run that sets theta, apart from any user's seeds
REFERENCE_MONTHS = (13, 36)  # R16  of the coalition
Outcomes = dict[str, np.ndarray]  # name -> [run]; NaN where not reached or not applicable


def outcomes(record: Record, threshold: float) -> Outcomes:
    """Outcomes of every run of a record. threshold: R16's theta of the scenario (see `reference_threshold`)."""
    out = _cooperation(record, threshold) | _concentration(record) | _money(record)
    return {name: np.asarray(value, dtype=float) for name, value in out.items()}


def mean(series: np.ndarray) -> np.ndarray:
    """Mean of [month, run] over months, month by month: a lone run and one of many have the same bits."""
    return totals.total(np.ascontiguousarray(series)) / series.shape[0]


def longest_below(series: np.ndarray, level: float, months: int) -> np.ndarray:
    """First month, by run, that ends `months` in a row below `level`; NaN where there is none. series: [month, run]."""
    first = np.full(series.shape[1], np.nan)
    streak = np.zeros(series.shape[1])
    for t in range(series.shape[0]):
        streak = np.where(series[t] < level, streak + 1.0, 0.0)
        first = np.where(np.isnan(first) & (streak >= months), float(t), first)
    return first


def _cooperation(record: Record, threshold: float) -> Outcomes:
    start, nothing = record.start, np.full(record.runs, np.nan)
    names = "stands works life_years talking_shop ends_by_whiplash ends_by_holds cohesion_mean bite_mean".split()
    if start.scenario.coalition is None:
        return {n: nothing for n in names}
    first = max(start.scenario.month(start.scenario.coalition.price_floor.start), 0)
    cohesion, bite = record.cohesion[first:], record.bite[first:]
    if cohesion.shape[0] == 0:
        return {n: nothing for n in names}
    value = start.parameter
    patience, least = int(value("break_months")), threshold * value("bite_min")
    broke = longest_below(cohesion, threshold, patience)
    idle = longest_below(cohesion * bite, least, patience)
    never = longest_below(cohesion * bite, least, int(value("talking_shop_months")))
    stands, months = np.isnan(broke), cohesion.shape[0]
    life = np.where(stands, float(months), broke - patience + 1.0) / MONTHS
    return {
        "stands": stands, "works": np.isnan(idle), "life_years": life, "talking_shop": stands & ~np.isnan(never),
        "ends_by_whiplash": ~stands, "ends_by_holds": stands, "cohesion_mean": mean(cohesion),
        "bite_mean": mean(bite),
    }  # fmt: skip


def _concentration(record: Record) -> Outcomes:
    start, out = record.start, {}
    falls = np.zeros(record.runs)
    last = slice(-MONTHS, None)
    for g, stage in enumerate(STAGES):
        shares = record.share(g)[-1]  # [mineral, state, run], last year
        for m, mineral in enumerate(start.minerals):
            if start.static["origins"][g, m] == 0:
                continue
            base = start.static["base_output"][g, m]
            top = int(np.argmax(base))
            name = f"{stage}.{mineral}."
            out[name + "hhi_start"] = np.full(record.runs, start.static["base_hhi"][g, m])
            out[name + "hhi_end"] = mean(record.hhi[last, g, m])
            out[name + "top_share_start"] = np.full(record.runs, base[top] / base.sum())
            out[name + "top_share_end"] = shares[m, top]
            before = start.static["base_security"][g, m]
            out[name + "security_share_start"] = np.full(record.runs, before)
            out[name + "security_share_end"] = mean(record.security_share[last, g, m])
            if g == REFINE:
                stay = record.security_share[-int(start.parameter("deconcentration_months")) :, g, m]
                fallen = (stay <= before - start.parameter("deconcentration_points")).all(axis=0)
                out[name + "deconcentrated"] = fallen
                falls = falls + fallen
    return {"deconcentrated": falls} | out


def ceiling(start: Start) -> dict[str, bool]:
    """Section 11: could a mineral's dominant world share fall by the points asked, were all its exports lost?"""
    points = start.parameter("deconcentration_points")
    return {m: bool(start.static["base_export_share"][REFINE, i] >= points) for i, m in enumerate(start.minerals)}


def _money(record: Record) -> Outcomes:
    start = record.start
    coalition = start.scenario.coalition
    first = 0 if coalition is None else max(start.scenario.month(coalition.price_floor.start), 0)
    years = max(record.months - first, 1) / MONTHS
    minerals = np.moveaxis(record.rent + record.trusted_premium, 0, -2)  # [mineral, month, run]
    cost = totals.total(np.ascontiguousarray(totals.total(minerals))) / years / BILLION
    levy = totals.total(np.ascontiguousarray(totals.total(np.moveaxis(record.levy, 0, -2)))) / years / BILLION
    last = slice(-MONTHS, None)
    price0 = start.static["list_price"][REFINE]
    value0 = float((start.static["base_output"][REFINE].sum(axis=1) * price0).sum()) / MONTHS
    made, paid = record.world_output[last, REFINE], record.price_paid[last]
    value = mean(totals.total(made * price0[:, None]))
    bill = mean(totals.total(made * paid))
    return {
        "cost_to_members_bn_usd_per_year": cost,
        "public_cost_bn_usd_per_year": -levy,
        "world_output": value / value0,
        "world_price": bill / value,
        "shortage_months": (record.shortage[:, :, :] > 1e-9 * record.consumption).sum(axis=(0, 1)),
    }


def reference_threshold(start: Start) -> float:
    """R16  theta of a scenario: half the median cohesion of its months 13-36 at default parameters, but at least a
    quarter of the largest that its invited states can reach. One number a scenario; NaN without a coalition."""
    coalition = start.scenario.coalition
    if coalition is None:
        return float("nan")
    return _threshold(start.defaults())


@cache
def _threshold(start: Any) -> float:
    began = max(start.scenario.month(start.scenario.coalition.price_floor.start), 0)
    last = min(began + REFERENCE_MONTHS[1], start.scenario.months)
    ensemble = Ensemble(start, REFERENCE_SEEDS)
    seen = []
    for t in range(last):
        ensemble.step()
        if t >= began + REFERENCE_MONTHS[0] - 1:
            seen.append(ensemble.cohesion)
    value = start.parameter
    reach = start.static["reach"] * value("compliance_leader_enforced")
    reference = float(np.median(np.array(seen))) if seen else 0.0
    return max(value("hold_relative") * reference, value("hold_absolute") * float(reach))


__all__ = ["MINE", "Outcomes", "ceiling", "longest_below", "outcomes", "reference_threshold"]

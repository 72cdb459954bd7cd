"""What a history amounts to: one row a run, from its record."""

from functools import lru_cache
from typing import Any

import numpy as np

from .ending import ENDS, ends
from .ensemble import Ensemble
from .instruments import OFFTAKE
from .markets import totals
from .record import MINE, REFINE, Record
from .rules import markets as pricing
from .start import KEPT, Start

MONTHS = 12
DRAWN = "drawn."  # before the name of a parameter that every history draws for itself
BILLION = 1e9
STAGES = ("mine", "refine")
PUBLIC_COST = "public_cost_bn_usd_per_year"
WITHIN_ONE = {
    "stands", "works", "talking_shop", "cohesion_mean", "bite_mean", "compliance_mean", "deconcentrated",
}  # fmt: skip
REFERENCE_SEEDS = np.arange(1_000_001, 1_000_065)  # of the reference run that sets theta, apart from any user's seeds
REFERENCE_MONTHS = (13, 36)  # R16  of the coalition
NAMES = (  # of outcomes that are no mineral's own and no parameter's
    "stands", "works", "life_years", "talking_shop", "cohesion_mean", "bite_mean", "members_mean", "compliance_mean",
    *(f"ends_by_{name}" for name in ENDS), "deconcentrated", "retaliation_cost_bn_usd_per_year", "control_months",
    "price_war_months", "cost_to_members_bn_usd_per_year", PUBLIC_COST, "world_output",
    "world_price", "shortage_months", "contracts_signed", "projects_funded", "permits_stalled", "outages",
    "stranded_bn_usd",
)  # fmt: skip
Outcomes = dict[str, np.ndarray]  # name -> [run]; NaN where not reached or not applicable


def outcomes(record: Record, threshold: float) -> Outcomes:
    """Outcomes of every run of a record. threshold: R16's theta of the scenario (see `reference_threshold`)."""
    out = _cooperation(record, threshold) | _concentration(record) | _money(record)
    out |= _scoreboard(record) | {f"{DRAWN}{name}": value for name, value in record.drawn.items()}
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


def _in_force(start: Start) -> slice:
    """Months from the coalition's first instrument to the announced end of its last; all without a coalition."""
    coalition = start.scenario.coalition
    if coalition is None:
        return slice(0, None)
    last = None if coalition.ends is None else max(start.scenario.month(coalition.ends), 0)
    return slice(max(start.scenario.month(coalition.begins), 0), last)


def _cooperation(record: Record, threshold: float) -> Outcomes:
    start, nothing = record.start, np.full(record.runs, np.nan)
    names = "stands works life_years talking_shop cohesion_mean bite_mean members_mean compliance_mean".split()
    names += [f"ends_by_{name}" for name in ENDS]
    if start.scenario.coalition is None or not start.world["takes_effect"].any():
        return {n: nothing for n in names}
    span = _in_force(start)
    cohesion, bite = record.cohesion[span], record.bite[span]
    if cohesion.shape[0] == 0:
        return {n: nothing for n in names}
    value = start.parameter
    patience, least = int(value("break_months")), threshold * value("bite_min")
    broke = longest_below(cohesion, threshold, patience)
    idle = longest_below(cohesion * bite, least, patience)
    never = longest_below(cohesion * bite, least, int(value("talking_shop_months")))
    stands, months = np.isnan(broke), cohesion.shape[0]
    scope = start.static["any_scope"] > 0.0
    war = record.flooded[span][:, scope].max(axis=1) if scope.any() else np.zeros_like(cohesion)
    cases, least_bite = record.cohesion_if[span], value("bite_min")
    how = [
        ends(cohesion[:, r], bite[:, r], cases[:, :, r], war[:, r], threshold, least_bite, patience)
        for r in range(record.runs)
    ]  # fmt: skip
    life = np.where(stands, float(months), broke - patience + 1.0) / MONTHS
    return {
        "stands": stands, "works": stands & np.isnan(idle), "life_years": life,
        "talking_shop": stands & ~np.isnan(never),
        "cohesion_mean": mean(cohesion), "bite_mean": mean(bite), "members_mean": mean(record.members[span]),
        "compliance_mean": mean(record.compliance[span]),
        **{f"ends_by_{name}": np.array([one[name] for one in how]) for name in ENDS},
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


def total(series: np.ndarray) -> np.ndarray:
    """Sum of [month, run] or [month, item, run] over all but runs, in order."""
    while series.ndim > 1:
        series = totals.total(np.ascontiguousarray(np.moveaxis(series, 0, -2)))
    return series


def _money(record: Record) -> Outcomes:
    start = record.start
    years = max(record.months - _in_force(start).start, 1) / MONTHS * BILLION
    support = record.support.copy()
    premiums = support[:, OFFTAKE].copy()
    support[:, OFFTAKE] = 0.0  # buyers pay it, not the public
    last = slice(-MONTHS, None)
    price0 = start.static["list_price"][REFINE]
    value0 = float((start.static["base_output"][REFINE].sum(axis=1) * price0).sum()) / MONTHS
    made, paid = record.world_output[last, REFINE], record.price_paid[last]
    value = mean(totals.total(made * price0[:, None]))
    bill = mean(totals.total(made * paid))
    return {
        "retaliation_cost_bn_usd_per_year": total(record.retaliation) / years,
        "control_months": total(pricing.sign(record.controlled)), "price_war_months": total(record.flooded),
        "cost_to_members_bn_usd_per_year": (total(record.rent + record.trusted_premium) + total(premiums)) / years,
        PUBLIC_COST: (total(support) + total(record.called) - total(record.levy)) / years,
        "world_output": value / value0,
        "world_price": bill / value,
        "shortage_months": (record.shortage[:, :, :] > 1e-9 * record.consumption).sum(axis=(0, 1)),
    }


def _scoreboard(record: Record) -> Outcomes:
    """What the policy is after: contracts, projects, capacity; and what went wrong with them."""
    start = record.start
    world = start.static["base_output"][REFINE].sum(axis=1) / MONTHS
    online = {f"refine.{m}.new_capacity_end": record.online[-1, i] / world[i] for i, m in enumerate(start.minerals)}
    return {
        "contracts_signed": total(record.signed), "projects_funded": total(record.funded),
        "permits_stalled": total(record.stalled), "outages": total(record.outages),
        "stranded_bn_usd": total(record.stranded) / BILLION, **online,
    }  # fmt: skip


def bounds(name: str, minerals: int) -> tuple[float, float]:
    """The least and the most that an outcome can be: shares of a whole, counts, lengths and tons are not negative;
    public cost is, where levies bring in more than is paid. minerals: how many there are."""
    if name == PUBLIC_COST:
        return -np.inf, np.inf
    if name == "deconcentrated":
        return 0.0, float(minerals)
    last = name.rpartition(".")[2]
    share = last in WITHIN_ONE or last.startswith(("ends_by_", "hhi_", "top_share_", "security_share_"))
    return 0.0, 1.0 if share else np.inf


def reference_threshold(start: Start) -> float:
    """R16  theta of a scenario: half the median cohesion of its months 13-36 at default parameters, but at least a
    quarter of the largest that its invited states can reach. One number a scenario; NaN without a coalition."""
    coalition = start.scenario.coalition
    if coalition is None:
        return float("nan")
    return _threshold(start.defaults())


@lru_cache(maxsize=KEPT)
def _threshold(start: Any) -> float:
    began = max(start.scenario.month(start.scenario.coalition.begins), 0)
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


__all__ = ["MINE", "Outcomes", "bounds", "ceiling", "longest_below", "outcomes", "reference_threshold"]

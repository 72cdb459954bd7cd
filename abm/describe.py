"""The base year told to a reader: what the tables report, what balancing made of it, what the first month repeats."""

import math
import textwrap
from collections import defaultdict
from typing import Any

import numpy as np

from .agents import Buyer, Refiner
from .data.balance import BASE_YEAR, STAGES, Market
from .data.market import RANK_WANTED
from .ensemble import Ensemble
from .outcomes import ceiling
from .scenario import Scenario
from .start import Facts, Sources, Start, build
from .start.facts import MINE, MONTHS, REFINE
from .start.levers import exposure

CALM = {"name": "calm", "end": "2025-01", "recorded_controls": False}
NOTABLE = 0.1  # an adjustment above it is listed first
WIDTH = 120
ABOUT_TRADE = """\
BALANCED AGAINST RECORDED TRADE: rank correlation by HS code. A code that covers a part of a stage's trade is compared
with the flows seeded from it; the last column compares it with all flows between the same states."""
ABOUT_MINERALS = """\
MINERALS. p0: price (USD/t); p*: price at which a plant outside the dominant state pays; k: supply of all but the
dominant state / their use, exposure = 1 - k; exports: share of the dominant state's output; ceiling: could its world
share fall by the points asked if it lost all exports?"""
Report = dict[str, Any]


def base_year_report(facts: Sources) -> Report:
    """Reported, balanced and simulated tons a year by mineral, stage and state; plain data for JSON (null: no number).

    adjustment: balanced / reported - 1; residual: model / balanced - 1 in the first month of a calm run.
    """
    start = build(Scenario.read(dict(CALM)), facts)
    year = Facts(start.scenario, facts)
    output, use = first_month(start)
    minerals: Report = {}
    for m, mineral in enumerate(start.minerals):
        stages = {}
        for g, stage in enumerate(STAGES):
            market = year.market(g, m)
            if market is not None:
                stages[stage] = _stage(market, output[g, m], use[g, m], year.row)
        p0, needed = float(start.static["list_price"][REFINE, m]), float(start.static["incentive_price"][m])
        beyond = exposure(year, m)
        minerals[mineral] = {
            "price": p0, "incentive_price": needed, "incentive_over_price": needed / p0,
            "incentive_over_price_in_table": _published(start, mineral),
            "k": 1.0 - beyond, "exposure": beyond, "export_share": float(start.static["base_export_share"][REFINE, m]),
            "world_share_could_fall": ceiling(start)[mineral], "stages": stages,
        }  # fmt: skip
    return {
        "base_year": BASE_YEAR, "hash": facts.base.hash, "data_hash": facts.tables.hash,
        "adjusted": _adjusted(minerals), "trade": _trade(facts), "minerals": minerals,
    }  # fmt: skip


def _published(start: Start, mineral: str) -> float | None:
    """p*/p0 as published with the costs; None where nobody has."""
    known = start.parameters.minerals("incentive_price_multiple")
    return start.parameter("incentive_price_multiple", mineral) if mineral in known else None


def first_month(start: Start) -> tuple[np.ndarray, np.ndarray]:
    """Output and use by state in the first month, at a year's rate: [stage, mineral, state]."""
    world = Ensemble(start, [1])
    world.step()
    use = np.zeros(world.output.shape[:3])
    for stage, kind, name in ((MINE, Refiner, "ore_used"), (REFINE, Buyer, "consumed")):
        table = world[kind]
        np.add.at(use[stage], (table.mineral, table.home_row), getattr(table, name)[:, 0])
    return world.output[..., 0] * MONTHS, use * MONTHS


def _stage(market: Market, output: np.ndarray, use: np.ndarray, row: dict[str, int]) -> Report:
    def rows(states: list[str], said: np.ndarray, kept: np.ndarray, model: np.ndarray, why: list[str]) -> list[Report]:
        known = zip(states, said.tolist(), kept.tolist(), why, strict=True)
        return [_row(s, reported, balanced, float(model[row[s]]), reason) for s, reported, balanced, reason in known]

    made = market.output
    return {
        "dominant": market.dominant, "stock_change": market.stock_change,
        "dominant_share": float(made[market.origins.index(market.dominant)] / made.sum()),
        "output": rows(market.origins, market.reported_output, market.output, output, market.output_reason),
        "use": rows(market.destinations, market.reported_use, market.use, use, market.use_reason),
    }  # fmt: skip


def _row(state: str, reported: float, balanced: float, model: float, reason: str) -> Report:
    adjustment = balanced / reported - 1.0 if reported > 0.0 else None
    return {
        "state": state, "reported": reported, "balanced": balanced, "model": model, "adjustment": adjustment,
        "residual": model / balanced - 1.0 if balanced > 0.0 else None, "reason": reason,
    }  # fmt: skip


def _adjusted(minerals: Report) -> list[Report]:
    """Every number moved by more than a tenth, with its reason, largest first within a market."""
    out = []
    for mineral, about in minerals.items():
        for stage, market in about["stages"].items():
            for kind in ("output", "use"):
                moved = [r for r in market[kind] if r["adjustment"] is None or abs(r["adjustment"]) > NOTABLE]
                moved.sort(key=lambda r: -abs(math.inf if r["adjustment"] is None else r["adjustment"]))
                keys = ("state", "reported", "balanced", "adjustment", "reason")
                out += [{"mineral": mineral, "stage": stage, "kind": kind} | {k: r[k] for k in keys} for r in moved]
    return out


def _trade(facts: Sources) -> list[Report]:
    return [
        {
            "mineral": mineral, "stage": stage, "hs": code, "coverage": market.coverage, "flows": rank.flows,
            "rank_correlation": rank.correlation, "with_all_flows": rank.whole,
            "reached": rank.correlation >= RANK_WANTED,
        }
        for (mineral, stage), market in facts.base.markets.items()
        for code, rank in market.rank.items()
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------- as text


def base_year_text(report: Report) -> str:
    """The report in lines of at most 120 characters."""
    parts = [
        f"The base year {report['base_year']}, balanced. Tons of content a year; adjustment = balanced / reported - 1.",
        f"Base year {report['hash'][:16]}, tables {report['data_hash'][:16]}",
        _adjusted_text(report["adjusted"]), _trade_text(report["trade"]), _minerals_text(report["minerals"]),
        *(_market_text(n, stage, s) for n, about in report["minerals"].items() for stage, s in about["stages"].items()),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _adjusted_text(rows: list[Report]) -> str:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in rows:
        by = "new" if r["adjustment"] is None else f"{r['adjustment']:+.0%}"
        what = f"{r['state']} {_tons(r['reported'])} to {_tons(r['balanced'])} ({by})"
        groups[f"{r['mineral']}, {r['stage']}, {r['kind']}", r["reason"]].append(what)
    about = "Ore use is reported nowhere: the first guess is in proportion to metal."
    lines = [f"ADJUSTED BY MORE THAN {NOTABLE:.0%}: {len(rows)} numbers. {about}"]
    for (where, why), moved in groups.items():
        lines.append(f"{where}: {why}")
        lines += textwrap.wrap(", ".join(moved), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def _trade_text(rows: list[Report]) -> str:
    head = f"{'mineral':11}{'stage':8}{'HS code':15}{'covers':8}{'flows':>5}{'correlation':>13}{'all flows':>11}"
    lines = [ABOUT_TRADE, head]
    for r in rows:
        mark = "" if r["reached"] else f"  below {RANK_WANTED}"
        lines.append(
            f"{r['mineral']:11}{r['stage']:8}{r['hs']:15}{r['coverage']:8}{r['flows']:5}{r['rank_correlation']:13.2f}"
            f"{r['with_all_flows']:11.2f}{mark}"
        )
    return "\n".join(lines)


def _minerals_text(minerals: Report) -> str:
    lines = [
        ABOUT_MINERALS,
        f"{'mineral':11}{'p0':>11}{'p*':>11}{'p*/p0':>7}{'table':>7}  {'mine':11}{'refine':11}{'k':>6}{'exposure':>10}"
        f"{'exports':>9}{'ceiling':>9}{'stock built':>13}",
    ]
    for name, a in minerals.items():
        top = {s: f"{v['dominant']} {v['dominant_share']:.0%}" for s, v in a["stages"].items()}
        stock = math.fsum(v["stock_change"] for v in a["stages"].values())
        may_fall = "yes" if a["world_share_could_fall"] else "no"
        lines.append(
            f"{name:11}{a['price']:11,.0f}{a['incentive_price']:11,.0f}{a['incentive_over_price']:7.2f}"
            f"{_multiple(a['incentive_over_price_in_table']):>7}  {top.get('mine', '-'):11}{top['refine']:11}"
            f"{a['k']:6.2f}{a['exposure']:10.2f}{a['export_share']:9.0%}{may_fall:>9}{stock:13,.0f}"
        )
    return "\n".join(lines)


def _market_text(mineral: str, stage: str, market: Report) -> str:
    lines = [f"{mineral.upper()}, {stage}"]
    for kind in ("output", "use"):
        known = "first guess" if (stage, kind) == ("mine", "use") else "reported"
        lines.append(f"  {kind:8}state{known:>14}{'balanced':>12}{'model':>12}{'adjustment':>12}{'residual':>10}")
        lines += [
            f"  {'':8}{r['state']:7}{_tons(r['reported']):>12}{_tons(r['balanced']):>12}{_tons(r['model']):>12}"
            f"{_percent(r['adjustment'], 1):>12}{_percent(r['residual'], 4):>10}"
            for r in market[kind]
        ]
    return "\n".join(lines)


def _multiple(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _tons(value: float) -> str:
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.1f}"


def _percent(value: float | None, digits: int) -> str:
    """A dash where there is none; no minus before a zero."""
    return "-" if value is None else f"{round(value, digits + 2) + 0.0:.{digits}%}"

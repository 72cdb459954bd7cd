"""Recorded trade by HS code as tons of content between states, and how well balanced trade keeps its order."""

from collections import defaultdict

import numpy as np
import pandas as pd

from .regions import ROW, state_key
from .tables import Tables

Flows = dict[tuple[str, str], float]  # (exporter, importer) -> tons of content a year


def recorded_trade(tables: Tables, mineral: str, stage: str, year: int, listed: frozenset[str]) -> dict[str, Flows]:
    """Trade of one mineral and stage by HS code, or by codes that only count together; none within a state."""
    out: dict[str, Flows] = {}
    for row in _codes(tables, mineral, stage).to_dict("records"):
        content = dict(zip(row["hs92_codes"].split("+"), map(float, row["content"].split("+")), strict=True))
        rows = tables.trade[tables.trade["hs92_code"].isin(content) & (tables.trade["year"] == year)]
        flows: Flows = defaultdict(float)
        tons = content_tons(rows, content, row["weigh"]).tolist()
        for exporter, importer, q in zip(rows["exporter_iso3"], rows["importer_iso3"], tons, strict=True):
            o, d = state_key(exporter, listed), state_key(importer, listed)
            if o != d and _counts(exporter, row["exporters"]):
                flows[o, d] += q
        out[row["hs92_codes"]] = dict(flows)
    return out


def coverage(tables: Tables, mineral: str, stage: str) -> str:
    """Whether the codes hold all trade of a stage (full) or only a part of it (also where there is no code)."""
    words = set(_codes(tables, mineral, stage)["coverage"])
    return "full" if words == {"full"} else "part"


def content_tons(rows: pd.DataFrame, content: dict[str, float], weigh: str) -> np.ndarray:
    """Tons of content [row]. weigh: `quantity` takes value at the code's median price where tons are odd or absent,
    `value` takes it everywhere, `gross` only where a quantity is absent."""
    tons, value = rows["quantity_t"].to_numpy(float), rows["value_kusd"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = value / tons
    known = pd.Series(price).where(np.isfinite(price))
    median = known.groupby(rows["hs92_code"].to_numpy()).transform("median").to_numpy()
    odd = {
        "quantity": rows["note"].fillna("").str.contains("outlier").to_numpy(),
        "value": np.full(len(rows), True),
        "gross": np.full(len(rows), False),
    }[weigh]
    return np.where(odd | ~np.isfinite(price), value / median, tons) * rows["hs92_code"].map(content).to_numpy(float)


def matrix(flows: Flows, origins: list[str], destinations: list[str]) -> np.ndarray:
    """Flows as tons [origin, destination]; a state without a node of its own counts as ROW."""
    out = np.zeros((len(origins), len(destinations)))
    for (a, b), q in flows.items():
        o, d = a if a in origins else ROW, b if b in destinations else ROW
        if o != d and o in origins and d in destinations:
            out[origins.index(o), destinations.index(d)] += q
    return out


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman."""
    return float(pd.Series(one).rank().corr(pd.Series(other).rank()))


def _codes(tables: Tables, mineral: str, stage: str) -> pd.DataFrame:
    table = tables.hs_content
    return table[(table["mineral"] == mineral) & (table["stage"] == stage)]


def _counts(exporter: str, rule: str) -> bool:
    """`all`, `only XXX YYY` or `but XXX YYY`: whose flows under a code belong to this stage."""
    word, *countries = rule.split()
    return word == "all" or (exporter in countries) == (word == "only")

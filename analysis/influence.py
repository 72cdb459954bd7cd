"""What moved the outcome most: the parameters that every history draws for itself, by rank correlation."""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from abm.outcomes import DRAWN
from experiments.runner import Results

from .statistics import LEVEL

NAMES = {
    "stay_probability_reference": "willingness to stay (p_stay)", "rent_capture": "rent share of the exporter (phi)",
    "excludable_share": "excludable share of security (x)", "trust_elasticity": "weight of trust (tau)",
    "reversal_hazard_observed": "hazard of reversal (h0)", "permanent_share": "reversals that last (pi)",
    "alliance_penalty": "penalty for refusing the leader",
}  # fmt: skip
OUTCOME = "life_years"
SHOWN = 3
FEWEST = 10  # histories below which a correlation says nothing


def influence(results: Results, label: str, outcome: str = OUTCOME) -> dict[str, float]:
    """Spearman's rank correlation of every drawn parameter with an outcome, strongest first; empty where the outcome
    does not vary, or there are few histories."""
    own = results.runs[results.runs["scenario"] == label]
    if outcome not in own or len(own) < FEWEST or own[outcome].isna().any() or own[outcome].nunique() < 2:
        return {}
    ranks = rankdata(own[outcome].to_numpy(dtype=float))
    found = {
        name: _correlation(ranks, own[f"{DRAWN}{name}"])
        for name in NAMES
        if f"{DRAWN}{name}" in own and own[f"{DRAWN}{name}"].nunique() > 1
    }
    return dict(sorted(found.items(), key=lambda pair: -abs(pair[1])))


def _correlation(ranks: np.ndarray, values: pd.Series) -> float:
    return float(np.corrcoef(ranks, rankdata(values.to_numpy(dtype=float)))[0, 1])


def noise(runs: int, tried: int) -> float:
    """The size that the largest of so many rank correlations by chance alone stays below, 19 times in 20."""
    return float(norm.ppf(1.0 - (1.0 - LEVEL) / (2.0 * tried))) / math.sqrt(runs - 1)


def in_words(found: dict[str, float], runs: int) -> str:
    """The strongest of those that stand out from noise at this number of histories, with sign."""
    least = noise(runs, len(found))
    parts = [f"{NAMES[name]} {value:+.2f}" for name, value in list(found.items())[:SHOWN] if abs(value) >= least]
    if not parts:
        return f"nothing stands out from noise with {runs} histories"
    return f"{', '.join(parts)} (rank correlation with the life of cooperation; below {least:.2f} is noise)"

"""What the coalition and its adversary see of themselves before the first month (R5-R16, R56)."""

import numpy as np

from ..markets.nodes import OUTLETS
from .controls import Controls, acts_remembered, panic_at_first, perceived_at_first
from .facts import REFINE, Facts
from .levers import Levers, exposure

CASES = 16  # R16: of what wears cooperation down, see abm/markets/club.py
Numbers = dict[str, np.ndarray]
COOPERATION = (
    "leading", "carried", "strength", "members", "member_share", "mean_compliance", "leader_left", "others_coerced",
    "quarter", "tension", "leader_pays", "lent",
)
QUARRELS = (
    "cohesion", "bite", "quiet", "coalition_act", "answers", "struck_back", "mean_exposure", "recorded_tension",
    "recorded_truce",
)


def facing(facts: Facts, acts: Controls) -> Numbers:
    """Controls, tension and quarrels before the first month."""
    kinds = 2, len(facts.minerals)
    rungs = acts.rung[0].reshape(OUTLETS, *kinds)
    return {
        "rung_all": rungs[0], "rung_named": rungs[1], "cap": np.zeros((*kinds, OUTLETS)), "leverage": np.zeros(kinds),
        "flooded": np.zeros(kinds), "threat": np.zeros(kinds[1]), "entrants_usual": np.zeros(kinds[1]),
        "entrants_idle": np.zeros(kinds[1]),
        **{name: np.array(0.0) for name in QUARRELS},
    }  # fmt: skip


def cooperating(facts: Facts, tools: Levers, static: Numbers) -> Numbers:
    """What the coalition sees of itself before the first month, and acts remembered from before (R56)."""
    minerals = range(len(facts.minerals))
    prior = facts.value("belief_prior_events") / facts.value("belief_prior_years")
    covered = np.array([1.0 - exposure(facts, m) for m in minerals])
    none = np.zeros(len(facts.minerals))
    return {
        "announced_floor": tools.world["floor"].copy(), "covered": covered,
        "covered_at_first": np.minimum(covered, 1.0),
        "reversal_hazard_reference": np.array(prior), "acts_seen": acts_remembered(facts),
        "ask_abroad": static["list_price"][REFINE].copy(), "agreement": none.copy(),
        "rise": none.copy(), "duty": none.copy(),
        "trusted_rise": none.copy(), "panic": np.array([panic_at_first(facts, m) for m in minerals]),
        "perceived": perceived_at_first(facts), "cohesion_if": np.zeros(CASES),
        **{name: np.array(0.0) for name in COOPERATION},
    }  # fmt: skip

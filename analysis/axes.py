"""What the axes of a sweep are called: in words, with their unit."""

from typing import Any

from .influence import NAMES

FLOOR = "coalition.price_floor.level"
WORDS = NAMES | {
    "whiplash": "whiplash (multiple of the observed hazard of reversal)",
    "coercion_hazard": "hazard of coercion of members", "control_hazard_scale": "hazard of export controls",
    "ramp_cap_outside": "growth of capacity outside", "entrant_attractiveness": "readiness to buy from entrants",
    "retaliation_prob": "probability of retaliation", "tension_mean": "mean tension",
    "severity": "severity of controls", "turnover": "turnover of governments",
}  # fmt: skip


def short(axis: dict[str, Any]) -> str:
    """An axis of a design, as its manifest holds it, in few words."""
    return long(axis).partition(" (multiple")[0].partition(" (share")[0]


def long(axis: dict[str, Any]) -> str:
    """The same, with what it is measured in."""
    if axis["key"] == FLOOR:
        return "floor (share of the incentive gap)"
    name = axis["name"] or axis["key"]
    return WORDS.get(axis["key"].removeprefix("parameters."), name.replace("_", " "))

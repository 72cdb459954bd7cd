"""R5, R9  Tension between the dominant state and the coalition, truces, and retaliation in trade."""

from ..numerics import exp, normal_quantile, sqrt
from ..rulebook import rule

MONTHS = 12.0  # a year


@rule
def tension(now, mean, reversion, spread, luck, pull, acts, per_act, quarrels, per_quarrel):
    """R5  tension (index, 0 to 1) a month later: reverts to its mean, which what the coalition delivers raises by
    `pull`; jumps with every control act and every quarrel over tariffs and floors."""
    kept = exp(-reversion / MONTHS)
    noise = spread * sqrt(1.0 - kept * kept) * normal_quantile(luck)
    moved = kept * now + (1.0 - kept) * (mean + pull) + noise
    return min(max(moved + per_act * acts + per_quarrel * quarrels, 0.0), 1.0)


@rule
def known(by_chance, recorded, faced):
    """R5  tension, or the record's of the state the coalition faces while there is one (below 0 there is none)."""
    return recorded if recorded >= 0.0 and faced > 0.0 else by_chance


@rule
def truce(left, recorded, faced, chance, hazard, now, high, length):
    """R5  months that a truce still lasts: one on record, one counting down, or a new one struck at high tension."""
    if recorded * faced > 0.0:
        return recorded
    if left > 0.0:
        return max(left - 1.0, 0.0)
    return length if now > high and chance < 1.0 - exp(-hazard / MONTHS) else 0.0


@rule
def felt(now, left, drop):
    """R5  tension as policy feels it: lower while a truce lasts."""
    return max(now - drop, 0.0) if left > 0.0 else now


@rule
def provoked(due, act, chance, probability, delay):
    """R9  months until the dominant state retaliates, plus one; 0 if nothing is due. An act of the coalition provokes
    it with some probability, once at a time."""
    if due > 0.0:
        return max(due - 1.0, 0.0)
    return delay + 1.0 if act > 0.0 and chance < probability else 0.0


@rule
def takes_effect(due):
    """R7, R9  1 in the month in which what was announced or provoked takes effect."""
    return 1.0 if 0.0 < due <= 1.0 else 0.0


@rule
def exposed(member, exposure, mean):
    """R9  1 for a member whose trade hangs on the dominant state at least as much as the members' does on average."""
    return member if exposure >= mean else 0.0


@rule
def retaliation(left, struck, exposed, member, length):
    """R9  months that a member's trade with the dominant state still suffers; it ends for one that leaves."""
    if struck > 0.0 and exposed > 0.0:
        return length
    return max(left - 1.0, 0.0) if member > 0.0 else 0.0


@rule
def answered(struck, leads, chance, probability):
    """R9  1 if the leader answers a retaliation this month."""
    return struck * leads if chance < probability else 0.0


@rule
def retaliation_cost(cost, gdp, tension, exposure, left):
    """R9  what a retaliation costs a state (USD a month); the dominant state loses as much again."""
    return cost * gdp * tension * exposure / MONTHS if left > 0.0 else 0.0

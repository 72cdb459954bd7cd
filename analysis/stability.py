"""R17  Which coalitions are stable: exact enumeration for any payoff function, and best replies.

A coalition is a bit mask over players. It is internally stable if no member gains by leaving, externally stable if no
outsider gains by joining, all others' choice given; stable if both.
"""

from collections.abc import Callable

import numpy as np

Payoffs = Callable[[np.ndarray], np.ndarray]  # members, bool [coalition, player] -> payoff [coalition, player]
MOST_PLAYERS = 22  # 2**22 coalitions: half a gigabyte of payoffs
TIE = 1e-12  # of the largest payoff: no gain at all


def coalitions(players: int) -> np.ndarray:
    """Members of every coalition, bool [2**players, player]; row = bit mask."""
    return (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1


def gains(payoffs: Payoffs, players: int) -> np.ndarray:
    """What every player would gain by changing sides, by coalition: [2**players, player], in the unit of payoff.
    ValueError: too many players to enumerate."""
    if players > MOST_PLAYERS:
        raise ValueError(f"{players} players: at most {MOST_PLAYERS} can be enumerated")
    masks = np.arange(2**players)
    value = payoffs(coalitions(players))
    other = masks[:, None] ^ (1 << np.arange(players))
    return value[other, np.arange(players)] - value


def stable(payoffs: Payoffs, players: int) -> np.ndarray:
    """Bit masks of all stable coalitions, the empty one included if nobody wants to begin alone."""
    gain = gains(payoffs, players)
    return np.flatnonzero((gain <= TIE * np.abs(gain).max()).all(axis=1))


def best_replies(payoffs: Payoffs, players: int, start: int, seed: int, most: int = 1000) -> int:
    """Where a coalition ends if one player after another, in an order drawn anew each round, changes sides when that
    gains. ValueError if it has not ended after `most` rounds."""
    luck = np.random.Generator(np.random.PCG64(seed))
    here = start
    for _ in range(most):
        before = here
        for player in luck.permutation(players).tolist():
            pair = np.array([here, here ^ (1 << player)])
            value = payoffs((pair[:, None] >> np.arange(players)) & 1 == 1)
            if value[1, player] - value[0, player] > TIE * float(np.abs(value).max()):
                here = int(pair[1])
        if here == before:
            return here
    raise ValueError(f"best replies from {start} have not ended after {most} rounds")

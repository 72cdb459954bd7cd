"""`python -m analysis.membership_game [SCENARIO] [--month 2030-01] [--seed 1]`: coalitions that money alone would keep.

R17 on a month of a history: coverage k, perceived hazard h and tension T are frozen, and every coalition of the fifteen
states with most demand is tried: who would gain by leaving, who by joining. Only the terms of R11 count, in USD a year;
will, habit, company and trust (R12) do not. What one state's terms owe to others is the penalty for refusing a leader.
"""

import argparse
from typing import NamedTuple

import numpy as np

from abm.agents import State
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.forms import months_of
from abm.scenario import Scenario
from abm.start import start_of
from experiments.printing import show

from .stability import Payoffs, best_replies, coalitions, stable

PLAYERS = 15
MILLION = 1e6
STARTS = 50  # random coalitions from which best replies begin


class Game(NamedTuple):
    """Players by weight; own: USD a year that membership is worth without the penalty; standing: penalty avoided while
    the leader is in; inside: who is a member in that month."""

    players: list[str]
    own: np.ndarray
    standing: np.ndarray
    inside: np.ndarray
    leader: int

    @property
    def payoffs(self) -> Payoffs:
        """Payoff by coalition, against staying out."""

        def of(members: np.ndarray) -> np.ndarray:
            led = members[:, [self.leader]].astype(float)
            return members * (self.own + self.standing * led)

        return of


def frozen(source: str, month: str, seed: int) -> Game:
    """The game of one month of one history. BadInput: no coalition, or a month before it begins or after the run."""
    scenario = Scenario.load(source)
    if scenario.coalition is None:
        raise BadInput("no coalition", key="scenario", value=source, allowed="a scenario with a coalition")
    first = scenario.coalition.begins
    if not months_of(first) < months_of(month) <= months_of(scenario.end):
        raise BadInput("outside the coalition's time", key="--month", value=month, allowed=f"after {first}, to the end")
    ensemble = Ensemble(start_of(scenario), [seed])
    for _ in range(scenario.month(month) + 1):
        ensemble.step()
    s, states = ensemble[State], ensemble.start.states
    open_to = np.flatnonzero(s.invited[:, 0] > 0.0)
    chosen = sorted(sorted(open_to.tolist(), key=lambda i: -s.weight[i, 0])[:PLAYERS], key=lambda i: states[i])
    leader = states.index(scenario.coalition.leader)
    if leader not in chosen:
        chosen = sorted([*chosen[:-1], leader], key=lambda i: states[i])
    standing = ensemble.alliance_penalty[0] * s.gdp[chosen, 0] * (1.0 - s.leads[chosen, 0])
    own = s.payoff[chosen, 0] - s.standing[chosen, 0]
    return Game([states[i] for i in chosen], own, standing, s.member[chosen, 0] > 0.0, chosen.index(leader))


def text(game: Game, month: str) -> str:
    """Every player's terms, the stable coalitions, and where best replies end."""
    lines = [f"{month}: worth of membership in M USD a year, the others' choice given", ""]
    lines.append(f"{'':6}{'without penalty':>17}{'penalty avoided':>17}{'member now':>12}")
    for name, own, penalty, inside in zip(game.players, game.own, game.standing, game.inside, strict=True):
        now = "yes" if inside else "no"
        lines.append(f"{name:6}{own / MILLION:17.1f}{penalty / MILLION:17.1f}{now:>12}")
    found = stable(game.payoffs, len(game.players))
    every = coalitions(len(game.players))
    lines.append("")
    lines.append(f"{len(found)} of {len(every):,} coalitions are stable by money alone:")
    for one in found.tolist():
        names = [n for n, inside in zip(game.players, every[one], strict=True) if inside]
        lines.append(f"  {', '.join(names) or 'nobody'}")
    luck = np.random.Generator(np.random.PCG64(1))
    ends = [
        best_replies(game.payoffs, len(game.players), int(start), seed)
        for seed, start in enumerate(luck.integers(0, len(every), STARTS))
    ]
    lines.append(f"best replies from {STARTS} random coalitions end in {len(set(ends))} of them")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m analysis.membership_game", description=__doc__.partition("\n")[0])
    parser.add_argument("scenario", nargs="?", default="trade_zone")
    parser.add_argument("--month", default="2030-01")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    try:
        show(text(frozen(asked.scenario, asked.month, asked.seed), asked.month))
    except BadInput as fault:
        raise SystemExit(f"membership_game: {fault}") from None


if __name__ == "__main__":
    main()

"""`python -m analysis.membership_game [SCENARIO]`: coalitions that money alone would keep.

R17 on a month of a history: coverage k, perceived hazard h and tension T are frozen, and every coalition of the fifteen
states with most demand is tried: who would gain by leaving, who by joining. Only the terms of R11 count, in USD a year;
will, habit, company and trust (R12) do not. What one state's terms owe to others is the penalty for refusing a leader.
"""

from typing import NamedTuple

import numpy as np
import typer

from abm.agents import State
from abm.ensemble import Ensemble
from abm.errors import BadInput
from abm.forms import months_of
from abm.start import start_of
from experiments import LARGEST_SEED
from experiments.printing import show

from .cli import main as command_line
from .request import Changes, ranged, scenario_of
from .stability import Payoffs, best_replies, coalitions, stable

NAME = "python -m analysis.membership_game"
PLAYERS = 15
MILLION = 1e6
STARTS = 50  # random coalitions from which best replies begin

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


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
    scenario = scenario_of(source, Changes())
    if scenario.coalition is None:
        raise BadInput("no coalition", key="scenario", value=source, allowed="a scenario with a coalition")
    first = max(scenario.coalition.begins, scenario.start, key=months_of)
    try:
        within = months_of(first) < months_of(month) <= months_of(scenario.end)
    except ValueError:
        raise BadInput("not a month", key="--month", value=month, allowed="YYYY-MM, as 2030-01") from None
    if not within:
        allowed = f"a month after {first}, up to {scenario.end}"
        raise BadInput("outside the coalition's time", key="--month", value=month, allowed=allowed)
    ensemble = Ensemble(start_of(scenario), [seed])
    for _ in range(scenario.month(month) + 1):
        ensemble.step()
    s, states = ensemble[State], ensemble.start.states
    open_to = np.flatnonzero(s.invited[:, 0] > 0.0)
    leader = states.index(scenario.coalition.leader)
    heaviest = sorted(set(open_to.tolist()) - {leader}, key=lambda i: -s.weight[i, 0])
    chosen = sorted([leader, *heaviest[: PLAYERS - 1]], key=lambda i: states[i])
    standing = ensemble.alliance_penalty[0] * s.gdp[chosen, 0] * (1.0 - s.leads[chosen, 0])
    own = s.payoff[chosen, 0] - s.standing[chosen, 0]
    return Game([states[i] for i in chosen], own, standing, s.member[chosen, 0] > 0.0, chosen.index(leader))


def text(game: Game, source: str, month: str, seed: int) -> str:
    """Every player's terms, the stable coalitions, and where best replies end."""
    lines = [f"{source}, seed {seed}, {month}: worth of membership in M USD a year, the others' choice given", ""]
    lines.append(f"{'':6}{'of its own':>12}{'standing':>12}{'in all':>12}{'member now':>12}")
    for name, own, penalty, inside in zip(game.players, game.own, game.standing, game.inside, strict=True):
        sums = "".join(f"{value / MILLION:12.1f}" for value in (own, penalty, own + penalty))
        lines.append(f"{name:6}{sums}{'yes' if inside else 'no':>12}")
    lines.append("standing: the penalty for refusing the leader, avoided while the leader is in (R11)")
    found = stable(game.payoffs, len(game.players))
    every = coalitions(len(game.players))
    lines.append("")
    lines.append(f"{len(found)} of {len(every):,} coalitions are stable by these sums alone:")
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


@app.command()
def membership_game(
    scenario: str = typer.Argument("trade_zone", help="A shipped name or a TOML file, with a coalition."),
    month: str = typer.Option("2030-01", metavar="YYYY-MM", help="Which month."),
    seed: str = typer.Option("1", metavar="N", help="Which history."),
) -> None:
    """Which coalitions the terms of membership alone would keep, on a month of a history."""
    number = ranged("--seed", seed, 0, LARGEST_SEED)
    show(text(frozen(scenario, month, number), scenario, month, number))


if __name__ == "__main__":
    command_line(app, NAME)

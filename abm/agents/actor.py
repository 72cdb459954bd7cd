"""What every agent has: an address for chance."""

import mesa

from ..rulebook import Index

# Purposes of a draw.
REVERSAL, LENGTH, LASTING, HIT, TERM, REDRAW, LAPSE, LAPSE_LENGTH = range(1, 9)
OUTAGE, OUTAGE_LENGTH, MOOD, SANCTION, STALL = range(9, 14)
TENSION, TRUCE, ACT, PACKAGE, ESCALATION, STEPDOWN, RETALIATION, ANSWER = range(14, 22)
COERCION, REVIEW, CHOICE, AGREEMENT, PARAMETER = range(22, 27)


class Actor(mesa.Agent):
    """A method wires fields to rules, without a branch: `self` is one agent or a whole table of agents by runs."""

    slot = Index("address of the agent in every draw")

    def draw(self, purpose, each=""):
        """Uniform(0, 1) of this agent, month and purpose; one for each item of an axis if `each` names it."""
        return self.model.draw(self, purpose, each)

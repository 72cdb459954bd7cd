"""Who acts: states, miners, refiners, buyers."""

from .actor import Actor
from .buyer import Buyer
from .firm import Firm, Miner, Project, Recycler, Refiner
from .state import State

KINDS = (State, Miner, Refiner, Buyer)

__all__ = ["KINDS", "Actor", "Buyer", "Firm", "Miner", "Project", "Recycler", "Refiner", "State"]

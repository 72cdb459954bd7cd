"""Who acts: states, miners, refiners, buyers."""

from .actor import Actor
from .buyer import Buyer
from .firm import Firm, Miner, Recycler, Refiner
from .plant import Plant, Project, Prospect
from .state import State

KINDS = (State, Miner, Refiner, Buyer)

__all__ = ["KINDS", "Actor", "Buyer", "Firm", "Miner", "Plant", "Project", "Prospect", "Recycler", "Refiner", "State"]

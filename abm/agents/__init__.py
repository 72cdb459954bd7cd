"""Who acts: states and their export controls, miners, refiners, buyers."""

from .actor import Actor
from .buyer import Buyer
from .control import ExportControl
from .firm import Firm, Miner, Recycler, Refiner
from .plant import Plant, Project, Prospect
from .state import State

KINDS = (State, ExportControl, Miner, Refiner, Buyer)

__all__ = [
    "KINDS", "Actor", "Buyer", "ExportControl", "Firm", "Miner", "Plant", "Project", "Prospect", "Recycler", "Refiner",
    "State",
]  # fmt: skip

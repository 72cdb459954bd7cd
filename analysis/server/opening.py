"""What the page opens with, set by whoever starts the server."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Opening:
    """scenario: as a plain dict; recorded: a history of a results folder that is replayed (analysis.stored.History)."""

    scenario: dict[str, Any] = field(default_factory=dict)
    seed: int = 1
    data: str | None = None
    recorded: Any = None


NOW = Opening()

"""An agent-based model of critical-mineral markets: rules, agents, markets, and the two drivers that run them."""

from typing import Any

__all__ = ["Ensemble", "Scenario", "World", "outcomes", "start_of"]


def __getattr__(name: str) -> Any:
    """The public names, loaded when asked for: compiled code is not wanted to print a help text."""
    from importlib import import_module

    homes = {
        "Ensemble": "ensemble",
        "Scenario": "scenario",
        "World": "world",
        "outcomes": "outcomes",
        "start_of": "start",
    }
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{homes[name]}", __name__), name)

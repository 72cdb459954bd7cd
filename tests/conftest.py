"""What every test may rely on: the repository's root, figures without a screen, repeatable random examples."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from analysis import progress

os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A machine under load says no more than a quick one."""
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)

"""What every test may rely on: the repository's root, figures without a screen, repeatable random examples. Tests of
the page are left out, and counted, where there is no browser."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from abm.compiling import compile_all
from analysis import progress

from .server.visitor import CHROMIUM, DRIVER

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


LEFT_OUT: dict[str, int] = {}  # tests that need a browser, where there is none


def pytest_configure(config: pytest.Config) -> None:
    """Workers of pytest-xdist would compile the model one after the other, each the same."""
    if not hasattr(config, "workerinput"):
        compile_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if CHROMIUM and DRIVER else [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    LEFT_OUT["browser"] = len(left_out)
    getattr(config, "workeroutput", {})["left_out"] = len(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist is done: each has left out the same."""
    LEFT_OUT["browser"] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if count := LEFT_OUT.get("browser"):
        terminalreporter.write_line(f"{count} tests of the page deselected: they need chromium and chromedriver")

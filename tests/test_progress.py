"""What a user who waits is told: the last count, a time left that has something to stand on, every slow phase."""

import time

import pytest

from abm import compiling
from analysis import progress
from analysis.progress import Pace, Progress, Waiting


@pytest.fixture
def lines(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(progress, "say", said.append)
    return said


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "PATIENCE", 2.0)
    return now


def reports(clock: list[float], total: int, *told: tuple[float, int]) -> None:
    progress = Progress(total)  # not entered: no timer beside the clock
    for seconds, done in told:
        clock[0] = 100.0 + seconds
        progress(done)


def test_the_last_count_is_told(lines, clock):
    reports(clock, 112, (40.0, 8), (45.0, 88), (46.0, 112))
    assert lines == ["8 of 112 histories", "112 of 112 histories, in 46 s"]


def test_what_is_done_at_once_says_nothing(lines, clock):
    reports(clock, 16, (0.5, 8), (1.0, 16))
    assert lines == []


def test_the_time_left_is_that_of_the_latest_rate(lines, clock):
    reports(clock, 1000, (60.0, 8), (61.0, 16), (62.0, 24), (71.0, 108), (72.0, 118), (82.0, 218))
    assert lines[0] == "8 of 1000 histories"  # nothing yet to base a time on
    assert lines[1] == "108 of 1000 histories, 9.1 a second, 98 s left"
    assert lines[2] == "218 of 1000 histories, 9.5 a second, 82 s left"


def test_the_rate_forgets_what_is_long_past(clock):
    pace = Pace()
    for second in range(60):
        pace(float(second), second)
    rates = [pace(60.0 + second, 60 + 10 * second) for second in range(40)]
    assert rates[-1] == pytest.approx(10.0)


def test_a_slow_phase_says_so_on_a_pipe_and_a_quick_one_does_not(lines, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with Waiting("drawing the figures"):
        time.sleep(0.5)
    with Waiting("writing the report"):
        pass
    time.sleep(0.2)
    assert lines == ["drawing the figures"]


def test_only_a_long_reading_says_that_the_model_is_compiled(lines, monkeypatch):
    monkeypatch.setattr(compiling, "compile_all", lambda: None)  # even a look at what is missing takes its time
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with Waiting("reading the design", compiles=True):
        time.sleep(0.3)
    assert lines == ["reading the design"]
    monkeypatch.setattr(progress, "LONG", 0.4)
    with Waiting("reading the design", compiles=True):
        time.sleep(1.0)
    assert lines[1:] == ["reading the design", progress.COMPILING]


def test_a_run_without_a_report_says_that_it_began(lines, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with Progress(64):
        time.sleep(0.5)
    assert lines == ["running 64 histories"]

"""Same luck, same bits on any number of workers; what fails is recorded and ends nothing; what is written is whole."""

import errno
import json
import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm.errors import BadInput
from abm.outcomes import outcomes
from abm.scenario import Scenario
from abm.start import sources, start_of
from experiments import runner, store
from experiments.interrupts import Interrupts
from experiments.runner import Arm, arm_of, chunks_of, run, seeds_of
from experiments.workers import carry_out

from .deadly import double_or_die

SMALL = {"minerals": ("gallium", "ndpr"), "end": "2027-12"}


@pytest.fixture(scope="module")
def arms() -> list[Arm]:
    facts = sources(None)
    names = ("no_coalition", "trade_zone")
    return [arm_of(name, Scenario.load(name).model_copy(update=SMALL), facts) for name in names]


@pytest.fixture(scope="module")
def results(arms):
    return run(arms, seeds_of(1, 9), workers=1)


def same(a: runner.Results, b: runner.Results) -> bool:
    pairs = [(a.series[s][n], b.series[s][n]) for s in a.series for n in a.series[s]]
    return a.runs.equals(b.runs) and all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)


def test_more_runs_begin_with_the_fewer():
    assert (seeds_of(3, 400)[:200] == seeds_of(3, 200)).all()
    assert not set(seeds_of(1, 1000)) & set(seeds_of(2, 1000))


@pytest.mark.parametrize("chunk", [1, 2, 4])
def test_chunks_change_no_bit(arms, results, chunk):
    assert same(run(arms, seeds_of(1, 9), workers=1, chunk=chunk), results)


@pytest.mark.once
def test_workers_change_no_bit(arms, results):
    assert same(run(arms, seeds_of(1, 9), workers=2, chunk=5), results)


def test_another_root_is_another_luck(arms, results):
    other = run(arms, seeds_of(2, 9), workers=1)
    assert not np.array_equal(other.series["trade_zone"]["cohesion"], results.series["trade_zone"]["cohesion"])


def test_the_table_and_the_series(arms, results):
    assert list(results.runs.columns[:4]) == ["scenario", "run", "seed", "key"]
    assert results.runs["seed"].tolist() == [*seeds_of(1, 9)] * 2
    series = results.series["trade_zone"]
    assert series["cohesion"].shape == (3, 9) and series["hhi_refine"].shape == (3, 2, 9)
    assert all(values.dtype == np.float32 for values in series.values())
    assert results.years == [2025, 2026, 2027]
    assert np.isnan(series["price_inside"][0]).all() and (series["price_inside"][2, 0] > 0.0).all()


def test_calendar_years_of_a_run_that_starts_in_spring(arms):
    scenario = Scenario.load("no_coalition").model_copy(update=SMALL | {"start": "2026-03", "end": "2027-02"})
    got = run([arm_of("late", scenario, sources(None))], seeds_of(1, 2), workers=1)
    assert got.years == [2026, 2027] and got.series["late"]["cohesion"].shape == (2, 2)


def test_a_failing_chunk_ends_nothing(arms, monkeypatch):
    def broken(start, seeds):
        if start.scenario.coalition and seeds_of(1, 9)[0] in seeds:
            raise ZeroDivisionError("a market without buyers")
        return ensemble(start, seeds)

    ensemble = runner.Ensemble
    monkeypatch.setattr(runner, "Ensemble", broken)
    got = run(arms, seeds_of(1, 9), workers=1, chunk=3)
    assert [(f.scenario, f.run, f.seed) for f in got.failures] == [("trade_zone", i, 10**9 + i) for i in range(3)]
    assert "ZeroDivisionError: a market without buyers" in got.failures[0].what
    assert "Traceback" in got.failures[0].traceback
    assert got.runs["scenario"].value_counts().to_dict() == {"no_coalition": 9, "trade_zone": 6}
    assert got.series["trade_zone"]["cohesion"].shape == (3, 6)


def test_a_run_that_did_not_clear_is_left_out(arms, results, monkeypatch):
    monkeypatch.setattr(runner.Record, "failed", property(lambda record: np.arange(record.runs) == 1))
    got = run(arms[:1], seeds_of(1, 9), workers=1)
    assert [(f.run, f.traceback) for f in got.failures] == [(1, "")]
    assert got.runs["run"].tolist() == [0, *range(2, 9)]
    mine = results.runs[results.runs["scenario"] == "no_coalition"].drop(index=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(got.runs, mine)


def test_an_interrupt_keeps_whole_chunks(arms):
    def interrupt(done: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    got = run(arms, seeds_of(1, 9), workers=1, chunk=3, watch=interrupt)
    assert got.interrupted and len(got.runs) == 6
    assert not got.failures


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_only_the_first_interrupt_stops(arms, number):
    with Interrupts() as interrupts:
        watch = lambda done: os.kill(os.getpid(), number)  # noqa: E731
        got = run(arms, seeds_of(1, 9), workers=1, chunk=3, watch=watch, interrupts=interrupts)
        os.kill(os.getpid(), number)  # while results are written
        assert interrupts.heard and got.interrupted and len(got.runs) == 3
        with pytest.raises(KeyboardInterrupt), interrupts.stoppable():
            raise AssertionError("what was asked for before it began")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("runs", "chunk", "sizes"),
    [(200, 64, [8, 24, 56, 56, 56]), (200, 4, [4] * 50), (9, 64, [9]), (16, 64, [8, 8]), (1, 64, [1])],
)
def test_the_first_chunks_are_small(runs, chunk, sizes):
    parts = chunks_of(runs, chunk)
    assert [len(part) for part in parts] == sizes
    assert np.concatenate(parts).tolist() == list(range(runs))


def test_the_threshold_is_the_scenarios_own(arms, results):
    assert np.isnan(arms[0].threshold) and 0.0 < arms[1].threshold < 1.0
    start = start_of(arms[1].scenario, sources(None))
    record = runner.Ensemble(start, seeds_of(1, 9)).run()
    stands = outcomes(record, arms[1].threshold)["stands"]
    assert results.runs.query("scenario == 'trade_zone'")["stands"].tolist() == stands.tolist()


def test_a_dead_process_costs_only_its_job():
    got = list(carry_out(double_or_die, [1, -5, 2, 3], workers=2))
    assert sorted(got) == [-5, 2, 4, 6]


def test_nothing_is_claimed_by_asking(tmp_path):
    store.claim(tmp_path / "a" / "b")
    assert not any(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        store.claim(tmp_path / "file" / "b")


def test_what_is_stored_is_what_was_run(arms, results, tmp_path):
    folder = store.folder_of(tmp_path, results, 1, 9)
    manifest = store.manifest(results, 1, 9)
    store.save(folder, results, manifest, {"note.txt": "x"})
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "note.txt", "runs.parquet", "yearly.parquet"]
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "runs.parquet"), results.runs)
    yearly = pd.read_parquet(folder / "yearly.parquet")
    assert len(yearly) == 2 * 9 * 3 * 2
    one = yearly.query("scenario == 'trade_zone' and run == 4 and year == 2027 and mineral == 'ndpr'").iloc[0]
    series = results.series["trade_zone"]
    assert (one["hhi_refine"], one["bite"]) == (series["hhi_refine"][2, 1, 4], series["bite"][2, 4])
    assert one["seed"] == seeds_of(1, 9)[4]
    read = json.loads((folder / "manifest.json").read_text())
    assert read["scenarios"]["trade_zone"]["key"] == arms[1].key
    assert read["finished_runs"] == {"no_coalition": 9, "trade_zone": 9}
    assert set(read["versions"]) == {"python", "numpy", "numba", "mesa", "pandas"}


@pytest.mark.parametrize("name", ["runs.parquet", "yearly.parquet", "note.txt", "manifest.json"])
def test_a_full_disk_is_one_line(results, tmp_path, monkeypatch, name):
    replace = os.replace

    def full(source, place):
        if Path(place).name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, place)

    monkeypatch.setattr(store.os, "replace", full)
    with pytest.raises(BadInput, match=r"cannot be written \(No space left on device\)"):
        store.save(tmp_path / "results", results, store.manifest(results, 1, 9), {"note.txt": "x"})
    written = [path.name for path in (tmp_path / "results").iterdir()]
    assert "manifest.json" not in written and not any(one.startswith(".") for one in written)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    store.write(tmp_path / "a.txt", "old")
    with pytest.raises(ZeroDivisionError), store.whole(tmp_path / "a.txt") as path:
        path.write_text("half")
        raise ZeroDivisionError
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]

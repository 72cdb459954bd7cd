"""Real Dask on loopback: a cluster of two processes, and a scheduler and a worker started by hand."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import LocalCluster

from analysis.cli import code_of
from experiments import cluster, parts, sweep
from experiments.views import Views

pytestmark = pytest.mark.once

DESIGN = """
scenarios = ["trade_zone"]
minerals = ["gallium"]
end = "2027-12"
replicates = 8
[[axes]]
key = "whiplash"
values = [0.0, 1.0, 2.0]
"""


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sweep, "SMALL", 6)  # four tasks
    Path("small.toml").write_text(DESIGN)


def experiment(*words: str) -> int:
    return code_of(["experiment", "small.toml", *words])


def test_a_cluster_and_processes_by_hand_give_the_table_of_one_worker(root):
    assert experiment("--workers", "1", "--out", "alone") == 0
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local:
        assert experiment("--dask", local.scheduler_address, "--out", "local") == 0
    with by_hand() as (_, address):
        assert experiment("--dask", address, "--out", "hand") == 0
    hashes = {Views([Path(folder)]).hash() for folder in ("alone", "local", "hand")}
    assert len(hashes) == 1
    assert len(list(Path("hand/parts").iterdir())) == len(list(Path("alone/parts").iterdir())) == 4


@contextlib.contextmanager
def by_hand():
    """A scheduler and a worker in processes of their own, and the scheduler's address."""
    said = [sys.executable, "-m", "dask"]
    place, quiet = ["--scheduler-file", "scheduler.json"], {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    processes = [subprocess.Popen([*said, "scheduler", *place, *where], **quiet)]
    try:
        while not Path("scheduler.json").exists():
            time.sleep(0.05)
        processes.append(subprocess.Popen([*said, "worker", *place, "--nthreads", "1", "--no-dashboard"], **quiet))
        yield processes, json.loads(Path("scheduler.json").read_text())["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


@pytest.mark.parametrize("which", ["scheduler", "worker"])
def test_a_cluster_that_is_gone_in_mid_sweep(capsys, monkeypatch, which):
    """One line, nothing of tasks that did not run; --resume goes on."""
    monkeypatch.setattr(cluster, "ABSENCE", 1.0)
    add = parts.Folder.add
    with by_hand() as (processes, address):

        def last(folder, rows):
            add(folder, rows)
            monkeypatch.setattr(cluster, "PATIENCE", 1.0)
            process = processes[which == "worker"]
            process.terminate() if which == "worker" else process.kill()
            process.wait()

        with monkeypatch.context() as patch:
            patch.setattr(parts.Folder, "add", last)
            assert experiment("--dask", address, "--out", "out") == 2
    said = capsys.readouterr().err
    assert f'--dask = "{address}": the cluster is gone; what is whole is kept; allowed: --resume' in said
    assert said.count("\n") == 1
    kept = len(list(Path("out/parts").iterdir()))
    assert 1 <= kept < 4 and len(Views([Path("out")]).sql("select * from failures")) == 0
    assert json.loads(Path("out/manifest.json").read_text())["done"] == 6 * kept
    assert experiment("--workers", "1", "--out", "out", "--resume") == 0
    assert len(Views([Path("out")]).sql("select * from runs")) == 24


def test_a_task_that_the_cluster_cannot_do_is_told(capsys, monkeypatch):
    monkeypatch.setattr("experiments.cluster.carry", _dies_at_first)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as local:
        assert experiment("--dask", local.scheduler_address, "--out", "out") == 3
    failed = Views([Path("out")]).sql("select * from failures")
    assert len(failed) == 6 and set(failed["failure"]) == {"RuntimeError: no such machine"}
    assert "alone: --only" in capsys.readouterr().err


def _dies_at_first(task):
    if task.cases[0].point.number == 0 and task.cases[0].runs[0] == 0:
        raise RuntimeError("no such machine")
    return sweep.carry(task)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tls://127.0.0.1:1", "nonsense", ""])
def test_nobody_answers(capsys, monkeypatch, address):
    monkeypatch.setattr("experiments.cluster.PATIENCE", 1.0)
    assert experiment("--dask", address) == 2
    err = capsys.readouterr().err
    assert "no scheduler answers" in err and err.count("\n") == 1 and not Path("results").exists()


def test_without_the_extra(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert experiment("--dask", "tcp://127.0.0.1:8786") == 2
    assert "Dask is not installed: pip install 'mineralclub[cluster]'" in capsys.readouterr().err

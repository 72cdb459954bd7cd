"""Small sweeps as commands of their own: run, killed, resumed, hashed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from analysis.cli import NAME


def command(root: Path, *words: str) -> subprocess.Popen:
    """`mineralclub` in a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, "-m", "analysis.cli", *words], env=environment, **pipes)  # type: ignore[call-overload]


def said(root: Path, *words: str) -> str:
    """What a command that ends well prints."""
    process = command(root, *words)
    out, err = process.communicate()
    assert process.returncode == 0, f"{NAME} {' '.join(words)}: {err}"
    return out


def hash_of(root: Path, *folders: Path) -> str:
    return said(root, "report", "--hash", *map(str, folders)).strip()


def killed(root: Path, kills: int, folder: Path, *words: str, luck: int = 1) -> list[int]:
    """Runs a sweep, kills it -9 again and again at random moments after it began to write, and resumes it to its end.
    Numbers of parts that stood at every kill."""
    chance, parts = random.Random(luck), []
    for _ in range(kills):
        before = _parts(folder)
        process = command(root, "experiment", *words, "--out", str(folder), "--resume")
        while _parts(folder) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        parts.append(_parts(folder))
    said(root, "experiment", *words, "--out", str(folder), "--resume")
    return parts


def _parts(folder: Path) -> int:
    return len(list((folder / "parts").glob("*.parquet")))

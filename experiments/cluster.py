"""Tasks over a Dask cluster, known by its scheduler's address; rows come back to be written here."""

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Any

from abm.errors import BadInput

from .lockstep import Task, carry, lost
from .parts import KEPT
from .sweep import Answers

PATIENCE = 10.0  # seconds to reach the scheduler; without an answer so long, it is asked whether workers are left
ABSENCE = 60.0  # seconds in which a worker may come back
LOOK = 0.05  # seconds between looks at what is done
AHEAD = 2  # tasks in the cluster for every core of its workers
ADDRESS = "an address such as tcp://127.0.0.1:8786"


class Gone(Exception):
    """The cluster has ended, or cannot be reached any more."""


def dask(address: str) -> Callable[[list[Task]], Answers]:
    """Carries out tasks on the workers of a scheduler. BadInput if the extra is missing or nobody answers, and from the
    answers when the cluster is gone: nothing is said then of tasks that did not run."""
    try:
        from distributed import Client
    except ImportError:
        what = "Dask is not installed: pip install 'mineralclub[cluster]'"
        raise BadInput(what, key="--dask", value=address) from None
    try:
        asyncio.run(_reached(address))  # as a client that reaches nobody stays open
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, TimeoutError) as fault:  # TypeError: of tls:// without certificates
        what = f"no scheduler answers ({type(fault).__name__})"
        raise BadInput(what, key="--dask", value=address, allowed=ADDRESS) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError):
        client.close()
        raise BadInput("the scheduler has no workers", key="--dask", value=address, allowed="one or more") from None
    return lambda tasks: _answers(client, tasks, address)


async def _reached(address: str) -> None:
    """Opens a connection to an address and closes it again."""
    from distributed.comm import connect

    await (await connect(address, timeout=PATIENCE)).close()


def _answers(client: Any, tasks: list[Task], address: str) -> Answers:
    """Rows of every task as they come; those of a task that failed or whose worker died say so."""
    from distributed import as_completed
    from distributed.utils import silence_logging_cmgr

    ahead = iter(tasks)
    asked: dict[str, Task] = {}

    def submit(task: Task) -> Any:
        future = client.submit(carry, task, pure=False)
        asked[future.key] = task
        return future

    with silence_logging_cmgr(logging.CRITICAL):
        try:
            cores = client.ncores()
            room = AHEAD * len(cores) * max(cores.values(), default=0)
            if not room:
                raise Gone
            waiting = as_completed([submit(task) for task in itertools.islice(ahead, room)], loop=client.loop)
            for future in _done(client, waiting):
                task = asked.pop(future.key)
                if future.status == "finished":
                    yield future.result()
                else:
                    fault = future.exception()
                    yield lost(task, f"{type(fault).__name__}: {fault}")
                if following := next(ahead, None):
                    waiting.add(submit(following))
        except (Gone, OSError, TimeoutError, CancelledError):
            raise BadInput(f"the cluster is gone; {KEPT}", key="--dask", value=address, allowed="--resume") from None
        finally:
            client.close()


def _done(client: Any, waiting: Any) -> Iterator[Any]:
    """Futures that finished or failed, as they come; Gone if no other can."""
    heard = time.monotonic()
    while not waiting.is_empty():
        if client.status != "running":
            raise Gone
        if waiting.has_ready():
            future, heard = next(waiting), time.monotonic()
            if future.status not in ("finished", "error"):  # cancelled, as the scheduler is gone
                raise Gone
            yield future
        elif time.monotonic() - heard > PATIENCE:
            client.wait_for_workers(1, timeout=ABSENCE)
            heard = time.monotonic()
        else:
            time.sleep(LOOK)

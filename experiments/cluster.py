"""Tasks over a Dask cluster, known by its scheduler's address; rows come back to be written here."""

import itertools
from collections.abc import Callable
from typing import Any

from abm.errors import BadInput

from .lockstep import Task, carry, lost
from .sweep import Answers

PATIENCE = 10.0  # seconds to reach the scheduler
AHEAD = 2  # tasks in the cluster for every core of its workers


def dask(address: str) -> Callable[[list[Task]], Answers]:
    """Carries out tasks on the workers of a scheduler. BadInput if the extra is missing or nobody answers."""
    try:
        from distributed import Client
    except ImportError:
        what = "Dask is not installed: pip install 'mineralclub[cluster]'"
        raise BadInput(what, key="--dask", value=address) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as fault:
        what = f"no scheduler answers ({type(fault).__name__})"
        raise BadInput(what, key="--dask", value=address, allowed="an address such as tcp://127.0.0.1:8786") from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise BadInput("the scheduler has no workers", key="--dask", value=address, allowed="one or more") from None
    return lambda tasks: _answers(client, tasks)


def _answers(client: Any, tasks: list[Task]) -> Answers:
    """Rows of every task as they come; those of a task that failed or whose worker died say so."""
    from distributed import as_completed

    ahead = iter(tasks)
    asked: dict[str, Task] = {}

    def submit(task: Task) -> Any:
        future = client.submit(carry, task, pure=False)
        asked[future.key] = task
        return future

    try:
        room = AHEAD * len(client.ncores()) * max(client.ncores().values())
        waiting = as_completed([submit(task) for task in itertools.islice(ahead, room)], loop=client.loop)
        for future in waiting:
            task = asked.pop(future.key)
            if future.status == "finished":
                yield future.result()
            else:
                fault = future.exception()
                yield lost(task, f"{type(fault).__name__}: {fault}")
            if following := next(ahead, None):
                waiting.add(submit(following))
    finally:
        client.close()

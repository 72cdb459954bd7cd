"""Jobs over worker processes: Ctrl-C is heard by the parent alone, a process that dies costs only its own job."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

J = TypeVar("J")
C = TypeVar("C")


def carry_out(work: Callable[[J], C], jobs: list[J], workers: int) -> Generator[C | J, None, None]:
    """Results as they come; a job that kills its process comes back itself."""
    if workers < 2:
        yield from map(work, jobs)
        return
    ahead = list(jobs)
    while ahead:
        suspects = yield from _together(work, ahead, workers)
        for job in suspects:
            if (yield from _together(work, [job], 1)):
                yield job


def _together(work: Callable[[J], C], ahead: list[J], workers: int) -> Generator[C, None, list[J]]:
    """Works off `ahead`; the jobs that were running when a process died, one of which may have killed it."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_with_parent)
    running: dict[Future[C], J] = {}
    try:
        while ahead or running:
            with deaf_to_interrupts():
                while ahead and len(running) < workers:  # no more, so that it is known which jobs a dead process had
                    future = pool.submit(work, ahead[0])
                    running[future] = ahead.pop(0)
            for ready in wait(running, return_when=FIRST_COMPLETED).done:
                answer = ready.result()
                del running[ready]
                yield answer
        return []
    except BrokenProcessPool:
        return list(running.values())
    finally:
        pool.shutdown(wait=not running, cancel_futures=True)
        if running:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()


def _leave_with_parent() -> None:
    """A worker whose parent is killed would wait for work for ever."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextlib.contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started here leave Ctrl-C to their parent."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which alone hears signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

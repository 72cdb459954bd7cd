"""Jobs over worker processes: Ctrl-C is heard by the parent alone, a process that dies costs only its own job."""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

ATTEMPTS = 2  # of a job whose process died: by accident, or by its own doing

J, C = TypeVar("J"), TypeVar("C")


def carry_out(work: Callable[[J], C], jobs: list[J], workers: int) -> Generator[C | J, None, None]:
    """Results as they come; a job whose process died twice comes back itself."""
    if workers < 2:
        yield from map(work, jobs)
        return
    ahead, attempts = list(jobs), {id(job): 0 for job in jobs}
    while ahead:
        others = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
        running: dict[Future, J] = {}
        try:
            while ahead or running:
                with deaf_to_interrupts():
                    while ahead and len(running) < workers:  # no more, so that a dead process tells which jobs it had
                        job = ahead.pop(0)
                        running[pool.submit(work, job)] = job
                for ready in wait(running, return_when=FIRST_COMPLETED).done:
                    answer: Any = ready.result()
                    del running[ready]
                    yield answer
            pool.shutdown()
        except BrokenProcessPool:
            for job in running.values():
                attempts[id(job)] += 1
            yield from (job for job in running.values() if attempts[id(job)] == ATTEMPTS)
            ahead = [job for job in running.values() if attempts[id(job)] < ATTEMPTS] + ahead
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if running:
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()


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

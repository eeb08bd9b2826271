"""Where batches run: in this process, or in worker processes behind `concurrent.futures.Executor`.

This module stays free of numpy: workers limit the threads of its linear algebra before they import it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context
from typing import Any

from sim.errors import UsageError

THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class InProcess(Executor):
    """Runs each call at once in the calling thread; an interrupt passes through."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is already done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def checked_workers(workers: int | None) -> int:
    """Number of workers: as given, or one per processor of this machine."""
    if workers is None:
        return os.cpu_count() or 1
    if workers < 1:
        raise UsageError(f"workers: expected a whole number ≥ 1, got {workers}")
    return workers


def _start_worker(stop: connection.Connection) -> None:
    # An interrupt from the keyboard reaches every process of the terminal; only the main one may act on it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
    threading.Thread(target=_leave_with_the_main_process, args=(stop,), daemon=True).start()


def _leave_with_the_main_process(stop: connection.Connection) -> None:
    # The other end closes when the main process stops the pool, and also when it is killed.
    connection.wait([stop])
    os._exit(1)


@contextmanager
def worker_pool(workers: int) -> Iterator[Executor]:
    """An executor of `workers` processes (one: this process); after an error no worker is left computing."""
    if workers == 1:
        yield InProcess()
        return
    context = get_context("spawn")
    stop, held = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(stop,))
    try:
        yield executor
    except BaseException:
        held.close()
        executor.shutdown(wait=True, cancel_futures=True)
        raise
    else:
        executor.shutdown(wait=True)
    finally:
        held.close()
        stop.close()

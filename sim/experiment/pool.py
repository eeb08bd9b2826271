"""Worker processes behind `concurrent.futures.Executor`.

This module stays free of numpy: workers limit the threads of its linear algebra before they import it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process

from sim.errors import UsageError
from sim.language import Phrase

THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def checked_workers(workers: int | None) -> int:
    """Number of workers: as given, or one per processor of this machine."""
    if workers is None:
        return os.cpu_count() or 1
    if workers < 1:
        raise UsageError(Phrase("workers: expected a whole number ≥ 1, got {got}", got=workers))
    return workers


class Duty:
    """Whether a worker is computing: the only time at which it may leave at once.

    A worker that left while it sent its results would leave the main process waiting for the rest of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._computing = False
        self._ended = False

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Around the computation of a batch, not around sending its results."""
        with self._lock:
            if self._ended:
                os._exit(1)
            self._computing = True
        try:
            yield
        finally:
            with self._lock:
                self._computing = False

    def end(self) -> None:
        """Leave now if computing, else at the next batch."""
        with self._lock:
            self._ended = True
            if self._computing:
                os._exit(1)


DUTY = Duty()
"""The duty of this process."""


def _start_worker(stop: connection.Connection) -> None:
    # An interrupt from the keyboard reaches every process of the terminal; only the main one may act on it
    # (where there are signal masks, `born_deaf` has seen to it already).
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
    threading.Thread(target=_leave_with_the_main_process, args=(stop,), daemon=True).start()


def _leave_with_the_main_process(stop: connection.Connection) -> None:
    # The other end closes when the main process stops the pool, and also when it is killed.
    main = parent_process()
    assert main is not None
    connection.wait([stop, main.sentinel])
    DUTY.end()
    connection.wait([main.sentinel])
    os._exit(1)


@contextmanager
def worker_pool(workers: int) -> Iterator[Executor]:
    """An executor of `workers` processes; after an error no worker is left computing.

    A worker may start whenever something is submitted: submit inside `born_deaf`.
    """
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

"""Holding back interrupts where one would do harm."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType

HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def holding() -> Iterator[list[int]]:
    """Signals that ask to stop, noted in the list given and not raised; look at it when it is safe.

    What is in the list at the end takes effect then, unless an exception is already on its way. Only the
    main thread is interrupted, so elsewhere there is nothing to hold back.
    """
    arrived: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield arrived
        return

    def note(signum: int, frame: FrameType | None) -> None:
        arrived.append(signum)

    before = {number: signal.getsignal(number) for number in HELD}
    # A handler that was not installed from Python cannot be put back, and an ignored signal stays ignored.
    held = {number: handler for number, handler in before.items() if handler not in (None, signal.SIG_IGN)}
    for number in held:
        signal.signal(number, note)
    try:
        yield arrived
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
    for received in arrived[:1]:
        signal.raise_signal(received)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets a short step end before an interrupt that arrives in it takes effect.

    Inside DuckDB a `KeyboardInterrupt` would come out as an error of the database, and a file would stay
    half-written.
    """
    with holding():
        yield


@contextmanager
def born_deaf() -> Iterator[None]:
    """Processes started in this block never hear an interrupt from the keyboard, not even while they start."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The tracker that multiprocessing starts with the first process would clear the mask: start it before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

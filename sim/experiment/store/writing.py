"""Files that a reader sees whole or not at all, in folders that one process at a time writes to."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.experiment.interrupts import uninterrupted
from sim.language import Phrase, why

if TYPE_CHECKING:
    from filelock import BaseFileLock

TMP = ".tmp"
LOCK = ".lock"
POLL_S = 0.2
"""How often a process that waits for a folder looks whether it is free."""

Waiting = Callable[[Path], None]

_ordinals = count()


def unwritable(folder: Path, error: OSError) -> UsageError:
    """The error for a folder that cannot be written: it is full, read-only, no folder…"""
    folder = next((place for place in (folder, *folder.parents) if place.suffix != TMP), folder)
    return UsageError(Phrase(
        'out: results cannot be written to "{folder}": {reason}; mend that or name another folder with --out; what is stored '
        "stays, and the same command goes on from it",
        folder=folder, reason=why(error),
    ))  # fmt: skip


@contextmanager
def temporary(folder: Path) -> Iterator[Path]:
    """A path in a folder for a file or a folder that `settle` moves to its name; what is left there is removed.

    Raises
    ------
    UsageError
        If something in the block could not be written.
    """
    tmp = folder / f"{os.getpid()}-{next(_ordinals)}{TMP}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield tmp
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        _remove(tmp)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees the old or the new one, never half of it."""
    with temporary(path.parent) as tmp:
        tmp.write_bytes(content)
        settle(tmp, path)


def settle(tmp: Path, path: Path) -> None:
    """Move a finished temporary file to its name, safely on the disk before it can be seen."""
    with tmp.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(tmp, path)
    fix_names(path.parent)


def fix_names(folder: Path) -> None:
    """Have the names in a folder safely on the disk."""
    if os.name == "posix":
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def swap(aside: Path, folder: Path, names: Sequence[str], last: str) -> None:
    """Replace files of a folder by those that stand aside, and remove the others of these names.

    The file called `last` goes first and comes last: while it is missing the others may be old or new.
    """
    with uninterrupted():
        (folder / last).unlink(missing_ok=True)
        for name in names:
            if (aside / name).exists():
                os.replace(aside / name, folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        fix_names(folder)
        os.replace(aside / last, folder / last)
        fix_names(folder)


def check_writable(folder: Path) -> None:
    """Make a folder, and try to write in it.

    Raises
    ------
    UsageError
        If that cannot be done; the message says why.
    """
    with temporary(folder) as probe:
        probe.touch()


def remains(folder: Path) -> list[Path]:
    """Temporary files and folders whose process is gone."""
    found = [(tmp, tmp.name.partition("-")[0]) for tmp in folder.rglob(f"*{TMP}")]
    return [tmp for tmp, owner in found if not (owner.isdigit() and _is_running(int(owner)))]


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    if os.name != "posix" or pid == os.getpid():
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def note_waiting(folder: Path) -> None:
    """Say through `logging` that another process is writing to a folder and is waited for."""
    logging.getLogger("sim").warning("%s: another run is writing there; waiting until it has ended", folder)


@contextmanager
def alone_in(folder: Path, waiting: Waiting = note_waiting) -> Iterator[None]:
    """The block is the only one that writes to a folder; `waiting` is called if another one has to be waited for.

    The lock is one of the operating system: it ends with the process, however that ends, and is no hindrance to one
    that only reads. A thread may take it several times. Where nothing can be written no lock is needed. What killed
    processes left half-written is removed.
    """
    lock = _lock(folder, waiting)
    try:
        if lock is not None:
            for tmp in remains(folder):
                _remove(tmp)
        yield
    finally:
        if lock is not None:
            lock.release()


def _lock(folder: Path, waiting: Waiting) -> BaseFileLock | None:
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, is_singleton=True)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            waiting(folder)
            lock.acquire(poll_interval=POLL_S)
    except OSError:
        return None
    return lock

"""Workers of a Dask cluster in place of those of this machine: found by the address of its scheduler.

What they run, how it is cut up and what is stored are the same as on one machine. This process alone writes.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from sim.errors import RunError, UsageError
from sim.experiment.pool import checked_workers
from sim.language import Phrase

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

LOUD = (
    "distributed", "distributed.client", "distributed.comm", "distributed.comm.core", "distributed.comm.tcp", "distributed.core",
    "distributed.batched", "distributed.utils", "distributed.utils_comm", "tornado.application", "asyncio",
)
"""Loggers that would print stack traces of a connection that is lost."""

CONNECT_S = 10.0
"""How long a scheduler, and the first of its workers, are waited for."""

LOST_S = 5.0
"""How long this process tries to reach a scheduler again that it has lost."""


@cache
def decisive() -> Mapping[str, str]:
    """What decides the numbers and must be the same everywhere: the model, Python, and the libraries that compute."""
    from importlib.metadata import PackageNotFoundError, version

    import sim
    from sim.experiment.identity import model_fingerprint, outcomes_fingerprint

    def of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "none"

    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sim": sim.__version__,
        "model": model_fingerprint(),
        "outcomes": outcomes_fingerprint(),
        **{package: of(package) for package in ("numpy", "numba", "llvmlite")},
    }


def alike(expected: Mapping[str, str], task: Callable[[Any], T], item: Any) -> T:
    """What a task gives on a worker; one that joined late with other versions refuses it."""
    here = decisive()
    if here != expected:
        raise UsageError(_unlike({"": here}, expected))
    return task(item)


def _unlike(found: Mapping[str, Mapping[str, str]], expected: Mapping[str, str]) -> Phrase:
    told = [
        Phrase(
            "{name} {theirs} on {worker}, {ours} here",
            name=name, theirs=theirs.get(name, "?"), worker=worker or Phrase("a worker"), ours=ours,
        )
        for worker, theirs in found.items()
        for name, ours in expected.items()
        if theirs.get(name) != ours
    ]  # fmt: skip
    return Phrase(
        "cluster: workers are not alike ({told:; }); results could differ from those of one machine: install the same versions "
        "everywhere and start the workers again",
        told=tuple(told[:6]),
    )  # fmt: skip


class Cluster:
    """A scheduler and its workers, all of which run the same model as this process."""

    def __init__(self, address: str, client: Client) -> None:
        self.address, self.client = address, client
        self.count = sum(self.client.nthreads().values())

    def check(self) -> None:
        """Refuse to wait for a scheduler that is gone.

        Raises
        ------
        RunError
            Saying how to go on.
        """
        if self.client.status != "running":
            raise self.gone()

    def gone(self) -> RunError:
        """The error when the scheduler cannot be reached any more."""
        return RunError(Phrase(
            "cluster: the scheduler at {address} is gone; what was finished is stored: start a cluster again, and the same "
            "command goes on from there (or without --cluster, on this machine)",
            address=self.address,
        ))  # fmt: skip

    def guarded(self, task: Callable[[Any], T]) -> Callable[[Any], T]:
        """A task that workers with other versions refuse."""
        return partial(alike, decisive(), task)

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """An executor of the cluster's workers.

        Raises
        ------
        RunError
            If the scheduler is gone, or a piece of work was lost with one worker after the other.
        """
        from distributed import KilledWorker

        executor: Executor = self.client.get_executor(pure=False)
        try:
            yield executor
        except KilledWorker as error:
            raise RunError(Phrase(
                "cluster: one worker after the other ended over the same batch (out of memory, or killed: {error}); what was "
                "finished is stored: give workers more memory, and the same command goes on from there",
                error=" ".join(str(error).split())[:200],
            )) from error  # fmt: skip
        except (CancelledError, OSError) as error:
            if self.client.status != "running" or isinstance(error, CancelledError):
                raise self.gone() from error
            raise


Workers = int | Cluster
"""Who does the work: so many processes or threads of this machine, or a cluster."""


def workers_of(workers: Workers) -> int:
    """How many they are; of a cluster, how many pieces of work it does at once."""
    return workers.count if isinstance(workers, Cluster) else workers


@contextmanager
def hired(workers: int | None, cluster: str | None = None) -> Iterator[Workers]:
    """Workers of this machine (None: one per processor), or those of the cluster whose scheduler has this address.

    Raises
    ------
    UsageError
        If both are asked for, the cluster cannot be used, or its workers are not alike.
    """
    if cluster is None:
        yield checked_workers(workers)
        return
    if workers is not None and workers != 1:
        raise UsageError(Phrase("cluster: its own workers do the work; give either --cluster or --workers, not both"))
    with _quiet():
        client = _client(cluster)
        try:
            _check_alike(cluster, client)
            yield Cluster(cluster, client)
        finally:
            client.close(timeout=LOST_S)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the log of the library: what goes wrong is said once, by the error that is raised."""
    loggers = [logging.getLogger(name) for name in LOUD]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UsageError(Phrase(
            'cluster: the library "{name}" is not installed; install it with: pip install -c constraints.txt -e ".[cluster]"',
            name=error.name,
        )) from error  # fmt: skip
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False, name="fuel-blockade-sim")
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(Phrase(
            'cluster: no Dask scheduler answers at "{address}" ({error}); give the address that `dask scheduler` prints, such as '
            "tcp://127.0.0.1:8786",
            address=address, error=" ".join(str(error).split())[:200],
        )) from error  # fmt: skip


def _check_alike(address: str, client: Client) -> None:
    """Wait for the first worker and refuse workers that would not give the numbers of this machine."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as error:
        raise UsageError(Phrase(
            "cluster: the scheduler at {address} has no workers; start some with: dask worker {address}", address=address
        )) from error  # fmt: skip
    found = client.run(decisive, on_error="return")
    silent = [worker for worker, answer in found.items() if not isinstance(answer, Mapping)]
    if silent:
        raise UsageError(Phrase(
            "cluster: the worker {worker} cannot run this program ({error}); install the same version there, with the same "
            "packages",
            worker=silent[0], error=" ".join(str(found[silent[0]]).split())[:200],
        )) from None  # fmt: skip
    expected = decisive()
    if any(answer != expected for answer in found.values()):
        raise UsageError(_unlike(found, expected))

"""Running replications in batches; what comes back does not depend on workers or order."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, islice
from typing import Any, TypeVar

from sim.draws import Replication
from sim.errors import PlanError, RunError, message_of
from sim.experiment.design import Batch, Batches
from sim.experiment.engines import Engine, Uncertainty
from sim.experiment.interrupts import born_deaf, holding
from sim.experiment.pool import DUTY, worker_pool
from sim.language import NOTHING, Phrase
from sim.records import RunRecords, RunStack
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

Q = TypeVar("Q")
T = TypeVar("T")
Told = list[tuple[int, int]]
"""World and shortage days of each run of a batch."""
Store = Callable[[RunStack], Told]
Tell = Callable[[Told], None]

POLL_S = 0.1
"""How often an experiment in worker processes looks whether it was interrupted."""

GRACE_S = 1.0
"""How long an interrupted experiment waits for batches that are nearly done."""


@dataclass(frozen=True)
class Work:
    """All that a worker needs to run any replication of one scenario and strategy."""

    engine: Engine
    scenario_name: str
    strategy_name: str
    scenario: Scenario
    strategy: Strategy
    seed: int
    uncertainty: Uncertainty

    def packed(self) -> bytes:
        """The work as bytes, packed once and sent with every batch."""
        return pickle.dumps(self, protocol=pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Work:
    work: Work = pickle.loads(packed)
    return work


def run_batch(packed: bytes, batch: Batch) -> RunStack:
    """Records of a batch of replications in a worker process, in their order."""
    with DUTY.computing():
        return runs_of(_unpacked(packed), batch)


def runs_of(work: Work, batch: Batch) -> RunStack:
    """Records of a batch of replications, in their order; neighbours of one world share its Plan."""
    stacks = []
    for world, replications in groupby(batch, key=lambda replication: replication.world):
        plan = _plan(work, world)
        stacks.append(_runs(work, plan, tuple(replications)))
    return RunStack.joined(stacks)


def _plan(work: Work, world: int) -> Any:
    try:
        return work.engine.make_plan(
            work.scenario, work.strategy, seed=work.seed, world=world, uncertainty=work.uncertainty
        )
    except PlanError:
        raise
    except Exception as error:
        raise _failure(work, Phrase("world {world}", world=world), error) from error


def _runs(work: Work, plan: Any, replications: Batch) -> RunStack:
    if work.engine.simulate_many is None:
        return RunStack.of([_run(work, plan, replication) for replication in replications])
    try:
        return work.engine.simulate_many(plan, work.seed, replications)
    except Exception as error:
        raise _failure(work, Phrase("world {world}", world=replications[0].world), error) from error


def _run(work: Work, plan: Any, replication: Replication) -> RunRecords:
    try:
        return work.engine.simulate(plan, work.seed, replication)
    except Exception as error:
        place = Phrase(
            "replication (world {world}, chance {chance}) = {number}",
            world=replication.world, chance=replication.chance, number=replication.number,
        )  # fmt: skip
        raise _failure(work, place, error) from error


def _failure(work: Work, place: Phrase, error: Exception) -> RunError:
    time_s = getattr(error, "time_s", None)
    said = message_of(error)
    return RunError(Phrase(
        'scenario "{scenario}", strategy "{strategy}", seed {seed}, {place}{moment}: {error}',
        scenario=work.scenario_name, strategy=work.strategy_name, seed=work.seed, place=place,
        moment=NOTHING if time_s is None else Phrase(", time {time} s", time=time_s),
        error=said if isinstance(error, RunError) else Phrase("{kind}: {error}", kind=type(error).__name__, error=said),
    ))  # fmt: skip


def run_batches(work: Work, batches: Batches, workers: int, store: Store, tell: Tell) -> None:
    """Run all batches, store the records of each, and tell what storing them gave.

    Threads store what they have run themselves; what worker processes have run is stored in this one. When interrupted,
    batches that end within `GRACE_S` are still stored before the interrupt goes on. With workers, interrupts are
    noticed only between two waits: one raised inside `concurrent.futures` can leave its locks taken, and the program
    hanging.

    Raises
    ------
    RunError
        Naming scenario, strategy, seed, replication and, where the engine tells it, time.
    """
    used = min(workers, len(batches))
    if work.engine.prepare is not None:
        work.engine.prepare()
    if used == 1:
        for batch in batches:
            tell(store(runs_of(work, batch)))
        return
    if work.engine.simulate_many is not None:
        with holding() as arrived, ThreadPoolExecutor(used) as executor:
            run_in(executor, lambda batch: store(runs_of(work, batch)), batches, 2 * used, tell, arrived)
        return
    try:
        with holding() as arrived, worker_pool(used) as executor:
            task = partial(run_batch, work.packed())
            run_in(executor, task, batches, 2 * used, lambda runs: tell(store(runs)), arrived)
    except BrokenProcessPool as error:
        if arrived:
            raise KeyboardInterrupt from error
        raise RunError(Phrase(
            "a worker process ended before its batch was done (out of memory, killed, or sim.run called from a script without "
            '`if __name__ == "__main__":`); the same command goes on from what is stored; workers=1 runs everything in one '
            "process"
        )) from error  # fmt: skip


def run_in(
    executor: Executor, task: Callable[[Q], T], batches: Iterable[Q], window: int, keep: Callable[[T], None], arrived: list[int]
) -> None:
    """Run batches of any kind in an executor, at most `window` submitted at once, until one fails or a signal arrives."""
    todo = iter(batches)

    def submitted(count: int) -> set[Future[T]]:
        with born_deaf():
            return {executor.submit(task, batch) for batch in islice(todo, count)}

    running = submitted(window)
    try:
        while running:
            done, running = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
            if not arrived:
                running |= submitted(len(done))
            for future in done:
                keep(future.result())
            if arrived:
                for future in wait(running, timeout=GRACE_S).done:
                    keep(future.result())
                raise KeyboardInterrupt
    finally:
        for future in running:
            future.cancel()

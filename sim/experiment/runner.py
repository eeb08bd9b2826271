"""Running replications in batches; what comes back does not depend on workers or order."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from sim.draws import Replication
from sim.errors import PlanError, RunError
from sim.experiment.design import Batch, Batches
from sim.experiment.engines import Engine, Uncertainty
from sim.experiment.interrupts import born_deaf, holding
from sim.experiment.pool import DUTY, worker_pool
from sim.records import RunRecords
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

Keep = Callable[[list[RunRecords]], None]

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


def run_batch(packed: bytes, batch: Batch) -> list[RunRecords]:
    """Records of a batch of replications, in its order; neighbours of one world share its Plan."""
    work = _unpacked(packed)
    plan: Any = None
    world = -1
    runs = []
    with DUTY.computing():
        for replication in batch:
            if replication.world != world:
                world = replication.world
                plan = _plan(work, world)
            runs.append(_run(work, plan, replication))
    return runs


def _plan(work: Work, world: int) -> Any:
    try:
        return work.engine.make_plan(
            work.scenario, work.strategy, seed=work.seed, world=world, uncertainty=work.uncertainty
        )
    except PlanError:
        raise
    except Exception as error:
        raise _failure(work, f"world {world}", error) from error


def _run(work: Work, plan: Any, replication: Replication) -> RunRecords:
    try:
        return work.engine.simulate(plan, work.seed, replication)
    except Exception as error:
        place = f"replication (world {replication.world}, chance {replication.chance}) = {replication.number}"
        raise _failure(work, place, error) from error


def _failure(work: Work, place: str, error: Exception) -> RunError:
    time_s = getattr(error, "time_s", None)
    moment = "" if time_s is None else f", time {time_s} s"
    kind = "" if isinstance(error, RunError) else f"{type(error).__name__}: "
    return RunError(
        f'scenario "{work.scenario_name}", strategy "{work.strategy_name}", seed {work.seed}, '
        f"{place}{moment}: {kind}{error}"
    )


def run_batches(work: Work, batches: Batches, workers: int, keep: Keep) -> None:
    """Run all batches and hand the records of each to `keep`.

    When interrupted, batches that end within `GRACE_S` are still kept before the interrupt goes on. With worker
    processes, interrupts are noticed only between two waits: one raised inside `concurrent.futures` can leave
    its locks taken, and the program hanging.

    Raises
    ------
    RunError
        Naming scenario, strategy, seed, replication and, where the engine tells it, time.
    """
    used = min(workers, len(batches))
    if used == 1:
        packed = work.packed()
        for batch in batches:
            keep(run_batch(packed, batch))
        return
    try:
        with holding() as arrived, worker_pool(used) as executor:
            _run_in(executor, work, batches, 2 * used, keep, arrived)
    except BrokenProcessPool as error:
        if arrived:
            raise KeyboardInterrupt from error
        raise RunError(
            "a worker process ended before its batch was done (out of memory, killed, or sim.run called from "
            'a script without `if __name__ == "__main__":`); the same command goes on from what is stored; '
            "workers=1 runs everything in one process"
        ) from error


def _run_in(
    executor: Executor, work: Work, batches: Batches, window: int, keep: Keep, arrived: list[int]
) -> None:
    """Run batches in an executor, at most `window` submitted at once, until one fails or a signal arrives."""
    packed = work.packed()
    todo = iter(batches)

    def submitted(count: int) -> set[Future[list[RunRecords]]]:
        with born_deaf():
            return {executor.submit(run_batch, packed, batch) for batch in islice(todo, count)}

    running = submitted(window)
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

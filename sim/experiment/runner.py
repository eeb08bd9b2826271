"""Running replications in batches; what comes back does not depend on workers or order."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, islice
from typing import Any, Literal, Protocol, TypeVar

from sim.draws import Replication
from sim.errors import PlanError, RunError, message_of
from sim.experiment.cluster import Cluster, Workers
from sim.experiment.design import Batch, Batches
from sim.experiment.engines import Engine, Uncertainty
from sim.experiment.interrupts import born_deaf, holding
from sim.experiment.pool import DUTY, worker_pool
from sim.language import NOTHING, Phrase
from sim.records import Room, RunRecords, RunStack
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

Piece = TypeVar("Piece", covariant=True)
T = TypeVar("T")
Told = list[tuple[int, int]]
"""World and shortage days of each run of a batch."""
Tell = Callable[[Told], None]

POLL_S = 0.1
"""How often an experiment in worker processes looks whether it was interrupted."""

WINDOW = 2
"""Pieces of work submitted at once for each worker, so that none waits for the next one."""

MANY = 1_000
"""Batches that are expected of jobs that are not known yet: enough for all workers."""

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


@lru_cache(maxsize=2)
def unpacked(packed: bytes) -> Any:
    """What was packed once and is sent with every piece of work."""
    return pickle.loads(packed)


def run_packed(piece: tuple[int, bytes, Batch]) -> tuple[int, Any]:
    """Place of the job and what is kept of a batch of replications that a worker process runs."""
    place, packed, batch = piece
    work, keeping = unpacked(packed)
    with DUTY.computing():
        return place, keeping.condensed(runs_of(work, batch, Room(len(batch))))


def runs_of(work: Work, batch: Batch, room: Room, shared: Any = None) -> RunStack:
    """Records of a batch of replications, in their order and in a room; neighbours of one world share its Plan.

    `shared` is what the engine made for several jobs in the same replications.
    """
    stacks = []
    for world, replications in groupby(batch, key=lambda replication: replication.world):
        plan = plan_of(work, world)
        stacks.append(runs_under(work, plan, tuple(replications), room, shared))
    return RunStack.joined(stacks, room)


def plan_of(work: Work, world: int) -> Any:
    """The Plan of a world; an error names what it was made for."""
    try:
        return work.engine.make_plan(
            work.scenario, work.strategy, seed=work.seed, world=world, uncertainty=work.uncertainty
        )
    except PlanError:
        raise
    except Exception as error:
        raise _failure(work, Phrase("world {world}", world=world), error) from error


def runs_under(work: Work, plan: Any, replications: Batch, room: Room | None = None, shared: Any = None) -> RunStack:
    """Records of replications of one world under its Plan, in their order; an engine of many runs puts them into a room."""
    if work.engine.simulate_many is None:
        return RunStack.of([_run(work, plan, replication) for replication in replications])
    try:
        return work.engine.simulate_many(plan, work.seed, replications, room, shared)
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


class Keeping(Protocol):
    """How batches are stored: condensed where they were run, and written in this process."""

    def condensed(self, runs: RunStack) -> Any:
        """What is kept of a batch."""

    def store(self, kept: Any) -> Told:
        """Write it and tell the world and shortage days of each run."""


def _nothing() -> None:
    """Nothing."""


@dataclass(frozen=True)
class Job:
    """Batches of one experiment, at least one.

    `tell` is told what storing each of them gave; `begin` is called before the first is handed out, `end` after the last is
    stored, `leave` if the work is broken off in between.
    """

    work: Work
    batches: Batches
    keeping: Keeping
    tell: Tell
    begin: Callable[[], None] = _nothing
    end: Callable[[], None] = _nothing
    leave: Callable[[], None] = _nothing


class _Queue:
    """Batches of several jobs, one job after the other, each with the place of its job; jobs are asked for in their turn."""

    def __init__(self, jobs: Iterable[Job], several: bool) -> None:
        self.coming = enumerate(jobs)
        self.several = several
        self.open = dict(islice(self.coming, 1))
        """Jobs in hand: those that have ended are not held on to, as they may have much in memory."""
        self.left = {place: len(job.batches) for place, job in self.open.items()}
        self.all_handed_out = False

    def __len__(self) -> int:
        """Batches of the first job; those of others are not known yet, and taken for many."""
        return sum(self.left.values()) + (MANY if self.several else 0)

    def __iter__(self) -> Iterator[tuple[int, Batch]]:
        for place, job in chain(list(self.open.items()), self.coming):
            self.open[place], self.left[place] = job, len(job.batches)
            job.begin()
            for batch in job.batches:
                yield place, batch
        self.all_handed_out = True

    def stored(self, place: int, told: Told) -> None:
        """A batch of a job is stored."""
        self.open[place].tell(told)
        self.left[place] -= 1
        # The last job ends outside, where an interrupt takes effect at once.
        if not self.left[place] and not (self.all_handed_out and len(self.open) == 1):
            self.end(place)

    def end(self, place: int) -> None:
        """End a job."""
        self.open.pop(place).end()


class _Packed:
    """Batches with the bytes of what is the same for all of a job."""

    def __init__(self, queue: _Queue) -> None:
        self.queue = queue

    def __len__(self) -> int:
        return len(self.queue)

    def __iter__(self) -> Iterator[tuple[int, bytes, Batch]]:
        before, packed = -1, b""
        for place, batch in self.queue:
            if place != before:
                job = self.queue.open[place]
                before, packed = place, pickle.dumps((job.work, job.keeping), protocol=pickle.HIGHEST_PROTOCOL)
            yield place, packed, batch


def run_jobs(jobs: Iterable[Job], workers: Workers, *, several: bool = False) -> None:
    """Run the batches of all jobs, store what is kept of each, and tell what storing it gave.

    Jobs are asked for one after the other, all with one engine, and follow each other without a pause: while one ends, batches
    of the next are run. Threads store what they have run themselves; what worker processes have run is stored in this one.

    Raises
    ------
    RunError
        Naming scenario, strategy, seed, replication and, where the engine tells it, time.
    """
    queue = _Queue(jobs, several)
    if not queue.open:
        return
    engine = queue.open[0].work.engine
    shared = engine.shared() if several and engine.shared is not None else None

    own = threading.local()

    def run_here(piece: tuple[int, Batch]) -> tuple[int, Told]:
        place, batch = piece
        job = queue.open[place]
        if not hasattr(own, "room"):
            own.room = Room(0)
        runs = runs_of(job.work, batch, own.room.empty(len(batch)), shared)
        return place, job.keeping.store(job.keeping.condensed(runs))

    def store(kept: tuple[int, Any]) -> None:
        queue.stored(kept[0], queue.open[kept[0]].keeping.store(kept[1]))

    try:
        if place_of(engine, workers, len(queue)) in ("here", "threads"):
            spread(run_here, queue, engine, workers, lambda kept: queue.stored(*kept))
        else:
            spread(run_packed, _Packed(queue), engine, workers, store)
    except BaseException:
        for job in queue.open.values():
            job.leave()
        raise
    for place in list(queue.open):
        queue.end(place)


Place = Literal["here", "threads", "processes", "cluster"]


def place_of(engine: Engine, workers: Workers, items: int) -> Place:
    """Where so many pieces of work are done."""
    if isinstance(workers, Cluster):
        return "cluster"
    if min(workers, items) <= 1:
        return "here"
    return "processes" if engine.simulate_many is None else "threads"


class Items(Sized, Iterable[Piece], Protocol[Piece]):
    """Pieces of work, of which it is known how many they are."""


def spread(
    task: Callable[[Piece], T], items: Items[Piece], engine: Engine, workers: Workers, keep: Callable[[T], None]
) -> None:
    """Do a task for every item and keep what each gives, in this thread and in any order.

    For other processes the task is one that can be sent to them. When interrupted, what ends within `GRACE_S` is still kept
    before the interrupt goes on. With workers, interrupts are noticed only between two waits: one raised inside
    `concurrent.futures` can leave its locks taken, and the program hanging.
    """
    if isinstance(workers, Cluster):
        with holding() as arrived, workers.executor() as executor:
            sent = workers.guarded(task)
            _run_in(executor, sent, items, WINDOW * workers.count, keep, arrived, workers.check)
        return
    used, place = min(workers, len(items)), place_of(engine, workers, len(items))
    if engine.prepare is not None:
        engine.prepare()
    if place == "here":
        for item in items:
            keep(task(item))
        return
    if place == "threads":
        with holding() as arrived, ThreadPoolExecutor(used) as executor:
            _run_in(executor, task, items, WINDOW * used, keep, arrived)
        return
    try:
        with holding() as arrived, worker_pool(used) as executor:
            _run_in(executor, task, items, WINDOW * used, keep, arrived)
    except BrokenProcessPool as error:
        if arrived:
            raise KeyboardInterrupt from error
        raise RunError(Phrase(
            "a worker process ended before its batch was done (out of memory, killed, or sim.run called from a script without "
            '`if __name__ == "__main__":`); the same command goes on from what is stored; workers=1 runs everything in one '
            "process"
        )) from error  # fmt: skip


def _run_in(
    executor: Executor, task: Callable[[Piece], T], items: Iterable[Piece], window: int, keep: Callable[[T], None],
    arrived: list[int], check: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Do a task for items in an executor, at most `window` submitted at once, until one fails or a signal arrives.

    `check` is called between two waits; it raises when nothing can come any more.
    """
    todo = iter(items)

    def submitted(count: int) -> set[Future[T]]:
        with born_deaf():
            return {executor.submit(task, item) for item in islice(todo, count)}

    running = submitted(window)
    try:
        while running:
            done, running = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
            if check is not None:
                check()
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

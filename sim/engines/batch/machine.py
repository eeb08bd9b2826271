"""The batch engine from outside: replications of a Plan in, their records out, equal to the reference engine's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache

import numpy as np

from sim.draws import WORD, Replication
from sim.engines.batch.agenda import DONE, FULL, PAUSED
from sim.engines.batch.cache import cache_folder
from sim.engines.batch.eves import Eves, no_eves, strips_of
from sim.engines.batch.layout import Sizes, is_switched, new_state, pack, repack, sizes_for
from sim.engines.batch.loop import run
from sim.errors import DrawError, RunError
from sim.jit import compiling
from sim.language import Phrase
from sim.plan import Plan
from sim.records import TALLIES, Convoy, EventRecord, Room, RunRecords, RunStack

FULL_OF = {code: name for name, code in FULL.items()}


class Machine:
    """One state and the Plan that is packed into it; every thread needs one of its own.

    Parameters
    ----------
    sizes
        Capacities to begin with; those that turn out to be too small grow.
    """

    def __init__(self, sizes: Sizes | None = None) -> None:
        self.sizes = Sizes() if sizes is None else sizes
        self.state = new_state(self.sizes)
        self.words = self.state.view(np.int64)
        self.plan: Plan | None = None

    def load(self, plan: Plan) -> None:
        """Pack a Plan into the state, unless it is there already, or of one that differs in its switches alone."""
        if plan is self.plan:
            return
        if self.plan is not None and is_switched(self.plan, plan):
            repack(plan, self.state)
            self.plan = plan
        else:
            self._resize(sizes_for(plan, self.sizes), plan)

    def _resize(self, sizes: Sizes, plan: Plan) -> None:
        if sizes != self.sizes:
            self.sizes, self.state = sizes, new_state(sizes)
            self.words = self.state.view(np.int64)
        pack(plan, self.state)
        self.plan = plan

    def run(
        self, plan: Plan, seed: int, replications: Sequence[Replication], trace: list[EventRecord] | None = None,
        room: Room | None = None, eves: Eves | None = None,
    ) -> RunStack:  # fmt: skip
        """Records of replications of one world, in their order.

        Parameters
        ----------
        plan
            The Plan of the replications' world.
        seed, replications
            What decides every draw.
        trace
            A list to which every happening of a single replication is added, in order; None for none.
        room
            Where the daily records stand; None for room of their own.
        eves
            What strategies share that follow each other in the same replications.

        Raises
        ------
        RunError
            If a limit of the stream table or of the Plan is passed: the one that the reference engine raises.
        """
        if not 0 <= seed < 1 << 64:
            raise DrawError(Phrase("seed {seed} is out of range: 0 ≤ seed < 2^64", seed=seed))
        if trace is not None and len(replications) != 1:
            raise RunError(Phrase("a trace is of one replication, got {n}", n=len(replications)))
        self.load(plan)
        numbers = np.array([replication.number for replication in replications], np.int64)
        n, days, p = len(numbers), plan.times.days - plan.times.warmup_days, plan.n_products
        by_product, by_run = (Room(n) if room is None else room).part(n, days, p)
        tallies, ends = np.zeros((n, len(TALLIES)), np.int64), np.zeros(n + 1, np.int64)
        convoys = np.zeros((n * (len(plan.slots.time_s) + 1), len(Convoy._fields)), np.int64)
        prepare()
        strips = strips_of(plan, self.sizes)
        eve = no_eves(n) if eves is None or trace is not None else eves.of(plan, seed, numbers, strips)
        first, resume, before = 0, 0, 0 if trace is None else len(trace)
        while first < n:
            try:
                first, status = run(
                    self.state, self.words, strips, eve.words, eve.first, int(eve.filling), seed & WORD, seed >> 32, numbers,
                    first, int(trace is not None), resume, by_product, by_run, tallies, convoys, ends,
                )  # fmt: skip
            except ArithmeticError as error:
                raise self._failure(plan, seed, replications, repr(error)) from error
            resume = int(status == PAUSED)
            if status in (DONE, PAUSED):
                self._drain(trace)
            elif status in FULL_OF:
                self._resize(self.sizes.larger(FULL_OF[status]), plan)
                strips = strips_of(plan, self.sizes)
                if trace is not None:
                    del trace[before:]
            else:
                raise self._failure(plan, seed, [replications[first]], f"status {status}")
        if eves is not None and eve.filling:
            eves.add(plan, seed, numbers, strips, eve)
        return RunStack(
            world=np.array([r.world for r in replications], np.int64),
            chance=np.array([r.chance for r in replications], np.int64),
            by_product=by_product, by_run=by_run, tallies=tallies, convoys=convoys[: ends[-1]], convoy_ends=ends,
            costs=np.tile(np.array(plan.costs, np.float64), (n, 1)),
            stations=np.full(n, plan.city.stations, np.int64),
            power=np.full(n, int(plan.city.power_hours.any()), np.int64),
        )  # fmt: skip

    def _drain(self, trace: list[EventRecord] | None) -> None:
        if trace is not None:
            s = self.state[0]
            trace += [EventRecord(*row) for row in s.notes[: s.notes_n].tolist()]
            s.notes_n = 0

    def _failure(self, plan: Plan, seed: int, replications: Sequence[Replication], what: str) -> RunError:
        """The error of the first of the replications that fails, in the words of the reference engine."""
        from sim.engines.reference import simulate as simulate_reference

        for replication in replications:
            try:
                simulate_reference(plan, seed, replication)
            except RunError as error:
                return error
        return RunError(Phrase(
            "the batch engine stopped ({what}), but the reference engine does not (world {world}, seed {seed}); please report it",
            what=what, world=replications[0].world, seed=seed,
        ))  # fmt: skip


@cache
def prepare() -> None:
    """Load the machine code, compiling it if need be; one process at a time, so that the others find it then."""
    from filelock import FileLock

    none = np.zeros(0, np.int64)
    with FileLock(cache_folder() / "compiling.lock"), compiling():
        run(
            new_state(Sizes()), none, none.reshape(0, 0), none, none, 0, 0, 0, none, 0, 0, 0,
            np.zeros((0, 0, 0, 0), np.int64), np.zeros((0, 0, 0), np.int64), none.reshape(0, 0), none.reshape(0, 0),
            np.zeros(1, np.int64),
        )  # fmt: skip


_own = threading.local()


def machine() -> Machine:
    """The machine of this thread."""
    if not hasattr(_own, "machine"):
        _own.machine = Machine()
    found: Machine = _own.machine
    return found


def simulate(
    plan: Plan, seed: int, replication: Replication, *, trace: list[EventRecord] | None = None
) -> RunRecords:
    """Records of one run: the batch engine's form of the reference engine's `simulate`."""
    return next(iter(machine().run(plan, seed, [replication], trace)))


def simulate_many(
    plan: Plan, seed: int, replications: Sequence[Replication], room: Room | None = None, shared: Eves | None = None
) -> RunStack:
    """Records of replications of one world."""
    return machine().run(plan, seed, replications, room=room, eves=shared)



"""The Agenda: all model events in one total order (time, rank, entity, ordinal) on a SimPy environment.

SimPy orders events of one time by priority and then by insertion. The Agenda packs rank, entity and ordinal into the
priority, so insertion never decides; it refuses two events with one key, and a consequence within a second whose key
does not come later. No Resource, Store, Condition, Process or interrupt is used: they add hidden events of their own.
Ranks and keys: `sim.engines.order`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappush
from typing import Any

import simpy

from sim.clock import DAY_S
from sim.engines.order import ENTITY_BITS, ORDINAL_BITS, RANK_SHIFT, Rank
from sim.errors import RunError
from sim.language import Phrase


class Coming:
    """What SimPy asks of an event. A cohort is one itself: at most one event is to come of it; so is a lot of tankers."""

    __slots__ = ("callbacks",)

    _ok = True
    callbacks: tuple[Callable[[Any], None], ...] | None

    def __lt__(self, other: Coming) -> bool:
        """Entries of one time and key: SimPy's queue compares what stands behind a key only then."""
        raise RunError(Phrase("two events have one place in the order"))


class Occurrence(Coming):
    """An event of anything else: `what` is what was put on the agenda."""

    __slots__ = ("handlers", "what")

    def __init__(self, handler: Callable[[Occurrence], None], what: Any) -> None:
        self.handlers = (handler,)
        self.what = what


Handler = Callable[[Occurrence], None]


def key_of(rank: int, entity: int, ordinal: int) -> int:
    """Place of an event among those of its second: rank, entity and ordinal in one number.

    Raises
    ------
    RunError
        If one of them is out of range.
    """
    if ordinal >> ORDINAL_BITS or entity >> ENTITY_BITS:
        raise RunError(Phrase(
            "event {event}: entity {entity} or ordinal {ordinal} is out of range",
            event=Rank(rank).name, entity=entity, ordinal=ordinal,
        ))  # fmt: skip
    return (rank << RANK_SHIFT) | (entity << ORDINAL_BITS) | ordinal


class Agenda:
    """Events to come, in their total order.

    Parameters
    ----------
    horizon_s
        Last second at which events run.
    """

    def __init__(self, horizon_s: int) -> None:
        self.environment = simpy.Environment(initial_time=0)
        self.queue: list[Any] = self.environment._queue
        self.horizon_s = horizon_s
        self.now = 0
        self.key = -1
        self.events = 0

    def at(self, time_s: int, rank: int, entity: int, ordinal: int, handler: Handler, what: Any) -> None:
        """Have `handler` called at `time_s`, in the place that rank, entity and ordinal give it, with `what`.

        Raises
        ------
        RunError
            If the place is out of range, taken, or not behind the event that is running.
        """
        event = Occurrence(handler, what)
        self.put(time_s, key_of(rank, entity, ordinal), event.handlers, event)

    def tomorrow(self, event: Occurrence) -> None:
        """Have the event that is running happen again a day later: its ordinal is the day, so its key is the next one."""
        self.put(self.now + DAY_S, self.key + 1, event.handlers, event)

    def put(self, time_s: int, key: int, handlers: tuple[Callable[[Any], None], ...], coming: Coming) -> None:
        """Have the one of `handlers` called at `time_s` with what is coming, in the place that the key gives it.

        Raises
        ------
        RunError
            If the place is taken or not behind the event that is running.
        """
        if time_s <= self.now and (time_s < self.now or key <= self.key):
            raise RunError(Phrase(
                "event {event} at {time} s comes before its cause at {now} s",
                event=Rank(key >> RANK_SHIFT).name, time=time_s, now=self.now,
            ))  # fmt: skip
        coming.callbacks = handlers
        # The entry that Environment.schedule makes, at an absolute time; keys are unique, so it needs no counter.
        heappush(self.queue, (time_s, key, 0, coming))

    def run(
        self, before_each: Callable[[int], None] | None = None, after_each: Callable[[], None] | None = None
    ) -> None:
        """Run all events up to and including the horizon, with hooks around every one (ledger checks).

        Raises
        ------
        RunError
            If two events have one place in the order.
        """
        queue, step, horizon = self.queue, self.environment.step, self.horizon_s
        before, after = before_each or (lambda now: None), after_each or (lambda: None)
        hooked = before_each is not None or after_each is not None
        events = 0
        while queue and (first := queue[0])[0] <= horizon:
            self.now, self.key = first[0], first[1]
            if hooked:
                before(first[0])
                step()
                after()
            else:
                step()
            events += 1
        self.events = events

    def coming(self, handler: Callable[[Any], None]) -> Iterator[Any]:
        """What is on the agenda for a handler, in no particular order (ledger checks)."""
        return (item[3] for item in self.queue if item[3].callbacks == (handler,))

    def place(self) -> tuple[int, int, int]:
        """Rank, entity and ordinal of the event that is running."""
        entity = (self.key >> ORDINAL_BITS) & ((1 << ENTITY_BITS) - 1)
        return self.key >> RANK_SHIFT, entity, self.key & ((1 << ORDINAL_BITS) - 1)

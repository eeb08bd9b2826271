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

from sim.engines.order import ENTITY_BITS, ORDINAL_BITS, RANK_SHIFT, Rank
from sim.errors import RunError
from sim.language import Phrase


class Occurrence:
    """What a handler is called with: `what` is what was put on the agenda. It has just what SimPy asks of an event."""

    __slots__ = ("callbacks", "what")

    _ok = True

    def __init__(self, handler: Callable[[Occurrence], None], what: Any) -> None:
        self.callbacks: list[Callable[[Occurrence], None]] | None = [handler]
        self.what = what


Handler = Callable[[Occurrence], None]


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
        self.made = 0

    def at(self, time_s: int, rank: int, entity: int, ordinal: int, handler: Handler, what: Any) -> None:
        """Have `handler` called at `time_s`, in the place that rank, entity and ordinal give it, with `what`.

        Raises
        ------
        RunError
            If the place is out of range or not behind the event that is running.
        """
        if ordinal >> ORDINAL_BITS or entity >> ENTITY_BITS:
            raise RunError(Phrase(
                "event {event} at {time} s: entity {entity} or ordinal {ordinal} is out of range",
                event=Rank(rank).name, time=time_s, entity=entity, ordinal=ordinal,
            ))  # fmt: skip
        key = (rank << RANK_SHIFT) | (entity << ORDINAL_BITS) | ordinal
        if time_s <= self.now and (time_s < self.now or key <= self.key):
            raise RunError(Phrase(
                "event {event} at {time} s comes before its cause at {now} s", event=Rank(rank).name, time=time_s, now=self.now
            ))  # fmt: skip
        self.made += 1
        # The entry that Environment.schedule makes, at an absolute time; keys are unique, so the counter never decides.
        heappush(self.queue, (time_s, key, self.made, Occurrence(handler, what)))

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
        now, key, events = -1, -1, 0
        while queue:
            first = queue[0]
            if first[0] > horizon:
                break
            if first[1] == key and first[0] == now:
                message = Phrase("two events have one place in the order: {place} at {now} s", place=str(self.place()), now=now)
                raise RunError(message)
            if before_each is not None:
                before_each(first[0])
            self.now, self.key = now, key = first[0], first[1]
            step()
            events += 1
            if after_each is not None:
                after_each()
        self.events = events

    def coming(self, handler: Handler) -> Iterator[Any]:
        """What is on the agenda for a handler, in no particular order (ledger checks)."""
        return (item[3].what for item in self.queue if item[3].callbacks == [handler])

    def place(self) -> tuple[int, int, int]:
        """Rank, entity and ordinal of the event that is running."""
        entity = (self.key >> ORDINAL_BITS) & ((1 << ENTITY_BITS) - 1)
        return self.key >> RANK_SHIFT, entity, self.key & ((1 << ORDINAL_BITS) - 1)

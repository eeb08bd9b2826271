"""Eves: what a state holds when the warm-up of a run is over, kept for the other strategies of its world.

Before the start date no strategy acts: ambushes are laid, the road fills, and in one replication of one world all
strategies stand alike. So an eve, once kept, saves the others an eighth of their run. It is a row of words, strips of the
state one after the other, and never changes a result.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.engines.batch.agenda import NONE
from sim.engines.batch.layout import OUTSIDE, Record, Sizes, state_type
from sim.jit import kernel
from sim.plan import Plan
from sim.records import Ints

WORD_BYTES = 8
RUN_WORDS = 1 << 16
"""Room for the eve of a run: what does not fit is not kept."""

OF_STRATEGY = ("slots", "escorts.units", "independents")

MOST_BYTES = 256 << 20
"""Room for all that is kept."""

ONE, EVENTS, COHORTS, BATCHES, AMBUSHES, LOTS, PARTS, QUEUE, LINES = range(9)
"""How many items of a strip are in use: one; as many as there are of something; from `LINES` on, those in a corridor's line."""


@kernel
def in_use(s: Record, which: int) -> int:
    """Items of a strip that are in use."""
    if which == ONE:
        return 1
    if which == EVENTS:
        return int(s.agenda_n)
    if which == COHORTS:
        return int(s.cohorts_top)
    if which == BATCHES:
        return int(s.batches_top)
    if which == AMBUSHES:
        last = s.leg[s.legs - 1]
        return int(last.first_ambush + last.ambushes)
    if which == LOTS:
        return int(s.lots_top)
    if which == PARTS:
        return int(s.parts_top)
    if which == QUEUE:
        return int(s.queue_n)
    return int(s.corridor[which - LINES].waiting)


@kernel
def keep(s: Record, words: Ints, strips: Ints, eves: Ints, first: int) -> int:
    """Copy a state, of which `words` is the memory, into `eves` from word `first` on: the word behind, −1 for lack of room."""
    end = first
    for i in range(len(strips)):
        n = strips[i, 1] * in_use(s, strips[i, 3])
        if end + n > len(eves):
            return NONE
        for j in range(n):
            eves[end + j] = words[strips[i, 0] + j]
        end += n
    return end


@kernel
def wake(s: Record, words: Ints, strips: Ints, eves: Ints, first: int) -> bool:
    """Set a state to the eve at word `first`, with the escorts of its own strategy; not where the state has less room."""
    at = first
    for i in range(len(strips)):  # what is in use of a strip stands in one before it
        items = in_use(s, strips[i, 3])
        if items > strips[i, 2]:
            return False
        for j in range(strips[i, 1] * items):
            words[strips[i, 0] + j] = eves[at + j]
        at += strips[i, 1] * items
    for number in range(s.pools):
        pool = s.pool[number]
        pool.established = pool.free = s.plan.escorts.units[number, max(s.plan.times.warmup_days - 1, 0)]
        pool.out = pool.resting = pool.repairing = pool.lost = 0
    return True


def strips_of(plan: Plan, sizes: Sizes) -> Ints:
    """Strips of a state, in the order in which an eve holds them.

    Returns
    -------
    Shape (n_strips, 4): first word in the state, words of an item, room for items, which items are in use.
    """
    corridors, legs = len(plan.corridors.entity), len(plan.roads.leg_entity)
    return _strips(sizes, corridors, legs, plan.times.days, plan.n_products, plan.city.stations)


@lru_cache(maxsize=8)
def _strips(sizes: Sizes, corridors: int, legs: int, days: int, products: int, stations: int) -> Ints:
    kind = state_type(sizes)
    found: list[tuple[int, int, int, int]] = []

    def strip(name: str, last: str | None = None) -> None:
        """All from a field to the last of its group."""
        start = _place(kind, name)
        end = _place(kind, last or name) + kind[last or name].itemsize
        found.append((start // WORD_BYTES, (end - start) // WORD_BYTES, 1, ONE))

    def rows(name: str, n: int, items: int) -> None:
        """The first items of each of the first n rows of an array."""
        of = kind[name]
        row, words = of.itemsize // of.shape[0], -(-items * of.base.itemsize // WORD_BYTES)
        found.extend(((_place(kind, name) + i * row) // WORD_BYTES, words, 1, ONE) for i in range(n))

    strip("now", "operations")
    for name in ("corridor", "leg", "product", "private_l", "sink_l", "sink_carry", "tally"):
        strip(name)
    rows("back", corridors, days + 1)
    rows("closed", legs, days)
    rows("pace_s", days, 2 * legs)
    rows("tanks_l", products, stations)
    for which, name in (
        (EVENTS, "agenda"), (COHORTS, "cohort"), (BATCHES, "batch"), (AMBUSHES, "ambush"), (LOTS, "lot"), (PARTS, "part"),
        (QUEUE, "queue"),
    ):  # fmt: skip
        of = kind[name]
        found.append((_place(kind, name) // WORD_BYTES, of.base.itemsize // WORD_BYTES, of.shape[0], which))
    for name in ("line", "low", "wakes"):
        for c in range(corridors):
            start = _place(kind, name) // WORD_BYTES + c * sizes.batches
            found.append((start, 1, sizes.batches, LINES + c))
    return np.array(found, np.int64)


def _place(kind: np.dtype[Any], name: str) -> int:
    """Byte of a state at which a field begins."""
    assert kind.fields is not None
    return int(kind.fields[name][1])


@dataclass
class Kept:
    """Eves of replications of one world.

    Parameters
    ----------
    words
        Room for all of them.
    first
        Word at which each begins, −1 where there is none; at the end the first word that is free.
    filling
        Whether they are being kept now, or there to be used.
    """

    words: Ints
    first: Ints
    filling: bool


NO_WORDS = np.zeros(0, np.int64)


def no_eves(n: int) -> Kept:
    """Nothing for n replications, and nothing to be kept."""
    return Kept(NO_WORDS, np.full(n + 1, NONE, np.int64), False)


class Eves:
    """What the strategies of a study share: eves of the worlds that have been run, for all threads of this process."""

    def __init__(self) -> None:
        self.kept: dict[bytes, Kept] = {}
        self.bytes = 0
        self.turn = threading.Lock()

    def of(self, plan: Plan, seed: int, numbers: Ints, strips: Ints) -> Kept:
        """The eves of replications of a world, or room for them."""
        key = self._key(plan, seed, numbers, strips)
        found = None if key is None else self.kept.get(key)
        if found is not None:
            return found
        if key is None or self.bytes > MOST_BYTES:
            return no_eves(len(numbers))
        first = np.full(len(numbers) + 1, NONE, np.int64)
        first[-1] = 0
        return Kept(np.empty(len(numbers) * RUN_WORDS, np.int64), first, True)

    def add(self, plan: Plan, seed: int, numbers: Ints, strips: Ints, made: Kept) -> None:
        """Keep eves that were made."""
        key = self._key(plan, seed, numbers, strips)
        with self.turn:
            if key is not None and key not in self.kept:
                # A view: memory that nothing was written to costs nothing.
                self.kept[key] = Kept(made.words[: made.first[-1]], made.first, False)
                self.bytes += int(made.first[-1]) * WORD_BYTES

    def _key(self, plan: Plan, seed: int, numbers: Ints, strips: Ints) -> bytes | None:
        """What replications of a world share before the start date; None where a strategy acts before it."""
        if len(plan.slots.time_s) and plan.slots.time_s.min() < plan.times.start_s:
            return None
        state = hashlib.blake2b(digest_size=16)
        state.update(repr((seed, strips[:, 1].tolist(), strips[:, 3].tolist())).encode())
        state.update(numbers.tobytes())
        for name, value in _of_world(plan):
            state.update(name.encode())
            state.update(repr(value.shape).encode() + value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
        return state.digest()


def _of_world(part: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Fields of a Plan, but for what strategies decide: slots; who leaves alone, and units, from the start date on."""
    for field in fields(part):
        name, value = prefix + field.name, getattr(part, field.name)
        if name in OF_STRATEGY or name in OUTSIDE:
            continue
        elif is_dataclass(value):
            yield from _of_world(value, f"{name}.")
        else:
            yield name, value
    if not prefix:
        days = part.times.warmup_days
        yield "before the start", (part.independents[:days].tolist(), np.diff(part.escorts.units[:, :days]).tolist())

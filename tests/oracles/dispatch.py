"""The dispatch decision, written a second time from `docs/` alone: plain, slow, and sharing nothing with `sim/rules`.

Each step quotes the page and sentence that it was written from. What the pages left open, and how it was settled,
is in `README.md`; a step that was mended afterwards names its row there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from oracles.portions import Load, plus, proportional_part, without


@dataclass(frozen=True)
class ConvoyRule:
    """What a strategy says of the convoys of one corridor (dispatch-and-escorts.md, first sentence)."""

    size: int
    min_size: int
    escort: Literal["none", "fixed", "per_tankers", "root"]
    units: int = 0
    tankers_per_unit: int = 1
    units_at_100: float = 0.0
    shrink: bool = False
    when_no_unit: Literal["wait", "unescorted"] = "wait"
    max_wait_s: int = 0


@dataclass(frozen=True)
class Batch:
    """Tankers staged together: their crews' traits cover the interval from `low` to `high` evenly."""

    load: Load
    low: float = 0.0
    high: float = 1.0

    @property
    def tankers(self) -> int:
        """Tankers of the batch that still wait."""
        return sum(self.load.values())


@dataclass(frozen=True)
class Convoy:
    """A convoy that leaves: tankers by product, and units; `staged` is what waits on."""

    load: Load
    units: int
    staged: tuple[Batch, ...]

    @property
    def tankers(self) -> int:
        """Tankers of the convoy."""
        return sum(self.load.values())


@dataclass(frozen=True)
class Yard:
    """A corridor with an open slot at the staging node: its rule, who waits, how far crews dare, how long the slot is open."""

    rule: ConvoyRule
    staged: tuple[Batch, ...]
    escorted_share: float
    waited_s: int
    priority: int


def units_needed(rule: ConvoyRule, size: int) -> int:
    """Units that a convoy of that size needs.

    dispatch-and-escorts.md: "units = 0 (none) | units (fixed) | ⌈size ÷ tankers_per_unit⌉ | ⌈units_at_100 · √(size ÷ 100)⌉".
    Counted up one by one, in fractions of the decimals that a file states, so that no rounding decides.
    """
    if rule.escort == "none":
        return 0
    if rule.escort == "fixed":
        return rule.units
    units = 0
    if rule.escort == "per_tankers":
        while units * rule.tankers_per_unit < size:
            units += 1
        return units
    while units * units * 100 < Fraction(repr(rule.units_at_100)) ** 2 * size:
        units += 1
    return units


def willing_of(batch: Batch, escorted_share: float) -> int:
    """Crews of a batch that go with a convoy today.

    willingness.md: a crew "goes with a convoy while its trait is at most the escorted share"; "A batch that waits covers
    an interval of traits" evenly: "the nearest whole number of its crews is willing" (D1).
    """
    if escorted_share <= batch.low:
        return 0
    if escorted_share >= batch.high:
        return batch.tankers
    share = (Fraction(escorted_share) - Fraction(batch.low)) / (Fraction(batch.high) - Fraction(batch.low))
    return math.floor(batch.tankers * share + Fraction(1, 2))


def size_wanted(rule: ConvoyRule, willing: int) -> int:
    """Tankers that would leave if units were no matter, 0 if nobody leaves.

    dispatch-and-escorts.md: "size = min(willing, size), at least min_size, else nobody leaves".
    """
    size = min(willing, rule.size)
    return size if size >= rule.min_size and size > 0 else 0


def size_and_units(rule: ConvoyRule, willing: int, free_units: float, waited_s: int) -> tuple[int, int] | None:
    """Tankers and units that leave now, or None: the slot waits on.

    dispatch-and-escorts.md: "If fewer units are free, the convoy waits; with `shrink` it takes the largest size, not under
    `min_size`, that the free units can guard. With `when_no_unit = "unescorted"` it leaves without any once `max_wait_h`
    has passed."
    """
    size = size_wanted(rule, willing)
    if size == 0:
        return None
    if units_needed(rule, size) <= free_units:
        return size, units_needed(rule, size)
    if rule.shrink:
        for smaller in range(size - 1, max(rule.min_size, 1) - 1, -1):
            if units_needed(rule, smaller) <= free_units:
                return smaller, units_needed(rule, smaller)
    if rule.when_no_unit == "unescorted" and waited_s >= rule.max_wait_s:
        return size, 0
    return None


def is_driving_hour(second_of_day: int, drive_start_s: int, drive_end_s: int) -> bool:
    """Whether convoys form at this second.

    dispatch-and-escorts.md: slots are tried "in driving hours only"; under `daylight_only` too (D10).
    """
    return drive_start_s <= second_of_day < drive_end_s


def take(staged: tuple[Batch, ...], escorted_share: float, tankers: int) -> tuple[Load, tuple[Batch, ...]]:
    """Load of the tankers that leave, and the batches that wait on.

    dispatch-and-escorts.md: "A convoy is first come, first served by batch, the most willing of a batch first."
    willingness.md: "The most willing leave first, so the interval shrinks from below".
    """
    load: Load = {}
    waiting: list[Batch] = []
    for batch in staged:
        leaving = min(willing_of(batch, escorted_share), tankers - sum(load.values()))
        part = proportional_part(batch.load, leaving)
        load = plus(load, part)
        if leaving < batch.tankers:
            low = batch.low + (batch.high - batch.low) * leaving / batch.tankers
            waiting.append(replace(batch, load=without(batch.load, part), low=low))
    return load, tuple(waiting)


def dispatch(
    rule: ConvoyRule, staged: tuple[Batch, ...], escorted_share: float, free_units: float, waited_s: int
) -> Convoy | None:
    """The convoy that leaves in an open slot now, in driving hours, or None while it waits.

    mechanisms.md: with `escort_wait` off "a pool always has enough units": `free_units` is then infinite.
    """
    willing = sum(willing_of(batch, escorted_share) for batch in staged)
    chosen = size_and_units(rule, willing, free_units, waited_s)
    if chosen is None:
        return None
    size, units = chosen
    load, waiting = take(staged, escorted_share, size)
    return Convoy(load=load, units=units, staged=waiting)


def dispatch_at_node(
    yards: Sequence[Yard], free_units: float, second_of_day: int, drive_start_s: int, drive_end_s: int
) -> list[Convoy | None]:
    """What leaves from a node in one second, for each of its corridors.

    dispatch-and-escorts.md: open slots are tried "in driving hours only, corridors of one node by rising `priority`" (D11).
    """
    convoys: list[Convoy | None] = [None] * len(yards)
    if not is_driving_hour(second_of_day, drive_start_s, drive_end_s):
        return convoys
    for i in sorted(range(len(yards)), key=lambda i: yards[i].priority):
        yard = yards[i]
        convoy = dispatch(yard.rule, yard.staged, yard.escorted_share, free_units, yard.waited_s)
        free_units -= convoy.units if convoy else 0
        convoys[i] = convoy
    return convoys


def slot_opens_s(first_h: float, interval_h: float, jitter_h: float, number: int, u: float) -> float:
    """Second after the rule's first midnight at which a slot opens, not before that midnight.

    dispatch-and-escorts.md: "A slot opens every `interval_h`, first at `first_h` after the midnight on which the rule
    begins, moved by up to ± `jitter_h` (drawn), but never before the start date nor before the slot before it" (D12).
    """
    return max(3600 * (first_h + number * interval_h + (2 * u - 1) * jitter_h), 0.0)

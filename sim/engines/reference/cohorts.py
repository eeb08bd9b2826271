"""Cohorts: what moves, and the batches that wait for an escort. Whole counts by product; no tanker has an identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.order import KIND_SHIFT, RANK_SHIFT, Rank
from sim.engines.reference.environment import Coming, key_of
from sim.rules.sharing import largest_remainder
from sim.rules.willingness import trait_left

if TYPE_CHECKING:
    from sim.engines.reference.threat import Ambush

REACH = Rank.REACH << RANK_SHIFT


class Cohort(Coming):
    """Loaded tankers that move together on a corridor (a gift has none: corridor −1)."""

    __slots__ = (
        "arrived_s",
        "at",
        "corridor",
        "counts",
        "damaged",
        "daylight",
        "departed_s",
        "done_s",
        "dropped",
        "engagements",
        "escorted",
        "kind",
        "left_source_s",
        "leg",
        "lost",
        "n",
        "meeting",
        "ordinal",
        "passed",
        "place",
        "reach_key",
        "regularity",
        "slot",
        "start_n",
        "step",
        "tanker_l",
        "trait_high",
        "turned_back",
        "units",
        "units_damaged",
        "units_lost",
        "units_sent",
        "work_s",
    )  # fmt: skip

    def __init__(
        self, corridor: int, kind: int, step: int, counts: list[int], left_source_s: int, tanker_l: int, entity: int
    ) -> None:
        self.corridor, self.kind, self.step, self.counts = corridor, kind, step, counts
        self.ordinal = (kind << KIND_SHIFT) | step
        self.place = key_of(0, entity, self.ordinal)
        """What all keys of its events share: entity and ordinal."""
        self.reach_key = REACH + self.place
        self.n = self.start_n = sum(counts)
        self.left_source_s = left_source_s
        """Sum over its tankers of the second at which they left the source."""
        self.tanker_l = tanker_l
        self.at = -1
        """Position among the corridor's nodes: the last node reached, −1 before it leaves the source."""
        self.meeting: Ambush | None = None
        """The ambush whose place it passes next."""
        self.leg = self.passed = -1
        self.work_s = self.done_s = self.damaged = self.dropped = 0
        self.units = self.units_sent = self.units_lost = self.units_damaged = 0
        self.engagements = self.lost = self.daylight = self.turned_back = 0
        self.slot = self.departed_s = self.arrived_s = -1
        self.regularity = 0.0
        self.trait_high = 1.0
        self.escorted = 0

    def take(self, tankers: int) -> list[int]:
        """Remove `tankers` from the cohort, products by largest remainder; their counts."""
        taken = split(self.counts, tankers)
        self.left_source_s -= self.left_source_s * tankers // self.n if self.n else 0
        self.counts = [a - b for a, b in zip(self.counts, taken, strict=True)]
        self.n -= tankers
        self.damaged = min(self.damaged, self.n)
        return taken


class Batch:
    """Staged tankers that arrived together; their traits lie evenly in (low, high]."""

    __slots__ = ("counts", "high", "left_source_s", "low", "n", "since_s")

    def __init__(self, counts: list[int], since_s: int, left_source_s: int, high: float) -> None:
        self.counts, self.n = counts, sum(counts)
        self.since_s, self.left_source_s = since_s, left_source_s
        self.low, self.high = 0.0, high

    def take(self, tankers: int) -> tuple[list[int], int]:
        """Remove the most willing `tankers` (> 0): counts by product, the sum of the seconds at which they left the source."""
        if tankers == self.n:
            self.n = 0
            return self.counts, self.left_source_s
        n, counts = self.n, self.counts
        taken, moved = [0] * len(counts), self.left_source_s * tankers // n
        largest_remainder(counts, tankers, taken)
        self.low = trait_left(n, tankers, self.low, self.high)
        self.counts = [a - b for a, b in zip(counts, taken, strict=True)]
        self.n = n - tankers
        self.left_source_s -= moved
        return taken, moved


def split(counts: list[int], tankers: int) -> list[int]:
    """Counts by product of `tankers` taken from `counts` in proportion (0 ≤ tankers ≤ sum)."""
    if tankers == 0:
        return [0] * len(counts)
    out = [0] * len(counts)
    largest_remainder(counts, tankers, out)
    return out

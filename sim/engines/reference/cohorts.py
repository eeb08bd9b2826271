"""Cohorts: what moves, and the batches that wait for an escort. Whole counts by product; no tanker has an identity."""

from __future__ import annotations

from sim.engines.order import KIND_SHIFT
from sim.rules.sharing import largest_remainder


class Cohort:
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
        "next_ambush",
        "ordinal",
        "passed",
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

    def __init__(self, corridor: int, kind: int, step: int, counts: list[int], left_source_s: int, tanker_l: int) -> None:
        self.corridor, self.kind, self.step, self.counts = corridor, kind, step, counts
        self.ordinal = (kind << KIND_SHIFT) | step
        self.n = self.start_n = sum(counts)
        self.left_source_s = left_source_s
        """Sum over its tankers of the second at which they left the source."""
        self.tanker_l = tanker_l
        self.at = 0
        """Position among the corridor's nodes: the last node reached."""
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


def split(counts: list[int], tankers: int) -> list[int]:
    """Counts by product of `tankers` taken from `counts` in proportion (0 ≤ tankers ≤ sum)."""
    if tankers == 0:
        return [0] * len(counts)
    out = [0] * len(counts)
    largest_remainder(counts, tankers, out)
    return out

"""The design of an experiment: which replications it asks for, and how they are cut into batches."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sim.draws import CHANCES_PER_WORLD, WORLDS, Replication
from sim.errors import UsageError

BATCH_RUN_DAYS = 500
"""Simulated days in one batch: 0.1–0.5 s of the reference engine, the most that a killed process loses."""

MIN_BATCHES = 16
"""Short experiments are cut at least this fine, so that all workers have something to do."""


class Design(NamedTuple):
    """Worlds × chances: every world is run with the same chances."""

    worlds: int = 20
    chances: int = 10

    @property
    def replications(self) -> tuple[Replication, ...]:
        """All pairs (world, chance), by world and then by chance."""
        return tuple(Replication(w, c) for w in range(self.worlds) for c in range(self.chances))

    def covers(self, other: Design) -> bool:
        """Whether this design has every replication of the other one."""
        return other.worlds <= self.worlds and other.chances <= self.chances


def design_of(worlds: int, chances: int) -> Design:
    """The checked design.

    Raises
    ------
    UsageError
        If worlds or chances are outside the ranges of the replication number.
    """
    for name, got, most in (("worlds", worlds, WORLDS), ("chances", chances, CHANCES_PER_WORLD)):
        if not 1 <= got <= most:
            raise UsageError(f"{name}: expected a whole number from 1 to {most:,}, got {got}")
    return Design(worlds, chances)


def batches(missing: Collection[Replication], days: int) -> list[tuple[Replication, ...]]:
    """Replications still to run, in order, cut into batches of equal size (the last may be smaller).

    The cut depends on what is missing and on the length of a run in days, never on workers or timing: the
    same experiment leaves the same shards on every machine.
    """
    ordered = sorted(missing)
    size = max(1, min(BATCH_RUN_DAYS // days, len(ordered) // MIN_BATCHES))
    return [tuple(ordered[i : i + size]) for i in range(0, len(ordered), size)]

"""The design of an experiment: which replications it asks for, and how they are cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.draws import CHANCES_PER_WORLD, WORLDS, Replication
from sim.errors import UsageError
from sim.language import Phrase

Batch = tuple[Replication, ...]

BATCH_RUN_DAYS = 500
"""Simulated days in one batch: 0.1–0.5 s of the reference engine, the most that a killed process loses of a small experiment."""

MIN_BATCHES = 16
"""Short experiments are cut at least this fine, so that all workers have something to do."""

FAST_BATCHES = 4
"""The same for an engine to which many runs at once are as easy as one."""

MANY_BATCHES = 1_000
"""Long experiments are cut no finer than this: each batch leaves a file, and a thousandth of the work may be lost."""

MOST_RUNS = 1_000_000
"""Runs of one experiment, at most: its outcomes pass through memory, about 2 kB a run (docs/scale.md)."""


class Design(NamedTuple):
    """Worlds × chances: every world is run with the same chances."""

    worlds: int = 20
    chances: int = 10

    @property
    def runs(self) -> int:
        """How many replications the design has."""
        return self.worlds * self.chances

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
        If worlds or chances are outside the ranges of the replication number, or their product is too large.
    """
    for name, got, most in (("worlds", worlds, min(WORLDS, MOST_RUNS)), ("chances", chances, CHANCES_PER_WORLD)):
        if not 1 <= got <= most:
            raise UsageError(
                Phrase("{name}: expected a whole number from 1 to {most:,}, got {got}", name=name, most=most, got=got)
            )
    if worlds * chances > MOST_RUNS:
        raise UsageError(Phrase(
            "worlds × chances: expected at most {most:,} runs, got {worlds:,} × {chances:,} = {runs:,}; ask for fewer, or split "
            "them over several seeds",
            most=MOST_RUNS, worlds=worlds, chances=chances, runs=worlds * chances,
        ))  # fmt: skip
    return Design(worlds, chances)


class Batches:
    """Replications still to run, in order, cut into batches of equal size (the last may be smaller).

    The cut depends on what is missing, on the length of a run in days and on the engine, never on workers or timing:
    the same experiment leaves the same shards on every machine.
    """

    def __init__(self, missing: npt.NDArray[np.bool_], days: int, pace: int = 1) -> None:
        """Cut up what is missing, shape (n_worlds, n_chances), of runs of so many days, for an engine of that pace."""
        self.pairs = np.argwhere(missing)
        runs = len(self.pairs)
        fewest = MIN_BATCHES if pace == 1 else FAST_BATCHES
        self.size = max(1, min(pace * BATCH_RUN_DAYS // days, runs // fewest), runs // MANY_BATCHES)

    def __len__(self) -> int:
        return -(-len(self.pairs) // self.size)

    def __iter__(self) -> Iterator[Batch]:
        for first in range(0, len(self.pairs), self.size):
            yield tuple(Replication(*pair) for pair in self.pairs[first : first + self.size].tolist())

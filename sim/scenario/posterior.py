"""Draws from a calibration that worlds take in place of independent ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.draws import WORLDS
from sim.scenario.quantity import Day, Model

World = Annotated[int, Field(ge=0, lt=WORLDS)]


class Posterior(Model):
    """Joint draws of uncertain quantities; world w of a run takes draw w modulo their number.

    Draw i stands for world `worlds[i]` of an experiment with `seed`: every uncertain quantity takes the value that it has there,
    then those of `keys` (dotted, as `explain` prints them) take the row's, in their own units. Delays, ambushes and all other
    luck stay those of the run's own seed and world. `fitted_to` is the last day whose reports the draws were fitted to.
    """

    seed: int = Field(ge=0, lt=1 << 64)
    worlds: tuple[World, ...] = Field(min_length=1, max_length=10_000)
    keys: tuple[str, ...] = Field(default=(), max_length=500)
    draws: tuple[tuple[float, ...], ...] = Field(default=(), max_length=10_000)
    fitted_to: Day | None = None
    source: str | None = None
    note: str | None = None

    def row(self, world: int) -> tuple[int, dict[str, float]]:
        """The world that a world of a run takes after, and the values that it takes instead."""
        i = world % len(self.worlds)
        return self.worlds[i], dict(zip(self.keys, self.draws[i], strict=True)) if self.draws else {}

    def drawn(self, key: str) -> tuple[float, ...]:
        """The values of a key in all draws, in its own unit; none of a key that has no draws."""
        if key not in self.keys:
            return ()
        place = self.keys.index(key)
        return tuple(row[place] for row in self.draws)

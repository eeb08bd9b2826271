"""Posterior draws of a calibration as worlds, and what must hold between them and the quantities they draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from sim.draws import WORLDS
from sim.language import Phrase
from sim.scenario.expected import Finding, suggestion
from sim.scenario.quantity import Model, Quantity

MOST_DRAWS, MOST_KEYS = 10_000, 200
FAULTS_NAMED = 5
"""Draws out of range that are told one by one."""

Key = Annotated[str, Field(min_length=1, max_length=200)]


class Posterior(Model):
    """Draws that a calibration left: with `sampled` uncertainty world w of a run takes row w; after the last, the first again.

    Each row stands for one prior world: every uncertain quantity is drawn as world `worlds[row]` of an experiment with
    `seed` draws it, then the `keys` take the values of the row of `draws`, in their units. Luck is that of the run itself.
    """

    seed: Annotated[int, Field(ge=0, lt=1 << 63)]
    worlds: tuple[Annotated[int, Field(ge=0, lt=WORLDS)], ...] = Field(min_length=1, max_length=MOST_DRAWS)
    keys: tuple[Key, ...] = Field(min_length=1, max_length=MOST_KEYS)
    draws: tuple[tuple[float, ...], ...] = Field(min_length=1, max_length=MOST_DRAWS)
    source: str = ""
    note: str = ""

    def row(self, world: int) -> int:
        """The row that a world of a run takes."""
        return world % len(self.draws)

    def values(self, world: int) -> dict[str, float]:
        """Values of the drawn quantities in a world of a run, by dotted key."""
        return dict(zip(self.keys, self.draws[self.row(world)], strict=True))


def posterior_findings(posterior: Posterior, known: dict[str, Quantity]) -> Iterator[Finding]:
    """What is wrong with posterior draws, given all quantities of the scenario by dotted key."""
    n = len(posterior.keys)
    if len(posterior.worlds) != len(posterior.draws):
        yield Finding(("posterior", "worlds"), Phrase(
            "{n:,} worlds for {rows:,} rows of draws: expected one world a row",
            n=len(posterior.worlds), rows=len(posterior.draws),
        ))  # fmt: skip
    for place, key in enumerate(posterior.keys):
        here = ("posterior", "keys", place)
        if key in posterior.keys[:place]:
            yield Finding(here, Phrase('"{key}" stands there twice', key=key))
        elif key not in known:
            yield Finding(here, Phrase('there is no quantity "{key}"', key=key), suggestion(key, known))
        elif not known[key].uncertain:
            yield Finding(here, Phrase('"{key}" has no range: expected a quantity with low and high', key=key))
    ranges = [known.get(key) for key in posterior.keys]
    told = 0
    for row, draw in enumerate(posterior.draws):
        if len(draw) != n:
            told += 1
            yield Finding(("posterior", "draws", row), Phrase("{got:,} values for {n:,} keys", got=len(draw), n=n))
        else:
            for place, (value, quantity) in enumerate(zip(draw, ranges, strict=True)):
                if quantity is not None and quantity.low is not None and quantity.high is not None and not (
                    quantity.low <= value <= quantity.high
                ):
                    told += 1
                    yield Finding(("posterior", "draws", row), Phrase(
                        "{key}: {value:g} lies outside its range {low:g} to {high:g}",
                        key=posterior.keys[place], value=value, low=quantity.low, high=quantity.high,
                    ))  # fmt: skip
        if told >= FAULTS_NAMED:
            return

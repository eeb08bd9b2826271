"""The dated quiet and active periods as observations of how long such periods last.

The periods themselves are given to every run; how long they lasted says something of their mean.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.draws import Luck, Replication, Stream, entity_hashes

Floats = npt.NDArray[np.float64]


class Spell(NamedTuple):
    """A dated period: the key of its mean, how many days it lasted to 30 November, and whether it had ended by then."""

    key: str
    days: int
    ended: bool


SPELLS = (
    Spell("threat.regimes.mean_active_days", 53, True),  # 3 September to 25 October
    Spell("threat.regimes.mean_quiet_days", 36, False),  # from 26 October on
)


def spells_of(keys: tuple[str, ...]) -> tuple[Spell, ...]:
    """The periods whose mean is calibrated."""
    return tuple(spell for spell in SPELLS if spell.key in keys)


def lengths(spells: tuple[Spell, ...], keys: tuple[str, ...], values: Floats, seed: int, worlds: range) -> Floats:
    """How long each period lasts in prior worlds whose means are in `values`, shape (n_worlds, n_spells).

    Geometric in days, as the chain of regimes: it ends in a day with 1 − exp(−1 ÷ mean). One that has not ended is cut
    off at the days that it is known to have lasted.
    """
    entities = list(entity_hashes([f"report/{spell.key}" for spell in spells]).values())
    drawn = np.array([Luck(seed, Replication(w, 0)).grid(Stream.REPORT, entities, 0, lanes=(0,))[0] for w in worlds])
    columns = []
    for i, spell in enumerate(spells):
        days = np.ceil(-values[:, keys.index(spell.key)] * np.log(drawn[:, i]))
        columns.append(days if spell.ended else np.minimum(days, spell.days))
    return np.stack(columns, axis=1) if columns else np.zeros((len(worlds), 0))

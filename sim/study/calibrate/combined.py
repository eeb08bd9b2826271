"""Products of quantities that reports bear on together, where each alone stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]

SEPTEMBER = "event.threat-september.intensity_per_km_h"
OCTOBER = "event.threat-october.intensity_per_km_h"
INDEPENDENTS = "loss.independents_mean_tankers"
CONVOY = "loss.convoy_mean_tankers"
DETERRENCE, PROTECTION = "contact.deterrence", "loss.protection"
FRIGHT = "corridor.kayes.willingness.scale_tankers"

UNITS_PER_100 = 4 / 3
"""Escort units of a usual convoy, two with 150 tankers, by 100 tankers."""


def _toll(intensity: str) -> Callable[[Columns], Floats]:
    return lambda of: of[intensity] * of[INDEPENDENTS]


def _convoy_toll(of: Columns) -> Floats:
    return of[OCTOBER] * of[CONVOY] * np.exp(-UNITS_PER_100 * (of[DETERRENCE] + of[PROTECTION]))


def _frightened(of: Columns) -> Floats:
    return of[SEPTEMBER] * of[INDEPENDENTS] / of[FRIGHT]


COMBINATIONS: Mapping[str, tuple[tuple[str, ...], Callable[[Columns], Floats]]] = {
    "toll-september": ((SEPTEMBER, INDEPENDENTS), _toll(SEPTEMBER)),
    "toll-october": ((OCTOBER, INDEPENDENTS), _toll(OCTOBER)),
    "convoy-toll-october": ((OCTOBER, CONVOY, DETERRENCE, PROTECTION), _convoy_toll),
    "fright-september": ((SEPTEMBER, INDEPENDENTS, FRIGHT), _frightened),
}
"""By name: the keys that a combination needs, and its value. Tolls: tankers that ambushes offer to destroy by km and hour, of
independents (intensity × mean loss) and of an escorted convoy (× what two units with 150 tankers leave of contact and loss);
fright: September's toll in units of the losses that drivers bear."""


def combined(keys: tuple[str, ...], values: Floats) -> dict[str, Floats]:
    """Combinations of quantities, from their values of shape (n, n_keys); those whose keys are all there."""
    columns = {key: values[:, i] for i, key in enumerate(keys)}
    return {name: of(columns) for name, (needed, of) in COMBINATIONS.items() if set(needed) <= set(keys)}

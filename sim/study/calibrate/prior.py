"""The quantities that are calibrated, and what each prior world holds for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt

from sim.draws import Luck, Replication, Stream, entity_hashes
from sim.errors import UsageError
from sim.language import Phrase
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.scenario.sampling import quantities

Floats = npt.NDArray[np.float64]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "intensity": ("event.threat-september.intensity_per_km_h", "event.threat-october.intensity_per_km_h",
                  "event.threat-kadiana.intensity_per_km_h"),
    "regimes": ("threat.regimes.quiet_factor", "threat.regimes.mean_quiet_days", "threat.regimes.mean_active_days"),
    "willingness": ("corridor.*.willingness.scale_tankers", "corridor.*.willingness.floor",
                    "corridor.*.willingness.half_life_days"),
    "losses": ("loss.convoy_mean_tankers", "loss.independents_mean_tankers"),
    "escorts": ("contact.deterrence", "loss.protection"),
    "panic": ("class.retail.private.panic_cover_days", "class.retail.private.panic_target_days"),
    "share": ("city.share",),
    "demand": ("balance.*.need_l_day",),
}  # fmt: skip
"""Patterns of dotted keys by what they say; a `*` stands for any name between two dots."""


@dataclass(frozen=True)
class Prior:
    """Calibrated quantities by dotted key, and their place in the prior.

    `quantiles`, shape (n_worlds, n_keys), is u in (0, 1) of each world: under the prior uniform and independent.
    """

    keys: tuple[str, ...]
    groups: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    quantiles: Floats

    def values(self, quantiles: Floats) -> Floats:
        """Values in the units of the files at quantiles of the prior, shape (n, n_keys)."""
        columns = [
            [quantity.at(u) for u in quantiles[:, i].tolist()] for i, quantity in enumerate(self.quantities)
        ]
        return np.array(columns, np.float64).T


def calibrated(scenario: Scenario) -> list[tuple[str, str, Quantity]]:
    """Group, dotted key and quantity of everything that is calibrated, in the order of `GROUPS`.

    Raises
    ------
    UsageError
        If the scenario has nothing uncertain among them.
    """
    uncertain = [(key, quantity) for key, quantity in quantities(scenario) if quantity.uncertain]
    found = [
        (group, key, quantity)
        for group, patterns in GROUPS.items()
        for pattern in patterns
        for key, quantity in uncertain
        if fnmatchcase(key, pattern) and _in_use(scenario, key)
    ]
    if not found:
        raise UsageError(Phrase(
            "calibrate: nothing to calibrate: none of {keys} has a range in this scenario",
            keys=tuple(pattern for patterns in GROUPS.values() for pattern in patterns),
        ))  # fmt: skip
    return found


def _in_use(scenario: Scenario, key: str) -> bool:
    part, _, rest = key.partition(".")
    return part != "corridor" or rest.partition(".")[0] in scenario.corridors


def prior_of(scenario: Scenario, seed: int, worlds: range) -> Prior:
    """The calibrated quantities of a scenario and their quantiles in some of its prior worlds."""
    found = calibrated(scenario)
    keys = tuple(key for _, key, _ in found)
    entities = list(entity_hashes([f"parameter/{key}" for key in keys]).values())
    drawn = [Luck(seed, Replication(world, 0)).grid(Stream.PARAMETER, entities, 0, lanes=(0,))[0] for world in worlds]
    return Prior(keys, tuple(group for group, _, _ in found), tuple(q for _, _, q in found), np.array(drawn))

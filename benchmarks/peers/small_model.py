"""The small corridor that every peer plays: its numbers, its outcomes and what a peer is.

Five tankers join a yard every 2 h. At a slot every 12 h, min(yard, 80) of them leave as a convoy if at least 40 wait. A convoy
takes one of 4 escort units for six legs; on each, attackers may burn some of its tankers. In the city its tankers unload in
waves of as many as there are bays. Once a day the city sells what people need, or what there is. It starts empty.
No two kinds of events fall on the same second, so no engine's order of ties can matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DAYS = 365
HORIZON_H = 24.0 * DAYS

JOIN_FIRST_H, JOIN_EVERY_H, JOINING_TANKERS = 1.0, 2.0, 5
SLOT_FIRST_H, SLOT_EVERY_H, LEAST_TANKERS, MOST_TANKERS = 6.0, 12.0, 40, 80
ESCORT_UNITS = 4

LEG_KM = (85.0, 100.0, 250.0, 200.0, 150.0, 20.0)
HAZARD_PER_KM = (1e-3, 2e-3, 5e-4, 2e-4, 1e-4, 0.0)
ATTACK_PROB = tuple(1 - math.exp(-hazard * km) for hazard, km in zip(HAZARD_PER_KM, LEG_KM, strict=True))
SPEED_KMH, SLOWEST, FASTEST = 25.0, 0.9, 1.1
MEAN_LOSS_TANKERS = 8 * math.exp(-0.5)
"""Mean of the exponential law of losses, which are rounded to whole tankers and end with the convoy."""

BAYS, UNLOAD_H, TANKER_L = 30, 4.0, 40_000

SALE_FIRST_H, SALE_EVERY_H = 22.0, 24.0
DEMAND_L_DAY, LEAST_DEMAND, MOST_DEMAND = 2_000_000.0, 0.9, 1.1
SHORT_SHARE = 0.9
"""A day on which the city sells less than this share of the demand is a shortage day."""


class Outcome(NamedTuple):
    """What a replication-year came to; events are joinings, slots, legs driven, waves unloaded and days of sale."""

    convoys: int
    delivered: int
    lost: int
    shortage_days: int
    events: int


Outcomes = npt.NDArray[np.float64]
"""Shape (n_replications, n_outcomes), columns as in `Outcome`."""

Play = Callable[[int, int], Outcomes]
"""A peer: number of replications and seed to outcomes."""


def table_of(outcomes: list[Outcome]) -> Outcomes:
    """Outcomes as an array of shape (n_replications, n_outcomes)."""
    return np.array(outcomes, np.float64)

"""Attacks as a thinned Poisson process: engagements on independent passages.

With λ ambush offers per km and hour, lasting E[d] hours on average, and engagement probability q, a passage of L km meets
a Poisson number with mean λ · E[d] · L · q, whatever the shape of d, the legs and the halts on the way (thinning:
Lewis & Shedler 1979; the number present: M/G/∞).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.language import Phrase
from sim.study.validate.anchors import Anchor, Effort, of_runs
from sim.study.validate.worlds import Data, convoy_rows, convoys, world

RUNS, PASSAGES = 200, 240
KM = 200


class Offers(NamedTuple):
    """Ambush offers: how long each lasts, how many per km and hour, how likely an engagement is, expected engagements."""

    duration: Data
    intensity: float
    engage_prob: float
    mean: float


CASES = {
    "fixed": Offers({"mean_h": 6}, 1e-3, 0.5, 0.6),
    "exponential": Offers({"shape": "exponential", "mean_h": 3}, 2e-3, 1.0, 1.2),
    "lognormal": Offers({"shape": "lognormal", "mean_h": 2, "cv": 1.0}, 2e-3, 0.5, 0.4),
    "rare": Offers({"mean_h": 12}, 1e-4, 0.3, 0.072),
    "dense": Offers({"mean_h": 12}, 1.25e-3, 0.9, 2.7),
}


def road(duration: Data, intensity: float, engage_prob: float, passages: int, **change: Any) -> Data:
    """A convoy every other day over 200 km, long enough after the one before to meet other ambushes."""
    return world(
        {
            "days": 2 * passages,
            "warmup_days": 20,
            "threat": {
                "intensity_per_km_h": intensity,
                "ceiling_per_km_h": 2 * intensity,
                "duration": duration,
            },
            "contact": {"engage_prob": engage_prob},
        },
        change,
    )


def thinning_anchors(name: str, effort: Effort) -> list[Anchor]:
    """Mean and dispersion of the engagements of a passage."""
    case = CASES[name]
    data = road(case.duration, case.intensity, case.engage_prob, PASSAGES)
    counts = convoy_rows(data, convoys(1, 48, first_h=5), effort.runs(RUNS), "engagements")
    means = [run.mean() for run in counts]
    spread = [np.square(run - case.mean).mean() / case.mean for run in counts]
    source = Phrase("thinned Poisson process, Lewis & Shedler 1979")
    mean = Phrase("engagements of a passage, mean")
    dispersion = Phrase("engagements of a passage, variance to mean")
    return [
        of_runs(f"thinning/{name}/mean", mean, case.mean, means, source, effort),
        of_runs(f"thinning/{name}/dispersion", dispersion, 1.0, spread, source, effort),
    ]

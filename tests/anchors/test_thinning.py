"""Attacks as a thinned Poisson process: engagements on independent passages.

With λ ambush offers per km and hour, lasting E[d] hours on average, and engagement probability q, a passage of L km meets
a Poisson number with mean λ · E[d] · L · q, whatever the shape of d, the legs and the halts on the way (thinning:
Lewis & Shedler 1979; the number present: M/G/∞).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from worlds import Data, convoys, run

from sim.study.validate import thinning

Z = 3.9
"""Two-sided standard-normal bound with a false-alarm rate of 9.6e-5."""
PASSAGES = 3_000


def road(duration: Data, intensity: float, engage_prob: float, **change: Any) -> Data:
    """The road of the anchors with as many passages as here."""
    return thinning.road(duration, intensity, engage_prob, PASSAGES, **change)


def engagements(data: Data) -> npt.NDArray[np.int64]:
    """Engagements of each convoy."""
    got = np.array([convoy.engagements for convoy in run(data, convoys(1, 48, first_h=5)).convoys])
    assert len(got) >= PASSAGES - 1
    return got


def assert_poisson(counts: npt.NDArray[np.int64], mean: float) -> None:
    """Mean and dispersion index of counts lie within 3.9 standard errors of a Poisson distribution's."""
    n = len(counts)
    assert abs(counts.mean() - mean) <= Z * math.sqrt(mean / n)
    assert abs(counts.var(ddof=1) / counts.mean() - 1) <= Z * math.sqrt((2 + 1 / mean) / n)


CASES: dict[str, tuple[Data, float, float, float]] = {
    # duration in hours, λ per km and hour, q: mean λ · E[d] · 200 · q
    "fixed": ({"mean_h": 6}, 1e-3, 0.5, 0.6),
    "exponential": ({"shape": "exponential", "mean_h": 3}, 2e-3, 1.0, 1.2),
    "lognormal": ({"shape": "lognormal", "mean_h": 2, "cv": 1.0}, 4e-3, 0.25, 0.4),
    "rare": ({"mean_h": 12}, 1e-4, 0.3, 0.072),
    "dense": ({"mean_h": 12}, 5e-3, 0.9, 10.8),
}


@pytest.mark.parametrize("name", CASES)
def test_engagements_of_a_passage_are_poisson_with_the_stated_mean(name: str) -> None:
    duration, intensity, engage_prob, mean = CASES[name]
    assert_poisson(engagements(road(duration, intensity, engage_prob)), mean)


def test_night_halts_change_nothing() -> None:
    data = road({"mean_h": 6}, 1e-3, 0.5, road={"drive_start_h": 6, "drive_end_h": 12})
    assert_poisson(engagements(data), 0.6)


def test_exposure_scales_the_mean() -> None:
    data = road({"mean_h": 6}, 1e-3, 0.5, leg={"gate-city": {"exposure": 2.5}})
    assert_poisson(engagements(data), 1.5)


def test_intensity_is_all_that_counts_of_marks_and_ceiling() -> None:
    data = road({"mean_h": 6}, 1e-3, 0.5, threat={"ceiling_per_km_h": 1e-2})
    assert_poisson(engagements(data), 0.6)


def test_independents_meet_as_many_as_convoys() -> None:
    days = 2 * PASSAGES
    tallies = run(road({"mean_h": 6}, 1e-3, 0.5, days=days)).tallies  # one packet a day
    mean = 0.6 * days
    assert abs(tallies["engagements"] - mean) <= Z * math.sqrt(mean)

"""Blackett's convoys: where attacks per convoy and losses per attack do not depend on size, neither does the loss.

Expected loss is k per convoy, so k ÷ N per ship (Blackett 1943; Morse & Kimball, *Methods of Operations Research*, 1951).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from worlds import convoys, run

from sim.study.validate.convoy_size import ATTACKS, CV, LOST_PER_CONVOY, PER_ATTACK, PUBLISHED, sea

CONVOYS = 6_000
Z = 3.9


class Seen(NamedTuple):
    """Tankers lost in each convoy, and how many sailed in it."""

    lost: npt.NDArray[np.int64]
    size: int

    @property
    def share(self) -> float:
        """Share of tankers lost."""
        return float(self.lost.mean()) / self.size


def seen(size: int, interval_h: int = 12, *, seed: int = 1, **loss: object) -> Seen:
    """Convoys of exactly `size` tankers every `interval_h` hours; each leaves when its tankers are there."""
    records = run(sea(size, interval_h, CONVOYS, **loss), convoys(size, interval_h, first_h=12), seed=seed)
    assert len(records.convoys) > 0.99 * CONVOYS
    return Seen(np.array([convoy.tankers_lost for convoy in records.convoys]), size)


def spread(n: int) -> float:
    """Standard error of losses per convoy over n convoys: a compound Poisson number, rounded by chance."""
    return math.sqrt(ATTACKS * (PER_ATTACK * PER_ATTACK * (1 + CV * CV) + 0.25) / n)


@pytest.mark.parametrize("size", PUBLISHED)
def test_a_convoy_loses_as_much_whatever_its_size(size: int) -> None:
    got = seen(size)
    error = spread(len(got.lost))
    assert abs(got.lost.mean() - LOST_PER_CONVOY) <= Z * error
    assert abs(got.share - PUBLISHED[size]) <= Z * error / size


def test_convoys_of_all_sizes_lose_the_very_same_tankers() -> None:
    small, middle, large = (seen(size).lost for size in PUBLISHED)
    assert small.max() < 20 and small.any()
    assert small.tolist() == middle.tolist() == large.tolist()


def test_merging_two_convoys_halves_the_losses() -> None:
    apart, merged = seen(40, 12), seen(80, 24, seed=2)
    error = math.hypot(spread(len(apart.lost)) / 40, 2 * spread(len(merged.lost)) / 80)
    assert abs(apart.share - 2 * merged.share) <= Z * error


def test_no_convoy_loses_more_than_it_has() -> None:
    lost = seen(20, convoy_mean_tankers=100).lost
    assert lost.max() == 20


@pytest.mark.parametrize("size", PUBLISHED)
def test_the_fraction_law_loses_the_same_share_whatever_the_size(size: int) -> None:
    share = 0.1
    got = seen(size, law="fraction", convoy_median_share=share)
    # the engagements of a convoy are Poisson; each leaves 90 % of what was left, rounded by chance
    kept = math.exp(-ATTACKS * share)
    error = math.sqrt(math.exp(-ATTACKS * (1 - (1 - share) * (1 - share))) - kept * kept + 0.25 * ATTACKS / size**2)
    assert abs(1 - got.share - kept) <= Z * error / math.sqrt(len(got.lost))


def test_the_fraction_law_does_not_reproduce_blackett() -> None:
    small, large = (seen(size, law="fraction", convoy_median_share=0.15).lost.mean() for size in (20, 80))
    assert abs(small - LOST_PER_CONVOY) <= Z * spread(CONVOYS)  # tuned to be alike at 20 tankers
    assert large > 3 * LOST_PER_CONVOY

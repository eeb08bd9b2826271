"""An anchor: a published number, ours with its interval, and whether the two agree."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.units import student
from sim.language import Phrase

ALARM = 1e-4
"""Probability that the interval of a right model misses the published number, per anchor."""


class Effort(NamedTuple):
    """How much is run: the share of the full number of runs, and the widest interval that still shows something.

    `widest` is half the interval relative to the published number: an interval that is wider fails, whatever it holds.
    """

    share: float
    widest: float

    def runs(self, full: int) -> int:
        """Runs in place of the full number, at least 20."""
        return max(20, round(full * self.share))


FULL = Effort(1.0, 0.2)
FAST = Effort(0.05, 0.8)


class Anchor(NamedTuple):
    """One line of the table."""

    id: str
    family: str
    what: Phrase
    published: float
    ours: float
    low: float
    high: float
    passed: bool
    source: Phrase


def of_runs(
    id_: str, what: Phrase, published: float, values: npt.ArrayLike, source: Phrase, effort: Effort
) -> Anchor:
    """The mean of independent runs against a published number: the interval is the mean's, 99.99 %, by Student's t.

    Parameters
    ----------
    values
        One number a run, shape (n_runs,), independent and alike.
    """
    found = np.asarray(values, dtype=np.float64)
    mean = float(found.mean())
    half = float(student(len(found) - 1, ALARM / 2)) * float(found.std(ddof=1)) / math.sqrt(len(found))
    narrow = half <= effort.widest * abs(published)
    return _anchor(id_, what, published, mean, half, source, narrow)


def within(id_: str, what: Phrase, published: float, ours: float, slack: float, source: Phrase) -> Anchor:
    """A number without chance against a published one: they agree to within `slack` (a convoy, half the last printed digit)."""
    return _anchor(id_, what, published, ours, slack, source, True)


def _anchor(
    id_: str, what: Phrase, published: float, ours: float, half: float, source: Phrase, narrow: bool
) -> Anchor:
    low, high = ours - half, ours + half
    return Anchor(id_, id_.partition("/")[0], what, published, ours, low, high, narrow and low <= published <= high, source)

"""How many worlds a study runs: a pilot that screens strategies, and stages until differences are known well enough."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sim.analysis.budget import FEWEST_BEFORE_STOPPING, precise_enough
from sim.analysis.comparison import Comparison
from sim.analysis.paired import paired
from sim.analysis.units import Floats, unit_means
from sim.errors import UsageError
from sim.experiment.design import Design, design_of
from sim.language import Phrase
from sim.study.design import Precision

FEWEST_SCREENED = 5
"""Strategies from which a pilot comes first unless told otherwise."""

PILOT_WORLDS, PILOT_CHANCES = 10, 2
"""Worlds of a pilot at least, and its chances at most: worlds are what tells strategies apart."""

SLOWEST, FASTEST = 1.2, 3.0
"""Worlds of a stage as multiples of those of the stage before: few looks, and no trust in the variance of a small stage."""


def pilot_of(design: Design) -> Design | None:
    """The replications of `design` that screen its strategies; None where they would be half of it or more."""
    pilot = Design(max(PILOT_WORLDS, design.worlds // 5), min(PILOT_CHANCES, design.chances))
    return pilot if 2 * pilot.runs <= design.runs and design.covers(pilot) else None


def first_stage(asked: Design | Precision) -> Design:
    """The replications that are run first: all of a fixed design, `FEWEST_BEFORE_STOPPING` worlds towards a precision."""
    if isinstance(asked, Design):
        return asked
    if not (math.isfinite(asked.half_width) and asked.half_width > 0):
        raise UsageError(Phrase("precision: expected a half-width above 0, got {got}", got=asked.half_width))
    design_of(asked.most, asked.chances)
    return design_of(min(FEWEST_BEFORE_STOPPING, asked.most), asked.chances)


def next_worlds(differences: Iterable[Floats], target: Precision, worlds: int) -> int:
    """Worlds of the next stage, at most `target.most`; 0 when every difference is known well enough or no world is left.

    Each difference (its world means, shape (n_worlds,)) is judged by the rule of Chow and Robbins; the next stage is what the
    widest needs at its present variance, between `SLOWEST` and `FASTEST` times the worlds so far. Looking only a few times, it
    covers at least as often as the rule that looks after every world.
    """
    more = max((precise_enough(values, target.half_width).more_units for values in differences), default=0)
    if not more or worlds >= target.most:
        return 0
    return min(max(worlds + more, math.ceil(SLOWEST * worlds)), math.floor(FASTEST * worlds), target.most)


def key_differences(comparison: Comparison, metric: str, baseline: str) -> list[Floats]:
    """World means of each strategy's difference from the baseline, over the worlds in which it is defined."""
    rows = comparison.values[metric]
    base = comparison.place(baseline)
    differences = unit_means(rows - rows[base], comparison.units)
    return [row[row == row] for place, row in enumerate(differences) if place != base]


def widest_half(comparison: Comparison, metric: str, baseline: str) -> float | None:
    """Largest half-width (95 %) of a difference from the baseline, in the metric's unit; None if one is not known."""
    base = comparison.place(baseline)
    rows, judged = comparison.values[metric], comparison.metric(metric)
    halves = []
    for place, row in enumerate(rows):
        if place != base:
            found = paired(row, rows[base], comparison.worlds, comparison.chances, judged.direction, 0, resamples=0)
            if found.mean is None or found.high is None:
                return None
            halves.append(found.high - found.mean)
    return max(halves, default=None)

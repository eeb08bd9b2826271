"""Means over runs judged by the units that are independent: worlds, or chances where there is one world.

Runs of one world share everything we do not know. They are one unit, whatever their number; in a design of a single
world nothing is unknown, and every chance is a unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.draws import Luck, Replication, Stream, entity_hash
from sim.errors import UsageError
from sim.language import Phrase

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CONFIDENCE = 0.95

FEWEST_UNITS = 3
"""Units with defined runs that an interval of a mean needs."""

RESAMPLES = 2_000

_PARTS, _PART_UNITS = 16, 1 << 18
_CHUNK_CELLS = 4_000_000


def independent_units(worlds: npt.ArrayLike, chances: npt.ArrayLike) -> Ints:
    """Number of the independent unit of each run, from 0: its world, or its chance where all runs are of one world."""
    labels = np.asarray(worlds)
    if labels.size and (labels == labels[0]).all():
        labels = np.asarray(chances)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def student(df: npt.ArrayLike, tail: float) -> Floats:
    """Upper quantile of Student's t: the value passed with probability `tail`."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, 1.0 - tail), dtype=np.float64)


class Means(NamedTuple):
    """Means of several rows of runs, each over the runs where it is defined; every array has shape (n_rows,).

    `mean` is NaN without a defined run; `error`, the standard error of the mean, is NaN with fewer than `FEWEST_UNITS`
    units; `units` and `runs` count those with a defined value.
    """

    mean: Floats
    error: Floats
    units: Ints
    runs: Ints

    def half(self, tail: float = 0.5 - CONFIDENCE / 2) -> Floats:
        """Half-widths of t intervals that leave `tail` on each side; degrees of freedom: units − 1."""
        return student(np.maximum(self.units - 1, 1), tail) * self.error


def unit_sums(rows: Floats, units: Ints) -> tuple[Floats, Floats]:
    """Sum and number of defined runs of each unit, both of shape (n_rows, n_units).

    Parameters
    ----------
    rows
        Values, shape (n_rows, n_runs), NaN where undefined.
    units
        Unit of each run, shape (n_runs,).
    """
    order = np.argsort(units, kind="stable")
    ordered = units[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if units.size else np.zeros(0, np.int64)
    known = ~np.isnan(rows)
    sums = np.add.reduceat(np.where(known, rows, 0.0)[:, order], first, axis=1)
    return sums, np.add.reduceat(known[:, order].astype(np.float64), first, axis=1)


def means(rows: npt.ArrayLike, units: Ints) -> Means:
    """Mean and standard error of each row, shape (n_rows, n_runs), NaN where undefined.

    With N runs in W units, S_u the sum and n_u the number of unit u, and m = Σ S_u ÷ N: variance of m =
    W ÷ (W − 1) · Σ (S_u − m·n_u)² ÷ N². With equal n_u these are mean and variance of the unit means; with unequal n_u
    the ratio estimator of survey sampling (Cochran, *Sampling Techniques*, 3rd ed., 1977, ch. 9A).
    """
    values = np.atleast_2d(np.asarray(rows, dtype=np.float64))
    if values.shape[1] != units.size:
        raise UsageError(Phrase(
            "statistics: {shape} values for {size} runs; give one value for each run",
            shape=values.shape[1], size=units.size,
        ))
    sums, sizes = unit_sums(values, units)
    runs, present = sizes.sum(axis=1), (sizes > 0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.sum(axis=1) / runs
        squares = ((sums - mean[:, None] * sizes) ** 2).sum(axis=1)
        variance = present / (present - 1) * squares / runs**2
    error = np.where(present < FEWEST_UNITS, np.nan, np.sqrt(variance))
    return Means(mean, error, present.astype(np.int64), runs.astype(np.int64))


def unit_means(rows: Floats, units: Ints) -> Floats:
    """Mean of each unit over its runs, shape (n_rows, n_units); NaN where a unit has no defined run."""
    sums, sizes = unit_sums(rows, units)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / sizes)


def resampled_totals(columns: Floats, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Totals over units drawn with replacement, as many as there are: shape (resamples, n_columns).

    The same seed and number of units draw the same units whatever is summed, so statistics of one resample belong
    together.

    Parameters
    ----------
    columns
        What is summed, shape (n_units, n_columns).
    seed
        Seed of the experiment.
    """
    return np.concatenate([np.einsum("ru,uc->rc", counts, columns) for counts in _draws(columns.shape[0], seed, resamples)])


def _draws(n_units: int, seed: int, resamples: int) -> Iterator[Floats]:
    """How often each unit is drawn, in chunks of shape (some resamples, n_units)."""
    if n_units > _PARTS * _PART_UNITS:
        raise UsageError(Phrase(
            "bootstrap: {n_units:,} units are too many; at most {part_units:,} can be resampled",
            n_units=n_units, part_units=_PARTS * _PART_UNITS,
        ))
    luck, entity = Luck(seed, Replication(0, 0)), entity_hash("resample/units")
    quads = np.arange(-(-n_units // 4))
    part, block = quads // (_PART_UNITS // 4), quads % (_PART_UNITS // 4)
    size = max(1, _CHUNK_CELLS // n_units)
    for first in range(0, resamples, size):
        resample = np.arange(first, min(first + size, resamples))
        lanes = luck.grid(Stream.RESAMPLE, entity, resample[:, None] * _PARTS + part, block)
        places = (np.stack(lanes, axis=2).reshape(resample.size, -1)[:, :n_units] * n_units).astype(np.int64)
        flat = places + (np.arange(resample.size) * n_units)[:, None]
        counts = np.bincount(flat.ravel(), minlength=resample.size * n_units)
        yield counts.reshape(resample.size, n_units).astype(np.float64)

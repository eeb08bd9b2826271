"""Quantiles of many series over any number of runs, in memory that does not grow with the runs.

A sketch counts, for each series, how many runs fell into each of fixed bins of whole numbers: one bin per number from
`LOWEST` to 255, above that `BINS` bins of equal width per power of two (the scheme of HDR histograms). Bins are fixed
and counts only add up, so that sketches of parts of the runs merge into exactly the sketch of all of them, whatever the
order and the grouping.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError, UsageError
from sim.language import Phrase
from sim.records import Ints

Floats = npt.NDArray[np.float64]

LOWEST = -1_024
HIGHEST = 1 << 50
"""Smallest and largest value that can be counted."""

BINS = 128
"""Bins per power of two, and numbers of bins that are kept together on a page."""

ERROR = 1 / (2 * BINS)
"""Largest relative error of the midpoint of a bin, as a share of any value in it (0.39 %); below 256 there is none."""

MOST_RUNS = (1 << 32) - 1

_SHIFT = 45
"""Bits of a double behind its sign, its exponent and the 7 bits that tell the bins of a power of two apart."""
_POWERS = 1030 * BINS
"""What a double of 128 holds before those bits."""
_ENTRIES_AT_ONCE = 32_768
_SERIES_AT_ONCE = 256
_HEADER = struct.Struct("<4sqqqq")
_MAGIC = b"skt1"
"""Form of `to_bytes`; another one where `_SERIES_AT_ONCE` is."""
_LEVEL = 1
"""Of zlib."""


def _bins(values: Ints) -> Ints:
    """Number of the bin of each value, from 0."""
    # A double holds a whole number as power of two and fraction: cut off behind 7 bits of it, it is the bin. Below 128 that
    # would be finer than whole numbers, and the minimum takes the number itself.
    bins = values.astype(np.float64).view(np.int64)
    bins >>= _SHIFT
    bins -= _POWERS - BINS
    np.maximum(bins, BINS, out=bins)
    np.minimum(bins, values, out=bins)
    bins -= LOWEST
    return bins


def _midpoints() -> Floats:
    """Middle of the whole numbers of each bin."""
    first = np.arange(LOWEST, BINS, dtype=np.int64)
    power, step = np.divmod(np.arange((HIGHEST.bit_length() - BINS.bit_length()) * BINS + 1), BINS)
    widths = np.left_shift(1, power)
    return np.concatenate([first.astype(np.float64), (BINS + step) * widths + (widths - 1) / 2])


_MIDPOINTS = _midpoints()
_PAGES = -(-len(_MIDPOINTS) // BINS)


class Entries(NamedTuple):
    """Bins that hold runs: their series, their number and how many runs; all of the same length."""

    series: Ints
    bins: Ints
    runs: Ints


class Sketch:
    """Counts of runs by bin in each of `n_series` series of whole numbers from −1,024 to 2^50.

    Bins stand on pages of 128, and a series has only pages that some run fell onto: half a kilobyte for each power of two
    that its values reach, whatever the number of runs.
    """

    def __init__(self, n_series: int) -> None:
        if n_series < 1:
            raise UsageError(Phrase("sketch: expected at least one series, got {n_series}", n_series=n_series))
        self.n_series = n_series
        self.n_runs = 0
        self._start = np.full(n_series * _PAGES, -1, dtype=np.int64)
        """Where the page of a series and a power of two begins in `_counts`; -1 where there is none yet."""
        self._counts = np.zeros(0, dtype=np.uint32)
        self._used = 0

    def add(self, values: Ints) -> None:
        """Count runs.

        Parameters
        ----------
        values
            Shape (n_runs, n_series).

        Raises
        ------
        UsageError
            If the shape is another one or a value cannot be counted; nothing is counted then.
        """
        if values.ndim != 2 or values.shape[1] != self.n_series or values.dtype != np.int64:
            raise UsageError(
                Phrase(
                    "sketch of {n_series} series: expected int64 values of shape (n_runs, {n_series}), got {dtype} of shape"
                    " {shape}",
                    n_series=self.n_series, dtype=values.dtype, shape=values.shape,
                )
            )
        if not values.size:
            return
        if values.min() < LOWEST or values.max() > HIGHEST:
            run, series = np.argwhere((values < LOWEST) | (values > HIGHEST))[0]
            raise UsageError(
                Phrase(
                    "sketch: run {run}, series {series}: {series_b:,} cannot be counted; expected {lowest:,} to 2^50; no "
                    "number of a day is so large: check the units of the scenario",
                    run=run, series=series, series_b=values[run, series], lowest=LOWEST,
                )
            )
        self._count_in(len(values))
        # Few series at a time, so that their pages stay in the processor's cache.
        width = max(1, _ENTRIES_AT_ONCE // len(values))
        for first in range(0, self.n_series, width):
            bins = _bins(values[:, first : first + width])
            series = np.arange(first, first + bins.shape[1])
            places = self._places(series, bins)
            np.add.at(self._counts, places.ravel(), np.uint32(1))

    def merge(self, other: Sketch) -> None:
        """Count the runs of another sketch of as many series.

        Raises
        ------
        UsageError
            If it has another number of series.
        """
        if other.n_series != self.n_series:
            raise UsageError(Phrase(
                "sketches of {n_series} and {n_series_b} series cannot be merged: they count other things",
                n_series=self.n_series, n_series_b=other.n_series,
            ))
        self._count_in(other.n_runs)
        for found in other._blocks():
            self._place(found)

    def quantiles(self, shares: Sequence[float]) -> Floats:
        """Quantiles over runs, shape (n_series, n_shares), defined as in `daily_quantiles`.

        A quantile lies between two neighbouring values, the run below and the run above it. Each of them is told by the
        midpoint of its bin: exact below 256, else within `ERROR` of it. Interpolated, where the lower neighbour is not
        negative: within `ERROR` of the quantile, and exact if both neighbours are below 256. Where the lower one is
        negative: within `ERROR` of the upper one.

        Parameters
        ----------
        shares
            From 0 to 1.

        Raises
        ------
        UsageError
            If there are no runs, or a share is outside 0 to 1.
        """
        if not self.n_runs:
            raise UsageError(Phrase("sketch: no runs were added, and quantiles of none are not defined; add runs first"))
        wanted = np.asarray(shares, dtype=np.float64)
        if not ((wanted >= 0) & (wanted <= 1)).all():
            raise UsageError(Phrase("sketch: quantiles: expected shares from 0 to 1, got {shares}", shares=list(shares)))
        rank = (self.n_runs - 1) * wanted
        below = np.floor(rank).astype(np.int64)
        above = np.minimum(below + 1, self.n_runs - 1)
        found = np.empty((self.n_series, len(wanted)))
        for first, entries in zip(range(0, self.n_series, _SERIES_AT_ONCE), self._blocks(), strict=True):
            block = found[first : first + _SERIES_AT_ONCE]
            # Every series has all runs, so that ranks go on from one series to the next.
            last, before = entries.runs.cumsum(), np.arange(len(block))[:, None] * self.n_runs
            low, high = (_MIDPOINTS[entries.bins[np.searchsorted(last, before + at, side="right")]] for at in (below, above))
            for i, part in enumerate(rank - below):
                block[:, i] = np.quantile(np.stack([low[:, i], high[:, i]]), part, axis=0)
        return found

    def to_bytes(self) -> bytes:
        """The sketch as bytes: the same for the same runs, in whatever order and grouping they were added."""
        packed = zlib.compressobj(_LEVEL)
        parts = [packed.compress(_HEADER.pack(_MAGIC, LOWEST, BINS, self.n_series, self.n_runs))]
        for first, found in zip(range(0, self.n_series, _SERIES_AT_ONCE), self._blocks(), strict=True):
            of_series = np.bincount(found.series - first, minlength=min(_SERIES_AT_ONCE, self.n_series - first))
            # Steps from bin to bin are mostly 1 and pack better than the bins.
            steps = np.diff(found.bins, prepend=0)
            for numbers, kind in ((of_series, "<u2"), (steps, "<u2"), (found.runs, "<u4")):
                parts.append(packed.compress(numbers.astype(kind).tobytes()))
        return b"".join([*parts, packed.flush()])

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that `to_bytes` gave.

        Raises
        ------
        ResultsError
            If the bytes are no sketch, are damaged, or have other bins.
        """
        try:
            body = zlib.decompress(data)
            magic, lowest, per_power, n_series, n_runs = _HEADER.unpack_from(body)
        except (struct.error, zlib.error) as error:
            raise ResultsError(Phrase(
                "sketch: these bytes are none or are damaged ({error}); make it again from the runs",
                error=error,
            )) from error
        if (magic, lowest, per_power) != (_MAGIC, LOWEST, BINS):
            raise ResultsError(
                Phrase(
                    "sketch: expected {magic} with bins from {lowest:,}, {bins} per power of two, got {magic_b} with bins "
                    "from {lowest_b:,}, {per_power}; make it again from the runs",
                    magic=repr(_MAGIC), lowest=LOWEST, bins=BINS, magic_b=repr(magic), lowest_b=lowest, per_power=per_power,
                )
            )
        sketch, at = cls(n_series), _HEADER.size
        sketch._count_in(n_runs)
        for first in range(0, n_series, _SERIES_AT_ONCE):
            series = np.arange(first, min(first + _SERIES_AT_ONCE, n_series))
            of_series = np.frombuffer(body, "<u2", len(series), at)
            at += of_series.nbytes
            n = int(of_series.sum())
            bins = np.frombuffer(body, "<u2", n, at).cumsum(dtype=np.uint16).astype(np.int64)
            runs = np.frombuffer(body, "<u4", n, at + 2 * n)
            at += 6 * n
            sketch._place(Entries(np.repeat(series, of_series), bins, runs.astype(np.int64)))
        return sketch

    def _count_in(self, n_runs: int) -> None:
        if self.n_runs + n_runs > MOST_RUNS:
            raise UsageError(Phrase(
                "sketch: {n_runs:,} runs are too many; it counts at most {most_runs:,}",
                n_runs=self.n_runs + n_runs, most_runs=MOST_RUNS,
            ))
        self.n_runs += n_runs

    def _place(self, found: Entries) -> None:
        """Add counts, of which no two are of the same series and bin."""
        places = self._places(found.series, found.bins)
        self._counts[places] += found.runs.astype(np.uint32)

    def _places(self, series: Ints, bins: Ints) -> Ints:
        """Place in `_counts` of each bin; pages that are missing are begun."""
        page = bins >> (BINS.bit_length() - 1)
        page += series * _PAGES
        place = self._start.take(page)
        if place.size and place.min() < 0:
            self._begin(np.unique(page[place < 0]))
            place = self._start.take(page)
        place += bins & (BINS - 1)
        return place

    def _begin(self, pages: Ints) -> None:
        """Make empty pages."""
        used = self._used + BINS * len(pages)
        if used > len(self._counts):
            # Room for a quarter more, so that pages which come one by one are not moved each time.
            counts = np.zeros(used + used // 4, dtype=np.uint32)
            counts[: self._used] = self._counts[: self._used]
            self._counts = counts
        self._start[pages] = np.arange(self._used, used, BINS)
        self._used = used

    def _blocks(self) -> Iterator[Entries]:
        """Entries of `_SERIES_AT_ONCE` series after the other, sorted by series and bin."""
        for first in range(0, self.n_series, _SERIES_AT_ONCE):
            start = self._start[first * _PAGES : (first + _SERIES_AT_ONCE) * _PAGES]
            page = np.flatnonzero(start >= 0)
            counts = self._counts[start[page, None] + np.arange(BINS)]
            row, column = np.nonzero(counts)
            series, power = np.divmod(page[row], _PAGES)
            yield Entries(first + series, power * BINS + column, counts[row, column].astype(np.int64))

"""Quantiles of many series over any number of runs, in memory that does not grow with the runs.

A sketch counts, for each series, how many runs fell into each of fixed bins of whole numbers: one bin per number from
`LOWEST` to 255, above that `BINS` bins of equal width per power of two (the scheme of HDR histograms). Bins are fixed
and counts only add up, so that sketches of parts of the runs merge into exactly the sketch of all of them, whatever the
order and the grouping.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

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
"""Bins per power of two."""

ERROR = 1 / (2 * BINS)
"""Largest relative error of the midpoint of a bin, as a share of any value in it (0.39 %); below 256 there is none."""

MOST_RUNS = (1 << 32) - 1

_SHIFT = 45
"""Bits of a double behind its sign, its exponent and the 7 bits that tell the bins of a power of two apart."""
_POWERS = 1030 * BINS
"""What a double of 128 holds before those bits."""
_VALUES_AT_ONCE, _ENTRIES_AT_ONCE = 32_768, 65_536
"""Few series at a time, so that their values stay in the processor's cache."""

_HEADER = struct.Struct("<4sqqqq")
_MAGIC = b"skt4"
"""Form of `to_bytes`."""

_LARGE = 255
_COUNT = struct.Struct("<q")
_CHECK = struct.Struct("<I")
"""CRC-32 of all that follows it."""


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
_N_BINS = len(_MIDPOINTS)
_RUNS_BITS = np.uint64(32)
_RUNS_MASK = np.uint64(MOST_RUNS)

MOST_SERIES = (1 << 32) // _N_BINS


class Sketch:
    """Counts of runs by bin in each of `n_series` series of whole numbers from −1,024 to 2^50.

    Only bins that hold runs are kept, eight bytes each: series and bin above, how many runs below, in rising order.
    """

    def __init__(self, n_series: int) -> None:
        if not 1 <= n_series <= MOST_SERIES:
            raise UsageError(Phrase(
                "sketch: expected 1 to {most:,} series, got {n_series}", most=MOST_SERIES, n_series=n_series
            ))
        self.n_series = n_series
        self.n_runs = 0
        self._entries = np.zeros(0, np.uint64)
        self._more: list[npt.NDArray[np.uint64]] = []
        """Entries that came later: the same series and bin may stand in several of them."""

    def __reduce__(self) -> tuple[Callable[[bytes], Sketch], tuple[bytes]]:
        """Sent to another process as `to_bytes`, which is shorter."""
        return Sketch.from_bytes, (self.to_bytes(),)

    def add(self, *parts: Ints) -> None:
        """Count runs.

        Parameters
        ----------
        parts
            Values of the same runs, (n_runs, …): series side by side, `n_series` together.

        Raises
        ------
        UsageError
            If the shape is another one or a value cannot be counted; nothing is counted then.
        """
        shapes = [part.shape for part in parts]
        if (
            any(part.ndim != 2 or part.dtype != np.int64 or part.shape[0] != parts[0].shape[0] for part in parts)
            or sum(part.shape[-1] for part in parts if part.ndim) != self.n_series
        ):
            raise UsageError(Phrase(
                "sketch of {n_series} series: expected int64 values of shape (n_runs, {n_series}), got {dtype} of shape {shape}",
                n_series=self.n_series, dtype=parts[0].dtype, shape=shapes[0] if len(parts) == 1 else shapes,
            ))  # fmt: skip
        n_runs = len(parts[0])
        if not n_runs:
            return
        first = 0
        for part in parts:
            _check_countable(part, first)
            first += part.shape[1]
        self._count_in(n_runs)
        width, first, found = max(1, _VALUES_AT_ONCE // n_runs), 0, []
        for part in parts:
            for left in range(0, part.shape[1], width):
                found.append(_entries(part[:, left : left + width], first + left))
            first += part.shape[1]
        self._take_in(np.concatenate(found))

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
        self._take_in(other._joined())

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
            raise UsageError(Phrase("sketch: no runs were added, and statistics of none are not defined; add runs first"))
        wanted = np.asarray(shares, dtype=np.float64)
        if not ((wanted >= 0) & (wanted <= 1)).all():
            raise UsageError(Phrase("sketch: quantiles: expected shares from 0 to 1, got {shares}", shares=list(shares)))
        rank = (self.n_runs - 1) * wanted
        below = np.floor(rank).astype(np.int64)
        above = np.minimum(below + 1, self.n_runs - 1)
        found = np.empty((self.n_series, len(wanted)))
        for first, end, (entries,) in self._by_series([self._joined()]):
            # Every series has all runs, so that ranks go on from one series to the next.
            last, before = (entries & _RUNS_MASK).astype(np.int64).cumsum(), np.arange(end - first)[:, None] * self.n_runs
            low, high = (
                _MIDPOINTS[(entries[np.searchsorted(last, before + at, side="right")] >> _RUNS_BITS) % np.uint64(_N_BINS)]
                for at in (below, above)
            )
            for i, part in enumerate(rank - below):
                found[first:end, i] = np.quantile(np.stack([low[:, i], high[:, i]]), part, axis=0)
        return found

    def means(self) -> Floats:
        """Means over runs, shape (n_series,), of the midpoints of their bins: exact where all values are below 256.

        Raises
        ------
        UsageError
            If there are no runs.
        """
        if not self.n_runs:
            raise UsageError(Phrase("sketch: no runs were added, and statistics of none are not defined; add runs first"))
        sums = np.empty(self.n_series)
        for first, end, (entries,) in self._by_series([self._joined()]):
            place = (entries >> _RUNS_BITS).astype(np.int64)
            series = place // _N_BINS
            weights = (entries & _RUNS_MASK).astype(np.float64) * _MIDPOINTS[place - series * _N_BINS]
            sums[first:end] = np.bincount(series - first, weights, minlength=end - first)
        return sums / self.n_runs

    def to_bytes(self) -> bytes:
        """The sketch as bytes: the same for the same runs, in whatever order and grouping they were added."""
        entries = self._joined()
        place = (entries >> _RUNS_BITS).astype(np.uint32)
        series = place // np.uint32(_N_BINS)
        bins = place - series * np.uint32(_N_BINS)  # divmod takes several times as long
        of_series = np.bincount(series.view(np.int32), minlength=self.n_series)
        parts = [_HEADER.pack(_MAGIC, LOWEST, BINS, self.n_series, self.n_runs), of_series.astype("<u2").tobytes()]
        # Steps from bin to bin are mostly 1, and few runs share one: files, which are compressed, hold both in less room.
        parts += _short(np.diff(bins.astype(np.uint16), prepend=np.uint16(0)))
        parts += _short(entries.astype(np.uint32))
        body = b"".join(parts)
        return _CHECK.pack(zlib.crc32(body)) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """The sketch that `to_bytes` gave.

        Raises
        ------
        ResultsError
            If the bytes are no sketch, are damaged, or have other bins.
        """
        body = memoryview(data)[_CHECK.size :]
        if len(body) < _HEADER.size or _CHECK.unpack_from(data)[0] != zlib.crc32(body):
            raise ResultsError(Phrase(
                "sketch: these bytes ({n:,} of them) are none or are damaged; make it again from the runs", n=len(data)
            ))
        magic, lowest, per_power, n_series, n_runs = _HEADER.unpack_from(body)
        if (magic, lowest, per_power) != (_MAGIC, LOWEST, BINS):
            raise ResultsError(
                Phrase(
                    "sketch: expected {magic} with bins from {lowest:,}, {bins} per power of two, got {magic_b} with bins "
                    "from {lowest_b:,}, {per_power}; make it again from the runs",
                    magic=repr(_MAGIC), lowest=LOWEST, bins=BINS, magic_b=repr(magic), lowest_b=lowest, per_power=per_power,
                )
            )
        sketch = cls(n_series)
        sketch._count_in(n_runs)
        of_series = np.frombuffer(body, "<u2", n_series, _HEADER.size)
        n, at = int(of_series.sum()), _HEADER.size + of_series.nbytes
        steps, at = _long(body, n, at)
        runs, _ = _long(body, n, at)
        series = np.repeat(np.arange(n_series, dtype=np.uint64), of_series)
        bins = steps.astype(np.uint16).cumsum(dtype=np.uint16).astype(np.uint64)
        sketch._entries = (series * np.uint64(_N_BINS) + bins) << _RUNS_BITS | runs.astype(np.uint64)
        return sketch

    def _count_in(self, n_runs: int) -> None:
        if self.n_runs + n_runs > MOST_RUNS:
            raise UsageError(Phrase(
                "sketch: {n_runs:,} runs are too many; it counts at most {most_runs:,}",
                n_runs=self.n_runs + n_runs, most_runs=MOST_RUNS,
            ))
        self.n_runs += n_runs

    def _take_in(self, entries: npt.NDArray[np.uint64]) -> None:
        """Add entries, in rising order and one for each series and bin.

        Now and then all are joined, so that room grows with the bins and not with the runs.
        """
        self._more.append(entries)
        if sum(map(len, self._more)) > 4 * len(self._entries):
            self._joined()

    def _joined(self) -> npt.NDArray[np.uint64]:
        """All entries in rising order, one for each series and bin."""
        parts = [part for part in (self._entries, *self._more) if len(part)]
        if len(parts) > 1:
            self._entries = np.concatenate([_merged(pieces) for _, _, pieces in self._by_series(parts)])
        elif parts:
            (self._entries,) = parts
        self._more = []
        return self._entries

    def _by_series(
        self, parts: Sequence[npt.NDArray[np.uint64]]
    ) -> Iterator[tuple[int, int, list[npt.NDArray[np.uint64]]]]:
        """Entries in rising order cut into a few series at a time, so that they stay in the processor's cache.

        First series, the one behind the last, and the entries of each part between.
        """
        width = max(1, self.n_series * _ENTRIES_AT_ONCE // max(1, sum(map(len, parts))))
        cuts = [*range(0, self.n_series, width), self.n_series]
        keys = np.array(cuts, np.uint64) * np.uint64(_N_BINS) << _RUNS_BITS
        places = [[*np.searchsorted(part, keys[:-1]).tolist(), len(part)] for part in parts]
        for i, (first, end) in enumerate(pairwise(cuts)):
            yield first, end, [part[place[i] : place[i + 1]] for part, place in zip(parts, places, strict=True)]


def _merged(parts: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """Entries of several parts in rising order as one, with the runs of equal series and bins added up."""
    # Each part is in order already, and merging such parts is what this kind of sorting is quick at.
    found = np.sort(np.concatenate(parts), kind="stable")
    if not len(found):
        return found
    place = found >> _RUNS_BITS
    first = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
    if len(first) == len(found):
        return found
    return np.asarray(place[first] << _RUNS_BITS | np.add.reduceat(found & _RUNS_MASK, first))


def _short(numbers: npt.NDArray[Any]) -> list[bytes]:
    """Whole numbers from 0 to 2^32 − 1 as a byte each; those that need more stand behind them, `_LARGE` in their place."""
    large = numbers[numbers >= _LARGE].astype("<u4")
    return [np.minimum(numbers, _LARGE).astype(np.uint8).tobytes(), _COUNT.pack(len(large)), large.tobytes()]


def _long(body: memoryview, n: int, at: int) -> tuple[npt.NDArray[np.uint32], int]:
    """The n numbers that `_short` gave, which stand in `body` from `at` on, and where they end."""
    numbers = np.frombuffer(body, np.uint8, n, at).astype(np.uint32)
    (large,) = _COUNT.unpack_from(body, at + n)
    at += n + _COUNT.size
    numbers[numbers == _LARGE] = np.frombuffer(body, "<u4", large, at)
    return numbers, at + 4 * large


def _check_countable(values: Ints, first: int) -> None:
    """Refuse values of the series from number `first` on that no bin holds."""
    if values.size and (values.min() < LOWEST or values.max() > HIGHEST):
        run, series = np.argwhere((values < LOWEST) | (values > HIGHEST))[0]
        raise UsageError(Phrase(
            "sketch: run {run}, series {series}: {series_b:,} cannot be counted; expected {lowest:,} to 2^50; no "
            "number of a day is so large: check the units of the scenario",
            run=run, series=first + series, series_b=values[run, series], lowest=LOWEST,
        ))  # fmt: skip


def _entries(values: Ints, first: int) -> npt.NDArray[np.uint64]:
    """Entries of a few series, (n_runs, …), of which the first has the number `first`."""
    bins = _bins(np.ascontiguousarray(values.T)).astype(np.uint16)
    bins.sort(axis=1)
    begins = np.ones(bins.shape, np.bool_)
    np.not_equal(bins[:, 1:], bins[:, :-1], out=begins[:, 1:])
    at = np.flatnonzero(begins)
    runs = np.diff(at, append=bins.size)
    place = (first + at // bins.shape[1]) * _N_BINS + bins.ravel()[at]
    return np.asarray(place.astype(np.uint64) << _RUNS_BITS | runs.astype(np.uint64))

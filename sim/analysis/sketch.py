"""Quantiles of very many runs in little memory: histograms of whole numbers with bins of bounded relative width.

A value from −1,024 to 127 has a bin of its own; above, each power of two has 64 bins of equal width, so that the middle of a
bin differs from any value in it by at most 1/128, 0.8 %, of that value (the idea of HDR histograms, Gil Tene). Counts are
whole numbers: neither the order nor the grouping of runs changes them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError
from sim.language import Phrase
from sim.records import Ints

LOWEST = -1_024
EXACT_TO = 128
PER_OCTAVE = 64
OCTAVES = 43
BINS = EXACT_TO - LOWEST + OCTAVES * PER_OCTAVE
HIGHEST = 1 << (7 + OCTAVES)
RELATIVE_ERROR = 1 / 128
"""Most that the middle of a bin differs from a value in it, relative to the value."""


def bins_of(values: Ints) -> Ints:
    """Bin of each value.

    Raises
    ------
    ResultsError
        If a value is outside [−1,024, 2⁵⁰).
    """
    if values.size and (values.min() < LOWEST or values.max() >= HIGHEST):
        raise ResultsError(Phrase(
            "a daily record is outside [{lowest}, 2^50): {least} … {most}",
            lowest=LOWEST, least=values.min().item(), most=values.max().item(),
        ))  # fmt: skip
    exponent = np.frexp(np.maximum(values, EXACT_TO).astype(np.float64))[1] - 1
    above = EXACT_TO + (exponent - 7) * PER_OCTAVE + (np.maximum(values, EXACT_TO) >> (exponent - 6)) - PER_OCTAVE
    return np.where(values < EXACT_TO, values, above) - LOWEST


def middles() -> npt.NDArray[np.float64]:
    """Value that stands for each bin: itself where bins are exact, else the middle."""
    exact = np.arange(LOWEST, EXACT_TO, dtype=np.float64)
    octave, part = np.divmod(np.arange(OCTAVES * PER_OCTAVE), PER_OCTAVE)
    width = 2.0 ** (octave + 1)
    return np.concatenate([exact, (PER_OCTAVE + part) * width + (width - 1) / 2])


class Sketch:
    """Histograms of `n_series` series of whole numbers."""

    def __init__(self, n_series: int) -> None:
        self.n_series = n_series
        self.n_runs = 0
        self.codes: Ints = np.zeros(0, np.int64)
        """Series · BINS + bin of every bin that is not empty, rising; and how many values each holds."""
        self.counts: Ints = np.zeros(0, np.int64)

    def add(self, values: Ints) -> None:
        """Count the values of runs, shape (n_runs, n_series)."""
        codes = bins_of(values) + np.arange(self.n_series) * BINS
        ordered = np.sort(codes, axis=0).T.ravel()
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if ordered.size else ordered
        self._count(ordered[first], np.diff(np.concatenate([first, [ordered.size]])))
        self.n_runs += len(values)

    def merge(self, other: Sketch) -> None:
        """Count what another sketch of the same series has counted."""
        self._count(other.codes, other.counts)
        self.n_runs += other.n_runs

    def _count(self, codes: Ints, counts: Ints) -> None:
        merged = np.union1d(self.codes, codes)
        total = np.zeros(len(merged), np.int64)
        total[np.searchsorted(merged, self.codes)] += self.counts
        total[np.searchsorted(merged, codes)] += counts
        self.codes, self.counts = merged, total

    def quantiles(self, shares: Sequence[float]) -> npt.NDArray[np.float64]:
        """Quantiles of each series, shape (n_series, n_shares), interpolated between runs as `daily_quantiles` does.

        Off by at most `RELATIVE_ERROR` of the value; exact while values are under 128.
        """
        value = middles()[self.codes % BINS]
        upto = np.cumsum(self.counts)
        start = np.searchsorted(self.codes, np.arange(self.n_series) * BINS)
        before = np.concatenate([[0], upto])[start]
        found = np.empty((self.n_series, len(shares)))
        for j, share in enumerate(shares):
            place = share * (self.n_runs - 1)
            low = int(np.floor(place))
            at_low = value[np.searchsorted(upto, before + low, side="right")]
            at_high = value[np.searchsorted(upto, before + min(low + 1, self.n_runs - 1), side="right")]
            found[:, j] = at_low + (at_high - at_low) * (place - low)
        return found

    def to_bytes(self) -> bytes:
        """The sketch, compressed; equal sketches give equal bytes."""
        head = np.array([self.n_series, self.n_runs, len(self.codes)], "<i8").tobytes()
        steps = np.diff(self.codes, prepend=0).astype("<i8").tobytes()
        return zlib.compress(head + steps + self.counts.astype("<i8").tobytes(), 1)

    @classmethod
    def from_bytes(cls, content: bytes) -> Sketch:
        """The sketch that `to_bytes` has written."""
        numbers = np.frombuffer(zlib.decompress(content), "<i8").astype(np.int64)
        sketch = cls(int(numbers[0]))
        sketch.n_runs, n = int(numbers[1]), int(numbers[2])
        sketch.codes, sketch.counts = np.cumsum(numbers[3 : 3 + n]), numbers[3 + n :].copy()
        return sketch

"""The quantile sketch: within its stated error of all the runs, and the same however the runs were put together."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.sketch import BINS, ERROR, HIGHEST, LOWEST, Sketch
from sim.analysis.summary import DAILY_QUANTILES, daily_quantiles
from sim.errors import ResultsError, UsageError

SHARES = (0.0, *DAILY_QUANTILES, 1.0)
ROUNDING = 1e-12

small = st.integers(LOWEST, 255)
counted = st.one_of(
    st.integers(0, 300), st.integers(0, 10**9), st.integers(0, HIGHEST), st.integers(0, 50).map(lambda power: 1 << power)
)


def tables(values: st.SearchStrategy[int]) -> st.SearchStrategy[np.ndarray]:
    """Runs of one to four series, shape (n_runs, n_series)."""
    rows = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=30))
    return rows.map(lambda runs: np.array(runs, np.int64))


def sketch_of(*parts: np.ndarray) -> Sketch:
    sketch = Sketch(parts[0].shape[1])
    for part in parts:
        sketch.add(part)
    return sketch


@given(tables(small))
def test_quantiles_of_numbers_below_256_are_exact(runs) -> None:
    assert (sketch_of(runs).quantiles(SHARES) == np.moveaxis(np.quantile(runs, SHARES, axis=0), 0, -1)).all()


@given(tables(small), tables(small))
def test_means_of_numbers_below_256_are_exact_however_the_runs_were_added(one, other) -> None:
    runs = np.concatenate([one, np.resize(other, (len(other), one.shape[1]))])
    expected = runs.mean(axis=0)
    assert sketch_of(one, runs[len(one) :]).means() == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert Sketch.from_bytes(sketch_of(runs).to_bytes()).means() == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(tables(counted))
def test_means_are_within_the_stated_error(runs) -> None:
    assert (np.abs(sketch_of(runs).means() - runs.mean(axis=0)) <= (ERROR + ROUNDING) * runs.mean(axis=0)).all()


@given(tables(counted))
def test_quantiles_are_within_the_stated_error_of_those_of_all_runs(runs) -> None:
    found, exact = sketch_of(runs).quantiles(SHARES), np.moveaxis(np.quantile(runs, SHARES, axis=0), 0, -1)
    assert (np.abs(found - exact) <= (ERROR + ROUNDING) * exact).all()


@given(tables(st.one_of(small, counted)))
def test_between_a_negative_and_a_large_neighbour_the_error_is_a_share_of_the_large_one(runs) -> None:
    found = sketch_of(runs).quantiles(SHARES)
    for i, share in enumerate(SHARES):
        high = np.quantile(runs, share, axis=0, method="higher")
        error = np.abs(found[:, i] - np.quantile(runs, share, axis=0))
        assert (error <= np.where(high < 256, 0, (ERROR + ROUNDING) * high)).all()


def test_the_stated_error_is_at_most_four_in_a_thousand_and_reached_by_no_value() -> None:
    edges = np.array([n << power for power in range(43) for n in range(BINS, 2 * BINS)])
    values = np.concatenate([edges, edges[1:] - 1, [HIGHEST]])
    middles = sketch_of(values[None, :]).quantiles([0.5])[:, 0]
    largest = (np.abs(middles - values) / values).max()
    assert 0.9 * ERROR < largest < ERROR <= 0.004


def test_smallest_and_largest_values_are_counted() -> None:
    ends = sketch_of(np.array([[LOWEST, HIGHEST]])).quantiles([0.5])[:, 0]
    assert ends[0] == LOWEST
    assert ends[1] == pytest.approx(HIGHEST, rel=ERROR)


@given(tables(st.one_of(small, counted)), st.data())
def test_order_and_grouping_of_runs_never_change_the_sketch(runs, data) -> None:
    order = data.draw(st.permutations(range(len(runs))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(runs)), max_size=4)))
    parts = np.split(runs[order], cuts)
    merged = Sketch(runs.shape[1])
    for part in parts:
        merged.merge(sketch_of(part))
    whole = sketch_of(runs)
    assert whole.to_bytes() == sketch_of(*parts).to_bytes() == merged.to_bytes()
    assert (whole.quantiles(SHARES) == merged.quantiles(SHARES)).all()
    assert whole.n_runs == merged.n_runs == len(runs)


@given(tables(st.one_of(small, counted)))
def test_a_sketch_comes_back_from_its_bytes_and_goes_on_counting(runs) -> None:
    back = Sketch.from_bytes(sketch_of(runs).to_bytes())
    assert back.to_bytes() == sketch_of(runs).to_bytes()
    back.add(runs)
    assert back.to_bytes() == sketch_of(runs, runs).to_bytes()


def test_many_series_are_counted_as_each_of_them_alone() -> None:
    rng = np.random.default_rng(20250901)
    runs = (np.exp(rng.uniform(0, 18, 1_500)) * rng.standard_gamma(1.5, (40, 1_500))).astype(np.int64)
    sketch = sketch_of(runs[:7], runs[7:])
    found = sketch.quantiles(DAILY_QUANTILES)
    for series in range(0, 1_500, 127):
        alone = sketch_of(runs[:, series : series + 1])
        assert (found[series] == alone.quantiles(DAILY_QUANTILES)[0]).all()
    assert found == pytest.approx(daily_quantiles(runs), rel=ERROR)
    assert (Sketch.from_bytes(sketch.to_bytes()).quantiles(DAILY_QUANTILES) == found).all()


def test_runs_are_counted_whatever_the_layout_of_their_array() -> None:
    runs = np.arange(24, dtype=np.int64).reshape(4, 6) ** 5
    spread = np.zeros((8, 12), np.int64)
    spread[::2, ::2] = runs
    assert sketch_of(spread[::2, ::2]).to_bytes() == sketch_of(np.asfortranarray(runs)).to_bytes() == sketch_of(runs).to_bytes()


def test_room_grows_with_the_spread_of_values_and_not_with_runs() -> None:
    runs = np.random.default_rng(3).integers(0, 5_000, (200, 50))
    sketch = sketch_of(runs)
    room = sketch._joined().size
    for _ in range(20):
        sketch.add(runs)
    assert sketch._joined().size == room
    sketch.add(100_000 * runs)
    assert sketch._joined().size > room


@pytest.mark.parametrize("value", [LOWEST - 1, HIGHEST + 1])
def test_a_value_out_of_range_is_refused_by_its_place_and_nothing_is_counted(value) -> None:
    sketch = sketch_of(np.array([[1, 2, 3]]))
    before = sketch.to_bytes()
    with pytest.raises(UsageError, match=rf"run 1, series 2: {value:,} cannot be counted; expected -1,024 to 2\^50"):
        sketch.add(np.array([[4, 5, 6], [7, 8, value]]))
    assert sketch.to_bytes() == before


@pytest.mark.parametrize("values", [np.zeros((2, 4), np.int64), np.zeros(3, np.int64), np.zeros((2, 3))])
def test_runs_of_another_shape_or_type_are_refused(values) -> None:
    with pytest.raises(UsageError, match=r"expected int64 values of shape \(n_runs, 3\)"):
        Sketch(3).add(values)


def test_sketches_of_other_numbers_of_series_are_not_merged() -> None:
    with pytest.raises(UsageError, match="3 and 4 series cannot be merged"):
        Sketch(3).merge(Sketch(4))


def test_quantiles_of_no_runs_and_shares_beyond_one_are_refused() -> None:
    with pytest.raises(UsageError, match="no runs were added"):
        Sketch(2).quantiles([0.5])
    with pytest.raises(UsageError, match="shares from 0 to 1"):
        sketch_of(np.ones((1, 2), np.int64)).quantiles([95.0])


def test_bytes_that_are_damaged_or_of_other_bins_are_refused() -> None:
    good = sketch_of(np.arange(300, dtype=np.int64).reshape(100, 3)).to_bytes()
    changed = bytearray(good)
    changed[len(good) // 2] ^= 1
    for damaged in (b"", good[:3], good[:-9], bytes(changed), zlib.crc32(b"short").to_bytes(4, "little") + b"short"):
        with pytest.raises(ResultsError, match="none or are damaged"):
            Sketch.from_bytes(damaged)
    other = good[4:].replace(b"skt4", b"skt0")
    with pytest.raises(ResultsError, match="expected b'skt4' with bins from -1,024, 128 per power of two"):
        Sketch.from_bytes(zlib.crc32(other).to_bytes(4, "little") + other)

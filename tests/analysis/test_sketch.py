"""Sketches of very many runs: within their stated error of exact quantiles, whatever the order and grouping of runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.analysis.sketch import EXACT_TO, HIGHEST, LOWEST, RELATIVE_ERROR, Sketch, bins_of, middles
from sim.analysis.summary import DAILY_QUANTILES, daily_quantiles
from sim.errors import ResultsError
from sim.records import Ints

any_value = st.one_of(
    st.integers(LOWEST, 300), st.integers(0, HIGHEST - 1), st.sampled_from([LOWEST, 0, 127, 128, 255, 256, HIGHEST - 1])
)
runs = st.tuples(st.integers(1, 40), st.integers(1, 4)).flatmap(lambda shape: arrays(np.int64, shape, elements=any_value))


def sketch_of(*stacks: Ints) -> Sketch:
    sketch = Sketch(stacks[0].shape[1])
    for stack in stacks:
        sketch.add(stack)
    return sketch


@given(any_value)
def test_the_middle_of_a_bin_is_the_value_or_within_the_stated_error(value: int) -> None:
    middle = middles()[bins_of(np.array([value]))[0]]
    assert middle == value if value < EXACT_TO else abs(middle - value) <= RELATIVE_ERROR * value


@given(runs)
def test_quantiles_are_within_the_stated_error_of_exact_ones_and_exact_below_128(values: Ints) -> None:
    found, exact = sketch_of(values).quantiles(DAILY_QUANTILES), daily_quantiles(values)
    small = values.max(axis=0) < EXACT_TO
    assert np.allclose(found[small], exact[small], rtol=1e-12, atol=1e-9)
    largest = np.maximum(np.abs(exact), np.abs(found))
    # between two runs the error is that of the larger one of them
    bound = RELATIVE_ERROR * np.maximum(largest, np.abs(values).max(axis=0)[:, None])
    assert (np.abs(found - exact) <= bound + 1e-9).all()


@given(runs, st.integers(0, 40), st.randoms(use_true_random=False))
def test_neither_order_nor_grouping_of_runs_changes_a_sketch(values: Ints, cut: int, shuffled: object) -> None:
    order = list(range(len(values)))
    shuffled.shuffle(order)  # type: ignore[attr-defined]
    whole, mixed = sketch_of(values), values[order]
    apart = sketch_of(mixed[:cut]) if cut else Sketch(values.shape[1])
    if cut < len(mixed):
        apart.merge(sketch_of(mixed[cut:]))
    assert apart.to_bytes() == whole.to_bytes()
    assert Sketch.from_bytes(whole.to_bytes()).to_bytes() == whole.to_bytes()


@pytest.mark.parametrize("value", [LOWEST - 1, HIGHEST])
def test_a_value_out_of_range_is_an_error(value: int) -> None:
    with pytest.raises(ResultsError, match="outside"):
        Sketch(1).add(np.array([[value]]))

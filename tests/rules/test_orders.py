"""Importers' orders: stock correction, throttling at the staging node, tilt between products, order-up-to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.orders import order_factor, order_up_to, throttle, tilt_weight

claim = settings(max_examples=100, deadline=None)
covers = st.floats(0.0, 90.0)
targets = st.floats(0.5, 60.0)
gains = st.floats(0.0, 5.0)
bounds = st.tuples(st.floats(0.0, 1.0), st.floats(1.0, 3.0))
waiting = st.integers(0, 3_000)
litres = st.integers(0, 10**8)
tilts = st.floats(0.0, 1.0)
ROUNDING = 1e-12


@st.composite
def ramps(draw: st.DrawFn) -> tuple[float, float]:
    """Where throttling starts and where it stops all orders."""
    start = draw(st.floats(0.0, 1_000.0))
    return start, start + draw(st.floats(1.0, 1_000.0))


@claim
@given(covers, targets, gains, bounds)
def test_orders_correct_the_stock_linearly_within_bounds(
    cover: float, target: float, gain: float, within: tuple[float, float]
) -> None:
    expected = np.clip(1.0 + gain * (target - cover) / target, *within)
    got = order_factor(cover, target, gain, *within)
    assert got == pytest.approx(expected, abs=1e-9)
    assert within[0] <= got <= within[1]
    assert order_factor(target, target, gain, *within) == 1.0


@claim
@given(covers, covers, targets, gains, bounds)
def test_more_cover_never_raises_orders(
    a: float, b: float, target: float, gain: float, within: tuple[float, float]
) -> None:
    assert order_factor(max(a, b), target, gain, *within) <= order_factor(min(a, b), target, gain, *within)


@pytest.mark.parametrize(
    ("cover", "expected"), [(20.0, 1.0), (10.0, 1.25), (0.0, 1.5), (30.0, 0.75), (40.0, 0.6), (80.0, 0.6)]
)
def test_order_factor_by_hand(cover: float, expected: float) -> None:
    assert order_factor(cover, 20.0, 0.5, 0.6, 1.5) == pytest.approx(expected, rel=1e-15)


@claim
@given(waiting, ramps())
def test_throttle_is_a_ramp_from_one_to_zero(n: int, ramp: tuple[float, float]) -> None:
    got = throttle(n, *ramp)
    assert got == pytest.approx(np.interp(n, ramp, [1.0, 0.0]), abs=ROUNDING)
    assert 0.0 <= got <= 1.0


@claim
@given(waiting, waiting, ramps())
def test_more_waiting_never_raises_what_is_loaded(m: int, n: int, ramp: tuple[float, float]) -> None:
    assert throttle(max(m, n), *ramp) <= throttle(min(m, n), *ramp)


@pytest.mark.parametrize(("n", "expected"), [(0, 1.0), (200, 1.0), (250, 0.75), (400, 0.0), (900, 0.0)])
def test_throttle_by_hand(n: int, expected: float) -> None:
    assert throttle(n, 200.0, 400.0) == expected


@claim
@given(covers, covers, covers, targets, tilts)
def test_the_scarcer_product_weighs_more(
    own: float, other: float, mean: float, target: float, tilt: float
) -> None:
    got = tilt_weight(own, mean, target, tilt)
    assert got == pytest.approx(max(1.0 - tilt * (own - mean) / target, 0.0), abs=1e-9)
    assert got >= 0.0
    assert tilt_weight(max(own, other), mean, target, tilt) <= tilt_weight(
        min(own, other), mean, target, tilt
    )
    assert tilt_weight(own, own, target, tilt) == 1.0 == tilt_weight(own, mean, target, 0.0)


@pytest.mark.parametrize(
    ("own", "mean", "expected"),
    [(5.0, 10.0, 1.125), (10.0, 10.0, 1.0), (20.0, 10.0, 0.75), (90.0, 10.0, 0.0)],
)
def test_tilt_by_hand(own: float, mean: float, expected: float) -> None:
    assert tilt_weight(own, mean, 20.0, 0.5) == expected


@claim
@given(litres, litres, litres, st.integers(1_000, 60_000))
def test_orders_are_the_fewest_tankers_that_reach_the_target(
    target: int, stock: int, coming: int, tanker: int
) -> None:
    n = order_up_to(target, stock, coming, tanker)
    assert n >= 0
    assert stock + coming + n * tanker >= target
    assert n == 0 or stock + coming + (n - 1) * tanker < target


@claim
@given(litres, st.tuples(litres, litres), st.tuples(litres, litres), st.integers(1_000, 60_000))
def test_orders_never_rise_with_stock_or_pipeline(
    target: int, stock: tuple[int, int], coming: tuple[int, int], tanker: int
) -> None:
    assert order_up_to(target, max(stock), coming[0], tanker) <= order_up_to(
        target, min(stock), coming[0], tanker
    )
    assert order_up_to(target, stock[0], max(coming), tanker) <= order_up_to(
        target, stock[0], min(coming), tanker
    )


@pytest.mark.parametrize(
    ("target", "stock", "coming", "expected"),
    [
        (90_000, 0, 0, 2),
        (90_001, 0, 0, 3),
        (90_000, 45_000, 0, 1),
        (90_000, 44_999, 1, 1),
        (90_000, 60_000, 30_000, 0),
        (0, 9, 9, 0),
    ],
)
def test_order_up_to_by_hand(target: int, stock: int, coming: int, expected: int) -> None:
    assert order_up_to(target, stock, coming, 45_000) == expected

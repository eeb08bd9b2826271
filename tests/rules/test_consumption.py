"""Consumers: the target of private stock, what is wanted, and what counts as short."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.consumption import is_short, refill_target, wanted_l

claim = settings(max_examples=100, deadline=None)
litres = st.integers(0, 10**8)
targets = st.floats(0.0, 1e8)
covers = st.floats(0.0, 60.0)
panic_covers = st.floats(0.5, 30.0)
shares = st.floats(0.0, 1.0)
ROUNDING = 1e-9
"""Room for the last bits of a target of up to 10⁸ litres."""


@claim
@given(targets, targets, covers, panic_covers)
def test_target_rises_linearly_from_normal_to_panic_as_cover_falls(
    a: float, b: float, cover: float, panic_cover: float
) -> None:
    normal, panic = min(a, b), max(a, b)
    expected = np.interp(cover, [0.0, panic_cover], [panic, normal])
    got = refill_target(normal, panic, cover, panic_cover)
    assert got == pytest.approx(expected, rel=1e-12, abs=ROUNDING)
    assert normal - panic * ROUNDING <= got <= panic


@claim
@given(targets, targets, covers, covers, panic_covers)
def test_target_never_rises_with_cover(a: float, b: float, c: float, d: float, panic_cover: float) -> None:
    normal, panic = min(a, b), max(a, b)
    at_less = refill_target(normal, panic, min(c, d), panic_cover)
    assert refill_target(normal, panic, max(c, d), panic_cover) <= at_less * (1.0 + 1e-12)


@pytest.mark.parametrize(
    ("cover", "panic_cover", "expected"),
    [
        (0.0, 10.0, 30.0),
        (5.0, 10.0, 20.0),
        (10.0, 10.0, 10.0),
        (11.0, 10.0, 10.0),
        (0.0, 0.0, 10.0),
        (3.0, 0.0, 10.0),
    ],
)
def test_target_by_hand(cover: float, panic_cover: float, expected: float) -> None:
    assert refill_target(10.0, 30.0, cover, panic_cover) == expected


@claim
@given(litres, targets, shares, litres, litres)
def test_wanted_is_need_and_a_part_of_the_gap_within_what_can_be_held(
    need: int, target: float, refill: float, a: int, b: int
) -> None:
    private, capacity = sorted((a, b))
    exact = need + Fraction(refill) * (Fraction(target) - private)
    bounded = max(min(exact, Fraction(need + capacity - private)), Fraction(0))
    got = wanted_l(need, private, target, refill, capacity)
    assert 0 <= got <= need + capacity - private
    assert abs(got - bounded) < 1 + Fraction(1, 10**6)


@claim
@given(litres, litres, targets, targets, shares, st.lists(litres, min_size=3, max_size=3))
def test_wanted_grows_with_need_and_target_and_falls_with_private_stock(
    m: int, n: int, s: float, t: float, refill: float, stock: list[int]
) -> None:
    less, more, capacity = sorted(stock)
    assert wanted_l(min(m, n), less, s, refill, capacity) <= wanted_l(max(m, n), less, s, refill, capacity)
    assert wanted_l(m, less, min(s, t), refill, capacity) <= wanted_l(m, less, max(s, t), refill, capacity)
    assert wanted_l(m, more, s, refill, capacity) <= wanted_l(m, less, s, refill, capacity)


@pytest.mark.parametrize(
    ("need", "private", "target", "refill", "capacity", "expected"),
    [(100, 50, 50.0, 0.5, 80, 100), (100, 50, 70.0, 0.5, 80, 110), (100, 50, 500.0, 1.0, 80, 130),
     (100, 50, 0.0, 0.5, 80, 75), (10, 50, 0.0, 1.0, 80, 0),
     (100, 80, 90.0, 1.0, 80, 100), (100, 0, 1.9, 0.5, 9, 100)],
)  # fmt: skip
def test_wanted_by_hand(
    need: int, private: int, target: float, refill: float, capacity: int, expected: int
) -> None:
    assert wanted_l(need, private, target, refill, capacity) == expected


@claim
@given(litres, litres)
def test_short_means_under_nine_tenths_exactly(sold: int, bound: int) -> None:
    assert is_short(sold, bound) == (Fraction(sold) < Fraction(9, 10) * bound)


@claim
@given(litres, litres, litres)
def test_selling_more_never_makes_a_shortage(a: int, b: int, bound: int) -> None:
    assert is_short(min(a, b), bound) or not is_short(max(a, b), bound)


@pytest.mark.parametrize(
    ("sold", "bound", "short"),
    [
        (0, 0, False),
        (90, 100, False),
        (89, 100, True),
        (0, 1, True),
        (1, 1, False),
        (900_000_009, 1_000_000_010, False),
        (900_000_008, 1_000_000_010, True),
    ],
)
def test_short_by_hand(sold: int, bound: int, short: bool) -> None:
    assert is_short(sold, bound) is short

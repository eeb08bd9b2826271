"""Willingness: memory fades by half-lives, shares fall with losses, and a trait is kept while waiting."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.willingness import escorted_share, remembered, trait_left, willing_count, willing_share

claim = settings(max_examples=100, deadline=None)
amounts = st.floats(0.0, 1e4)
elapsed = st.integers(0, 400 * 86_400)
half_lives = st.floats(86_400.0, 1e8)
shares = st.floats(0.0, 1.0)
scales = st.floats(1.0, 500.0)
counts = st.integers(1, 400)
ROUNDING = 1e-12


@st.composite
def batches(draw: st.DrawFn) -> tuple[int, float, float]:
    """A waiting batch: tankers, and the ends of the interval of their traits."""
    low, high = sorted(draw(st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True)))
    return draw(counts), low / 1000, high / 1000


@claim
@given(amounts, elapsed, elapsed, half_lives)
def test_memory_fades_to_a_half_in_each_half_life(amount: float, s: int, t: int, half: float) -> None:
    assert remembered(amount, s, half) == pytest.approx(amount * 0.5 ** (s / half), rel=1e-11)
    assert 0.0 <= remembered(amount, max(s, t), half) <= remembered(amount, min(s, t), half) <= amount
    assert remembered(amount, 0, half) == amount
    assert remembered(remembered(amount, s, half), t, half) == pytest.approx(
        remembered(amount, s + t, half), rel=1e-11
    )


@pytest.mark.parametrize(
    ("half_lives_passed", "expected"), [(0, 80.0), (1, 40.0), (2, 20.0), (3, 10.0), (10, 0.078125)]
)
def test_memory_by_hand(half_lives_passed: int, expected: float) -> None:
    assert remembered(80.0, half_lives_passed * 864_000, 864_000.0) == pytest.approx(expected, rel=1e-14)


@claim
@given(amounts, amounts, shares, scales)
def test_willing_share_falls_with_losses_to_its_floor(a: float, b: float, floor: float, scale: float) -> None:
    share = willing_share(a, floor, scale)
    assert floor <= share <= 1.0
    assert share == pytest.approx(1.0 - (1.0 - floor) * (1.0 - math.exp(-a / scale)), abs=ROUNDING)
    assert willing_share(max(a, b), floor, scale) <= willing_share(min(a, b), floor, scale)
    assert willing_share(0.0, floor, scale) == 1.0


def test_at_one_scale_of_losses_the_willing_share_is_floor_plus_the_rest_over_e() -> None:
    assert willing_share(40.0, 0.2, 40.0) == pytest.approx(0.2 + 0.8 * 0.36787944117144233, rel=1e-14)
    assert willing_share(1e6, 0.2, 40.0) == 0.2


@claim
@given(st.floats(0.0, 500.0), st.floats(0.0, 500.0), amounts, amounts, st.floats(0.05, 1.0))
def test_escorted_share_falls_with_the_loss_rate(
    a: float, b: float, sent: float, more_sent: float, scale: float
) -> None:
    share = escorted_share(a, sent, scale)
    assert 0.0 < share <= 1.0
    assert share == pytest.approx(math.exp(-(a / (sent + 100.0)) / scale), rel=1e-11)
    assert escorted_share(max(a, b), sent, scale) <= escorted_share(min(a, b), sent, scale)
    assert escorted_share(a, max(sent, more_sent), scale) >= escorted_share(a, min(sent, more_sent), scale)
    assert escorted_share(0.0, sent, scale) == 1.0


def test_escorted_share_counts_a_hundred_tankers_before_the_first_convoy() -> None:
    assert escorted_share(10.0, 0.0, 0.1) == pytest.approx(0.36787944117144233, rel=1e-14)
    assert escorted_share(10.0, 900.0, 0.1) == pytest.approx(math.exp(-0.1), rel=1e-14)


@claim
@given(batches(), st.integers(0, 1000))
def test_willing_tankers_are_those_whose_trait_is_within_the_share(
    batch: tuple[int, float, float], thousandths: int
) -> None:
    n, low, high = batch
    bottom, top = round(low * 1000), round(high * 1000)
    by_trait = sum(2 * bottom * n + (top - bottom) * (2 * j - 1) <= 2 * thousandths * n for j in range(1, n + 1))
    assert willing_count(n, low, high, thousandths / 1000) == by_trait


@claim
@given(batches(), shares, shares)
def test_willing_tankers_grow_with_the_share(batch: tuple[int, float, float], a: float, b: float) -> None:
    n, low, high = batch
    assert 0 <= willing_count(n, low, high, min(a, b)) <= willing_count(n, low, high, max(a, b)) <= n
    assert willing_count(n, low, high, high) == n
    assert willing_count(n, low, high, low) == 0


@claim
@given(batches(), st.data())
def test_the_trait_interval_shrinks_from_below_in_proportion(
    batch: tuple[int, float, float], data: st.DataObject
) -> None:
    n, low, high = batch
    taken = data.draw(st.integers(0, n))
    left = trait_left(n, taken, low, high)
    assert low <= left <= high + ROUNDING
    assert (high - left) * n == pytest.approx((high - low) * (n - taken), abs=ROUNDING * n)


@claim
@given(batches(), shares)
def test_once_the_willing_have_left_nobody_else_is_willing_at_the_same_share(
    batch: tuple[int, float, float], share: float
) -> None:
    n, low, high = batch
    gone = willing_count(n, low, high, share)
    if gone < n:
        assert willing_count(n - gone, trait_left(n, gone, low, high), high, share) == 0


@pytest.mark.parametrize(
    ("share", "expected"), [(0.1, 0), (0.2, 0), (0.3, 25), (0.45, 63), (0.6, 100), (0.9, 100)]
)
def test_willing_count_by_hand(share: float, expected: int) -> None:
    assert willing_count(100, 0.2, 0.6, share) == expected


def test_trait_left_by_hand() -> None:
    assert [trait_left(100, taken, 0.2, 0.6) for taken in (0, 25, 50, 100)] == pytest.approx(
        [0.2, 0.3, 0.4, 0.6]
    )

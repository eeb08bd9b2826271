"""Dispatch: units that a convoy needs, the convoy that can leave, and how regular a schedule is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.dispatch import FIXED, NONE, PER_TANKERS, SQUARE_ROOT, convoy_size, regularity, units_needed

claim = settings(max_examples=100, deadline=None)
tankers = st.integers(0, 600)
amounts = st.floats(0.5, 60.0)
rules = st.sampled_from([NONE, FIXED, PER_TANKERS, SQUARE_ROOT])
pools = st.integers(0, 40)
sizes = st.integers(1, 300)


def square_root_units(amount: int, n: int) -> int:
    """Smallest whole m with m² · 100 ≥ amount² · n, in whole numbers."""
    m = math.isqrt(amount * amount * n // 100)
    return m if m * m * 100 >= amount * amount * n else m + 1


def largest_guarded(willing: int, size: int, least: int, rule: int, amount: float, free: int) -> int:
    """The largest number of tankers that may and can leave, by trying every one."""
    able = [n for n in range(least, min(willing, size) + 1) if units_needed(rule, amount, n) <= free]
    return max(able, default=0)


@claim
@given(tankers, st.integers(1, 60))
def test_units_needed_under_each_rule_in_whole_numbers(n: int, amount: int) -> None:
    assert units_needed(NONE, float(amount), n) == 0
    assert units_needed(FIXED, float(amount), n) == (amount if n else 0)
    assert units_needed(PER_TANKERS, float(amount), n) == -(-n // amount)
    assert units_needed(SQUARE_ROOT, float(amount), n) == square_root_units(amount, n)


@claim
@given(rules, amounts, tankers, tankers)
def test_more_tankers_never_need_fewer_units(rule: int, amount: float, m: int, n: int) -> None:
    assert 0 <= units_needed(rule, amount, min(m, n)) <= units_needed(rule, amount, max(m, n))


@claim
@given(amounts, st.integers(1, 600))
def test_units_per_tankers_cover_all_with_none_to_spare(amount: float, n: int) -> None:
    units = units_needed(PER_TANKERS, amount, n)
    assert (units - 1) * amount < n <= units * amount * (1.0 + 1e-8)


@pytest.mark.parametrize(
    ("rule", "amount", "n", "expected"),
    [(FIXED, 3.0, 1, 3), (PER_TANKERS, 25.0, 50, 2), (PER_TANKERS, 25.0, 51, 3), (PER_TANKERS, 0.1, 3, 30),
     (SQUARE_ROOT, 2.0, 100, 2), (SQUARE_ROOT, 2.0, 101, 3), (SQUARE_ROOT, 2.0, 25, 1),
     (SQUARE_ROOT, 4.0, 225, 6), (PER_TANKERS, 1.4, 21, 15), (SQUARE_ROOT, 50.0, 121, 55)],
)  # fmt: skip
def test_units_needed_by_hand(rule: int, amount: float, n: int, expected: int) -> None:
    assert units_needed(rule, amount, n) == expected


@claim
@given(tankers, sizes, sizes, rules, amounts, pools)
def test_a_shrinking_convoy_is_the_largest_that_the_free_units_guard(
    willing: int, size: int, least: int, rule: int, amount: float, free: int
) -> None:
    expected = largest_guarded(willing, size, least, rule, amount, free)
    assert convoy_size(willing, size, least, rule, amount, free, 1) == expected


@claim
@given(tankers, sizes, sizes, rules, amounts, pools)
def test_without_shrinking_the_convoy_goes_whole_or_not_at_all(
    willing: int, size: int, least: int, rule: int, amount: float, free: int
) -> None:
    whole = min(willing, size)
    goes = whole >= least and units_needed(rule, amount, whole) <= free
    assert convoy_size(willing, size, least, rule, amount, free, 0) == (whole if goes else 0)


@claim
@given(tankers, tankers, sizes, sizes, rules, amounts, pools, pools)
def test_a_shrinking_convoy_grows_with_the_willing_and_with_free_units(
    m: int, n: int, size: int, least: int, rule: int, amount: float, a: int, b: int
) -> None:
    def convoy(willing: int, free: int) -> int:
        return convoy_size(willing, size, least, rule, amount, free, 1)

    assert convoy(min(m, n), a) <= convoy(max(m, n), a)
    assert convoy(m, min(a, b)) <= convoy(m, max(a, b))


@pytest.mark.parametrize(
    ("willing", "size", "least", "free", "shrink", "expected"),
    [(200, 150, 40, 6, 0, 150), (200, 150, 40, 5, 0, 0), (200, 150, 40, 5, 1, 125), (200, 150, 40, 1, 1, 0),
     (39, 150, 40, 9, 1, 0), (40, 150, 40, 9, 1, 40), (0, 150, 0, 9, 1, 0), (100, 50, 60, 9, 1, 0)],
)  # fmt: skip
def test_convoys_by_hand_with_one_unit_per_25_tankers(
    willing: int, size: int, least: int, free: int, shrink: int, expected: int
) -> None:
    assert convoy_size(willing, size, least, PER_TANKERS, 25.0, free, shrink) == expected


@claim
@given(st.floats(1.0, 500.0), st.floats(0.0, 500.0), st.floats(0.0, 500.0))
def test_regularity_is_a_share_that_falls_with_jitter(interval: float, a: float, b: float) -> None:
    assert 0.0 <= regularity(interval, max(a, b)) <= regularity(interval, min(a, b)) <= 1.0
    assert regularity(interval, 0.0) == 1.0


@pytest.mark.parametrize(
    ("interval", "jitter", "expected"),
    [(48.0, 0.0, 1.0), (48.0, 12.0, 0.5), (48.0, 24.0, 0.0), (24.0, 3.0, 0.75), (24.0, 60.0, 0.0)],
)
def test_regularity_by_hand(interval: float, jitter: float, expected: float) -> None:
    assert regularity(interval, jitter) == expected

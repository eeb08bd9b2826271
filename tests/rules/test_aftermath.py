"""Aftermath: suppression of the attackers adds up without ever passing the whole, and fades."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.aftermath import suppression_after

claim = settings(max_examples=100, deadline=None)
shares = st.floats(0.0, 0.999)
elapsed = st.integers(0, 400 * 86_400)
half_lives = st.floats(3_600.0, 1e8)
ROUNDING = 1e-12


@claim
@given(shares, elapsed, half_lives, shares)
def test_suppression_takes_the_added_share_of_what_is_left(
    e: float, dt: int, half: float, added: float
) -> None:
    kept_out = (1.0 - e * 0.5 ** (dt / half)) * (1.0 - added)
    level = suppression_after(e, dt, half, added)
    assert level == pytest.approx(1.0 - kept_out, abs=ROUNDING)
    assert 0.0 <= level < 1.0


@claim
@given(shares, shares, elapsed, elapsed, half_lives, shares, shares)
def test_suppression_grows_with_level_and_addition_and_fades_with_time(
    x: float, y: float, s: int, t: int, half: float, a: float, b: float
) -> None:
    assert suppression_after(min(x, y), s, half, a) <= suppression_after(max(x, y), s, half, a) + ROUNDING
    assert suppression_after(x, s, half, min(a, b)) <= suppression_after(x, s, half, max(a, b)) + ROUNDING
    assert suppression_after(x, max(s, t), half, a) <= suppression_after(x, min(s, t), half, a) + ROUNDING


@pytest.mark.parametrize(
    ("level", "half_lives_passed", "added", "expected"),
    [(0.0, 0, 0.2, 0.2), (0.2, 0, 0.2, 0.36), (0.4, 1, 0.5, 0.6), (0.8, 2, 0.0, 0.2), (0.5, 0, 0.0, 0.5)],
)
def test_suppression_by_hand(level: float, half_lives_passed: int, added: float, expected: float) -> None:
    assert suppression_after(level, half_lives_passed * 86_400, 86_400.0, added) == pytest.approx(
        expected, rel=1e-14
    )

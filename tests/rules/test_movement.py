"""Movement: driving times are whole seconds, and work goes on only inside the daily window."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.rules.movement import advance, driving_s, stretched, work_at

DAY_S = 86_400
claim = settings(max_examples=100, deadline=None)

hours = st.floats(0.0, 48.0)
kilometres = st.floats(0.0, 700.0)
control_minutes = st.floats(0.0, 120.0)
factors = st.floats(0.01, 10.0)
instants = st.integers(0, 200 * DAY_S)
work = st.integers(0, 5 * DAY_S)


@st.composite
def windows(draw: st.DrawFn) -> tuple[int, int]:
    """A daily window [open, close): any length from one second to the whole day."""
    opens = draw(st.integers(0, DAY_S - 1))
    return opens, draw(st.integers(opens + 1, DAY_S))


def second_by_second(time_s: int, work_s: int, open_s: int, close_s: int) -> int:
    """The same question answered by counting the open seconds one after the other."""
    if work_s == 0:
        return time_s
    days = work_s // (close_s - open_s) + 3
    seconds = np.arange(time_s, time_s + days * DAY_S)
    working = seconds[(seconds % DAY_S >= open_s) & (seconds % DAY_S < close_s)]
    return int(working[work_s - 1]) + 1


@pytest.mark.parametrize(
    ("drive_h", "km", "control", "expected_s"),
    [(0.0, 0.0, 0.0, 1), (10.0, 0.0, 30.0, 36_000), (10.0, 500.0, 6.0, 37_800), (0.5, 100.0, 1.0, 1_860),
     (1.0001, 0.0, 0.0, 3_600), (1.0002, 0.0, 0.0, 3_601)],
)  # fmt: skip
def test_driving_time_is_hours_plus_control_minutes_per_100_km(
    drive_h: float, km: float, control: float, expected_s: int
) -> None:
    assert driving_s(drive_h, km, control) == expected_s


@claim
@given(hours, kilometres, control_minutes)
def test_driving_time_is_the_nearest_whole_second_and_at_least_one(
    drive_h: float, km: float, control: float
) -> None:
    exact = Fraction(drive_h) * 3600 + Fraction(control) * 60 * Fraction(km) / 100
    got = driving_s(drive_h, km, control)
    assert got >= 1
    assert got == 1 or abs(got - exact) <= Fraction(1, 2) + Fraction(1, 10**9)


@claim
@given(hours, kilometres, control_minutes, hours, kilometres, control_minutes)
def test_driving_time_never_falls_with_hours_distance_or_controls(
    h: float, km: float, control: float, more_h: float, more_km: float, more_control: float
) -> None:
    at_first = driving_s(h, km, control)
    assert driving_s(max(h, more_h), km, control) >= at_first
    assert driving_s(h, max(km, more_km), control) >= at_first
    assert driving_s(h, km, max(control, more_control)) >= at_first


@claim
@given(work, factors)
def test_stretched_time_is_the_nearest_whole_second_and_at_least_one(work_s: int, factor: float) -> None:
    exact = work_s * Fraction(factor)
    got = stretched(work_s, factor)
    assert got >= 1
    assert got == 1 or abs(got - exact) <= Fraction(1, 2) + Fraction(1, 10**9)
    assert stretched(work_s, 1.0) == max(work_s, 1)


@claim
@given(work, work, factors, factors)
def test_stretched_time_never_falls_with_work_or_factor(a: int, b: int, f: float, g: float) -> None:
    assert stretched(min(a, b), f) <= stretched(max(a, b), f)
    assert stretched(a, min(f, g)) <= stretched(a, max(f, g))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3 * DAY_S), windows(), st.data())
def test_advance_counts_exactly_the_open_seconds(
    time_s: int, window: tuple[int, int], data: st.DataObject
) -> None:
    length = window[1] - window[0]
    edges = [length, length + 1, 2 * length, 2 * length + 1]
    work_s = data.draw(st.integers(0, 4 * length) | st.sampled_from(edges))
    assert advance(time_s, work_s, *window) == second_by_second(time_s, work_s, *window)


@pytest.mark.parametrize(
    ("hour", "work_h", "done_hour"),
    [
        (5, 1, 7),
        (6, 12, 18),
        (6, 12.5, 30.5),
        (17, 2, 31),
        (18, 1, 31),
        (20, 0, 20),
        (7, 25, 56),
        (6, 24, 42),
    ],
)
def test_advance_halts_at_night(hour: int, work_h: float, done_hour: float) -> None:
    assert advance(hour * 3600, int(work_h * 3600), 6 * 3600, 18 * 3600) == done_hour * 3600


@claim
@given(instants, work)
def test_an_always_open_window_only_adds_the_work(time_s: int, work_s: int) -> None:
    assert advance(time_s, work_s, 0, DAY_S) == time_s + work_s


@claim
@given(instants, work, windows())
def test_work_ends_inside_the_window_and_never_too_early(
    time_s: int, work_s: int, window: tuple[int, int]
) -> None:
    done = advance(time_s, work_s, *window)
    assert done >= time_s + work_s
    assume(work_s > 0)
    assert window[0] < (done - 1) % DAY_S + 1 <= window[1]


@claim
@given(instants, instants, work, work, windows())
def test_advance_never_falls_with_start_or_work(
    s: int, t: int, v: int, w: int, window: tuple[int, int]
) -> None:
    assert advance(min(s, t), w, *window) <= advance(max(s, t), w, *window)
    assert advance(s, min(v, w), *window) <= advance(s, max(v, w), *window)


@claim
@given(instants, work, work, windows())
def test_work_done_in_two_parts_ends_when_it_ends_in_one(
    t: int, v: int, w: int, window: tuple[int, int]
) -> None:
    assert advance(advance(t, v, *window), w, *window) == advance(t, v + w, *window)


@claim
@given(work, st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), st.floats(0.0, 1.0, exclude_max=True))
def test_work_up_to_a_position_grows_with_it_and_stays_within_the_leg(
    work_s: int, p: float, q: float
) -> None:
    assert 0 <= work_at(work_s, p) <= work_s
    assert abs(work_at(work_s, p) - work_s * Fraction(p)) < 1 + Fraction(1, 10**9)
    assert work_at(work_s, min(p, q)) <= work_at(work_s, max(p, q))


def test_half_way_is_half_the_driving_time() -> None:
    assert [work_at(work_s, 0.5) for work_s in (0, 1, 2, 7, 3600)] == [0, 0, 1, 3, 1800]

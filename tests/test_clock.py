"""The clock: whole seconds since the epoch, and how dates and seconds turn into one another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.clock import DAY_S, HOUR_S, date_of, epoch_date, seconds_from_hours, stamp

claim = settings(max_examples=100, deadline=None)
EPOCH = date(2025, 7, 18)
dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))
seconds = st.integers(0, 400 * DAY_S)


def test_an_hour_and_a_day_have_their_seconds() -> None:
    assert (HOUR_S, DAY_S) == (3_600, 86_400)


def test_the_epoch_is_the_warm_up_before_the_start() -> None:
    assert epoch_date(date(2025, 9, 1), 45) == EPOCH
    assert epoch_date(date(2024, 3, 1), 1) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("hours", "expected"), [(0.0, 0), (0.1, 360), (51.5, 185_400), (1 / 7_200, 1), (1 / 7_201, 0)]
)
def test_hours_become_seconds_rounded_half_up(hours: float, expected: int) -> None:
    assert seconds_from_hours(hours) == expected


@claim
@given(st.floats(0.0, 10_000.0))
def test_hours_become_the_nearest_second(hours: float) -> None:
    assert abs(seconds_from_hours(hours) - Fraction(hours) * 3600) <= Fraction(1, 2) + Fraction(1, 10**6)


@claim
@given(dates, st.integers(-5_000, 5_000))
def test_day_numbers_and_dates_turn_into_one_another(epoch: date, day: int) -> None:
    assert date_of(epoch, day) == epoch + timedelta(days=day)
    assert (date_of(epoch, day) - epoch).days == day


@claim
@given(dates, seconds)
def test_a_stamp_read_back_is_the_same_second(epoch: date, time_s: int) -> None:
    moment = datetime.strptime(stamp(epoch, time_s), "%Y-%m-%d %H:%M:%S")
    assert moment - datetime.combine(epoch, datetime.min.time()) == timedelta(seconds=time_s)
    assert moment.date() == date_of(epoch, time_s // DAY_S)


def test_a_stamp_by_hand() -> None:
    assert stamp(EPOCH, 58 * DAY_S + 5 * HOUR_S + 1_800) == "2025-09-14 05:30:00"

"""Time: whole seconds since the epoch of a run; the epoch is midnight of (start date − warm-up).

Bamako keeps UTC+0 the whole year, so a day is always 86,400 seconds and no time zone is needed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

HOUR_S = 3_600
DAY_S = 86_400


def epoch_date(start: date, warmup_days: int) -> date:
    """Date whose midnight is second 0 of a run."""
    return start - timedelta(days=warmup_days)


def seconds_from_hours(hours: float) -> int:
    """Whole seconds of a duration in hours (≥ 0), rounded half up."""
    return int(hours * HOUR_S + 0.5)


def date_of(epoch: date, day: int) -> date:
    """Calendar date of day number `day` since the epoch."""
    return epoch + timedelta(days=day)


def stamp(epoch: date, time_s: int) -> str:
    """`2025-09-14 05:30:00` for a second of a run: how times are written in logs and traces."""
    moment = datetime.combine(epoch, datetime.min.time()) + timedelta(seconds=time_s)
    return moment.strftime("%Y-%m-%d %H:%M:%S")

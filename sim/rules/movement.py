"""How cohorts move: driving time of a leg, and time that passes only within a daily window."""

from __future__ import annotations

from sim.jit import rule


@rule
def driving_s(drive_h: float, km: float, control_min_100km: float) -> int:
    """Driving time of a leg with its controls, whole seconds, at least 1.

    ``drive_h`` hours of driving (≥ 0) and ``control_min_100km`` minutes of controls per 100 km over ``km`` kilometres.
    Non-decreasing in each. Sources: segments.csv (hours, km), parameters:control_delay_dakar_bamako (controls).
    """
    seconds = int(drive_h * 3600.0 + control_min_100km * km * 0.6 + 0.5)
    return max(seconds, 1)


@rule
def stretched(work_s: int, factor: float) -> int:
    """A driving time multiplied by a factor (> 0: pace of the day, escort, empty return), whole seconds, at least 1.

    Non-decreasing in both. Source: definition.
    """
    return max(int(work_s * factor + 0.5), 1)


@rule
def advance(time_s: int, work_s: int, open_s: int, close_s: int) -> int:
    """Second at which `work_s` seconds of work are done that start at `time_s` and go on only within a daily window.

    The window is [open_s, close_s) of each day, 0 ≤ open_s < close_s ≤ 86,400; work_s ≥ 0. With the full day as window
    the answer is time_s + work_s. Never earlier than time_s + work_s, non-decreasing in time_s and work_s. Used for night
    halts (driving window) and border hours. Source: definition; hours are assumptions of the scenario.
    """
    day = time_s // 86400
    now = max(time_s - day * 86400, open_s)
    if now >= close_s:
        day, now = day + 1, open_s
    if work_s <= close_s - now:
        return day * 86400 + now + work_s if work_s > 0 else time_s
    left = work_s - (close_s - now)
    length = close_s - open_s
    full = (left - 1) // length
    return (day + 1 + full) * 86400 + open_s + left - full * length


@rule
def work_at(work_s: int, position: float) -> int:
    """Driving seconds from the start of a leg to a relative `position` in (0, 1) on it; at most work_s.

    Pace is even along a leg. Non-decreasing in position. Source: definition.
    """
    return int(work_s * position)

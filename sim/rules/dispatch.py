"""Dispatch: how many tankers a convoy takes and how many escort units go with it."""

from __future__ import annotations

import math

from sim.jit import rule

NONE, FIXED, PER_TANKERS, SQUARE_ROOT = 0, 1, 2, 3


@rule
def units_needed(escort_rule: int, amount: float, tankers: int) -> int:
    """Escort units that a convoy of `tankers` (≥ 0) needs under a rule.

    Rule 0 none; 1 `amount` units; 2 one per `amount` tankers, rounded up; 3 amount · √(tankers ÷ 100), rounded up.
    Non-decreasing in tankers. Source: definition of the strategies.
    """
    if escort_rule == 0 or tankers <= 0:
        return 0
    if escort_rule == 1:
        return int(amount)
    if escort_rule == 2:
        return math.ceil(tankers / amount - 1e-9)
    return math.ceil(amount * math.sqrt(tankers / 100.0) - 1e-9)


@rule
def convoy_size(
    willing: int, size: int, min_size: int, escort_rule: int, amount: float, units_free: int, shrink: int
) -> int:
    """Tankers that leave now, 0 for none: the willing up to `size`, if at least `min_size` and the units are free.

    With `shrink` the largest number in [min_size, size] that the free units can guard. Non-decreasing in willing and
    units_free when `shrink` is 1. Source: definition of the strategies.
    """
    tankers = min(willing, size)
    while tankers >= min_size and tankers > 0:
        if units_needed(escort_rule, amount, tankers) <= units_free:
            return tankers
        if shrink == 0:
            return 0
        tankers -= 1
    return 0


@rule
def regularity(interval_h: float, jitter_h: float) -> float:
    """How regular a schedule is, in [0, 1]: 1 − 2 · jitter ÷ interval, at least 0; 1 for a clockwork schedule.

    Non-increasing in jitter. Source: assumption A03 (half an interval of jitter either way hides the rhythm).
    """
    return max(1.0 - 2.0 * jitter_h / interval_h, 0.0)

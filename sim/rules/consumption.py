"""Consumers: need of a day, refilling of private stock, panic, and what counts as a shortage."""

from __future__ import annotations

from sim.jit import rule


@rule
def refill_target(
    normal_target_l: float, panic_target_l: float, cover_days: float, panic_cover_days: float
) -> float:
    """Private stock that people want to hold, litres: the normal target, rising linearly as the city's cover falls.

    From `normal_target_l` at `panic_cover_days` of cover and above to `panic_target_l` (≥ normal) at none; no rise when
    panic_cover_days is 0. Non-increasing in cover. Source: assumption of the scenario.
    """
    if panic_cover_days <= 0.0 or cover_days >= panic_cover_days:
        return normal_target_l
    return panic_target_l + (normal_target_l - panic_target_l) * cover_days / panic_cover_days


@rule
def wanted_l(need_l: int, private_l: int, target_l: float, refill_per_day: float, capacity_l: int) -> int:
    """What a class tries to buy in a day, litres: need + refill · (target − private stock), within what it can hold.

    Never negative, never more than need + (capacity − private stock). Non-decreasing in need and target, non-increasing in
    private stock. Source: DESIGN of the model: one private stock, no other backlog.
    """
    wish = need_l + int(refill_per_day * (target_l - private_l))
    return max(min(wish, need_l + capacity_l - private_l), 0)


@rule
def is_short(sold_l: int, bound_l: int) -> bool:
    """Whether sales fall short of a bound: sold < 90 % of it, in whole litres (exact).

    With bound = min(wanted, need) it is a shortage day, with bound = wanted a queue day. Non-increasing in sold.
    Source: definition (docs/glossary).
    """
    return 10 * sold_l < 9 * bound_l

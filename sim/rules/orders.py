"""Importers' orders: how many tankers are loaded at a source in a day."""

from __future__ import annotations

from sim.jit import rule


@rule
def order_factor(cover_days: float, target_days: float, gain: float, low: float, high: float) -> float:
    """Multiple of the normal flow that importers order: 1 + gain · (1 − cover ÷ target), kept within [low, high].

    `cover_days` ≥ 0 of the city's stock at normal need, `target_days` > 0, gain ≥ 0. Non-increasing in cover.
    Source: linear stock correction (standard inventory control); gain and bounds are assumptions of the scenario.
    """
    factor = 1.0 + gain * (1.0 - cover_days / target_days)
    return min(max(factor, low), high)


@rule
def throttle(waiting: int, start: float, stop: float) -> float:
    """Share of orders still loaded when `waiting` loaded tankers are staged: 1 up to `start`, falling to 0 at `stop`.

    start < stop, tankers. Non-increasing in waiting. Source: assumption of the scenario.
    """
    if waiting <= start:
        return 1.0
    if waiting >= stop:
        return 0.0
    return (stop - waiting) / (stop - start)


@rule
def tilt_weight(cover_days: float, mean_cover_days: float, target_days: float, tilt: float) -> float:
    """Weight of a product in the orders: 1 + tilt · (mean cover − cover) ÷ target, at least 0.

    tilt in [0, 1]. Non-increasing in the product's own cover; 1 when covers are equal. Weights share out the day's total and
    never change it. Source: assumption of the scenario.
    """
    return max(1.0 + tilt * (mean_cover_days - cover_days) / target_days, 0.0)


@rule
def order_up_to(target_l: int, stock_l: int, pipeline_l: int, tanker_l: int) -> int:
    """Tankers that bring stock and pipeline up to the target: ⌈(target − stock − pipeline) ÷ tanker⌉, at least 0.

    Litres ≥ 0, tanker_l > 0. Non-increasing in stock and pipeline. Source: order-up-to (base-stock) rule, e.g. Snyder &
    Shen, *Fundamentals of Supply Chain Theory*, ch. 4.
    """
    lacking = target_l - stock_l - pipeline_l
    if lacking <= 0:
        return 0
    return (lacking + tanker_l - 1) // tanker_l

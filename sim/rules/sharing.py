"""Sharing whole things out: largest remainders, and a fraction of a tanker carried over to the next day."""

from __future__ import annotations

from typing import Any

from sim.jit import rule


@rule
def largest_remainder(weights: Any, total: int, out: Any) -> None:
    """Whole parts of `total` (≥ 0) in proportion to whole `weights` (≥ 0, sum > 0), written into `out`, summing to total.

    Each part is ⌊total · weight ÷ sum⌋; what is left goes one each to the largest remainders, ties to the first entity.
    `weights` and `out` are different; total · each weight is under 2⁶³. No part exceeds its weight if total ≤ sum.
    Source: Hamilton's method of apportionment.
    """
    n = len(weights)
    whole = 0
    for i in range(n):
        whole += weights[i]
    left = total
    for i in range(n):
        out[i] = total * weights[i] // whole
        left -= out[i]
    while left > 0:
        best, best_i = -1, 0
        for i in range(n):
            # Negative where a part has its one already.
            remainder = total * weights[i] - out[i] * whole
            if remainder > best:
                best, best_i = remainder, i
        out[best_i] += 1
        left -= 1


@rule
def whole_part(amount: float) -> int:
    """Whole part of an amount ≥ 0 that is due now; the rest is carried over. Source: definition.

    A billionth is forgiven, so that 0.1 ten times makes one.
    """
    return int(amount + 1e-9)


@rule
def added(amounts: Any) -> float:
    """Sum of amounts, added one after the other. Source: definition.

    Python from 3.12 on adds floats with a correction, and compiled code does not: so no model sums floats with `sum`.
    """
    total = 0.0
    for amount in amounts:
        total += amount
    return total

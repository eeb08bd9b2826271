"""Shapley shares: a difference split over players, exactly, from the values of all their coalitions.

A player's share is its marginal contribution averaged over all orders in which players may join (Shapley, *Contributions to
the Theory of Games II*, 1953). It is the only split that adds up, gives nothing to a player that never matters, treats
alike those that do alike, and is additive: the mean of the shares of runs is the share of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import UsageError
from sim.language import Phrase

Exact = npt.NDArray[np.object_]
"""Whole numbers or fractions of Python: nothing is rounded, and nothing overflows."""


def exact(values: npt.ArrayLike) -> Exact:
    """Numbers as they are in the machine, without its rounding: whole ones as such, others as the fractions they are."""
    numbers = np.asarray(values)
    flat = [int(v) if v == int(v) else Fraction(v) for v in numbers.ravel().tolist()]
    found: Exact = np.array(flat, dtype=object).reshape(numbers.shape)
    return found


@cache
def _weights(players: int) -> tuple[tuple[int, ...], ...]:
    """Weight × players! of each coalition in the share of each player; coalition k has player i where bit i of k is 1."""
    rows = []
    for i in range(players):
        row = []
        for coalition in range(1 << players):
            inside, size = coalition >> i & 1, coalition.bit_count()
            others = size - inside
            row.append((1 if inside else -1) * factorial(others) * factorial(players - others - 1))
        rows.append(tuple(row))
    return tuple(rows)


def shapley(values: Exact) -> Exact:
    """Shares of all players in every column, shape (n_players, n_columns), as exact fractions.

    The shares of a column sum to its value for all players less its value for none.

    Parameters
    ----------
    values
        What each coalition is worth, shape (2^n_players, n_columns); row k is the coalition that has player i where bit i of k
        is 1.
    """
    coalitions = values.shape[0] if values.ndim == 2 else 0
    players = coalitions.bit_length() - 1
    if coalitions < 1 or coalitions != 1 << players:
        raise UsageError(Phrase("shares: {n} coalitions; expected 1, 2, 4, … of them, one a row", n=coalitions))
    columns: list[Any] = []
    total = factorial(players)
    for row in _weights(players):
        summed = sum(weight * value for weight, value in zip(row, values, strict=True))
        columns.append([Fraction(number) / total for number in np.asarray(summed, dtype=object)])
    found: Exact = np.array(columns, dtype=object).reshape(players, values.shape[1])
    return found


def rounded(parts: Sequence[Fraction], decimals: int) -> tuple[list[Fraction], Fraction]:
    """Parts and their sum to so many decimals, the rounded parts adding up to the rounded sum.

    Largest remainder: all parts are rounded down, and the units that the sum then lacks go to those that lost most; of equal
    ones to the first. What is round already stays as it is.
    """
    unit = Fraction(1, 10**decimals)
    scaled = [part / unit for part in parts]
    floors = [number.numerator // number.denominator for number in scaled]
    whole = sum(scaled, Fraction(0))
    # Halves away from zero, as people round.
    size = (2 * abs(whole) + 1) // 2
    total = int(size) if whole >= 0 else -int(size)
    missing = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - scaled[i], i))
    for i in order[:missing]:
        floors[i] += 1
    return [number * unit for number in floors], total * unit

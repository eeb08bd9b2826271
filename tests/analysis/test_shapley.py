"""Shapley shares: exact, fair and adding up, on value functions made up by hand and drawn; rounding that keeps the sum."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.shapley import exact, rounded, shapley
from sim.errors import UsageError

WORTH = st.integers(0, 4).flatmap(
    lambda n: st.lists(st.integers(-(10**15), 10**15), min_size=2**n, max_size=2**n)
)
FRACTIONS = st.fractions(-1000, 1000, max_denominator=720)


def shares(worth: list[int]) -> list[Fraction]:
    return shapley(exact(np.array(worth)[:, None]))[:, 0].tolist()


def by_orders(worth: list[int]) -> list[Fraction]:
    """The definition: what each player adds when it joins, averaged over all orders of joining."""
    players = len(worth).bit_length() - 1
    added = [Fraction(0)] * players
    orders = list(permutations(range(players)))
    for order in orders:
        coalition = 0
        for player in order:
            added[player] += worth[coalition | 1 << player] - worth[coalition]
            coalition |= 1 << player
    return [total / len(orders) for total in added]


@given(WORTH)
def test_shares_are_those_of_the_definition_and_sum_to_the_whole_exactly(worth: list[int]) -> None:
    assert shares(worth) == by_orders(worth)
    assert sum(shares(worth), Fraction(0)) == worth[-1] - worth[0]


def test_the_glove_game_gives_the_only_left_glove_two_thirds() -> None:
    # Player 0 has the left glove, 1 and 2 a right one each; a pair is worth 1.
    assert shares([0, 0, 0, 1, 0, 1, 0, 1]) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]


def test_one_active_player_has_everything_and_one_that_never_matters_nothing() -> None:
    worth = [7 * (coalition >> 1 & 1) - 2 for coalition in range(16)]
    assert shares(worth) == [0, 7, 0, 0]


@given(st.lists(st.integers(-100, 100), min_size=6, max_size=6))
def test_two_players_that_do_alike_have_equal_shares(values: list[int]) -> None:
    # Worth hangs on how many of players 0 and 1 are there, and on whether player 2 is.
    worth = [values[(c & 1) + (c >> 1 & 1) + 3 * (c >> 2)] for c in range(8)]
    first, second, _ = shares(worth)
    assert first == second


def test_numbers_of_the_machine_are_taken_as_they_are() -> None:
    parts = shapley(exact(np.array([[0.1], [0.7], [0.2], [0.30000000000000004]])))[:, 0]
    assert sum(parts) == Fraction(0.30000000000000004) - Fraction(0.1)
    assert exact(np.array([2.0, 3.5])).tolist() == [2, Fraction(7, 2)]


def test_a_number_of_coalitions_that_is_no_power_of_two_is_refused() -> None:
    for rows in (0, 3, 6):
        with pytest.raises(UsageError, match="coalitions"):
            shapley(exact(np.zeros((rows, 2))))


@given(st.lists(FRACTIONS, min_size=1, max_size=8), st.integers(0, 4))
def test_rounded_parts_add_up_to_the_rounded_sum_and_none_moves_by_a_unit(parts: list[Fraction], decimals: int) -> None:
    shown, whole = rounded(parts, decimals)
    unit = Fraction(1, 10**decimals)
    assert sum(shown) == whole
    assert abs(whole - sum(parts)) <= unit / 2
    assert all(abs(one - other) < unit for one, other in zip(shown, parts, strict=True))
    assert all(one == other for one, other in zip(shown, parts, strict=True) if other % unit == 0)


def test_the_largest_remainder_is_rounded_up_first() -> None:
    thirds = [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)]
    assert rounded(thirds, 1) == ([Fraction(4, 10), Fraction(3, 10), Fraction(3, 10)], 1)
    assert rounded([Fraction(-1, 4), Fraction(3, 4)], 0) == ([0, 1], 1)

"""Sharing: Hamilton's apportionment against exact fractions, and amounts carried over."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.sharing import largest_remainder, whole_part

claim = settings(max_examples=100, deadline=None)
weights = st.lists(st.integers(0, 10**6) | st.integers(0, 5), min_size=1, max_size=8).filter(any)
totals = st.integers(0, 10**6) | st.integers(0, 20)


def shared(parts: list[int], total: int) -> list[int]:
    out = [-7] * len(parts)
    largest_remainder(parts, total, out)
    return out


def hamilton(parts: list[int], total: int) -> list[int]:
    """Apportionment by sorting exact fractional remainders."""
    quotas = [Fraction(total * w, sum(parts)) for w in parts]
    out = [int(q) for q in quotas]
    order = sorted(range(len(parts)), key=lambda i: (out[i] - quotas[i], i))
    for i in order[: total - sum(out)]:
        out[i] += 1
    return out


@claim
@given(weights, totals)
def test_shares_are_hamiltons_apportionment(parts: list[int], total: int) -> None:
    assert shared(parts, total) == hamilton(parts, total)


@claim
@given(weights, totals)
def test_shares_sum_to_the_total_and_keep_within_one_of_their_quota(parts: list[int], total: int) -> None:
    out = shared(parts, total)
    assert sum(out) == total
    for share, weight in zip(out, parts, strict=True):
        assert 0 <= share - total * weight // sum(parts) <= 1


@claim
@given(weights, st.floats(0.0, 1.0))
def test_no_share_exceeds_its_weight_when_there_is_not_more_to_share(parts: list[int], part: float) -> None:
    out = shared(parts, int(sum(parts) * part))
    assert all(share <= weight for share, weight in zip(out, parts, strict=True))


@claim
@given(weights, totals, st.integers(2, 9))
def test_only_the_proportions_of_the_weights_matter(parts: list[int], total: int, factor: int) -> None:
    assert shared([factor * w for w in parts], total) == shared(parts, total)


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [([1, 1, 1], 2, [1, 1, 0]), ([1, 1, 1], 1, [1, 0, 0]), ([0, 5], 3, [0, 3]), ([7], 4, [4]),
     ([3, 1], 0, [0, 0]), ([47, 16, 158, 12], 10, [2, 1, 7, 0]),
     ([2, 1, 2, 1], 4, [1, 1, 1, 1]), ([1, 3], 2, [1, 1])],
)  # fmt: skip
def test_ties_go_to_the_first(parts: list[int], total: int, expected: list[int]) -> None:
    assert shared(parts, total) == expected


@claim
@given(st.integers(0, 10**6), st.floats(0.0, 0.999))
def test_whole_part_drops_the_fraction(whole: int, fraction: float) -> None:
    assert whole_part(whole + fraction) == whole


def test_a_tenth_ten_times_makes_one_whole() -> None:
    carried, wholes = 0.0, []
    for _ in range(30):
        carried += 0.1
        wholes.append(whole_part(carried))
        carried -= wholes[-1]
    assert wholes == ([0] * 9 + [1]) * 3


@pytest.mark.parametrize(("amount", "whole"), [(0.0, 0), (0.999999, 0), (1.0 - 1e-10, 1), (2.5, 2), (3.0, 3)])
def test_only_a_billionth_is_forgiven(amount: float, whole: int) -> None:
    assert whole_part(amount) == whole

"""Allocation: nobody gets more than is wanted, nothing is left while somebody wants, priority comes first."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.allocation import allocate

claim = settings(max_examples=100, deadline=None)
classes = st.lists(
    st.tuples(st.integers(0, 10**6) | st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=7
)
litres = st.integers(0, 4 * 10**6) | st.integers(0, 12)
rules = st.sampled_from([0, 1])


def allocated(available_l: int, wanted_l: list[int], priority: list[int], by_priority: int) -> list[int]:
    n = len(wanted_l)
    out = [-99] * n
    allocate(available_l, wanted_l, priority, by_priority, [-7] * n, [-8] * n, out)
    return out


def served_in_order(available_l: int, wanted_l: list[int], priority: list[int]) -> list[int]:
    """Groups of equal priority in turn; the first that cannot be served whole is shared pro rata."""
    out = [0] * len(wanted_l)
    for level in sorted(set(priority)):
        group = [i for i, rank in enumerate(priority) if rank == level]
        asked = sum(wanted_l[i] for i in group)
        if asked <= available_l:
            for i in group:
                out[i] = wanted_l[i]
            available_l -= asked
            continue
        quotas = {i: Fraction(available_l * wanted_l[i], asked) for i in group}
        for i in group:
            out[i] = int(quotas[i])
        left = available_l - sum(out[i] for i in group)
        for i in sorted(group, key=lambda i: (out[i] - quotas[i], i))[:left]:
            out[i] += 1
        break
    return out


@claim
@given(litres, classes, rules)
def test_allocation_serves_groups_in_order_and_shares_pro_rata(
    available_l: int, wants: list[tuple[int, int]], by_priority: int
) -> None:
    wanted, priority = [w for w, _ in wants], [p for _, p in wants]
    expected = served_in_order(available_l, wanted, priority if by_priority else [0] * len(wanted))
    assert allocated(available_l, wanted, priority, by_priority) == expected


@claim
@given(litres, classes, rules)
def test_nobody_gets_more_than_wanted_and_nothing_is_held_back(
    available_l: int, wants: list[tuple[int, int]], by_priority: int
) -> None:
    wanted, priority = [w for w, _ in wants], [p for _, p in wants]
    out = allocated(available_l, wanted, priority, by_priority)
    assert all(0 <= got <= want for got, want in zip(out, wanted, strict=True))
    assert sum(out) == min(available_l, sum(wanted))


@claim
@given(litres, classes)
def test_a_lower_class_gets_nothing_while_a_higher_one_wants(
    available_l: int, wants: list[tuple[int, int]]
) -> None:
    wanted, priority = [w for w, _ in wants], [p for _, p in wants]
    out = allocated(available_l, wanted, priority, 1)
    unserved = [rank for rank, got, want in zip(priority, out, wanted, strict=True) if got < want]
    assert all(got == 0 for rank, got in zip(priority, out, strict=True) if unserved and rank > min(unserved))


@pytest.mark.parametrize(
    ("available_l", "wanted_l", "priority", "by_priority", "expected"),
    [
        (100, [60, 60, 60], [2, 1, 0], 0, [34, 33, 33]),
        (100, [60, 60, 60], [2, 1, 0], 1, [0, 40, 60]),
        (100, [60, 60, 60], [1, 1, 0], 1, [20, 20, 60]),
        (101, [60, 60, 60], [1, 1, 0], 1, [21, 20, 60]),
        (500, [60, 0, 60], [0, 0, 1], 1, [60, 0, 60]),
        (0, [60, 60], [0, 1], 1, [0, 0]),
        (7, [0, 0], [0, 1], 0, [0, 0]),
        (10, [0, 30], [0, 1], 1, [0, 10]),
    ],
)
def test_allocation_by_hand(
    available_l: int, wanted_l: list[int], priority: list[int], by_priority: int, expected: list[int]
) -> None:
    assert allocated(available_l, wanted_l, priority, by_priority) == expected

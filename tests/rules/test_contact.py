"""Contact: escort strength, the scaled hazard of an engagement, and the attackers' budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.contact import engagement_prob, escort_strength, independents_prob, operations_left

claim = settings(max_examples=100, deadline=None)
counts = st.integers(1, 600)
units = st.integers(0, 40)
sizes = st.floats(1.0, 300.0)
probs = st.floats(0.0, 1.0)
exponents = st.floats(0.0, 2.0)
effects = st.floats(0.0, 5.0)
strengths = st.floats(0.0, 20.0)
ROUNDING = 1e-12
"""Absolute room for the last bits of exp and log in a probability."""


@pytest.mark.parametrize(
    ("n_units", "tankers", "reference", "perimeter", "expected"),
    [(0, 50, 50.0, 0, 0.0), (2, 50, 50.0, 0, 2.0), (2, 100, 50.0, 0, 1.0), (2, 200, 50.0, 1, 1.0),
     (2, 50, 50.0, 1, 2.0), (3, 25, 100.0, 1, 6.0), (3, 25, 100.0, 0, 12.0), (1, 0, 50.0, 0, 0.0)],
)  # fmt: skip
def test_escort_strength_by_hand(
    n_units: int, tankers: int, reference: float, perimeter: int, expected: float
) -> None:
    assert escort_strength(n_units, tankers, reference, perimeter) == expected


@claim
@given(units, units, counts, counts, sizes, st.sampled_from([0, 1]))
def test_escort_strength_grows_with_units_and_falls_with_tankers(
    a: int, b: int, m: int, n: int, reference: float, perimeter: int
) -> None:
    strength = escort_strength(min(a, b), m, reference, perimeter)
    assert strength >= 0.0
    assert strength <= escort_strength(max(a, b), m, reference, perimeter)
    assert escort_strength(a, max(m, n), reference, perimeter) <= escort_strength(
        a, min(m, n), reference, perimeter
    )


@claim
@given(units, counts, sizes)
def test_perimeter_strength_is_the_geometric_mean_of_units_and_their_ratio(
    n: int, tankers: int, ref: float
) -> None:
    per_ratio, per_perimeter = escort_strength(n, tankers, ref, 0), escort_strength(n, tankers, ref, 1)
    assert per_perimeter == pytest.approx(math.sqrt(n * per_ratio), rel=1e-12)


@claim
@given(probs, counts, sizes, exponents, effects, probs, effects, strengths)
def test_engagement_scales_the_hazard_of_the_base(
    base: float,
    n: int,
    ref: float,
    exponent: float,
    predictability: float,
    regular: float,
    deterrence: float,
    s: float,
) -> None:
    factor = (n / ref) ** exponent * (1.0 + predictability * regular) * math.exp(-deterrence * s)
    expected = 1.0 if base == 1.0 else 1.0 - (1.0 - base) ** factor
    got = engagement_prob(base, n, ref, exponent, predictability, regular, deterrence, s)
    assert got == pytest.approx(expected, abs=ROUNDING)
    assert 0.0 <= got <= 1.0


@claim
@given(
    st.tuples(probs, counts, exponents, effects, probs, effects, strengths),
    st.tuples(probs, counts, exponents, effects, probs, effects, strengths),
    sizes,
)
def test_each_argument_moves_the_engagement_the_way_it_should(
    here: tuple[float, ...], there: tuple[float, ...], reference: float
) -> None:
    def prob(
        base: float, n: float, exponent: float, pred: float, regular: float, deter: float, s: float
    ) -> float:
        return engagement_prob(base, int(n), reference, exponent, pred, regular, deter, s)

    for i, direction in ((0, 1), (1, 1), (3, 1), (4, 1), (5, -1), (6, -1)):
        low, high = list(here), list(here)
        low[i], high[i] = sorted((here[i], there[i]))
        assert direction * (prob(*high) - prob(*low)) >= -ROUNDING


@claim
@given(probs, counts, effects, st.floats(0.0, 2.0))
def test_the_base_holds_at_the_reference_size_unescorted(
    base: float, n: int, deterrence: float, exponent: float
) -> None:
    assert engagement_prob(base, n, float(n), exponent, 0.0, 1.0, deterrence, 0.0) == pytest.approx(
        base, abs=ROUNDING
    )


@claim
@given(probs, counts, counts, sizes)
def test_size_does_not_matter_without_a_detection_exponent(base: float, m: int, n: int, ref: float) -> None:
    assert engagement_prob(base, m, ref, 0.0, 0.4, 0.5, 1.0, 0.3) == engagement_prob(
        base, n, ref, 0.0, 0.4, 0.5, 1.0, 0.3
    )


@pytest.mark.parametrize(
    ("base", "tankers", "expected"),
    [
        (0.0, 90, 0.0),
        (1.0, 1, 1.0),
        (0.5, 0, 0.0),
        (1.0, 0, 0.0),
        (0.36, 50, 0.36),
        (0.36, 100, 0.5904),
        (0.36, 25, 0.2),
    ],
)
def test_engagement_by_hand(base: float, tankers: int, expected: float) -> None:
    assert engagement_prob(base, tankers, 50.0, 1.0, 0.0, 0.0, 3.0, 0.0) == pytest.approx(
        expected, abs=ROUNDING
    )


@claim
@given(strengths, st.integers(0, 10**7), st.integers(0, 10**7), strengths, strengths)
def test_operations_regenerate_to_the_cap_and_no_further(
    left: float, s: int, t: int, per_week: float, cap: float
) -> None:
    sooner, later = (operations_left(left, dt, per_week, cap) for dt in sorted((s, t)))
    assert sooner <= later <= cap
    assert later == pytest.approx(min(left + per_week * max(s, t) / (7 * 86_400), cap), rel=1e-12)


@pytest.mark.parametrize(
    ("left", "days", "per_week", "cap", "expected"),
    [(0.0, 7, 3.0, 9.0, 3.0), (1.0, 14, 3.0, 9.0, 7.0), (1.0, 70, 3.0, 9.0, 9.0), (0.5, 0, 3.0, 9.0, 0.5)],
)
def test_operations_by_hand(left: float, days: int, per_week: float, cap: float, expected: float) -> None:
    assert operations_left(left, days * 86_400, per_week, cap) == pytest.approx(expected, rel=1e-15)


@claim
@given(st.floats(0.0, 0.99), counts, sizes, effects, strengths)
def test_independents_are_met_in_proportion_to_their_number(
    base: float, n: int, flow: float, deterrence: float, strength: float
) -> None:
    """A batch of n escapes as often as n batches of one tanker do, whatever the escort near them deters."""
    whole = independents_prob(base, n, flow, deterrence, strength)
    one = independents_prob(base, 1, flow, deterrence, strength)
    assert 0.0 <= one <= whole <= 1.0
    assert 1.0 - whole == pytest.approx((1.0 - one) ** n, abs=1e-9)


def test_a_days_normal_flow_of_independents_is_engaged_with_the_base_probability() -> None:
    assert independents_prob(0.3, 40, 40.0, 0.0, 0.0) == pytest.approx(0.3)
    assert independents_prob(0.3, 80, 40.0, 0.0, 0.0) == pytest.approx(1 - 0.49)
    assert [independents_prob(*case, 40.0, 0.0, 0.0) for case in ((0.0, 40), (1.0, 1), (0.5, 0))] == [0.0, 1.0, 0.0]

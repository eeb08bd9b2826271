"""Shapes of chance: quantile functions against scipy, the standard library and closed forms."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws import uniform
from sim.rules.shapes import (
    SHAPE_CODES,
    duration_s,
    logit_normal,
    lognormal,
    normal_quantile,
    poisson_count,
    rounded_by_chance,
    split_uniform,
    spread,
)

claim = settings(max_examples=100, deadline=None)
words = st.integers(0, 2**32 - 1)
chances = words.map(uniform)
open_unit = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)
means = st.floats(0.0, 1e7, allow_subnormal=False)
cvs = st.floats(0.0, 3.0, allow_subnormal=False)
STRATA = (np.arange(20_000) + 0.5) / 20_000
ROUNDING = 1e-12
"""Relative room for the last bits of exp, log and a quotient."""


def not_above(a: float, b: float) -> bool:
    return a <= b + ROUNDING * abs(b)


@st.composite
def quantities(draw: st.DrawFn) -> tuple[float, float, float]:
    """An uncertain quantity as (value, low, high)."""
    low, value, high = sorted(draw(st.tuples(*[st.floats(-1e9, 1e9)] * 3)))
    return value, low, high


@claim
@given(quantities(), open_unit, open_unit)
def test_an_uncertain_quantity_stays_in_its_range_and_grows_with_u(
    quantity: tuple[float, float, float], u: float, v: float
) -> None:
    value, low, high = quantity
    drawn = split_uniform(value, low, high, u)
    assert low <= drawn <= high
    assert not u < 0.5 or drawn <= value
    assert not u >= 0.5 or drawn >= value
    assert split_uniform(value, low, high, min(u, v)) <= split_uniform(value, low, high, max(u, v))


@claim
@given(quantities())
def test_the_median_of_an_uncertain_quantity_is_its_value(quantity: tuple[float, float, float]) -> None:
    assert split_uniform(*quantity, 0.5) == quantity[0]


def test_half_of_the_worlds_lie_evenly_below_the_value_and_half_evenly_above() -> None:
    drawn = [split_uniform(10.0, 0.0, 110.0, u) for u in (0.05, 0.25, 0.45, 0.55, 0.75, 0.95)]
    assert drawn == pytest.approx([1.0, 5.0, 9.0, 20.0, 60.0, 100.0])


@claim
@given(open_unit)
def test_normal_quantile_agrees_with_the_standard_library_and_scipy(u: float) -> None:
    assert normal_quantile(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-15, abs=1e-300)
    assert normal_quantile(u) == pytest.approx(special.ndtri(u), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(
    "u", [5e-324, 1e-300, 1e-15, math.exp(-25.0), 2.0**-33, 0.075, 0.0749999, 0.5, 0.925, 0.9250001]
)
def test_normal_quantile_is_right_in_the_tails_and_at_its_seams(u: float) -> None:
    assert normal_quantile(u) == pytest.approx(special.ndtri(u), rel=2e-14)


def test_normal_quantile_hits_textbook_values() -> None:
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=1e-15)
    assert normal_quantile(0.0013498980316300946) == pytest.approx(-3.0, rel=1e-14)


@claim
@given(words)
def test_normal_quantile_is_odd_around_one_half(word: int) -> None:
    assert normal_quantile(uniform(word)) == -normal_quantile(uniform(2**32 - 1 - word))


@claim
@given(words, words)
def test_normal_quantile_grows_with_u(a: int, b: int) -> None:
    assert normal_quantile(uniform(min(a, b))) <= normal_quantile(uniform(max(a, b)))


@claim
@given(st.floats(1e-3, 1e7), st.floats(1e-3, 3.0), chances)
def test_lognormal_agrees_with_scipy(mean: float, cv: float, u: float) -> None:
    sigma = math.sqrt(math.log1p(cv * cv))
    expected = stats.lognorm.ppf(u, sigma, scale=mean / math.sqrt(1.0 + cv * cv))
    assert lognormal(mean, cv, u) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("cv", [0.1, 0.5, 1.0])
def test_lognormal_has_the_mean_and_variation_that_it_is_given(cv: float) -> None:
    drawn = np.array([lognormal(7.0, cv, u) for u in STRATA])
    assert drawn.mean() == pytest.approx(7.0, rel=1e-3)
    assert drawn.std() / drawn.mean() == pytest.approx(cv, rel=0.03)


@claim
@given(means, cvs, chances)
def test_lognormal_without_variation_is_the_mean_itself(mean: float, cv: float, u: float) -> None:
    assert lognormal(mean, 0.0, u) == mean
    assert lognormal(0.0, cv, u) == 0.0


@claim
@given(means, means, cvs, words, words)
def test_lognormal_grows_with_mean_and_u(m: float, n: float, cv: float, a: int, b: int) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    assert lognormal(min(m, n), cv, u) <= lognormal(max(m, n), cv, u)
    assert lognormal(m, cv, u) <= lognormal(m, cv, v)


@claim
@given(st.floats(0.0, 0.5), words, words)
def test_spread_is_uniform_around_one_and_grows_with_u(cv: float, a: int, b: int) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    half_width = math.sqrt(3.0) * cv
    assert spread(cv, u) == pytest.approx(1.0 - half_width + 2.0 * half_width * u, rel=1e-14)
    assert 0.0 < spread(cv, u) <= spread(cv, v) < 2.0


@pytest.mark.parametrize("cv", [0.0, 0.1, 0.5])
def test_spread_has_mean_one_and_the_variation_that_it_is_given(cv: float) -> None:
    drawn = np.array([spread(cv, u) for u in STRATA])
    assert drawn.mean() == pytest.approx(1.0, rel=1e-12)
    assert drawn.std() == pytest.approx(cv, rel=1e-6)


@claim
@given(st.floats(0.0, 0.5), st.lists(chances, min_size=1, max_size=9))
def test_spread_of_a_whole_table_equals_single_calls_bit_for_bit(cv: float, us: list[float]) -> None:
    assert spread(cv, np.array(us)).tolist() == [spread(cv, u) for u in us]  # type: ignore[arg-type, attr-defined]


@claim
@given(st.floats(1e-6, 1.0 - 1e-6), st.floats(0.0, 5.0), chances)
def test_logit_normal_agrees_with_scipy(median: float, logit_sd: float, u: float) -> None:
    expected = special.expit(special.logit(median) + logit_sd * special.ndtri(u))
    assert logit_normal(median, logit_sd, u) == pytest.approx(expected, rel=1e-9)


@claim
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 5.0), words, words)
def test_logit_normal_is_a_share_that_grows_with_median_and_u(
    m: float, n: float, sd: float, a: int, b: int
) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    assert 0.0 <= logit_normal(m, sd, u) <= 1.0
    assert not_above(logit_normal(min(m, n), sd, u), logit_normal(max(m, n), sd, u))
    assert not_above(logit_normal(m, sd, u), logit_normal(m, sd, v))


def test_logit_normal_has_its_median_at_one_half_and_keeps_certain_shares() -> None:
    assert logit_normal(0.3, 1.7, 0.5) == pytest.approx(0.3, rel=1e-15)
    assert (logit_normal(0.0, 2.0, 0.9), logit_normal(1.0, 2.0, 0.1)) == (0.0, 1.0)


@claim
@given(means, cvs, chances)
def test_durations_are_the_nearest_second_of_their_distribution(mean_s: float, cv: float, u: float) -> None:
    assert SHAPE_CODES == {"fixed": 0, "exponential": 1, "lognormal": 2}
    for code, exact in ((0, mean_s), (1, -mean_s * math.log1p(-u)), (2, lognormal(mean_s, cv, u))):
        got = duration_s(code, mean_s, cv, u)
        assert got >= 0
        assert abs(got - exact) <= 0.5 + 1e-9 * exact


@claim
@given(st.sampled_from([0, 1, 2]), means, means, cvs, words, words)
def test_durations_grow_with_mean_and_u(shape: int, m: float, n: float, cv: float, a: int, b: int) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    assert duration_s(shape, min(m, n), cv, u) <= duration_s(shape, max(m, n), cv, u)
    assert duration_s(shape, m, cv, u) <= duration_s(shape, m, cv, v)


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_durations_have_the_mean_that_they_are_given(shape: int) -> None:
    assert np.mean([duration_s(shape, 50_000.0, 0.8, u) for u in STRATA]) == pytest.approx(50_000, rel=2e-3)


@claim
@given(st.floats(0.0, 500.0), chances)
def test_poisson_count_inverts_the_distribution_function(mean: float, u: float) -> None:
    count = poisson_count(mean, u)
    room = 1e-12
    assert stats.poisson.cdf(count, mean) >= u - room
    assert stats.poisson.cdf(count - 1, mean) < u + room


@pytest.mark.parametrize("mean", [0.0, 0.01, 1.5, 40.0, 500.0])
def test_poisson_count_has_poisson_mean_and_variance(mean: float) -> None:
    drawn = np.array([poisson_count(mean, u) for u in STRATA])
    assert drawn.mean() == pytest.approx(mean, rel=1e-3, abs=1e-4)
    assert drawn.var() == pytest.approx(mean, rel=1e-2, abs=1e-4)


@claim
@given(st.floats(0.0, 500.0), st.floats(0.0, 500.0), words, words)
def test_poisson_count_grows_with_mean_and_u(m: float, n: float, a: int, b: int) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    assert poisson_count(min(m, n), u) <= poisson_count(max(m, n), u)
    assert poisson_count(m, u) <= poisson_count(m, v)


@pytest.mark.parametrize("mean", [1e-9, 1.0, 500.0])
def test_poisson_count_stays_finite_at_the_highest_uniform(mean: float) -> None:
    highest = uniform(2**32 - 1)
    assert poisson_count(mean, highest) == stats.poisson.ppf(highest, mean)


@claim
@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5), words, words)
def test_rounding_by_chance_goes_to_a_neighbour_and_grows(x: float, y: float, a: int, b: int) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    assert math.floor(x) <= rounded_by_chance(x, u) <= math.floor(x) + 1
    assert rounded_by_chance(math.floor(x), u) == math.floor(x)
    assert rounded_by_chance(min(x, y), u) <= rounded_by_chance(max(x, y), u)
    assert rounded_by_chance(x, u) <= rounded_by_chance(x, v)


@pytest.mark.parametrize("amount", [0.0, 0.25, 1.0, 3.7])
def test_rounding_by_chance_keeps_the_expectation(amount: float) -> None:
    assert np.mean([rounded_by_chance(amount, u) for u in STRATA]) == pytest.approx(amount, abs=1e-4)

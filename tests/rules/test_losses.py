"""Losses: both loss laws against scipy, and one ambush never destroys more than its strength."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws import uniform
from sim.rules.losses import CAPACITY, FRACTION, ambush_strength, protected, strength_used, tankers_lost

claim = settings(max_examples=100, deadline=None)
words = st.integers(0, 2**32 - 1)
chances = words.map(uniform)
laws = st.sampled_from([CAPACITY, FRACTION])
kinds = st.sampled_from([0, 1])
counts = st.integers(1, 600)
means = st.floats(0.01, 100.0)
cvs = st.floats(0.01, 3.0)
medians = st.floats(0.001, 0.999)
sds = st.floats(0.0, 3.0)
strengths = st.floats(0.0, 600.0)
shares = st.floats(0.0, 1.0)
STRATA = (np.arange(20_000) + 0.5) / 20_000
ROUNDING = 1e-12


def lognormal_oracle(mean: float, cv: float, u: float) -> float:
    return float(stats.lognorm.ppf(u, math.sqrt(math.log1p(cv * cv)), scale=mean / math.sqrt(1.0 + cv * cv)))


@claim
@given(means, cvs, medians, sds, counts, chances)
def test_strength_follows_the_lognormal_or_the_logit_normal_law(
    mean: float, cv: float, median: float, sd: float, n: int, u: float
) -> None:
    number = lognormal_oracle(mean, cv, u)
    share = special.expit(special.logit(median) + sd * special.ndtri(u))
    assert ambush_strength(CAPACITY, 1, mean, cv, median, sd, n, u) == pytest.approx(number, rel=1e-9)
    assert ambush_strength(FRACTION, 1, mean, cv, median, sd, n, u) == pytest.approx(n * share, rel=1e-9)
    for law in (CAPACITY, FRACTION):
        assert ambush_strength(law, 0, mean, cv, median, sd, n, u) == pytest.approx(number, rel=1e-9)


@claim
@given(means, cvs, medians, sds, counts, counts, chances)
def test_size_matters_to_the_fraction_law_only_and_in_proportion(
    mean: float, cv: float, median: float, sd: float, m: int, n: int, u: float
) -> None:
    def strength(law: int, convoy: int, tankers: int) -> float:
        return ambush_strength(law, convoy, mean, cv, median, sd, tankers, u)

    assert strength(CAPACITY, 1, m) == strength(CAPACITY, 1, n)
    assert strength(FRACTION, 0, m) == strength(FRACTION, 0, n)
    assert strength(FRACTION, 1, m) * n == pytest.approx(strength(FRACTION, 1, n) * m, rel=1e-12)
    assert 0.0 <= strength(FRACTION, 1, n) <= n


@claim
@given(
    laws,
    kinds,
    st.tuples(means, means),
    cvs,
    st.tuples(medians, medians),
    sds,
    counts,
    st.tuples(words, words),
)
def test_strength_grows_with_luck_mean_and_median(
    law: int, kind: int, mean: tuple[float, float], cv: float, median: tuple[float, float], sd: float, n: int,
    word: tuple[int, int],
) -> None:  # fmt: skip
    (m, more), (q, above), (u, worse) = sorted(mean), sorted(median), sorted(map(uniform, word))
    base = ambush_strength(law, kind, m, cv, q, sd, n, u)
    room = 1.0 - ROUNDING
    assert ambush_strength(law, kind, more, cv, q, sd, n, u) >= base * room
    assert ambush_strength(law, kind, m, cv, above, sd, n, u) >= base * room
    assert ambush_strength(law, kind, m, cv, q, sd, n, worse) >= base * room


def test_the_capacity_law_has_the_mean_that_it_is_given() -> None:
    drawn = [ambush_strength(CAPACITY, 1, 6.0, 1.0, 0.1, 1.0, 150, u) for u in STRATA]
    assert np.mean(drawn) == pytest.approx(6.0, rel=2e-3)


@claim
@given(strengths, st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_protection_attenuates_exponentially(
    s: float, p: float, more_p: float, e: float, more_e: float
) -> None:
    assert protected(s, p, e) == pytest.approx(s / math.exp(p * e), rel=1e-12)
    assert protected(s, max(p, more_p), e) <= protected(s, min(p, more_p), e)
    assert protected(s, p, max(e, more_e)) <= protected(s, p, min(e, more_e))
    assert protected(s, p, 0.0) == s == protected(s, 0.0, e)


@claim
@given(strengths, strengths, shares, shares, st.integers(0, 600), words, words)
def test_tankers_lost_are_bounded_and_move_the_way_they_should(
    s: float, t: float, used: float, more_used: float, n: int, a: int, b: int
) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    lost = tankers_lost(s, used, n, u)
    assert 0 <= lost <= n
    assert lost in (min(math.floor(s * (1.0 - used)), n), min(math.floor(s * (1.0 - used)) + 1, n))
    assert tankers_lost(min(s, t), used, n, u) <= tankers_lost(max(s, t), used, n, u)
    assert tankers_lost(s, max(used, more_used), n, u) <= tankers_lost(s, min(used, more_used), n, u)
    assert lost <= tankers_lost(s, used, n, v)
    assert tankers_lost(s, 1.0, n, u) == 0


@pytest.mark.parametrize(
    ("strength", "used", "tankers", "u", "expected"),
    [
        (4.6, 0.0, 150, 0.39, 4),
        (4.6, 0.0, 150, 0.41, 5),
        (4.0, 0.5, 150, 0.99, 2),
        (40.0, 0.0, 7, 0.5, 7),
        (0.0, 0.0, 7, 0.99, 0),
    ],
)
def test_tankers_lost_by_hand(strength: float, used: float, tankers: int, u: float, expected: int) -> None:
    assert tankers_lost(strength, used, tankers, u) == expected


@pytest.mark.parametrize(("strength", "used"), [(0.4, 0.0), (5.3, 0.0), (8.0, 0.4)])
def test_rounding_by_chance_keeps_the_expected_losses(strength: float, used: float) -> None:
    mean = np.mean([tankers_lost(strength, used, 150, u) for u in STRATA])
    assert mean == pytest.approx(strength * (1.0 - used), abs=1e-4)


@claim
@given(strengths, shares, st.integers(0, 600), st.integers(0, 600))
def test_strength_used_is_the_share_destroyed_so_far(s: float, used: float, a: int, b: int) -> None:
    less, more = (strength_used(used, lost, s) for lost in sorted((a, b)))
    assert used <= less <= more <= 1.0
    assert less == pytest.approx(min(used + min(a, b) / s, 1.0) if s else 1.0, rel=1e-12)
    assert not s or strength_used(used, 0, s) == used


@pytest.mark.parametrize(
    ("used", "lost", "strength", "expected"),
    [(0.0, 2, 8.0, 0.25), (0.25, 2, 8.0, 0.5), (0.5, 9, 8.0, 1.0), (0.0, 0, 0.0, 1.0), (0.3, 0, 8.0, 0.3)],
)
def test_strength_used_by_hand(used: float, lost: int, strength: float, expected: float) -> None:
    assert strength_used(used, lost, strength) == expected


@claim
@given(strengths, st.lists(st.tuples(st.integers(1, 200), chances), min_size=1, max_size=12))
def test_one_ambush_never_destroys_more_than_its_strength_rounded_up(
    strength: float, encounters: list[tuple[int, float]]
) -> None:
    used, destroyed = 0.0, 0
    for tankers, u in encounters:
        lost = tankers_lost(strength, used, tankers, u)
        used = strength_used(used, lost, strength)
        destroyed += lost
    assert destroyed <= strength + 1.0

"""Losses: both loss laws against scipy, and one ambush never destroys more than its strength."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws import uniform
from sim.rules.losses import CAPACITY, FRACTION, ambush_strength, attenuation, strength_spent, tankers_lost

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
effects = st.floats(0.01, 1.0)
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
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 4.0), st.floats(0.0, 4.0))
def test_protection_attenuates_exponentially(p: float, more_p: float, e: float, more_e: float) -> None:
    assert attenuation(p, e) == pytest.approx(max(1.0 / math.exp(p * e), 1e-9), rel=1e-12)
    assert attenuation(max(p, more_p), e) <= attenuation(min(p, more_p), e)
    assert attenuation(p, max(e, more_e)) <= attenuation(p, min(e, more_e))
    assert attenuation(p, 0.0) == 1.0 == attenuation(0.0, e)


@claim
@given(strengths, strengths, strengths, strengths, effects, effects, st.integers(0, 600), words, words)
def test_tankers_lost_are_bounded_and_move_the_way_they_should(
    s: float, t: float, spent: float, more_spent: float, f: float, g: float, n: int, a: int, b: int
) -> None:
    u, v = uniform(min(a, b)), uniform(max(a, b))
    lost = tankers_lost(s, spent, f, n, u)
    assert 0 <= lost <= n
    assert lost <= max((s - spent) * f, 0.0) + 1.0
    assert tankers_lost(min(s, t), spent, f, n, u) <= tankers_lost(max(s, t), spent, f, n, u)
    assert tankers_lost(s, max(spent, more_spent), f, n, u) <= tankers_lost(s, min(spent, more_spent), f, n, u)
    assert spent > s or tankers_lost(s, spent, min(f, g), n, u) <= tankers_lost(s, spent, max(f, g), n, u)
    assert lost <= tankers_lost(s, spent, f, n, v)


@pytest.mark.parametrize(
    ("strength", "spent", "effect", "tankers", "u", "expected"),
    [
        (4.6, 0.0, 1.0, 150, 0.39, 4),
        (4.6, 0.0, 1.0, 150, 0.41, 5),
        (4.0, 2.0, 1.0, 150, 0.99, 2),
        (8.0, 2.0, 0.5, 150, 0.2, 3),
        (40.0, 0.0, 1.0, 7, 0.5, 7),
        (2.0, 9.0, 1.0, 7, 0.99, 0),
    ],
)
def test_tankers_lost_by_hand(
    strength: float, spent: float, effect: float, tankers: int, u: float, expected: int
) -> None:
    assert tankers_lost(strength, spent, effect, tankers, u) == expected


@pytest.mark.parametrize(("strength", "effect"), [(0.4, 1.0), (5.3, 1.0), (8.0, 0.6)])
def test_rounding_by_chance_keeps_the_expected_losses(strength: float, effect: float) -> None:
    mean = np.mean([tankers_lost(strength, 0.0, effect, 150, u) for u in STRATA])
    assert mean == pytest.approx(strength * effect, abs=1e-4)


def test_behind_an_escort_a_tanker_costs_the_ambush_more_of_its_strength() -> None:
    assert strength_spent(1.0, 3, 1.0) == 4.0
    assert strength_spent(1.0, 3, 0.5) == 7.0


@claim
@given(strengths, st.lists(st.integers(1, 200), min_size=1, max_size=12), effects, words)
def test_cohorts_met_one_after_the_other_lose_together_what_one_cohort_would_have_lost(
    strength: float, sizes: list[int], effect: float, word: int
) -> None:
    spent, lost, u = 0.0, 0, uniform(word)
    for tankers in sizes:
        taken = tankers_lost(strength, spent, effect, tankers, u)
        spent = strength_spent(spent, taken, effect)
        lost += taken
    assert lost == tankers_lost(strength, 0.0, effect, sum(sizes), u)


def test_two_burned_independents_leave_a_convoy_the_rest_of_a_strong_ambush() -> None:
    spent = strength_spent(0.0, 2, 1.0)
    assert tankers_lost(20.0, spent, 1.0, 150, 0.5) == 18

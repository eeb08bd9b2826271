"""Discharge bays as queues: test arrivals straight into the unloading component, at one tanker an arrival.

A tolerance is 3.9 exact asymptotic standard errors (false-alarm rate 1e-4); that every single wait is right is
tested without one, against the recursion of the waiting times.
"""

from __future__ import annotations

import heapq
import math

import pytest
from queue_theory import Z, standard_errors

from sim.clock import HOUR_S
from sim.study.validate import queues
from sim.study.validate.queues import Steady, Visits, md1, mmc

ARRIVALS = 40_000


def visits(bays: int, load: float, shape: str, arrivals: int = ARRIVALS, seed: int = 1) -> Visits:
    """What one run of the bays gives."""
    return queues.visits(bays, load, shape, arrivals, seed=seed)


def assert_near(seen: Steady, expected: Steady, error: Steady) -> None:
    """All three averages lie within the bound of their values."""
    for name, got, value, one in zip(Steady._fields, seen, expected, error, strict=True):
        assert abs(got - value) <= Z * one, f"{name}: {got:.4f}, expected {value:.4f} ± {Z * one:.4f}"


PUBLISHED = {
    # Erlang 1917, Cobham 1954; any queueing text
    "M/M/1 at 0.8": (1, 0.8, Steady(3.2, 4.0, 0.8)),
    "M/M/2 at 0.9": (2, 1.8, Steady(7.673684, 4.263158, 0.852632)),
    "M/M/3 at 0.9": (3, 2.7, Steady(7.353549, 2.723537, 0.817061)),
    # Hillier & Lieberman, Introduction to Operations Research, County Hospital: λ = 2, µ = 3 an hour, one and two doctors
    "one doctor": (1, 2 / 3, Steady(4 / 3, 2.0, 2 / 3)),
    "two doctors": (2, 2 / 3, Steady(1 / 12, 1 / 8, 1 / 6)),
    # Gross & Harris, Fundamentals of Queueing Theory, the eye clinic: λ = 6, µ = 3 an hour, three doctors
    "three doctors": (3, 2.0, Steady(8 / 9, 4 / 9, 4 / 9)),
    # tables of the Erlang C formula: five servers at four erlangs
    "five servers": (5, 4.0, Steady(2.2165, 0.5541, 0.5541)),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_formula_gives_the_published_values(name: str) -> None:
    bays, load, published = PUBLISHED[name]
    assert mmc(bays, load) == pytest.approx(published, rel=1e-4)


@pytest.mark.parametrize("name", PUBLISHED)
def test_bays_with_exponential_unloading_are_an_mmc_queue(name: str) -> None:
    bays, load, published = PUBLISHED[name]
    assert_near(visits(bays, load, "exponential").seen, published, standard_errors(bays, load, ARRIVALS))


def test_a_bay_with_fixed_unloading_is_an_md1_queue() -> None:
    seen = visits(1, 0.8, "fixed").seen
    assert_near(seen, Steady(1.6, 2.0, 0.8), standard_errors(1, 0.8, ARRIVALS, stages=5))


@pytest.mark.parametrize("load", [0.5, 0.7])
def test_fixed_unloading_halves_the_wait_at_other_loads(load: float) -> None:
    seen = visits(1, load, "fixed").seen
    assert md1(load).wait == mmc(1, load).wait / 2
    assert_near(seen, md1(load), standard_errors(1, load, ARRIVALS, stages=5))


@pytest.mark.parametrize(("bays", "load"), [(1, 0.8), (3, 2.7)])
def test_every_tanker_starts_when_the_first_bay_is_free(bays: int, load: float) -> None:
    got = visits(bays, load, "exponential", arrivals=5_000)
    free = [0] * bays
    for arrived, started, done in zip(got.arrived_s, got.started_s, got.done_s, strict=True):
        assert started == max(arrived, heapq.heapreplace(free, done))


def test_unloading_times_are_exponential_with_their_mean() -> None:
    got = visits(1, 0.8, "exponential")
    hours = (got.done_s - got.started_s) / HOUR_S
    n = len(hours)
    assert abs(hours.mean() - 1.0) <= Z / math.sqrt(n)
    assert abs((hours > 2.0).mean() - math.exp(-2.0)) <= Z * math.sqrt(math.exp(-2.0) * (1 - math.exp(-2.0)) / n)


@pytest.mark.slow
@pytest.mark.parametrize(("bays", "load"), [(1, 0.8), (2, 1.8), (3, 2.7)])
def test_a_long_run_of_the_bays_pins_the_published_values(bays: int, load: float) -> None:
    arrivals = 350_000
    seen = visits(bays, load, "exponential", arrivals=arrivals, seed=2).seen
    assert_near(seen, mmc(bays, load), standard_errors(bays, load, arrivals))

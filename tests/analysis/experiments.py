"""Experiments with known truth: how often intervals cover and selections are right."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.analysis.best import compared_with_best, contrasts
from sim.analysis.budget import ocba_next, precise_enough, stein_total
from sim.analysis.paired import bootstrap_interval
from sim.analysis.selection import (
    clark_yang_total,
    kim_nelson_screen,
    nelson_matejcik_total,
    two_stage_totals,
    weighted_mean,
)
from sim.analysis.selection_constants import dudewicz_dalal, rinott
from sim.analysis.tails import Estimate, quantile, ratio_of_means, tail_mean
from sim.analysis.units import means

Generator = np.random.Generator


def margin(promised: float, trials: int) -> float:
    """Four standard errors of a share over so many trials."""
    return 4 * math.sqrt(promised * (1 - promised) / trials)


def share(trials: int, seed: int, hit: Callable[[Generator], bool]) -> float:
    rng = np.random.default_rng(seed)
    return sum(bool(hit(rng)) for _ in range(trials)) / trials


def clusters(worlds: int, chances: int) -> np.ndarray:
    return np.repeat(np.arange(worlds), chances)


# Differences of 100 pairs or more; the true mean of each is 3.
DIFFERENCES: dict[str, tuple[np.ndarray, Callable[[Generator], np.ndarray]]] = {
    "normal": (np.arange(100), lambda rng: 3 + 5 * rng.standard_normal(100)),
    "skewed": (np.arange(100), lambda rng: 3 * rng.exponential(2.0, 100) - rng.exponential(3.0, 100)),
    "counts": (np.arange(100), lambda rng: rng.poisson(4.0, 100) * rng.integers(0, 2, 100) + 1.0),
    "clustered": (
        clusters(40, 5),
        lambda rng: (3 + 4 * rng.standard_normal((40, 1)) + 3 * rng.standard_normal((40, 5))).ravel(),
    ),
    "clustered and skewed": (
        clusters(60, 5),
        lambda rng: (rng.exponential(2.0, (60, 1)) + rng.exponential(1.0, (60, 5))).ravel(),
    ),
    "unequal clusters": (
        np.repeat(np.arange(40), np.tile([1, 2, 4, 8], 10)),
        lambda rng: 3 + np.repeat(2 * rng.standard_normal(40), np.tile([1, 2, 4, 8], 10)) + rng.standard_normal(150),
    ),
}


def covers(found: tuple[float, float] | None, truth: float) -> bool:
    return found is not None and found[0] <= truth <= found[1]


def t_coverage(kind: str, trials: int) -> float:
    units, draw = DIFFERENCES[kind]

    def hit(rng: Generator) -> bool:
        found = means(draw(rng), units)
        return abs(float(found.mean[0]) - 3) <= float(found.half()[0])

    return share(trials, 1, hit)


def bootstrap_coverage(kind: str, trials: int) -> float:
    units, draw = DIFFERENCES[kind]
    return share(trials, 2, lambda rng: covers(bootstrap_interval(draw(rng), units, 1, 400), 3.0))


MEANS: dict[str, np.ndarray] = {
    "all equal": np.zeros(5),
    "one ahead": np.array([0.0, 1.5, 1.5, 1.5, 1.5]),
    "spread out": np.array([0.0, 0.5, 1.0, 2.0, 8.0]),
}
SCALES = np.array([1.0, 2.0, 3.0, 1.0, 4.0])


def shared_runs(rng: Generator, kind: str, runs: int, skewed: bool = False) -> np.ndarray:
    """Five strategies in the same runs, of unequal variances."""
    own = rng.exponential(1.0, (5, runs)) - 1 if skewed else rng.standard_normal((5, runs))
    return MEANS[kind][:, None] + 5 * rng.standard_normal(runs) + SCALES[:, None] * own


def with_best_coverage(kind: str, trials: int, skewed: bool = False, tail: float = 0.025) -> float:
    """How often all intervals hold at once and no true best is ruled out."""
    truth = MEANS[kind] - np.array([np.delete(MEANS[kind], i).min() for i in range(5)])

    def hit(rng: Generator) -> bool:
        found = compared_with_best(contrasts(shared_runs(rng, kind, 100, skewed), np.arange(100)), "lower", tail)
        return bool((found.low <= truth).all() and (truth <= found.high).all() and found.can_be_best[MEANS[kind].argmin()])

    return share(trials, 3, hit)


def estimate_covers(found: Estimate | None, truth: float) -> bool:
    """An end that the runs do not reach leaves that side open."""
    if found is None:
        return False
    return (found.low is None or found.low <= truth) and (found.high is None or truth <= found.high)


NORMAL_QUANTILES = {0.05: -1.6448536269514722, 0.5: 0.0, 0.95: 1.6448536269514722}


def quantile_coverage(level: float, kind: str, trials: int) -> float:
    truth = NORMAL_QUANTILES[level]

    def hit(rng: Generator) -> bool:
        if kind == "independent":
            values, units, at = np.exp(rng.standard_normal(100)), np.arange(100), math.exp(truth)
        elif kind == "whole numbers":
            values, units = rng.integers(0, 20, 200).astype(float), np.arange(200)
            at = {0.05: 0.5, 0.5: 9.5, 0.95: 18.5}[level]
            found = quantile(values, units, level)
            return estimate_covers(found, math.floor(at)) or estimate_covers(found, math.ceil(at))
        else:
            worlds = rng.standard_normal((40, 1)) * math.sqrt(0.5)
            values, units, at = (worlds + math.sqrt(0.5) * rng.standard_normal((40, 5))).ravel(), clusters(40, 5), truth
        return estimate_covers(quantile(values, units, level), at)

    return share(trials, 4, hit)


def tail_coverage(kind: str, trials: int) -> float:
    density = math.exp(-(NORMAL_QUANTILES[0.95] ** 2) / 2) / math.sqrt(2 * math.pi)
    truth = 1 + math.log(20) if kind == "exponential" else density / 0.05

    def hit(rng: Generator) -> bool:
        if kind == "clustered":
            worlds = rng.standard_normal((40, 1)) * math.sqrt(0.5)
            values, units = (worlds + math.sqrt(0.5) * rng.standard_normal((40, 5))).ravel(), clusters(40, 5)
        else:
            count = 1_000 if kind == "many normal" else 200
            values = rng.exponential(1.0, count) if kind == "exponential" else rng.standard_normal(count)
            units = np.arange(count)
        return estimate_covers(tail_mean(values, units, "lower"), truth)

    return share(trials, 5, hit)


def ratio_coverage(trials: int) -> float:
    def hit(rng: Generator) -> bool:
        days = 20 + 4 * rng.standard_normal((40, 1)) + 5 * rng.standard_normal((40, 5))
        averted = 0.5 * days + 3 * rng.standard_normal((40, 1)) + 4 * rng.standard_normal((40, 5))
        return estimate_covers(ratio_of_means(averted.ravel(), days.ravel(), clusters(40, 5)), 0.5)

    return share(trials, 6, hit)


# One system better than four others by exactly the indifference zone of 1; promised: 90 %.
ZONE, LEVEL, FIRST = 1.0, 0.90, 20
BEHIND = np.array([0.0, 1.0, 1.0, 1.0, 1.0])
UNEQUAL = np.array([3.0, 2.0, 3.0, 4.0, 2.5])


def selected_by_two_stages(procedure: str, trials: int) -> float:
    constant = {"rinott": rinott, "dudewicz-dalal": dudewicz_dalal}[procedure](5, FIRST, LEVEL)

    def hit(rng: Generator) -> bool:
        first = BEHIND[:, None] + UNEQUAL[:, None] * rng.standard_normal((5, FIRST))
        least = FIRST if procedure == "rinott" else FIRST + 1
        totals = two_stage_totals(first.var(axis=1, ddof=1), least, ZONE, constant)
        every = [np.r_[first[i], BEHIND[i] + UNEQUAL[i] * rng.standard_normal(totals[i] - FIRST)] for i in range(5)]
        found = [y.mean() if procedure == "rinott" else weighted_mean(y, FIRST, ZONE, constant) for y in every]
        return int(np.argmin(found)) == 0

    return share(trials, 7, hit)


def selected_with_common_numbers(procedure: str, trials: int, scales: np.ndarray = UNEQUAL) -> float:
    total = {"nelson-matejcik": nelson_matejcik_total, "clark-yang": clark_yang_total}[procedure]

    def hit(rng: Generator) -> bool:
        def draw(count: int) -> np.ndarray:
            return BEHIND[:, None] + 6 * rng.standard_normal(count) + scales[:, None] * rng.standard_normal((5, count))

        first = draw(FIRST)
        more = draw(total(first, ZONE, LEVEL) - FIRST)
        return int(np.concatenate([first, more], axis=1).mean(axis=1).argmin()) == 0

    return share(trials, 8, hit)


def selected_sequentially(trials: int) -> tuple[float, float]:
    """Share of right selections by Kim and Nelson's procedure, and its mean number of observations."""
    used = []

    def hit(rng: Generator) -> bool:
        runs = BEHIND[:, None] + 6 * rng.standard_normal(600) + UNEQUAL[:, None] * rng.standard_normal((5, 600))
        found = kim_nelson_screen(runs, FIRST, ZONE, LEVEL, "lower")
        used.append(sum(when or max(d or 0 for d in found.dropped_after) for when in found.dropped_after))
        assert found.finished
        return found.survivors == (0,)

    return share(trials, 9, hit), float(np.mean(used))


def selected_within_budget(rule: str, trials: int) -> float:
    """Share of right selections among ten systems with 300 observations in all, spent by OCBA or equally."""
    truth, deviation = np.arange(10.0) / 2, 3.0

    def hit(rng: Generator) -> bool:
        done = np.full(10, 8)
        sums = np.array([rng.normal(m, deviation, 8).sum() for m in truth])
        squares = np.full(10, deviation**2)
        while done.sum() < 300:
            more = ocba_next(sums / done, squares, done, 20, "lower") if rule == "ocba" else np.full(10, 2)
            sums += truth * more + deviation * np.sqrt(more) * rng.standard_normal(10)
            done += more
        return int((sums / done).argmin()) == 0

    return share(trials, 10, hit)


def stein_coverage(trials: int) -> float:
    def hit(rng: Generator) -> bool:
        first = rng.normal(3.0, 5.0, 20)
        more = rng.normal(3.0, 5.0, stein_total(first, 1.0) - 20)
        return abs(np.r_[first, more].mean() - 3) <= 1.0

    return share(trials, 11, hit)


def sequential_coverage(kind: str, trials: int) -> float:
    def hit(rng: Generator) -> bool:
        every = rng.normal(3.0, 5.0, 2_000) if kind == "normal" else rng.exponential(3.0, 2_000)
        half = 1.0 if kind == "normal" else 0.6
        count = 20
        while not (found := precise_enough(every[:count], half)).reached:
            count += max(1, found.more_units // 2)
        assert found.half is not None
        return abs(every[:count].mean() - 3) <= found.half

    return share(trials, 12, hit)

"""Ambushes as points of the world: candidates of a Poisson process per km and hour, thinned to the intensity."""

from __future__ import annotations

from sim.jit import rule

CANDIDATES_MEAN = 500
"""Most candidates of one leg and window on average; `poisson_count` is exact up to there."""


@rule
def candidate_mean(ceiling_per_km_h: float, exposure: float, km: float, window_h: float) -> float:
    """Expected candidate ambushes on a leg in a window: ceiling · exposure · km · hours (all ≥ 0).

    Additive in km and window, so that halving a leg or a window leaves the law unchanged. Source: Poisson process.
    """
    return ceiling_per_km_h * exposure * km * window_h


@rule
def regime_ends(mean_days: float, u: float) -> bool:
    """Whether a period of the campaign, quiet or active, ends with this day: u < 1 ÷ mean_days.

    `mean_days` ≥ 1 is how many days such a period lasts on average, however long it has lasted. Non-increasing in mean_days:
    the longer periods are, the rarer they end. Source: two-state Markov chain by day (Feller 1968, ch. XV); that periods have
    no memory is an assumption (A160).
    """
    return u * mean_days < 1.0


@rule
def is_active(mark: float, intensity_per_km_h: float, ceiling_per_km_h: float) -> bool:
    """Whether a candidate with mark in (0, 1) is an active ambush: mark < intensity ÷ ceiling.

    Non-decreasing in intensity: more threat keeps every ambush of less threat. Source: thinning, Lewis & Shedler 1979.
    """
    return mark * ceiling_per_km_h < intensity_per_km_h

"""Losses: what one engagement destroys, under the capacity law and under the fraction law."""

from __future__ import annotations

import math

from sim.jit import rule
from sim.rules.shapes import logit_normal, lognormal

CAPACITY, FRACTION = 0, 1


@rule
def ambush_strength(
    law: int, convoy: int, mean_tankers: float, cv: float, median_share: float, logit_sd: float, tankers: int, u: float
) -> float:
    """Tankers that a fresh ambush can destroy in a cohort of `tankers`, before any escort effect.

    Law 0 (`capacity`): a lognormal number, whatever the size (Blackett 1943). Law 1 (`fraction`): a logit-normal share of
    the cohort. Independents (`convoy` 0) lose a lognormal number under both laws: they are strung out, and few are
    within reach. Non-decreasing in u, mean and median. Source: Blackett 1943 for law 0; law 1 and the loss of independents are
    assumptions of the scenario.
    """
    if law == 1 and convoy == 1:
        return tankers * logit_normal(median_share, logit_sd, u)
    return lognormal(mean_tankers, cv, u)


@rule
def protected(strength: float, protection: float, escort: float) -> float:
    """Strength that takes effect against an escort: strength · exp(−protection · escort strength), tankers.

    Non-increasing in protection and escort. Source: exponential attenuation; the effect is an assumption of the scenario.
    """
    return strength * math.exp(-protection * escort)


@rule
def tankers_lost(strength: float, used: float, tankers: int, u: float) -> int:
    """Tankers lost: what is left of the strength, strength · (1 − used), rounded by chance, never more than `tankers`.

    `used` in [0, 1]: the part that earlier encounters of the same ambush took. Non-decreasing in strength and u,
    non-increasing in used. Source: definition (an ambush is a point of the world with one strength).
    """
    return min(int(strength * (1.0 - used) + u), tankers)


@rule
def strength_used(used: float, lost: int, strength: float) -> float:
    """Part of an ambush's strength that is used up after it destroyed `lost` more: in [used, 1].

    used + lost ÷ strength, at most 1; all of it when the strength is 0. Non-decreasing in lost. Source: definition.
    """
    if strength <= 0.0:
        return 1.0
    return min(used + lost / strength, 1.0)

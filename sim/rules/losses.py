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
def attenuation(protection: float, escort: float) -> float:
    """Share of an ambush's strength that takes effect against an escort: exp(−protection · escort strength), in (0, 1].

    Non-increasing in protection and escort. Source: exponential attenuation; the effect is an assumption of the scenario.
    """
    return max(math.exp(-protection * escort), 1e-9)


@rule
def tankers_lost(strength: float, spent: float, effect: float, tankers: int, u: float) -> int:
    """Tankers lost in an encounter: ⌊(strength − spent) · effect + u⌋, in [0, tankers].

    `strength` of the ambush against the cohort it meets and what earlier encounters spent of it, both in tankers;
    `effect` in (0, 1] is the escort's `attenuation`. `u` belongs to the ambush, not to the encounter, so that cohorts met one
    after the other lose together what one cohort would have lost. Non-decreasing in strength, effect and u, non-increasing in
    spent. Source: definition (an ambush is a point of the world with one strength).
    """
    return min(max(int((strength - spent) * effect + u + 1e-9), 0), tankers)


@rule
def strength_spent(spent: float, lost: int, effect: float) -> float:
    """Strength that is spent after an encounter destroyed `lost` tankers: spent + lost ÷ effect, tankers.

    Behind an escort a tanker costs the ambush more of its strength. Non-decreasing in lost, non-increasing in effect.
    Source: definition.
    """
    return spent + lost / effect

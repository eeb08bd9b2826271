"""One engagement, written a second time from `docs/` alone: plain, slow, and sharing nothing with `sim/rules`.

Each step quotes the page and sentence that it was written from. What the pages left open, and how it was settled,
is in `README.md`; a step that was mended afterwards names its row there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from oracles.portions import Load, proportional_part


@dataclass(frozen=True)
class Attackers:
    """Numbers of the `contact`, `loss` and `aftermath` tables (threat-and-contact.md and losses.md, *Numbers*)."""

    engage_prob: float
    reference_size: float
    detection_exponent: float
    predictability: float
    deterrence: float
    escort_strength: Literal["ratio", "perimeter"]
    law: Literal["capacity", "fraction"]
    convoy_mean_tankers: float
    convoy_cv: float
    convoy_median_share: float
    convoy_share_logit_sd: float
    independents_mean_tankers: float
    independents_cv: float
    protection: float
    captured_share: float
    crew_loss_prob: float
    damaged_per_lost: float
    unit_loss_prob: float
    unit_damage_prob: float
    turn_back_prob: float
    suppression: float


@dataclass(frozen=True)
class Cohort:
    """A convoy or a packet of independents at the moment of contact."""

    load: Load
    is_convoy: bool
    units: int = 0
    damaged: int = 0
    interval_h: float = math.inf
    jitter_h: float = 0.0
    normal_flow_tankers_day: float = math.inf

    @property
    def tankers(self) -> int:
        """Tankers at the moment of contact."""
        return sum(self.load.values())


@dataclass(frozen=True)
class Luck:
    """Uniforms of an ambush (`strength`, `rounding`) and of one encounter with it."""

    strength: float
    rounding: float
    engaged: float
    captured: float
    crews: float
    damaged: float
    units_lost: float
    units_damaged: float
    turn_back: float


@dataclass(frozen=True)
class Engagement:
    """What one engagement did."""

    lost: Load
    captured: int
    crews_lost: int
    damaged: int
    units_lost: int
    units_damaged: int
    turned_back: bool
    spent: float


def escort_strength(attackers: Attackers, cohort: Cohort) -> float:
    """Escort strength e (threat-and-contact.md, *Contact*).

    "units · reference_size ÷ N (ratio) or units · √(reference_size ÷ N) (perimeter)"
    """
    if cohort.units == 0:
        return 0.0
    scale = attackers.reference_size / cohort.tankers
    return cohort.units * (scale if attackers.escort_strength == "ratio" else math.sqrt(scale))


def regularity(cohort: Cohort) -> float:
    """Regularity: "1 − 2 · jitter_h ÷ interval_h, at least 0" (threat-and-contact.md)."""
    return max(0.0, 1.0 - 2.0 * cohort.jitter_h / cohort.interval_h)


def contact_prob(attackers: Attackers, cohort: Cohort) -> float:
    """Probability that a cohort is attacked by an ambush it meets (threat-and-contact.md, *Contact*: both formulas)."""
    if cohort.is_convoy:
        factor = (cohort.tankers / attackers.reference_size) ** attackers.detection_exponent
        factor *= 1.0 + attackers.predictability * regularity(cohort)
        factor *= math.exp(-attackers.deterrence * escort_strength(attackers, cohort))
    else:
        factor = cohort.tankers / cohort.normal_flow_tankers_day
    return float(1.0 - (1.0 - attackers.engage_prob) ** factor)


def strength(attackers: Attackers, cohort: Cohort, u: float) -> float:
    """Strength of an ambush facing this cohort, in tankers (losses.md, *One ambush, one strength*: the three laws)."""
    z = NormalDist().inv_cdf(u)
    if not cohort.is_convoy:
        return lognormal(attackers.independents_mean_tankers, attackers.independents_cv, z)
    if attackers.law == "capacity":
        return lognormal(attackers.convoy_mean_tankers, attackers.convoy_cv, z)
    median = attackers.convoy_median_share
    if median in (0.0, 1.0):
        return cohort.tankers * median
    log_odds = math.log(median / (1.0 - median)) + attackers.convoy_share_logit_sd * z
    return cohort.tankers / (1.0 + math.exp(-log_odds))


def lognormal(mean: float, cv: float, z: float) -> float:
    """A lognormal amount with this mean and coefficient of variation, at the normal score z."""
    log_variance = math.log(1.0 + cv * cv)
    return mean * math.exp(math.sqrt(log_variance) * z - log_variance / 2.0)


def effect(attackers: Attackers, cohort: Cohort) -> float:
    """Effect: "exp(−protection · e), at least 10⁻⁹" (losses.md; E18)."""
    return max(math.exp(-attackers.protection * escort_strength(attackers, cohort)), 1e-9)


def tankers_lost(attackers: Attackers, cohort: Cohort, luck: Luck, spent: float) -> int:
    """Tankers destroyed: "⌊(strength − spent) · effect + u⌋, in [0, N]" (losses.md)."""
    remainder = strength(attackers, cohort, luck.strength) - spent
    return min(max(math.floor(remainder * effect(attackers, cohort) + luck.rounding), 0), cohort.tankers)


def lets_pass(attackers: Attackers, cohort: Cohort, luck: Luck, spent: float) -> bool:
    """Whether an ambush that has destroyed something can destroy nothing more in this cohort, behind this escort.

    threat-and-contact.md: "An ambush that has destroyed something lets a cohort pass in which it can destroy nothing more,
    its escort counted" (E1).
    """
    return spent > 0.0 and tankers_lost(attackers, cohort, luck, spent) == 0


def by_chance(mean: float, u: float) -> int:
    """A whole number with this mean: "Whole numbers with the stated mean, rounded by chance" (losses.md)."""
    return math.floor(mean + u)


def engage(attackers: Attackers, cohort: Cohort, luck: Luck, spent: float, operations: float = math.inf) -> Engagement | None:
    """What happens where a cohort's front passes an active ambush, or None if it is let pass.

    threat-and-contact.md: with a budget "attackers need one saved operation for each engagement"; losses.md, *What else is
    hit*: the table, and "All happens even when nothing was destroyed". losses.md, *What follows*: "independents (never
    convoys) drive back".
    """
    if lets_pass(attackers, cohort, luck, spent) or operations < 1.0:
        return None
    if not luck.engaged < contact_prob(attackers, cohort):
        return None
    lost = tankers_lost(attackers, cohort, luck, spent)
    remaining = cohort.tankers - lost
    sound = max(remaining - cohort.damaged, 0)
    units_lost = by_chance(cohort.units * attackers.unit_loss_prob, luck.units_lost)
    return Engagement(
        lost=proportional_part(cohort.load, lost),
        captured=by_chance(lost * attackers.captured_share, luck.captured),
        crews_lost=by_chance(lost * attackers.crew_loss_prob, luck.crews),
        damaged=min(by_chance(lost * attackers.damaged_per_lost, luck.damaged), sound),
        units_lost=units_lost,
        units_damaged=by_chance((cohort.units - units_lost) * attackers.unit_damage_prob, luck.units_damaged),
        turned_back=remaining > 0 and not cohort.is_convoy and luck.turn_back < attackers.turn_back_prob,
        spent=spent + lost / effect(attackers, cohort),
    )


def weakened(suppression_then: float, elapsed: float, half_life: float, suppression: float) -> float:
    """Suppression after an engagement with an escort (threat-and-contact.md).

    "s ← 1 − (1 − s · 2^(−t ÷ half-life)) · (1 − suppression)"
    """
    return 1.0 - (1.0 - suppression_then * 2.0 ** (-elapsed / half_life)) * (1.0 - suppression)

"""Contact: whether a cohort that passes an active ambush is engaged."""

from __future__ import annotations

import math

from sim.jit import rule


@rule
def escort_strength(units: int, tankers: int, reference_size: float, perimeter: int) -> float:
    """Strength of an escort relative to one unit per `reference_size` tankers.

    units · reference ÷ tankers (`perimeter` 0, per ratio) or units · √(reference ÷ tankers) (`perimeter` 1: a convoy's
    perimeter grows with the square root of its size). 0 without units. Non-decreasing in units, non-increasing in tankers.
    Source: ratio: common planning factor; perimeter: Morse & Kimball, *Methods of Operations Research*, 1951.
    """
    if units <= 0 or tankers <= 0:
        return 0.0
    ratio = reference_size / tankers
    return units * (math.sqrt(ratio) if perimeter == 1 else ratio)


@rule
def engagement_prob(
    base_prob: float,
    tankers: int,
    reference_size: float,
    detection_exponent: float,
    predictability: float,
    regularity: float,
    deterrence: float,
    strength: float,
) -> float:
    """Probability that a passing cohort is engaged by an active ambush, in [0, 1].

    1 − (1 − base)^f with f = (tankers ÷ reference)^exponent · (1 + predictability · regularity) · exp(−deterrence · strength):
    the hazard of an engagement is scaled, so the answer stays a probability. The base itself at f = 1; a base
    of 1 stays 1 whatever the escort. Non-decreasing in base, tankers, predictability and regularity, non-increasing in
    deterrence and strength. Source: complementary log-log
    scaling of a hazard; exponents and effects are assumptions of the scenario.
    """
    if tankers <= 0 or base_prob <= 0.0:
        return 0.0
    factor = (1.0 + predictability * regularity) * math.exp(-deterrence * strength)
    if detection_exponent > 0.0:
        factor *= math.exp(detection_exponent * math.log(tankers / reference_size))
    if base_prob >= 1.0:
        return 1.0
    return 1.0 - math.exp(factor * math.log(1.0 - base_prob))


@rule
def independents_prob(base_prob: float, tankers: int, daily_flow: float, deterrence: float, strength: float) -> float:
    """Probability that an active ambush engages some of a batch of independents that pass one by one, in [0, 1].

    1 − (1 − base)^f with f = tankers ÷ daily_flow · exp(−deterrence · strength): each tanker is a passage of its own, so the
    hazard is proportional to their number, and `base_prob` holds for a day's normal flow (tankers > 0). Non-decreasing in
    base and tankers. Batches of half the size meet half as much: how traffic is cut into batches does not matter. Source: sum of
    independent hazards.
    """
    if tankers <= 0 or base_prob <= 0.0:
        return 0.0
    if base_prob >= 1.0:
        return 1.0
    return 1.0 - math.exp(tankers / daily_flow * math.exp(-deterrence * strength) * math.log(1.0 - base_prob))


@rule
def operations_left(operations: float, elapsed_s: int, per_week: float, cap: float) -> float:
    """Operations that attackers can mount after `elapsed_s` seconds without one: saved at `per_week`, at most `cap`.

    An engagement needs and uses one. Non-decreasing in elapsed. Source: assumption of the scenario (regenerating budget).
    """
    return min(operations + per_week * elapsed_s / 604800.0, cap)

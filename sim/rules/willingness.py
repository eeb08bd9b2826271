"""Drivers' willingness: memory of losses, the share that leaves alone or with an escort, a trait kept while waiting.

Every crew has a trait, uniform in (0, 1]: it leaves without escort while its trait is at most the willing share of the
day, and with an escort while it is at most the escorted share. A waiting batch of n tankers covers a trait interval
(low, high] evenly; the most willing leave first, so the interval only shrinks from below.
"""

from __future__ import annotations

import math

from sim.jit import rule


@rule
def remembered(amount: float, elapsed_s: int, half_life_s: float) -> float:
    """What is left of a remembered amount (≥ 0) after `elapsed_s` seconds: amount · 2^(−elapsed ÷ half-life).

    half_life_s > 0. Non-increasing in elapsed. Source: assumption (fading memory of the rough trial model).
    """
    return amount * math.exp(-0.6931471805599453 * elapsed_s / half_life_s)


@rule
def willing_share(remembered_losses: float, floor: float, scale_tankers: float) -> float:
    """Share of crews that leave without escort: floor + (1 − floor) · exp(−losses ÷ scale), in [floor, 1].

    Remembered losses and scale in tankers (scale > 0). Non-increasing in losses. Source: assumption of the scenario.
    """
    return floor + (1.0 - floor) * math.exp(-remembered_losses / scale_tankers)


@rule
def escorted_share(remembered_losses: float, remembered_sent: float, scale: float) -> float:
    """Share of crews that go with an escort: exp(−rate ÷ scale), rate = losses ÷ (sent + 100) of escorted tankers.

    The 100 tankers keep the first convoy from counting as a long record (assumption A02). A *rate*, because strategies
    differ in convoy size. In (0, 1], non-increasing in losses, non-decreasing in sent. Source: assumption of the scenario.
    """
    return math.exp(-remembered_losses / ((remembered_sent + 100.0) * scale))


@rule
def willing_count(tankers: int, low: float, high: float, share: float) -> int:
    """Tankers of a batch with traits even in (low, high] whose trait is at most `share`: whole, in [0, tankers].

    The nearest whole number, as if each stood in the middle of its part of the interval. 0 ≤ low < high ≤ 1. Non-decreasing in
    share; all when share ≥ high. Source: definition of the trait.
    """
    if share >= high:
        return tankers
    if share <= low:
        return 0
    return min(int(tankers * (share - low) / (high - low) + 0.500000001), tankers)


@rule
def trait_left(tankers: int, taken: int, low: float, high: float) -> float:
    """New lower end of a batch's trait interval after its `taken` most willing of `tankers` (> 0) have left.

    low + (high − low) · taken ÷ tankers, in [low, high]: the density of traits stays the same. Source: definition.
    """
    return low + (high - low) * taken / tankers

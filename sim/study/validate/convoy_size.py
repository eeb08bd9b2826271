"""Blackett's convoys: where attacks per convoy and losses per attack do not depend on size, neither does the loss.

Expected loss is k per convoy, so k ÷ N per ship (Blackett 1943; Morse & Kimball, *Methods of Operations Research*, 1951).
The loss law `capacity` must give that in this limit, and the law `fraction` must not: its share lost is the same at every size.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.language import Phrase
from sim.study.validate.anchors import Anchor, Effort, of_runs
from sim.study.validate.worlds import TANKER_L, Data, ambushes, convoy_rows, convoys, world

LOST_PER_CONVOY = 0.9
ATTACKS, PER_ATTACK, CV = 0.3, 3.0, 0.5
RUNS, CONVOYS = 200, 900
PUBLISHED = {20: 0.0450, 40: 0.0225, 80: 0.01125}
"""Share of ships lost by convoy size at k = 0.9."""
FURTHER = (30, 60, 120)
SHARE = 0.1
"""Share that an engagement destroys under the law `fraction`."""

BLACKETT = Phrase("Blackett 1943; Morse & Kimball 1951")
OURS = Phrase("formula: engagements of a passage are Poisson")


def sea(size: int, interval_h: int, number: int, **loss: object) -> Data:
    """As many tankers as `number` convoys of `size` every `interval_h` hours need, and ambushes that outlast no convoy."""
    flow = size * 24 // interval_h
    return world(
        {
            "days": number * interval_h // 24,
            "balance": {"fuel": {"need_l_day": flow * TANKER_L}},
            "leg": {"gate-city": {"drive_h": 1}},
            "corridor": {"main": {"fleet": 1_000_000, "loading_capacity_day": 1_000}},
            "city": {"bays": 10_000, "depot": {"fuel": {"capacity_l": 1e12, "start_cover_days": 0}}},
        },
        ambushes(ATTACKS, duration_h=4),
        {"loss": {"convoy_mean_tankers": PER_ATTACK, "convoy_cv": CV, **loss}},
    )


def shares_lost(
    size: int, interval_h: int, effort: Effort, *, seed: int = 1, **loss: object
) -> npt.NDArray[np.float64]:
    """Share of tankers lost in each run of convoys of exactly `size` tankers every `interval_h` hours."""
    strategy = convoys(size, interval_h, first_h=12)
    number = CONVOYS * 12 // interval_h
    lost = convoy_rows(sea(size, interval_h, number, **loss), strategy, effort.runs(RUNS), "tankers_lost", seed=seed)
    return np.array([run.mean() / size for run in lost])


def capacity_anchors(size: int, effort: Effort) -> list[Anchor]:
    """Share lost under the law `capacity` at one size."""
    published = PUBLISHED.get(size, LOST_PER_CONVOY / size)
    what = Phrase("share lost in convoys of {size:,} tankers, law capacity", size=size)
    return [of_runs(f"convoy-size/{size}", what, published, shares_lost(size, 12, effort), BLACKETT, effort)]


def merging_anchors(effort: Effort) -> list[Anchor]:
    """Twice the share lost by merged convoys against that of single ones."""
    merged, single = 2 * shares_lost(80, 24, effort, seed=2), shares_lost(40, 12, effort)
    # linearised, so that the interval carries the chance of both
    ratio = merged / single.mean() - merged.mean() / single.mean() ** 2 * (single - single.mean())
    what = Phrase("losses of two convoys merged, times two, to those of the two")
    return [of_runs("convoy-size/merged", what, 1.0, ratio, BLACKETT, effort)]


def fraction_anchors(size: int, effort: Effort) -> list[Anchor]:
    """Share lost under the law `fraction` at one size: the same at all, against Blackett."""
    shares = shares_lost(size, 12, effort, law="fraction", convoy_median_share=SHARE, convoy_share_logit_sd=0)
    what = Phrase("share lost in convoys of {size:,} tankers, law fraction", size=size)
    return [of_runs(f"convoy-size/fraction-{size}", what, 1 - math.exp(-ATTACKS * SHARE), shares, OURS, effort)]

"""Constants of ranking and selection, worked examples of it, and runs needed for a precision, against those printed."""

from __future__ import annotations

import numpy as np

from sim.analysis.budget import ocba_shares, units_for
from sim.analysis.selection import two_stage_totals
from sim.analysis.selection_constants import dudewicz_dalal, equicorrelated_t, kim_nelson, rinott
from sim.language import Phrase
from sim.study.validate.anchors import Anchor, within

LAW = Phrase("Law, Simulation Modeling and Analysis")
KN = Phrase("Kim & Nelson 2001")
CHEN = Phrase("Chen, Lin, Yücesan & Chick 2000")
DUNNETT = Phrase("Dunnett 1955, Table 1a")
HOAD = Phrase("Hoad, Robinson & Davies 2010")
T_TABLE = Phrase("table of Student's t")

H = {(5, 20, 0.90): (2.747, 2.916), (10, 10, 0.95): (4.038, 4.289)}
"""h of Dudewicz & Dalal and of Rinott, by systems, first observations and level."""

S_SQUARED = (14.52, 7.96, 9.45, 8.25, 6.20)
TOTALS = (110, 61, 72, 63, 47)
"""Two-stage example, d* = 1, 20 first runs: variances of five inventory policies, and runs each of them needs."""

KIM_NELSON = {(10, 10): (0.8591, 15.4635), (2, 10): (0.3341, 6.0129)}
"""η and h² at α = 0.05, c = 1, by systems and first observations."""

OCBA = (0.4032, 0.3876, 0.0969, 0.0431, 0.0242, 0.0155, 0.0108, 0.0079, 0.0061, 0.0048)
"""Shares of the budget for N(i, 6²), i = 1 … 10, the smallest is best."""

DUNNETT_1A = {(2, 10): 2.15, (4, 20): 2.30, (9, 60): 2.48}
"""One-sided, joint confidence 95 %, by comparisons and degrees of freedom."""

RUNS_NEEDED = {
    (100.0, 4.0, 0.10): (3, HOAD),
    (1.0, 2.0, 1.0): (18, T_TABLE),
    (10.0, 5.0, 0.50): (7, T_TABLE),
    (1.0, 1.0, 0.20): (99, T_TABLE),
}
"""Runs for a 95 % interval of a relative half-width, by mean, standard deviation and relative half-width."""


def selection_anchors() -> list[Anchor]:
    """Constants and examples of ranking and selection; they agree to half of the last printed digit, plus a hundredth of it.

    Rinott's h is printed cut off, not rounded: it agrees to a whole last digit.
    """
    found = []
    for (systems, first, level), (dudewicz, rinotts) in H.items():
        case = f"{systems}-{first}-{level:g}"
        h = Phrase("h for {systems} systems, {first} first runs, {level:.0%}", systems=systems, first=first, level=level)
        found += [
            within(f"selection/dudewicz-dalal-{case}", h, dudewicz, dudewicz_dalal(systems, first, level), 0.000505, LAW),
            within(f"selection/rinott-{case}", h, rinotts, rinott(systems, first, level), 0.00101, LAW),
        ]
    totals = two_stage_totals(S_SQUARED, 21, 1.0, dudewicz_dalal(5, 20, 0.90)).tolist()
    needed = Phrase("runs of a system in the two-stage example")
    for i, (printed, total) in enumerate(zip(TOTALS, totals, strict=True), 1):
        found.append(within(f"selection/two-stage-{i}", needed, printed, total, 0.0, LAW))
    for (systems, first), (eta, h_squared) in KIM_NELSON.items():
        ours = kim_nelson(systems, first, 0.95)
        eta_of = Phrase("η for {systems} systems, {first} first runs", systems=systems, first=first)
        square_of = Phrase("h² for {systems} systems, {first} first runs", systems=systems, first=first)
        found += [
            within(f"selection/kn-eta-{systems}", eta_of, eta, ours.eta, 0.0000505, KN),
            within(f"selection/kn-h2-{systems}", square_of, h_squared, ours.h_squared, 0.0000505, KN),
        ]
    shares = ocba_shares(np.arange(1.0, 11.0), np.full(10, 36.0), "lower").tolist()
    budget = Phrase("share of the budget of a system, OCBA")
    for i, (printed_share, share) in enumerate(zip(OCBA, shares, strict=True), 1):
        found.append(within(f"selection/ocba-{i}", budget, printed_share, share, 0.0000505, CHEN))
    for (comparisons, df), printed_g in DUNNETT_1A.items():
        what = Phrase("constant for {n} comparisons with the best, {df} degrees of freedom", n=comparisons, df=df)
        ours_g = equicorrelated_t(comparisons, df, 0.95)
        found.append(within(f"selection/dunnett-{comparisons}-{df}", what, printed_g, ours_g, 0.00505, DUNNETT))
    return found


def replications_anchors() -> list[Anchor]:
    """Runs needed for a relative half-width."""
    found = []
    for (mean, deviation, half), (printed, source) in RUNS_NEEDED.items():
        what = Phrase(
            "runs for ± {half:.0%} of a mean of {mean:g} with standard deviation {deviation:g}",
            half=half, mean=mean, deviation=deviation,
        )  # fmt: skip
        name = f"replications/{mean:g}-{deviation:g}-{half:g}"
        found.append(within(name, what, printed, units_for(deviation, half * mean), 0.0, source))
    return found

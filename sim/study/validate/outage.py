"""A corridor that closes and reopens: how many days a year the stock does not last.

Closed with probability α a day, reopened with β, stock of m + 1 days' need refilled at once when open: a year has
365 · α ÷ (α + β) · (1 − β)^m shortage days, because the j-th day of a closure is short from j = m + 1 on. The same
disruption process as in Snyder & Shen, *Fundamentals of Supply Chain Theory*, ch. 9.
"""

from __future__ import annotations

import numpy as np

from sim.language import Phrase
from sim.records import DAILY_COLUMNS
from sim.study.validate.anchors import Anchor, Effort, of_runs
from sim.study.validate.worlds import NEED_TANKERS_DAY, TANKER_L, Data, stacks, world

DAYS, WARM_UP_DAYS, RUNS = 500, 100, 4_000

PUBLISHED = {0: 50.34, 1: 37.76, 3: 21.24, 5: 11.95, 7: 6.72, 10: 2.84, 14: 0.90}
"""Expected shortage days a year by m, at α = 0.04 and β = 0.25."""

FURTHER = ((0.01, 0.5, 2), (0.1, 0.1, 8), (0.3, 0.6, 1))


def expected(alpha: float, beta: float, m: int) -> float:
    """Shortage days a year in the long run."""
    return 365 * alpha / (alpha + beta) * (1 - beta) ** m


def outage(alpha: float, beta: float, m: int, days: int) -> Data:
    """A road of seconds that closes and reopens; importers keep m + 1 days' need, loaded and unloaded at once."""
    cover = m + 1
    return world(
        {
            "days": days,
            "leg": {
                "port-gate": {"drive_h": 0},
                "gate-city": {"drive_h": 0, "chain": {"close_prob": alpha, "open_prob": beta}},
            },
            "corridor": {"main": {"fleet": 100_000, "loading_capacity_day": 100_000, "release_h": 1}},
            "city": {
                "bays": 100_000,
                "unload": {"mean_h": 0},
                "depot": {
                    "fuel": {
                        "capacity_l": cover * NEED_TANKERS_DAY * TANKER_L,
                        "start_cover_days": cover,
                    }
                },
            },
            "orders": {"rule": "order_up_to", "target_cover_days": cover},
        }
    )


def outage_anchors(alpha: float, beta: float, m: int, effort: Effort) -> list[Anchor]:
    """Shortage days a year of one corridor."""
    column = list(DAILY_COLUMNS).index("shortage")
    short = np.concatenate([
        stack.by_product[:, column, WARM_UP_DAYS:, 0].mean(axis=1)
        for stack in stacks(outage(alpha, beta, m, DAYS), None, effort.runs(RUNS))
    ])  # fmt: skip
    listed = (alpha, beta) == (0.04, 0.25)
    published = PUBLISHED[m] if listed else expected(alpha, beta, m)
    source = Phrase("formula; process of Snyder & Shen, Fundamentals of Supply Chain Theory, ch. 9")
    what = Phrase(
        "shortage days a year: road closes with {alpha:.0%} a day, reopens with {beta:.0%}, stock lasts {days:,} {days:day|days}",
        alpha=alpha, beta=beta, days=m + 1,
    )  # fmt: skip
    return [of_runs(f"outage/{alpha:g}-{beta:g}-{m}", what, published, 365 * short, source, effort)]

"""No threat and no variance: deliveries are the least of fleet ÷ turnaround, loading, discharge and demand.

A tanker's round trip here: loaded from midnight to 06:00, gate at 08:00, off at 10:00, city at 18:00, cleared at 04:00,
unloaded at 08:00, back at 18:00 of the second day, loaded again at its midnight: two days. Longer clearance adds days.
"""

from __future__ import annotations

from typing import Any

from sim.language import Phrase
from sim.records import TALLIES
from sim.study.validate.anchors import Anchor, within
from sim.study.validate.worlds import TANKER_L, Data, convoys, stacks, world

DAYS = 60
SETTLING_DAYS = 10
"""Days in which the road fills after the start date, when convoys take the place of a warm-up without any."""

CASES: dict[str, dict[str, float]] = {
    "fleet": {"fleet": 40, "loading": 100, "bays": 1_000, "need": 90},
    "loading": {"fleet": 500, "loading": 12, "bays": 1_000, "need": 90},
    "discharge": {"fleet": 500, "loading": 30, "bays": 2, "need": 90},
    "demand": {"fleet": 500, "loading": 100, "bays": 1_000, "need": 8},
    "fleet-of-one-cohort-a-day": {"fleet": 40, "loading": 20, "bays": 1_000, "need": 90},
    "demand-of-half-a-tanker": {"fleet": 500, "loading": 100, "bays": 1_000, "need": 7.5},
}
WHAT = {
    "fleet": Phrase("tankers delivered in 60 days, bound by fleet and turnaround"),
    "loading": Phrase("tankers delivered in 60 days, bound by loading"),
    "discharge": Phrase("tankers delivered in 60 days, bound by discharge"),
    "demand": Phrase("tankers delivered in 60 days, bound by demand"),
}
SLOWER = {17: 3, 40: 3, 64: 4, 88: 5}
"""Turnaround in days by hours of clearance."""
SOURCE = Phrase("least of fleet ÷ turnaround, loading, discharge, demand, within one convoy")


def still(case: dict[str, float], clearance_h: float = 10, **change: Any) -> Data:
    """The world of a case, in which nothing varies, full and running from its start date."""
    return world(
        {
            "days": DAYS,
            "warmup_days": 30,
            "balance": {"fuel": {"need_l_day": case["need"] * TANKER_L}},
            "corridor": {
                "main": {
                    "fleet": case["fleet"],
                    "loading_capacity_day": case["loading"],
                    "loading": {"mean_h": 6},
                    "release_h": 10,
                }
            },
            "city": {
                "bays": case["bays"],
                "clearance": {"mean_h": clearance_h},
                "unload": {"mean_h": 4},
                "depot": {"fuel": {"capacity_l": 1e12, "start_cover_days": 0}},
            },
        },
        change,
    )


def bound(case: dict[str, float], turnaround_days: int) -> float:
    """Tankers a day: the least of the four."""
    return min(case["fleet"] / turnaround_days, case["loading"], case["bays"] * 24 / 4, case["need"])


def one_cohort(case: dict[str, float]) -> float:
    """Tankers that leave the source together at most."""
    return min(case["fleet"], case["loading"], case["need"] + 1)


def delivered(data: Data, strategy: Data | None = None) -> int:
    """Tankers delivered in `DAYS` days, once the road has settled."""

    def within(days: int) -> int:
        [stack] = stacks({**data, "days": days}, strategy, 1)
        return int(stack.tallies[0, TALLIES.index("tankers_delivered")])

    return within(SETTLING_DAYS + DAYS) - within(SETTLING_DAYS)


def least_anchors(name: str) -> list[Anchor]:
    """Deliveries of one case against the least of the four."""
    case = CASES[name]
    what = WHAT[name.split("-")[0]]
    return [within(f"turnaround/{name}", what, bound(case, 2) * DAYS, delivered(still(case)), one_cohort(case), SOURCE)]


def slower_anchors(clearance_h: int) -> list[Anchor]:
    """Deliveries of the same fleet with a longer turnaround."""
    case = CASES["fleet"]
    days = SLOWER[clearance_h]
    what = Phrase("tankers delivered in 60 days by a turnaround of {days:,} days", days=days)
    got = delivered(still(case, clearance_h))
    return [within(f"turnaround/clearance-{clearance_h}-h", what, case["fleet"] / days * DAYS, got, one_cohort(case), SOURCE)]


def convoy_anchors(size: int, interval_h: int, fleet: int = 60) -> list[Anchor]:
    """Deliveries where the cadence of convoys binds."""
    what = Phrase("tankers delivered in 60 days by convoys of {size:,} every {hours:,} h", size=size, hours=interval_h)
    got = delivered(still({**CASES["fleet"], "fleet": fleet}), convoys(size, interval_h, first_h=10))
    published = size * 24 / interval_h * DAYS
    return [within(f"turnaround/convoys-{size}-{interval_h}-h", what, published, got, size, SOURCE)]

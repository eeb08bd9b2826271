"""The chart of a calibration says what was learnt, and what was not."""

from __future__ import annotations

import pytest

from sim.language import said
from sim.report.charts.calibrated import Belief, calibrated
from sim.report.context import ChartContext

ABOUT = ChartContext("World", "Strategy", worlds=100, chances=1, seed=1, uncertainty="sampled", lang="en")
WIDE, NARROW = (5.0, 25.0, 50.0, 75.0, 95.0), (40.0, 45.0, 50.0, 55.0, 60.0)


@pytest.mark.parametrize(
    ("ratio", "known", "aussi"), [(0.98, "none of 2", "n’identifient aucune des 2"), (0.2, "1 of 2", "1 des 2")]
)
def test_the_title_counts_what_is_identified_and_names_what_is_known_best(ratio: float, known: str, aussi: str) -> None:
    beliefs = [
        Belief("contact.deterrence", WIDE, WIDE, 1.0, False),
        Belief("loss.protection", WIDE, NARROW, ratio, ratio <= 0.5),
    ]
    chart = calibrated(ABOUT, beliefs)
    assert known in chart.title and "escorts limit losses" in chart.title
    assert aussi in said(chart.title, "fr").replace("'", "’")
    assert len(chart.table.rows) == 4, "each quantity before and after"

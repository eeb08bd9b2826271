"""Prior against posterior: where in its range each calibrated quantity lies, before and after the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.language import Phrase
from sim.report.calibration_words import title_of
from sim.report.charts.marks import MAIN, OPEN
from sim.report.charts.rows import Column, Mark, Panel, RowsChart
from sim.report.context import ChartContext


@dataclass(frozen=True)
class Belief:
    """A quantity as places in its range, in per cent: p05, p25, p50, p75, p95 before and after, and the ratio of spreads."""

    name: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    ratio: float
    identified: bool


def calibrated(about: ChartContext, beliefs: Sequence[Belief]) -> RowsChart:
    """Ranges of every calibrated quantity before and after."""
    known = sum(belief.identified for belief in beliefs)
    nearest = min(beliefs, key=lambda belief: belief.ratio)
    left, name = round(100 * nearest.ratio), title_of(nearest.name)
    if known:
        finding = Phrase(
            "Reports to 30 November identify {known} of {n} {n:quantity|quantities}; best known: {name}, {left} % of "
            "its prior spread left",
            known=known, n=len(beliefs), name=name, left=left,
        )  # fmt: skip
    else:
        finding = Phrase(
            "Reports to 30 November identify none of {n} {n:quantity|quantities}; best known: {name}, {left} % of "
            "its prior spread left",
            n=len(beliefs), name=name, left=left,
        )  # fmt: skip
    panels = (
        Panel(Phrase("before"), tuple((_mark(b.before, False),) for b in beliefs), Phrase("% of the range"), limits=(0, 100)),
        Panel(Phrase("after"), tuple((_mark(b.after, True),) for b in beliefs), Phrase("% of the range"), limits=(0, 100)),
    )
    return RowsChart(
        name="calibration",
        about=about,
        title=finding,
        measure=Phrase("Place of each quantity in its range of the files: 0 % is its low, 100 % its high value"),
        notes=(
            Phrase("Dot: median; thick: half of the draws; thin: 90 % of them."),
            Phrase("Identified: standard deviation at most half of what it was."),
        ),
        rows=tuple(title_of(belief.name) for belief in beliefs),
        heading=Phrase("quantity"),
        panels=panels,
        columns=(
            Column(Phrase("median"), "value"), Column(Phrase("p05"), "low"), Column(Phrase("p95"), "high"),
        ),
        strong=frozenset(i for i, belief in enumerate(beliefs) if belief.identified),
    )  # fmt: skip


def _mark(places: tuple[float, ...], after: bool) -> Mark:
    p05, p25, p50, p75, p95 = places
    return Mark(p50, p05, p95, p25, p75, MAIN if after else OPEN)

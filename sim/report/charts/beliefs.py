"""What was believed of uncertain numbers before and after they met observations: prior against posterior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.errors import UsageError
from sim.language import Phrase
from sim.report.charts.marks import MAIN, OPEN
from sim.report.charts.rows import Column, Mark, Panel, RowsChart
from sim.report.context import ChartContext
from sim.report.words import figures_of, share_of


class Belief(NamedTuple):
    """A number with its unit before (low, value, high as the scenario gives them) and after (5th, 50th, 95th percentile)."""

    title: Phrase
    unit: Phrase
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]

    @property
    def narrowed(self) -> float:
        """Width of the posterior range as a share of the prior range; 1 where the prior has no width."""
        width = self.prior[2] - self.prior[0]
        return (self.posterior[2] - self.posterior[0]) / width if width > 0 else 1.0


def beliefs(about: ChartContext, found: Sequence[Belief]) -> RowsChart:
    """Prior and posterior range of each number on the scale of its prior range (0 to 1), with the numbers themselves beside it.

    Raises
    ------
    UsageError
        If there is no number to show.
    """
    if not found:
        raise UsageError(Phrase("chart of beliefs: no number has a posterior; calibrate one first"))
    rows = []
    for one in found:
        low, width = one.prior[0], (one.prior[2] - one.prior[0]) or 1.0
        before, after = ([(number - low) / width for number in numbers] for numbers in (one.prior, one.posterior))
        told = Phrase(
            "{before_low}–{before_high} → {after_low}–{after_high} {unit}",
            before_low=figures_of(one.prior[0]), before_high=figures_of(one.prior[2]), after_low=figures_of(one.posterior[0]),
            after_high=figures_of(one.posterior[2]), unit=one.unit,
        )  # fmt: skip
        name = Phrase("{title}: {numbers}", title=one.title, numbers=told)
        rows.append(
            (name, (Mark(before[1], before[0], before[2], look=OPEN), Mark(after[1], None, None, after[0], after[2], MAIN)))
        )
    most = min(found, key=lambda one: one.narrowed)
    return RowsChart(
        name="beliefs",
        about=about,
        title=Phrase(
            "Observations teach most about “{title}”: its range shrinks to {share} of what was believed",
            title=most.title, share=share_of(most.narrowed),
        ) if most.narrowed < 1 else Phrase("Observations narrow none of the ranges"),
        measure=Phrase("Range before and after observations, on the scale of the range before (0 to 1)"),
        notes=(Phrase("Thin line and open mark: range and central value before; thick line and dot: 90 % and median after."),),
        rows=tuple(name for name, _ in rows),
        heading=Phrase("number"),
        panels=(Panel(Phrase(""), tuple(marks for _, marks in rows), Phrase("share of the range before")),),
        columns=(
            Column(Phrase("value"), "value"), Column(Phrase("before, low"), "low"), Column(Phrase("before, high"), "high"),
            Column(Phrase("after, low"), "inner_low"), Column(Phrase("after, high"), "inner_high"),
        ),
        key=((OPEN, Phrase("before")), (MAIN, Phrase("after"))),
    )  # fmt: skip

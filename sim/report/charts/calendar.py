"""The calendar strip: how probable a shortage was on each day, a row for each strategy (or fuel)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.errors import UsageError
from sim.language import Phrase, said
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.marks import Entry, Look, draw_key, key_pt
from sim.report.context import ChartContext
from sim.report.findings import Floats
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.style import AXIS, INK, LABEL_PT, PAPER, TICK_PT, Hue, width_pt, wrap
from sim.report.words import Language, date_ticks, day_of, figures_of, share_of

EDGES = (0.1, 0.5, 0.9)
CLASSES = (
    (Hue("#ececec", INK), Phrase("never")),
    (Hue("#fbd9a5", INK), Phrase("in under 10 % of the runs")),
    (Hue("#e69f00", INK), Phrase("10 to 50 %")),
    (Hue("#b34a00", INK), Phrase("50 to 90 %")),
    (Hue("#4a1500", INK), Phrase("90 % and more")),
)
"""Colours by probability, ever darker, so that they can be told apart without colour."""

LEAST_ROW_PT, GAP_PT, STRIP_GAP_PT, MOST_SPARE_PT = 15.0, 9.0, 3.0, 30.0


class Strip(NamedTuple):
    """A row: what it is of, and the share of runs with a shortage on each day, shape (n_days,)."""

    title: Phrase
    probability: Floats


@dataclass(frozen=True, kw_only=True)
class Calendar(BodyChart):
    """Shares of runs with a shortage by day."""

    start: date
    strips: tuple[Strip, ...]
    heading: Phrase

    @property
    def days(self) -> int:
        """Days shown."""
        return int(self.strips[0].probability.size)

    @property
    def table(self) -> Table:
        """A line a day, a column a row of the chart."""
        dates = [(self.start + timedelta(days=day)).isoformat() for day in range(self.days)]
        rows: list[tuple[Cell, ...]] = [
            (when, *(float(strip.probability[day]) for strip in self.strips)) for day, when in enumerate(dates)
        ]
        return Table((Phrase("date"), *(strip.title for strip in self.strips)), tuple(rows))

    @property
    def key(self) -> tuple[Entry, ...]:
        """Colours by probability; of one run, of whether there was a shortage."""
        if self.about.runs == 1:
            return (Look(CLASSES[0][0]), Phrase("no shortage")), (Look(CLASSES[-1][0]), Phrase("shortage"))
        return tuple((Look(hue), words) for hue, words in CLASSES)

    def _names(self, width: float, lang: Language) -> tuple[float, list[list[str]]]:
        """Width of the column of names, and the lines of each; on a narrow sheet names stand above their strips."""
        room = (width - 2 * MARGIN_PT) * (1.0 if width < 300 else 0.34)
        names = [wrap(said(strip.title, lang.lang), room, LABEL_PT) for strip in self.strips]
        widest = max(width_pt(line, LABEL_PT) for lines in names for line in lines)
        return (0.0 if width < 300 else widest + GAP_PT), names

    def _row_pt(self, lines: int, above: bool) -> float:
        text = block_pt(lines, LABEL_PT)
        return text + LEAST_ROW_PT if above else max(LEAST_ROW_PT, text)

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Key, rows, dates."""
        column, names = self._names(width_pt, lang)
        rows = sum(self._row_pt(len(lines), column == 0) + STRIP_GAP_PT for lines in names)
        return key_pt(self.key, width_pt, lang) + rows + block_pt(2, TICK_PT) + 6

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Strips of days with the months below."""
        draw_key(sheet, 0, self.key, lang, areas=True)
        column, names = self._names(sheet.width_pt, lang)
        left, top = MARGIN_PT + column, key_pt(self.key, sheet.width_pt, lang)
        spare = min(MOST_SPARE_PT, max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang)) / len(self.strips))
        wide = sheet.width_pt - left - MARGIN_PT - 8
        for place, (strip, lines) in enumerate(zip(self.strips, names, strict=True)):
            tall = self._row_pt(len(lines), column == 0) + spare
            text = block_pt(len(lines), LABEL_PT)
            begin = top if column == 0 else top + (tall - text) / 2
            sheet.write(MARGIN_PT, begin, lines, LABEL_PT, INK)
            above = text if column == 0 else 0.0
            axes = sheet.axes(left, top + above, wide, tall - above)
            _days(axes, strip.probability)
            axes.set_xlim(0, self.days)
            axes.set_ylim(0, 1)
            axes.set_yticks([])
            axes.spines["bottom"].set_visible(False)
            ticks = date_ticks(self.start, self.days, lang, most=max(2, int(wide // 36)))
            last = place == len(self.strips) - 1
            axes.set_xticks([tick.day for tick in ticks], [tick.label if last else "" for tick in ticks], ha="left")
            axes.tick_params(axis="x", length=4 if last else 0, width=0.7, pad=2, color=AXIS)
            for tick in ticks[1:]:
                axes.axvline(tick.day, color=PAPER, linewidth=0.7)
            top += tall + STRIP_GAP_PT


def _days(axes: Axes, shares: Floats) -> None:
    """A bar for each row of days of one class."""
    classes = [_class(float(share)) for share in shares]
    begins = [day for day in range(len(classes)) if day == 0 or classes[day] != classes[day - 1]]
    lengths = np.diff([*begins, len(classes)])
    axes.bar(begins, 1.0, lengths, align="edge", color=[CLASSES[classes[day]][0].mark for day in begins], linewidth=0)


def _class(share: float) -> int:
    """Place of a share of runs among the classes."""
    return 0 if share <= 0 else 1 + sum(share >= edge for edge in EDGES)


def calendar(about: ChartContext, start: date, strips: Sequence[Strip], heading: Phrase) -> Calendar:
    """The calendar of shortage probability.

    Raises
    ------
    UsageError
        If there is no strip, or strips differ in their days.
    """
    sizes = {strip.probability.size for strip in strips}
    if len(sizes) != 1 or sizes == {0}:
        shown = Phrase("{sizes}", sizes=tuple(str(size) for size in sorted(sizes)))
        raise UsageError(
            Phrase("calendar chart: expected rows with the same number of days, at least 1, got {sizes}", sizes=shown)
        )
    return Calendar(
        name="calendar",
        about=about,
        title=_title(start, strips, about.runs),
        measure=Phrase("Share of the runs with a shortage day (under 90 % of what was needed and wanted sold), day by day")
        if about.runs > 1
        else Phrase("Shortage days (under 90 % of what was needed and wanted sold) of one run"),
        notes=(Phrase("One column a day."),),
        start=start,
        strips=tuple(strips),
        heading=heading,
    )


def _title(start: date, strips: Sequence[Strip], runs: int) -> Phrase:
    """Of a single row, its worst day; of several, those with most and fewest expected shortage days."""
    # Rounded, so that a sum over days is read off like the mean over runs in tables, to the last digit shown.
    expected = [round(float(strip.probability.sum()), 9) for strip in strips]
    most, fewest = int(np.argmax(expected)), int(np.argmin(expected))
    if expected[most] == 0:
        return Phrase("No shortage on any day in any run") if runs > 1 else Phrase("No shortage on any day")
    if len(strips) > 1 and expected[fewest] < expected[most]:
        what = Phrase("Expected shortage days") if runs > 1 else Phrase("Shortage days")
        return Phrase(
            "{what}: {low} ({fewest}) to {high} ({most})", what=what, low=figures_of(expected[fewest]),
            fewest=strips[fewest].title, high=figures_of(expected[most]), most=strips[most].title,
        )  # fmt: skip
    worst = int(strips[0].probability.argmax())
    if runs == 1:
        return Phrase("{n:,} shortage {n:day|days}, the first on {day}", n=round(expected[0]),
                      day=day_of(start + timedelta(days=worst), year=True))  # fmt: skip
    return Phrase(
        "Shortage is most probable on {day}: in {share} of the runs",
        day=day_of(start + timedelta(days=worst), year=True), share=share_of(float(strips[0].probability[worst])),
    )  # fmt: skip

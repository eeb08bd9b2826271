"""Daily fans: median and nested bands of one or more daily numbers, with levels and dated observations."""

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
from sim.report.charts.marks import SERIES
from sim.report.context import ChartContext
from sim.report.findings import QUANTILES, Floats
from sim.report.marks import LEVEL_DASHES, Level, LevelLabel, level_labels, write_level
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, horizontal_grid, nice_step
from sim.report.style import BAND_STRENGTHS, GRID, INK, LABEL_PT, PAPER, TICK_PT, width_pt, wrap
from sim.report.words import Language, date_ticks

BANDS = ((0, 6), (1, 5), (2, 4))
PANEL_PT, GAP_PT, TICKS_PT, RIGHT_PT = 96.0, 12.0, 30.0, 12.0
WIDE_PT = 470.0
"""From this width on a sheet is a slide: panels are low and stand in two columns, so that words stay large."""



class Observation(NamedTuple):
    """A number that was observed on some days, with the range that its size of sample allows."""

    first: date
    last: date
    value: float
    low: float
    high: float
    title: Phrase


class Fan(NamedTuple):
    """A panel: quantiles by day in the order of `QUANTILES`, shape (n_days, 7), in the unit shown; NaN where there are none."""

    title: Phrase
    unit: Phrase
    quantiles: Floats
    top: float | None = None
    """Top of the scale; by default as high as the numbers go."""
    level: float | None = None
    level_title: Phrase | None = None
    observed: tuple[Observation, ...] = ()
    series: int | None = None
    """Place of its colour, where panels of one thing share a colour; by default its place in the chart."""


@dataclass(frozen=True, kw_only=True)
class DailyFan(BodyChart):
    """One fan below the other over the same days."""

    start: date
    fans: tuple[Fan, ...]

    @property
    def days(self) -> int:
        """Days shown."""
        return int(self.fans[0].quantiles.shape[0])

    @property
    def table(self) -> Table:
        """A line for each panel and day with its quantiles, and one for each observation."""
        rows: list[tuple[Cell, ...]] = []
        for fan in self.fans:
            for day, numbers in enumerate(fan.quantiles):
                when = (self.start + timedelta(days=day)).isoformat()
                rows.append((fan.title, when, *(None if np.isnan(number) else float(number) for number in numbers)))
            for seen in fan.observed:
                rows.append((seen.title, seen.first.isoformat(), seen.low, None, None, seen.value, None, None, seen.high))
        headings = tuple(Phrase("{n}th percentile", n=int(name[1:])) for name in QUANTILES)
        return Table((Phrase("number"), Phrase("date"), *headings), tuple(rows))

    def _columns(self, width: float) -> list[list[int]]:
        """Places of the panels: one below the other, on a wide sheet in two columns if there are more than two."""
        places = list(range(len(self.fans)))
        upper = -(-len(places) // 2)
        return [places[:upper], places[upper:]] if width >= WIDE_PT and len(places) > 2 else [places]

    def _column_pt(self, width: float) -> float:
        """Width of a column with its margins."""
        return width / len(self._columns(width))

    def _heads(self, column: float, lang: Language) -> list[list[str]]:
        """Lines over each panel: what it shows and in which unit."""
        titles = [Phrase("{title}, {unit}", title=fan.title, unit=fan.unit) if fan.unit else fan.title for fan in self.fans]
        return [wrap(said(title, lang.lang), column - 2 * MARGIN_PT, LABEL_PT, "semibold") for title in titles]

    def _levels(self, column: float, height: float, lang: Language) -> list[LevelLabel | None]:
        """Names of the levels and their places, in columns of a width."""
        left = self._left_pt(height, lang)
        size_pt = column - left - MARGIN_PT - RIGHT_PT, height
        return level_labels([_level(fan, height, lang) for fan in self.fans], size_pt, column - 2 * MARGIN_PT)

    def _left_pt(self, height: float, lang: Language) -> float:
        """Left edge of the panels of a column: right of the numbers of all scales."""
        numbers = [lang.number(tick, digits) for _, ticks, digits in (_scale(fan, height) for fan in self.fans) for tick in ticks]
        return MARGIN_PT + max(width_pt(text, TICK_PT) for text in numbers) + 6

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Panels with their headings, and dates below the last of a column."""
        height, column = self._panel_pt(width_pt), self._column_pt(width_pt)
        above = [block_pt(len(lines), LABEL_PT) + 4 + height + GAP_PT for lines in self._heads(column, lang)]
        heads = [label.head_pt if label else 0.0 for label in self._levels(column, height, lang)]
        return max(sum(above[i] + heads[i] for i in places) for places in self._columns(width_pt)) - GAP_PT + TICKS_PT

    def _panel_pt(self, width: float) -> float:
        many = 1.5 if len(self.fans) == 1 else 1.0 if len(self.fans) < 5 else 0.7
        return PANEL_PT * (0.65 if width >= WIDE_PT and len(self.fans) > 1 else 0.85 * many if width < 300 else many)

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Columns of panels."""
        columns, column = self._columns(sheet.width_pt), self._column_pt(sheet.width_pt)
        spare = max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang)) / max(map(len, columns))
        height = self._panel_pt(sheet.width_pt) + spare
        heads, labels = self._heads(column, lang), self._levels(column, height, lang)
        for place, places in enumerate(columns):
            top = 0.0
            for i in places:
                top = self._panel(sheet, i, (place * column, top, column, height), heads[i], labels[i], lang, i == places[-1])

    def _panel(
        self, sheet: Sheet, place: int, box: tuple[float, float, float, float], lines: list[str], label: LevelLabel | None,
        lang: Language, last: bool,
    ) -> float:  # fmt: skip
        """Draw a panel at (left, top) in a column of a width, with a height; where the next one begins."""
        begin, top, column, height = box
        fan, inset = self.fans[place], self._left_pt(height, lang)
        wide = column - inset - MARGIN_PT - RIGHT_PT
        highest, marks, digits = _scale(fan, height)
        sheet.write(begin + MARGIN_PT, top, lines, LABEL_PT, INK, "semibold")
        head = top + block_pt(len(lines), LABEL_PT)
        top = head + 4 + (label.head_pt if label else 0.0)
        axes = sheet.axes(begin + inset, top, wide, height)
        axes.set_ylim(0, highest)
        horizontal_grid(axes, marks, [lang.number(tick, digits) for tick in marks], GRID)
        self._fan(axes, fan, place, highest)
        if label is not None and fan.level is not None:
            axes.axhline(fan.level, color=INK, linewidth=0.9, dashes=LEVEL_DASHES, zorder=4)
            write_level(sheet, axes, label, (wide, height), (begin + MARGIN_PT, head + 1))
        ticks = date_ticks(self.start, self.days, lang, most=max(2, int(wide // 37)))
        axes.set_xticks([tick.day for tick in ticks], [tick.label if last else "" for tick in ticks])
        axes.tick_params(axis="x", length=3, width=0.7, pad=3)
        return top + height + GAP_PT

    def _fan(self, axes: Axes, fan: Fan, place: int, top: float) -> None:
        look = SERIES[(place if fan.series is None else fan.series) % len(SERIES)]
        days, shown = np.arange(self.days, dtype=float), fan.quantiles
        axes.set_xlim(*((-0.5, 0.5) if self.days == 1 else (0.0, self.days - 1.0)))
        if self.days == 1:
            days, shown = np.array([-0.3, 0.3]), np.repeat(shown, 2, axis=0)
        for (low, high), strength in zip(BANDS, BAND_STRENGTHS, strict=True):
            axes.fill_between(days, shown[:, low], shown[:, high], color=look.hue.tint(strength), linewidth=0, zorder=1)
        axes.plot(days, shown[:, 3], color=look.hue.mark, linewidth=1.4, zorder=3)
        for seen in fan.observed:
            x = ((seen.first - self.start).days + (seen.last - self.start).days) / 2
            axes.plot([x, x], [seen.low, min(seen.high, top)], color=INK, linewidth=1.0, zorder=5)
            axes.plot(
                [x],
                [seen.value],
                "D",
                color=INK,
                markersize=5,
                markeredgecolor=PAPER,
                markeredgewidth=0.7,
                zorder=6,
                clip_on=False,
            )


def _level(fan: Fan, height: float, lang: Language) -> Level | None:
    """The level of a panel of a height; None without one."""
    if fan.level is None or fan.level_title is None:
        return None
    top, ticks, _ = _scale(fan, height)
    per_unit = height / top
    band, grid = fan.quantiles[:, (0, 3, 6)] * per_unit, [tick * per_unit for tick in ticks[1:]]
    return Level((said(fan.level_title, lang.lang),), band, fan.level * per_unit, (), grid)


def _scale(fan: Fan, height: float) -> tuple[float, list[float], int]:
    """Top of a scale, its ticks, and their decimals."""
    highest = max([float(np.nanmax(fan.quantiles)), fan.level or 0.0, *(seen.high for seen in fan.observed)])
    top = fan.top or 1.05 * max(highest, 1e-9 if highest > 0 else 1.0)
    step = nice_step(top, max(2, int(height // 30)))
    ticks = [float(tick) for tick in np.arange(0, top + 1e-9 * top, step)]
    digits = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9 * step)
    return top, ticks, digits


def daily_fan(
    about: ChartContext,
    start: date,
    fans: Sequence[Fan],
    *,
    name: str,
    title: Phrase,
    measure: Phrase,
    notes: Sequence[Phrase] = (),
    runs: int | None = None,
) -> DailyFan:
    """Fans of daily numbers over the same days; `runs`: behind the bands, by default those that the chart tells of itself.

    Raises
    ------
    UsageError
        If there is nothing to show, or panels differ in their days.
    """
    shapes = {fan.quantiles.shape for fan in fans}
    if len(shapes) != 1 or min(shape := next(iter(shapes))) < 1 or shape[1] != len(QUANTILES):
        raise UsageError(Phrase(
            "{name} chart: expected the same (n_days ≥ 1, {n}) for all panels, got {shapes}",
            name=name, n=len(QUANTILES), shapes=str(sorted(shapes)),
        ))  # fmt: skip
    bands = (
        Phrase("Line: median; bands: 30, 60 and 90 % of the runs, taken day by day.")
        if (about.runs if runs is None else runs) > 1
        else Phrase("One run: no bands.")
    )
    return DailyFan(name=name, about=about, title=title, measure=measure, notes=(bands, *notes), start=start, fans=tuple(fans))

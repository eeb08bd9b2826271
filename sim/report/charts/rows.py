"""Charts of rows: a name on the left, and in one or more panels a mark with its ranges and its number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.language import Phrase, said
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.marks import MAIN, Entry, Look, draw_key, key_pt, mark
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, nice_step
from sim.report.style import AXIS, GRID, INK, LABEL_PT, NOTE_PT, SECONDARY, TICK_PT, width_pt, wrap
from sim.report.words import Language, figures_of

GAP_PT, NAME_GAP_PT, VALUE_GAP_PT, BLOCK_GAP_PT, SPARE_PT = 12.0, 10.0, 9.0, 12.0, 6.0
OVERHANG_PT = 8.0
"""Room right of a plot without numbers beside it for the last label of its axis."""

NARROWEST_PT, NUMBERED_PT = 50.0, 34.0
"""Least width of a plot, with names beside it and with numbers: narrower ones go into the next line of panels."""


TALLEST_PT = 600.0
"""Body that still fits on a page; in a taller one of several panels rows are numbered, and names stand once above them."""


class Mark(NamedTuple):
    """A value with its wide and its narrow range, and how it looks; None is unknown."""

    value: float | None
    low: float | None = None
    high: float | None = None
    inner_low: float | None = None
    inner_high: float | None = None
    look: Look = MAIN
    text: Phrase | None = None
    """What is written beside it instead of the value."""
    signed: bool = False

    @property
    def shown(self) -> list[float]:
        """All its finite numbers."""
        numbers = (self.value, self.low, self.high, self.inner_low, self.inner_high)
        return [number for number in numbers if number is not None and math.isfinite(number)]


class Panel(NamedTuple):
    """A column of marks on one scale, `marks` one list a row; `zero`: a line at 0 that the scale always holds."""

    heading: Phrase
    marks: tuple[tuple[Mark, ...], ...]
    axis: Phrase
    zero: bool = True
    limits: tuple[float, float] | None = None


class Column(NamedTuple):
    """A heading of the table and how it is taken from a mark."""

    heading: Phrase
    field: str


@dataclass(frozen=True, kw_only=True)
class RowsChart(BodyChart):
    """Rows of marks by name; rows that are the measure of the others have `strong` names."""

    rows: tuple[Phrase, ...]
    heading: Phrase
    panels: tuple[Panel, ...]
    columns: tuple[Column, ...]
    key: tuple[Entry, ...] = ()
    strong: frozenset[int] = frozenset()

    @property
    def table(self) -> Table:
        """A line for each row and panel; the panel is named where there are several."""
        several = len(self.panels) > 1
        headings = [self.heading, *([Phrase("part of the chart")] if several else []), *(c.heading for c in self.columns)]
        lines: list[tuple[Cell, ...]] = []
        for panel in self.panels:
            for name, marks in zip(self.rows, panel.marks, strict=True):
                for one in marks:
                    cells: list[Cell] = [getattr(one, column.field) for column in self.columns]
                    lines.append((name, *([panel.heading] if several else []), *cells))
        return Table(tuple(headings), tuple(lines))

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Blocks of panels below each other, each as high as its rows."""
        return _layout(self, width_pt, lang).pt

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Names, panels, numbers."""
        layout = _layout(self, sheet.width_pt, lang)
        draw_key(sheet, 0, self.key, lang)
        spare = max(0.0, sheet.body_pt - layout.pt) / max(1, len(layout.blocks) * len(self.rows))
        top = layout.key_pt
        for number, lines in zip(layout.names, layout.listed, strict=False):
            sheet.write(MARGIN_PT, top, number, LABEL_PT, INK, "semibold")
            sheet.write(MARGIN_PT + layout.names_pt + 4, top, lines, LABEL_PT, INK)
            top += block_pt(len(lines), LABEL_PT)
        top += layout.list_gap_pt
        for block in layout.blocks:
            top = _block(sheet, self, layout, block, top, min(spare, 14.0), lang) + BLOCK_GAP_PT


def _layout(chart: RowsChart, width: float, lang: Language) -> _Layout:
    """The layout with names beside the rows, or with numbers where that one is too tall and they make it lower."""
    plain = _Layout(chart, width, lang)
    if plain.pt <= TALLEST_PT or len(plain.blocks) < 2:
        return plain
    return min(plain, _Layout(chart, width, lang, numbered=True), key=lambda layout: layout.pt)


class _Layout:
    """Where the parts of a chart of rows stand on a sheet of a width; `numbered`: names stand once, above the panels."""

    def __init__(self, chart: RowsChart, width: float, lang: Language, *, numbered: bool = False) -> None:
        inside = width - 2 * MARGIN_PT
        names = [said(row, lang.lang) for row in chart.rows]
        self.listed: list[list[str]] = []
        if numbered:
            whole, names = names, [str(place + 1) for place in range(len(names))]
            room = inside - max(width_pt(name, LABEL_PT, "semibold") for name in names) - 6
            self.listed = [wrap(name, room, LABEL_PT) for name in whole]
        self.list_gap_pt = 10.0 if numbered else 0.0
        widest = max((width_pt(name, LABEL_PT, "semibold") for name in names), default=0.0)
        self.names_pt = min(widest + 1, inside * (0.46 if width < 300 else 0.28 if len(chart.panels) > 2 else 0.42))
        self.names = [
            wrap(name, self.names_pt, LABEL_PT, "semibold" if i in chart.strong else "normal") for i, name in enumerate(names)
        ]
        self.values = [[_written(marks, _digits(panel), lang) for marks in panel.marks] for panel in chart.panels]
        self.values_pt = [max((width_pt(t, NOTE_PT) for t in column), default=0.0) for column in self.values]
        room = inside - self.names_pt
        wide = NAME_GAP_PT + (NARROWEST_PT if not numbered else NUMBERED_PT) + VALUE_GAP_PT + max(self.values_pt, default=0.0)
        across = max(1, min(len(chart.panels), int((room + GAP_PT) // (wide + GAP_PT))))
        lines = -(-len(chart.panels) // across)
        across = -(-len(chart.panels) // lines)
        self.blocks = [range(i, min(i + across, len(chart.panels))) for i in range(0, len(chart.panels), across)]
        self.panel_pt = (room - (across - 1) * GAP_PT) / across
        headings = [said(panel.heading, lang.lang) for panel in chart.panels]
        self.headings = [
            wrap(heading, self.panel_pt - NAME_GAP_PT, LABEL_PT, "semibold") if heading else [] for heading in headings
        ]
        self.axes_titles = [
            wrap(said(p.axis, lang.lang), self.panel_pt - NAME_GAP_PT, NOTE_PT) if p.axis else [] for p in chart.panels
        ]
        self.rows_pt = [block_pt(len(lines), LABEL_PT) + SPARE_PT for lines in self.names]
        self.key_pt = key_pt(chart.key, width, lang)
        blocks = sum(self.head_pt(b) + sum(self.rows_pt) + self.foot_pt(b) for b in self.blocks)
        listed = block_pt(sum(len(lines) for lines in self.listed), LABEL_PT) + self.list_gap_pt
        self.pt = self.key_pt + listed + blocks + BLOCK_GAP_PT * (len(self.blocks) - 1)

    def head_pt(self, block: range) -> float:
        """Height of the headings of a block."""
        tall = max(len(self.headings[i]) for i in block)
        return block_pt(tall, LABEL_PT) + 4 if tall else 0.0

    def foot_pt(self, block: range) -> float:
        """Height of ticks and titles of the axes of a block."""
        return block_pt(1, TICK_PT) + 6 + block_pt(max(len(self.axes_titles[i]) for i in block), NOTE_PT)


def _digits(panel: Panel) -> int:
    """Decimals of the numbers beside the rows of a panel, the same for all of them."""
    largest = max((abs(marks[0].value) for marks in panel.marks if len(marks) == 1 and marks[0].value is not None), default=0.0)
    whole = all(marks[0].value is None or marks[0].value == round(marks[0].value) for marks in panel.marks if len(marks) == 1)
    return 0 if largest >= 1000 or whole else 1 if largest >= 1 else 2


def _written(marks: Sequence[Mark], digits: int, lang: Language) -> str:
    """The number written beside a row; of several marks none, the axis tells."""
    if len(marks) != 1:
        return ""
    one = marks[0]
    if one.text is not None:
        return said(one.text, lang.lang)
    if one.value is None:
        return "–"
    return ("+" if one.signed and one.value > 0 else "") + lang.number(one.value, digits)


def _block(sheet: Sheet, chart: RowsChart, layout: _Layout, block: range, top: float, spare: float, lang: Language) -> float:
    """Draw one line of panels with its names; where it ends."""
    head = layout.head_pt(block)
    heights = [row + spare for row in layout.rows_pt]
    at = top + head
    middles = []
    for place, (lines, height) in enumerate(zip(layout.names, heights, strict=True)):
        begin = at + (height - block_pt(len(lines), LABEL_PT)) / 2
        sheet.write(MARGIN_PT, begin, lines, LABEL_PT, INK, "semibold" if place in chart.strong else "normal")
        middles.append(at + height / 2)
        at += height
    for column, place in enumerate(block):
        panel = chart.panels[place]
        left = MARGIN_PT + layout.names_pt + NAME_GAP_PT + column * (layout.panel_pt + GAP_PT)
        beside = layout.values_pt[place] + VALUE_GAP_PT if layout.values_pt[place] else OVERHANG_PT
        plot = layout.panel_pt - NAME_GAP_PT - beside
        heading = layout.headings[place]
        sheet.write(left, top + head - 4 - block_pt(len(heading), LABEL_PT), heading, LABEL_PT, INK, "semibold")
        axes = sheet.axes(left, top + head, plot, at - top - head)
        _scale(axes, panel, plot, at - top - head, lang)
        for row, (marks, middle) in enumerate(zip(panel.marks, middles, strict=True)):
            for one in marks:
                _range(axes, one, at - middle)
            text = layout.values[place][row]
            right = left + plot + VALUE_GAP_PT + layout.values_pt[place]
            sheet.write(right - width_pt(text, NOTE_PT), middle - NOTE_PT * 0.66, [text] if text else [], NOTE_PT, SECONDARY)
        foot = at + block_pt(1, TICK_PT) + 5
        sheet.write(left, foot, layout.axes_titles[place], NOTE_PT, SECONDARY)
    return at + layout.foot_pt(block)


def _scale(axes: Axes, panel: Panel, width: float, height: float, lang: Language) -> None:
    low, high = panel.limits or _limits(panel)
    axes.set_xlim(low, high)
    axes.set_ylim(0, height)
    axes.set_yticks([])
    ticks = _ticks(low, high, width, lang)
    axes.set_xticks(ticks, [figures_of(tick).said(lang.lang) for tick in ticks])
    axes.tick_params(axis="x", length=2.5, width=0.7, pad=2.5)
    for tick in ticks:
        axes.axvline(tick, color=GRID, linewidth=0.7, zorder=0.5)
    if panel.zero and low <= 0 <= high:
        axes.axvline(0, color=AXIS, linewidth=0.9, zorder=1)


def _ticks(low: float, high: float, width: float, lang: Language) -> list[float]:
    """As many round ticks as have room for their labels; two far apart where not even neighbours do."""
    ticks: list[float] = []
    for most in range(1, 9):
        step = nice_step(high - low, most)
        found = [step * place for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
        wide = max((width_pt(figures_of(tick).said(lang.lang), TICK_PT) for tick in found), default=0.0)
        if len(found) > 1 and wide + 8 <= width * step / (high - low):
            ticks = found
        elif len(ticks) < 2 and len(found) > 1:
            ends = [found[0], found[-1]]
            if wide + 4 <= width * (ends[1] - ends[0]) / (high - low):
                ticks = ends
    return ticks


def _limits(panel: Panel) -> tuple[float, float]:
    shown = [number for marks in panel.marks for one in marks for number in one.shown]
    low, high = min(shown, default=0.0), max(shown, default=1.0)
    if panel.zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        high = low + max(1.0, abs(low))
    pad = 0.05 * (high - low)
    return (0.0 if low == 0 and panel.zero else low - pad), high + pad


def _range(axes: Axes, one: Mark, y: float) -> None:
    line = partial(axes.plot, color=one.look.hue.mark, solid_capstyle="butt", clip_on=True)
    if one.low is not None and one.high is not None:
        line([one.low, one.high], [y, y], linewidth=1.1, zorder=2)
    if one.inner_low is not None and one.inner_high is not None:
        line([one.inner_low, one.inner_high], [y, y], linewidth=3.6, zorder=3)
    if one.value is not None:
        mark(axes, one.value, y, one.look)

"""Where the litres went: one band in, as many bands out, each as wide as its litres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.errors import UsageError
from sim.language import Phrase, said
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.marks import GREY, Look
from sim.report.context import ChartContext
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.style import INK, LABEL_PT, NOTE_PT, SECONDARY, wrap
from sim.report.words import Language, figures_of, share_of

BODY_PT, GAP_PT, BAR_PT, LABEL_GAP_PT = 190.0, 7.0, 7.0, 7.0


class Stream(NamedTuple):
    """A part of the fuel: what it is, its litres in millions, and its look."""

    title: Phrase
    million_l: float
    look: Look


class _Label(NamedTuple):
    """Lines of a stream's name and of its number."""

    title: list[str]
    amount: list[str]

    @property
    def pt(self) -> float:
        """Height of the label."""
        return block_pt(len(self.title), LABEL_PT) + block_pt(len(self.amount), NOTE_PT)


@dataclass(frozen=True, kw_only=True)
class Flow(BodyChart):
    """Sources on the left, uses on the right; both sides have the same sum."""

    sources: tuple[Stream, ...]
    uses: tuple[Stream, ...]

    @property
    def total(self) -> float:
        """Million litres that flow."""
        return sum(stream.million_l for stream in self.uses)

    @property
    def table(self) -> Table:
        """A line a stream."""
        sides = ((Phrase("from"), self.sources), (Phrase("to"), self.uses))
        rows: list[tuple[Cell, ...]] = [(side, s.title, s.million_l, s.million_l / self.total) for side, of in sides for s in of]
        return Table((Phrase("side"), Phrase("stream"), Phrase("million litres"), Phrase("share")), tuple(rows))

    def _labels(self, width: float, lang: Language) -> list[list[_Label]]:
        """Labels of both sides."""
        sides = []
        for streams, room in zip((self.sources, self.uses), _rooms(width), strict=True):
            labels = []
            for stream in streams:
                share = share_of(stream.million_l / self.total)
                amount = Phrase("{n} million litres ({share})", n=figures_of(stream.million_l), share=share)
                title = wrap(said(stream.title, lang.lang), room, LABEL_PT, "semibold")
                labels.append(_Label(title, wrap(said(amount, lang.lang), room, NOTE_PT)))
            sides.append(labels)
        return sides

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """As tall as the labels of the fuller side need."""
        needed = max(sum(label.pt + GAP_PT for label in side) for side in self._labels(width_pt, lang))
        return max(BODY_PT, needed) + 4

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Bands from left to right with their labels."""
        rooms = _rooms(sheet.width_pt)
        lefts = (MARGIN_PT + rooms[0] + LABEL_GAP_PT, sheet.width_pt - MARGIN_PT - rooms[1] - LABEL_GAP_PT)
        tall = sheet.body_pt
        axes = sheet.axes(lefts[0], 0, lefts[1] - lefts[0], tall)
        axes.set_axis_off()
        axes.set_xlim(0, lefts[1] - lefts[0])
        axes.set_ylim(tall, 0)
        most = max(len(self.sources), len(self.uses))
        scale = (tall - GAP_PT * (most - 1) - 4) / self.total
        ends = [_stacked(streams, scale, tall) for streams in (self.sources, self.uses)]
        _bands(axes, self.sources, self.uses, ends, scale, lefts[1] - lefts[0])
        for side, (streams, labels) in enumerate(zip((self.sources, self.uses), self._labels(sheet.width_pt, lang), strict=True)):
            middles = [top + stream.million_l * scale / 2 for top, stream in zip(ends[side], streams, strict=True)]
            left = MARGIN_PT if side == 0 else lefts[1] + LABEL_GAP_PT
            for label, top in zip(labels, _spread([label.pt for label in labels], middles, tall), strict=True):
                sheet.write(left, top, label.title, LABEL_PT, INK, "semibold")
                sheet.write(left, top + block_pt(len(label.title), LABEL_PT), label.amount, NOTE_PT, SECONDARY)


def _rooms(width: float) -> tuple[float, float]:
    """Widths of the labels on the left and on the right."""
    inside = width - 2 * MARGIN_PT
    return (inside * 0.27, inside * 0.37) if width < 300 else (inside * 0.24, inside * 0.32)


def _stacked(streams: Sequence[Stream], scale: float, tall: float) -> list[float]:
    """Top of each stream's bar; the side stands in the middle of the body."""
    used = sum(stream.million_l for stream in streams) * scale + GAP_PT * (len(streams) - 1)
    tops, at = [], (tall - used) / 2
    for stream in streams:
        tops.append(at)
        at += stream.million_l * scale + GAP_PT
    return tops


def _spread(heights: Sequence[float], middles: Sequence[float], tall: float) -> list[float]:
    """Tops of labels as near to their middles as they can be without overlap, within the body."""
    tops = [middle - height / 2 for middle, height in zip(middles, heights, strict=True)]
    at = 0.0
    for place, height in enumerate(heights):
        tops[place] = at = max(tops[place], at)
        at += height + 2
    limit = tall
    for place in reversed(range(len(heights))):
        tops[place] = min(tops[place], limit - heights[place])
        limit = tops[place] - 2
    return tops


def _bands(
    axes: Axes, sources: Sequence[Stream], uses: Sequence[Stream], ends: Sequence[Sequence[float]], scale: float, wide: float
) -> None:
    """Every source feeds every use in proportion: what is burned can have come from any tanker."""
    total = sum(use.million_l for use in uses)
    begins = list(ends[0])
    arrives = list(ends[1])
    t = np.linspace(0, 1, 40)
    smooth = t * t * (3 - 2 * t)
    for i, source in enumerate(sources):
        for j, use in enumerate(uses):
            thick = source.million_l * use.million_l / total * scale
            y = begins[i] + (arrives[j] - begins[i]) * smooth
            x = BAR_PT + t * (wide - 2 * BAR_PT)
            axes.fill_between(x, y, y + thick, color=use.look.hue.tint(0.34), linewidth=0, zorder=1)
            begins[i] += thick
            arrives[j] += thick
    for top, source in zip(ends[0], sources, strict=True):
        axes.fill_between([0, BAR_PT], top, top + source.million_l * scale, color=source.look.hue.mark, linewidth=0)
    for top, use in zip(ends[1], uses, strict=True):
        axes.fill_between([wide - BAR_PT, wide], top, top + use.million_l * scale, color=use.look.hue.mark, linewidth=0)


def flow(
    about: ChartContext, sources: Sequence[Stream], uses: Sequence[Stream], title: Phrase, notes: Sequence[Phrase] = ()
) -> Flow:
    """Fuel from its sources to its uses; streams without a litre are left out.

    Raises
    ------
    UsageError
        If a stream is negative, nothing flows, or the sides differ by more than a litre in a million.
    """
    shown = [tuple(s for s in side if s.million_l > 0) for side in (sources, uses)]
    sums = [sum(s.million_l for s in side) for side in (sources, uses)]
    if min((s.million_l for s in (*sources, *uses)), default=-1.0) < 0 or sums[0] <= 0 or abs(sums[0] - sums[1]) > 1e-6 * sums[0]:
        raise UsageError(Phrase(
            "flow chart: expected the same litres on both sides and none below 0, got {left:,.3f} and {right:,.3f} million",
            left=sums[0], right=sums[1],
        ))  # fmt: skip
    return Flow(
        name="litres",
        about=about,
        title=title,
        measure=Phrase("Million litres of all fuels over the reported days, {of_runs}", of_runs=about.of_runs),
        notes=tuple(notes),
        sources=shown[0],
        uses=shown[1],
    )


STOCKS = Look(GREY)

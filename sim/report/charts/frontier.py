"""Cost against shortage: a numbered mark a strategy, and the line of those that no other beats on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.errors import UsageError
from sim.language import NOTHING, Phrase, said
from sim.report.charts.chart import BodyChart, Table
from sim.report.charts.marks import GREY, MAIN
from sim.report.charts.units import Unit
from sim.report.context import ChartContext
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, nice_step
from sim.report.style import AXIS, GRID, INK, NOTE_PT, PAPER, SECONDARY, TICK_PT, width_pt, wrap
from sim.report.words import Language, figures_of

PLOT_PT, LEFT_PT, FOOT_PT, KEY_GAP_PT, MARK_PT = 190.0, 36.0, 40.0, 14.0, 12.0
SPOTS = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1))
"""Where a numbered mark may stand, in its own diameters from its point, times 1, 2, 3 …"""


class Point(NamedTuple):
    """Mean cost and mean shortage of a strategy, in the units shown, with the 95 % intervals of the means."""

    title: Phrase
    cost: float
    shortage: float
    cost_range: tuple[float, float] | None = None
    shortage_range: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Frontier(BodyChart):
    """Strategies by cost and shortage, numbered in order of shortage."""

    points: tuple[Point, ...]
    axes_titles: tuple[Phrase, Phrase]

    @property
    def undominated(self) -> tuple[int, ...]:
        """Points that no other equals or beats on both and beats on one, by cost."""
        return undominated(self.points)

    @property
    def table(self) -> Table:
        """A line a strategy."""
        best = set(self.undominated)
        rows = tuple(
            (str(i + 1), p.title, p.cost, *(p.cost_range or (None, None)), p.shortage, *(p.shortage_range or (None, None)),
             Phrase("yes") if i in best else Phrase("no"))
            for i, p in enumerate(self.points)
        )  # fmt: skip
        low, high = Phrase("low"), Phrase("high")
        return Table(
            (
                Phrase("number"),
                Phrase("strategy"),
                self.axes_titles[0],
                low,
                high,
                self.axes_titles[1],
                low,
                high,
                Phrase("on the line"),
            ),
            rows,
        )

    def _key(self, width: float, lang: Language) -> tuple[float, list[list[str]]]:
        """Left edge and lines of the names; below the plot where the sheet is narrow."""
        room = width - 2 * MARGIN_PT - 18 if width < 300 else (width - 2 * MARGIN_PT) * 0.36
        names = [wrap(said(point.title, lang.lang), room, NOTE_PT) for point in self.points]
        return (MARGIN_PT if width < 300 else width - MARGIN_PT - room - 18), names

    def _key_pt(self, names: Sequence[Sequence[str]]) -> float:
        return sum(max(block_pt(len(lines), NOTE_PT), MARK_PT) + 3 for lines in names)

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Plot, its axis, and the names beside or below."""
        tall = self._key_pt(self._key(width_pt, lang)[1])
        if width_pt < 300:
            return self._top_pt(width_pt, lang) + PLOT_PT * 0.85 + FOOT_PT + tall + KEY_GAP_PT
        return max(self._top_pt(width_pt, lang) + PLOT_PT + FOOT_PT, tall)

    def _top_pt(self, width: float, lang: Language) -> float:
        return block_pt(len(self._above(width, lang)), NOTE_PT) + 5

    def _above(self, width: float, lang: Language) -> list[str]:
        """Lines of the title of the vertical axis, which stands above it."""
        left, _ = self._key(width, lang)
        return wrap(said(self.axes_titles[1], lang.lang), (width if width < 300 else left) - 2 * MARGIN_PT, NOTE_PT)

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Plot, line, numbered marks, names."""
        narrow = sheet.width_pt < 300
        key_left, names = self._key(sheet.width_pt, lang)
        sheet.write(MARGIN_PT, 0, self._above(sheet.width_pt, lang), NOTE_PT, SECONDARY)
        top = self._top_pt(sheet.width_pt, lang)
        wide = (sheet.width_pt - MARGIN_PT - 10 if narrow else key_left - KEY_GAP_PT) - LEFT_PT
        tall = PLOT_PT * 0.85 if narrow else sheet.body_pt - top - FOOT_PT
        axes = sheet.axes(LEFT_PT, top, wide, tall)
        limits = [_limits([getattr(p, f"{n}_range") or (getattr(p, n),) * 2 for p in self.points]) for n in ("cost", "shortage")]
        axes.set_xlim(*limits[0])
        axes.set_ylim(*limits[1])
        ticks = [_ticks(limits[0], int(wide // 44)), _ticks(limits[1], int(tall // 30))]
        axes.set_xticks(ticks[0], [figures_of(t).said(lang.lang) for t in ticks[0]])
        axes.set_yticks(ticks[1], [figures_of(t).said(lang.lang) for t in ticks[1]])
        axes.tick_params(axis="x", length=3, width=0.7, pad=3)
        for tick in ticks[1]:
            axes.axhline(tick, color=GRID, linewidth=0.7, zorder=0.5)
        for tick in ticks[0]:
            axes.axvline(tick, color=GRID, linewidth=0.7, zorder=0.5)
        self._line(axes)
        self._marks(sheet, axes, (LEFT_PT, top, wide, tall), limits)
        foot = top + tall + block_pt(1, TICK_PT) + 8
        below = wrap(said(self.axes_titles[0], lang.lang), wide, NOTE_PT)
        sheet.write(LEFT_PT + wide - max(width_pt(line, NOTE_PT) for line in below), foot, below, NOTE_PT, SECONDARY)
        at = top + tall + FOOT_PT + KEY_GAP_PT if narrow else 0.0
        best = set(self.undominated)
        for place, lines in enumerate(names):
            _badge(sheet, key_left + MARK_PT / 2, at + MARK_PT / 2 - 1, place, place in best)
            sheet.write(key_left + 18, at, lines, NOTE_PT, INK)
            at += max(block_pt(len(lines), NOTE_PT), MARK_PT) + 3

    def _line(self, axes: Axes) -> None:
        """Steps through the strategies that no other beats."""
        best = [self.points[i] for i in self.undominated]
        axes.step([p.cost for p in best], [p.shortage for p in best], where="post", color=AXIS, linewidth=1.0, zorder=1)
        for point in self.points:
            if point.cost_range:
                axes.plot(point.cost_range, [point.shortage] * 2, color=GREY.tint(0.6), linewidth=0.9, zorder=1.5)
            if point.shortage_range:
                axes.plot([point.cost] * 2, point.shortage_range, color=GREY.tint(0.6), linewidth=0.9, zorder=1.5)

    def _marks(
        self, sheet: Sheet, axes: Axes, box: tuple[float, float, float, float], limits: Sequence[tuple[float, float]]
    ) -> None:
        """Numbered marks, moved aside where they would stand on each other; a stalk leads back to the point."""
        taken: list[tuple[float, float]] = []
        best = set(self.undominated)
        left, top, wide, tall = box
        for place, point in enumerate(self.points):
            x = left + (point.cost - limits[0][0]) / (limits[0][1] - limits[0][0]) * wide
            y = top + tall - (point.shortage - limits[1][0]) / (limits[1][1] - limits[1][0]) * tall
            spots = [(x + dx * far * MARK_PT, y + dy * far * MARK_PT) for far in (1, 1.6, 2.2, 3, 4) for dx, dy in SPOTS]
            inside = [s for s in spots if left + 5 <= s[0] <= left + wide - 3 and top + 3 <= s[1] <= top + tall - 5]
            free = (s for s in inside if all(abs(s[0] - a) >= MARK_PT or abs(s[1] - b) >= MARK_PT for a, b in taken))
            at = next(free, (x, y))
            taken.append(at)
            if at != (x, y):
                ends = [(at[0] - left) / wide, (x - left) / wide], [1 - (at[1] - top) / tall, 1 - (y - top) / tall]
                axes.plot(*ends, transform=axes.transAxes, color=INK, linewidth=0.6, zorder=2)
                axes.plot([ends[0][1]], [ends[1][1]], "o", transform=axes.transAxes, color=INK, markersize=2.2, zorder=2)
            _badge(sheet, *at, place, place in best)


def undominated(points: Sequence[Point]) -> tuple[int, ...]:
    """Points that no other equals or beats on both and beats on one, by cost."""
    free = [
        i for i, p in enumerate(points)
        if not any(q.cost <= p.cost and q.shortage <= p.shortage and (q.cost, q.shortage) != (p.cost, p.shortage) for q in points)
    ]  # fmt: skip
    return tuple(sorted(free, key=lambda i: (points[i].cost, points[i].shortage)))


def _badge(sheet: Sheet, x: float, y: float, place: int, best: bool) -> None:
    """A numbered disc at a place of the body: filled on the line, open off it."""
    axes = sheet.axes(x - MARK_PT / 2, y - MARK_PT / 2, MARK_PT, MARK_PT)
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    face = MAIN.hue.text if best else PAPER
    edge = MAIN.hue.text if best else GREY.text
    axes.plot([0.5], [0.5], "o", color=edge, markerfacecolor=face, markersize=MARK_PT - 1.5, markeredgewidth=0.9, clip_on=False)
    text = str(place + 1)
    size = NOTE_PT - 0.5
    left = x - width_pt(text, size, "semibold") / 2
    sheet.write(left, y - size * 0.64, [text], size, PAPER if best else GREY.text, "semibold")


def _limits(ranges: Sequence[tuple[float, float]]) -> tuple[float, float]:
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    if high - low < 1e-9:
        return (max(0.0, 0.9 * low - 1.0) if low >= 0 else low - 1.0), high + max(1.0, 0.1 * abs(high))
    pad = 0.08 * (high - low)
    return (max(0.0, low - pad) if low >= 0 else low - pad), high + pad


def _ticks(limits: tuple[float, float], most: int) -> list[float]:
    ticks: list[float] = []
    for parts in (max(1, most), max(1, most) + 1, max(1, most) + 2, max(1, most) + 4):  # one tick alone tells no scale
        step = nice_step(limits[1] - limits[0], parts)
        ticks = [step * place for place in range(-int(-limits[0] // step), int(limits[1] // step) + 1)]
        if len(ticks) > 1:
            break
    return ticks


def frontier(about: ChartContext, points: Sequence[Point], titles: tuple[Phrase, Phrase], units: tuple[Unit, Unit]) -> Frontier:
    """Cost against shortage of several strategies; `titles` and `units` of cost and of shortage.

    Raises
    ------
    UsageError
        If there is no strategy.
    """
    if not points:
        raise UsageError(Phrase("frontier chart: no strategy has both a cost and a number of shortage days"))
    ordered = tuple(sorted(points, key=lambda p: (p.shortage, p.cost)))
    best = undominated(ordered)
    cheap, good = ordered[best[0]], ordered[best[-1]]
    if len(ordered) == 1:
        title = Phrase(
            "{strategy}: {days} of shortage and {cost}{average}", strategy=good.title, days=units[1].counted(good.shortage),
            cost=units[0].counted(good.cost), average=about.average,
        )  # fmt: skip
    elif ordered[0].shortage == ordered[-1].shortage:
        title = Phrase(
            "{days} of shortage under every strategy; {strategy} costs least ({cost}){average}", strategy=cheap.title,
            days=units[1].counted(cheap.shortage), cost=units[0].counted(cheap.cost), average=about.average,
        )  # fmt: skip
    elif len(best) == 1:
        title = Phrase(
            "{strategy}: least shortage ({days}) and least cost ({cost}){average}", strategy=good.title,
            days=units[1].counted(good.shortage), cost=units[0].counted(good.cost), average=about.average,
        )  # fmt: skip
    else:
        title = Phrase(
            "From {many} to {few} of shortage for {more} more ({cheap} → {good})",
            many=figures_of(cheap.shortage), few=units[1].counted(good.shortage),
            more=units[0].counted(good.cost - cheap.cost), cheap=cheap.title, good=good.title,
        )  # fmt: skip
    known = any(point.cost_range or point.shortage_range for point in points)
    bars = Phrase("; grey bars: 95 % intervals of the means") if known else NOTHING
    return Frontier(
        name="frontier",
        about=about,
        title=title,
        measure=Phrase("Cost against shortage of each strategy: {of_runs}{bars}", of_runs=about.of_runs, bars=bars),
        notes=(Phrase("Filled marks on the line: no other strategy has both less shortage and less cost."),),
        points=ordered,
        axes_titles=tuple(Phrase("{title}, {unit}", title=t, unit=u.name) for t, u in zip(titles, units, strict=True)),  # type: ignore[arg-type]
    )

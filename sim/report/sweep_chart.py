"""Charts of a sweep: a map of means with an isoline over two keys, or lines with bands over one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from sim.analysis.units import Floats
from sim.language import NOTHING, Phrase, said
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.marks import SERIES, Look, mark
from sim.report.context import ChartContext
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, horizontal_grid, nice_step
from sim.report.style import (
    AXIS,
    FAINT,
    GRID,
    HUES,
    INK,
    LABEL_PT,
    NOTE_PT,
    PAPER,
    SECONDARY,
    TICK_PT,
    width_pt,
    wrap,
)
from sim.report.words import NO_BREAK, Language, in_both

Flags = npt.NDArray[np.bool_]

RIGHT_PT, TOP_PT = 10.0, 4.0
CELL_PT, LEAST_MAP_PT, MOST_MAP_PT = 22.0, 90.0, 300.0
"""Height of a row of the map, and of the map."""
LINES_PT = 170.0
MOST_TICKS = 14
SHADES = 64
STRENGTHS = (0.06, 0.8)
"""Tints of the smallest and of the largest mean: numbers in ink can be read on both."""
SMALLEST_NUMBER_PT = 6.0


class Scale(NamedTuple):
    """One swept key: what its axis is called, and its values as texts and, where all are numbers, as numbers."""

    title: Phrase
    labels: tuple[Phrase, ...]
    numbers: tuple[float, ...] | None


@dataclass(frozen=True)
class Measure:
    """What a chart of a sweep shows: title of the metric, its unit in words, divisor and decimals, the unit in the singular."""

    title: Phrase
    unit: Phrase
    divisor: float = 1.0
    digits: int = 1
    one: Phrase = NOTHING

    def counted(self, value: float, lang: Language) -> str:
        """A number with its unit in the form that it takes."""
        single = self.one and lang.takes_singular(round(value, self.digits))
        return f"{lang.number(value, self.digits)}{NO_BREAK}{said(self.one if single else self.unit, lang.lang)}"


class Line(NamedTuple):
    """Means of one strategy over the points of a key, with their intervals; each of shape (n_points,), NaN if unknown."""

    title: Phrase
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, kw_only=True)
class HeatMap(BodyChart):
    """Map of the mean of a metric over two keys, darker where it is more, with one isoline.

    `means`: at each point, shape (n_up, n_across), NaN where undefined; `alike`: whether the paired difference from the reference
    point may be nothing (95 %), same shape; `reference`: place of the reference point, (up, across).
    """

    of: Measure
    across: Scale
    up: Scale
    means: Floats
    alike: Flags
    reference: tuple[int, int]

    @property
    def table(self) -> Table:
        """A line for each point: both keys, the mean, and whether it may be as at the reference."""
        rows: list[tuple[Cell, ...]] = [
            (up, across, None if np.isnan(self.means[i, j]) else float(self.means[i, j] / self.of.divisor),
             Phrase("yes") if self.alike[i, j] else Phrase("no"))
            for i, up in enumerate(self.up.labels) for j, across in enumerate(self.across.labels)
        ]  # fmt: skip
        mean = Phrase("{title}, {unit}", title=self.of.title, unit=self.of.unit)
        return Table((self.up.title, self.across.title, mean, Phrase("may equal the reference (95 %)")), tuple(rows))

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Name of the upward key, map, ticks and name of the other key."""
        return self._head_pt(width_pt, lang) + self._map_pt + block_pt(2, TICK_PT) + 10

    def _head_pt(self, width: float, lang: Language) -> float:
        return block_pt(len(self._up_lines(width, lang)), TICK_PT) + TOP_PT

    def _up_lines(self, width: float, lang: Language) -> list[str]:
        return wrap(said(self.up.title, lang.lang), width - 2 * MARGIN_PT, TICK_PT)

    @property
    def _map_pt(self) -> float:
        return min(max(CELL_PT * len(self.up.labels), LEAST_MAP_PT), MOST_MAP_PT)

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Cells, isoline, numbers, keys; the upward key is named above the map, where it can be read."""
        values = self.means / self.of.divisor
        top = self._head_pt(sheet.width_pt, lang)
        height = self._map_pt + max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang))
        left = MARGIN_PT + 6 + max(width_pt(said(label, lang.lang), TICK_PT) for label in self.up.labels)
        width = sheet.width_pt - left - RIGHT_PT
        sheet.write(MARGIN_PT, 0, self._up_lines(sheet.width_pt, lang), TICK_PT, SECONDARY)
        axes = sheet.axes(left, top, width, height)
        _draw_map(axes, values, isoline_level(values))
        _draw_numbers(axes, self.of, values, self.alike, (width, height), lang)
        row, column = self.reference
        frame = (column - 0.46, row - 0.43)
        dashes = (0, (3, 1.5))
        axes.add_patch(Rectangle(frame, 0.92, 0.86, fill=False, edgecolor=INK, linewidth=1.1, linestyle=dashes, zorder=4))
        _name_axes(axes, self.across, self.up, (width, height), lang)


def heat_map(
    about: ChartContext, of: Measure, across: Scale, up: Scale, means: Floats, alike: Flags, reference: tuple[int, int],
    fixed: Phrase, name: str = "sweep",
) -> HeatMap:  # fmt: skip
    """Map of a metric over two keys; `fixed` says what is the same at every point and may be empty."""
    values = means / of.divisor
    level = isoline_level(values)
    return HeatMap(
        name=name, about=about, title=in_both(lambda lang: _map_finding(of, across, up, values, lang)),
        measure=in_both(lambda lang: _map_subtitle(about, of, values, lang)),
        notes=(in_both(lambda lang: _map_note(of, level, values, lang)), *_fixed_note(fixed)),
        of=of, across=across, up=up, means=means, alike=alike, reference=reference,
    )  # fmt: skip


def isoline_level(values: Floats) -> float | None:
    """The round number nearest to the middle between the smallest and the largest mean; None if there is none between."""
    known = values[~np.isnan(values)]
    if known.size == 0 or known.max() <= known.min():
        return None
    low, high = float(known.min()), float(known.max())
    step = nice_step(high - low, 5)
    levels = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    between = levels[(levels > low) & (levels < high)]
    return float(between[np.argmin(np.abs(between - (low + high) / 2))]) if between.size else None


@dataclass(frozen=True, kw_only=True)
class SweepLines(BodyChart):
    """Means of a metric over one key, a line a strategy, with 95 % intervals as bands; as many as there are marks.

    `reference` is the place of the reference point.
    """

    of: Measure
    across: Scale
    lines: tuple[Line, ...]
    reference: int

    @property
    def drawn(self) -> list[tuple[Line, Look]]:
        """Lines that are drawn, each with its mark."""
        return list(zip(self.lines, SERIES, strict=False))

    @property
    def table(self) -> Table:
        """A line for each strategy and point, those that are not drawn too."""
        headings = (
            Phrase("strategy"), self.across.title, Phrase("mean"), Phrase("95 % interval, low"), Phrase("95 % interval, high")
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            for place, label in enumerate(self.across.labels):
                ends = (float(end[place] / self.of.divisor) for end in (line.mean, line.low, line.high))
                rows.append((line.title, label, *(None if np.isnan(end) else end for end in ends)))
        return Table(headings, tuple(rows))

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Key, lines, ticks and name of the axis."""
        rows = _legend_rows([said(line.title, lang.lang) for line, _ in self.drawn], width_pt)
        return block_pt(sum(len(row[0][1]) for row in rows), LABEL_PT) + 6 + LINES_PT + block_pt(2, TICK_PT) + 10

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Bands, lines with marks of their own, key."""
        rows = _legend_rows([said(line.title, lang.lang) for line, _ in self.drawn], sheet.width_pt)
        legend = block_pt(sum(len(row[0][1]) for row in rows), LABEL_PT) + 6
        height = LINES_PT + max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang))
        ends = [end / self.of.divisor for line, _ in self.drawn for end in (line.mean, line.low, line.high)]
        top = max((float(np.nanmax(end)) for end in ends if not np.isnan(end).all()), default=0.0)
        _draw_legend(sheet, rows, [look for _, look in self.drawn])
        left = 14 + max(width_pt(lang.number(top, self.of.digits), TICK_PT), 16)
        axes = sheet.axes(left, legend, sheet.width_pt - left - RIGHT_PT, height)
        across = self.across
        places = np.asarray(across.numbers if across.numbers is not None else range(len(across.labels)), dtype=float)
        _finish_lines(axes, places, across, top, sheet.width_pt - left - RIGHT_PT, lang)
        for line, look in self.drawn:
            _draw_line(axes, places, line, self.of, look)
        axes.axvline(places[self.reference], color=FAINT, linewidth=0.8, dashes=(2, 2), zorder=0.6)


def sweep_lines(
    about: ChartContext, of: Measure, across: Scale, lines: Sequence[Line], reference: int, fixed: Phrase, name: str = "sweep"
) -> SweepLines:
    """Lines of a metric over one key; `fixed` says what is the same at every point and may be empty."""
    return SweepLines(
        name=name, about=about, title=in_both(lambda lang: _lines_finding(of, across, lines, lang)),
        measure=in_both(lambda lang: _line_subtitle(about, of, across, lines, lang)),
        notes=(in_both(lambda lang: _line_note(lines, lang)), *_fixed_note(fixed)),
        of=of, across=across, lines=tuple(lines), reference=reference,
    )  # fmt: skip


def _draw_map(axes: Axes, values: Floats, level: float | None) -> None:
    rows, columns = values.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    weak, strong = STRENGTHS
    shades = [HUES[0].tint(weak + (strong - weak) * i / (SHADES - 1)) for i in range(SHADES)]
    colors = ListedColormap(shades).with_extremes(bad=GRID)
    shown = np.ma.masked_invalid(values)
    axes.pcolormesh(*edges, shown, cmap=colors, edgecolors=PAPER, linewidth=0.6)
    if level is not None and rows > 1 and columns > 1:
        for xs, ys in borders(values, level):
            axes.plot(xs, ys, color=HUES[1].mark, linewidth=2.0, solid_capstyle="projecting", zorder=3)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.spines["bottom"].set_visible(False)


def borders(values: Floats, level: float) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Edges between cells of which one is under a level and the other is not, as pairs of (x, x) and (y, y)."""
    rows, columns = values.shape
    under, known = values < level, ~np.isnan(values)
    edges: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for i in range(rows):
        for j in range(columns):
            if j + 1 < columns and known[i, j] and known[i, j + 1] and under[i, j] != under[i, j + 1]:
                edges.append(((j + 0.5, j + 0.5), (i - 0.5, i + 0.5)))
            if i + 1 < rows and known[i, j] and known[i + 1, j] and under[i, j] != under[i + 1, j]:
                edges.append(((j - 0.5, j + 0.5), (i + 0.5, i + 0.5)))
    return edges


def _draw_numbers(
    axes: Axes, measure: Measure, values: Floats, alike: Flags, size_pt: tuple[float, float],
    lang: Language,
) -> None:  # fmt: skip
    """The means in their cells, where they fit; ≈ before those that may be as at the reference."""
    rows, columns = values.shape
    known = values[~np.isnan(values)]
    if known.size == 0:
        return
    texts = {
        (i, j): ("≈" if alike[i, j] else "") + lang.number(float(values[i, j]), measure.digits)
        for i in range(rows) for j in range(columns) if not np.isnan(values[i, j])
    }  # fmt: skip
    room, height = size_pt[0] / columns - 3, size_pt[1] / rows - 2
    sizes = [s for s in (TICK_PT, NOTE_PT, SMALLEST_NUMBER_PT) if block_pt(1, s) <= height]
    fitting = next((s for s in sizes if max(width_pt(text, s) for text in texts.values()) <= room), None)
    if fitting is None:
        return
    for (i, j), text in texts.items():
        axes.text(j, i, text, fontsize=fitting, color=INK, ha="center", va="center", zorder=5)


def _name_axes(axes: Axes, across: Scale, up: Scale, size_pt: tuple[float, float], lang: Language) -> None:
    for axis, scale, most in (
        (axes.xaxis, across, _labels_that_fit(across, size_pt[0], lang)),
        (axes.yaxis, up, int(size_pt[1] // block_pt(1, TICK_PT))),
    ):
        labels = [said(label, lang.lang) for label in scale.labels]
        step = -(-len(labels) // max(1, most))
        axis.set_ticks(range(0, len(labels), step), labels[::step])
    axes.set_xlabel(said(across.title, lang.lang), fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.tick_params(axis="x", length=0, pad=3)
    axes.tick_params(axis="y", pad=3)


def _labels_that_fit(scale: Scale, room_pt: float, lang: Language) -> int:
    """How many labels of an axis have room side by side."""
    widest = max(width_pt(said(label, lang.lang), TICK_PT) for label in scale.labels)
    return max(1, min(MOST_TICKS, int(room_pt // (widest + 5))))


def _draw_line(axes: Axes, places: Floats, line: Line, measure: Measure, look: Look) -> None:
    low, mean, high = (values / measure.divisor for values in (line.low, line.mean, line.high))
    axes.fill_between(places, low, high, color=look.hue.mark, alpha=0.10, linewidth=0, zorder=1)
    for end in (low, high):
        axes.plot(places, end, color=look.hue.mark, alpha=0.5, linewidth=0.6, zorder=2, **_dashed(look))
    axes.plot(places, mean, color=look.hue.mark, linewidth=1.5, zorder=3, **_dashed(look))
    for x, y in zip(places.tolist(), mean.tolist(), strict=True):
        if not np.isnan(y):
            mark(axes, x, y, look, 5.5)


def _dashed(look: Look) -> dict[str, Any]:
    return {"dashes": look.dashes} if look.dashes else {}


def _finish_lines(axes: Axes, places: Floats, across: Scale, top: float, room_pt: float, lang: Language) -> None:
    margin = 0.03 * float(places.max() - places.min()) or 0.5
    axes.set_xlim(places.min() - margin, places.max() + margin)
    top = top or 1.0
    step = nice_step(top, 5)
    ticks = [float(tick) for tick in np.arange(0, top + step, step)]
    axes.set_ylim(0, ticks[-1])
    digits = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9)
    horizontal_grid(axes, ticks, [lang.number(tick, digits) for tick in ticks], GRID)
    every = -(-len(places) // _labels_that_fit(across, room_pt * 0.9, lang))
    axes.set_xticks(list(places[::every]), [said(label, lang.lang) for label in across.labels[::every]])
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)
    axes.set_xlabel(said(across.title, lang.lang), fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.spines["bottom"].set_color(AXIS)


LegendRow = list[tuple[int, list[str], float]]


def _legend_rows(titles: list[str], sheet_pt: float) -> list[LegendRow]:
    """Strategies with their place, their lines and left end in points, in as many rows as they need."""
    rows: list[LegendRow] = [[]]
    left = MARGIN_PT
    for i, title in enumerate(titles):
        lines = wrap(title, sheet_pt - 2 * MARGIN_PT - 12, LABEL_PT, "semibold")
        wide = 12 + max(width_pt(line, LABEL_PT, "semibold") for line in lines) + 14
        if rows[-1] and (left + wide > sheet_pt or len(lines) != len(rows[-1][0][1])):
            rows.append([])
            left = MARGIN_PT
        rows[-1].append((i, lines, left))
        left += wide
    return rows


def _draw_legend(sheet: Sheet, rows: list[LegendRow], looks: list[Look]) -> None:
    top = 0.0
    for row in rows:
        for i, lines, left in row:
            axes = sheet.axes(left, top, 9, block_pt(1, LABEL_PT))
            axes.set_axis_off()
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            mark(axes, 0.5, 0.45, looks[i])
            sheet.write(left + 12, top, lines, LABEL_PT, looks[i].hue.text, "semibold")
        top += block_pt(len(row[0][1]), LABEL_PT)


def _undefined(measure: Measure, lang: Language) -> str:
    nowhere = {"en": "undefined at every point", "fr": "indéfini en tout point"}[lang.code]
    return f"{said(measure.title, lang.lang)}{lang.colon} {nowhere}"


def _at(scale: Scale, place: int, lang: Language) -> str:
    """A point of a key: the last word of its name, and its value."""
    name = said(scale.title, lang.lang).split(" (")[0].rsplit(".", 1)[-1]
    return f"{name}{NO_BREAK}{said(scale.labels[place], lang.lang)}"


def _map_finding(measure: Measure, across: Scale, up: Scale, values: Floats, lang: Language) -> str:
    """Where the least and the greatest mean lie."""
    if np.isnan(values).all():
        return _undefined(measure, lang)
    title = said(measure.title, lang.lang)
    told = []
    for place in (int(np.nanargmin(values)), int(np.nanargmax(values))):
        i, j = divmod(place, values.shape[1])
        point = f"{_at(up, i, lang)}, {_at(across, j, lang)}"
        told.append((lang.number(float(values[i, j]), measure.digits), point))
    (low, at_low), (high, at_high) = told
    least = measure.counted(float(np.nanmin(values)), lang)
    if low == high:
        return f"{title}{lang.colon} {least} {'at every point' if lang.code == 'en' else 'en tout point'}"
    if lang.code == "en":
        return f"{title}: {least} ({at_low}) to {high} ({at_high})"
    return f"{title}{lang.colon} {least} ({at_low}) à {high} ({at_high})"


def _lines_finding(measure: Measure, across: Scale, lines: Sequence[Line], lang: Language) -> str:
    """From which point and strategy to which the means go."""
    values = np.array([line.mean / measure.divisor for line in lines])
    if np.isnan(values).all():
        return _undefined(measure, lang)
    title = said(measure.title, lang.lang)
    told = []
    for place in (int(np.nanargmin(values)), int(np.nanargmax(values))):
        k, j = divmod(place, values.shape[1])
        at = _at(across, j, lang)
        point = at if len(lines) == 1 else f"{said(lines[k].title, lang.lang)}, {at}"
        told.append((lang.number(float(values[k, j]), measure.digits), point))
    (low, at_low), (high, at_high) = told
    least = measure.counted(float(np.nanmin(values)), lang)
    if low == high:
        return f"{title}{lang.colon} {least} {'at every point' if lang.code == 'en' else 'en tout point'}"
    to = {"en": "to", "fr": "à"}[lang.code]
    return f"{title}{lang.colon} {least} ({at_low}) {to} {high} ({at_high})"


def _over_runs(about: ChartContext, points: int, lang: Language) -> str:
    """What the numbers of points are of."""
    each, one = lang.number(points), about.runs == 1
    if lang.code == "en":
        return f"{'One run' if one else f'Mean over the {lang.number(about.runs)} runs'} of each of {each} points"
    return f"{'Une simulation' if one else f'Moyenne des {lang.number(about.runs)} simulations'} de chacun des {each} points"


def _map_subtitle(about: ChartContext, measure: Measure, values: Floats, lang: Language) -> str:
    of, unit = _over_runs(about, values.size, lang), said(measure.unit, lang.lang)
    if lang.code == "en":
        return f"{of}, in {unit}; darker is more"
    return f"{of}, en {unit}{lang.semicolon} plus foncé{lang.colon} davantage"


def _known(lines: Sequence[Line]) -> bool:
    """Whether any mean has an interval."""
    return any(not np.isnan(line.low).all() for line in lines)


def _line_subtitle(about: ChartContext, measure: Measure, across: Scale, lines: Sequence[Line], lang: Language) -> str:
    of, unit = _over_runs(about, len(across.labels), lang), said(measure.unit, lang.lang)
    if lang.code == "en":
        return f"{of}, in {unit}{f', with its {lang.share(0.95)} interval' if _known(lines) else ''}"
    return f"{of}, en {unit}{f', et son intervalle à {lang.share(0.95)}' if _known(lines) else ''}"


def _map_note(measure: Measure, level: float | None, values: Floats, lang: Language) -> str:
    english = lang.code == "en"
    if english:
        note = "Framed by dashes: the reference point. ≈: the paired difference from it may be nothing (95 %, each by itself)."
    else:
        note = (
            f"Encadré de tirets{lang.colon} le point de référence. ≈{lang.colon} la différence appariée avec lui peut être nulle "
            f"({lang.share(0.95)}, chaque point pour lui-même)."
        )
    if level is None or min(values.shape) < 2:
        return note
    digits = next(d for d in range(7) if abs(round(level, d) - level) < 1e-9)
    number = f"{lang.number(level, digits)}{NO_BREAK}{said(measure.unit, lang.lang)}"
    if english:
        return f"{note} Line: between points under {number} and the others."
    return f"{note} Ligne{lang.colon} entre les points sous {number} et les autres."


def _line_note(lines: Sequence[Line], lang: Language) -> str:
    left_out = max(0, len(lines) - len(SERIES))
    if lang.code == "en":
        band = (
            "Band: 95 % interval of the mean, over worlds. All points have the same worlds, so that their differences are known "
            "better than bands suggest: see tables/sweep.csv. "
        )
        more = f" {left_out} further {'strategy is' if left_out == 1 else 'strategies are'} in the table only."
        return f"{band if _known(lines) else ''}Dashed upright: the reference point.{more if left_out else ''}"
    band = (
        f"Bande{lang.colon} intervalle à {lang.share(0.95)} de la moyenne, sur les mondes. Les mêmes mondes servent à tous "
        f"les points{lang.semicolon} leurs différences sont mieux connues que les bandes ne le suggèrent{lang.colon} voir "
        f"tables/sweep.csv. "
    )
    others = "autre stratégie ne figure" if left_out == 1 else "autres stratégies ne figurent"
    more = f" {left_out} {others} que dans le tableau."
    return f"{band if _known(lines) else ''}Tirets verticaux{lang.colon} le point de référence.{more if left_out else ''}"


def _fixed_note(fixed: Phrase) -> tuple[Phrase, ...]:
    return (Phrase("At every point: {fixed}.", fixed=fixed),) if fixed else ()

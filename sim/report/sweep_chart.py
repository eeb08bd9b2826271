"""Charts of a sweep: a map of means with an isoline over two keys, or lines with bands over one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from sim.analysis.units import Floats
from sim.report.context import ChartContext
from sim.report.sheet import Sheet, block_pt, horizontal_grid, make_sheet, nice_step
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
    WIDTH_PT,
    Hue,
    house_style,
    width_pt,
)
from sim.report.words import NO_BREAK, Language

Flags = npt.NDArray[np.bool_]

RIGHT_PT, TOP_PT = 10.0, 4.0
CELL_PT, LEAST_MAP_PT, MOST_MAP_PT = 22.0, 90.0, 300.0
"""Height of a row of the map, and of the map."""
LINES_PT = 170.0
MOST_TICKS = 14
SHADES = 64
STRENGTHS = (0.06, 0.86)
"""Tints of the smallest and of the largest mean."""
LIGHT_TEXT_FROM = 0.7
"""Strength from which a number is written in white."""
SMALLEST_NUMBER_PT = 6.0


class Scale(NamedTuple):
    """One swept key: what its axis is called, and its values as texts and, where all are numbers, as numbers."""

    title: str
    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None


@dataclass(frozen=True)
class Measure:
    """What a chart of a sweep shows: the title of the metric, its unit in words, divisor and decimals of the numbers."""

    title: str
    unit: str
    divisor: float = 1.0
    digits: int = 1


class Line(NamedTuple):
    """Means of one strategy over the points of a key, with their intervals; each of shape (n_points,), NaN if unknown."""

    title: str
    mean: Floats
    low: Floats
    high: Floats


def heat_map(
    context: ChartContext, measure: Measure, across: Scale, up: Scale, means: Floats, alike: Flags,
    reference: tuple[int, int], fixed: str,
) -> Sheet:  # fmt: skip
    """Map of the mean of a metric over two keys, darker where it is more, with one isoline.

    Parameters
    ----------
    means
        Mean at each point, shape (n_up, n_across), NaN where undefined.
    alike
        Whether the paired difference from the reference point may be nothing (95 %), same shape.
    reference
        Place of the reference point, (up, across).
    fixed
        What is the same at every point, in words; may be empty.
    """
    lang = context.language
    with house_style():
        values = means / measure.divisor
        level = isoline_level(values)
        height = min(max(CELL_PT * len(up.labels), LEAST_MAP_PT), MOST_MAP_PT)
        left = 10 + block_pt(1, TICK_PT) + max(width_pt(label, TICK_PT) for label in up.labels)
        width = WIDTH_PT - left - RIGHT_PT
        notes = _map_notes(context, measure, level, values, fixed)
        body = TOP_PT + height + block_pt(2, TICK_PT) + 10
        sheet = make_sheet(_span(measure, values, lang), _map_subtitle(context, measure, values, lang), body, notes)
        axes = sheet.axes(left, TOP_PT, width, height)
        _draw_map(axes, values, level)
        _draw_numbers(axes, measure, values, alike, (width, height), lang)
        row, column = reference
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.6, zorder=4))
        _name_axes(axes, across, up)
        return sheet


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


def sweep_lines(
    context: ChartContext, measure: Measure, across: Scale, lines: Sequence[Line], reference: int, fixed: str
) -> Sheet:
    """Means of a metric over one key, a line a strategy, with 95 % intervals as bands; at most as many as there are colours.

    `reference` is the place of the reference point; `fixed` says what is the same at every point.
    """
    lang = context.language
    drawn = list(zip(lines, HUES, strict=False))
    with house_style():
        ends = [end / measure.divisor for line, _ in drawn for end in (line.mean, line.low, line.high)]
        top = max((float(np.nanmax(end)) for end in ends if not np.isnan(end).all()), default=0.0)
        rows = _legend_rows([line.title for line, _ in drawn])
        legend = block_pt(len(rows), LABEL_PT) + 6
        body = legend + LINES_PT + block_pt(2, TICK_PT) + 10
        values = np.concatenate([line.mean / measure.divisor for line, _ in drawn])
        notes = _line_notes(context, lines, drawn, fixed)
        sheet = make_sheet(_span(measure, values, lang), _line_subtitle(context, measure, across, lang), body, notes)
        _draw_legend(sheet, rows, [hue for _, hue in drawn])
        left = 14 + max(width_pt(lang.number(top, measure.digits), TICK_PT), 16)
        axes = sheet.axes(left, legend, WIDTH_PT - left - RIGHT_PT, LINES_PT)
        places = np.asarray(across.numbers if across.numbers is not None else range(len(across.labels)), dtype=float)
        for line, hue in drawn:
            _draw_line(axes, places, line, measure, hue)
        _finish_lines(axes, places, across, top, measure, lang)
        axes.axvline(places[reference], color=FAINT, linewidth=0.8, dashes=(2, 2), zorder=0.6)
        return sheet


def _draw_map(axes: Axes, values: Floats, level: float | None) -> None:
    rows, columns = values.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    weak, strong = STRENGTHS
    shades = [HUES[0].tint(weak + (strong - weak) * i / (SHADES - 1)) for i in range(SHADES)]
    colors = ListedColormap(shades).with_extremes(bad=GRID)
    shown = np.ma.masked_invalid(values)
    axes.pcolormesh(*edges, shown, cmap=colors, edgecolors=PAPER, linewidth=0.6)
    if level is not None and rows > 1 and columns > 1:
        axes.contour(np.arange(columns), np.arange(rows), shown, levels=[level], colors=[INK], linewidths=1.1, zorder=3)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.spines["bottom"].set_visible(False)


def _draw_numbers(
    axes: Axes, measure: Measure, values: Floats, alike: Flags, size_pt: tuple[float, float],
    lang: Language,
) -> None:  # fmt: skip
    """The means in their cells, where they fit; ≈ before those that may be as at the reference."""
    rows, columns = values.shape
    known = values[~np.isnan(values)]
    if known.size == 0:
        return
    low, span = float(known.min()), float(known.max() - known.min()) or 1.0
    texts = {
        (i, j): ("≈" if alike[i, j] else "") + lang.number(float(values[i, j]), measure.digits)
        for i in range(rows) for j in range(columns) if not np.isnan(values[i, j])
    }  # fmt: skip
    room, height = size_pt[0] / columns - 3, size_pt[1] / rows - 2
    sizes = [s for s in (TICK_PT, NOTE_PT, SMALLEST_NUMBER_PT) if block_pt(1, s) <= height]
    fitting = next((s for s in sizes if max(width_pt(text, s) for text in texts.values()) <= room), None)
    if fitting is None:
        return
    weak, strong = STRENGTHS
    for (i, j), text in texts.items():
        strength = weak + (strong - weak) * (float(values[i, j]) - low) / span
        color = PAPER if strength >= LIGHT_TEXT_FROM else INK
        halo = [Stroke(linewidth=2.2, foreground=HUES[0].tint(strength)), Normal()]  # keeps the isoline off the number
        axes.text(j, i, text, fontsize=fitting, color=color, ha="center", va="center", zorder=5, path_effects=halo)


def _name_axes(axes: Axes, across: Scale, up: Scale) -> None:
    for axis, scale, set_label in ((axes.xaxis, across, axes.set_xlabel), (axes.yaxis, up, axes.set_ylabel)):
        step = -(-len(scale.labels) // MOST_TICKS)
        axis.set_ticks(range(0, len(scale.labels), step), scale.labels[::step])
        set_label(scale.title, fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.tick_params(axis="x", length=0, pad=3)
    axes.tick_params(axis="y", pad=3)


def _draw_line(axes: Axes, places: Floats, line: Line, measure: Measure, hue: Hue) -> None:
    low, mean, high = (values / measure.divisor for values in (line.low, line.mean, line.high))
    axes.fill_between(places, low, high, color=hue.mark, alpha=0.14, linewidth=0, zorder=1)
    axes.plot(places, mean, "o-", color=hue.mark, linewidth=1.5, markersize=4, markeredgecolor=PAPER, zorder=3)


def _finish_lines(axes: Axes, places: Floats, across: Scale, top: float, measure: Measure, lang: Language) -> None:
    margin = 0.03 * float(places.max() - places.min()) or 0.5
    axes.set_xlim(places.min() - margin, places.max() + margin)
    top = top or 1.0
    step = nice_step(top, 5)
    ticks = [float(tick) for tick in np.arange(0, top + step, step)]
    axes.set_ylim(0, ticks[-1])
    digits = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9)
    horizontal_grid(axes, ticks, [lang.number(tick, digits) for tick in ticks], GRID)
    every = -(-len(places) // MOST_TICKS)
    axes.set_xticks(list(places[::every]), across.labels[::every])
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)
    axes.set_xlabel(across.title, fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.spines["bottom"].set_color(AXIS)


def _legend_rows(titles: list[str]) -> list[list[tuple[int, str, float]]]:
    """Strategies with their place and left end in points, in as many rows as they need."""
    rows: list[list[tuple[int, str, float]]] = [[]]
    left = 5.0
    for i, title in enumerate(titles):
        wide = 14 + width_pt(title, LABEL_PT, "semibold") + 14
        if rows[-1] and left + wide > WIDTH_PT:
            rows.append([])
            left = 5.0
        rows[-1].append((i, title, left))
        left += wide
    return rows


def _draw_legend(sheet: Sheet, rows: list[list[tuple[int, str, float]]], hues: list[Hue]) -> None:
    for place, row in enumerate(rows):
        for i, title, left in row:
            top = block_pt(place, LABEL_PT)
            sheet.write(left, top, ["●"], LABEL_PT, hues[i].mark)
            sheet.write(left + 12, top, [title], LABEL_PT, hues[i].text, "semibold")


def _span(measure: Measure, values: Floats, lang: Language) -> str:
    """The finding: between which means the points lie."""
    known = values[~np.isnan(values)]
    english = lang.code == "en"
    if not known.size:
        return f"{measure.title}{lang.colon} {'undefined at every point' if english else 'indéfini en tout point'}"
    low, high = lang.number(float(known.min()), measure.digits), lang.number(float(known.max()), measure.digits)
    if low == high:
        everywhere = "at every point" if english else "en tout point"
        return f"{measure.title}{lang.colon} {low}{NO_BREAK}{measure.unit} {everywhere}"
    words = f"{low} to {high}" if english else f"de {low} à {high}"
    return f"{measure.title}{lang.colon} {words}{NO_BREAK}{measure.unit}"


def _map_subtitle(context: ChartContext, measure: Measure, values: Floats, lang: Language) -> str:
    runs, points = lang.number(context.runs), lang.number(values.size)
    if lang.code == "en":
        return f"Mean over the {runs} runs of each of {points} points, in {measure.unit}; darker is more"
    darker = f"{lang.semicolon} plus foncé{lang.colon} davantage"
    return f"Moyenne des {runs} simulations de chacun des {points} points, en {measure.unit}{darker}"


def _line_subtitle(context: ChartContext, measure: Measure, across: Scale, lang: Language) -> str:
    runs, points = lang.number(context.runs), lang.number(len(across.labels))
    if lang.code == "en":
        return f"Mean over the {runs} runs of each of {points} points, in {measure.unit}, with its {lang.share(0.95)} interval"
    interval = f"et son intervalle à {lang.share(0.95)}"
    return f"Moyenne des {runs} simulations de chacun des {points} points, en {measure.unit}, {interval}"


def _map_notes(context: ChartContext, measure: Measure, level: float | None, values: Floats, fixed: str) -> list[str]:
    lang = context.language
    english = lang.code == "en"
    parts = []
    if english:
        parts.append("Framed: the reference point. ≈: the paired difference from it may be nothing (95 %, each point by itself).")
    else:
        parts.append(
            f"Encadré{lang.colon} le point de référence. ≈{lang.colon} la différence appariée avec lui peut être nulle "
            f"({lang.share(0.95)}, chaque point pour lui-même)."
        )
    if level is not None and min(values.shape) > 1:
        digits = next(d for d in range(7) if abs(round(level, d) - level) < 1e-9)
        number = lang.number(level, digits)
        between = "interpolated between points" if english else "interpolée entre les points"
        parts.append(f"{'Line' if english else 'Ligne'}{lang.colon} {number}{NO_BREAK}{measure.unit}, {between}.")
    return [" ".join(parts), *_common_notes(context, fixed)]


def _line_notes(context: ChartContext, lines: Sequence[Line], drawn: Sequence[object], fixed: str) -> list[str]:
    lang = context.language
    left_out = len(lines) - len(drawn)
    if lang.code == "en":
        note = (
            "Band: 95 % interval of the mean, over worlds. All points have the same worlds, so that their differences are known "
            "better than bands suggest: see tables/sweep.csv. Dashed: the reference point."
        )
        more = f" {left_out} further strategies are in the table only." if left_out else ""
    else:
        note = (
            f"Bande{lang.colon} intervalle à {lang.share(0.95)} de la moyenne, sur les mondes. Les mêmes mondes servent à tous "
            f"les points{lang.semicolon} leurs différences sont mieux connues que les bandes ne le suggèrent{lang.colon} voir "
            f"tables/sweep.csv. Tirets{lang.colon} le point de référence."
        )
        more = f" {left_out} autres stratégies ne figurent que dans le tableau." if left_out else ""
    return [note + more, *_common_notes(context, fixed)]


def _common_notes(context: ChartContext, fixed: str) -> list[str]:
    lang = context.language
    same = "At every point" if lang.code == "en" else "En tout point"
    return [*([f"{same}{lang.colon} {fixed}."] if fixed else []), context.source_line()]

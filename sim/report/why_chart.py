"""The parts of an explanation as bars on one scale, with their intervals, and beside them those of each period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from matplotlib.axes import Axes

from sim.language import Phrase
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.context import ChartContext
from sim.report.metric_phrases import title
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.style import (
    AXIS,
    FAINT,
    GRID,
    HUES,
    INK,
    LABEL_PT,
    NOTE_PT,
    SECONDARY,
    Weight,
    width_pt,
    wrap,
)
from sim.report.why_text import Amounts, amounts_of, headline, part_name, period_name
from sim.report.words import Language, in_both
from sim.study.why import Explanation

ROW_PT, BAR = 24.0, 0.5
PERIOD_BAR, RAISED = 0.34, 0.2
"""Height of the bars of a period, and how far they stand above the middle of their row, in rows."""

NAMES_PT, GAP_PT, PERIOD_GAP_PT = 118.0, 8.0, 5.0
NARROW_PT, NARROW_NAMES_PT = 300.0, 92.0
"""Sheets narrower than this have the whole only, beside shorter names; periods are in the table."""

HEAD_PT = 14.0
WHOLE_SHARE = 0.34
"""Share of the room that the column of the whole difference has where periods stand beside it."""


class _Column:
    """A column of the chart: its heading, the amounts of the rows, and where it stands."""

    def __init__(self, heading: str, values: Sequence[Fraction], left_pt: float, room_pt: float) -> None:
        self.heading, self.values, self.left_pt, self.room_pt = heading, values, left_pt, room_pt


@dataclass(frozen=True, kw_only=True)
class WhyChart(BodyChart):
    """The parts of an explanation: a row for each, largest first, the remainder after them, and the whole in the last."""

    found: Explanation

    @property
    def table(self) -> Table:
        """A line for each part and the whole: mean, interval, and the amount in each period."""
        found = self.found
        within = [Phrase("{first} to {last}", first=one.period.first, last=one.period.last) for one in found.within]
        rows: list[tuple[Cell, ...]] = []
        for place in _order(found):
            part = found.parts[place]
            name = in_both(lambda lang, told=part.name: part_name(told, lang))  # type: ignore[misc]
            rows.append((name, float(part.value), part.low, part.high, *(float(one.values[place]) for one in found.within)))
        whole = in_both(lambda lang: _whole_name(found, lang))
        rows.append((whole, float(found.difference), found.low, found.high, *(float(one.difference) for one in found.within)))
        ends = (Phrase("95 % interval, low"), Phrase("95 % interval, high"))
        return Table((Phrase("part"), Phrase("mean"), *ends, *within), tuple(rows))

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Headings of columns and a row for each part and the whole."""
        return _head_pt(self.found) + ROW_PT * (len(self.found.parts) + 1)

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Names, bars, amounts."""
        found = self.found
        order, amounts = _order(found), amounts_of(found, lang)
        names_pt = NAMES_PT if sheet.width_pt >= NARROW_PT else NARROW_NAMES_PT
        columns = _columns(found, order, lang, sheet.width_pt, names_pt)
        _names(sheet, found, order, lang, names_pt)
        for place, column in enumerate(columns):
            _draw(sheet, found, order, column, amounts, first=place == 0)


def why_chart(about: ChartContext, found: Explanation) -> WhyChart:
    """Chart of an explanation."""
    return WhyChart(
        name="why",
        about=about,
        title=in_both(lambda lang: headline(found, lang)),
        measure=in_both(lambda lang: _subtitle(found, amounts_of(found, lang), lang)),
        notes=(in_both(lambda lang: _note(found, lang)),),
        found=found,
    )


def _head_pt(found: Explanation) -> float:
    """Height of the headings of columns; a single column needs none."""
    return HEAD_PT if found.within else 0.0


def _order(found: Explanation) -> list[int]:
    """Places of the parts: mechanisms by size, then the remainder."""
    places = sorted(range(6), key=lambda i: -abs(found.parts[i].value))
    return [*places, *range(6, len(found.parts))]


def _columns(
    found: Explanation, order: Sequence[int], lang: Language, width_pt: float, names_pt: float
) -> list[_Column]:
    """The whole and, where there is room for them, the periods."""
    whole = [*(found.parts[i].value for i in order), found.difference]
    room = width_pt - 2 * MARGIN_PT - names_pt
    if not found.within or width_pt < NARROW_PT:
        return [_Column("", whole, MARGIN_PT + names_pt, room)]
    first = room * WHOLE_SHARE
    each = (room - first - GAP_PT) / len(found.within)
    heading = "In all" if lang.code == "en" else "En tout"
    columns = [_Column(heading, whole, MARGIN_PT + names_pt, first)]
    for place, within in enumerate(found.within):
        values = [*(within.values[i] for i in order), within.difference]
        left = MARGIN_PT + names_pt + first + GAP_PT + place * each
        columns.append(_Column(period_name(within, lang), values, left, each - PERIOD_GAP_PT))
    return columns


def _names(sheet: Sheet, found: Explanation, order: Sequence[int], lang: Language, names_pt: float) -> None:
    texts = [*(part_name(found.parts[i].name, lang) for i in order), _whole_name(found, lang)]
    for row, text in enumerate(texts):
        weight: Weight = "semibold" if row == len(order) else "normal"
        lines = wrap(text[:1].upper() + text[1:], names_pt - 8, LABEL_PT, weight)
        top = _head_pt(found) + ROW_PT * (row + 0.5) - block_pt(len(lines), LABEL_PT) / 2
        sheet.write(MARGIN_PT, top, lines, LABEL_PT, INK, weight)


def _whole_name(found: Explanation, lang: Language) -> str:
    names = {"en": ("Difference", "All mechanisms"), "fr": ("Différence", "Tous les mécanismes")}
    return names[lang.code][found.second is None]


def _draw(
    sheet: Sheet, found: Explanation, order: Sequence[int], column: _Column, amounts: Amounts, *, first: bool
) -> None:
    """Bars of a column on the scale of its own group, and the amount of each row."""
    whole = column.values[-1]
    shown = [*amounts.adding_up(column.values[:-1]), _rounded(whole, amounts)]
    texts = [amounts.of(value) for value in shown]
    size = LABEL_PT if first else NOTE_PT
    widest = max(width_pt(text, size, "semibold") for text in texts)
    plot = column.room_pt - (widest + 4 if first else 0)
    axes = sheet.axes(column.left_pt, _head_pt(found), plot, ROW_PT * len(column.values))
    low, high = _limits(found, first)
    axes.set_xlim(low, high)
    axes.set_ylim(len(column.values) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=AXIS, linewidth=0.7, zorder=2)
    axes.axhline(len(order) - 0.5, color=FAINT if first else GRID, linewidth=0.6)
    for row, value in enumerate(column.values):
        total = row == len(order)
        _bar(axes, found, row if first else row - RAISED, value, BAR if first else PERIOD_BAR, total=total)
        if first:
            part = found if total else found.parts[order[row]]
            _interval(axes, row, part.low, part.high)
        weight: Weight = "semibold" if total else "normal"
        color = INK if first or total else SECONDARY
        # Beside the bars of the whole; in a period, under its bar.
        left = column.left_pt + (plot + 4 + widest if first else plot) - width_pt(texts[row], size, weight)
        middle = _head_pt(found) + ROW_PT * (row + 0.5)
        top = middle - block_pt(1, size) / 2 if first else middle + ROW_PT * (PERIOD_BAR / 2 - RAISED)
        sheet.write(left, top, [texts[row]], size, color, weight)
    if column.heading:
        sheet.write(column.left_pt, 0, [column.heading], NOTE_PT, SECONDARY, "semibold")


def _rounded(value: Fraction, amounts: Amounts) -> Fraction:
    (found,) = amounts.adding_up([value])
    return found


def _limits(found: Explanation, first: bool) -> tuple[float, float]:
    """Ends of the scale: of the whole with its intervals, or one for all periods."""
    if first:
        ends = [0.0, float(found.difference), found.low or 0.0, found.high or 0.0]
        for part in found.parts:
            ends += [float(part.value), part.low or 0.0, part.high or 0.0]
    else:
        ends = [0.0, *(float(v) for within in found.within for v in (within.difference, *within.values))]
    room = 0.03 * (max(ends) - min(ends)) or 1.0
    return min(ends) - room, max(ends) + room


def _bar(axes: Axes, found: Explanation, row: float, value: Fraction, height: float, *, total: bool) -> None:
    better = float(value) * {"lower": -1, "higher": 1}.get(found.metric.direction, 0) > 0
    hue = HUES[0] if better else HUES[1]
    axes.barh(row, float(value), height, color=hue.mark if total else hue.tint(0.55), linewidth=0, zorder=1)


def _interval(axes: Axes, row: int, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and high > low:
        axes.plot([low, high], [row, row], "|-", color=INK, linewidth=0.9, markersize=5, zorder=3)


def _subtitle(found: Explanation, amounts: Amounts, lang: Language) -> str:
    metric = title(found.metric, lang)
    name = f"{metric[:1].upper()}{metric[1:]} ({amounts.unit})"
    told = _told(found, lang)
    if found.second is None:
        if lang.code == "en":
            return f"{name}: what each mechanism adds, {told}"
        return f"{name}{lang.colon} ce que chaque mécanisme ajoute, {told}"
    one, other = found.first.strategy.name, found.second.strategy.name
    if lang.code == "en":
        return f"{name}: {other} less {one}, {told}"
    return f"{name}{lang.colon} {other} moins {one}, {told}"


def _told(found: Explanation, lang: Language) -> str:
    """What amounts are: of one run, means, or means with their intervals."""
    english = lang.code == "en"
    if found.design.runs == 1:
        return "one run" if english else "une seule simulation"
    if found.low is None:
        return "mean of the runs" if english else "moyenne des simulations"
    share = f"95{lang.percent}"
    return f"mean and {share} interval of the mean" if english else f"moyenne et intervalle à {share} de la moyenne"


def _note(found: Explanation, lang: Language) -> str:
    n = sum(1 for _, on in found.first.scenario.model.mechanisms if on)
    count = lang.number(2**n)
    if lang.code == "en":
        how = (
            f"Shapley shares over the {count} combinations of mechanisms on and at their neutral value, in identical worlds with "
            "identical luck; they add up to the whole. Blue is better, orange is worse."
        )
        rest = "The last part is the difference with every mechanism neutral."
        periods = "Bars of periods, where there is room for them, share a scale of their own."
    else:
        how = (
            f"Parts de Shapley sur les {count} combinaisons de mécanismes actifs ou neutres, dans des mondes identiques et avec "
            f"le même hasard{lang.semicolon} leur somme est le total. Bleu{lang.colon} mieux{lang.semicolon} "
            f"orange{lang.colon} moins bien."
        )
        rest = "La dernière part est la différence quand tous les mécanismes sont neutres."
        periods = "Les barres des périodes, là où il y a la place, ont leur propre échelle commune."
    return f"{how} {periods if found.within else rest if found.second is not None else ''}".strip()

"""The fan chart of stock: one panel a product, median and nested bands, the safety stock, dated events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes

from sim.errors import UsageError
from sim.language import Phrase
from sim.report.context import ChartContext
from sim.report.findings import QUANTILES, ProductStock, stock_finding
from sim.report.marks import (
    LEVEL_DASHES,
    DatedEvent,
    Level,
    LevelLabel,
    Marker,
    event_key,
    event_strip_pt,
    level_labels,
    place_markers,
    write_level,
)
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, horizontal_grid, make_sheet, nice_step
from sim.report.style import (
    BAND_STRENGTHS,
    FAINT,
    FULL,
    GRID,
    HUES,
    INK,
    LABEL_PT,
    NOTE_PT,
    SECONDARY,
    TICK_PT,
    Hue,
    Size,
    house_style,
    width_pt,
    wrap,
)
from sim.report.words import NO_BREAK, Language, date_ticks

LEFT_PT, RIGHT_PT, NARROW_RIGHT_PT, GAP_PT = 40.0, 84.0, 70.0, 15.0
SLIDE_PANEL_PT = 60.0
"""Least height of a panel on a slide: higher ones would make the slide larger and its words smaller."""

BANDS = ((0, 6), (1, 5), (2, 4))
"""Edges of the 90, 60 and 30 % bands, as places in `QUANTILES`."""

FEW_DAYS = 14
"""Up to here every day has a dot: the days can be told apart."""

UNITS = {
    "en": {1e6: "million litres", 1e3: "thousand litres", 1.0: "litres"},
    "fr": {1e6: f"millions de{NO_BREAK}litres", 1e3: f"milliers de{NO_BREAK}litres", 1.0: "litres"},
}
"""Units of a panel by language and litres per unit."""

UNLIKE = 4.0
"""Products whose largest stocks differ by more than this have a scale each."""


@dataclass(frozen=True)
class Scale:
    """Vertical scale of a panel: its top and the step of its ticks in the unit shown, and litres per unit."""

    top: float
    step: float
    unit_l: float

    @property
    def digits(self) -> int:
        """Decimals that the ticks need."""
        return next(d for d in range(7) if abs(round(self.step, d) - self.step) < 1e-9 * self.step)

    @property
    def label_digits(self) -> int:
        """Decimals of values written beside marks: about a hundredth of the scale."""
        return 0 if self.top >= 100 else 1 if self.top >= 3 else 2


def stock_fan(
    context: ChartContext,
    start: date,
    stocks: Sequence[ProductStock],
    events: Sequence[DatedEvent],
    safety_days: float,
    size: Size = FULL,
) -> Sheet:
    """Chart of the stock in the city's depots at the close of each day.

    Events on the first day or outside the reported days are not marked: nothing changes there that the chart shows.

    Raises
    ------
    UsageError
        If there is no product or no day to show, or products differ in their days.
    """
    shapes = {stock.quantiles_l.shape for stock in stocks}
    if len(shapes) != 1 or min(shape := next(iter(shapes))) < 1 or shape[1] != len(QUANTILES):
        message = Phrase(
            "stock chart: expected the same (n_days ≥ 1, {n}) for all products, got {shapes}",
            n=len(QUANTILES), shapes=str(shapes),
        )  # fmt: skip
        raise UsageError(message)
    days = shape[0]
    marked = [event for event in events if start < event.first_day < start + timedelta(days=days)]
    with house_style():
        return _draw(context, start, days, stocks, sorted(marked), safety_days, size)


def _draw(
    context: ChartContext, start: date, days: int, stocks: Sequence[ProductStock], events: Sequence[DatedEvent],
    safety_days: float, size: Size,
) -> Sheet:  # fmt: skip
    lang = context.language
    least = SLIDE_PANEL_PT if size.height_pt else {1: 165.0, 2: 120.0}.get(len(stocks), 96.0)
    offsets = [(event.first_day - start).days for event in events]
    ticks_pt = block_pt(2, TICK_PT) + 4

    def markers_on(width: float) -> list[Marker]:
        return place_markers(offsets, _limits(days), width - LEFT_PT - _right_pt(width))

    def labels_on(width: float, height: float) -> list[LevelLabel | None]:
        upright = [marker.x_pt for marker in markers_on(width)]
        size_pt = width - LEFT_PT - _right_pt(width), height
        levels = [
            _safety_level(stock, scale, height, safety_days, upright, lang)
            for stock, scale in zip(stocks, _scales(stocks, height), strict=True)
        ]
        return level_labels(levels, size_pt, width - LEFT_PT - MARGIN_PT)

    def body(width: float) -> float:
        heads = sum(label.head_pt for label in labels_on(width, least) if label)
        return event_strip_pt(markers_on(width)) + heads + len(stocks) * (least + GAP_PT) - GAP_PT + ticks_pt

    notes = [event_key(events, lang)] if events else []
    notes.append(f"{context.source_line()} {_bands_note(context)}")
    title = stock_finding(stocks, start, context.runs, lang)
    unit_l, own_scales = _units(stocks)
    sheet = make_sheet(title, _subtitle(context, unit_l, own_scales), body, notes, size)
    plot, markers = sheet.width_pt - LEFT_PT - _right_pt(sheet.width_pt), markers_on(sheet.width_pt)
    strip = event_strip_pt(markers)
    height = least + max(0.0, sheet.body_pt - body(sheet.width_pt)) / len(stocks)
    top = 0.0
    labels = labels_on(sheet.width_pt, height)
    for place, (stock, scale, label) in enumerate(zip(stocks, _scales(stocks, height), labels, strict=True)):
        head, top = top, top + (label.head_pt if label else 0.0)
        if place == 0:
            _write_markers(sheet, markers, top + strip)
            top += strip
        axes = sheet.axes(LEFT_PT, top, plot, height)
        hue = HUES[place % len(HUES)]
        _panel(axes, stock, scale, hue, lang)
        _unit_label(axes, scale, lang)
        for marker in markers:
            axes.axvline(marker.day, color=FAINT, linewidth=0.5, zorder=1.5)
        if label is not None:
            axes.axhline(stock.safety_l / scale.unit_l, color=INK, linewidth=0.9, dashes=LEVEL_DASHES, zorder=3)
            write_level(sheet, axes, label, (plot, height), (LEFT_PT, head))
        _end_label(sheet, stock, scale, hue, (top, height), start + timedelta(days=days - 1), context)
        _date_axis(axes, start, days, lang, plot, labelled=place == len(stocks) - 1)
        top += height + GAP_PT
    return sheet


def _write_markers(sheet: Sheet, markers: Sequence[Marker], bottom: float) -> None:
    """Numbers of the dated events above the first panel."""
    for marker in markers:
        middle = bottom - 3 - marker.row * block_pt(1, NOTE_PT)
        left = LEFT_PT + marker.x_pt - width_pt(marker.text, NOTE_PT, "semibold") / 2
        sheet.write(left, middle - block_pt(1, NOTE_PT) + 1, [marker.text], NOTE_PT, SECONDARY, "semibold")


def _right_pt(width: float) -> float:
    """Room for the labels beside the plot."""
    return NARROW_RIGHT_PT if width < 300 else RIGHT_PT


def _units(stocks: Sequence[ProductStock]) -> tuple[float, bool]:
    """Litres per unit shown, and whether products have scales of their own."""
    highest = _highest(stocks)
    return next((unit for unit in (1e6, 1e3) if max(highest) >= unit), 1.0), max(highest) > UNLIKE * min(highest)


def _highest(stocks: Sequence[ProductStock]) -> list[float]:
    """Largest number of each panel."""
    return [max(float(stock.quantiles_l.max()), stock.safety_l * 1.1, 1.0) for stock in stocks]


def _scales(stocks: Sequence[ProductStock], height_pt: float) -> list[Scale]:
    highest = _highest(stocks)
    unit_l, own = _units(stocks)
    most = max(1, int(height_pt // 38))
    scales = []
    for own_top in highest:
        top = 1.05 * (own_top if own else max(highest)) / unit_l
        scales.append(Scale(top, nice_step(top, most), unit_l))
    return scales


def _limits(days: int) -> tuple[float, float]:
    return (-0.5, 0.5) if days == 1 else (0.0, days - 1.0)


def _panel(axes: Axes, stock: ProductStock, scale: Scale, hue: Hue, lang: Language) -> None:
    shown = stock.quantiles_l / scale.unit_l
    days = np.arange(shown.shape[0], dtype=float)
    if days.size == 1:
        days, shown = np.array([-0.3, 0.3]), np.repeat(shown, 2, axis=0)
    for (low, high), strength in zip(BANDS, BAND_STRENGTHS, strict=True):
        axes.fill_between(
            days, shown[:, low], shown[:, high], color=hue.tint(strength), linewidth=0, zorder=1
        )
    dots = "o" if 1 < stock.quantiles_l.shape[0] <= FEW_DAYS else None
    axes.plot(days, shown[:, 3], color=hue.mark, linewidth=1.5, marker=dots, markersize=3.5, zorder=4, clip_on=False,
              solid_capstyle="round", solid_joinstyle="round")  # fmt: skip
    axes.set_xlim(*_limits(stock.quantiles_l.shape[0]))
    axes.set_ylim(0, scale.top)
    ticks = [float(t) for t in np.arange(0, scale.top + 1e-9, scale.step)]
    horizontal_grid(axes, ticks, [lang.number(tick, scale.digits) for tick in ticks], GRID)


def _unit_label(axes: Axes, scale: Scale, lang: Language) -> None:
    """The unit under the number at the top tick: ``10 million litres`` in three short lines."""
    top = float(axes.get_yticks()[-1])
    axes.annotate(
        UNITS[lang.code][scale.unit_l].replace(" ", "\n"), (0, top), (-4, -TICK_PT * 0.62 - 1.5),
        xycoords=axes.get_yaxis_transform(), textcoords="offset points", ha="right", va="top", fontsize=NOTE_PT,
        color=SECONDARY, linespacing=1.1, annotation_clip=False,
    )  # fmt: skip


def _safety_level(
    stock: ProductStock, scale: Scale, height: float, safety_days: float, crossed_pt: Sequence[float], lang: Language
) -> Level | None:
    """The safety stock in a panel of a height; None without one."""
    if stock.safety_l <= 0:
        return None
    level = stock.safety_l / scale.unit_l
    digits = 0 if abs(safety_days - round(safety_days)) < 0.05 else 1
    value = lang.number(level, scale.label_digits)
    days = lang.number(safety_days, digits)
    if lang.code == "en":
        text = f"Safety stock: {days} {'day' if safety_days == 1 else 'days'} of need = {value}"
    else:
        text = f"Stock de sécurité{lang.colon} {days} {'jour' if safety_days < 2 else 'jours'} de besoins = {value}"
    short = f"{'Safety stock' if lang.code == 'en' else 'Sécurité'}{lang.colon} {value}"
    per_unit = height / scale.top
    band = stock.quantiles_l[:, (0, 3, 6)] / scale.unit_l * per_unit
    grid = [tick * per_unit for tick in np.arange(scale.step, scale.top, scale.step)]
    return Level((text, short), band, level * per_unit, crossed_pt, grid)


def _end_label(
    sheet: Sheet, stock: ProductStock, scale: Scale, hue: Hue, panel: tuple[float, float], last: date,
    context: ChartContext,
) -> None:  # fmt: skip
    """Name of the product beside the end of its median, with the median and the 90 % band of the last day."""
    lang = context.language
    top, height = panel
    room = _right_pt(sheet.width_pt) - 8 - MARGIN_PT
    end = stock.quantiles_l[-1] / scale.unit_l
    name = wrap(stock.title[:1].upper() + stock.title[1:], room, LABEL_PT, "semibold")
    shown = [lang.number(float(value), scale.label_digits) for value in end]
    figures = [f"{lang.short_day(last)}{lang.colon} {shown[3]}"]
    if context.runs > 1:
        between = f"{shown[0]}–{shown[6]}"
        figures.append(f"{lang.share(0.9)}{lang.colon} {between}")
    lines = [line for figure in figures for line in wrap(figure, room, NOTE_PT)]
    tall = block_pt(len(name), LABEL_PT) + block_pt(len(lines), NOTE_PT)
    wanted = top + height * (1 - float(end[3]) / scale.top) - block_pt(1, LABEL_PT) / 2
    first = max(top, min(wanted, top + height - tall)) if tall <= height else top
    left = sheet.width_pt - _right_pt(sheet.width_pt) + 8
    sheet.write(left, first, name, LABEL_PT, hue.text, "semibold")
    sheet.write(left, first + block_pt(len(name), LABEL_PT), lines, NOTE_PT, SECONDARY)


def _date_axis(axes: Axes, start: date, days: int, lang: Language, plot_pt: float, *, labelled: bool) -> None:
    ticks = date_ticks(start, days, lang, most=min(9, max(2, int(plot_pt // 36))))
    labels = [tick.label for tick in ticks] if labelled else [""] * len(ticks)
    axes.set_xticks([tick.day for tick in ticks], labels)
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)


def _subtitle(context: ChartContext, unit_l: float, own_scales: bool) -> str:
    lang = context.language
    if lang.code == "en":
        unit = UNITS["en"][unit_l].replace(" ", NO_BREAK)
        runs = (
            "one run"
            if context.runs == 1
            else f"median and bands with 30, 60 and {lang.share(0.9)} of the runs"
        )
        scales = "; scales differ between panels" if own_scales else ""
        return (
            f"Stock in the depots of {context.city} at the close of the day, {unit}{NO_BREAK}– {runs}{scales}"
        )
    unit = UNITS["fr"][unit_l]
    shares = f"30, 60 et {lang.share(0.9)}"
    runs = (
        "une seule simulation"
        if context.runs == 1
        else f"médiane et bandes contenant {shares} des simulations"
    )
    scales = f"{lang.semicolon} échelles différentes" if own_scales else ""
    return f"Stock des dépôts de {context.city} en fin de journée, {unit}{NO_BREAK}– {runs}{scales}"


def _bands_note(context: ChartContext) -> str:
    sampled = context.uncertainty == "sampled" and context.worlds > 1
    if context.lang == "en":
        if context.runs == 1:
            return "One run shows nothing about chance. The safety stock is that of the central values."
        what = "what is not known and chance" if sampled else "chance only"
        return f"Bands are taken day by day over runs and show {what}. The safety stock is that of the central values."
    if context.runs == 1:
        return "Une seule simulation ne dit rien du hasard. Le stock de sécurité est celui des valeurs centrales."
    what = "l’incertitude et le hasard" if sampled else "le hasard seul"
    return f"Les bandes, calculées jour par jour, montrent {what}. Le stock de sécurité est celui des valeurs centrales."

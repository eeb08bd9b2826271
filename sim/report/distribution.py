"""The distribution of shortage days over runs: bars, the mean with its interval, the range of 90 % of runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from sim.report.context import ChartContext
from sim.report.findings import FEW_RUNS, Floats, Spread, range_of, shortage_finding
from sim.report.sheet import Sheet, block_pt, horizontal_grid, make_sheet, nice_step
from sim.report.style import (
    FULL,
    GRID,
    HUES,
    INK,
    LABEL_PT,
    PAPER,
    SECONDARY,
    TICK_PT,
    Size,
    house_style,
    width_pt,
    wrap,
)
from sim.report.words import NO_BREAK, Language

LEFT_PT, RIGHT_PT = 34.0, 12.0
STRIP_PT, LINE_PT, BARS_PT = 50.0, 38.0, 132.0
"""Height of the strip above the bars, of that the line of the mean from its top, and height of the bars."""

MOST_BARS, MOST_PLACES = 26, 75
"""Bars between the smallest and the largest value, and places for bars from 0 on."""

SHORTEST_AXIS = 10
"""The axis reaches at least this many days, so that no shortage at all looks like the little it is."""


@dataclass(frozen=True)
class Bars:
    """Bars of equal width in whole days: bar 0 holds the runs without a shortage day, bar k those with
    (k − 1)·width + 1 … k·width days.
    """

    width: int
    shares: Floats

    @property
    def start(self) -> float:
        """Left end of the axis in days: the bar of 0 days is as wide as the others."""
        return 0.5 - self.width

    @property
    def middle_of_none(self) -> float:
        """Middle of the bar of 0 days on the axis."""
        return 0.5 - self.width / 2

    @property
    def end(self) -> float:
        """Right end of the axis in days."""
        return max(1.06 * (self.width * (self.shares.size - 1) + 1), SHORTEST_AXIS + 1) - 0.5


def bars_of(days: Floats) -> Bars:
    """Shares of runs by number of days, in at most `MOST_BARS` bars of a round width."""
    shortest, longest = int(days.min()), int(days.max())
    widths = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    width = next(w for w in widths if _bar(longest, w) - _bar(shortest, w) < MOST_BARS and longest // w < MOST_PLACES)
    counts = np.bincount([_bar(int(day), width) for day in days])
    return Bars(width, counts / days.size)


def _bar(days: int, width: int) -> int:
    return -(-days // width)


def shortage_distribution(
    context: ChartContext, days: Floats, spread: Spread | None, horizon_days: int, size: Size = FULL
) -> Sheet:
    """Chart of the number of shortage days (any product) over runs.

    Parameters
    ----------
    days
        Shortage days of each run in which they are defined, shape (n_defined,), whole numbers.
    spread
        The statistics printed in the table of results: the chart repeats them, it does not compute its own. None if
        no run has a value; the sheet then has no body.
    horizon_days
        Days reported, the largest possible number.
    """
    lang = context.language
    with house_style():
        title = shortage_finding(days, spread, lang)
        subtitle = _subtitle(context, horizon_days)
        if spread is None:
            return make_sheet(title, subtitle, 0.0, [context.source_line()], size)
        bars = bars_of(days)
        note = f"{context.source_line()} {_interval_note(context, days, spread)}"
        plan = partial(_Strip, bars, days, spread, lang)
        sheet = make_sheet(title, subtitle, lambda width: plan(width).pt + BARS_PT + plan(width).foot_pt, [note], size)
        strip = plan(sheet.width_pt)
        tall = sheet.body_pt - strip.pt - strip.foot_pt
        _draw_bars(sheet.axes(LEFT_PT, strip.pt, strip.plot_pt, tall), bars, spread.mean, strip, lang)
        _draw_spread(sheet, bars, spread, days, strip)
        return sheet


class _Strip:
    """What stands above and below the bars on a sheet of a width: lines of the labels and of the title of the axis."""

    def __init__(self, bars: Bars, days: Floats, spread: Spread, lang: Language, width: float) -> None:
        self.plot_pt = width - LEFT_PT - RIGHT_PT
        first, last = range_of(days, spread)
        told = _range_text(days, spread, lang) if last > first else ""
        self.range = wrap(told, self.plot_pt, LABEL_PT, "semibold") if told else []
        self.mean = wrap(_mean_text(spread, days.size, lang), self.plot_pt, LABEL_PT, "semibold")
        self.axis = wrap(_axis_title(bars.width, lang), self.plot_pt, TICK_PT)
        more = block_pt(max(0, len(self.range) + len(self.mean) - 2), LABEL_PT)
        self.pt, self.line_pt = STRIP_PT + more, LINE_PT + more
        self.foot_pt = block_pt(1 + len(self.axis), TICK_PT) + 8


def _draw_bars(axes: Axes, bars: Bars, mean: float, strip: _Strip, lang: Language) -> None:
    lefts = (np.arange(bars.shares.size) - 1) * bars.width + 0.5
    color = HUES[0].tint(0.55)
    axes.bar(lefts, 100 * bars.shares, bars.width, align="edge", color=color, edgecolor=PAPER, linewidth=0.8)
    axes.set_xlim(bars.start, bars.end)
    highest = 100 * float(bars.shares.max())
    axes.set_ylim(0, 1.05 * highest)
    step = nice_step(highest, 5)
    digits = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9)
    ticks = [float(t) for t in np.arange(0, highest + 1e-9, step)]
    labels = [lang.number(t, digits) for t in ticks]
    horizontal_grid(axes, ticks, [*labels[:-1], labels[-1] + lang.percent], GRID)
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)
    marks = np.arange(0, bars.end, max(1, int(nice_step(bars.end, min(12, max(2, int(strip.plot_pt // 30))))), bars.width))
    places = [bars.middle_of_none, *marks[1:]]
    axes.set_xticks(places, [lang.number(float(mark)) for mark in marks])
    axes.set_xlabel("\n".join(strip.axis), fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.axvline(mean, color=INK, linewidth=0.8, dashes=(2, 2), zorder=3)


def _draw_spread(sheet: Sheet, bars: Bars, spread: Spread, days: Floats, strip: _Strip) -> None:
    """Above the bars: the range of the runs as a line, on it the mean with its interval."""
    axes = sheet.axes(LEFT_PT, 0, strip.plot_pt, strip.pt)
    axes.set_axis_off()
    axes.set_xlim(bars.start, bars.end)
    axes.set_ylim(0, strip.pt)
    hue = HUES[0]
    level = strip.pt - strip.line_pt
    label_top = strip.line_pt - block_pt(len(strip.range), LABEL_PT) - 5
    first, last = range_of(days, spread)
    if last > first:
        ends = [bars.middle_of_none if first == 0 else first, last]
        axes.plot(ends, [level] * 2, "|-", color=hue.mark, linewidth=1.2, markersize=7, clip_on=False)
        _centred(sheet, bars, (first + last) / 2, label_top, strip.range, strip.plot_pt, hue.text)
    if spread.low is not None and spread.high is not None and spread.high > spread.low:
        ends = [max(spread.low, bars.start), min(spread.high, bars.end)]
        axes.plot(ends, [level] * 2, color=INK, linewidth=3.2, solid_capstyle="butt", clip_on=False)
    axes.plot([spread.mean] * 2, [0, level], color=INK, linewidth=0.8, dashes=(2, 2), zorder=0)
    axes.plot([spread.mean], [level], "o", color=INK, markersize=5.5, markeredgecolor=PAPER, clip_on=False)
    _centred(sheet, bars, spread.mean, label_top - block_pt(len(strip.mean), LABEL_PT), strip.mean, strip.plot_pt, INK)


def _centred(
    sheet: Sheet, bars: Bars, day: float, top_pt: float, lines: list[str], plot_pt: float, color: str
) -> None:
    """Lines centred over a day, moved only as far as it takes to stay within the plot."""
    width = max(width_pt(line, LABEL_PT, "semibold") for line in lines)
    middle = LEFT_PT + (day - bars.start) / (bars.end - bars.start) * plot_pt
    left = min(max(middle - width / 2, LEFT_PT), LEFT_PT + plot_pt - width)
    sheet.write(left, top_pt, lines, LABEL_PT, color, "semibold")


def _range_text(days: Floats, spread: Spread, lang: Language) -> str:
    between = "–".join(_days(end, lang) for end in range_of(days, spread))
    if days.size < FEW_RUNS:
        count = lang.number(days.size)
        return f"{f'all {count} runs' if lang.code == 'en' else f'les {count} simulations'}{lang.colon} {between}"
    of_runs = "of the runs" if lang.code == "en" else "des simulations"
    return f"{lang.share(0.9)} {of_runs}{lang.colon} {between}"


def _mean_text(spread: Spread, runs: int, lang: Language) -> str:
    english = lang.code == "en"
    same = _days(spread.mean, lang)
    if runs == 1:
        return f"one run{lang.colon} {same}" if english else f"une seule simulation{lang.colon} {same}"
    if _all_alike(spread):
        alike = f"all {lang.number(runs)} runs" if english else f"les {lang.number(runs)} simulations"
        return f"{alike}{lang.colon} {same}"
    mean = f"{'mean' if english else 'moyenne'} {lang.number(spread.mean, 1)}"
    if spread.low is None or spread.high is None:
        return mean
    interval = f"{lang.share(0.95)} interval" if english else f"intervalle à {lang.share(0.95)}"
    return f"{mean} ({interval}{lang.colon} {lang.number(spread.low, 1)}–{lang.number(spread.high, 1)})"


def _all_alike(spread: Spread) -> bool:
    return spread.low == spread.high and spread.p05 == spread.mean == spread.p95


def _days(value: float, lang: Language) -> str:
    return lang.number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def _axis_title(width: int, lang: Language) -> str:
    if lang.code == "en":
        return "shortage days in a run" + (f" (0, then bars of {width} days)" if width > 1 else "")
    return "jours de pénurie par simulation" + (f" (0, puis barres de {width} jours)" if width > 1 else "")


def _subtitle(context: ChartContext, horizon_days: int) -> str:
    lang = context.language
    horizon, limit = lang.number(horizon_days), lang.share(0.9)
    if lang.code == "en":
        return (
            f"Share of the runs by number of days, out of {horizon}, on which sales of a fuel in {context.city} "
            f"were under {limit} of need, or of what was wanted where that was less"
        )
    return (
        f"Part des simulations selon le nombre de jours, sur {horizon}, où un carburant s’est vendu à {context.city} "
        f"à moins de {limit} du besoin, ou de la demande si elle était moindre"
    )


def _interval_note(context: ChartContext, days: Floats, spread: Spread) -> str:
    lang, english = context.language, context.lang == "en"
    english_range = f"Blue line: 5th to 95th percentile of the runs ({lang.share(0.9)} of them)."
    french_range = f"Trait bleu{lang.colon} du 5e au 95e{NO_BREAK}centile des simulations ({lang.share(0.9)} d’entre elles)."
    if days.size < FEW_RUNS:
        english_range = "Blue line: from the lowest to the highest run."
        french_range = f"Trait bleu{lang.colon} de la simulation la plus basse à la plus haute."
    range_ = english_range if english else french_range
    if spread.low is None and context.runs == 1:
        return "No interval: one run." if english else f"Pas d’intervalle{lang.colon} une seule simulation."
    if spread.low is None:
        unknown = "No interval of the mean: too few worlds to know how far they differ."
        inconnu = f"Pas d’intervalle de la moyenne{lang.colon} trop peu de mondes pour savoir combien ils diffèrent."
        return f"{unknown if english else inconnu} {range_}"
    if _all_alike(spread):
        return "All runs agree." if english else "Toutes les simulations concordent."
    if english:
        return f"{lang.share(0.95)} interval: of the mean, over worlds. {range_}"
    return f"Intervalle à {lang.share(0.95)}{lang.colon} de la moyenne, sur les mondes. {range_}"

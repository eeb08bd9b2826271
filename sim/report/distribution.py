"""The distribution of shortage days over runs: bars, with the mean, its 95 % interval and the range of 90 % of runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from sim.report.context import ChartContext
from sim.report.findings import Floats, Spread, shortage_finding
from sim.report.sheet import Sheet, block_pt, horizontal_grid, make_sheet, nice_step
from sim.report.style import (
    GRID,
    HUES,
    INK,
    LABEL_PT,
    PAPER,
    SECONDARY,
    TICK_PT,
    WIDTH_PT,
    house_style,
    width_pt,
)
from sim.report.words import NO_BREAK, Language

LEFT_PT, RIGHT_PT = 34.0, 12.0
PLOT_PT = WIDTH_PT - LEFT_PT - RIGHT_PT
STRIP_PT, BARS_PT = 50.0, 132.0
MOST_BARS, MOST_PLACES = 26, 75
"""Bars between the smallest and the largest value, and places for bars from 0 on."""

SHORTEST_AXIS = 10
"""The axis reaches at least this many days, so that no shortage at all looks like the little it is."""


@dataclass(frozen=True)
class Bars:
    """Bars of equal width in whole days from 0 on: bar k holds the runs with k·width … (k + 1)·width − 1 days."""

    width: int
    shares: Floats

    @property
    def end(self) -> float:
        """Right end of the axis in days."""
        return max(1.06 * self.width * self.shares.size, SHORTEST_AXIS + 1) - 0.5


def bars_of(days: Floats) -> Bars:
    """Shares of runs by number of days, in at most `MOST_BARS` bars of a round width."""
    shortest, longest = int(days.min()), int(days.max())
    widths = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    width = next(w for w in widths if (longest - shortest) // w < MOST_BARS and longest // w < MOST_PLACES)
    counts = np.bincount(days.astype(np.int64) // width, minlength=longest // width + 1)
    return Bars(width, counts / days.size)


def shortage_distribution(context: ChartContext, days: Floats, spread: Spread, horizon_days: int) -> Sheet:
    """Chart of the number of shortage days (any product) over runs.

    Parameters
    ----------
    days
        Shortage days of each run in which they are defined, shape (n_defined,), whole numbers.
    spread
        The statistics printed in the table of results: the chart repeats them, it does not compute its own.
    horizon_days
        Days reported, the largest possible number.
    """
    lang = context.language
    with house_style():
        title = shortage_finding(days, spread, lang)
        note = f"{context.source_line()} {_interval_note(context, spread)}"
        if not days.size:
            return make_sheet(title, _subtitle(context, horizon_days), 4.0, [note])
        bars = bars_of(days)
        axis_pt = block_pt(2, TICK_PT) + 8
        sheet = make_sheet(title, _subtitle(context, horizon_days), STRIP_PT + BARS_PT + axis_pt, [note])
        _draw_bars(sheet.axes(LEFT_PT, STRIP_PT, PLOT_PT, BARS_PT), bars, spread, lang)
        _draw_spread(sheet, bars, spread, days.size, lang)
        return sheet


def _draw_bars(axes: Axes, bars: Bars, spread: Spread, lang: Language) -> None:
    lefts = np.arange(bars.shares.size) * bars.width - 0.5
    axes.bar(lefts, 100 * bars.shares, bars.width, align="edge", color=HUES[0].tint(0.55), edgecolor=PAPER, linewidth=0.8)
    axes.set_xlim(-0.5, bars.end)
    top = 105 * float(bars.shares.max())
    axes.set_ylim(0, top)
    step = nice_step(top, 5)
    digits = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9)
    ticks = [float(t) for t in np.arange(0, top + 1e-9, step)]
    labels = [lang.number(t, digits) for t in ticks]
    horizontal_grid(axes, ticks, [*labels[:-1], labels[-1] + lang.percent], GRID)
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)
    day_step = max(1, int(nice_step(bars.end, 12)), bars.width)
    marks = np.arange(0, bars.end, day_step)
    axes.set_xticks(marks, [lang.number(float(mark)) for mark in marks])
    axes.set_xlabel(_axis_title(bars.width, lang), fontsize=TICK_PT, color=SECONDARY, labelpad=3)
    axes.axvline(spread.mean, color=INK, linewidth=0.8, dashes=(2, 2), zorder=3)


def _draw_spread(sheet: Sheet, bars: Bars, spread: Spread, runs: int, lang: Language) -> None:
    """Above the bars: mean with its interval, and under it the range of 90 % of the runs."""
    axes = sheet.axes(LEFT_PT, 0, PLOT_PT, STRIP_PT)
    axes.set_axis_off()
    axes.set_xlim(-0.5, bars.end)
    axes.set_ylim(0, STRIP_PT)
    assert spread.mean is not None and spread.p05 is not None and spread.p95 is not None
    line = STRIP_PT / 2 + 1
    hue = HUES[0]
    if spread.p95 > spread.p05:
        axes.plot([spread.p05, spread.p95], [line, line], color=hue.mark, linewidth=1.2, clip_on=False)
        axes.plot([spread.p05, spread.p95], [line, line], "|", color=hue.mark, markersize=7, clip_on=False)
        between = f"{_days(spread.p05, lang)}–{_days(spread.p95, lang)}"
        range_text = (
            f"{lang.share(0.9)} of the runs: {between}" if lang.code == "en" else f"{lang.share(0.9)} des simulations{lang.colon} {between}"
        )
        _centred(sheet, bars, (spread.p05 + spread.p95) / 2, line + 5, range_text, hue.text)
    if spread.low is not None and spread.high is not None and spread.high > spread.low:
        ends = [max(spread.low, -0.5), min(spread.high, bars.end)]
        axes.plot(ends, [line, line], color=INK, linewidth=3.2, solid_capstyle="butt", clip_on=False)
    axes.plot([spread.mean], [line], "o", color=INK, markersize=5.5, markeredgecolor=PAPER, clip_on=False)
    _centred(sheet, bars, spread.mean, line - 17, _mean_text(spread, runs, lang), INK)


def _centred(sheet: Sheet, bars: Bars, day: float, top_pt: float, text: str, color: str) -> None:
    """Text centred over a day, moved only as far as it takes to stay within the plot."""
    width = width_pt(text, LABEL_PT, "semibold")
    middle = LEFT_PT + (day + 0.5) / (bars.end + 0.5) * PLOT_PT
    left = min(max(middle - width / 2, LEFT_PT), LEFT_PT + PLOT_PT - width)
    sheet.write(left, top_pt, [text], LABEL_PT, color, "semibold")


def _mean_text(spread: Spread, runs: int, lang: Language) -> str:
    assert spread.mean is not None
    english = lang.code == "en"
    if runs == 1:
        return f"{_days(spread.mean, lang)} (one run)" if english else f"{_days(spread.mean, lang)} (une seule simulation)"
    if spread.low == spread.high and spread.p05 == spread.p95 == spread.mean:
        same = _days(spread.mean, lang)
        return f"all {lang.number(runs)} runs: {same}" if english else f"les {lang.number(runs)} simulations{lang.colon} {same}"
    mean = f"{'mean' if english else 'moyenne'} {lang.number(spread.mean, 1)}"
    if spread.low is None or spread.high is None:
        return f"{mean} (no interval: the spread between worlds is not known)" if english else (
            f"{mean} (sans intervalle{lang.colon} écart entre mondes inconnu)"
        )  # fmt: skip
    between = f"{lang.number(spread.low, 1)}–{lang.number(spread.high, 1)}"
    return f"{mean} ({lang.share(0.95)} interval {between})" if english else f"{mean} (intervalle à {lang.share(0.95)}{lang.colon} {between})"


def _days(value: float, lang: Language) -> str:
    return lang.number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def _axis_title(width: int, lang: Language) -> str:
    if lang.code == "en":
        return "shortage days in a run" + (f" (bars of {width} days)" if width > 1 else "")
    return "jours de pénurie par simulation" + (f" (barres de {width} jours)" if width > 1 else "")


def _subtitle(context: ChartContext, horizon_days: int) -> str:
    lang = context.language
    horizon, limit = lang.number(horizon_days), lang.share(0.9)
    if lang.code == "en":
        return (
            f"Share of the runs by number of days, out of {horizon}, on which sales of a fuel in {context.city} were under "
            f"{limit} of need, or of what was wanted where that was less"
        )
    return (
        f"Part des simulations selon le nombre de jours, sur {horizon}, où un carburant s’est vendu à {context.city} à "
        f"moins de {limit} du besoin, ou de la demande si elle était moindre"
    )


def _interval_note(context: ChartContext, spread: Spread) -> str:
    lang, english = context.language, context.lang == "en"
    if spread.mean is None:
        return "Nothing to show." if english else "Rien à montrer."
    if spread.low is None:
        return (
            "No interval: the spread behind the mean is not known from these runs."
            if english
            else f"Sans intervalle{lang.colon} ces simulations ne disent pas la dispersion derrière la moyenne."
        )
    over = {
        ("en", True): "computed over worlds", ("en", False): "computed over the runs of one world: chance only",
        ("fr", True): "calculé entre mondes",
        ("fr", False): f"calculé entre simulations d’un seul monde{lang.colon} le hasard seul",
    }[(context.lang, context.worlds > 1)]  # fmt: skip
    mean, range_ = lang.share(0.95), lang.share(0.9)
    if english:
        return f"The {mean} interval is that of the mean, {over}; {range_} of the runs: 5th to 95th percentile."
    return (
        f"L’intervalle à {mean} est celui de la moyenne, {over}{lang.semicolon} {range_} des simulations{lang.colon} du 5e "
        f"au 95e{NO_BREAK}centile."
    )

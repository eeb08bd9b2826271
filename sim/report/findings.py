"""The findings that stand as titles of charts, computed from the results: sentences in English and French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.report.words import NO_BREAK, Language

Floats = npt.NDArray[np.float64]

QUANTILES = ("q05", "q20", "q35", "q50", "q65", "q80", "q95")
"""Columns of the daily quantiles: the median and the edges of the 30, 60 and 90 % bands."""


@dataclass(frozen=True)
class ProductStock:
    """Stock of one product in the city's depots.

    `title` as it stands inside a sentence; `quantiles_l` of the stock at the close of each day, shape (n_days, 7) in
    the order of `QUANTILES`; `safety_l` the safety stock, 0 if there is none.
    """

    title: str
    quantiles_l: Floats
    safety_l: float

    def first_day_below(self, quantile: int) -> int | None:
        """First day on which a quantile (its place in `QUANTILES`) is under the safety stock; None if there is none."""
        below = np.flatnonzero(self.quantiles_l[:, quantile] < self.safety_l)
        return int(below[0]) if below.size else None


_SHARE_BELOW = {
    "en": {3: "At least half of the runs fall", 2: "At least a third of the runs fall",
           1: "At least one run in five falls", 0: "At least one run in twenty falls"},
    "fr": {3: "Au moins la moitié des simulations passent", 2: "Au moins un tiers des simulations passent",
           1: "Au moins une simulation sur cinq passe", 0: "Au moins une simulation sur vingt passe"},
}  # fmt: skip
"""By quantile; true for any number of runs, since numpy's quantile lies at or above the order statistic below it."""


def stock_finding(stocks: Sequence[ProductStock], start: date, runs: int, lang: Language) -> str:
    """Which products fall below their safety stock, by when, and in how many runs at least.

    The largest of four shares of runs (half, a third, a fifth, a twentieth) that any product reaches is named, with
    every product that reaches it. A date is the first day on which that share of runs is below.
    """
    guarded = [stock for stock in stocks if stock.safety_l > 0]
    if not guarded:
        return _stock_at_the_end(stocks, lang)
    for quantile in (3, 2, 1, 0):
        days = {stock.title: stock.first_day_below(quantile) for stock in guarded}
        dates = {title: start + timedelta(days=day) for title, day in days.items() if day is not None}
        if dates:
            last = start + timedelta(days=stocks[0].quantiles_l.shape[0] - 1)
            return _falls_below(quantile, dates, runs, lang, year=start.year != last.year)
    return _stays_above(guarded, runs, lang)


def _falls_below(quantile: int, dates: dict[str, date], runs: int, lang: Language, *, year: bool) -> str:
    english = lang.code == "en"
    share = _SHARE_BELOW[lang.code][quantile]
    if runs == 1:
        share = "The one run falls" if english else "L’unique simulation passe"
    below = f"{share} below the safety stock" if english else f"{share} sous le stock de sécurité"
    by = "on" if runs == 1 else "by"
    if english:
        when = {title: f"{by} {lang.day(day, year=year)}" for title, day in dates.items()}
    else:
        when = {
            title: f"{'le' if runs == 1 else 'd’ici au'} {lang.day(day, year=year)}"
            for title, day in dates.items()
        }
    if len(set(dates.values())) == 1:
        return f"{below} {lang.listed([lang.of(title) for title in dates])} {next(iter(when.values()))}"
    return f"{below}{lang.colon} {lang.listed([f'{title} {day}' for title, day in when.items()])}"


def _stays_above(guarded: Sequence[ProductStock], runs: int, lang: Language) -> str:
    names = [stock.title for stock in guarded]
    if lang.code == "en":
        stay = f"Stocks of {lang.listed(names)} stay above the safety stock on every day"
        return f"{stay} of the one run" if runs == 1 else f"{stay}, even at the 5th percentile of the runs"
    stay = f"Les stocks {lang.listed([lang.of(n) for n in names])} restent chaque jour au-dessus du stock de sécurité"
    return (
        f"{stay} dans l’unique simulation"
        if runs == 1
        else f"{stay}, même au 5e{NO_BREAK}centile des simulations"
    )


def _stock_at_the_end(stocks: Sequence[ProductStock], lang: Language) -> str:
    ends = [f"{s.title} {lang.number(float(s.quantiles_l[-1, 3]) / 1e6, 1)}" for s in stocks]
    if lang.code == "en":
        return f"Median stock at the end: {lang.listed(ends)} million litres"
    return f"Stock médian à la fin{lang.colon} {lang.listed(ends)} millions de litres"


class Spread(NamedTuple):
    """Statistics of a metric over runs, as in the table of results; the 95 % interval of the mean may be unknown."""

    mean: float
    p05: float
    p95: float
    low: float | None = None
    high: float | None = None


FEW_RUNS = 20
"""Below so many runs, nine in ten of them cannot be told from all: smallest and largest are given instead."""


def range_of(days: Floats, spread: Spread) -> tuple[float, float]:
    """Where nine runs in ten lie; with fewer than `FEW_RUNS`, where all of them do."""
    if days.size < FEW_RUNS:
        return float(days.min()), float(days.max())
    return spread.p05, spread.p95


def shortage_finding(days: Floats, spread: Spread | None, lang: Language) -> str:
    """Range and mean of shortage days; the share of runs without one where that is at least half of them."""
    english = lang.code == "en"
    if spread is None:
        nothing = (
            "No run has a number of shortage days",
            "Aucune simulation n’a de nombre de jours de pénurie",
        )
        return nothing[not english]
    if days.size == 1 or days.min() == days.max():
        return _same_everywhere(int(days[0]), days.size, lang)
    low, high = (round(end) for end in range_of(days, spread))
    few = days.size < FEW_RUNS
    mean = short_mean(spread.mean, lang)
    if np.median(days) == 0:
        return _mostly_none(days, mean, high, lang)
    if low == high:
        near = shortage_days(high, lang)
        if english:
            return f"{near} in almost every run, {mean} on average"
        return f"{near} dans presque toutes les simulations, {mean} en moyenne"
    count = lang.number(days.size)
    if english:
        which = f"All {count} runs" if few else "Nine runs in ten"
        return f"{which}: {low} to {shortage_days(high, lang)}, {mean} on average"
    which = f"Les {count} simulations" if few else "Neuf simulations sur dix"
    return f"{which}{lang.colon} {low} à {shortage_days(high, lang)}, {mean} en moyenne"


def _mostly_none(days: Floats, mean: str, high: int, lang: Language) -> str:
    none, few = int((days == 0).sum()), days.size < FEW_RUNS
    if lang.code == "en":
        which = f"{none} of the {days.size} runs" if few else f"{lang.share(none / days.size)} of the runs"
        top = "at most" if few else "at the 95th percentile"
        return f"{which} {'has' if none == 1 else 'have'} no shortage day; {mean} on average, {high} {top}"
    which = f"{none} des {days.size}" if few else f"{lang.share(none / days.size)} des"
    top = "au plus" if few else f"au 95e{NO_BREAK}centile"
    return f"{which} simulations sont sans jour de pénurie{lang.semicolon} {mean} en moyenne, {high} {top}"


def _same_everywhere(days: int, runs: int, lang: Language) -> str:
    english = lang.code == "en"
    if runs == 1:
        only = "in the one run" if english else "dans l’unique simulation"
        none = "No shortage day" if english else "Aucun jour de pénurie"
        return f"{shortage_days(days, lang) if days else none} {only}"
    count = lang.number(runs)
    if days == 0:
        if english:
            return f"No shortage day in any of the {count} runs"
        return f"Aucun jour de pénurie dans aucune des {count} simulations"
    each = f"in every one of the {count} runs" if english else f"dans chacune des {count} simulations"
    return f"{shortage_days(days, lang)} {each}"


def shortage_days(days: int, lang: Language) -> str:
    """`12 shortage days`, `1 jour de pénurie`."""
    if lang.code == "en":
        return f"{lang.number(days)}{NO_BREAK}shortage {'day' if days == 1 else 'days'}"
    return f"{lang.number(days)}{NO_BREAK}{'jour' if days < 2 else 'jours'} de pénurie"


def short_mean(mean: float, lang: Language) -> str:
    """A mean number of days for a title: whole days from 10 on, tenths below."""
    return lang.number(mean, 0 if mean >= 9.95 else 1)

"""Numbers of tables: means with intervals and differences with half-widths, to the figures that the interval allows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import Difference
from sim.language import Phrase
from sim.records import Metric
from sim.report.charts.units import Unit, unit_of
from sim.report.words import NO_BREAK, Bilingual, Language, in_both, number_of

EN_DASH = "\N{EN DASH}"
UNKNOWN = Bilingual(EN_DASH, EN_DASH)


def shown_unit(metric: Metric) -> Unit:
    """The unit of a metric in a memo; payments are small beside costs."""
    return Unit(1e6, Phrase("million FCFA")) if metric.name == "payments_fcfa" else unit_of(metric)


def headed(metric: Metric) -> Phrase:
    """Title of a metric as a heading, with its unit where it is not a count."""
    title = Bilingual(metric.title["en"], metric.title["fr"])
    if metric.unit in ("days", "tankers", "crews", "units"):
        return title
    return Phrase("{title}, {unit}", title=title, unit=shown_unit(metric).name)


def decimals(value: float) -> int:
    """Decimals that leave about two figures, two at most."""
    return 0 if abs(value) >= 10 or value == round(value) else 1 if abs(value) >= 1 else 2


def mean_cell(numbers: Mapping[str, Any], unit: Unit) -> Bilingual:
    """A mean alone."""
    if numbers["mean"] is None:
        return UNKNOWN
    mean = numbers["mean"] / unit.size
    return in_both(lambda lang: lang.number(mean, decimals(mean)))


def interval_cell(numbers: Mapping[str, Any], unit: Unit) -> Bilingual:
    """A mean with its 95 % interval: `25.3 [19.8; 31.0]`; alone where all runs are alike."""
    if numbers["mean"] is None or numbers["low"] is None or numbers["high"] is None:
        return mean_cell(numbers, unit)
    mean, low, high = (numbers[key] / unit.size for key in ("mean", "low", "high"))
    if low == high:
        return mean_cell(numbers, unit)
    digits = 0 if mean >= 100 else 1 if mean >= 1 else 2
    return in_both(lambda lang: _bracketed(lang, digits, mean, low, high))


def _bracketed(lang: Language, digits: int, mean: float, low: float, high: float) -> str:
    told = [lang.number(value, digits) for value in (mean, low, high)]
    return f"{told[0]}{NO_BREAK}[{told[1]}{lang.semicolon}{NO_BREAK}{told[2]}]"


def range_cell(numbers: Mapping[str, Any], unit: Unit) -> Bilingual:
    """Where nine runs in ten lie: `12–40`; one number where that is one value."""
    if numbers["p05"] is None or numbers["p95"] is None:
        return UNKNOWN
    low, high = numbers["p05"] / unit.size, numbers["p95"] / unit.size
    if low == high:
        return number_of(low, decimals(low))
    return in_both(lambda lang: f"{lang.number(low, decimals(low))}{EN_DASH}{lang.number(high, decimals(high))}")


def difference_cell(difference: Difference, unit: Unit) -> Bilingual:
    """A difference with its half-width, to two figures of it: `−11.3 ± 1.9`."""
    if not math.isfinite(difference.mean):
        return UNKNOWN
    mean, half = difference.mean / unit.size, (difference.half or 0.0) / unit.size
    digits = min(max(1 - math.floor(math.log10(half)), 0), 2) if half > 0 else decimals(mean)
    return in_both(lambda lang: _signed(mean, digits, lang) + (f" ±{NO_BREAK}{lang.number(half, digits)}" if half > 0 else ""))


def _signed(value: float, digits: int, lang: Language) -> str:
    text = lang.number(value, digits)
    return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text

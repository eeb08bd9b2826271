"""The tables of a comparison on the screen: how strategies rank, what they cost, how far one can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.summary_table import COUNTED, RULED
from sim.cli.words import EN_DASH, Lang, decimals_for, number, scale_of, word
from sim.report.words import language

if TYPE_CHECKING:
    from sim.analysis.paired import Paired
    from sim.analysis.standing import Standing
    from sim.analysis.summary import Statistic
    from sim.study.folder import CaseResults, StudyResults

PRICES = ("tankers_lost", "crews_lost", "litres_unmet_regions", "escort_days")
"""Metrics that the table of prices shows, unless one of them is judged."""

def print_case(console: Console, study: StudyResults, case: CaseResults, found: Sequence[Standing], lang: Lang) -> None:
    """Print the three tables of a case."""
    for table in (_ranks(study, case, found, lang), _prices(case, found, lang), _risks(case, found, lang)):
        console.print(table, crop=False)
        console.print()


def print_meanings(console: Console, study: StudyResults, lang: Lang) -> None:
    """What the columns of the tables mean."""
    unit = scale_of(study.cases[0].comparison.metric(study.metric).unit, lang)[1]
    for key in ("how_means", "how_best", "how_price", "how_risk"):
        console.print(Text(word(lang, key, worlds=study.design.worlds, unit=unit), "dim"))


def _table(first: str, columns: Sequence[str]) -> Table:
    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold", min_width=14, max_width=24)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _ranks(study: StudyResults, case: CaseResults, found: Sequence[Standing], lang: Lang) -> Table:
    from sim.report.comparison_object import outcome_of

    metric = case.comparison.metric(study.metric)
    unit = scale_of(metric.unit, lang)[1]
    title = f"{metric.title[lang]}, {unit}" if unit not in metric.title[lang].lower() else metric.title[lang]
    table = _table(title, [word(lang, key) for key in ("mean_95", "against_95", "wins", "certain", "says")])
    for one in found:
        told = outcome_of(case.verdict, one.strategy)
        table.add_row(
            Text(one.strategy), _mean(one.metrics[metric.name], metric.unit, lang),
            _gap(one.differences.get(metric.name), metric.unit, lang),
            _share(one.share_best, lang), _share(one.p_best_mean, lang),
            word(lang, f"says_{told}") if told else "",
        )  # fmt: skip
    return table


def _prices(case: CaseResults, found: Sequence[Standing], lang: Lang) -> Table:
    table = _table(word(lang, "strategy"), [word(lang, f"price_{name}") for name in PRICES])
    for one in found:
        cells = [_priced(one, name, case.comparison.metric(name).unit, lang) for name in PRICES]
        table.add_row(Text(one.strategy), *cells)
    return table


def _risks(case: CaseResults, found: Sequence[Standing], lang: Lang) -> Table:
    keys = ("tail", "regret_mean", "regret_worst", "not_knowing", "ratio", "averted")
    metric = case.comparison.metric(case.metric)
    divisor = scale_of(metric.unit, lang)[0]

    def said(value: float | None) -> str:
        return EN_DASH if value is None else number(value / divisor, decimals_for(value / divisor, most=1), lang)

    table = _table(word(lang, "strategy"), [word(lang, key) for key in keys])
    for one in found:
        pair = one.differences.get(case.metric)
        table.add_row(
            Text(one.strategy), said(None if one.tail is None else one.tail.value),
            said(None if one.regret is None else one.regret.mean), said(None if one.regret is None else one.regret.worst),
            _share(None if one.spread is None else one.spread.share_not_knowing, lang), _ratio(pair, lang),
            EN_DASH if one.averted is None else number(one.averted.value, 2, lang),
        )  # fmt: skip
    return table


def _ratio(pair: Paired | None, lang: Lang) -> str:
    if pair is None or pair.variance_ratio is None:
        return EN_DASH
    if pair.variance_ratio == float("inf"):
        return "∞"
    return f"× {number(pair.variance_ratio, 1, lang)}"


def _share(value: float | None, lang: Lang) -> str:
    return EN_DASH if value is None else language(lang).share(value)


def _decimals(unit: str, size: float) -> int:
    return decimals_for(size, most=1 if unit in COUNTED or unit == "unit-days" else 2)


def _mean(found: Statistic, unit: str, lang: Lang) -> str:
    """A mean with its interval: ``32.1 [28.0; 36.9]``; a semicolon, because French numbers have commas."""
    if found.mean is None:
        return EN_DASH
    divisor = scale_of(unit, lang)[0]
    places = _decimals(unit, found.mean / divisor)
    return _bracketed(found.mean / divisor, found.low, found.high, divisor, places, lang)


def _gap(found: Paired | None, unit: str, lang: Lang) -> str:
    if found is None or found.mean is None:
        return EN_DASH
    divisor = scale_of(unit, lang)[0]
    places = _decimals(unit, found.mean / divisor)
    return _bracketed(found.mean / divisor, found.low, found.high, divisor, places, lang, signed=True)


def _bracketed(
    mean: float, low: float | None, high: float | None, divisor: float, places: int, lang: Lang, *, signed: bool = False
) -> str:
    def said(value: float) -> str:
        plus = "+" if signed and round(value, places) > 0 else ""
        return plus + number(value, places, lang)

    if low is None or high is None:
        return said(mean)
    return f"{said(mean)} [{said(low / divisor)}; {said(high / divisor)}]"


def _priced(one: Standing, name: str, unit: str, lang: Lang) -> str:
    """A mean and, in brackets, the paired difference from the baseline: ``46 (−12 ± 3)``."""
    found = one.metrics[name].mean
    if found is None:
        return EN_DASH
    divisor = scale_of(unit, lang)[0]
    pair = one.differences.get(name)
    size = max(abs(found), 0.0 if pair is None or pair.mean is None else abs(pair.mean)) / divisor
    places = 1 if size < 10 else 0
    mean = number(found / divisor, places, lang)
    if pair is None or pair.mean is None:
        return mean
    plus = "+" if round(pair.mean / divisor, places) > 0 else ""
    gap = plus + number(pair.mean / divisor, places, lang)
    if pair.high is None:
        return f"{mean} ({gap})"
    return f"{mean} ({gap} ± {number((pair.high - pair.mean) / divisor, places, lang)})"

"""The figures of results: which charts there are, drawn in a language and a size, and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.comparison import Comparison
from sim.analysis.summary import statistic
from sim.analysis.verdict import Verdict
from sim.errors import ResultsError, SimError, UsageError
from sim.experiment.results import Results
from sim.experiment.store.writing import write_bytes
from sim.language import Lang, Phrase, either
from sim.report.charts import of_run, strategies
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.chart import Chart
from sim.report.charts.frontier import Frontier, Point, frontier
from sim.report.charts.of_roads import roads
from sim.report.charts.units import title_of, unit_of
from sim.report.context import ChartContext
from sim.report.sheet import files_of
from sim.report.style import FULL, Size
from sim.report.words import language

OF_RUN: Mapping[str, Callable[[Results, ChartContext], Chart]] = {
    "stock": of_run.stock,
    "shortage-days": of_run.shortage_days,
    "calendar": of_run.shortage_calendar,
    "stations": of_run.station_days,
    "power": of_run.power_days,
    "tankers": of_run.tanker_days,
    "litres": of_run.litres,
    "escort-use": of_run.escort_days,
    "map": roads,
}
"""Charts of one result folder by name."""

BY_ITSELF = ("stock", "shortage-days", "calendar", "tankers")
"""Charts that every run draws; the others are drawn on request."""


@dataclass(frozen=True)
class LeftOut:
    """A chart that these results cannot have, and why."""

    name: str
    reason: SimError


def charts_of_run(results: Results, names: Sequence[str] = tuple(OF_RUN)) -> tuple[list[Chart], list[LeftOut]]:
    """Charts of a result folder in the order asked for, and those that it cannot have with the reason.

    Raises
    ------
    UsageError
        If there is no chart of a name.
    """
    unknown = next((name for name in names if name not in OF_RUN), None)
    if unknown is not None:
        raise UsageError(Phrase('chart "{name}" is not known; use one of: {names}', name=unknown, names=either(OF_RUN)))
    about = of_run.about_of(results)
    charts: list[Chart] = []
    left_out: list[LeftOut] = []
    for name in names:
        try:
            charts.append(OF_RUN[name](results, about))
        except (UsageError, ResultsError) as error:
            left_out.append(LeftOut(name, error))
    return charts, left_out


def draw_figures(result: Results, folder: Path, lang: str = "en") -> list[Path]:
    """Paths of the charts that every run draws, written into `folder` in a language, each as PNG, SVG and PDF.

    Raises
    ------
    UsageError
        If charts do not speak the language, or the results hold no day to show.
    """
    charts, _ = charts_of_run(result, BY_ITSELF)
    return write_charts(charts, folder, lang)


def write_charts(charts: Sequence[Chart], folder: Path, lang: str, size: Size = FULL) -> list[Path]:
    """Paths of charts written as ``<chart>.<lang>.<format>`` (other sizes ``<chart>.<size>.<lang>.<format>``).

    They replace those of an earlier call; equal results give equal bytes.
    """
    spoken: Lang = language(lang).lang
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for chart in charts:
        stem = chart.name if size.name == FULL.name else f"{chart.name}.{size.name}"
        for kind, content in files_of(chart.draw(spoken, size)).items():
            paths.append(folder / f"{stem}.{lang}.{kind}")
            write_bytes(paths[-1], content)
    return paths


def context_of(result: Results, lang: str) -> ChartContext:
    """What a chart of these results says about itself, in a language."""
    return of_run.about_of(result).spoken(language(lang).lang)


@dataclass(frozen=True)
class Compared:
    """Strategies compared in one or more variants: what charts over strategies are made of.

    `cases`: variants with their runs, the scenario as it stands first; `verdicts` one a case, in the same order. `results`:
    folders by strategy, in the first case; without them the calendar is left out.
    """

    about: ChartContext
    cases: tuple[strategies.Case, ...]
    verdicts: tuple[Verdict, ...]
    baseline: str
    names: strategies.Names
    metric: str = "shortage_days_any"
    results: Mapping[str, Results] | None = None


def charts_of_comparison(compared: Compared) -> list[Chart]:
    """Charts over strategies."""
    first, about, names = compared.cases[0].comparison, compared.about, compared.names
    titles = {verdict.variant: case.title for verdict, case in zip(compared.verdicts, compared.cases, strict=True)}
    charts: list[Chart] = [
        strategies.differences(about, compared.cases, compared.baseline, names, compared.metric),
        strategies.spread(about, first, names, compared.metric),
        frontier_of(about, first, names),
        strategies.tankers(about, first, names),
        strategies.escorts(about, first, names),
        strategies.regret(about, compared.verdicts, titles, names),
    ]
    if compared.results:
        strips = [
            Strip(names[strategy], of_run.shortage_by_day(found, of_run.retail_products(found)))
            for strategy, found in compared.results.items()
        ]
        start = next(iter(compared.results.values())).start
        charts.insert(1, calendar(about, start, strips, Phrase("strategy")))
    return charts


def frontier_of(about: ChartContext, comparison: Comparison, names: strategies.Names) -> Frontier:
    """Mean cost against mean shortage days of each strategy."""
    metrics = tuple(comparison.metric(name) for name in ("cost_fcfa", "shortage_days_any"))
    units = tuple(unit_of(metric) for metric in metrics)
    points = []
    for place, strategy in enumerate(comparison.strategies):
        cost, short = (
            statistic(comparison.values[metric.name][place] / unit.size, comparison.worlds, (0.0, float("inf")))
            for metric, unit in zip(metrics, units, strict=True)
        )
        if cost.mean is None or short.mean is None:
            continue
        points.append(Point(names[strategy], cost.mean, short.mean, _range(cost.low, cost.high), _range(short.low, short.high)))
    return frontier(about, points, (title_of(metrics[0]), title_of(metrics[1])), (units[0], units[1]))


def _range(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)

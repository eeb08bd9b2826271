"""The figures of results: which charts there are, drawn in a language and a size, and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.analysis.comparison import Comparison
from sim.analysis.summary import statistic
from sim.analysis.verdict import Verdict
from sim.errors import ResultsError, SimError, UsageError
from sim.experiment.results import Results, load_results
from sim.experiment.store.writing import write_bytes
from sim.language import Lang, Phrase, either
from sim.report.charts import of_run, of_study, strategies
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.chart import Chart
from sim.report.charts.frontier import Frontier, Point, frontier
from sim.report.charts.kept import FILE as KEPT
from sim.report.charts.kept import kept_charts
from sim.report.charts.of_roads import roads
from sim.report.charts.units import title_of, unit_of
from sim.report.context import ChartContext
from sim.report.sheet import files_of
from sim.report.style import FULL, Size
from sim.report.words import language
from sim.study.folder import RECORD, StudyResults, load_study

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

FIGURES = "figures"
"""Folder of a result folder that holds its charts."""

LEFT_BY = {"forecast.json": "forecast", "posterior.json": "calibrate", "sweep.json": "sweep", "why.json": "why"}
"""Commands by a file of the folder that they leave."""

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


def charts_of_study(study: StudyResults, names: Sequence[str] | None = None) -> tuple[list[Chart], list[LeftOut]]:
    """Charts over the strategies of a study (all, or those named), for each of its scenarios, and those it cannot have.

    With several scenarios the name of a chart ends in that of its scenario.

    Raises
    ------
    UsageError
        If there is no chart of a name.
    """
    wanted = OF_STUDY if names is None else tuple(names)
    unknown = next((name for name in wanted if name not in OF_STUDY), None)
    if unknown is not None:
        raise UsageError(Phrase('chart "{name}" is not known; use one of: {names}', name=unknown, names=either(OF_STUDY)))
    charts: list[Chart] = []
    left_out: list[LeftOut] = []
    for scenario in study.scenarios:
        cases = of_study.cases_of(study, scenario)
        compared = Compared(
            of_study.about_study(study, scenario), tuple(of_study.drawn_case(case) for case in cases),
            tuple(case.verdict for case in cases), study.baseline, of_study.names_drawn(study), study.metric,
            of_study.daily_of(cases[0]),
        )  # fmt: skip
        ending = f"-{scenario}" if len(study.scenarios) > 1 else ""
        for name in wanted:
            try:
                chart = OF_STUDY[name](compared)
            except (UsageError, ResultsError) as error:
                left_out.append(LeftOut(f"{name}{ending}", error))
            else:
                charts.append(replace(chart, name=f"{chart.name}{ending}"))
    return charts, left_out


def charts_of(folder: Path, names: Sequence[str] | None = None) -> tuple[list[Chart], list[LeftOut]]:
    """Charts of a result folder, of a comparison's or of one that keeps them, all or those named; those that it cannot have.

    Raises
    ------
    UsageError, ResultsError
        If there is no chart of a name, or the folder holds no results.
    """
    if (folder / RECORD).is_file():
        return charts_of_study(load_study(folder), names)
    if (folder / KEPT).is_file():
        return _named(kept_charts(folder), names), []
    command = next((command for file, command in LEFT_BY.items() if (folder / file).is_file()), None)
    if command is not None:
        raise UsageError(Phrase(
            "{folder}: no {file} to draw from; draw these charts with `run.py {command}` as before and --lang en or fr",
            folder=folder, file=KEPT, command=command,
        ))  # fmt: skip
    return charts_of_run(load_results(folder), tuple(OF_RUN if names is None else names))


def _named(charts: Sequence[Chart], names: Sequence[str] | None) -> list[Chart]:
    """Charts of some names in the order asked for; all if none is asked for."""
    known = {chart.name: chart for chart in charts}
    unknown = next((name for name in names or () if name not in known), None)
    if unknown is not None:
        raise UsageError(Phrase('chart "{name}" is not known; use one of: {names}', name=unknown, names=either(known)))
    return [known[name] for name in names] if names else list(charts)


def draw_figures(results: Path, folder: Path, lang: str = "en") -> list[Path]:
    """Paths of the charts that every run or comparison draws, written into `folder` in a language, each as PNG, SVG and PDF.

    Raises
    ------
    UsageError
        If charts do not speak the language, or the results hold no day to show.
    """
    return write_charts(usual_charts(results)[0], folder, lang)


def usual_charts(results: Path) -> tuple[list[Chart], list[LeftOut]]:
    """Charts that every run or comparison draws, and those of them that these results cannot have."""
    return charts_of(results, OF_STUDY_BY_ITSELF if (results / RECORD).is_file() else BY_ITSELF)


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


def _calendar(compared: Compared) -> Chart:
    if compared.results is None:
        raise UsageError(Phrase(
            "days are not known of a part of the runs that are stored; compare with as many as there are, or name another --out"
        ))
    strips = [
        Strip(compared.names[strategy], of_run.shortage_by_day(found))
        for strategy, found in compared.results.items()
    ]
    return calendar(compared.about, next(iter(compared.results.values())).start, strips, Phrase("strategy"))


def _over_cases(compared: Compared) -> ChartContext:
    return replace(compared.about, cases=len(compared.cases))


def _regret(compared: Compared) -> Chart:
    titles = {verdict.variant: case.title for verdict, case in zip(compared.verdicts, compared.cases, strict=True)}
    return strategies.regret(_over_cases(compared), compared.verdicts, titles, compared.names)


OF_STUDY: Mapping[str, Callable[[Compared], Chart]] = {
    "strategies": lambda c: strategies.differences(_over_cases(c), c.cases, c.baseline, c.names, c.metric),
    "calendar": _calendar,
    "shortage-spread": lambda c: strategies.spread(c.about, c.cases[0].comparison, c.names, c.metric),
    "frontier": lambda c: frontier_of(c.about, c.cases[0].comparison, c.names),
    "strategy-tankers": lambda c: strategies.tankers(c.about, c.cases[0].comparison, c.names),
    "strategy-escorts": lambda c: strategies.escorts(c.about, c.cases[0].comparison, c.names),
    "regret": _regret,
}
"""Charts over strategies by name."""

OF_STUDY_BY_ITSELF = ("strategies", "calendar", "frontier", "strategy-tankers")
"""Charts that every comparison draws; the others are drawn on request."""


def charts_of_comparison(compared: Compared) -> list[Chart]:
    """All charts over strategies; without days no calendar."""
    return [make(compared) for name, make in OF_STUDY.items() if name != "calendar" or compared.results is not None]


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

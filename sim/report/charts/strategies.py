"""Charts over strategies: differences to the baseline, shortage days, tankers, escort use, regret; a row a strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.analysis.comparison import Comparison, Difference, Judged
from sim.analysis.paired import towards_less
from sim.analysis.summary import statistic
from sim.analysis.units import Floats
from sim.analysis.verdict import Verdict
from sim.errors import UsageError
from sim.language import NOTHING, Phrase
from sim.records import Metric
from sim.report.charts.marks import BASE, MAIN, OPEN, OTHER, SERIES, Look
from sim.report.charts.rows import Column, Mark, Panel, RowsChart
from sim.report.charts.units import DELIVERED, LOST, UNIT_DAYS, Unit, title_of, unit_of
from sim.report.context import ChartContext
from sim.report.metric_phrases import difference_phrase
from sim.report.words import figures_of, in_both

Names = Mapping[str, Phrase]

BETTER, WORSE, UNSETTLED = MAIN, OTHER, OPEN
SETTLED = ((BETTER, Phrase("better beyond doubt")), (WORSE, Phrase("worse beyond doubt")), (UNSETTLED, Phrase("open")))
PAIRED = Phrase("Intervals are of the mean of paired differences, over worlds; each holds by itself.")
NO_INTERVAL = Phrase("No intervals: too few worlds to know how far they differ.")


class Case(NamedTuple):
    """A variant and its runs; the first case of several is the scenario as it stands."""

    title: Phrase
    comparison: Comparison


def differences(
    about: ChartContext, cases: Sequence[Case], baseline: str, names: Names, metric: str, most_panels: int | None = None
) -> RowsChart:
    """Each strategy less the baseline, in paired runs, a panel for each variant; the title counts those without a panel too."""
    judged = cases[0].comparison.metric(metric)
    unit = unit_of(judged)
    panels, found = [], []
    for place, case in enumerate(cases):
        minus = _less_baseline(case.comparison, baseline, metric)
        found.append(minus)
        if most_panels is not None and place >= most_panels:
            continue
        marks = tuple((_difference_mark(d, unit) if d else Mark(0.0, look=BASE, text=Phrase("baseline")),) for d in minus)
        panels.append(Panel(case.title if len(cases) > 1 else Phrase(""), marks, unit.name))
    shared, known = _shared_limits(panels), _known(panels)
    strategies = cases[0].comparison.strategies
    return RowsChart(
        name="strategies",
        about=about,
        title=_difference_title(found, judged, names, cases),
        measure=Phrase(
            "{metric}: each strategy less the baseline, {unit}, {same}{interval}", metric=title_of(judged), unit=unit.name,
            same=Phrase("in the same runs") if about.runs > 1 else Phrase("in the same run"), interval=_with_interval(known),
        ),
        notes=(
            *((PAIRED if known else NO_INTERVAL,) if len(strategies) > 1 else ()),
            *_left_out(len(panels), len(cases)),
        ),
        rows=tuple(names[name] for name in strategies),
        heading=Phrase("strategy"),
        panels=tuple(panel._replace(limits=shared) for panel in panels),
        columns=(Column(Phrase("difference"), "value"), Column(Phrase("low"), "low"), Column(Phrase("high"), "high")),
        key=tuple((look, words) for look, words in SETTLED if any(one.look == look for one in _marks(panels))),
        strong=frozenset({strategies.index(baseline)}),
    )  # fmt: skip


def _marks(panels: Sequence[Panel]) -> list[Mark]:
    """Marks of all panels."""
    return [one for panel in panels for marks in panel.marks for one in marks]


def _known(panels: Sequence[Panel]) -> bool:
    """Whether any mark has an interval."""
    return any(one.low is not None for one in _marks(panels))


def _with_interval(known: bool) -> Phrase:
    return Phrase(", with its 95 % interval") if known else NOTHING


def _left_out(shown: int, variants: int) -> tuple[Phrase, ...]:
    return (Phrase("{shown} of {n} variants {shown:is|are} drawn.", shown=shown, n=variants),) if shown < variants else ()


def _less_baseline(comparison: Comparison, baseline: str, metric: str) -> list[Difference | None]:
    """Differences to the baseline by strategy; None for the baseline itself."""
    measure, base = comparison.metric(metric), comparison.place(baseline)
    judged = Judged(comparison, (measure,))
    return [None if place == base else judged.difference(measure, place, base) for place in range(len(comparison.strategies))]


def _difference_mark(difference: Difference, unit: Unit) -> Mark:
    look = BETTER if difference.better else WORSE if difference.worse else UNSETTLED
    if not np.isfinite(difference.mean):
        return Mark(None, look=UNSETTLED)
    mean = difference.mean / unit.size
    half = None if difference.half is None else difference.half / unit.size
    if half is None:
        return Mark(mean, look=look, signed=True)
    return Mark(mean, mean - half, mean + half, look=look, signed=True)


def _shared_limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """One scale for all panels, so that variants can be compared by eye."""
    shown = [number for one in _marks(panels) for number in one.shown] + [0.0]
    low, high = min(shown), max(shown)
    pad = 0.06 * (high - low) or 1.0
    return low - pad, high + pad


def _difference_title(
    found: Sequence[Sequence[Difference | None]], metric: Metric, names: Names, cases: Sequence[Case]
) -> Phrase:
    """The strategy furthest on the better side of those settled in the first variant, and in how many variants it is."""
    known = [d for d in found[0] if d is not None and np.isfinite(d.mean)]
    if not known:
        return Phrase("One strategy only: nothing to compare it with")
    sign = towards_less(metric.direction)
    best = min([d for d in known if d.better] or known, key=lambda d: sign * d.mean)
    if all(d.mean == 0 and not d.half for d in known):
        return Phrase("{metric}: the same under every strategy", metric=title_of(metric))
    if all(d.half is None for d in known):
        return Phrase("{metric}: too few worlds to tell which strategy is better", metric=title_of(metric))
    if not best.better:
        return Phrase("{metric}: no strategy is better than the baseline beyond doubt", metric=title_of(metric))
    told = in_both(lambda lang: f"{names[best.of].said(lang.lang)} " + difference_phrase(
        metric, best.mean, best.half, names[best.against].said(lang.lang), lang
    ))  # fmt: skip
    if len(cases) == 1:
        return told
    holds = sum(any(d is not None and d.of == best.of and d.better for d in case) for case in found)
    return Phrase("{told}; this lead over the baseline stands in {holds} of {n} variants", told=told, holds=holds, n=len(cases))


def spread(about: ChartContext, comparison: Comparison, names: Names, metric: str = "shortage_days_any") -> RowsChart:
    """How a metric scatters over runs under each strategy: 90 % and half of the runs, and the mean."""
    judged = comparison.metric(metric)
    unit = unit_of(judged)
    marks = tuple((_spread_mark(comparison.values[metric][place] / unit.size),) for place in range(len(comparison.strategies)))
    return RowsChart(
        name="shortage-spread",
        about=about,
        title=_spread_title([row[0] for row in marks], comparison.strategies, judged, unit, names, about),
        measure=Phrase("{metric} over runs, {unit}: dot, the mean; thick line, half of the runs; thin line, 90 % of them",
                       metric=title_of(judged), unit=unit.name) if about.runs > 1
        else Phrase("{metric} of one run under each strategy, {unit}", metric=title_of(judged), unit=unit.name),
        notes=(Phrase("Ranges are of single runs, not of the mean. The number beside a row is its mean."),)
        if about.runs > 1 else (Phrase("One run shows nothing about chance."),),
        rows=tuple(names[name] for name in comparison.strategies),
        heading=Phrase("strategy"),
        panels=(Panel(Phrase(""), marks, unit.name),),
        columns=(
            Column(Phrase("mean"), "value"), Column(Phrase("5th percentile"), "low"), Column(Phrase("95th percentile"), "high"),
            Column(Phrase("25th percentile"), "inner_low"), Column(Phrase("75th percentile"), "inner_high"),
        ),
    )  # fmt: skip


def _spread_mark(values: np.ndarray, look: Look = MAIN) -> Mark:
    known = values[~np.isnan(values)]
    if not known.size:
        return Mark(None)
    p05, p25, p75, p95 = (float(q) for q in np.quantile(known, (0.05, 0.25, 0.75, 0.95)))
    return Mark(float(known.mean()), p05, p95, p25, p75, look) if known.size > 1 else Mark(float(known[0]), look=look)


def _spread_title(
    marks: Sequence[Mark], strategies: Sequence[str], metric: Metric, unit: Unit, names: Names, about: ChartContext
) -> Phrase:
    means = {name: one.value for name, one in zip(strategies, marks, strict=True) if one.value is not None}
    if not means:
        return Phrase("{metric}: undefined in every run", metric=title_of(metric))
    fewest, most = min(means, key=lambda name: means[name]), max(means, key=lambda name: means[name])
    if len(strategies) == 1:
        mean = unit.counted(means[fewest])
        return Phrase("{metric}: {mean}{average}", metric=title_of(metric), mean=mean, average=about.average)
    if means[fewest] == means[most]:
        return Phrase("{metric}: {mean} under every strategy{average}",
                      metric=title_of(metric), mean=unit.counted(means[fewest]), average=about.average)  # fmt: skip
    return Phrase(
        "{metric}: from {low} ({fewest}) to {high} ({most}){average}",
        metric=title_of(metric), low=unit.counted(means[fewest]), fewest=names[fewest],
        high=figures_of(means[most]), most=names[most], average=about.average,
    )  # fmt: skip


def tankers(about: ChartContext, comparison: Comparison, names: Names) -> RowsChart:
    """Tankers delivered and lost and crews lost under each strategy: means with their intervals."""
    return _means_chart(
        about, comparison, names, "strategy-tankers", ("tankers_delivered", "tankers_lost", "crews_lost"),
        _tankers_title(about, comparison, names), Phrase("Tankers delivered, tankers lost and crews lost, all traffic"),
    )  # fmt: skip


def _tankers_title(about: ChartContext, comparison: Comparison, names: Names) -> Phrase:
    delivered, lost = (_means(comparison, name) for name in ("tankers_delivered", "tankers_lost"))
    most, fewest = max(delivered, key=lambda n: delivered[n]), min(lost, key=lambda n: lost[n])
    if len(delivered) == 1:
        return Phrase("{delivered} and {lost}{average}", delivered=DELIVERED.counted(delivered[most]),
                      lost=LOST.counted(lost[most]), average=about.average)  # fmt: skip
    if most == fewest:
        return Phrase(
            "{strategy} delivers most tankers ({delivered}{average}) and loses fewest ({lost})",
            strategy=names[most], delivered=figures_of(delivered[most]), lost=figures_of(lost[most]), average=about.average,
        )  # fmt: skip
    return Phrase(
        "{most} delivers most tankers ({delivered}{average}) but loses {its}; {fewest} loses fewest ({lost})",
        most=names[most], delivered=figures_of(delivered[most]), its=figures_of(lost[most]), fewest=names[fewest],
        lost=figures_of(lost[fewest]), average=about.average,
    )  # fmt: skip


def escorts(about: ChartContext, comparison: Comparison, names: Names) -> RowsChart:
    """Escort effort and escort units lost under each strategy: means with their intervals."""
    used = _means(comparison, "escort_days")
    least, most = min(used, key=lambda n: used[n]), max(used, key=lambda n: used[n])
    if len(used) == 1 or used[least] == used[most]:
        every = NOTHING if len(used) == 1 else Phrase(" under every strategy")
        title = Phrase("{n} of escort{every}{average}", n=UNIT_DAYS.counted(used[most]), every=every, average=about.average)
    else:
        title = Phrase(
            "Escort effort goes from {low} ({least}) to {high} ({most})",
            low=UNIT_DAYS.counted(used[least]), least=names[least], high=figures_of(used[most]), most=names[most],
        )  # fmt: skip
    return _means_chart(
        about, comparison, names, "strategy-escorts", ("escort_days", "escort_units_lost"), title,
        Phrase("Unit-days of escort away from their node, and escort units lost"),
    )  # fmt: skip


def _means(comparison: Comparison, metric: str) -> dict[str, float]:
    """Mean of a metric by strategy, 0 runs left out."""
    rows = {name: comparison.values[metric][place] for place, name in enumerate(comparison.strategies)}
    return {name: float(np.nanmean(row)) for name, row in rows.items() if not np.isnan(row).all()}


def _means_chart(
    about: ChartContext, comparison: Comparison, names: Names, name: str, metrics: Sequence[str], title: Phrase, measure: Phrase
) -> RowsChart:  # fmt: skip
    panels = []
    for place, metric in enumerate(metrics):
        judged = comparison.metric(metric)
        unit = unit_of(judged)
        look = SERIES[place % len(SERIES)]
        marks = tuple((_mean_mark(row / unit.size, comparison, look),) for row in comparison.values[metric])
        panels.append(Panel(title_of(judged), marks, unit.name))
    known = _known(panels)
    return RowsChart(
        name=name,
        about=about,
        title=title,
        measure=Phrase("{what}: {of_runs}{interval}", what=measure, of_runs=about.of_runs, interval=_with_interval(known)),
        notes=(Phrase("The interval is of the mean, over worlds.") if known else NO_INTERVAL,),
        rows=tuple(names[strategy] for strategy in comparison.strategies),
        heading=Phrase("strategy"),
        panels=tuple(panels),
        columns=(Column(Phrase("mean"), "value"), Column(Phrase("low"), "low"), Column(Phrase("high"), "high")),
    )


def _mean_mark(values: np.ndarray, comparison: Comparison, look: Look) -> Mark:
    found = statistic(values, comparison.worlds, (0.0, float("inf")))
    return Mark(found.mean, found.low, found.high, look=look)


def regret(about: ChartContext, verdicts: Sequence[Verdict], titles: Mapping[str, Phrase], names: Names) -> RowsChart:
    """How far the mean of each strategy is behind the best mean of each variant: a mark a variant, the largest filled.

    Raises
    ------
    UsageError
        If no variant has means.
    """
    known = [verdict for verdict in verdicts if not np.isnan(verdict.means).any()]
    if not known:
        raise UsageError(Phrase("regret chart: no variant has means of all strategies; run more replications"))
    metric, strategies = known[0].metric, known[0].strategies
    unit, sign = unit_of(metric), towards_less(metric.direction)
    means = np.array([verdict.means for verdict in known]).T * sign / unit.size
    behind = means - means.min(axis=0)
    worst, several = behind.argmax(axis=1), len(known) > 1
    rows = [
        (
            *(Mark(float(value), look=OPEN) for place, value in enumerate(row) if place != worst[i]),
            Mark(float(row[worst[i]]), look=MAIN),
        )
        for i, row in enumerate(behind)
    ]
    return RowsChart(
        name="regret",
        about=about,
        title=_regret_title(behind, known, titles, names),
        measure=Phrase("{metric}: each strategy behind the best one{same}, {unit}, {of_runs}", metric=title_of(metric),
                       same=Phrase(" of the same variant") if several else NOTHING, unit=unit.name, of_runs=about.of_runs),
        notes=(Phrase("One mark a variant; the filled one is the variant in which the strategy is furthest behind."),) * several,
        rows=tuple(names[name] for name in strategies),
        heading=Phrase("strategy"),
        panels=(Panel(Phrase(""), tuple(rows), unit.name),),
        columns=(Column(Phrase("behind the best"), "value"),),
        key=((MAIN, Phrase("worst variant")), (OPEN, Phrase("other variants"))) if several else (),
    )  # fmt: skip


def _regret_title(behind: Floats, known: Sequence[Verdict], titles: Mapping[str, Phrase], names: Names) -> Phrase:
    """The strategy whose worst variant is mildest."""
    everywhere = Phrase(" in any variant") if len(known) > 1 else NOTHING
    if behind.max() == 0:
        return Phrase("No regret: no strategy is behind another{everywhere}", everywhere=everywhere)
    least = int(behind.max(axis=1).argmin())
    strategy, worst = names[known[0].strategies[least]], int(behind[least].argmax())
    if behind[least, worst] == 0:
        return Phrase("{strategy} is not behind any other{everywhere}", strategy=strategy, everywhere=everywhere)
    return Phrase(
        "Least to regret: {strategy}, at most {n} behind the best (variant: {variant})",
        strategy=strategy, n=unit_of(known[0].metric).counted(float(behind[least, worst])),
        variant=titles[known[worst].variant],
    )  # fmt: skip

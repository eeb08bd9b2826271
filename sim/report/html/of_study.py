"""The report of a comparison: strategies against each other, then each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sim.analysis.paired import towards_less
from sim.language import Lang, Phrase
from sim.records import Metric
from sim.report.charts.chart import Chart
from sim.report.charts.of_run import about_of
from sim.report.charts.of_study import daily_of
from sim.report.charts.strategies import Case
from sim.report.figures import Compared, charts_of_comparison
from sim.report.html.film import Route, towns_and_routes
from sim.report.html.inputs import inputs_of
from sim.report.html.model import LANGS, Card, Group, Report
from sim.report.html.of_run import group_of, interval_of, provenance, value_of
from sim.report.html.texts import annex, footnotes, grid, passage, passages
from sim.report.memo.numbers import difference_cell, headed, shown_unit
from sim.report.memo.of_study import Told, draft_of_study, shown_scenario
from sim.report.memo.parts import quoted
from sim.report.words import Bilingual, number_of, share_of
from sim.study.folder import StudyResults

BESIDE = ("tankers_lost", "crews_lost", "escort_units_lost", "litres_unmet_regions", "payments_fcfa")

MOST_SHOWN = 12
"""Strategies that are shown day by day: more would make the file too large to send."""

MOST_NAMED = 3
"""Rivals that a card names."""


def report_of_study(study: StudyResults, lang: Lang = "en") -> Report:
    """What a reader looks at of a comparison."""
    told = Told(study)
    english, french = (draft_of_study(study, code, annex=True).memo for code in LANGS)
    scenario = told.results.manifest["inputs"]["scenario"]
    towns, routes = towns_and_routes(scenario)
    tables = annex(english, french)
    others, readings = len(told.others), int(len(study.cases) > 1)
    groups = tuple(groups_of(told, routes))
    return Report(
        lang=lang,
        kind="comparison",
        start=told.results.start,
        title=Bilingual(english.title, french.title),
        kicker=shown_scenario(told),
        byline=Bilingual(english.byline, french.byline),
        cards=tuple(cards(told)),
        opening=(passage(english.question, french.question), passage(english.answer, french.answer)),
        overview=(grid(english.table, french.table), *tables[:others]),
        readings=tables[others : others + readings],
        across=across(told),
        groups=groups,
        towns=towns,
        routes=routes,
        later=passages(english, french),
        footnotes=footnotes(english, french),
        inputs=inputs_of(scenario),
        provenance=_provenance(told),
        annex=tables[others + readings :],
    )


def groups_of(told: Told, routes: Sequence[Route]) -> Iterator[Group]:
    """The strategies day by day, the one shown first at their head; of very many those with the best means, and the baseline."""
    results, verdict = told.first.results, told.first.verdict
    sign = towards_less(verdict.metric.direction)
    means = dict(zip(verdict.strategies, verdict.means, strict=True))
    first = (shown(told), told.study.baseline)
    order = sorted(results, key=lambda name: (name not in first, sign * means[name]))[:MOST_SHOWN]
    told_of = Phrase("{n:,} of {all:,} strategies are shown day by day: those with the best means, and the baseline.",
                     n=len(order), all=len(results))  # fmt: skip
    for name in sorted(order, key=lambda name: (name != first[0], list(results).index(name))):
        group = group_of(results[name], told.titles[name], routes if name in first else None)
        yield group if len(order) == len(results) else group._replace(remarks=(told_of, *group.remarks))


def shown(told: Told) -> str:
    """The strategy that cards and charts show first: the leader, or the baseline where nobody leads."""
    return told.first.verdict.leader or told.study.baseline


def cards(told: Told) -> Iterator[Card]:
    """What the strategy shown first gives, each number beside that of the baseline."""
    name, base, case = shown(told), told.study.baseline, told.first
    verdict, metrics = case.verdict, {metric.name: metric for metric in case.comparison.metrics}
    own, other = case.results[name].summary(), case.results[base].summary()
    key = verdict.metric
    label = Phrase("{metric}: {strategy}", metric=headed(key), strategy=quoted(told.short[name]))
    yield Card(value_of(own[key.name], shown_unit(key)), label, interval_of(own[key.name], shown_unit(key)))
    if name != base:
        yield Card(
            difference_cell(verdict.against(base), shown_unit(key)),
            Phrase("difference from {strategy}", strategy=quoted(told.short[base])),
            Phrase("in the same runs, 95 % interval"),
        )
    if verdict.first_share is not None and verdict.worlds > 1:
        yield Card(share_of(verdict.first_share), Phrase("of worlds in which it comes first"), _rivals(told))
    for guard in BESIDE:
        if guard in own and guard != key.name:
            yield _beside(metrics[guard], own, other, name == base)


def _rivals(told: Told) -> Phrase:
    rivals = told.first.verdict.rivals
    if not rivals:
        return Phrase("no other strategy can be the best")
    if len(rivals) > MOST_NAMED:
        return Phrase("cannot be told apart from {n} others", n=number_of(len(rivals)))
    return Phrase("cannot be told apart from {names}", names=tuple(quoted(told.short[rival.name]) for rival in rivals))


def _beside(metric: Metric, own: dict[str, dict[str, float]], other: dict[str, dict[str, float]], same: bool) -> Card:
    unit = shown_unit(metric)
    note = interval_of(own[metric.name], unit)
    if not same:
        note = Phrase("{interval}; baseline {base}", interval=note, base=value_of(other[metric.name], unit))
    return Card(value_of(own[metric.name], unit), headed(metric), note)


def across(told: Told) -> tuple[Chart, ...]:
    """Charts over strategies: differences by reading, calendar, spread, frontier, tankers, escorts, regret."""
    study = told.study
    compared = Compared(
        about=replace(about_of(told.results), compared=len(study.strategies)),
        cases=tuple(Case(told.case_title(case), case.comparison) for case in told.cases),
        verdicts=tuple(case.verdict for case in told.cases),
        baseline=study.baseline,
        names={name: told.short[name] for name in study.strategies},
        metric=study.metric,
        results=daily_of(told.first),
    )
    return tuple(charts_of_comparison(compared))


def _provenance(told: Told) -> tuple[tuple[Phrase, Phrase], ...]:
    """That of the baseline's results, with the folder and the strategies of the comparison."""
    study = told.study
    own = dict(provenance(told.results))
    own[Phrase("results")] = Bilingual(study.folder.name, study.folder.name)
    own[Phrase("scenario")] = Bilingual(names := ", ".join(study.scenarios), names)
    own[Phrase("strategy")] = Phrase("{names:; }", names=tuple(told.titles[name] for name in study.strategies))
    own[Phrase("variants")] = Phrase("{names:; }", names=tuple(told.case_title(case) for case in told.cases))
    del own[Phrase("digest of the strategy")], own[Phrase("made again by")]
    return tuple(own.items())

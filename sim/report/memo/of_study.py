"""The memo of a comparison: which strategy does best, how surely, at what price, and what would change that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sim.analysis.across import Overall
from sim.analysis.comparison import Comparison, Difference, Judged
from sim.analysis.paired import towards_less
from sim.analysis.spread import split_of_spread
from sim.analysis.verdict import GUARDS, Verdict
from sim.errors import ResultsError, UsageError
from sim.experiment.results import Results
from sim.language import Lang, Phrase, said
from sim.records import Metric
from sim.report.charts import strategies as charts
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.chart import Chart
from sim.report.charts.of_run import about_of, shortage_by_day
from sim.report.context import ChartContext
from sim.report.findings import Floats
from sim.report.memo.backing import Backing, backing
from sim.report.memo.checklist import Scope, checklist, reports
from sim.report.memo.draft import Draft, Writing
from sim.report.memo.model import Memo, Page, Section, Span, Table
from sim.report.memo.numbers import difference_cell, headed, interval_cell, mean_cell, shown_unit
from sim.report.memo.of_run import spread_told
from sim.report.memo.parts import SHORTAGE_DAY, city_of, last_day, limits, made_on, method, provenance_line, quoted
from sim.report.metric_phrases import difference_phrase
from sim.report.metric_phrases import title as metric_title
from sim.report.verdict_text import beyond_lead_text, overall_text, verdict_text
from sim.report.verdict_words import Names
from sim.report.words import Bilingual, Language, day_of, figures_of, in_both, number_of, share_of
from sim.study.folder import CaseResults, StudyResults

BESIDE = ("tankers_lost", *GUARDS)
"""Measures that stand beside the one judged, whatever it is."""

SHORTEST_NAME, LONGEST_NAME = 4, 44
"""Letters that a shortened title keeps at least, and has at most."""

MOST_PANELS = 4
"""Readings of the world that a chart shows side by side."""


@dataclass(frozen=True)
class Told:
    """A comparison with what its strategies and variants are called."""

    study: StudyResults
    by_day: dict[str, Floats] = field(default_factory=dict)

    @property
    def first(self) -> CaseResults:
        """The reading that the others are held against."""
        return self.study.cases[0]

    @property
    def cases(self) -> tuple[CaseResults, ...]:
        """Readings of the scenario of the first."""
        return tuple(case for case in self.study.cases if case.scenario == self.first.scenario)

    @property
    def others(self) -> tuple[CaseResults, ...]:
        """The first reading of each other scenario."""
        first: dict[str, CaseResults] = {}
        for case in self.study.cases:
            first.setdefault(case.scenario, case)
        return tuple(case for name, case in first.items() if name != self.first.scenario)

    @property
    def results(self) -> Results:
        """Runs of the baseline in the first reading."""
        return self.first.results[self.study.baseline]

    @property
    def titles(self) -> dict[str, Bilingual]:
        """What tables call strategies, those that were dropped too: their titles, behind a letter where they have one."""
        own = self._own
        return {name: lettered(place, t, t.french) if self.lettered else t for place, (name, t) in enumerate(own.items())}

    @cached_property
    def _own(self) -> dict[str, Bilingual]:
        """Titles as the files of strategies give them."""
        return {name: _title(one, "strategy") for name, one in {**self.first.results, **self.first.piloted}.items()}

    @cached_property
    def _beginnings(self) -> tuple[list[str], list[str]]:
        return shortened([str(t) for t in self._own.values()]), shortened([t.french for t in self._own.values()])

    @property
    def lettered(self) -> bool:
        """Whether strategies have letters: their titles are alike, or too long to be told apart by a short beginning."""
        return any(len(name) > LONGEST_NAME or names.count(name) > 1 for names in self._beginnings for name in names)

    @cached_property
    def short(self) -> dict[str, Bilingual]:
        """What sentences and charts call strategies: the beginning of their titles, as far as it tells them apart."""
        if self.lettered:
            return {
                name: lettered(place, *(beginning(text) for text in (str(t), t.french)))
                for place, (name, t) in enumerate(self._own.items())
            }
        return {name: Bilingual(*pair) for name, pair in zip(self._own, zip(*self._beginnings, strict=True), strict=True)}

    def shortage(self, strategy: str) -> Floats:
        """Share of the runs with a shortage by day, computed once."""
        if strategy not in self.by_day:
            one = self.first.results[strategy]
            self.by_day[strategy] = shortage_by_day(one)
        return self.by_day[strategy]

    def names(self, lang: Language) -> Names:
        """What sentences call strategies and variants."""
        quotes = {name: said(quoted(title), lang.lang) for name, title in self.short.items()}
        return Names(quotes, {case.key: case.variant_titles[lang.code] for case in self.study.cases if case.key})

    def case_title(self, case: CaseResults) -> Phrase:
        """What a reading is called beside others."""
        own = Bilingual(case.variant_titles["en"], case.variant_titles["fr"])
        return own if case.key else Phrase("as it stands")


def shortened(titles: Sequence[str]) -> list[str]:
    """Each title up to a colon, comma or bracket, as early as no other title begins in the same way; else the whole."""
    return [next((cut for cut in _cuts(t) if not any(o != t and o.startswith(cut) for o in titles)), t) for t in titles]


def _cuts(title: str) -> Iterator[str]:
    for found in re.finditer(r"\s*:\s|,\s|\s\(", title):
        cut = title[: found.start()]
        if len(cut) >= SHORTEST_NAME and cut.count("(") == cut.count(")"):
            yield cut


def beginning(title: str) -> str:
    """The shortest beginning of a title that says something; of a long one without a mark the first words and an ellipsis."""
    cut = next(_cuts(title), title)
    if len(cut) <= LONGEST_NAME:
        return cut
    return f"{cut[:LONGEST_NAME].rsplit(maxsplit=1)[0]} …"


def lettered(place: int, english: str, french: str) -> Bilingual:
    """A name behind the letter of its place: `C – Large and rare`."""
    letter = chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "")
    return Bilingual(f"{letter} – {english}", f"{letter} – {french}")


def _title(results: Results, kind: str) -> Bilingual:
    found = results.manifest["titles"][kind]
    return Bilingual(found["en"], found["fr"])


def draft_of_study(study: StudyResults, lang: Lang, annex: bool) -> Draft:
    """The memo of a comparison, not yet laid out."""
    told, writing = Told(study), Writing(lang)
    results = told.results
    found = backing(results)
    when = made_on([one for case in study.cases for one in case.results.values()])
    question, answer = _question(writing, told), _answer(writing, told)
    table = _table(writing, told, told.first)
    later = (
        _change(writing, told),
        method(writing, results, len(study.strategies), len(told.cases)),
        limits(writing, results, found, len(told.cases), annex),
    )
    memo = Memo(
        lang=lang,
        title=writing.say(title(told)),
        kicker=writing.say(Phrase("Memo · {scenario}", scenario=shown_scenario(told))),
        byline=writing.say(Phrase("Simulation of past public events · {day}", day=day_of(when, year=True))),
        when=when,
        question=question,
        answer=answer,
        pictures=(),
        table=table,
        later=later,
        sources=tuple(writing.sources),
        provenance=writing.say(provenance_line(study.folder.name, results)),
        annex_title=writing.say(Phrase("Annex: how this was made (STRESS-DES)")) if annex else "",
        annex=_annex(writing, told, found) if annex else (),
        page=Page(0.0, ()),
    )
    return Draft(memo, lambda rows: _charts(told, rows))


def shown_scenario(told: Told) -> Phrase:
    """What stands above the title: the scenario that is shown, and of how many."""
    scenario = _title(told.results, "scenario")
    if not told.others:
        return scenario
    return Phrase("{scenario} (one of {n} scenarios)", scenario=scenario, n=number_of(1 + len(told.others)))


def title(told: Told) -> Phrase:
    """The finding in the scenario that is shown, and whether another scenario says otherwise."""
    finding, verdict = _finding(told), told.first.verdict
    if all((case.verdict.leader, case.verdict.outcome) == (verdict.leader, verdict.outcome) for case in told.others):
        return finding
    return Phrase("{finding}; another scenario says otherwise", finding=finding)


def _finding(told: Told) -> Phrase:
    """Who leads and at what price, or that nobody does."""
    verdict = told.first.verdict
    names = {name: quoted(text) for name, text in told.short.items()}
    if verdict.leader is None:
        return in_both(lambda lang: verdict_text(verdict, lang, told.names(lang)).rstrip("."))
    if verdict.outcome == "no difference":
        return Phrase("The {n} strategies give the same result in every run", n=number_of(len(verdict.strategies)))
    leader = names[verdict.leader]
    if verdict.rivals:
        if len(verdict.rivals) == 1:
            rival = verdict.rivals[0].name
            means = [
                verdict.means[verdict.strategies.index(name)] / shown_unit(verdict.metric).size
                for name in (verdict.leader, rival)
            ]
            return Phrase(
                "{a} and {b} cannot be told apart: {x} and {y} {unit} on average ({metric})", a=leader, b=names[rival],
                x=figures_of(means[0]), y=figures_of(means[1]), unit=shown_unit(verdict.metric).name,
                metric=in_both(lambda lang: metric_title(verdict.metric, lang)),
            )  # fmt: skip
        return Phrase("No strategy leads alone: {n} of {all} may be the best", n=number_of(len(verdict.can_be_best)),
                      all=number_of(len(verdict.strategies)))  # fmt: skip
    assert verdict.reference is not None
    lead = _does(told, verdict.against(verdict.reference))
    if verdict.trade_offs:
        price = max(verdict.trade_offs, key=lambda d: (d.against == verdict.reference, d.metric.name == "crews_lost"))
        return Phrase("A trade-off: {a} {lead}, but {price}", a=leader, lead=lead, price=_does(told, price))
    return Phrase("{a} {lead}", a=leader, lead=lead)


def _does(told: Told, difference: Difference) -> Bilingual:
    return in_both(lambda lang: difference_phrase(
        difference.metric, difference.mean, difference.half, told.names(lang).strategy(difference.against), lang
    ))  # fmt: skip


def _question(writing: Writing, told: Told) -> Section:
    study = told.study
    asked = study.questions
    if asked.get("en") or asked.get("fr"):
        text: Phrase = Bilingual(asked.get("en") or asked["fr"], asked.get("fr") or asked["en"])
    else:
        metric = Bilingual(*(told.first.verdict.metric.title[code] for code in ("en", "fr")))
        text = Phrase(
            "From {begin} to {end}, which of {n} strategies does best for {city} on “{metric}”, and at what price?",
            begin=day_of(told.results.start, year=True), end=day_of(last_day(told.results), year=True),
            n=number_of(len(study.strategies)), city=city_of(told.results), metric=metric,
        )  # fmt: skip
    return writing.section(Phrase("Question"), [writing.span(text)])


def _answer(writing: Writing, told: Told) -> Section:
    """The verdict: across readings first, then what the first one says of rivals and prices; other scenarios after it."""
    paragraphs: list[list[Span]] = []
    lang = writing.language
    for scenario, overall in told.study.overalls.items():
        text = _verdict_in(overall, lang, told.names(lang))
        if told.others:
            case = next(case for case in told.study.cases if case.scenario == scenario)
            text = f"{case.titles[lang.code]}{lang.colon} {text}"
        note = SHORTAGE_DAY if told.study.metric == "shortage_days_any" and not paragraphs else None
        paragraphs.append([writing.span(text, note)])
    return writing.section(Phrase("Verdict"), *paragraphs)


def _verdict_in(overall: Overall, lang: Language, names: Names) -> str:
    text = overall_text(overall, lang, names)
    if len(overall.verdicts) == 1:
        return text
    return " ".join(part for part in (text, beyond_lead_text(overall.verdicts[0], lang, names)) if part)


def _table(writing: Writing, told: Told, case: CaseResults) -> Table:
    """Means of each strategy in one reading."""
    metric = case.verdict.metric
    cells = {name: interval_cell(one.summary()[metric.name], shown_unit(metric)) for name, one in case.results.items()}
    bracketed = any("[" in cell for cell in cells.values())
    beside = [case.comparison.metric(name) for name in BESIDE if name != metric.name]
    headings = [
        Phrase("Strategy"),
        Phrase("{metric}, mean [95 %]", metric=headed(metric)) if bracketed else headed(metric),
        Phrase("Difference from the baseline"),
        *(headed(one) for one in beside),
    ]
    rows = [
        [_row_title(told, name), cells[name], _less(case, name, metric),
         *(mean_cell(one.summary()[other.name], shown_unit(other)) for other in beside)]
        for name, one in case.results.items()
    ]  # fmt: skip
    strong = [place for place, name in enumerate(case.results) if name == case.verdict.leader]
    halves = any("±" in row[2] for row in rows)
    return writing.table(_table_title(told, case), headings, rows, strong, tuple(_table_notes(told, case, halves)))


def _row_title(told: Told, name: str) -> Phrase:
    if name == told.study.baseline:
        return Phrase("{strategy} (baseline)", strategy=told.titles[name])
    return told.titles[name]


def _less(case: CaseResults, name: str, metric: Metric) -> Phrase:
    if name == case.baseline:
        return Bilingual("–", "–")
    comparison = case.comparison
    judged = Judged(comparison, (metric,))
    return difference_cell(judged.difference(metric, comparison.place(name), comparison.place(case.baseline)), shown_unit(metric))


def _table_title(told: Told, case: CaseResults) -> Phrase:
    if told.others:
        scenario = Bilingual(case.titles["en"], case.titles["fr"])
        return Phrase("Each strategy in {scenario}, as it stands: means of the runs", scenario=quoted(scenario))
    if len(told.study.cases) == 1 and told.results.manifest["replications"] == 1:
        return Phrase("Each strategy in the one run made")
    if len(told.study.cases) == 1:
        return Phrase("Each strategy: means of the runs")
    return Phrase("Each strategy in the scenario as it stands: means of the runs")


def _table_notes(told: Told, case: CaseResults, halves: bool) -> Iterator[Phrase]:
    study = told.study
    if halves and len(case.results) > 2:
        yield Phrase(
            "± is the half-width of the 95 % interval of the paired difference, of each by itself; where the verdict judges all "
            "strategies at once, its intervals are wider."
        )
    elif halves:
        yield Phrase("± is the half-width of the 95 % interval of the paired difference.")
    if told.others and case is told.first:
        yield Phrase(
            "Table and pictures show this scenario; the verdict is told for all {n}. The option {option} shows another one, "
            "{annex} adds the tables of all.", n=number_of(1 + len(told.others)), option="--scenario", annex="--annex",
        )  # fmt: skip
    if study.dropped and study.pilot is not None:
        yield Phrase(
            "Dropped as clearly worse after a pilot of {worlds:,} {worlds:world|worlds} × {chances:,} "
            "{chances:chance|chances}: {names:; }.",
            worlds=study.pilot.worlds, chances=study.pilot.chances,
            names=tuple(told.titles[one.strategy] for one in study.dropped),
        )  # fmt: skip


def _change(writing: Writing, told: Told) -> Section:
    """Uncertainty, and what would change the verdict."""
    study, verdict = told.study, told.first.verdict
    spans = []
    overall = study.overalls[told.first.scenario]
    if len(overall.verdicts) > 1 and overall.leader is not None:
        unsettled = len(overall.verdicts) - len(overall.holds)
        spans.append(writing.span(Phrase(
            "Another reading of the threat: the lead holds in {holds} of {n} readings.", holds=len(overall.holds),
            n=len(overall.verdicts),
        ) if unsettled else Phrase(
            "No reading of the threat that was tried: the lead holds in all {n}.", n=number_of(len(overall.verdicts)),
        )))  # fmt: skip
    if len(overall.verdicts) > 1 and overall.leader is None:
        spans.append(writing.span(_unsettled(overall)))
    if verdict.outcome == "no difference":
        same = Phrase("Nothing in these runs tells the strategies apart: neither luck nor what we do not know.")
        spans.append(writing.span(same))
    elif verdict.first_share is not None and verdict.leader is not None and verdict.worlds > 1 and not verdict.rivals:
        spans.append(writing.span(Phrase(
            "In {share} of worlds another strategy comes first: there it would have been the better choice.",
            share=share_of(1 - verdict.first_share),
        )))  # fmt: skip
    if verdict.leader is not None:
        comparison = told.first.comparison
        values = comparison.values[verdict.metric.name][comparison.place(verdict.leader)]
        spread = split_of_spread(values, comparison.worlds)
        if spread is not None and spread.share_not_knowing is not None:
            spans.append(writing.span(spread_told(spread.share_not_knowing)))
    left_out = tuple(Bilingual(variant, variant) for variant, _ in study.left_out)
    if left_out:
        spans.append(writing.span(Phrase("Not tried, since they do not fit the scenario: {names}.", names=left_out)))
    if not spans:
        spans = [writing.span(Phrase("More worlds, and other readings of the threat: neither has been tried here."))]
    return writing.section(Phrase("What would change this"), spans)


def _unsettled(overall: Overall) -> Phrase:
    """What would settle a first reading without a leader, and how many others have one."""
    others = overall.verdicts[1:]
    leading = sum(one.outcome in ("best", "trade-off") and one.leader is not None for one in others)
    if not leading:
        return Phrase("More worlds: in none of the {n} readings of the threat that were tried does a strategy lead alone.",
                      n=len(overall.verdicts))  # fmt: skip
    return Phrase(
        "More worlds, or another reading of the threat: of {n} others that were tried, a strategy leads alone in {leading}.",
        n=len(others), leading=leading,
    )  # fmt: skip


def _charts(told: Told, rows: int) -> Sequence[Chart]:
    """Differences from the baseline by reading, the calendar of shortage, the price on the road; `rows` strategies at most.

    Titles are findings over all strategies, those that are not drawn too: the table has them.
    """
    study = told.study
    shown = shown_strategies(told.first.verdict, rows)
    cases = _ordered_cases(told)
    names = {name: told.short[name] for name in study.strategies}
    about = replace(about_of(told.results), compared=len(shown))
    first = narrowed(told.first.comparison, shown)
    readings = [charts.Case(told.case_title(case), narrowed(case.comparison, shown)) for case in cases]
    return (
        charts.differences(about, readings, study.baseline, names, study.metric, MOST_PANELS),
        _calendar(told, about, shown, names) or charts.spread(about, first, names, study.metric),
        replace(charts.tankers(about, first, names), title=charts.tankers(about, told.first.comparison, names).title),
    )  # fmt: skip


def _calendar(told: Told, about: ChartContext, shown: Sequence[str], names: charts.Names) -> Chart | None:
    """The calendar; None where runs kept no days."""
    try:
        strips = [Strip(names[name], told.shortage(name)) for name in shown]
        return calendar(about, told.results.start, strips, Phrase("strategy"))
    except (ResultsError, UsageError):
        return None


def shown_strategies(verdict: Verdict, rows: int) -> tuple[str, ...]:
    """Strategies of a chart in the order of every table: leader, baseline, the worst, then the best by mean."""
    if len(verdict.strategies) <= rows:
        return verdict.strategies
    sign = towards_less(verdict.metric.direction)
    ranked = sorted(verdict.strategies, key=lambda name: sign * verdict.means[verdict.strategies.index(name)])
    first = [verdict.leader or ranked[0], verdict.baseline, ranked[-1]]
    chosen = list(dict.fromkeys([*first, *ranked]))[:rows]
    return tuple(name for name in verdict.strategies if name in chosen)


def _ordered_cases(told: Told) -> tuple[CaseResults, ...]:
    """Readings in the order in which a chart draws them: the first, then those in which the lead is lost, is tied, holds."""
    overall = told.study.overalls[told.first.scenario]
    lost = [one.variant for one in overall.lost]
    order = {variant: place for place, variant in enumerate((*lost, *overall.tied, *overall.holds))}
    others = sorted(told.cases[1:], key=lambda case: order.get(case.key, len(order)))
    return (told.first, *others)


def narrowed(comparison: Comparison, shown: Sequence[str]) -> Comparison:
    """Some strategies of a comparison."""
    places = [comparison.place(name) for name in shown]
    values = {name: rows[places] for name, rows in comparison.values.items()}
    return Comparison(tuple(shown), comparison.metrics, values, comparison.worlds, comparison.chances)


def _annex(writing: Writing, told: Told, found: Backing | None) -> tuple[Table, ...]:
    cells = list(told.first.results.values())
    titles = tuple(_title(one.results[told.study.baseline], "scenario") for one in (told.first, *told.others))
    variants = tuple(dict.fromkeys(told.case_title(case) for case in told.study.cases if case.key))
    tables = (_table(writing, told, case) for case in told.others)
    checked = checklist(writing, cells, found, Scope(len(told.study.cases), titles, variants))
    return (*tables, *_by_case(writing, told), checked, *reports(writing, found))


def _by_case(writing: Writing, told: Told) -> Iterator[Table]:
    """The verdict of every reading, where there are several."""
    if len(told.study.cases) == 1:
        return
    lang = writing.language
    rows = []
    for case in told.study.cases:
        name = told.case_title(case)
        if len(told.study.scenarios) > 1:
            name = Phrase("{scenario}: {reading}", scenario=Bilingual(case.titles["en"], case.titles["fr"]), reading=name)
        rows.append((name, verdict_text(case.verdict, lang, told.names(lang))))
    yield writing.table(Phrase("The verdict in each reading"), (Phrase("Reading"), Phrase("Verdict")), rows)

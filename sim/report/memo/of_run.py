"""The memo of one result folder: how many shortage days under one strategy, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.analysis.spread import split_of_spread
from sim.errors import ResultsError, UsageError
from sim.experiment.results import Results
from sim.language import Lang, Phrase
from sim.records import Metric
from sim.report.charts import of_run as charts
from sim.report.charts.chart import Chart
from sim.report.findings import FEW_RUNS
from sim.report.memo.backing import Backing, backing
from sim.report.memo.checklist import checklist, reports
from sim.report.memo.draft import Draft, Writing
from sim.report.memo.model import Memo, Page, Section
from sim.report.memo.numbers import headed, interval_cell, range_cell, shown_unit
from sim.report.memo.parts import (
    SHORTAGE_DAY,
    city_of,
    last_day,
    limits,
    made_on,
    method,
    provenance_line,
    quoted,
)
from sim.report.words import Bilingual, day_of, figures_of, in_both, number_of, share_of

KEY = "shortage_days_any"
SHOWN = (KEY, "longest_spell_any", "tankers_delivered", "tankers_lost", "crews_lost", "escort_units_lost", "escort_days",
         "litres_unmet", "litres_unmet_regions", "payments_fcfa", "cost_fcfa")  # fmt: skip


def draft_of_run(results: Results, lang: Lang, annex: bool) -> Draft:
    """The memo of one result folder, not yet laid out."""
    writing = Writing(lang)
    numbers = results.summary()
    strategy, scenario = (Bilingual(t["en"], t["fr"]) for t in (results.manifest["titles"][k] for k in ("strategy", "scenario")))
    found = backing(results)
    question = writing.section(Phrase("Question"), [writing.span(Phrase(
        "How many days of shortage does {city} suffer from {begin} to {end} under {strategy}, and what does that cost on the "
        "road?",
        city=city_of(results), begin=day_of(results.start, year=True), end=day_of(last_day(results), year=True),
        strategy=quoted(strategy),
    ))])  # fmt: skip
    answer = _answer(writing, results, numbers)
    table = writing.table(
        Phrase("What the one run gives") if results.manifest["replications"] == 1 else Phrase("What the runs give"),
        _headings(results),
        [_row(m, numbers[m["name"]])[: len(_headings(results))] for m in _metrics(results, numbers)],
        strong=(0,),
    )
    later = (
        _change(writing, results),
        method(writing, results, 1, 1),
        limits(writing, results, found, 1, annex),
    )
    memo = Memo(
        lang=lang,
        title=writing.say(title(results, numbers[KEY])),
        kicker=writing.say(Phrase("Memo · {scenario}", scenario=_with_variants(results, scenario))),
        byline=writing.say(Phrase("Simulation of past public events · {day}", day=day_of(made_on([results]), year=True))),
        when=made_on([results]),
        question=question,
        answer=answer,
        pictures=(),
        table=table,
        later=later,
        sources=tuple(writing.sources),
        provenance=writing.say(provenance_line(results.name, results)),
        annex_title=writing.say(Phrase("Annex: how this was made (STRESS-DES)")) if annex else "",
        annex=_annex(writing, results, found) if annex else (),
        page=Page(0.0, ()),
    )
    return Draft(memo, lambda _: _charts(results))


def title(results: Results, numbers: dict[str, Any]) -> Phrase:
    """The finding: shortage days on average, and where runs lie."""
    m = results.manifest
    strategy = quoted(Bilingual(*(m["titles"]["strategy"][k] for k in ("en", "fr"))))
    city, days = city_of(results), number_of(m["days"])
    if numbers["mean"] is None:
        return Phrase("Under {strategy}, no run gives a number of shortage days", strategy=strategy)
    if not results.outcomes[KEY].any():
        if m["replications"] == 1:
            return Phrase("Under {strategy}, {city} is never short of fuel in {days} days of the one run made",
                          strategy=strategy, city=city, days=days)  # fmt: skip
        return Phrase("Under {strategy}, {city} is never short of fuel in {days} days, in any of {runs:,} runs",
                      strategy=strategy, city=city, days=days, runs=m["replications"])  # fmt: skip
    mean = figures_of(numbers["mean"])
    if m["replications"] == 1:
        return Phrase("Under {strategy}, {city} is short of fuel on {n} of {days} days in the one run made",
                      strategy=strategy, city=city, n=mean, days=days, short=numbers["mean"])  # fmt: skip
    low, high = (number_of(numbers[key]) for key in ("p05", "p95"))
    if m["replications"] < FEW_RUNS:
        return Phrase("Under {strategy}, {city} is short of fuel on {n} of {days} days on average over {runs} runs",
                      strategy=strategy, city=city, n=mean, days=days, short=numbers["mean"],
                      runs=number_of(m["replications"]))  # fmt: skip
    return Phrase(
        "Under {strategy}, {city} is short of fuel on {n} of {days} days on average, and on {low} to {high} in nine runs of ten",
        strategy=strategy, city=city, n=mean, days=days, short=numbers["mean"], low=low, high=high,
    )  # fmt: skip


def _with_variants(results: Results, scenario: Bilingual) -> Phrase:
    variants = tuple(results.manifest["variants"])
    return Phrase("{scenario}, variant {names: + }", scenario=scenario, names=variants) if variants else scenario


def _metrics(results: Results, numbers: dict[str, Any]) -> list[dict[str, Any]]:
    by_name = {m["name"]: m for m in results.manifest["metrics"]}
    return [by_name[name] for name in SHOWN if name in numbers]


def _row(entry: dict[str, Any], numbers: dict[str, Any]) -> tuple[str, ...]:
    metric = Metric(entry["name"], entry["unit"], entry["direction"], entry["definition"], entry["title"])
    unit = shown_unit(metric)
    return headed(metric), interval_cell(numbers, unit), range_cell(numbers, unit)


def _headings(results: Results) -> tuple[Phrase, ...]:
    """Of a single run there is neither mean nor range."""
    if results.manifest["replications"] == 1:
        return Phrase("Measure"), Phrase("In the one run")
    return Phrase("Measure"), Phrase("Mean [95 % interval]"), _range_heading(results)


def _range_heading(results: Results) -> Phrase:
    if results.manifest["replications"] < FEW_RUNS:
        return Phrase("5th to 95th percentile of the runs")
    return Phrase("Nine runs in ten")


def _answer(writing: Writing, results: Results, numbers: dict[str, Any]) -> Section:
    short = numbers[KEY]
    if short["mean"] is None:
        return writing.section(Phrase("Answer"), [writing.span(Phrase("No run gives a number of shortage days."))])
    unit = shown_unit(_metric(results, KEY))
    first = Phrase(
        "{city} is short of at least one fuel on {n} days on average.", city=city_of(results), n=interval_cell(short, unit),
        short=short["mean"],
    )
    days = results.outcomes[KEY].dropna()
    one = results.manifest["replications"] == 1
    if one:
        first = Phrase("{city} is short of at least one fuel on {n:,} {n:day|days} in the one run.", city=city_of(results),
                       n=int(short["mean"]))  # fmt: skip
    if not days.any():
        first = Phrase("{city} is never short of fuel, in any of {runs:,} runs.", city=city_of(results), runs=len(days))
        if one:
            first = Phrase("{city} is never short of fuel in the one run.", city=city_of(results))
    spans = [writing.span(first, SHORTAGE_DAY)]
    if days.any() and not one:
        without, most = float((days == 0).mean()), figures_of(float(days.max()))
        worst = Phrase("No run is without a shortage day; the worst has {most}.", most=most)
        if without:
            worst = Phrase("{share} of the runs have no shortage day; the worst has {most}.", share=share_of(without), most=most)
        spans.append(writing.span(worst))
    spans += [writing.span(phrase) for phrase in _price(results, numbers, one)]
    paid = Phrase("The blockader is paid {money} million FCFA.", money=figures_of(numbers["payments_fcfa"]["mean"] / 1e6))
    spans.append(writing.span(paid if numbers["payments_fcfa"]["mean"] else Phrase("Nothing is paid to the blockader.")))
    return writing.section(Phrase("Answer"), spans)


def _price(results: Results, numbers: dict[str, Any], one: bool) -> Iterator[Phrase]:
    """What is lost on the road, and what the regions go without; nothing lost in any run is said in words."""
    names = ("tankers_lost", "crews_lost", "escort_units_lost", "litres_unmet_regions")
    told = {name: figures_of(numbers[name]["mean"] / shown_unit(_metric(results, name)).size) for name in names}
    counts = {name: float(cell.replace(",", "")) for name, cell in told.items()}
    if any(numbers[name]["mean"] for name in names[:3]):
        yield Phrase(
            "On the road, {mean} {tankers:tanker is|tankers are} lost with {crews} {many:crew|crews} killed, and {units} "
            "escort {several:unit|units}.",
            mean=told["tankers_lost"] if one else Phrase("on average {n}", n=told["tankers_lost"]),
            tankers=counts["tankers_lost"], crews=told["crews_lost"], many=counts["crews_lost"],
            units=told["escort_units_lost"], several=counts["escort_units_lost"],
        )  # fmt: skip
    else:
        yield Phrase("No tanker, crew or escort unit is lost on the road.")
    if numbers["litres_unmet_regions"]["mean"]:
        yield Phrase("The regions go without {litres} million litres.", litres=told["litres_unmet_regions"],
                     n=counts["litres_unmet_regions"])  # fmt: skip
    else:
        yield Phrase("The regions get all the fuel that they need.")


def _metric(results: Results, name: str) -> Metric:
    entry = next(m for m in results.manifest["metrics"] if m["name"] == name)
    return Metric(name, entry["unit"], entry["direction"], entry["definition"], entry["title"])


def _change(writing: Writing, results: Results) -> Section:
    """Uncertainty, and what would change the answer."""
    outcomes = results.outcomes
    spread = split_of_spread(outcomes[KEY].to_numpy(dtype=float), outcomes["world"].to_numpy())
    spans = []
    if spread is not None and spread.share_not_knowing is not None:
        spans.append(writing.span(spread_told(spread.share_not_knowing)))
    spans.append(writing.span(Phrase(
        "One strategy in one reading of the world says nothing about the others: compare strategies, and see whether their order "
        "holds in the variants, before you decide."
    )))  # fmt: skip
    return writing.section(Phrase("What would change this"), spans)


def spread_told(share: float) -> Phrase:
    """How much of the spread of runs comes from not knowing."""
    return Phrase(
        "Of the spread between runs, {known} comes from what we do not know about the world and {chance} from chance: better "
        "evidence can narrow the first, nothing the second.",
        known=in_both(lambda lang: lang.share(share)), chance=in_both(lambda lang: lang.share(1 - share)),
    )  # fmt: skip


CHARTS = ("stock", "shortage-days", "tankers")


def _charts(results: Results) -> Sequence[Chart]:
    about = charts.about_of(results)
    made = {"stock": charts.stock, "shortage-days": charts.shortage_days, "tankers": charts.tanker_days}
    found = []
    for name in CHARTS:
        try:
            found.append(made[name](results, about))
        except (UsageError, ResultsError):  # a chart that these results cannot have
            continue
    return found


def _annex(writing: Writing, results: Results, found: Backing | None) -> tuple[Any, ...]:
    return (checklist(writing, [results], found), *reports(writing, found))

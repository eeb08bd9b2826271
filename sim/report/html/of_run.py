"""The report of one result folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sim.draws import Replication
from sim.errors import RepeatError, ResultsError
from sim.experiment.provenance import entries_of
from sim.experiment.replay import replay
from sim.experiment.results import PROVENANCE, Results
from sim.language import NOTHING, Lang, Phrase, said
from sim.records import Metric
from sim.report.charts.chart import Table
from sim.report.charts.units import Unit
from sim.report.figures import LeftOut, charts_of_run
from sim.report.html.film import Film, Route, film_of, towns_and_routes
from sim.report.html.inputs import inputs_of
from sim.report.html.model import LANGS, Card, Group, Report
from sim.report.html.texts import annex, footnotes, grid, passage, passages
from sim.report.memo.numbers import UNKNOWN, headed, range_cell, shown_unit
from sim.report.memo.of_run import draft_of_run
from sim.report.words import Bilingual, figures_of, in_both

CHARTS = ("stock", "calendar", "shortage-days", "stations", "power", "tankers", "escort-use", "litres")
CARDS = (
    "shortage_days_any", "longest_spell_any", "tankers_delivered", "tankers_lost", "crews_lost", "escort_units_lost",
    "litres_unmet_regions", "payments_fcfa",
)  # fmt: skip
KEY = "shortage_days_any"


def report_of_run(results: Results, lang: Lang = "en") -> Report:
    """What a reader looks at of one result folder."""
    english, french = (draft_of_run(results, code, annex=True).memo for code in LANGS)
    scenario = results.manifest["inputs"]["scenario"]
    towns, routes = towns_and_routes(scenario)
    strategy = title_in(results, "strategy")
    return Report(
        lang=lang,
        kind="run",
        start=results.start,
        title=Bilingual(english.title, french.title),
        kicker=title_in(results, "scenario"),
        byline=Bilingual(english.byline, french.byline),
        cards=cards(results),
        opening=(passage(english.question, french.question), passage(english.answer, french.answer)),
        overview=(grid(english.table, french.table),),
        readings=(),
        across=(),
        groups=(group_of(results, strategy, routes),),
        towns=towns,
        routes=routes,
        later=passages(english, french),
        footnotes=footnotes(english, french),
        inputs=inputs_of(scenario),
        provenance=provenance(results),
        annex=annex(english, french),
    )


def title_in(results: Results, kind: str) -> Bilingual:
    """Title of the scenario or the strategy of results."""
    found = results.manifest["titles"][kind]
    return Bilingual(found["en"], found["fr"])


def metrics_of(results: Results) -> dict[str, Metric]:
    """Metrics of results by name."""
    return {m["name"]: Metric(m["name"], m["unit"], m["direction"], m["definition"], m["title"])
            for m in results.manifest["metrics"]}  # fmt: skip


def cards(results: Results) -> tuple[Card, ...]:
    """Means with their intervals and where nine runs in ten lie."""
    numbers, metrics = results.summary(), metrics_of(results)
    return tuple(_card(metrics[name], numbers[name]) for name in CARDS if name in numbers)


def _card(metric: Metric, numbers: Mapping[str, Any]) -> Card:
    unit = shown_unit(metric)
    interval = interval_of(numbers, unit)
    note = Phrase("{interval}; nine runs in ten: {range}", interval=interval, range=range_cell(numbers, unit))
    if numbers["p05"] == numbers["p95"] == 0:
        note = interval
    return Card(value_of(numbers, unit), headed(metric), note if numbers["low"] is not None else NOTHING)


def value_of(numbers: Mapping[str, Any], unit: Unit) -> Bilingual:
    """A mean as it stands on a card."""
    return UNKNOWN if numbers["mean"] is None else figures_of(numbers["mean"] / unit.size)


def interval_of(numbers: Mapping[str, Any], unit: Unit) -> Phrase:
    """The interval of a mean."""
    if numbers["low"] is None or numbers["high"] is None:
        return Phrase("no interval from so few runs")
    if numbers["mean"] == numbers["low"] == numbers["high"] == 0:
        return Phrase("none in any run")
    return Phrase(
        "95 % interval {low} to {high}", low=figures_of(numbers["low"] / unit.size), high=figures_of(numbers["high"] / unit.size)
    )


def group_of(results: Results, title: Phrase, routes: Sequence[Route] | None) -> Group:
    """Charts, measures and films of one strategy; `routes`: those of its films, None for no films."""
    found, left_out = charts_of_run(results, CHARTS)
    remarks = [_without(one) for one in left_out]
    films: tuple[Film, ...] = ()
    if routes is not None:
        try:
            films = films_of(results, routes)
        except (RepeatError, ResultsError):
            remarks.append(Phrase("No films: the runs do not come out alike with this version of the model."))
    return Group(results.manifest["strategy"], title, tuple(found), measures(results), films, tuple(remarks))


def _without(one: LeftOut) -> Phrase:
    """Why a chart is missing."""
    if isinstance(one.reason, ResultsError):
        return Phrase("Chart {name}: needs days that these results do not keep.", name=one.name)
    reason = one.reason.args[0]
    return in_both(lambda lang: _sentence(said(reason, lang.lang)))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def measures(results: Results) -> Table:
    """Statistics of every metric, in its own unit."""
    numbers = results.summary()
    keys = ("mean", "low", "high", "p05", "p50", "p95", "n_defined")
    rows = []
    for name, metric in metrics_of(results).items():
        if name in numbers:
            unit = shown_unit(metric)
            scaled = [None if numbers[name][key] is None else numbers[name][key] / unit.size for key in keys[:-1]]
            rows.append((Bilingual(metric.title["en"], metric.title["fr"]), unit.name, *scaled, numbers[name]["n_defined"]))
    headings = (
        Phrase("measure"), Phrase("unit"), Phrase("mean"), Phrase("low"), Phrase("high"), Phrase("5th percentile"),
        Phrase("median"), Phrase("95th percentile"), Phrase("runs"),
    )  # fmt: skip
    return Table(headings, tuple(rows))


class Chosen(NamedTuple):
    """A run to be shown and why."""

    title: Phrase
    replication: Replication


def chosen(results: Results) -> tuple[Chosen, ...]:
    """The runs with most shortage days, with their median, and with fewest; of equal ones the first; each run once."""
    table = results.outcomes.dropna(subset=[KEY]).sort_values([KEY, "replication"], kind="stable")
    if table.empty:
        return ()
    last = len(table) - 1
    places = {last: Phrase("worst run"), last // 2: Phrase("median run"), 0: Phrase("best run")}
    found = []
    for place, title in places.items():
        value = table[KEY].iloc[place]
        row = table[table[KEY] == value].iloc[0] if place == last else table.iloc[place]
        found.append(Chosen(title, Replication(int(row["world"]), int(row["chance"]))))
    if last == 0:
        return (Chosen(Phrase("the one run"), found[0].replication),)
    return tuple({one.replication: one for one in reversed(found)}.values())[::-1]


def films_of(results: Results, routes: Sequence[Route]) -> tuple[Film, ...]:
    """Films of the chosen runs, each held against its stored outcome."""
    found = []
    for title, replication in chosen(results):
        played = replay(results, replication)
        outcomes = results.outcomes
        row = outcomes[(outcomes["world"] == replication.world) & (outcomes["chance"] == replication.chance)].iloc[0]
        metrics = metrics_of(results)
        facts = [
            (Bilingual(metrics[name].title["en"], metrics[name].title["fr"]), figures_of(float(row[name])))
            for name in (KEY, "tankers_delivered", "tankers_lost", "crews_lost")
            if name in metrics and row[name] == row[name]
        ]
        found.append(film_of(played, routes, title, facts))
    return tuple(found)


def provenance(results: Results) -> tuple[tuple[Phrase, Phrase], ...]:
    """What was run, with which versions, and when."""
    m = results.manifest
    size = Phrase("{worlds:,} {worlds:world|worlds} × {chances:,} {chances:chance|chances}", worlds=m["worlds"],
                  chances=m["chances"])  # fmt: skip
    rows = [
        (Phrase("results"), results.name),
        (Phrase("scenario"), m["scenario"]),
        (Phrase("variants"), ", ".join(m["variants"]) or Phrase("as it stands")),
        (Phrase("strategy"), m["strategy"]),
        (Phrase("replications"), size),
        (Phrase("seed"), str(m["seed"])),
        (Phrase("uncertain values"), Phrase("drawn anew in each world") if m["uncertainty"] == "sampled" else Phrase("central")),
        (Phrase("version of the simulator"), m["versions"]["sim"]),
        (Phrase("fingerprint of the model"), m["versions"]["model"]),
        (Phrase("digest of the scenario"), m["digests"]["scenario"]),
        (Phrase("digest of the strategy"), m["digests"]["strategy"]),
        *((Phrase("finished"), _made(entry)) for entry in entries_of(results.folder / PROVENANCE)[-1:]),
        (Phrase("made again by"), f"run.py reproduce {results.name}"),
    ]
    return tuple((key, value if isinstance(value, Phrase) else Bilingual(value, value)) for key, value in rows)


def _made(entry: Mapping[str, Any]) -> str:
    return " · ".join(str(entry[key]) for key in ("ended", "engine", "python") if entry.get(key))

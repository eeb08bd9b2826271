"""Sections that every memo has: method, limits, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sim.analysis.units import FEWEST_UNITS
from sim.experiment.provenance import entries_of
from sim.experiment.results import PROVENANCE, Results
from sim.language import Phrase, said
from sim.report.charts.of_run import title_of
from sim.report.memo.backing import Backing
from sim.report.memo.draft import Writing
from sim.report.memo.model import Section, Span
from sim.report.words import Bilingual, day_of, in_both, number_of

MOST_NAMED = 6
"""Publishers that a footnote names."""

COMPARISONS_WITH_THE_BEST = Phrase(
    "Student’s t over worlds for one difference; for many at once comparisons with the best, after {work}.",
    work="J. C. Hsu, Annals of Statistics 12 (1984), 1136–1144",
)
SHORTAGE_DAY = Phrase(
    "A shortage day is one on which, of at least one fuel, less than 90 % of what people wanted to buy was sold (of their normal "
    "need, if that is less)."
)
COMMON_RANDOM_NUMBERS = Phrase(
    "Every draw depends on the seed, the world, the chance and the place it is for, not on the strategy: the same ambushes wait "
    "whatever is sent."
)


def city_of(results: Results) -> Bilingual:
    """The city that is supplied."""
    scenario = results.manifest["inputs"]["scenario"]
    return title_of(scenario["node"][scenario["city"]["node"]])


def last_day(results: Results) -> date:
    """The last reported day."""
    return date.fromordinal(results.start.toordinal() + int(results.manifest["days"]) - 1)


def made_on(results: Sequence[Results]) -> date:
    """The day on which the latest of some results was finished, as their provenance says; else their last reported day."""
    days = [
        datetime.fromisoformat(entry["ended"]).date()
        for one in results
        for entry in entries_of(one.folder / PROVENANCE)
        if entry.get("ended")
    ]
    return max(days, default=last_day(results[0]))


def method(writing: Writing, results: Results, compared: int, cases: int) -> Section:
    """How the numbers were made, in one plain paragraph."""
    m = results.manifest
    begin, end = day_of(results.start, year=True), day_of(last_day(results), year=True)
    opening = Phrase(
        "A simulation moves tankers from the ports to {city}, event by event, through roads, attacks, escorts, drivers who may "
        "refuse, depots and stations, from {begin} to {end}.",
        city=city_of(results), begin=begin, end=end,
    )  # fmt: skip
    size = Phrase(
        "It was run {runs:,} {runs:time|times} ({worlds:,} {worlds:world|worlds} × {chances:,} {chances:chance|chances}): a "
        "world draws "
        "all that we do not know within stated ranges, a chance is luck in that world.",
        runs=m["replications"], worlds=m["worlds"], chances=m["chances"],
    )  # fmt: skip
    if m["uncertainty"] == "central":
        size = Phrase(
            "It was run {runs:,} {runs:time|times} with every uncertain number at its centre: runs differ by luck alone.",
            runs=m["replications"],
        )
    elif m["replications"] == 1:
        size = Phrase("It was run once, in one world that draws all that we do not know within stated ranges.")
    spans = [writing.span(opening), writing.span(size)]
    if compared > 1:
        spans.append(writing.span(_paired(compared, cases), COMMON_RANDOM_NUMBERS))
    spans.append(_intervals(writing, results, compared))
    return writing.section(Phrase("Method"), spans)


def _paired(compared: int, cases: int) -> Phrase:
    if cases == 1:
        return Phrase("Each of the {n} strategies met the same worlds and the same luck, so that differences are its own doing.",
                      n=number_of(compared))  # fmt: skip
    return Phrase(
        "Each of the {n} strategies, in each of {cases} readings of the world, met the same worlds and the same luck, so that "
        "differences are its own doing.", n=number_of(compared), cases=number_of(cases),
    )  # fmt: skip


def units_of(manifest: Mapping[str, Any]) -> int:
    """What intervals are taken over: worlds, or chances where there is one world."""
    return int(manifest["worlds"] if manifest["worlds"] > 1 else manifest["chances"])


def _intervals(writing: Writing, results: Results, compared: int) -> Span:
    m = results.manifest
    if units_of(m) < FEWEST_UNITS:
        return writing.span(Phrase("So few runs give no intervals: read the numbers as examples."))
    text = Phrase("Intervals (95 %) are of the mean over worlds: they say how well the model’s average is known, not how right "
        "the "
                  "model is.")  # fmt: skip
    if m["worlds"] == 1:
        text = Phrase("Intervals (95 %) are of the mean over chances: they say how well the model’s average is known, not how "
            "right "
                      "the model is.")  # fmt: skip
    return writing.span(text, COMPARISONS_WITH_THE_BEST if compared > 1 else None)


def limits(writing: Writing, results: Results, found: Backing | None, cases: int, annex: bool) -> Section:
    """What the numbers cannot say."""
    m = results.manifest
    points = [[writing.span(Phrase(
        "This is a simulation of past, public events, not a forecast, and it was tuned by hand: differences between strategies "
        "are "
        "safer than levels."
    ))]]  # fmt: skip
    if found is not None:
        points.append([
            writing.span(
                Phrase(
                    "Of {n} numbers and dated events of the scenario, {sourced} rest on the collected evidence alone, "
                    "{assumed} on at least one assumption that is stated with its reason.",
                    n=number_of(found.sourced + found.assumed), sourced=number_of(found.sourced),
                    assumed=number_of(found.assumed),
                ),
                reports_note(found, annex),
            )
        ])  # fmt: skip
    points.append([writing.span(Phrase(
        "No attacker learns: threat follows dated intensities, and a strategy may provoke an answer that is not modelled. "
        "Crews lost "
        "are those killed; nothing here counts what a shortage does to people."
    ))])  # fmt: skip
    if cases == 1:
        points.append([writing.span(Phrase(
            "How losses grow with a convoy, how it is found and why November was calm are not known. Only one reading of each "
            "stands "
            "behind these numbers."
        ))])  # fmt: skip
    if m["uncertainty"] == "central":
        points.append([writing.span(Phrase("What we do not know is left out: ranges show luck alone and are too narrow."))])
    return writing.section(Phrase("Limits"), *points, points=True)


def reports_note(found: Backing, annex: bool) -> Phrase:
    """Who published the reports that a scenario names, and where their addresses stand."""
    names, n = found.publishers, number_of(len(found.reports))
    named: Phrase = Phrase("{names}", names=tuple(names[:MOST_NAMED]))
    if len(names) > MOST_NAMED:
        more = len(names) - MOST_NAMED
        named = Phrase("{names} and {more} other {more:site|sites}", names=named, more=more)
    if annex:
        return Phrase("{n} public reports, from {names}; the annex has the address of each.", n=n, names=named)
    return Phrase("{n} public reports, from {names}; scenarios/evidence has the address of each.", n=n, names=named)


def provenance_line(folder: str, results: Results) -> Phrase:
    """What made the numbers, and what makes them again."""
    m = results.manifest
    return Phrase(
        "Results {folder}; simulator {version}, model {model}, seed {seed}.",
        folder=folder, version=m["versions"]["sim"], model=m["versions"]["model"][:8], seed=m["seed"],
    )  # fmt: skip


def quoted(title: str) -> Bilingual:
    """The name of a strategy or scenario as it stands in a sentence."""
    return in_both(lambda lang: f"“{said(title, 'en')}”" if lang.code == "en" else f"«\u00a0{said(title, 'fr')}\u00a0»")

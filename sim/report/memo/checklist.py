"""The annex: the checklist STRESS-DES filled from what was run, and the public reports behind the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sim.analysis.units import FEWEST_UNITS
from sim.experiment.results import Results
from sim.language import Phrase, said
from sim.report.charts.of_run import title_of
from sim.report.memo.backing import Backing
from sim.report.memo.draft import Writing
from sim.report.memo.model import Table
from sim.report.memo.parts import city_of, last_day, units_of
from sim.report.words import Bilingual, day_of, in_both, number_of

SOURCE = Phrase(
    "After {work}.",
    work="T. Monks, C. S. M. Currie, B. S. Onggo, S. Robinson, M. Kunc and S. J. E. Taylor, Strengthening the reporting of "
    "empirical simulation studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019), 55–67",
)

ELSEWHERE = Phrase("The checklist filled for the model as a whole, with pointers: docs/stress-des.md of the source.")

ITEMS = {
    "1.1": Phrase("Purpose of the model"),
    "1.2": Phrase("Model outputs"),
    "1.3": Phrase("Experimentation aims"),
    "2.1": Phrase("Base model overview diagram"),
    "2.2": Phrase("Base model logic"),
    "2.3": Phrase("Scenario logic"),
    "2.4": Phrase("Algorithms"),
    "2.5.1": Phrase("Entities"),
    "2.5.2": Phrase("Activities"),
    "2.5.3": Phrase("Resources"),
    "2.5.4": Phrase("Queues"),
    "2.5.5": Phrase("Entry and exit points"),
    "3.1": Phrase("Data sources"),
    "3.2": Phrase("Pre-processing"),
    "3.3": Phrase("Input parameters"),
    "3.4": Phrase("Assumptions"),
    "4.1": Phrase("Initialisation"),
    "4.2": Phrase("Run length"),
    "4.3": Phrase("Estimation approach"),
    "5.1": Phrase("Software or programming language"),
    "5.2": Phrase("Random sampling"),
    "5.3": Phrase("Model execution"),
    "5.4": Phrase("System specification"),
    "6.1": Phrase("Computer model sharing statement"),
}
"""Items of the checklist by number; docs/stress-des.md fills the same for the model as a whole."""
Filled = tuple[str, Phrase]


class Scope(NamedTuple):
    """What a comparison runs over: readings in all, its scenarios, and the variants beside each as it stands."""

    cases: int
    scenarios: tuple[Bilingual, ...]
    variants: tuple[Phrase, ...]


def checklist(writing: Writing, cells: Sequence[Results], found: Backing | None, scope: Scope | None = None) -> Table:
    """The checklist of discrete-event simulation studies; `cells`: the results of each strategy in the first case."""
    aims = _objectives(cells, scope)
    filled = [*aims, *_logic(cells[0], scope), *_data(cells[0], found), *_experiments(cells), *_machinery(cells[0])]
    return writing.table(
        Phrase("Checklist for reporting a discrete-event simulation"),
        (Phrase("No."), Phrase("Item"), Phrase("This study")),
        [(number, ITEMS[number], text) for number, text in filled],
        notes=(SOURCE, ELSEWHERE),
    )


def _titles(results: Results, kind: str) -> Bilingual:
    found = results.manifest["titles"][kind]
    return Bilingual(found["en"], found["fr"])


def _listed(entries: Mapping[str, Mapping[str, Any]]) -> tuple[Bilingual, ...]:
    return tuple(title_of(entry) for entry in entries.values())


def _objectives(cells: Sequence[Results], scope: Scope | None) -> list[Filled]:
    first = cells[0]
    metrics = tuple(Bilingual(m["title"]["en"], m["title"]["fr"]) for m in first.manifest["metrics"])
    aims = Phrase(
        "How the strategy {name} does in scenario {scenario}.",
        name=_titles(first, "strategy"),
        scenario=_titles(first, "scenario"),
    )
    if scope is not None:
        aims = Phrase(
            "Which of {n} strategies does best in {scenarios:; } ({cases} {cases:reading|readings} in all): {names:; }.",
            n=len(cells),
            scenarios=scope.scenarios,
            cases=scope.cases,
            names=tuple(_titles(one, "strategy") for one in cells),
        )
    return [
        (
            "1.1",
            Phrase(
                "How many days of fuel shortage {city} suffers under a blockade of its roads, and how escorts, "
                "convoys and rules of allocation change that; for relief and resilience.",
                city=city_of(first),
            ),
        ),
        ("1.2", Phrase("One number of each run: {metrics:; }.", metrics=metrics)),
        ("1.3", aims),
    ]


def _logic(results: Results, scope: Scope | None) -> list[Filled]:
    scenario = results.manifest["inputs"]["scenario"]
    roads = {name: entry for name, entry in scenario["corridor"].items() if entry["enabled"]}
    nodes = scenario["node"]
    entries = tuple(dict.fromkeys(title_of(nodes[scenario["leg"][road["legs"][0]]["from"]]) for road in roads.values()))
    return [
        (
            "2.1",
            Phrase(
                "Ports, staging nodes, roads of {legs} legs under threat, depots, stations and classes of consumers "
                "of {city}; drawn in docs/stress-des.md.",
                legs=number_of(len({leg for road in roads.values() for leg in road["legs"]})),
                city=city_of(results),
            ),
        ),
        (
            "2.2",
            Phrase("Discrete events in seconds, fuel in whole litres; order of events at equal times in docs/event-order.md."),
        ),
        (
            "2.3",
            _compared(scope) if scope is not None else _single(results),
        ),
        (
            "2.4",
            Phrase(
                "Dispatch, contact, losses, willingness, allocation and consumption are rules of a few lines each, "
                "with formula and source, in sim/rules."
            ),
        ),
        ("2.5.1", Phrase("Cohorts of tankers (convoys, and batches of independents), escort units, ambushes.")),
        (
            "2.5.2",
            Phrase(
                "Loading, staging, moving by leg, engagement, clearance, unloading, empty return, rest and repair of "
                "escort units, sale and consumption by day."
            ),
        ),
        (
            "2.5.3",
            Phrase("Tankers of the corridors {roads}; escort pools: {pools}.", roads=_listed(roads), pools=_pools(scenario)),
        ),
        (
            "2.5.4",
            Phrase(
                "Tankers at staging nodes, first come first served by batch and the most willing first; at borders "
                "and closed roads; before bays and full depots. Waiting at stations is an index, no queue."
            ),
        ),
        ("2.5.5", Phrase("Fuel enters at {ports} and leaves by consumption or loss.", ports=_and(entries))),
    ]


def _and(names: Sequence[Bilingual]) -> Bilingual:
    return in_both(lambda lang: lang.listed([said(name, lang.lang) for name in names]))


def _single(results: Results) -> Phrase:
    scenario, strategy = _titles(results, "scenario"), _titles(results, "strategy")
    if variants := tuple(results.manifest["variants"]):
        return Phrase("Scenario {scenario}; variants: {variants}; strategy: {strategy}.", scenario=scenario, variants=variants,
                      strategy=strategy)  # fmt: skip
    return Phrase("Scenario {scenario} as it stands; strategy: {strategy}.", scenario=scenario, strategy=strategy)


def _compared(scope: Scope) -> Phrase:
    n = len(scope.scenarios)
    if scope.variants:
        return Phrase(
            "{n:Scenario|Scenarios} {scenarios:; }, as it stands and in the {many:variant|variants} {variants:; }; the "
            "strategies listed above.",
            n=n, scenarios=scope.scenarios, many=len(scope.variants), variants=scope.variants,
        )  # fmt: skip
    return Phrase("{n:Scenario|Scenarios} {scenarios:; }, as it stands; the strategies listed above.", n=n,
                  scenarios=scope.scenarios)  # fmt: skip


def _pools(scenario: Mapping[str, Any]) -> Phrase:
    pools = scenario["escort"]["pool"].values()
    return Phrase(
        "{pools}",
        pools=tuple(
            Phrase(
                "{n} units at {node}", n=number_of(float(pool["units"]["value"])), node=title_of(scenario["node"][pool["node"]])
            )
            for pool in pools
        )
        or Phrase("none"),
    )


def _data(results: Results, found: Backing | None) -> list[Filled]:
    m = results.manifest
    counted = Phrase("The evidence files are not at hand: sources are named in the manifest.")
    if found is not None:
        counted = Phrase(
            "{sourced} numbers and dated events from the collected evidence alone, {assumed} from at least one "
            "assumption; {n} public reports, listed below.",
            sourced=number_of(found.sourced),
            assumed=number_of(found.assumed),
            n=number_of(len(found.reports)),
        )
    return [
        ("3.1", counted),
        ("3.2", Phrase("None by program; how reports became numbers stands beside each in the files of evidence.")),
        (
            "3.3",
            Phrase(
                "All resolved inputs with range and source are in manifest.json of the results; digests {scenario} "
                "(scenario) and {strategy} (strategy).",
                scenario=m["digests"]["scenario"][:12],
                strategy=m["digests"]["strategy"][:12],
            ),
        ),
        (
            "3.4",
            Phrase(
                "Each with reason and range in scenarios/evidence/assumptions.csv; docs/limits.md says what the model cannot say."
            ),
        ),
    ]


def _experiments(cells: Sequence[Results]) -> list[Filled]:
    m = cells[0].manifest
    scenario = m["inputs"]["scenario"]
    treated = {
        "sampled": Phrase("uncertain numbers drawn anew in each world"),
        "central": Phrase("uncertain numbers at their centre"),
    }
    return [
        (
            "4.1",
            Phrase(
                "Warm-up of {n} days without threat; stocks are set at the start.", n=number_of(float(scenario["warmup_days"]))
            ),
        ),
        (
            "4.2",
            Phrase(
                "{n} days, {begin} to {end}.",
                n=number_of(m["days"]),
                begin=day_of(cells[0].start, year=True),
                end=day_of(last_day(cells[0]), year=True),
            ),
        ),
        (
            "4.3",
            Phrase(
                "{runs:,} {runs:run|runs} of each strategy: {worlds:,} {worlds:world|worlds} × {chances:,} "
                "{chances:chance|chances}, {treated}. {intervals}",
                runs=m["replications"],
                worlds=m["worlds"],
                chances=m["chances"],
                treated=treated[m["uncertainty"]],
                intervals=_intervals(m),
            ),
        ),
    ]


def _intervals(m: Mapping[str, Any]) -> Phrase:
    if units_of(m) < FEWEST_UNITS:
        return Phrase("Too few runs for intervals.")
    if m["worlds"] > 1:
        return Phrase("Intervals over worlds (Student’s t, bounded measures on a log or logit scale).")
    return Phrase("Intervals over chances (Student’s t, bounded measures on a log or logit scale).")


def _machinery(results: Results) -> list[Filled]:
    m = results.manifest
    return [
        (
            "5.1",
            Phrase(
                "fuel-blockade-sim {version} in Python (model {model}): SimPy for the reference engine, Numba for the"
                " compiled one; both give the same bits.",
                version=m["versions"]["sim"],
                model=m["versions"]["model"],
            ),
        ),
        (
            "5.2",
            Phrase(
                "Philox4x32-10 keyed by seed ({seed}), replication, stream, entity and step; the same for all strategies.",
                seed=m["seed"],
            ),
        ),
        ("5.3", Phrase("Total order of events by time, rank, entity and ordinal; independent of the number of processes.")),
        ("5.4", Phrase("Host, processor, versions of packages and time taken are in provenance.json of the results.")),
        (
            "6.1",
            Phrase(
                "MIT licence. The command reproduce makes the results again from their folder alone and says whether "
                "they are identical."
            ),
        ),
    ]


def reports(writing: Writing, found: Backing | None) -> tuple[Table, ...]:
    """The public reports that the numbers name, with their addresses."""
    if found is None or not found.reports:
        return ()
    rows = [(report.address, ", ".join(report.rows)) for report in found.reports]
    return (
        writing.table(Phrase("Public reports behind the numbers"), (Phrase("Address"), Phrase("Rows of the evidence")), rows),
    )

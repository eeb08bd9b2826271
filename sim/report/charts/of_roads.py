"""The map of a result folder: some of its runs played again, since only a trace knows the leg of a loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.draws import Replication
from sim.errors import UsageError
from sim.experiment.replay import Replay, replay
from sim.experiment.results import Results
from sim.language import Phrase, listed
from sim.report.charts.of_run import title_of
from sim.report.charts.road_map import Place, Road, RoadMap, road_map
from sim.report.charts.road_use import Leg, lost_by_leg, stretches, waiting
from sim.report.context import ChartContext

RUNS = 10
"""Runs played again for the map, spread evenly over the stored ones."""


def roads(results: Results, about: ChartContext, runs: int = RUNS) -> RoadMap:
    """The map of mean losses by stretch and of mean waiting."""
    return road_map_of(results, about, replayed(results, runs))


def replayed(results: Results, runs: int) -> list[Replay]:
    """So many runs, spread evenly over worlds and chances, played again."""
    table = results.outcomes.sort_values("replication")
    step = max(1.0, len(table) / runs)
    chosen = [table.iloc[int(place * step)] for place in range(min(runs, len(table)))]
    return [replay(results, Replication(int(row["world"]), int(row["chance"]))) for row in chosen]


def road_map_of(results: Results, about: ChartContext, played: list[Replay]) -> RoadMap:
    """The map from replays at hand."""
    scenario = results.manifest["inputs"]["scenario"]
    used = {name: entry for name, entry in scenario["corridor"].items() if entry["enabled"]}
    nodes, waits = scenario["node"], {place.node: place.tankers for place in waiting(played)}
    legs = {
        name: [Leg(leg, *ends_of(scenario, leg), float(scenario["leg"][leg]["km"]["value"])) for leg in entry["legs"]]
        for name, entry in used.items()
    }
    found = stretches(legs, lost_by_leg(played))
    shown = [n for n in nodes if any(n in (leg.begin, leg.end) for one in found for leg in one.legs)]
    unplaced = [n for n in shown if nodes[n].get("lat") is None or nodes[n].get("lon") is None]
    if unplaced:
        raise UsageError(Phrase("map: nodes without lat and lon: {names}; give them coordinates", names=listed(unplaced)))
    main = {scenario["city"]["node"], *(entry["staging"] for entry in used.values()), *(of[0].begin for of in legs.values())}
    places = [
        Place(title_of(nodes[n]), float(nodes[n]["lat"]), float(nodes[n]["lon"]), waits.get(n, 0.0), n in main) for n in shown
    ]
    lines = []
    for one in found:
        name = Phrase("{begin} and {end}", begin=title_of(nodes[one.legs[0].begin]), end=title_of(nodes[one.legs[-1].end]))
        pairs = tuple((shown.index(leg.begin), shown.index(leg.end)) for leg in one.legs)
        lines.append(Road(pairs, name, one.km, one.lost))
    return road_map(about, places, lines, len(played), len(results.outcomes))


def ends_of(scenario: Mapping[str, Any], leg: str) -> tuple[str, str]:
    """The two nodes of a leg of a resolved scenario."""
    entry = scenario["leg"][leg]
    return str(entry["from"]), str(entry["to"])

"""Films show what the trace tells at towns 50 km or more apart, and nothing finer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from conftest import Made

from sim.draws import Replication
from sim.experiment.journeys import Journey, journeys
from sim.experiment.replay import replay
from sim.experiment.results import Results
from sim.language import said
from sim.records import Happening
from sim.report.html.film import COARSE_S, Film, Trip, towns_and_routes
from sim.report.html.of_run import chosen
from sim.scenario.load import load_scenario


def ways(runs: Results, film: Film) -> list[tuple[Trip, Journey]]:
    """Trips beside the journeys that they tell."""
    played = replay(runs, Replication(film.world, film.chance))
    start = played.plan.times.start_s
    found = [j for j in journeys(played) if j.kind != "approach" and j.path[-1][0] >= start]
    return list(zip(film.trips, found[: len(film.trips)], strict=True))


def test_the_runs_shown_are_the_worst_the_median_and_the_best(of_runs: Made, runs: Results) -> None:
    films = of_runs.report.groups[0].films
    assert [said(film.title, "en") for film in films] == ["worst run", "median run", "best run"]
    days = runs.outcomes.set_index(["world", "chance"])["shortage_days_any"]
    ordered = sorted(days)
    shown = [days[(film.world, film.chance)] for film in films]
    assert shown == [ordered[-1], ordered[(len(ordered) - 1) // 2], ordered[0]]
    assert len({one.replication for one in chosen(runs)}) == 3


def test_cohorts_are_at_the_towns_when_the_trace_says(of_runs: Made, runs: Results) -> None:
    film = of_runs.report.groups[0].films[0]
    played = replay(runs, Replication(film.world, film.chance))
    start = played.plan.times.start_s
    reached = {(e.ordinal, e.place): e.time_s - start for e in played.trace if e.happening == Happening.REACHED}
    route = of_runs.report.routes[0]
    nodes = [played.labels.nodes.index(of_runs.report.towns[route.towns[stop]].name) for stop in route.stops]
    told = 0
    for trip, journey in ways(runs, film):
        for node, (arrived, left) in list(zip(nodes, trip.stops_s, strict=False))[1:-1]:
            assert arrived <= reached[(journey.ordinal, node)] <= left
            told += 1
    assert told > 100


def test_losses_by_stretch_are_those_of_the_trace_and_no_attack_has_a_place_or_time(of_runs: Made, runs: Results) -> None:
    attacked = 0
    for film in of_runs.report.groups[0].films:
        for trip, journey in ways(runs, film):
            assert (trip.tankers, sum(trip.lost), sum(trip.attacks)) == (journey.tankers, journey.lost, len(journey.engagements))
            attacked += sum(trip.attacks)
            assert trip.last_s is None or trip.last_s % COARSE_S == 0 or trip.last_s == trip.stops_s[-1][1]
            assert set(trip._fields) == {
                "route", "kind", "number", "tankers", "units", "stops_s", "attacks", "lost", "end", "last_s",
            }  # fmt: skip
            assert all(a[0] <= a[1] <= b[0] for a, b in pairwise(trip.stops_s))
    assert attacked


@pytest.mark.parametrize("name", ["kayes-corridor", "blockade-2025-customs"])
def test_stretches_between_stops_have_50_km_or_more(name: str) -> None:
    scenario = load_scenario(name).model.model_dump(mode="json", by_alias=True)
    _, routes = towns_and_routes(scenario)
    assert routes
    for route in routes:
        at = [route.km[stop] for stop in route.stops]
        assert at[-1] == route.km[-1]
        assert all(end - begin >= 50 for begin, end in pairwise(at)) or len(at) == 2, route.title

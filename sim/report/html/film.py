"""A replayed run as a film: where convoys and batches of independents were, told at towns with 50 km or more between them.

Nothing finer leaves the trace: an attack is told by its stretch of road, never by its place or time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal, NamedTuple

from sim.clock import DAY_S
from sim.experiment.journeys import End, Journey, journeys
from sim.experiment.replay import Replay
from sim.language import Phrase
from sim.report.charts.of_roads import ends_of
from sim.report.charts.of_run import title_of
from sim.report.charts.road_use import LEAST_KM, Leg, stretches

COARSE_S = 6 * 3_600
"""Where a way ends between two towns, its time is told to so many seconds: a loss is not to be timed."""

NEAR_KM = 1e-6


class Town(NamedTuple):
    """A node of the road network: `main` ones are named before others."""

    name: str
    title: Phrase
    lat: float
    lon: float
    main: bool


class Route(NamedTuple):
    """A corridor: its towns (by place), kilometres to each, and the towns at which convoys are told, from staging on."""

    title: Phrase
    towns: tuple[int, ...]
    km: tuple[float, ...]
    stops: tuple[int, ...]
    """Places in `towns`."""


class Trip(NamedTuple):
    """A cohort: arrival and departure at each stop that it reached (seconds since the first reported day), losses by stretch.

    `attacks` and `lost` count by stretch between stops. `last_s`: where it ended between two stops, roughly when; else None.
    """

    route: int
    kind: Literal["convoy", "independents"]
    number: int
    tankers: int
    units: int
    stops_s: tuple[tuple[int, int], ...]
    attacks: tuple[int, ...]
    lost: tuple[int, ...]
    end: End
    last_s: int | None


class Film(NamedTuple):
    """A run: why it was chosen, which it is, what it came to, and its trips in order of departure."""

    title: Phrase
    world: int
    chance: int
    facts: tuple[tuple[Phrase, Phrase], ...]
    days: int
    trips: tuple[Trip, ...]


def towns_and_routes(scenario: Mapping[str, Any]) -> tuple[tuple[Town, ...], tuple[Route, ...]]:
    """Towns and enabled corridors of a resolved scenario, in its order."""
    used = {name: entry for name, entry in scenario["corridor"].items() if entry["enabled"]}
    legs = {
        name: [Leg(leg, *ends_of(scenario, leg), float(scenario["leg"][leg]["km"]["value"])) for leg in entry["legs"]]
        for name, entry in used.items()
    }
    names = list(dict.fromkeys(town for of in legs.values() for leg in of for town in (leg.begin, leg.end)))
    main = {scenario["city"]["node"], *(entry["staging"] for entry in used.values()), *(of[0].begin for of in legs.values())}
    nodes = scenario["node"]
    towns = tuple(Town(n, title_of(nodes[n]), float(nodes[n]["lat"]), float(nodes[n]["lon"]), n in main) for n in names)
    part_of = {leg.name: place for place, one in enumerate(stretches(legs, {})) for leg in one.legs}
    routes = []
    for name, entry in used.items():
        own = legs[name]
        passed = [own[0].begin, *(leg.end for leg in own)]
        km = tuple(accumulate((leg.km for leg in own), initial=0.0))
        begin = passed.index(entry["staging"])
        stops = _stops(km, [part_of[leg.name] for leg in own], begin)
        routes.append(Route(title_of(entry), tuple(names.index(town) for town in passed), km, stops))
    return towns, tuple(routes)


def _stops(km: Sequence[float], parts: Sequence[int], begin: int) -> tuple[int, ...]:
    """Towns of a corridor, from staging on, at which convoys are told: ends of stretches, `LEAST_KM` or more apart."""
    last = len(parts)
    stops = [begin]
    for place in range(begin + 1, last):
        if parts[place - 1] != parts[place] and km[place] - km[stops[-1]] >= LEAST_KM:
            stops.append(place)
    while len(stops) > 1 and km[last] - km[stops[-1]] < LEAST_KM:
        stops.pop()
    return (*stops, last)


def film_of(played: Replay, routes: Sequence[Route], title: Phrase, facts: Sequence[tuple[Phrase, Phrase]]) -> Film:
    """The film of a replay; `routes` those of its scenario."""
    start, days = played.plan.times.start_s, played.labels.days
    trips = [
        _trip(journey, routes[journey.corridor], start)
        for journey in journeys(played)
        if journey.kind != "approach" and journey.path[-1][0] >= start and journey.departed_s < start + days * DAY_S
    ]
    return Film(title, *played.replication, tuple(facts), days, tuple(trips))


def _trip(journey: Journey, route: Route, start: int) -> Trip:
    at = [route.km[stop] for stop in route.stops]
    stops_s = _passed(journey.path, at)
    on = len(stops_s) - 1
    ended = journey.path[-1]
    between = on < len(at) - 1 and (journey.end == "destroyed" or abs(ended[1] - at[on]) > NEAR_KM or _turned(journey.path))
    attacks, lost = [0] * (len(at) - 1), [0] * (len(at) - 1)
    for attack in journey.engagements:
        stretch = next(i for i, (_, end) in enumerate(pairwise(at)) if attack.km <= end + NEAR_KM)
        attacks[stretch] += 1
        lost[stretch] += attack.lost
    last = max([e.time_s for e in journey.engagements], default=ended[0]) if journey.end == "turned_back" else ended[0]
    return Trip(
        journey.corridor,
        "convoy" if journey.kind == "convoy" else "independents",
        journey.number,
        journey.tankers,
        journey.units,
        tuple((arrived - start, left - start) for arrived, left in stops_s),
        tuple(attacks),
        tuple(lost),
        journey.end,
        max(-(-(last - start) // COARSE_S) * COARSE_S, stops_s[-1][1] - start) if between else None,
    )


def _turned(path: Sequence[tuple[int, float]]) -> bool:
    """Whether a way leads back at its end."""
    return len(path) > 1 and path[-1][1] < path[-2][1]


def _passed(path: Sequence[tuple[int, float]], at: Sequence[float]) -> list[tuple[int, int]]:
    """Seconds of arrival and departure at each stop, as far as the way leads on."""
    ahead = path[:-1] if _turned(path) else path
    found = []
    for km in at:
        here = [time_s for time_s, reached in ahead if abs(reached - km) <= NEAR_KM]
        if not here:
            break
        found.append((here[0], here[-1]))
    return found

"""What replays say of roads: losses by stretch of 50 km or more, and waiting by node, mean of the replayed runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sim.clock import DAY_S
from sim.experiment.journeys import journeys
from sim.experiment.replay import Replay
from sim.records import Happening

LEAST_KM = 50.0
"""Losses are never told for less road than this."""


class Leg(NamedTuple):
    """A leg of a corridor: its id, its ends, its length."""

    name: str
    begin: str
    end: str
    km: float


class Stretch(NamedTuple):
    """Road of one or more legs that meet, its length, and the tankers lost on it (mean of the runs)."""

    legs: tuple[Leg, ...]
    lost: float

    @property
    def km(self) -> float:
        """Its length."""
        return _km(self.legs)


class Waiting(NamedTuple):
    """A place where loaded tankers wait, and how many on a mean day."""

    node: str
    tankers: float


def stretches(corridors: Mapping[str, Sequence[Leg]], lost: Mapping[str, float]) -> list[Stretch]:
    """Legs of corridors joined until each part has `LEAST_KM`, with what was lost on them.

    A leg that an earlier corridor has is not told twice. What is left of a corridor and too short joins the stretch before
    it, or any that it meets; only a road of its own that is shorter as a whole stays so.
    """
    parts: list[list[Leg]] = []
    seen: set[str] = set()
    for legs in corridors.values():
        part: list[Leg] = []
        for leg in legs:
            if leg.name in seen:
                parts = _with(parts, part)
                part = []
                continue
            seen.add(leg.name)
            part.append(leg)
            if _km(part) >= LEAST_KM:
                parts.append(part)
                part = []
        parts = _with(parts, part)
    return [Stretch(tuple(part), sum(lost.get(leg.name, 0.0) for leg in part)) for part in parts]


def _with(parts: list[list[Leg]], rest: list[Leg]) -> list[list[Leg]]:
    """Parts with what is left of a corridor: as a part if it is long enough or meets none, else joined to one."""
    if not rest:
        return parts
    ends = {rest[0].begin, rest[-1].end}
    if _km(rest) < LEAST_KM:
        for part in reversed(parts):
            if ends & {node for leg in part for node in (leg.begin, leg.end)}:
                part.extend(rest)
                return parts
    return [*parts, rest]


def _km(part: Iterable[Leg]) -> float:
    return sum(leg.km for leg in part)


def lost_by_leg(played: Sequence[Replay]) -> dict[str, float]:
    """Tankers lost on each leg in the reported days, mean of the runs."""
    lost: dict[str, float] = defaultdict(float)
    for one in played:
        start = one.plan.times.start_s
        for journey in journeys(one):
            for attack in journey.engagements:
                if attack.time_s >= start:
                    lost[one.labels.legs[attack.leg]] += attack.lost / len(played)
    return dict(lost)


def waiting(played: Sequence[Replay]) -> list[Waiting]:
    """Tankers that wait at staging nodes and in the city on a mean reported day."""
    found: dict[str, float] = defaultdict(float)
    for one in played:
        for node, tankers in _staged(one).items():
            found[node] += tankers / len(played)
        city = float(one.records.daily.column("tankers_waiting_city").mean())
        found[one.scenario.city.node] += city / len(played)
    return [Waiting(node, tankers) for node, tankers in found.items()]


def _staged(one: Replay) -> dict[str, float]:
    """Mean number of staged tankers at each staging node, from arrivals and departures of the trace."""
    corridors, days = one.labels.corridors, one.labels.days
    start, end = one.plan.times.start_s, one.plan.times.start_s + days * DAY_S
    found: dict[str, float] = defaultdict(float)
    for event in one.trace:
        sign = {Happening.STAGED: 1, Happening.DEPARTED: -1}.get(Happening(event.happening), 0)
        if sign and event.place >= 0 and event.time_s < end:
            node = one.scenario.corridors[corridors[event.place]].staging
            found[node] += sign * event.tankers * (end - max(event.time_s, start)) / (days * DAY_S)
    return found

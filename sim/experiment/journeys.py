"""Journeys of a replayed run: where every cohort was when, and where it was attacked, read from the trace.

The trace knows the leg and the second of an engagement but not the place on the leg, and not what a cohort did between
two nodes. Both are estimated from driving hours at normal pace: waits come before a leg, halts after an engagement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal, NamedTuple

from sim.clock import DAY_S
from sim.engines.order import APPROACH, CONVOY, INDEPENDENT, KIND_SHIFT, Rank
from sim.errors import ResultsError
from sim.experiment.replay import Replay
from sim.language import Phrase
from sim.records import Convoy, EventRecord, Happening
from sim.rules.movement import advance

Kind = Literal["approach", "convoy", "independents"]
End = Literal["staged", "arrived", "destroyed", "dropped", "turned_back", "on_the_road"]

KINDS: dict[int, Kind] = {APPROACH: "approach", CONVOY: "convoy", INDEPENDENT: "independents"}
COHORT_RANKS = (Rank.REACH, Rank.CONTACT, Rank.TURNED)
"""Events whose entity and ordinal are those of a cohort."""

FURTHEST = 0.95
"""An engagement is never put closer to the end of its leg than this part of it, since the end was not reached."""


class Engagement(NamedTuple):
    """An attack on a cohort: when, on which leg, how far along the corridor (estimated), what it cost."""

    time_s: int
    leg: int
    km: float
    tankers: int
    """Tankers of the cohort before the attack."""
    lost: int


@dataclass(frozen=True)
class Journey:
    """One cohort on its corridor: `path` holds (seconds since the epoch, km from the source), in order of time."""

    corridor: int
    kind: Kind
    number: int
    """Convoys: their place in order of departure, from 1. Others: the day since the epoch on which they set out."""
    ordinal: int
    tankers: int
    units: int
    path: tuple[tuple[int, float], ...]
    engagements: tuple[Engagement, ...]
    end: End

    @property
    def departed_s(self) -> int:
        """Second at which it set out."""
        return self.path[0][0]

    @property
    def lost(self) -> int:
        """Tankers lost on the way."""
        return sum(engagement.lost for engagement in self.engagements)


def node_km(played: Replay, corridor: int) -> list[float]:
    """Kilometres from the source to each node of a corridor, in order."""
    corridors, km = played.plan.corridors, played.plan.roads.leg_km.tolist()
    legs = corridors.legs[corridor, : corridors.n_legs[corridor]].tolist()
    return [0.0, *accumulate(km[leg] for leg in legs)]


def journeys(played: Replay) -> list[Journey]:
    """All cohorts of a run, by second of departure: on the approach, in convoys, and as independents."""
    entities = played.plan.corridors.entity.tolist()
    stories: dict[tuple[int, int], list[EventRecord]] = {}
    released: dict[tuple[int, int], EventRecord] = {}
    for event in played.trace:
        if event.entity not in entities:
            continue
        if event.rank in COHORT_RANKS:
            stories.setdefault((entities.index(event.entity), event.ordinal), []).append(event)
        elif event.rank == Rank.RELEASE and event.happening == Happening.DEPARTED:
            released[(event.place, (INDEPENDENT << KIND_SHIFT) | event.ordinal)] = event
    found = []
    for (corridor, ordinal), story in stories.items():
        if ordinal >> KIND_SHIFT == APPROACH:
            found.append(_journey(played, corridor, ordinal, story[0], story[1:]))
    for (corridor, ordinal), departure in released.items():
        found.append(_journey(played, corridor, ordinal, departure, stories.get((corridor, ordinal), [])))
    found += _convoys(played, stories)
    return sorted(found, key=lambda journey: (journey.departed_s, journey.corridor, journey.ordinal))


def _convoys(played: Replay, stories: dict[tuple[int, int], list[EventRecord]]) -> list[Journey]:
    """Journeys of convoys: records and stories are both in order of departure and are matched by what they tell."""
    told = {
        corridor: sorted(o for c, o in stories if c == corridor and o >> KIND_SHIFT == CONVOY)
        for corridor in range(len(played.labels.corridors))
    }
    found = []
    for number, convoy in enumerate(played.records.convoys, start=1):
        ordinals = told[convoy.corridor]
        ordinal = next((o for o in ordinals if _tells(stories[(convoy.corridor, o)], convoy)), -1)
        if ordinal < 0 and (convoy.arrived_s >= 0 or convoy.engagements):
            raise ResultsError(Phrase(
                "convoy {number} of the records is not in the trace: a defect of the engine; report it with the scenario, "
                "strategy and replication",
                number=number,
            ))  # fmt: skip
        told[convoy.corridor] = [o for o in ordinals if o > ordinal]
        departure = EventRecord(
            convoy.departed_s, Rank.DISPATCH, 0, 0, Happening.DEPARTED, convoy.corridor, convoy.tankers,
            convoy.escort_units,
        )  # fmt: skip
        journey = _journey(
            played, convoy.corridor, ordinal, departure, stories.get((convoy.corridor, ordinal), [])
        )
        found.append(replace(journey, kind="convoy", number=number))
    return found


def _tells(story: Sequence[EventRecord], convoy: Convoy) -> bool:
    """Whether a story can be that of a convoy: it sets out later, and has its arrival and its engagements."""
    arrivals = [event.time_s for event in story if event.happening == Happening.ARRIVED]
    engaged = sum(event.happening == Happening.ENGAGED for event in story)
    return (
        story[0].time_s > convoy.departed_s
        and (arrivals or [-1])[0] == convoy.arrived_s
        and engaged == convoy.engagements
    )


def _journey(
    played: Replay, corridor: int, ordinal: int, departure: EventRecord, story: Sequence[EventRecord]
) -> Journey:
    kind = KINDS[ordinal >> KIND_SHIFT] if ordinal >= 0 else "convoy"
    units = departure.amount if departure.happening == Happening.DEPARTED else 0
    track = _Track(played, corridor, kind, departure, escorted=units > 0)
    for event in story:
        track.follow(event)
    number = ordinal & ((1 << KIND_SHIFT) - 1)
    return Journey(
        corridor,
        kind,
        number,
        ordinal,
        departure.tankers,
        units,
        tuple(track.path),
        tuple(track.engagements),
        track.end,
    )


class _Track:
    """A cohort's way, drawn node by node from its story."""

    def __init__(
        self, played: Replay, corridor: int, kind: Kind, departure: EventRecord, escorted: bool
    ) -> None:
        plan = played.plan
        self.roads, self.losses = plan.roads, bool(plan.switches.losses)
        self.factor = plan.escorts.transit_factor if escorted else 1.0
        n_legs = int(plan.corridors.n_legs[corridor])
        self.nodes = plan.corridors.nodes[corridor, : n_legs + 1].tolist()
        self.legs = plan.corridors.legs[corridor, :n_legs].tolist()
        self.km = node_km(played, corridor)
        self.staging = int(plan.corridors.staging_at[corridor])
        self.at = 0 if kind == "approach" else self.staging
        self.path: list[tuple[int, float]] = [(departure.time_s, self.km[self.at])]
        self.engagements: list[Engagement] = []
        self.left_s, self.done = departure.time_s, 0.0
        self.end: End = "on_the_road"

    def follow(self, event: EventRecord) -> None:
        """Lengthen the way by what an event tells."""
        if event.happening == Happening.ENGAGED:
            self.engage(event)
        elif event.happening == Happening.REACHED:
            self.reach(event.time_s, self.nodes.index(event.place))
        elif event.happening == Happening.ARRIVED:
            self.end = "arrived"
        elif event.happening == Happening.DROPPED and self.end == "on_the_road":
            self.end = "dropped"
        elif event.happening == Happening.TURNED_BACK:
            self.end = "turned_back"
        elif event.happening == Happening.STAGED:
            if self.end == "turned_back":
                self.path.append((event.time_s, self.km[self.staging]))
            else:
                self.end = "staged"

    def reach(self, time_s: int, node: int) -> None:
        """Reach a node: drive up to it as late as normal pace allows, so that waiting shows where it was done."""
        if node > self.at:
            here, there = self.km[self.at], self.km[node]
            work_s = (1.0 - self.done) * self.work_s()
            stop_s = self.stopped(time_s, self.nodes[node], work_s)
            start_s = started(stop_s, work_s, *self.window())
            if start_s > self.left_s:
                self.path.append((start_s, here + self.done * (there - here)))
            self.path.append((stop_s, there))
            if time_s > stop_s:
                self.path.append((time_s, there))
        self.at, self.left_s, self.done = node, time_s, 0.0
        self.end = "on_the_road"

    def stopped(self, time_s: int, node: int, work_s: float) -> int:
        """When a cohort that has been handled at a node by `time_s` stopped there, but no sooner than it can have come."""
        handled = self.roads.hold_s[node].item()
        if not handled:
            return time_s
        opening = self.roads.node_open_s[node].item(), self.roads.node_close_s[node].item()
        soonest = advance(self.left_s, int(work_s), *self.window())
        return min(max(started(time_s, handled, *opening), soonest), time_s)

    def engage(self, event: EventRecord) -> None:
        """Stop at an ambush, as far along the leg as normal pace would have led."""
        here, there = self.km[self.at], self.km[self.at + 1]
        driven_s = driven(self.left_s, event.time_s, *self.window())
        self.done = max(self.done, min(self.done + driven_s / self.work_s(), FURTHEST))
        km = here + self.done * (there - here)
        lost = event.amount if self.losses else 0
        self.path.append((event.time_s, km))
        self.engagements.append(Engagement(event.time_s, event.place, km, event.tankers + lost, lost))
        self.left_s = event.time_s
        if event.tankers == 0:
            self.end = "destroyed"

    def work_s(self) -> float:
        """Driving seconds of the present leg at normal pace."""
        return max(float(self.roads.drive_s[self.legs[self.at]]) * self.factor, 1.0)

    def window(self) -> tuple[int, int]:
        """Seconds of the day between which loaded tankers drive."""
        return self.roads.drive_open_s, self.roads.drive_close_s


def driven(from_s: int, to_s: int, open_s: int, close_s: int) -> int:
    """Seconds between two moments that lie within a daily window [open_s, close_s)."""

    def since_epoch(time_s: int) -> int:
        day, second = divmod(time_s, DAY_S)
        return day * (close_s - open_s) + min(max(second, open_s), close_s) - open_s

    return max(since_epoch(to_s) - since_epoch(from_s), 0)


def started(end_s: int, work_s: float, open_s: int, close_s: int) -> int:
    """Latest second from which `work_s` seconds within a daily window are done by `end_s`."""
    left = int(work_s)
    day = end_s // DAY_S
    last = min(max(end_s - day * DAY_S, open_s), close_s)
    while left > last - open_s:
        left -= last - open_s
        day, last = day - 1, close_s
    return day * DAY_S + last - left

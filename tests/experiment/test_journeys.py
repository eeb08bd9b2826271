"""Journeys read from a trace agree with the records of the run, and stay on their corridor."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replays import DAYTIME, SECOND, attacked, played
from worlds import convoys, world

from sim.clock import DAY_S, HOUR_S
from sim.experiment.journeys import driven, journeys, node_km, started
from sim.experiment.replay import PLACES, Replay, place_name
from sim.records import Happening
from sim.rules.movement import advance


@pytest.fixture(scope="module", params=[(), (DAYTIME,), (DAYTIME, SECOND)], ids=["always", "by-day", "two-corridors"])
def replay(request: pytest.FixtureRequest) -> Replay:
    return played(attacked(*request.param))


def test_every_convoy_of_the_records_has_its_journey(replay: Replay) -> None:
    found = [j for j in journeys(replay) if j.kind == "convoy"]
    assert [j.number for j in found] == list(range(1, len(replay.records.convoys) + 1))
    assert len(found) > 5
    for journey, convoy in zip(found, replay.records.convoys, strict=True):
        assert (journey.corridor, journey.departed_s, journey.tankers, journey.units) == (
            convoy.corridor, convoy.departed_s, convoy.tankers, convoy.escort_units,
        )  # fmt: skip
        assert len(journey.engagements) == convoy.engagements
        assert journey.lost == convoy.tankers_lost
        if convoy.arrived_s >= 0:
            assert (journey.end, journey.path[-1][0]) == ("arrived", convoy.arrived_s)


def test_attacks_and_losses_add_up_to_the_tallies(replay: Replay) -> None:
    found = journeys(replay)
    lost = replay.records.tallies["tankers_burned"] + replay.records.tallies["tankers_captured"]
    assert sum(len(j.engagements) for j in found) == replay.records.tallies["engagements"] > 0
    assert sum(j.lost for j in found) == lost > 0


def test_a_journey_goes_forward_in_time_and_stays_between_its_ends(replay: Replay) -> None:
    for journey in journeys(replay):
        km = node_km(replay, journey.corridor)
        staging = km[int(replay.plan.corridors.staging_at[journey.corridor])]
        low, high = (0.0, staging) if journey.kind == "approach" else (staging, km[-1])
        assert all(low <= at <= high for _, at in journey.path)
        assert all(a[0] <= b[0] for a, b in pairwise(journey.path))
        onward = journey.path[:-1] if journey.end == "turned_back" else journey.path
        assert all(a[1] <= b[1] for a, b in pairwise(onward))


def test_attacks_lie_on_their_leg(replay: Replay) -> None:
    for journey in journeys(replay):
        km = node_km(replay, journey.corridor)
        legs = replay.plan.corridors.legs[journey.corridor].tolist()
        for attack in journey.engagements:
            at = legs.index(attack.leg)
            assert km[at] <= attack.km < km[at + 1]


def test_some_independents_turn_back_to_where_they_left(replay: Replay) -> None:
    turned = [j for j in journeys(replay) if j.end == "turned_back"]
    assert turned
    for journey in turned:
        assert journey.kind == "independents"
        assert journey.path[-1][1] == journey.path[0][1]


def test_a_calm_road_is_driven_without_a_halt() -> None:
    found = [j for j in journeys(played(world(), convoys(20, 48))) if j.end == "arrived"]
    assert {tuple(b[0] - a[0] for a, b in pairwise(j.path)) for j in found} == {(8 * HOUR_S,)}


def test_losses_that_are_switched_off_are_not_counted() -> None:
    calm = played(attacked({"mechanisms": {"losses": False}}))
    assert calm.records.tallies["engagements"] > 0
    assert sum(j.lost for j in journeys(calm)) == 0


def test_every_happening_has_a_kind_of_place(replay: Replay) -> None:
    assert set(PLACES) == set(Happening)
    assert all(place_name(event, replay.labels) for event in replay.trace)


@given(st.integers(0, 5 * DAY_S), st.integers(1, 3 * DAY_S), st.integers(0, 11), st.integers(12, 24))
def test_latest_start_is_the_inverse_of_driving(time_s: int, work_s: int, opens_h: int, closes_h: int) -> None:
    window = opens_h * HOUR_S, closes_h * HOUR_S
    end_s = advance(time_s, work_s, *window)
    start_s = started(end_s, work_s, *window)
    assert start_s >= time_s
    assert driven(start_s, end_s, *window) == work_s
    assert advance(start_s, work_s, *window) == end_s

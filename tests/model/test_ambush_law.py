"""Ambushes are points of the world: how legs and windows are cut does not matter, and each can strike only so much."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from worlds import Data, convoys, plan, run, runs, world

from sim.draws import Luck, Replication
from sim.engines.reference.run import Run
from sim.engines.reference.threat import Ambush

Z = 3.9
"""Two-sided standard-normal bound with a false-alarm rate of 9.6e-5."""
RUNS = 400


def campaign(**change: Any) -> Data:
    """Twenty days of convoys and packets of independents on a road with many ambushes, delays and escorts."""
    return world(
        {
            "days": 20,
            "warmup_days": 3,
            "escort": {"pool": {"gate": {"node": "gate", "units": 4}}, "transit_factor": 1.5},
            "threat": {
                "intensity_per_km_h": 1e-3,
                "ceiling_per_km_h": 2e-3,
                "duration": {"shape": "exponential", "mean_h": 6},
            },
            "contact": {"engage_prob": 0.7, "deterrence": 0.3, "reference_size": 20},
            "loss": {
                "convoy_mean_tankers": 4, "convoy_cv": 1, "independents_mean_tankers": 1, "independents_cv": 0.5,
            },
            "aftermath": {"delay": {"shape": "exponential", "mean_h": 3}, "suppression": 0.1},
        },
        change,
    )  # fmt: skip


def law(data: Data, seed: int) -> npt.NDArray[np.float64]:
    """Engagements and tankers lost of each run, shape (runs, 2)."""
    strategy = convoys(20, 48, min_size=5, alone=True, escort={"rule": "fixed", "units": 1})
    tallies = [records.tallies for records in runs(data, strategy, n=RUNS, seed=seed)]
    return np.array([(t["engagements"], t["tankers_burned"] + t["tankers_captured"]) for t in tallies], np.float64)


def assert_same_law(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> None:
    """Means and variances of two samples differ by at most 3.9 standard errors."""
    n = len(one)
    for a, b in zip(one.T, other.T, strict=True):
        assert abs(a.mean() - b.mean()) <= Z * math.sqrt((a.var() + b.var()) / n)
        fourth = [((x - x.mean()) ** 4).mean() - x.var() ** 2 for x in (a, b)]
        assert abs(a.var() - b.var()) <= Z * math.sqrt(sum(fourth) / n)


@pytest.fixture(scope="module")
def whole() -> npt.NDArray[np.float64]:
    """The law with one leg and windows of a day."""
    return law(campaign(), seed=1)


def test_halving_a_leg_leaves_the_law_of_engagements_unchanged(whole: npt.NDArray[np.float64]) -> None:
    half = {"km": 100, "drive_h": 4, "exposure": 1}
    halved = campaign(
        node={"middle": {"title": "Middle"}},
        leg={
            "gate-city": None,
            "gate-middle": {"from": "gate", "to": "middle", **half},
            "middle-city": {"from": "middle", "to": "city", **half},
        },
        corridor={"main": {"legs": ["port-gate", "gate-middle", "middle-city"]}},
    )
    assert_same_law(whole, law(halved, seed=1))


@pytest.mark.parametrize("window_h", [12, 7, 168])
def test_the_window_leaves_the_law_of_engagements_unchanged(whole: npt.NDArray[np.float64], window_h: int) -> None:
    assert_same_law(whole, law(campaign(threat={"window_h": window_h}), seed=2))


def test_the_test_of_the_law_sees_a_fifth_more_threat(whole: npt.NDArray[np.float64]) -> None:
    with pytest.raises(AssertionError):
        assert_same_law(whole, law(campaign(threat={"intensity_per_km_h": 1.2e-3}), seed=1))


def twenty(strength: float, **change: Any) -> Data:
    """Twenty tankers, loaded once, before ambushes of one fixed strength that wait for days."""
    return world(
        {
            "days": 5,
            "balance": {"fuel": {"need_l_day": 20 * 40_000}},
            "corridor": {"main": {"fleet": 20}},
            "city": {"clearance": {"mean_h": 500}},
            "threat": {"intensity_per_km_h": 1e-4, "ceiling_per_km_h": 1e-4, "duration": {"mean_h": 60}},
            "loss": {"convoy_mean_tankers": strength, "convoy_median_share": 0.4},
        },
        change,
    )


WHOLE, SPLIT = convoys(20, 8_760, first_h=60), convoys(10, 1, first_h=60)
"""The same twenty tankers at once, or as two convoys an hour apart."""
CHANCES = range(300)


def in_wait(data: Data, chance: int) -> list[Ambush]:
    """All ambushes of the exposed leg."""
    return Run(plan(data), Luck(1, Replication(0, chance)), None).threat.ambushes[1]


def met_by_both(data: Data, chance: int) -> bool:
    """Whether there is just one ambush, and it waits from before the first convoy leaves until after both are there."""
    waiting = in_wait(data, chance)
    return len(waiting) == 1 and waiting[0].start_s < 60 * 3600 and waiting[0].end_s > 70 * 3600


def lost(data: Data, strategy: Data, chance: int) -> list[int]:
    """Tankers lost by each convoy."""
    return [convoy.tankers_lost for convoy in run(data, strategy, chance=chance).convoys]


@pytest.mark.parametrize("strength", [0, 5, 10, 12, 50])
def test_one_ambush_takes_as_much_from_a_split_convoy_as_from_a_whole_one(strength: int) -> None:
    data = twenty(strength)
    met = [chance for chance in CHANCES if met_by_both(data, chance)]
    assert len(met) > 20
    for chance in met:
        assert lost(data, WHOLE, chance) == [min(strength, 20)]
        assert lost(data, SPLIT, chance) == [min(strength, 10), min(max(strength - 10, 0), 10)]


def test_the_second_half_meets_no_ambush_that_the_first_has_used_up() -> None:
    data = twenty(5)
    for chance in (c for c in CHANCES if met_by_both(data, c)):
        first, second = run(data, SPLIT, chance=chance).convoys
        assert (first.engagements, second.engagements) == (1, 0)


def test_a_share_is_taken_from_the_first_half_alone() -> None:
    data = twenty(0, loss={"law": "fraction"})
    met = [chance for chance in CHANCES if met_by_both(data, chance)]
    assert met
    for chance in met:
        assert lost(data, WHOLE, chance) == [8]
        assert lost(data, SPLIT, chance) == [4, 0]


@pytest.mark.parametrize("strength", [3, 4.5])
def test_two_halves_never_lose_more_than_all_ambushes_can_take(strength: float) -> None:
    data = twenty(strength, threat={"intensity_per_km_h": 3e-4, "ceiling_per_km_h": 3e-4})
    losses = [(sum(lost(data, SPLIT, chance)), len(in_wait(data, chance))) for chance in CHANCES]
    assert all(total <= math.ceil(strength) * ambushes for total, ambushes in losses)
    assert sum(total for total, _ in losses) > 0

"""Scenarios and strategies at their limits are accepted; one more of anything is refused with the limit and the number found."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.rules.ambush import CANDIDATES_MEAN
from sim.scenario import bounds, chain, expected, extent, strategy_checks
from sim.scenario.load import scenario_from_data, strategy_from_data
from sim.scenario.strategy_checks import pair_problems

Data = dict[str, Any]
DOCS = Path(__file__).parents[2] / "docs" / "files.md"


def many(count: int, what: Any) -> Data:
    return {f"n{i}": what for i in range(count)}


def with_legs(world: Data, count: int) -> Data:
    """The world with its first leg cut into pieces, so that there are `count` legs in all."""
    pieces = count - 2
    ends = ["port", *(f"n{i}" for i in range(1, pieces)), "border"]
    del world["leg"]["port-border"]
    world["node"] |= {name: {"title": "N"} for name in ends[1:-1]}
    world["leg"] |= {f"l{i}": {"from": ends[i], "to": ends[i + 1], "km": 0.03, "drive_h": 0.001} for i in range(pieces)}
    world["corridor"]["west"]["legs"] = [*(f"l{i}" for i in range(pieces)), "border-town", "town-city"]
    return world


PASSED: list[tuple[Callable[[Data], Any], str]] = [
    (lambda w: with_legs(w, 10_001), "leg: expected a table with at most 10,000 entries, got a table of 10,001"),
    (
        lambda w: w["node"].update(many(20_001, {"title": "N"})),
        "node: expected a table with at most 20,000 entries, got a table of 20,005",
    ),
    (
        lambda w: w.update(product=many(21, {"title": "P"})),
        "product: expected a table with at least 1 entry and at most 20 entries",
    ),
    (
        lambda w: w.update(corridor=many(1_001, w["corridor"]["west"])),
        "corridor: expected a table with at least 1 entry and at most 1,000",
    ),
    (lambda w: w.update(sink=many(1_001, w["sink"]["town"])), "sink: expected a table with at most 1,000 entries"),
    (
        lambda w: w["class"].update(many(201, w["class"]["industry"])),
        "class: expected a table with at least 1 entry and at most 200",
    ),
    (lambda w: w.update(event=many(10_001, w["event"]["truce"])), "event: expected a table with at most 10,000 entries"),
    (
        lambda w: w["escort"].update(pool=many(1_001, w["escort"]["pool"]["border"])),
        "escort.pool: expected a table with at most 1,000",
    ),
    (
        lambda w: w["corridor"]["west"].update(legs=["a"] * 10_001),
        "corridor.west.legs: expected an array [ … ] with at least 1 entry and at",
    ),
    (lambda w: w.update(days=18_301), "days: expected a whole number ≥ 1 and ≤ 18,300, got 18301"),
    (lambda w: w.update(warmup_days=366), "warmup_days: expected a whole number ≥ 0 and ≤ 365, got 366"),
    (
        lambda w: w.update(start=date(2200, 1, 1)),
        "start: expected a date such as 2025-09-01 ≥ 1900-01-01 and ≤ 2199-12-31, got 2200-01-01",
    ),
    (lambda w: w["event"]["truce"].update(last_day=date.max), "event.truce.last_day: expected a date such as"),
    (lambda w: w["leg"]["town-city"].update(km=20_001), "leg.town-city.km: expected > 0 and ≤ 20,000, got 20001"),
    (lambda w: w["leg"]["town-city"].update(drive_h=8_761), "leg.town-city.drive_h: expected ≥ 0 and ≤ 8,760, got 8761"),
]


@pytest.mark.parametrize(("change", "message"), PASSED)
def test_one_more_than_the_limit_is_refused_with_both_numbers(world: Data, change: Callable[[Data], Any], message: str) -> None:
    change(world)
    with pytest.raises(ScenarioError) as caught:
        scenario_from_data(world)
    assert message in str(caught.value)


def test_ten_thousand_legs_over_fifty_years_are_accepted(world: Data) -> None:
    world["days"] = 18_300
    model = scenario_from_data(with_legs(world, 10_000))
    assert len(model.leg) == len(model.corridor["west"].legs) == 10_000


def test_ten_thousand_wrong_names_are_told_up_to_a_thousand(world: Data) -> None:
    for leg in with_legs(world, 10_000)["leg"].values():
        leg["to"] = "nowhere"
    with pytest.raises(ScenarioError) as caught:
        scenario_from_data(world)
    assert len(caught.value.problems) == expected.MOST + 1
    assert "more than 1,000 mistakes" in caught.value.problems[0].message


def test_a_thousand_periods_over_a_thousand_corridors_can_be_judged(world: Data) -> None:
    world["days"] = 1_200
    world["corridor"] |= {name: {**corridor, "share": 0.0} for name, corridor in many(999, world["corridor"]["west"]).items()}
    world["event"] = many(
        9_000, {"kind": "reinforcement", "title": "R", "first_day": date(2025, 9, 2), "pool": "border", "units": 1}
    )
    convoys = {"interval_h": 2_400, "size": 100, "escort": {"rule": "fixed", "units": 2}}
    days = [date(2025, 9, 2) + timedelta(days=i) for i in range(1_000)]
    periods = [{"first_day": day, "corridor": {f"n{i % 999}": convoys}} for i, day in enumerate(days)]
    plan = strategy_from_data({"kind": "strategy", "title": "S", "period": periods})
    assert pair_problems(scenario_from_data(world), plan) == []


def test_the_page_on_files_states_the_limits_in_force() -> None:
    table = DOCS.read_text(encoding="utf-8").split("## Limits")[1].split("\n\n")[1]
    stated = {int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", table)}
    assert stated >= {
        bounds.FILE_BYTES // 1_000_000, bounds.LINES, bounds.SIGNS, bounds.DEPTH, bounds.TEXT, bounds.WORD, chain.MAX_DEPTH,
        strategy_checks.SLOTS, CANDIDATES_MEAN, extent.CANDIDATES, expected.MOST,
    }  # fmt: skip
    limits = {
        int(number.replace(",", ""))
        for _, message in PASSED
        for number in re.findall(r"(?:at most|≤) (\d[\d,]*)(?![\d-])", message)
    }
    assert limits <= stated

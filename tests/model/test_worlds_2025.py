"""The shipped worlds of 2025: calm worlds stay supplied, and the autumn comes out of mechanisms, within stated bands.

The bands are those that the project set itself for the shipped central values and ranges; docs/tuning.md lists every number that
was chosen after looking at them, so this is a check that a fit exists and still holds, not a validation.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from sim.draws import Replication
from sim.engines.reference import simulate
from sim.plan import make_plan
from sim.records import RunRecords
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.model import Scenario

BOOKS = ("customs", "minister")
WORLDS = 10
PETROL = 0


def day_number(scenario: Scenario, when: date) -> int:
    return (when - scenario.start).days


@cache
def world_of(name: str, **switches: bool) -> Scenario:
    scenario: Scenario = load_scenario(name).model
    return scenario.model_copy(update={"mechanisms": scenario.mechanisms.model_copy(update=switches)})


def run(scenario: Scenario, strategy: str, world: int) -> RunRecords:
    plan = make_plan(scenario, load_strategy(strategy).model, seed=1, world=world)
    return simulate(plan, 1, Replication(world, 0))


def short_days(records: RunRecords, days: int | None = None) -> int:
    return int((records.daily.column("shortage")[:days] > 0).any(axis=1).sum())


@pytest.mark.parametrize("books", BOOKS)
@pytest.mark.parametrize("strategy", ["no-escort", "observed-2025"])
def test_the_calm_worlds_have_no_shortage_day_in_212(books: str, strategy: str) -> None:
    calm = world_of(f"normal-2025-{books}")
    assert calm.days == 212
    assert [short_days(run(calm, strategy, world)) for world in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("books", BOOKS)
def test_a_blockade_without_threat_and_events_is_the_calm_world(books: str) -> None:
    calm, blockade = world_of(f"normal-2025-{books}"), world_of(f"blockade-2025-{books}")
    off = blockade.model_copy(update={"event": {}, "threat": calm.threat})
    for world in range(2):
        one, other = run(calm, "observed-2025", world), run(off, "observed-2025", world)
        assert one.tallies == other.tallies
        assert np.array_equal(one.daily.by_product, other.daily.by_product)


class Autumn(NamedTuple):
    """What a run of the autumn of 2025 is judged by."""

    first_dry: int
    supplied_to_26_september: bool
    recovery: float
    lost_to_31_october: int
    september_l: int
    october_l: int


@cache
def autumn(books: str) -> tuple[Autumn, ...]:
    scenario = world_of(f"blockade-2025-{books}")
    made = []
    for world in range(WORLDS):
        records = run(scenario, "observed-2025", world)
        daily = records.daily
        share: npt.NDArray[np.float64] = daily.column("stations_supplied")[:, PETROL] / records.stations
        inflow = daily.column("inflow_l").sum(axis=1)
        dry = np.flatnonzero(share < 0.25)
        made.append(
            Autumn(
                first_dry=int(dry[0]) if dry.size else 999,
                supplied_to_26_september=bool((share[: day_number(scenario, date(2025, 9, 27))] >= 0.8).all()),
                recovery=float(share[82:91].mean() - share[49:61].mean()),
                lost_to_31_october=int(daily.column("tankers_lost_cum")[60]),
                september_l=int(inflow[:30].sum()),
                october_l=int(inflow[30:61].sum()),
            )
        )
    return tuple(made)


@pytest.mark.parametrize("books", BOOKS)
def test_bamako_runs_dry_in_the_first_half_of_october_in_most_runs(books: str) -> None:
    assert np.mean([30 <= run.first_dry <= 44 for run in autumn(books)]) >= 0.6
    assert np.mean([run.supplied_to_26_september for run in autumn(books)]) >= 0.8


@pytest.mark.parametrize("books", BOOKS)
def test_stations_recover_in_late_november(books: str) -> None:
    assert np.mean([run.recovery >= 0.2 for run in autumn(books)]) > 0.5


@pytest.mark.parametrize("books", BOOKS)
def test_losses_to_the_end_of_october_are_of_the_reported_order(books: str) -> None:
    assert np.mean([100 <= run.lost_to_31_october <= 300 for run in autumn(books)]) >= 0.6


@pytest.mark.parametrize(("books", "september_l", "october_l"), [("customs", 53e6, 78e6), ("minister", 103e6, 116e6)])
def test_monthly_inflow_is_within_a_fifth_of_the_books(books: str, september_l: float, october_l: float) -> None:
    assert np.median([run.september_l for run in autumn(books)]) == pytest.approx(september_l, rel=0.2)
    assert np.median([run.october_l for run in autumn(books)]) == pytest.approx(october_l, rel=0.2)


@pytest.mark.parametrize("books", BOOKS)
def test_without_drivers_refusal_the_shortage_disappears(books: str) -> None:
    name = f"blockade-2025-{books}"
    with_fear = [short_days(run(world_of(name), "observed-2025", world), 122) for world in range(4)]
    without = [short_days(run(world_of(name, willingness=False), "observed-2025", world), 122) for world in range(4)]
    assert np.mean(without) < 0.25 * np.mean(with_fear)


def test_without_panic_the_customs_world_runs_dry_later() -> None:
    def first_dry(panic: bool) -> float:
        scenario = world_of("blockade-2025-customs", panic=panic)
        found = []
        for world in range(6):
            records = run(scenario, "observed-2025", world)
            low = records.daily.column("stations_supplied")[:, PETROL] < 0.25 * records.stations
            found.append(int(np.argmax(low)) if low.any() else scenario.days)
        return float(np.median(found))

    assert first_dry(panic=False) > first_dry(panic=True) + 3

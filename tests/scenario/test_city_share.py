"""The city's part of the need, `city.share`, moves shares between the city, its regions and the sinks, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plan import make_plan
from sim.scenario.balance import balance_table, settled, shared_parts, with_city_share
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.model import Scenario

POWER = "power"


@pytest.fixture(scope="module")
def country() -> Scenario:
    return load_scenario("normal-2025-customs").model


def litres(scenario: Scenario) -> dict[tuple[str, str], float]:
    return {(row.product, row.name): row.litres_day for row in balance_table(scenario)}


def city_part(scenario: Scenario) -> float:
    """Part of all litres, electricity left out, that the city's own classes need."""
    rows = [row for row in balance_table(scenario) if row.name != POWER]
    inside = [row.litres_day for row in rows if row.role == "class" and not scenario.demand_class[row.name].region]
    return sum(inside) / sum(row.litres_day for row in rows)


def test_without_it_shares_are_as_written(country: Scenario) -> None:
    assert settled(country) is country


@given(share=st.floats(0.35, 0.95))
def test_the_city_gets_its_part_and_every_litre_is_shared_out(country: Scenario, share: float) -> None:
    moved = with_city_share(country, share)
    assert city_part(moved) == pytest.approx(share, rel=1e-9)
    for product in country.balance:
        rows = [row for row in balance_table(moved) if row.product == product]
        assert sum(row.share for row in rows) == pytest.approx(1.0, abs=1e-9)
        assert all(row.share >= 0 for row in rows)


@given(share=st.floats(0.35, 0.95))
def test_power_keeps_its_need_and_takers_keep_their_proportions(country: Scenario, share: float) -> None:
    before, after = litres(country), litres(with_city_share(country, share))
    ratio = {key: after[key] / before[key] for key in before if before[key] > 0}
    outside = [*country.sink, *(name for name, part in country.demand_class.items() if part.region)]
    assert all(value == 1.0 for (_, name), value in ratio.items() if name == POWER)
    assert np.ptp([value for (_, name), value in ratio.items() if name in outside]) < 1e-9
    for product in ("petrol", "diesel"):
        inside = [v for (p, name), v in ratio.items() if p == product and name not in outside and name != POWER]
        assert np.ptp(inside) < 1e-9


def test_the_part_that_is_written_changes_nothing(country: Scenario) -> None:
    parts = shared_parts(country)
    need = {product: balance.need_l_day.value for product, balance in country.balance.items()}
    inside = sum(part.inside * need[p] for p, part in parts.items())
    written = inside / sum((part.inside + part.outside) * need[p] for p, part in parts.items())
    before, after = litres(country), litres(with_city_share(country, written))
    assert after == pytest.approx(before, rel=1e-12)


def test_a_plan_keeps_the_national_need_and_sinks_take_what_the_city_does_not(country: Scenario) -> None:
    strategy = load_strategy("no-escort").model
    plans = [
        make_plan(with_city_share(country, share), strategy, seed=1, uncertainty="central").city for share in (0.75, 0.5)
    ]
    national = [plan.normal_need_l.sum(axis=0) + plan.sink_need_l.sum(axis=0) for plan in plans]
    assert np.abs(national[0] - national[1]).max() <= 10  # every taker's litres are rounded
    assert (plans[1].sink_need_l.sum(axis=0)[:2] > 1.9 * plans[0].sink_need_l.sum(axis=0)[:2]).all()
    assert (plans[1].sink_fraction > plans[0].sink_fraction).any()
    assert (plans[1].need_l[0] < plans[0].need_l[0]).any()

"""Metrics of one run, against records small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_by_hand import PRODUCTS, records

from sim.analysis.metrics import is_whole, metrics_for
from sim.analysis.outcomes import longest_spells, outcome

SHORT = [[0, 0], [1, 0], [1, 1], [0, 0], [0, 1], [0, 0]]


def test_outcomes_are_exactly_the_registered_metrics_in_their_order() -> None:
    assert list(outcome(records(), PRODUCTS)) == [metric.name for metric in metrics_for(PRODUCTS)]


def test_metric_names_are_unique_and_titled_in_both_languages() -> None:
    metrics = metrics_for(("petrol", "diesel", "jet-a1"))
    assert len({metric.name for metric in metrics}) == len(metrics)
    assert all(metric.title["en"] and metric.title["fr"] and metric.definition for metric in metrics)


def test_titles_of_products_come_from_the_scenario_and_fall_back_to_the_id() -> None:
    titles = {
        metric.name: metric.title
        for metric in metrics_for(("lpg", "jet"), {"lpg": {"en": "gas", "fr": "gaz"}})
    }
    assert titles["shortage_days_lpg"] == {"en": "Shortage days, gas", "fr": "Jours de pénurie, gaz"}
    assert titles["shortage_days_jet"]["fr"] == "Jours de pénurie, jet"


def test_shortage_days_are_counted_by_product_by_any_and_by_all() -> None:
    found = outcome(records(shortage=SHORT), PRODUCTS)
    assert found["shortage_days_petrol"] == 2
    assert found["shortage_days_diesel"] == 2
    assert found["shortage_days_any"] == 3
    assert found["shortage_days_both"] == 1
    assert found["longest_spell_any"] == 2
    assert found["first_shortage_day"] == 1


def test_queue_days_are_counted_apart_from_shortage_days() -> None:
    found = outcome(records(queue=SHORT), PRODUCTS)
    assert (found["queue_days_any"], found["shortage_days_any"]) == (3, 0)


def test_a_run_without_shortage_has_no_first_shortage_day() -> None:
    assert outcome(records(), PRODUCTS)["first_shortage_day"] is None


def test_a_shortage_on_the_first_day_is_day_zero() -> None:
    assert outcome(records(shortage=[[1, 0]] + [[0, 0]] * 5), PRODUCTS)["first_shortage_day"] == 0


def test_litres_add_up_over_days_and_products() -> None:
    found = outcome(
        records(unmet_l=[[1, 2]] * 6, regions_unmet_l=[[0, 3]] * 6, inflow_l=[[10, 20]] * 6), PRODUCTS
    )
    assert (found["litres_unmet"], found["litres_unmet_regions"], found["inflow_l"]) == (18, 18, 180)


def test_fill_rate_is_consumption_over_need_and_undefined_without_need() -> None:
    found = outcome(records(need_l=[[100, 0]] * 6, consumed_l=[[100, 0]] * 3 + [[50, 0]] * 3), PRODUCTS)
    assert found["fill_rate_petrol"] == 0.75
    assert found["fill_rate_diesel"] is None


def test_transit_and_staging_wait_are_means_per_tanker_and_undefined_without_tankers() -> None:
    found = outcome(records(transit_tanker_s=72_000, transit_tankers=2), PRODUCTS)
    assert found["transit_h"] == 10.0
    assert found["staging_wait_h"] is None


def test_loss_rate_is_lost_over_sent_and_undefined_when_none_was_sent() -> None:
    sent = {"tankers_sent_escorted": 30, "tankers_sent_independent": 10}
    assert outcome(records(tankers_burned=2, tankers_captured=1, **sent), PRODUCTS)["loss_rate"] == 3 / 40
    assert outcome(records(), PRODUCTS)["loss_rate"] is None


def test_cost_is_tankers_fuel_escort_days_and_payments_at_the_prices_of_the_world() -> None:
    run = records(
        costs=(1000.0, 10.0), tankers_burned=2, tankers_captured=1, litres_lost_cost_fcfa=500,
        escort_unit_s=3 * 86_400, payments_fcfa=7,
    )  # fmt: skip
    found = outcome(run, PRODUCTS)
    assert (found["tankers_lost"], found["escort_days"]) == (3, 3.0)
    assert found["cost_fcfa"] == 3 * 1000 + 500 + 3 * 10 + 7


@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=5))
def test_longest_spell_is_the_longest_block_of_true_days(runs: list[list[bool]]) -> None:
    blocks = ["".join("x" if day else " " for day in days).split() for days in runs]
    expected = [max((len(block) for block in row), default=0) for row in blocks]
    assert longest_spells(np.array(runs, dtype=bool)).tolist() == expected


@pytest.mark.parametrize("metric", metrics_for(PRODUCTS), ids=lambda metric: metric.name)
def test_whole_metrics_are_whole_in_a_run(metric) -> None:
    value = outcome(records(shortage=SHORT, need_l=7, consumed_l=3, escort_unit_s=11), PRODUCTS)[metric.name]
    assert not is_whole(metric) or value is None or isinstance(value, int)

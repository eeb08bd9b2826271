"""Each reading gives the number that docs/backtest.md says, on days written by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.study.backtest.readings import READINGS, Days

START = date(2025, 10, 1)
PRODUCTS = ("petrol", "diesel", "oil")


def days(**columns: Any) -> Days:
    """One run of ten stations; columns by product as rows of three, columns of the run as plain numbers."""
    n = len(next(iter(columns.values())))
    table = {name: np.repeat(values, 3) if np.ndim(values) == 1 else np.ravel(values) for name, values in columns.items()}
    assert all(len(column) == 3 * n for column in table.values())
    return Days(pd.DataFrame(table), START, PRODUCTS, ("petrol", "diesel"), np.array([10]))


def stations(*petrol: int, diesel: tuple[int, ...] = ()) -> Days:
    return days(stations_supplied=[(p, d, 0) for p, d in zip(petrol, diesel or (10,) * len(petrol), strict=True)])


def read(name: str, of: Days, first: int, last: int, product: str = "petrol") -> float:
    value = READINGS[name](of, product, START + timedelta(days=first), START + timedelta(days=last))
    assert value.shape == (1,)
    return float(value[0])


def test_shares_of_stations_are_taken_over_their_days_only() -> None:
    of = stations(10, 8, 4, 6, 0)
    assert read("lowest_share", of, 1, 3) == 0.4
    assert read("mean_share", of, 1, 3) == pytest.approx(0.6)
    assert read("mean_closed", of, 3, 3) == pytest.approx(0.4)
    assert read("mean_share", of, 0, 4, "diesel") == 1


def test_the_first_dry_day_is_the_first_under_a_quarter() -> None:
    assert read("first_day_below_quarter", stations(10, 3, 2, 5, 0), 3, 3) == (START + timedelta(days=2)).toordinal()
    assert np.isnan(read("first_day_below_quarter", stations(10, 3, 5), 0, 2))


def test_relief_lasts_as_long_as_stations_stay_above_the_day_before() -> None:
    assert read("relief_days", stations(2, 5, 3, 2, 9), 1, 4) == 2
    assert read("relief_days", stations(2, 2, 9), 1, 2) == 0


def test_days_until_dry_begin_with_stations_that_are_supplied() -> None:
    assert read("days_until_dry", stations(1, 6, 7, 4, 9), 1, 4) == 2
    assert np.isnan(read("days_until_dry", stations(1, 1, 2, 3), 0, 3))  # never supplied
    assert np.isnan(read("days_until_dry", stations(9, 9), 0, 1))  # never dry


def test_a_relapse_is_seen_in_the_worse_product() -> None:
    petrol, diesel = (10,) * 15, (10,) * 13 + (9, 9)
    assert read("relapse_day", stations(*petrol, diesel=diesel), 10, 14) == (START + timedelta(days=13)).toordinal()
    assert np.isnan(read("relapse_day", stations(*petrol), 10, 14))


def test_losses_are_cumulative_or_of_a_window() -> None:
    of = days(tankers_lost_cum=[0, 5, 9, 20])
    assert read("lost_to", of, 2, 2) == 9
    assert read("lost_in", of, 2, 3) == 15


def test_inflow_is_of_all_products() -> None:
    assert read("inflow_l", days(inflow_l=[(1, 2, 3), (10, 20, 30), (100, 0, 0)]), 0, 1) == 66


def test_stock_days_are_stock_over_what_all_need_of_what_retail_sells() -> None:
    of = days(stock_l=[(60, 90, 1_000)], class_need_l=[(20, 20, 500)], regions_need_l=[(5, 5, 500)])
    assert read("stock_days", of, 0, 0) == 3


def test_waits_and_prices_are_those_of_petrol() -> None:
    of = days(wait_min=[(60, 0, 0), (180, 999, 0)], black_market_fcfa_l=[(1_000, 0, 0), (2_000, 0, 0)])
    assert read("highest_wait_h", of, 0, 1) == 3
    assert read("mean_wait_min", of, 0, 1) == 120
    assert read("mean_price_fcfa", of, 0, 1) == 1_500


def test_tankers_are_counted_at_staging_on_the_road_and_on_arrival() -> None:
    of = days(tankers_staged=[5, 7], tankers_on_road=[1, 3], tankers_arrived=[40, 90])
    assert read("waiting", of, 1, 1) == 7
    assert read("on_the_road", of, 1, 1) == 3
    assert read("arrived", of, 0, 1) == 130
    assert read("most_arrived", of, 0, 1) == 90

"""Ration caps, waiting, the black market, hours of power and cuts: values by hand, and every direction that is stated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.rules.market import black_market_price, cut_orders_l, power_hours, rationed_l, waiting_h

claim = settings(max_examples=200, deadline=None)
litres = st.integers(0, 10**7)
share = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("wanted", "need", "cap", "expected"), [(1_500, 1_000, 13.0, 1_325), (1_500, 1_000, 20.0, 1_500), (900, 1_000, 5.0, 900)]
)
def test_a_cap_shrinks_the_refilling_of_private_stock_alone(wanted: int, need: int, cap: float, expected: int) -> None:
    assert rationed_l(wanted, need, cap, 20.0) == expected


@claim
@given(litres, litres, st.floats(0.1, 100.0), st.floats(0.0, 50.0))
def test_a_cap_never_raises_wants_nor_cuts_into_need(wanted: int, need: int, cap: float, more: float) -> None:
    capped = rationed_l(wanted, need, cap, 40.0)
    assert min(wanted, need) <= capped <= wanted
    assert rationed_l(wanted, need, cap + more, 40.0) >= capped


def test_waiting_by_hand() -> None:
    assert waiting_h(100, 100, 0.2, 24.0, 72.0) == 0.2
    assert waiting_h(150, 100, 0.2, 24.0, 72.0) == pytest.approx(12.2)
    assert waiting_h(1_000, 100, 0.2, 24.0, 72.0) == 72.0
    assert waiting_h(1, 0, 0.2, 24.0, 72.0) == 72.0


@claim
@given(litres, litres, litres)
def test_waiting_grows_with_what_is_wanted_and_falls_with_what_is_sold(wanted: int, sold: int, more: int) -> None:
    waits = waiting_h(wanted, sold, 0.5, 24.0, 72.0)
    assert 0.5 <= waits <= 72.0
    assert waiting_h(wanted + more, sold, 0.5, 24.0, 72.0) >= waits
    assert waiting_h(wanted, sold + more, 0.5, 24.0, 72.0) <= waits


def test_the_black_market_asks_the_official_price_when_all_is_sold_and_the_full_markup_when_nothing_is() -> None:
    assert black_market_price(775.0, 2.0, 100, 100) == 775.0
    assert black_market_price(775.0, 2.0, 100, 0) == 2_325.0
    assert black_market_price(775.0, 2.0, 100, 50) == 1_550.0


@claim
@given(litres, litres, litres)
def test_the_black_market_price_follows_scarcity(wanted: int, sold: int, more: int) -> None:
    price = black_market_price(775.0, 2.0, wanted, sold)
    assert 775.0 <= price <= 2_325.0
    assert black_market_price(775.0, 2.0, wanted, sold + more) <= price


def test_power_hours_by_hand() -> None:
    assert power_hours(19.0, 0.7, 100, 100) == 19.0
    assert power_hours(19.0, 0.7, 0, 100) == pytest.approx(5.7)
    assert power_hours(19.0, 0.7, 0, 0) == 19.0


@claim
@given(share, st.integers(0, 1000), st.integers(0, 1000))
def test_power_hours_grow_with_fuel_served(dependence: float, served: int, more: int) -> None:
    low, high = sorted((served, min(served + more, 1000)))
    assert 0.0 <= power_hours(19.0, dependence, low, 1000) <= power_hours(19.0, dependence, high, 1000) + 1e-12
    assert power_hours(19.0, dependence, high, 1000) <= 19.0 + 1e-9


def test_orders_are_cut_below_the_cover_and_not_at_it() -> None:
    assert cut_orders_l(1_000, 3.99, 4.0, 0.25) == 250
    assert cut_orders_l(1_000, 4.0, 4.0, 0.25) == 1_000


@claim
@given(litres, st.floats(0.0, 20.0), st.floats(0.0, 20.0), share, litres, st.floats(0.0, 5.0))
def test_cuts_never_raise_orders(order: int, cover: float, limit: float, factor: float, more: int, days: float) -> None:
    cut = cut_orders_l(order, cover, limit, factor)
    assert 0 <= cut <= order
    assert cut_orders_l(order + more, cover, limit, factor) >= cut
    assert cut_orders_l(order, cover + days, limit, factor) >= cut

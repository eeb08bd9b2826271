"""Titles say what the numbers say."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from charts_by_hand import START, level, spread_of
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.summary import DAILY_QUANTILES
from sim.report.findings import _SHARE_BELOW, ProductStock, shortage_finding, stock_finding
from sim.report.words import ENGLISH, FRENCH, Language

SAFETY = 2e6


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def reaching(title: str, quantile: int, day: int, days: int = 60) -> ProductStock:
    """A stock whose quantiles up to one of them are below the safety stock from a day on."""
    rows = np.full((days, 7), 2 * SAFETY)
    rows[day:, : quantile + 1] = SAFETY - 1
    return ProductStock(title, rows, SAFETY)


def test_the_median_below_names_product_and_first_day() -> None:
    stocks = [reaching("petrol", 3, 37), reaching("diesel", 0, 10)]
    found = stock_finding(stocks, START, 200, ENGLISH)
    assert plain(found) == "At least half of the runs fall below the safety stock of petrol by 8 October"


def test_two_products_below_are_both_dated() -> None:
    stocks = [reaching("essence", 4, 30), reaching("gasoil", 3, 37)]
    found = stock_finding(stocks, START, 200, FRENCH)
    assert plain(found) == (
        "Au moins la moitié des simulations passent sous le stock de sécurité : "
        "essence d’ici au 1er octobre et gasoil d’ici au 8 octobre"
    )


def test_two_products_below_on_one_day_share_the_date() -> None:
    found = stock_finding([reaching("essence", 3, 37), reaching("gasoil", 3, 37)], START, 200, FRENCH)
    assert plain(found).endswith("sous le stock de sécurité d’essence et de gasoil d’ici au 8 octobre")


@pytest.mark.parametrize(
    ("quantile", "share"), [(2, "a third of the runs fall"), (1, "one run in five falls"), (0, "one run in twenty falls")]
)
def test_the_largest_share_reached_is_named(quantile: int, share: str) -> None:
    found = stock_finding([reaching("petrol", quantile, 5)], START, 200, ENGLISH)
    assert plain(found) == f"At least {share} below the safety stock of petrol by 6 September"


def test_a_stock_at_the_safety_stock_is_not_below_it() -> None:
    found = stock_finding([level("petrol", [SAFETY, SAFETY], SAFETY)], START, 200, ENGLISH)
    assert "stay above" in found
    assert "below" in stock_finding([level("petrol", [SAFETY, SAFETY - 1], SAFETY)], START, 200, ENGLISH)


def test_one_run_is_never_called_a_share_of_runs() -> None:
    falls = stock_finding([level("petrol", [3e6, 1e6], SAFETY)], START, 1, ENGLISH)
    assert plain(falls) == "The one run falls below the safety stock of petrol on 2 September"
    assert "unique simulation" in stock_finding([level("essence", [3e6], SAFETY)], START, 1, FRENCH)


def test_the_year_stands_in_the_title_only_when_the_days_cross_one() -> None:
    assert "2025" not in stock_finding([reaching("petrol", 3, 5, 100)], START, 9, ENGLISH)
    assert plain(stock_finding([reaching("petrol", 3, 150, 400)], START, 9, ENGLISH)).endswith("29 January 2026")


def test_without_a_safety_stock_the_title_gives_the_last_median() -> None:
    found = stock_finding([level("petrol", [3e6, 1.26e6], 0.0)], START, 9, FRENCH)
    assert plain(found) == "Stock médian à la fin : petrol 1,3 millions de litres"


@given(runs=st.integers(2, 60), below=st.data())
def test_the_share_in_the_title_is_true_for_any_number_of_runs(runs: int, below: st.DataObject) -> None:
    count = below.draw(st.integers(0, runs))
    stock = np.r_[np.full(count, SAFETY - 1), np.full(runs - count, 3 * SAFETY)]
    rows = np.quantile(stock, DAILY_QUANTILES)[None, :]
    found = stock_finding([ProductStock("petrol", rows, SAFETY)], START, runs, ENGLISH)
    promised = {text: share for (_, text), share in zip(sorted(_SHARE_BELOW["en"].items()), (0.05, 0.2, 1 / 3, 0.5), strict=True)}
    for text, share in promised.items():
        if found.startswith(text):
            assert count >= share * runs - 1e-9


def shortage(days: list[int], lang: Language = ENGLISH, worlds: int = 4) -> str:
    values = np.array(days, dtype=float)
    return plain(shortage_finding(values, spread_of(values, worlds), lang))


def test_shortage_titles_give_range_and_mean() -> None:
    days = list(range(10, 63)) * 2
    assert shortage(days) == "Nine runs in ten: 12 to 60 shortage days, 36 on average"
    assert shortage(days, FRENCH) == "Neuf simulations sur dix : 12 à 60 jours de pénurie, 36 en moyenne"


def test_under_twenty_runs_the_title_gives_the_lowest_and_the_highest() -> None:
    assert shortage([8, 12, 30, 41]) == "All 4 runs: 8 to 41 shortage days, 23 on average"
    assert shortage([8, 12, 30, 41], FRENCH) == "Les 4 simulations : 8 à 41 jours de pénurie, 23 en moyenne"
    assert shortage([0, 0, 0, 8]) == "3 of the 4 runs have no shortage day; 2.0 on average, 8 at most"
    assert shortage([1] * 18 + [50]).startswith("All 19 runs: 1 to 50")
    assert shortage([1] * 18 + [50] * 2).startswith("Nine runs in ten")


def test_shortage_titles_of_runs_that_agree_need_no_range() -> None:
    assert shortage([0] * 200) == "No shortage day in any of the 200 runs"
    assert shortage([0] * 200, FRENCH) == "Aucun jour de pénurie dans aucune des 200 simulations"
    assert shortage([38] * 200) == "38 shortage days in every one of the 200 runs"
    assert shortage([1] * 2, FRENCH) == "1 jour de pénurie dans chacune des 2 simulations"


def test_shortage_titles_of_one_run() -> None:
    assert shortage([38]) == "38 shortage days in the one run"
    assert shortage([0], FRENCH) == "Aucun jour de pénurie dans l’unique simulation"


def test_when_half_of_the_runs_have_none_the_title_says_how_many() -> None:
    assert shortage([0] * 72 + [10] * 28) == "72 % of the runs have no shortage day; 2.8 on average, 10 at the 95th percentile"


def test_when_nearly_all_runs_agree_the_title_says_so() -> None:
    assert shortage([38] * 99 + [40]) == "38 shortage days in almost every run, 38 on average"


def test_without_a_value_the_title_says_so() -> None:
    assert shortage([]) == "No run has a number of shortage days"


def test_the_first_day_below_counts_from_the_start() -> None:
    stock = reaching("petrol", 3, 12)
    assert stock.first_day_below(3) == 12
    assert stock.first_day_below(4) is None
    assert START + timedelta(days=12) == START.replace(day=13)

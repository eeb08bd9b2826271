"""Numbers, dates and ticks in two languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.report.words import ENGLISH, FRENCH, LANGUAGES, date_ticks, language


def test_numbers_take_the_marks_of_their_language() -> None:
    assert ENGLISH.number(12345.67, 1) == "12,345.7"
    assert FRENCH.number(12345.67, 1) == "12\u202f345,7"
    assert ENGLISH.number(-3.2, 1) == "−3.2"


def test_no_number_is_minus_zero() -> None:
    assert ENGLISH.number(-0.04, 1) == "0.0"
    assert FRENCH.number(-0.0) == "0"


def test_first_of_the_month_is_an_ordinal_in_french_only() -> None:
    assert FRENCH.day(date(2025, 10, 1)) == "1er\xa0octobre"
    assert (FRENCH.short_day(date(2025, 10, 1)), ENGLISH.short_day(date(2025, 10, 1))) == ("1er\xa0oct.", "1\xa0Oct")
    assert FRENCH.day(date(2025, 10, 11), year=True) == "11\xa0octobre\xa02025"
    assert ENGLISH.day(date(2025, 10, 1)) == "1\xa0October"


def test_french_product_names_elide() -> None:
    assert [FRENCH.of(name) for name in ("essence", "gasoil", "éthanol")] == ["d’essence", "de gasoil", "d’éthanol"]
    assert ENGLISH.of("petrol") == "of petrol"


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0"), (0.001, "0.1"), (0.005, "0.5"), (0.5, "50"), (0.9996, "99.9"), (1, "100")]
)
def test_a_share_is_shown_as_none_or_all_only_if_it_is(share: float, shown: str) -> None:
    assert ENGLISH.share(share) == f"{shown}\u202f%"


def test_an_unknown_language_is_refused_with_those_known() -> None:
    with pytest.raises(UsageError, match=r'"de".*en, fr'):
        language("de")


@pytest.mark.parametrize("lang", LANGUAGES.values(), ids=LANGUAGES)
@given(start=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(1, 18_300))
def test_date_ticks_are_few_within_the_days_and_name_each_year_once(lang, start: date, days: int) -> None:  # type: ignore[no-untyped-def]
    ticks = date_ticks(start, days, lang)
    assert 1 <= len(ticks) <= 9
    assert all(0 <= tick.day < days for tick in ticks)
    years = [tick.label.partition("\n")[2] for tick in ticks]
    shown = [year for year in years if year]
    assert years[0]
    assert shown == sorted(set(shown))
    when = [start + timedelta(days=tick.day) for tick in ticks]
    assert shown == [str(year) for year in dict.fromkeys(day.year for day in when)]
    if days > 62:
        assert all(day.day == 1 for day in when)

"""Numbers and words for people."""

from __future__ import annotations

import string

import pytest

from sim.cli.summary_table import row_of
from sim.cli.words import NOUNS, WORDS, counted, duration, filled, number, scale_of


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert WORDS["en"].keys() == WORDS["fr"].keys()
    assert NOUNS["en"].keys() == NOUNS["fr"].keys()
    assert all(gaps(WORDS["en"][key]) == gaps(WORDS["fr"][key]) for key in WORDS["en"])


@pytest.mark.parametrize(
    ("value", "decimals", "en", "fr"),
    [
        (1234567.0, 0, "1,234,567", "1\u202f234\u202f567"),
        (12.345, 1, "12.3", "12,3"),
        (-0.5, 1, "\u22120.5", "\u22120,5"),
        (-0.001, 1, "0.0", "0,0"),
    ],
)
def test_numbers_are_written_as_people_of_the_language_do(value, decimals, en, fr) -> None:
    assert number(value, decimals, "en") == en
    assert number(value, decimals, "fr") == fr


@pytest.mark.parametrize(
    ("unit", "lang", "scale"),
    [
        ("l", "en", (1e6, "million l")),
        ("l", "fr", (1e6, "millions l")),
        ("FCFA", "fr", (1e6, "M FCFA")),
        ("share", "en", (0.01, "%")),
        ("days", "fr", (1, "jours")),
        ("unit-days", "en", (1, "unit-days")),
    ],
)
def test_a_metric_has_one_unit_in_tables_whatever_its_size(unit, lang, scale) -> None:
    assert scale_of(unit, lang) == scale


def test_counts_have_no_decimals_in_runs_and_one_at_most_in_means() -> None:
    numbers = {"mean": 5.25, "low": 4.0, "high": 6.5, "p05": 2.0, "p95": 9.0, "unit": "days"}
    assert row_of(numbers, "en") == ("5.2", "4.0 – 6.5", "2 – 9", "days")


def test_undefined_numbers_are_dashes() -> None:
    numbers = {**dict.fromkeys(("mean", "low", "high", "p05", "p95")), "unit": "h"}
    assert row_of(numbers, "en") == ("–", "–", "–", "h")


def test_nouns_agree_with_their_count() -> None:
    assert [counted("en", n, "world") for n in (0, 1, 2)] == ["0 worlds", "1 world", "2 worlds"]
    assert [counted("fr", n, "world") for n in (0, 1, 2)] == ["0 monde", "1 monde", "2 mondes"]


def test_parts_are_never_broken_across_lines() -> None:
    assert filled(["one two", "three four", "five"], 20) == "one two · three four\nfive"


def test_wall_times_are_seconds_and_then_minutes() -> None:
    assert (duration(4.21, "en"), duration(185, "fr")) == ("4.2 s", "3 min 05 s")

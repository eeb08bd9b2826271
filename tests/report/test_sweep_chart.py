"""Charts of sweeps hold their words, show what is undefined, and never draw one text over another."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from charts_by_hand import collisions, context, words

from sim.language import Phrase, said
from sim.report.style import SIZES
from sim.report.sweep_chart import Line, Measure, Scale, borders, heat_map, isoline_level, sweep_lines
from sim.report.words import Bilingual, number_of

DAYS = Measure(Bilingual("Shortage days, any fuel", "Jours avec une pénurie"), Bilingual("days", "jours"))
NOTHING = Phrase("")


def scale(count: int, title: str = "convoys.size (tankers)") -> Scale:
    return Scale(Phrase(title), tuple(number_of(20 * (i + 1)) for i in range(count)), tuple(20.0 * (i + 1) for i in range(count)))


def slope(rows: int, columns: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return 60.0 - 3 * np.arange(rows)[:, None] - 2.5 * np.arange(columns)[None, :]


@pytest.mark.parametrize(("lang", "shape"), [("en", (2, 2)), ("fr", (3, 12)), ("fr", (10, 10)), ("en", (20, 20))])
def test_no_text_of_a_map_lies_on_another(lang: str, shape: tuple[int, int]) -> None:
    alike = np.zeros(shape, dtype=np.bool_)
    alike[0, 1] = True
    up = scale(shape[0], "escort.pool.kayes.units")
    chart = heat_map(context(), DAYS, scale(shape[1]), up, slope(*shape), alike, (0, 0), Phrase("a = 1"))
    for size in SIZES.values():
        assert collisions(chart.draw(lang, size)) == [], size.name
    assert len(chart.table.rows) == alike.size


def test_a_map_marks_what_may_equal_the_reference_and_names_its_line() -> None:
    alike = np.zeros((4, 4), dtype=np.bool_)
    alike[1, 1] = True
    told = words(heat_map(context(), DAYS, scale(4), scale(4), slope(4, 4), alike, (0, 0), Phrase("days = 30")).draw("en"))
    assert "≈54.5" in told and told.count("≈") == 2
    assert "Line: between points under 50 days" in told
    assert "At every point: days = 30" in told.replace("\n", " ")


def test_a_point_where_nothing_is_defined_has_no_number_and_a_map_of_none_says_so() -> None:
    values = slope(3, 3)
    values[2, 2] = np.nan
    none = np.zeros((3, 3), dtype=np.bool_)
    told = words(heat_map(context(), DAYS, scale(3), scale(3), values, none, (0, 0), Phrase("")).draw("en"))
    assert "nan" not in told and "49.0" not in told
    empty = words(heat_map(context(), DAYS, scale(3), scale(3), np.full((3, 3), np.nan), none, (0, 0), Phrase("")).draw("fr"))
    assert "indéfini en tout point" in empty


def test_the_isoline_is_a_round_number_between_the_means() -> None:
    assert isoline_level(np.array([[12.0, 47.0]])) == 30.0
    assert isoline_level(np.array([[0.12, 0.19]])) == pytest.approx(0.16, abs=0.011)
    assert isoline_level(np.array([[5.0, 5.0]])) is None
    assert isoline_level(np.array([[np.nan]])) is None


@pytest.mark.parametrize(("count", "lang"), [(1, "en"), (4, "fr"), (8, "en"), (8, "fr")])
def test_no_text_of_lines_lies_on_another_and_strategies_left_out_are_counted(count: int, lang: str) -> None:
    means = np.linspace(20, 40, 9)
    lines = [Line(Phrase("Une stratégie d’escorte {i}", i=i), means + i, means + i - 3, means + i + 3) for i in range(count)]
    chart = sweep_lines(context(), DAYS, scale(9), lines, 0, NOTHING)
    for size in SIZES.values():
        assert collisions(sheet := chart.draw(lang, size)) == [], size.name
    assert len(chart.table.rows) == 9 * count
    more = {"en": "3 further strategies", "fr": "3 autres stratégies"}[lang]
    assert (more in words(sheet)) == (count == 8)


def test_the_line_parts_cells_under_the_level_from_the_others_and_passes_by_the_unknown() -> None:
    values = np.array([[1.0, 9.0], [1.0, np.nan]])
    assert borders(values, 5.0) == [((0.5, 0.5), (-0.5, 0.5))]


def test_the_title_of_a_map_says_where_the_least_and_the_greatest_mean_lie() -> None:
    chart = heat_map(context(), DAYS, scale(4), scale(3, "units"), slope(3, 4), np.zeros((3, 4), dtype=np.bool_), (0, 0), NOTHING)
    told = str(chart.title).replace("\xa0", " ")
    assert told == "Shortage days, any fuel: 46.5 days (units 60, size 80) to 60.0 (units 20, size 20)"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_of_one_run_a_sweep_speaks_of_no_mean_and_no_interval(lang: str) -> None:
    unknown = np.full(4, np.nan)
    lines = [Line(Phrase("A"), np.array([0.0, 1.0, 1.5, 3.0]), unknown, unknown)]
    days = replace(DAYS, one=Bilingual("day", "jour"))
    about = context(worlds=1, chances=1)
    none = np.zeros((2, 2), dtype=np.bool_)
    for chart in (
        sweep_lines(about, days, scale(4), lines, 0, NOTHING),
        heat_map(about, days, scale(2), scale(2), np.array([[1.0, 2.0], [3.0, 4.0]]), none, (0, 0), NOTHING),
    ):
        shown = words(chart.draw(lang))
        assert re.findall(r"[Mm]ean|[Mm]oyenne|with its|son intervalle|Band", shown) == []
    title = said(sweep_lines(about, days, scale(4), lines, 0, NOTHING).title, "fr" if lang == "fr" else "en").replace("\xa0", " ")
    assert {"en": ": 0.0 days (", "fr": " : 0,0 jour ("}[lang] in title

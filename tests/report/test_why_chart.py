"""The chart of an explanation: it says what it shows, nothing stands over the edge, equal explanations give equal bytes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from charts_by_hand import LAYOUTS, collisions, context

from sim.analysis.metrics import metrics_for
from sim.draws import Replication
from sim.experiment.design import Design
from sim.experiment.identity import Experiment
from sim.report.sheet import Sheet, files_of
from sim.report.style import SIZES
from sim.report.why_chart import why_chart
from sim.report.why_figures import decimal_parts
from sim.report.why_text import Amounts, amounts_of, sentences
from sim.report.words import language
from sim.scenario.load import load_scenario, load_strategy
from sim.study.coalitions import MECHANISMS, Period
from sim.study.why import REMAINDER, Explanation, Part, Within

METRICS = {metric.name: metric for metric in metrics_for(("petrol", "diesel"))}
SCENARIO = load_scenario("kayes-corridor")


def experiment(name: str) -> Experiment:
    return Experiment(SCENARIO, load_strategy(name), 1, "sampled")


def explained(*values: Fraction | int, metric: str = "shortage_days_any", periods: int = 0) -> Explanation:
    """An explanation with these parts: of two strategies if there are seven, else of one."""
    pair = len(values) == 7
    exact = [Fraction(value) for value in values]
    names = [*MECHANISMS, REMAINDER]
    parts = tuple(
        Part(name, value, float(value) - 2, float(value) + 1, Replication(0, 1) if value else None)
        for name, value in zip(names, exact, strict=False)
    )
    whole = sum(exact, Fraction(0))
    months = [Period(date(2025, month, 1), date(2025, month, 28)) for month in range(1, periods + 1)]
    within = tuple(Within(month, whole / periods, tuple(value / periods for value in exact)) for month in months)
    second = experiment("large-rare") if pair else None
    return Explanation(
        METRICS[metric], experiment("small-frequent"), second, Design(5, 4), whole, float(whole) - 4, float(whole) + 4, parts,
        Fraction(1, 3), within,
    )  # fmt: skip


CASES = {
    "two strategies": explained(Fraction(-25, 3), Fraction(7, 3), 0, -4, Fraction(1, 7), 0, -1),
    "one strategy": explained(8, Fraction(79, 10), 1, Fraction(-21, 10), 0, 3, periods=8),
    "nothing": explained(0, 0, 0, 0, 0, 0, 0),
    "litres": explained(-250_000_000, 3, 0, 1_000, 0, 0, 9_000_000, metric="litres_unmet"),
}


def words_of(sheet: Sheet) -> list[str]:
    return [text.get_text() for text in sheet.figure.texts]


@pytest.mark.parametrize(("lang", "size"), LAYOUTS)
@pytest.mark.parametrize("case", CASES)
def test_no_words_of_an_explanation_collide_at_any_size(case: str, lang: str, size: str) -> None:
    assert collisions(why_chart(context(), CASES[case]).draw("fr" if lang == "fr" else "en", SIZES[size])) == []


def test_the_table_has_the_parts_and_the_whole_as_they_are() -> None:
    for found in CASES.values():
        rows = why_chart(context(), found).table.rows
        assert rows[-1][1] == pytest.approx(float(found.difference))
        assert sorted(row[1] for row in rows[:-1]) == pytest.approx(sorted(float(part.value) for part in found.parts))  # type: ignore[type-var]
        assert {len(row) for row in rows} == {4 + len(found.within)}


def test_an_explanation_is_the_same_bytes_twice() -> None:
    first, second = (files_of(why_chart(context(), CASES["litres"]).draw("fr", SIZES["column"])) for _ in range(2))
    assert first == second


def test_amounts_on_the_chart_add_up_as_they_are_shown() -> None:
    found = CASES["two strategies"]
    amounts = amounts_of(found, language("en"))
    shown = [amounts.of(value) for value in amounts.adding_up([part.value for part in found.parts])]
    texts = words_of(why_chart(context(), found).draw("en"))
    assert set(shown) <= set(texts)
    total = sum(Fraction(text.replace("−", "-")) for text in shown)
    assert amounts.of(total) == "−10.9" and "−10.9" in texts


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_sentences_name_the_difference_and_its_parts_by_size(lang: str) -> None:
    first, second = sentences(CASES["two strategies"], language(lang))
    assert "large-rare" in first and "small-frequent" in first
    places = [second.index(text) for text in (("−8.3", "−4.0", "+2.3") if lang == "en" else ("−8,3", "−4,0", "+2,3"))]
    assert places == sorted(places)
    assert ("clear of zero: tankers" if lang == "en" else "se distinguent de zéro") in second
    nothing = "Every part of it is zero." if lang == "en" else "Toutes ses parts sont nulles."
    assert sentences(CASES["nothing"], language(lang))[1] == nothing


def test_numbers_for_programs_add_up_as_decimals() -> None:
    for found in CASES.values():
        values, difference = decimal_parts(found)
        assert sum(Fraction(repr(value)) for value in values) == Fraction(repr(difference))
        assert difference == pytest.approx(float(found.difference), abs=1e-4)


@pytest.mark.parametrize(("value", "told"), [(0.5, "0,5 jour"), (1.94, "1,9 jour"), (1.96, "2,0 jours"), (12.0, "12,0 jours")])
def test_french_units_stand_in_the_singular_below_two(value: float, told: str) -> None:
    assert Amounts(Fraction(1), "jours", 1, language("fr")).counted(value) == told
    assert Amounts(Fraction(1), "jours d’unité", 1, language("fr")).counted(value) == f"{told} d’unité"
    assert Amounts(Fraction(1), "days", 1, language("en")).counted(value).endswith(" days")

"""Titles of daily charts say numbers of the results: parsed from the words, worked out again from the days of single runs."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from datetime import date

import pytest

from sim.experiment.results import Results
from sim.language import said
from sim.report.figures import charts_of_run


def numbers(text: str) -> list[float]:
    """Numbers of an English title, in order."""
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))]


def title(results: Results, name: str, lang: str = "en") -> str:
    (chart,), _ = charts_of_run(results, (name,))
    return said(chart.title, "fr" if lang == "fr" else "en").replace("\xa0", " ")


def medians(results: Results, column: str, product: str | None = None) -> dict[str, float]:
    """Median over runs of a column by day, one value a run."""
    by_day: dict[str, dict[int, float]] = defaultdict(dict)
    for row in results.daily.to_dict("records"):
        if product is None or row["product"] == product:
            by_day[str(row["date"])[:10]][row["replication"]] = row[column]
    return {day: statistics.median(values.values()) for day, values in by_day.items()}


def test_the_days_with_few_supplied_stations_are_counted_in_the_title(stored: Results) -> None:
    count = stored.manifest["inputs"]["scenario"]["city"]["stations"]["count"]["value"]
    worst = max(
        sum(value < count / 2 for value in medians(stored, "stations_supplied", product).values())
        for product in ("petrol", "diesel")
    )
    assert worst > 0
    assert numbers(title(stored, "stations"))[:2] == [worst, len(medians(stored, "stations_supplied", "petrol"))]
    assert title(stored, "stations", "fr").startswith(f"{worst} jours sur ")


def test_the_day_of_least_power_and_its_hours_are_in_the_title(stored: Results) -> None:
    hours = {day: value / 60 for day, value in medians(stored, "power_min").items()}
    day = date.fromisoformat(min(hours, key=lambda when: (hours[when], when)))
    low, on, year, normal = numbers(title(stored, "power"))
    assert low == pytest.approx(min(hours.values()), abs=0.051)
    assert (on, year) == (day.day, day.year)
    assert f"{day.day} {day:%B} {day.year}" in title(stored, "power")
    classes = stored.manifest["inputs"]["scenario"]["class"].values()
    assert normal in {entry["electricity"]["normal_hours"]["value"] for entry in classes if entry.get("electricity")}


def test_the_days_without_a_free_escort_unit_or_the_fewest_free_are_in_the_title(stored: Results) -> None:
    free = list(medians(stored, "units_free").values())
    pools = stored.manifest["inputs"]["scenario"]["escort"]["pool"].values()
    none, said_so = sum(value == 0 for value in free), numbers(title(stored, "escort-use"))
    assert said_so == ([none, len(free)] if none else [min(free), sum(pool["units"]["value"] for pool in pools)])

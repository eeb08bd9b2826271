"""The title of a memo is the finding: it never calls best what has a price, and says so where nothing is settled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.analysis.comparison import Comparison
from sim.analysis.metrics import metrics_for
from sim.analysis.verdict import GUARDS, judge
from sim.report.memo.of_study import Told, beginning, shortened, shown_strategies, title

METRICS = {metric.name: metric for metric in metrics_for(("petrol", "diesel"))}
JUDGED = ("shortage_days_any", *GUARDS)


def told(days: list[float], crews: list[float], worlds: int = 20) -> Told:
    """A comparison of strategies A, B, … with these means of shortage days and of crews lost."""
    luck = np.random.default_rng(3)
    names = tuple("ABCDEF"[: len(days)])
    values = {name: np.zeros((len(days), worlds)) for name in JUDGED}
    shared = 30 + luck.normal(0, 4, worlds)
    for place in range(len(days)):
        values["shortage_days_any"][place] = shared + days[place] + 0.5 * np.sin(np.arange(worlds) + place) * (days[place] != 0)
        values["crews_lost"][place] = crews[place] + luck.poisson(1, worlds) * (crews[place] > 0)
    comparison = Comparison(
        names, tuple(METRICS[name] for name in JUDGED), values, np.arange(worlds), np.zeros(worlds, dtype=int)
    )
    results = {
        name: SimpleNamespace(manifest={"titles": {"strategy": {"en": f"Plan {name}", "fr": f"Projet {name}"}}}) for name in names
    }
    verdict = judge(comparison, "shortage_days_any", "A")
    case: Any = SimpleNamespace(comparison=comparison, verdict=verdict, results=results, piloted={}, scenario="s", key="")
    study: Any = SimpleNamespace(cases=(case,), baseline="A", strategies=names)
    return Told(study)


def test_a_lead_without_a_price_is_told_with_its_size_and_half_width() -> None:
    finding = title(told([0, -10], [0, 0]))
    assert str(finding).startswith("“Plan B” leaves 9.98")
    assert "±" in finding and "fewer shortage days than “Plan A”" in finding
    assert finding.said("fr").startswith("«\xa0Projet B\xa0» laisse 9,98") and "de moins que" in finding.said("fr")


def test_a_lead_with_a_price_is_a_trade_off_and_names_the_price() -> None:
    finding = title(told([0, -10], [0, 8]))
    assert str(finding).startswith("A trade-off: “Plan B” leaves 9.98")
    assert "but loses" in finding and "more crews than “Plan A”" in finding
    assert "best" not in finding
    assert finding.said("fr").startswith("Un arbitrage\xa0:")
    assert "équipages de plus" in finding.said("fr")


def test_of_two_that_cannot_be_told_apart_both_means_are_given() -> None:
    finding = str(title(told([0.001, 0.002], [0, 0])))
    assert "cannot be told apart" in finding
    assert finding.count("Plan") == 2


def test_the_same_results_are_called_so() -> None:
    assert str(title(told([0, 0, 0], [0, 0, 0]))) == "The 3 strategies give the same result in every run"


@pytest.mark.parametrize("worlds", [1, 2])
def test_with_too_few_worlds_there_is_no_verdict(worlds: int) -> None:
    assert str(title(told([0, -10], [0, 0], worlds))).startswith("No verdict")


def test_a_chart_of_few_rows_keeps_leader_baseline_and_worst() -> None:
    verdict = told([0, 5, -1, -10, -2, 8], [0] * 6).first.verdict
    assert verdict.leader == "D"
    assert shown_strategies(verdict, 3) == ("A", "D", "F")
    assert shown_strategies(verdict, 4) == ("A", "D", "E", "F")
    assert shown_strategies(verdict, 6) == verdict.strategies


def test_names_are_shortened_only_as_far_as_they_stay_apart() -> None:
    titles = ["Large and rare: 320 tankers, weekly", "Medium: 80 tankers, daily", "Medium: 60 tankers, daily", "No escort"]
    assert shortened(titles) == ["Large and rare", "Medium: 80 tankers", "Medium: 60 tankers", "No escort"]
    assert shortened(["Same", "Same"]) == ["Same", "Same"]
    long = "A very long name without any mark that goes on and on to the end"
    assert beginning(long) == "A very long name without any mark that …"


def test_names_that_are_alike_have_letters() -> None:
    alike = told([0, -10], [0, 0])
    for one in alike.first.results.values():
        one.manifest["titles"]["strategy"] = {"en": "Escort, daily", "fr": "Escorte, tous les jours"}
    assert [str(name) for name in alike.short.values()] == ["A – Escort", "B – Escort"]
    assert [name.french for name in alike.titles.values()] == ["A – Escorte, tous les jours", "B – Escorte, tous les jours"]

"""A forecast knows what was known at its date, starts from the stock that was observed, and tells bands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.study.forecast.known import fitting, known_at, stock_of
from sim.study.forecast.run import Asked, Forecast, as_object, forecast

DAY = date(2025, 9, 20)
LATER = """\
kind = "scenario"
extends = "kayes-corridor"
title = "Later"

[event.later]
kind = "truce"
title = "A truce that nobody expected"
first_day = 2025-09-20
factor = 0
"""


def asked(out: Path, **change: object) -> Asked:
    """Two weeks of the small corridor, under two variants."""
    given = {
        "scenario": "kayes-corridor", "strategy": None, "variants": ("", "detection"), "day": DAY, "days": 15, "stock": {},
        "design": Design(3, 1), "seed": 1, "workers": 1, "out": out,
    }  # fmt: skip
    return Asked(**{**given, **change})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    return forecast(asked(tmp_path_factory.mktemp("results")))


def test_what_begins_on_the_date_or_later_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "later.toml").write_text(LATER, encoding="utf-8")
    plain, later = (
        known_at(name, None, [], DAY, 15, {}, seed=1).experiment.scenario.digest
        for name in ("kayes-corridor", str(tmp_path / "later.toml"))
    )
    model = known_at(str(tmp_path / "later.toml"), None, [], DAY, 15, {}, seed=1)
    assert "later" in model.left_out and "threat-october" in model.left_out
    assert "threat-september" in model.still_running
    kept = known_at("kayes-corridor", None, [], DAY, 15, {}, seed=1).experiment.scenario.model.event
    assert model.experiment.scenario.model.event == kept
    assert plain != later  # titles differ


def test_decisions_that_come_later_are_not_known() -> None:
    strategy = known_at("blockade-2025-customs", None, [], date(2025, 10, 12), 7, {}, seed=1).experiment.strategy
    assert max(period.first_day for period in strategy.model.period) == date(2025, 10, 4)


def test_days_are_the_first_ones_of_a_longer_forecast(found: Forecast, tmp_path: Path) -> None:
    longer = forecast(asked(tmp_path, days=20))
    assert longer.pooled.inflow_l[:, :15].tolist() == found.pooled.inflow_l.tolist()


def test_the_object_has_weeks_days_products_and_weights(found: Forecast) -> None:
    told = as_object(found)
    assert [week["week_start"] for week in told["weekly_inflow"]] == ["2025-09-20", "2025-09-27"]
    assert set(told["weekly_inflow"][0]["litres"]) == {"p05", "p50", "p95"}
    assert [day["date"] for day in told["daily"]][::14] == ["2025-09-20", "2025-10-04"]
    day = told["daily"][0]
    assert set(day["stock_l"]) >= {"petrol", "diesel"} and set(day["shortage_prob"]) == {"petrol", "diesel"}
    assert {"stations_open", "tankers_lost_cumulative", "power_hours"} <= set(day)
    assert told["weights"] == {"plain": 0.5, "detection": 0.5}
    assert told["shortage_within_days"]["30"] == {"petrol": None, "diesel": None}


def test_losses_count_from_the_date(found: Forecast) -> None:
    assert (found.pooled.lost[:, 0] >= 0).all()
    assert (found.pooled.lost[:, -1] >= found.pooled.lost[:, 0]).all()


def test_an_empty_depot_means_a_shortage_and_a_full_one_more_stock(found: Forecast, tmp_path: Path) -> None:
    empty = forecast(asked(tmp_path, stock={"petrol": 0.0, "diesel": 0.0}, variants=("",)))
    petrol = empty.pooled.products.index("petrol")
    assert (empty.pooled.stock_l[:, 0, petrol] < found.variants["plain"].stock_l[:, 0, petrol]).all()
    within = empty.pooled.shortage_within(14)["petrol"]
    assert within is not None and within >= (found.variants["plain"].shortage_within(14)["petrol"] or 0)


@pytest.mark.parametrize("text", ["petrol", "petrol=", "petrol=-1", "petrol=x", "=5", "petrol=1,petrol=2", "petrol=nan"])
def test_a_stock_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--stock"):
        stock_of(text)


def test_variants_that_do_not_fit_are_not_forecast_by_default() -> None:
    assert fitting("blockade-2025-customs-regimes", ("", "detection", "lull-truce")) == ("", "detection")
    assert fitting("blockade-2025-customs", ("", "detection", "lull-truce")) == ("", "detection", "lull-truce")


def test_stock_is_litres_by_product() -> None:
    assert stock_of("petrol=8000000, diesel=5e6") == {"petrol": 8e6, "diesel": 5e6}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2025-08-01"], "--from"),
        (["--from", "soon"], "--from"),
        (["--from", "2030-01-01"], "--from"),
        (["--from", "2025-10-01", "--days", "0"], "--days"),
        (["--from", "2025-10-01", "--stock", "water=5"], "--stock"),
    ],
)
def test_what_cannot_be_forecast_is_one_error(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "kayes-corridor", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "word"), [("en", "Week from"), ("fr", "Semaine du")])
def test_the_table_and_the_object_come_from_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    words = ["forecast", "kayes-corridor", "--from", "2025-09-20", "--days", "7", "--variant", "detection", "--worlds", "2",
             "--chances", "1", "--workers", "1", "--out", str(tmp_path), "--lang", lang]  # fmt: skip
    assert main(words) == 0
    assert word in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["daily"]) == 7


def test_fewer_days_than_a_week_are_told_day_by_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["forecast", "kayes-corridor", "--from", "2025-09-20", "--days", "2", "--variant", "detection", "--worlds", "2",
             "--workers", "1", "--out", str(tmp_path)]  # fmt: skip
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "for 2 days" in told and "20 Sept" in told and "21 Sept" in told and "within 14" not in told


@pytest.mark.parametrize(("lang", "most"), [("en", "at most"), ("fr", "au plus")])
def test_more_stock_than_the_depots_hold_is_refused(lang: str, most: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "kayes-corridor", "--from", "2025-10-01", "--stock", "petrol=1e11", "--lang", lang]) == 2
    told = capsys.readouterr().err
    assert "--stock" in told and most in told

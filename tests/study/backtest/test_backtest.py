"""The back-test from runs to scores, in a small design."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.study.backtest.run import BOOKS, PERSISTENCE, Asked, Backtest, as_object, backtest, totals

ROW = {"id", "books", "variant", "role", "observed_low", "observed_high", "p05", "p50", "p95", "inside_90"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def found(out: Path) -> Backtest:
    return backtest(Asked(("customs",), ("", "lull-truce"), Design(4, 1), 1, 1, out))


def test_the_object_has_a_row_for_every_target_and_variant(found: Backtest) -> None:
    told = as_object(found)
    assert set(told) == {"targets", "scores"}
    assert all(set(row) == ROW for row in told["targets"])
    assert len({(row["id"], row["variant"]) for row in told["targets"]}) == len(told["targets"]) == 3 * 24
    assert {row["variant"] for row in told["targets"]} == {"plain", "lull-truce", "pooled"}
    assert sum(told["scores"]["weights"].values()) == pytest.approx(1)


def test_dates_are_told_as_dates(found: Backtest) -> None:
    row = next(row for row in as_object(found)["targets"] if row["id"] == "BT04")
    assert (row["observed_low"], row["observed_high"]) == ("2025-10-04", "2025-10-08")
    assert row["p05"] is None or row["p05"].startswith("2025-")


def test_pooled_chances_are_the_mean_of_those_of_the_variants(found: Backtest) -> None:
    plain, truce, pooled = (found.rows("customs", name) for name in ("plain", "lull-truce", "pooled"))
    for a, b, both in zip(plain, truce, pooled, strict=True):
        assert both.inside_prob == pytest.approx((a.inside_prob + b.inside_prob) / 2)


def test_parts_of_the_log_score_add_up(found: Backtest) -> None:
    for column in (*found.columns, PERSISTENCE):
        whole, fitted, held = (totals(found, "customs", column, role)["log_score"] for role in (None, "fitted", "held_out"))
        assert whole == pytest.approx(fitted + held)


def test_who_knows_nothing_of_a_share_has_the_width_of_its_band(found: Backtest) -> None:
    shares = as_object(found)["scores"]["shares_alone"]["customs"]
    of_shares = (row.target for row in found.rows("customs", "pooled") if "share" in row.target.reading)
    widths = {target.id: target.high - target.low for target in of_shares if not target.reading.startswith("first_day")}
    assert set(widths) == {"BT01", "BT05", "BT13", "BT26", "BT27", "BT32"}
    closed = 0.4  # BT17
    assert shares["targets"] == 7
    assert shares["evenly"] == pytest.approx(-sum(math.log(width) for width in (*widths.values(), closed)))


def test_the_normal_world_sees_no_shortage(found: Backtest) -> None:
    normal = {row.target.id: row for row in found.rows("customs", "normal")}
    assert normal["BT01"].inside_prob == 1
    assert all(normal[name].inside_prob == 0 for name in ("BT04", "BT05", "BT12", "BT17"))


@pytest.mark.slow
def test_the_model_beats_both_baselines_in_both_sets_of_books(tmp_path: Path) -> None:
    full = backtest(Asked(BOOKS, ("", "lull-truce", "lull-escort"), Design(20, 5), 1, 2, tmp_path))
    for books in BOOKS:
        model, normal, persistence = (totals(full, books, name)["log_score"] for name in ("pooled", "normal", PERSISTENCE))
        assert model < min(normal, persistence)
        width = totals(full, books, "pooled")["median_width"]
        assert width is not None and width <= 3


def test_more_runs_than_daily_records_are_kept_of_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at most 2,000 runs"):
        backtest(Asked(("customs",), ("",), Design(201, 10), 1, 1, tmp_path))


@pytest.mark.parametrize(("lang", "word"), [("en", "held out"), ("fr", "réservés")])
def test_the_table_names_targets_roles_and_baselines(
    found: Backtest, out: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    words = ["--books", "customs", "--variant", "lull-truce", "--worlds", "4", "--chances", "1", "--out", str(out)]
    assert main(["backtest", *words, "--workers", "1", "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert word in told and "BT04" in told and "lull-truce" in told

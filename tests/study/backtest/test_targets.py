"""The list of targets is what docs/backtest.md says it is."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from scipy.special import betaincinv

from sim.errors import UsageError
from sim.study.backtest.run import BOOKS
from sim.study.backtest.targets import load_targets

ROOT = Path(__file__).parents[3]
EVIDENCE = ROOT / "scenarios" / "evidence"


@pytest.mark.parametrize("books", BOOKS)
def test_at_least_eight_are_held_out_and_none_of_them_lies_before_late_november(books: str) -> None:
    targets = load_targets(books)
    held = [target for target in targets if target.role == "held_out"]
    assert len(held) >= 8
    assert all(target.last_day > date(2025, 11, 30) for target in held)
    assert all(target.last_day <= date(2025, 12, 5) for target in targets if target.role == "fitted")


@pytest.mark.parametrize("books", BOOKS)
def test_ids_are_unique_and_inputs_are_never_scored(books: str) -> None:
    with (EVIDENCE / "backtest_targets.csv").open(encoding="utf-8") as file:
        roles = {row["id"]: row["role"] for row in csv.DictReader(file)}
    ids = [target.id for target in load_targets(books)]
    assert len(set(ids)) == len(ids)
    assert set(ids) == {one for one, role in roles.items() if role != "input"} - {"BT25"}


def test_every_row_has_its_paragraph() -> None:
    page = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
    with (EVIDENCE / "backtest_targets.csv").open(encoding="utf-8") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    assert re.findall(r"^\*\*(BT\d+),", page, re.M) == ids


@pytest.mark.parametrize(("name", "found", "seen"), [("BT05", 4, 20), ("BT13", 7, 14)])
def test_bands_of_surveys_are_exact_binomial_ones(name: str, found: int, seen: int) -> None:
    target = next(target for target in load_targets("customs") if target.id == name)
    exact = (betaincinv(found, seen - found + 1, 0.025), betaincinv(found + 1, seen - found, 0.975))
    assert (target.low, target.high) == pytest.approx(exact, abs=0.005)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("BT01,,lowest_share", "BT01,,lowest", "readings.csv:2: reading"),
        ("BT01,", "BT99,", "readings.csv:2: id"),
        ("0.8,1,,1", "0.8,much,,1", "readings.csv:2: high"),
        ("0.8,1,,1", "0.8,0.1,,1", "readings.csv:2: high"),
        ("2025-09-03,2025-09-26", "2025-09-03,2025-09-01", "readings.csv:2: last_day"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = Path(shutil.copytree(EVIDENCE, tmp_path / "evidence"))
    file = folder / "readings.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        load_targets("customs", folder)

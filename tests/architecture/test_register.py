"""The assumptions register holds every assumed number of the shipped worlds, as the worlds have it and as it was measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sim.experiment.engines import engine_named
from sim.scenario.evidence import audit, load_evidence
from sim.scenario.files import available
from sim.scenario.load import load_scenario
from sim.scenario.positions import dotted
from sim.scenario.sampling import quantities
from sim.study.register import METRICS, effects

ROOT = Path(__file__).parents[2]
WORLD = "kayes-corridor"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("register", ROOT / "benchmarks" / "register.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_assumed_number_of_the_shipped_worlds_stands_in_the_register_as_it_is_and_is_measured(script: ModuleType) -> None:
    faults = script.faults(script.read())
    assert not faults, faults


def test_a_number_that_came_later_is_named_with_the_command_that_measures_it(script: ModuleType) -> None:
    rows = [row for row in script.read() if row["key"] != "orders.tilt"]
    faults = script.faults(rows)
    for world in script.WORLDS:
        assert f"orders.tilt = 0.5 (0.2 to 0.8): not measured in {world}" in faults
    assert "python benchmarks/register.py --write" in faults


def test_measurements_are_kept_while_the_number_and_its_world_are_the_same(script: ModuleType) -> None:
    (stored,) = [row for row in script.read() if (row["key"], row["measured_in"]) == ("orders.tilt", WORLD)]
    marked = {**stored, "made_on": "another day"}
    (tilt,) = [one for one in script.shipped() if one.key == "orders.tilt" and WORLD in one.worlds]
    for given, kept in (
        (marked, True),
        ({**marked, "high": "0.9"}, False),
        ({**marked, "tankers_lost_central": "0.000"}, False),
    ):
        found = script.of_world(WORLD, [tilt], [given], engine_named("batch"), "today")
        assert found["orders.tilt"]["made_on"] == ("another day" if kept else "today")


def test_no_number_rests_on_a_row_of_evidence_that_is_itself_an_assumption() -> None:
    rows = load_evidence().rows["parameters"]
    doubtful = {f"parameters:{row['parameter']}" for row in rows if row["context"].startswith(("ASSUMPTION", "DERIVED"))}
    assert doubtful
    for name in available("scenario"):
        loaded = load_scenario(name)
        sourced = {dotted(path) for path in audit(loaded).sourced}
        for key, quantity in quantities(loaded.model):
            assert key not in sourced or not doubtful & set((quantity.source or "").split("; ")), (name, key)


def test_no_number_leaves_the_range_of_an_assumption_that_is_about_its_key_alone(script: ModuleType) -> None:
    rows = {row["id"]: row for row in load_evidence().rows["assumptions"]}
    judged = set()
    for one in script.shipped():
        for name in script.ids(one._asdict()):
            row = rows[name]
            if row["key"] != one.key or not one.low or not row["value_low"]:
                continue
            judged.add(one.key)
            assert float(row["value_low"]) <= float(one.low) and float(one.high) <= float(row["value_high"]), (one, name)
    assert {"contact.deterrence", "orders.tilt", "loss.protection"} <= judged


def test_the_page_is_what_its_numbers_say(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(script.read()), "run: python benchmarks/register.py --page"


def test_the_measured_numbers_come_out_again(script: ModuleType) -> None:
    """Of one world the number that matters most and the one that matters least: the model may have changed since."""
    rows = sorted((row for row in script.read() if row["measured_in"] == WORLD), key=lambda row: script.size(row, METRICS[0]))
    told: list[Any] = []
    for row in (rows[0], rows[-1]):
        centre, (found,) = effects(
            WORLD, [row["key"]], engine_named("batch"), seed=int(row["seed"]), chances=int(row["chances"]),
            told=lambda *done: told.append(done),
        )  # fmt: skip
        again = script.cells(centre, found)
        assert again == {name: row[name] for name in again}, "the model has changed; run: python benchmarks/register.py --write"
    assert told == [(1, 1), (1, 1)]

"""The assumptions register holds every assumed number of the shipped worlds, as the worlds have it and as it was measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sim.experiment.engines import engine_named
from sim.scenario.files import available
from sim.study.register import METRICS, Assumed, assumed_values, effects

ROOT = Path(__file__).parents[2]
NAMED = ("key", "unit", "value", "low", "high", "source", "worlds")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("register", ROOT / "benchmarks" / "register.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_assumed_number_of_the_shipped_worlds_stands_in_the_register_as_it_is(script: ModuleType) -> None:
    shipped = {one._replace(worlds=" ".join(one.worlds)) for one in assumed_values(available("scenario"))}
    stored = {Assumed(*(row[name] for name in NAMED)) for row in script.read()}
    assert shipped == stored, "run: python benchmarks/register.py --write"


def test_every_number_with_a_range_was_measured_in_each_world_that_the_page_names(script: ModuleType) -> None:
    rows = script.read()
    measured = {(row["key"], row["measured_in"]) for row in rows if row["measured_in"]}
    ranged = {(row["key"], world) for row in rows if row["low"] for world in row["worlds"].split()}
    assert measured == {(key, world) for key, world in ranged if world in script.WORLDS}


def test_the_page_is_what_its_numbers_say(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(script.read()), "run: python benchmarks/register.py --page"


def test_the_measured_numbers_come_out_again(script: ModuleType) -> None:
    """Of one world the number that matters most and the one that matters least: the model may have changed since."""
    world = "kayes-corridor"
    rows = sorted((row for row in script.read() if row["measured_in"] == world), key=lambda row: script.size(row, METRICS[0]))
    told: list[Any] = []
    for row in (rows[0], rows[-1]):
        centre, (found,) = effects(
            world, [row["key"]], engine_named("batch"), seed=int(row["seed"]), chances=int(row["chances"]),
            told=lambda *done: told.append(done),
        )  # fmt: skip
        again = script.cells(centre, found)
        assert again == {name: row[name] for name in again}, "run: python benchmarks/register.py --write"
    assert told == [(1, 1), (1, 1)]

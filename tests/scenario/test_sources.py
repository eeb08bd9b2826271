"""Every number and dated event of the shipped worlds and variants names its evidence or an assumption."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.evidence import ASSUMPTION, FILES, audit, load_evidence
from sim.scenario.files import available
from sim.scenario.load import load_scenario, load_strategy

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WORLDS = sorted(path.stem for path in (SCENARIOS / "worlds").glob("*.toml"))
VARIANTS = sorted(path.stem for path in (SCENARIOS / "variants").glob("*.toml"))


@pytest.mark.parametrize("world", WORLDS)
def test_every_number_of_a_shipped_world_is_sourced_or_assumed(world: str) -> None:
    found = audit(
        load_scenario(SCENARIOS / "worlds" / f"{world}.toml"), load_evidence(SCENARIOS / "evidence")
    )
    print(f"\n{world}: {len(found.sourced)} from evidence alone, {len(found.assumed)} with an assumption")
    assert [str(number) for number in found.missing] == []
    assert found.wrong == ()
    assert len(found.sourced) > 0
    assert len(found.assumed) > 0


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_number_of_a_shipped_variant_is_sourced_or_assumed_in_some_world(variant: str) -> None:
    evidence = load_evidence(SCENARIOS / "evidence")
    loaded = []
    for world in WORLDS:
        try:
            loaded.append(load_scenario(world, variants=[SCENARIOS / "variants" / f"{variant}.toml"]))
        except ScenarioError:
            continue
    assert loaded, "fits no shipped world"
    for scenario in loaded:
        found = audit(scenario, evidence)
        assert [str(number) for number in found.missing] == []
        assert found.wrong == ()


def test_every_assumption_has_an_id_a_range_around_its_value_and_a_reason() -> None:
    with (SCENARIOS / "evidence" / FILES["assumptions"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = [row["id"] for row in rows]
    assert len(set(ids)) == len(ids)
    for row in rows:
        assert ASSUMPTION.fullmatch(row["id"]), row
        assert row["key"] and row["reason"] and row["used_for"], row
        read = date.fromisoformat if row["unit"] == "date" else float
        numbers = [read(row[key]) for key in ("value_low", "value_central", "value_high") if row[key]]
        assert numbers == sorted(numbers), row


@pytest.mark.parametrize("strategy", available("strategy"))
def test_every_shipped_strategy_loads(strategy: str) -> None:
    assert load_strategy(strategy).model.title

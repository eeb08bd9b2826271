"""The committed JSON Schemas are current, and valid files pass them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from schema_judge import passes

from sim.errors import UsageError
from sim.scenario.files import FOLDERS, Kind, available
from sim.scenario.schema import FOLDER, KINDS, schema, schema_text, write_schemas


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_current(kind: str) -> None:
    committed = (FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(kind), "run `run.py schema --write`"


def test_schemas_are_written_one_file_a_kind(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "new")
    assert [path.name for path in paths] == [f"{kind}.schema.json" for kind in KINDS]
    assert paths[0].read_text(encoding="utf-8") == schema_text("scenario")


OF_KINDS: tuple[Kind, ...] = ("scenario", "strategy", "variant", "experiment")
SHIPPED: list[tuple[str, Path]] = [(kind, path) for kind in OF_KINDS for path in available(kind).values()]
SHIPPED += [("part", path) for path in sorted((SHIPPED[0][1].parent / "parts").glob("*.toml"))]


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[path.stem for _, path in SHIPPED])
def test_every_shipped_file_passes_its_schema(kind: str, path: Path) -> None:
    rules = schema(kind)
    assert passes(tomllib.loads(path.read_text(encoding="utf-8")), rules, rules)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("km = 300", "kms = 300"),
        ("km = 300", 'km = "300"'),
        ("km = 300", "km = { value = 300, hihg = 4 }"),
        ("days = 30", "days = 0"),
        ("days = 30", ""),
        ("[leg.port-border]", '[leg."Port Border"]'),
        ('kind = "truce"', 'kind = "truse"'),
        ('legs = ["border-town"]', "factor = 1"),
    ],
)
def test_a_spoiled_scenario_fails_the_schema(world_text: str, old: str, new: str) -> None:
    rules = schema("scenario")
    assert passes(tomllib.loads(world_text), rules, rules)
    assert not passes(tomllib.loads(world_text.replace(old, new)), rules, rules)


@pytest.mark.parametrize(
    "km", ["300", "{ value = 300, low = 200, high = 400, source = 'A02' }", "{ low = 2 }"]
)
def test_the_schema_takes_a_number_or_a_table_for_a_quantity(km: str) -> None:
    rules = schema("variant")
    text = f'kind = "variant"\ntitle = "V"\n[leg.x]\nkm = {km}\n'
    assert passes(tomllib.loads(text), rules, rules)


def test_a_child_may_leave_everything_but_kind_to_its_parent() -> None:
    rules = schema("scenario")
    assert passes({"kind": "scenario", "extends": "x", "escort": {"pool": {"p": {"units": 2}}}}, rules, rules)
    assert not passes({"extends": "x"}, rules, rules)


def test_an_unknown_kind_of_schema_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(UsageError, match="scenario, strategy, variant, part, experiment"):
        schema("world")


def test_every_kind_of_file_with_a_schema_has_a_folder() -> None:
    assert set(KINDS) - {"part"} <= set(FOLDERS)

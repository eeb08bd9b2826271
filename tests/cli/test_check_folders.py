"""`check` takes any number of names, files and folders, and tells the mistakes of all of them at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tiny_files import STRATEGY, WORLD

from sim.cli.problems import excerpt
from sim.errors import Problem

CHILD = 'kind = "scenario"\nextends = "tiny"\n'


@pytest.fixture
def folder(call, tmp_path: Path) -> Path:
    """A scenario folder of one's own in the working directory."""
    for kind, name, text in (("worlds", "tiny", WORLD), ("strategies", "tiny", STRATEGY)):
        path = tmp_path / "scenarios" / kind / f"{name}.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "scenarios"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def places(said) -> list[str]:
    return [f"{Path(error['file']).name}:{error['line']}: {error['key']}" for error in said.json["errors"]]


def test_every_file_of_a_folder_and_below_is_checked_as_the_kind_it_says(call, folder: Path) -> None:
    write(folder / "worlds" / "deep" / "er" / "mine.toml", CHILD)
    write(folder / "variants" / "calm.toml", 'kind = "variant"\ntitle = "Calm"\n[event.truce]\nfactor = 0\n')
    write(folder / "notes.txt", "[")
    said = call("check", "scenarios", "--json")
    assert said.code == 0
    assert [(row["kind"], Path(row["name"]).name) for row in said.json["checked"]] == [
        ("strategy", "tiny.toml"), ("variant", "calm.toml"), ("scenario", "mine.toml"), ("scenario", "tiny.toml"),
    ]  # fmt: skip


def test_mistakes_of_all_files_names_and_folders_come_at_once(call, folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "a" / "one.toml", CHILD + "days = 0\n")
    write(tmp_path / "a" / "two.toml", 'kind = "strategy"\ntitle = 3\n')
    write(tmp_path / "b" / "torn.toml", "kind = ")
    said = call("check", "a", "b", "kayes-coridor", "gone.toml", "tiny", "--json")
    assert said.code == 2
    assert places(said) == ["one.toml:3: days", "two.toml:2: title", "torn.toml:1: ", "gone.toml:0: ", "kayes-coridor:0: "]
    assert 'did you mean "kayes-corridor"' in call("check", "kayes-coridor", "b").err


def test_a_part_of_scenarios_may_lack_what_its_children_add_and_is_judged_in_them(call, folder: Path) -> None:
    head, legs = WORLD.partition("[leg.port-border]")[::2]
    roads, rest = ("[leg.port-border]" + legs).partition("[corridor.west]")[::2]
    part = write(folder / "worlds" / "parts" / "roads.toml", 'kind = "scenario"\n' + roads)
    world = head.replace('kind = "scenario"', 'kind = "scenario"\nextends = "parts/roads"')
    write(folder / "worlds" / "whole.toml", f"{world}[corridor.west]{rest}")
    assert call("check", "scenarios").code == 0
    write(part, 'kind = "scenario"\n' + roads.replace('to = "town"', 'to = "twon"'))
    assert places(call("check", "scenarios/worlds/parts/roads.toml", "--json")) == ["roads.toml:10: leg.border-town.to"]
    write(part, 'kind = "scenario"\n' + roads.replace("km = 100", "km = -1"))
    assert places(call("check", "scenarios/worlds/parts", "--json")) == ["roads.toml:11: leg.border-town.km"]


def test_a_strategy_must_suit_at_least_one_scenario(call, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "mine.toml", STRATEGY + '[corridor.west]\ninterval_h = 24\nsize = 10\nescort = { rule = "none" }\n')
    assert call("check", "mine.toml").code == 0
    write(path, path.read_text(encoding="utf-8").replace("[corridor.west]", "[corridor.wst]"))
    said = call("check", "mine.toml")
    assert said.code == 2
    assert 'the scenario has no corridor "wst"' in said.err


def test_a_strategy_of_ones_own_world_is_tried_there_when_both_are_asked_for(call, tmp_path: Path) -> None:
    write(tmp_path / "w" / "world.toml", WORLD.replace('default_strategy = "tiny"', 'default_strategy = "no-escort"'))
    write(tmp_path / "w" / "plan.toml", STRATEGY + '[corridor.west]\ninterval_h = 24\nsize = 10\nescort = { rule = "none" }\n')
    assert call("check", "w/plan.toml").code == 2
    assert call("check", "w").code == 0


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('kind = "scenaro"\n', "1: kind", 'expected one of "scenario", "variant", "strategy", "experiment", got "scenaro"'),
        ("kind = 3\n", "1: kind", "got 3"),
        ('kind = "results"\n', "1: kind", 'got "results"'),
    ],
)
def test_a_file_of_an_unknown_kind_is_told_at_its_kind(call, tmp_path: Path, text: str, place: str, message: str) -> None:
    write(tmp_path / "odd.toml", text)
    said = call("check", "odd.toml", "--json")
    assert said.code == 2
    assert places(said) == [f"odd.toml:{place}"]
    assert message in said.json["errors"][0]["message"]


def test_a_file_that_says_no_kind_is_taken_for_that_of_its_folder(call, folder: Path) -> None:
    write(folder / "strategies" / "mine.toml", 'extends = "tiny"\n')
    assert places(call("check", "scenarios/strategies/mine.toml", "--json")) == ["mine.toml:1: kind"]


def test_folders_without_files_links_out_and_files_that_are_no_toml_are_told(call, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outside = write(tmp_path.parent / "outside.toml", WORLD)
    write(tmp_path / "notes.txt", "words")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "out.toml").symlink_to(outside)
    (tmp_path / "links" / "gone.toml").symlink_to(tmp_path / "nothing.toml")
    (tmp_path / "links" / "round").symlink_to(tmp_path / "links")
    errors = call("check", "empty", "links", "notes.txt", "--json").json["errors"]
    told = {error["file"]: error["message"] for error in errors}
    assert told == {
        "empty": "no TOML file in this folder or below",
        os.path.join("links", "gone.toml"): '"links/gone.toml": no such scenario file. `run.py list` shows all of them.',
        os.path.join("links", "out.toml"): "leads out of the folder: not read",
        "notes.txt": "is no TOML file: expected a name that ends in .toml, or a folder",
    }


def test_many_mistakes_are_counted_and_the_screen_shows_the_first(call, folder: Path, tmp_path: Path) -> None:
    legs = "".join(f'[leg.l{i}]\nfrom = "port"\nto = "nowhere{i}"\nkm = 1\ndrive_h = 1\n' for i in range(300))
    write(tmp_path / "many.toml", CHILD + legs)
    said = call("check", "many.toml")
    assert said.code == 2
    assert "… and 100 more mistakes" in said.err
    assert "300 mistakes" in said.err
    assert len(call("check", "many.toml", "--json").json["errors"]) == 300
    write(tmp_path / "many.toml", CHILD + "".join(f"key{i} = 1\n" for i in range(5_000)))
    errors = call("check", "many.toml", "--json").json["errors"]
    assert len(errors) == 1_001
    assert "more than 1,000 mistakes" in errors[0]["message"]


@pytest.mark.parametrize(
    ("content", "line", "column", "shown", "caret"),
    [
        (b"a = 1\r\nb = x\r\n", 2, 5, "b = x", 4),
        ("a = '\u2028'\nb = x\n".encode(), 2, 5, "b = x", 4),
        ("\ufeffa = x\n".encode(), 1, 5, "a = x", 4),
        (b"a = '\x1b[2J' x\n", 1, 11, "a = '\u241b[2J' x", 10),
        (b"\ta = x\n", 1, 6, "\ta = x", 5),
        ("a = '\u8eca\u8eca' x\n".encode(), 1, 9, "a = '\u8eca\u8eca' x", 10),
        (b"a = '\xe9' x\n", 1, 9, "a = '\ufffd' x", 8),
        (b"a" * 500 + b"x" + b"b" * 500, 1, 501, "a" * 60 + "x" + "b" * 59, 60),
    ],
)
def test_the_caret_stands_under_the_place_whatever_the_line_holds(
    tmp_path: Path, content: bytes, line: int, column: int, shown: str, caret: int
) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    source, under = excerpt(Problem(str(path), line, column, "", "wrong"))
    assert source == f"{line:>5} | {shown}"
    assert under.index("^") - len("      | ") == caret
    assert under.replace("\t", "").strip(" |^") == ""


def test_words_of_a_file_never_steer_the_screen(call, tmp_path: Path) -> None:
    write(tmp_path / "odd.toml", 'kind = "scenario"\nextends = "tiny"\n"a\\u009b2J\\u0007" = 1\n')
    said = call("check", "odd.toml")
    assert said.code == 2
    assert not set(said.err) & {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160))}
    assert json.loads(call("check", "odd.toml", "--json").out)["errors"]

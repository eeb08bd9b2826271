"""Files are found by name or path, and unreadable ones are told with their place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError, UsageError
from sim.scenario.files import (
    FOLDERS,
    Kind,
    available,
    find,
    read,
    scenario_folders,
    shown,
)

Write = Callable[[Kind, str, str], Path]


def test_a_name_is_found_in_the_working_directory_before_the_checkout(write: Write) -> None:
    shipped = next(iter(available("strategy").keys() - {"tiny"}))
    mine = write("strategy", shipped, "")
    assert find(shipped, "strategy") == mine
    assert len(scenario_folders()) == 2


def test_the_checkout_is_found_from_any_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "kayes-corridor" in available("scenario")


def test_inside_the_checkout_its_folder_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert len(scenario_folders()) == 1


def test_a_path_is_taken_as_it_is(write: Write, tmp_path: Path) -> None:
    write("scenario", "tiny", "")
    path = Path("scenarios") / FOLDERS["scenario"] / "tiny.toml"
    assert find(path, "scenario") == path
    assert find(str(path), "scenario") == path


def test_a_mistyped_name_is_answered_with_the_nearest_and_the_list_command(write: Write) -> None:
    with pytest.raises(
        UsageError, match=r'"tyny": no scenario of that name; did you mean "tiny"\?.*run.py list'
    ):
        find("tyny", "scenario")


def test_a_missing_path_says_that_there_is_no_such_file(write: Write) -> None:
    with pytest.raises(UsageError, match="no such variant file"):
        find("mine/other.toml", "variant")


def test_a_path_is_shown_from_the_working_directory_if_it_lies_below(write: Write, tmp_path: Path) -> None:
    assert shown(tmp_path / "a" / "b.toml") == os.path.join("a", "b.toml")
    assert shown(tmp_path.parent / "b.toml") == str((tmp_path.parent / "b.toml").resolve())


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"a = 1\nb = = 2\n", 2, 5, "not valid TOML"),
        (b'a = 1\nb = "open', 2, 10, "not valid TOML"),
        (b"a = 1\nb = [1,", 2, 8, "not valid TOML"),
        ("a = 1\nb = 'é'".encode("latin-1"), 2, 6, "UTF-8"),
    ],
)
def test_a_file_that_is_not_toml_is_told_with_line_and_column(
    tmp_path: Path, content: bytes, line: int, column: int, words: str
) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=words) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("content", "line", "column", "key", "first"),
    [
        ("a = 1\nb = 2\na = 3\n", 3, 1, "a", 1),
        ("[a]\nx = 1\n[b]\n[a]\ny = 2\n", 4, 2, "a", 1),
        ("[a]\nx = 1 # y\ny = 2\nx = 3", 4, 1, "a.x", 2),
        ("c = 1\na = { b = 1, b = 2 }\n", 2, 14, "a.b", 2),
        ("a.b = 1\na = 2\n", 2, 1, "a", 1),
        ("a = 1\na.b = 2\n", 2, 1, "a", 1),
        ("[a]\nb = 1\n[a.b]\nc = 1\n", 3, 4, "a.b", 2),
        ("[a.b]\n[a]\nb = 1\n", 3, 1, "a.b", 1),
        ("x = { a = 1 }\nx.b = 2\n", 2, 1, "x", 1),
        ("a = [1]\n[[a]]\n", 2, 3, "a[0]", 1),
        ("[x]\ny = [\n  1,\n]\n'z' = 1\n\"z\" = 2\n", 6, 1, "x.z", 5),
    ],
)
def test_a_key_that_stands_twice_is_told_at_its_second_place_with_the_line_of_the_first(
    tmp_path: Path, content: str, line: int, column: int, key: str, first: int
) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.key) == (line, column, key)
    assert problem.message == f"stands in line {first} already: expected it once"


def test_files_from_windows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    assert read(path) == ("a = 1\nb = 2\n", {"a": 1, "b": 2})

"""What a file may hold at most is told before it is parsed, with the bound, what was found and where."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario import bounds
from sim.scenario.files import find, read


def told(folder: Path, content: str | bytes) -> Problem:
    """The one mistake of a file with this content."""
    path = folder / "file.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("# " + "x" * bounds.FILE_BYTES, 0, 0, "more than 10,000,000 bytes: expected a file of at most 10 MB"),
        ("a = 1\n" + "\n" * bounds.LINES, 1, 1, "200,001 lines: expected at most 200,000"),
        ("a = [" + "1, " * bounds.SIGNS + "]", 1, 1, "expected at most 800,000 in a file"),
        ("a = 1\nb = " + "[" * 33 + "]" * 33, 2, 37, "more than 32 brackets are open here"),
        ("a = 1\nb = " + "{ c = " * 33 + "1" + " }" * 33, 2, 197, "more than 32 brackets are open here"),
        ("a = 1\n" + "b." * 32 + "c = 1", 2, 1, "a dotted key of more than 32 parts"),
        ("a = 1\n[" + '"b" . ' * 32 + "c]", 2, 2, "a dotted key of more than 32 parts"),
        ("a = 1\nb = 'x" + "y" * 10_010 + "'", 2, 5, "a text of about 10,013 characters: expected at most 10,000"),
        ("a = 1\nb = " + "1" * 401, 2, 5, "a key or number of more than 400 characters"),
        ("a = 1\n" + "b" * 401 + " = 1", 2, 1, "a key or number of more than 400 characters"),
        ("a = 1\n\"" + "b" * 401 + "\" = 1", 2, 1, "a key of 401 characters: expected at most 400"),
        ("a = 1\nb = 9223372036854775808", 2, 1, "a whole number of more than 64 bits"),
        ("a = 1\nb = [1, -9223372036854775809]", 2, 9, "a whole number of more than 64 bits"),
        ("a = 1\nb = { c = 0xFFFFFFFFFFFFFFFFF }", 2, 7, "a whole number of more than 64 bits"),
        ('a = 1\nb = "\\u0000"', 2, 1, "the control character U+0000"),
        ('a = 1\nb = "\\u001b[31m"', 2, 1, "the control character U+001B"),
        ('a = 1\n"b\\u0007" = 1', 2, 1, "the control character U+0007"),
        ("a = 1\nb = 'x\0'", 2, 7, "a NUL byte"),
        ("a = 1\nb = 2".encode("utf-16-le"), 1, 2, "a NUL byte"),
        ("a = 1\nb = 'é'".encode("utf-16"), 1, 1, "not UTF-8 text"),
        ("a = 1\nb = 'é".encode() + b"\xe9'", 2, 7, "not UTF-8 text"),
        ("a = 1\n\ufeffb = 2", 2, 1, "not valid TOML"),
        ("a = 1\rb = 2", 1, 6, "not valid TOML"),
    ],
)  # fmt: skip
def test_what_passes_a_bound_is_told_with_the_bound_at_its_place(
    tmp_path: Path, content: str | bytes, line: int, column: int, message: str
) -> None:
    problem = told(tmp_path, content)
    assert message in problem.message
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "# " + "x" * 9_000_000,
        "\n" * bounds.LINES,
        "a = [" + "1, " * 100_000 + "]",
        "b = " + "[" * 32 + "]" * 32,
        "b." * 31 + "c = 1",
        "a = '" + "[" * 9_000 + "'",
        'a = """' + '[{"' * 3_000 + ' """',
        "a = '" + "." * 9_000 + "' # " + "." * 9_000 + "[" * 9_000,
        "a = 9223372036854775807\nb = -9223372036854775808",
        "a = [" + "1.5, " * 1_000 + "]",
        'a = "tab\\t and line\\n"',
        "a = [" + "'x', " * 1_000 + "] # it's \"one\"",
    ],
)
def test_what_stays_within_the_bounds_is_read_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    assert read(path) == (text, tomllib.loads(text))


def test_brackets_dots_and_commas_inside_texts_and_comments_do_not_count() -> None:
    for quoted in ('"{}"', "'{}'", '"""{}"""', "'''{}'''", "'x' # {}"):
        assert bounds.excess("a = " + quoted.format("[.{," * 2_000)) is None


def test_a_text_that_is_never_closed_is_measured_once() -> None:
    for opening in ('"', '"""', "'", "'''", '"""a"', "'''a''"):
        assert bounds.excess("a = " + opening + '\\"' * 2_000_000) is not None


def test_a_pipe_or_a_device_is_refused_and_never_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "scenarios" / "worlds" / "pipe.toml"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    monkeypatch.chdir(tmp_path)
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(ScenarioError, match="not a regular file"):
            read(path)
    with pytest.raises(ScenarioError, match="not a regular file"):
        read(find("pipe", "scenario"))


@pytest.mark.parametrize("name", ["x" * 5_000 + ".toml", "a\0b.toml", "../" * 2_000 + "a.toml", "\udcff.toml", "", "."])
def test_a_name_that_no_system_can_have_is_simply_not_there(name: str) -> None:
    with pytest.raises(UsageError, match="no "):
        find(name, "scenario")

"""The scanner finds every key of a TOML text, where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.files import available, read
from sim.scenario.positions import KeyPath, Position, locate, positions

AWKWARD = '''\
# comment with [brackets] and = signs
top = "a # not a comment"
dotted.key . "with space" = 1
[table] # trailing
multi = """
[not.a.table]
x = 1 \\""" still inside""\"""
literal = \'\'\'
[nor.this]
\'\'\'
'quoted.key' = 2024-01-01T00:00:00
"uni\\u00e9" = true
array = [ # comment
  1, [2, "]"],
  { a = 1, b.c = [{ d = "}" }] }, # comment
]
[ table . sub ]
inline = { x = { y = -1.5e3, z = 'it"s' }, "q" = [] }
[[row]]
name = "first"
[[row.inner]]
k = 1
[[row.inner]]
k = 2
[row.table]
t = 1
[[row]]
name = "second"
'''


def key_paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key path of plain data, elements of arrays included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from key_paths(part, (*path, key))


def test_every_key_of_an_awkward_text_has_a_place_and_nothing_else_has() -> None:
    assert set(positions(AWKWARD)) == set(key_paths(tomllib.loads(AWKWARD)))


SHIPPED: dict[str, Path] = available("scenario") | available("strategy") | available("variant")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_key_of_a_shipped_file_stands_where_the_scanner_says(name: str) -> None:
    text, data = read(SHIPPED[name])
    found = positions(text)
    assert set(found) == set(key_paths(data))
    lines = text.split("\n")
    for path, place in found.items():
        if isinstance(path[-1], str):
            assert lines[place.line - 1][place.column - 1 :].startswith(path[-1]), path


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("top",), (2, 1)),
        (("dotted", "key", "with space"), (3, 14)),
        (("table",), (4, 2)),
        (("table", "quoted.key"), (11, 1)),
        (("table", "array", 2, "b", "c", 0, "d"), (15, 21)),
        (("table", "sub"), (17, 11)),
        (("table", "sub", "inline", "x", "z"), (18, 30)),
        (("row", 0, "inner", 1, "k"), (24, 1)),
        (("row", 1, "name"), (28, 1)),
    ],
)
def test_a_key_is_found_at_its_line_and_column(path: KeyPath, place: tuple[int, int]) -> None:
    assert positions(AWKWARD)[path] == Position(*place)


def test_a_table_stands_at_its_own_header_even_if_a_table_below_it_comes_first() -> None:
    assert positions("[a.b]\nx = 1\n[a]\ny = 2\n")[("a",)] == (3, 2)


def test_a_missing_key_is_placed_at_the_table_that_lacks_it() -> None:
    assert locate(positions(AWKWARD), ("table", "sub", "nothing", "here")) == (17, 11)
    assert locate(positions(AWKWARD), ("nothing",)) is None

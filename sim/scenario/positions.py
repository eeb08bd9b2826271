"""Where each key of a TOML file stands: line and column by key path, found by a small scanner.

`tomllib` gives values without places. This scanner runs only when something has to be reported, on text that
`tomllib` has already accepted; it therefore follows the grammar loosely and never judges.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from typing import NamedTuple

KeyPath = tuple[str | int, ...]


class Position(NamedTuple):
    """Line and column of a key, both from 1; columns count characters."""

    line: int
    column: int


QUOTED = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{0,5}+'
    r"|'''(?:[^']++|'(?!''))*+'{0,5}+"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
)
"""A string of any of the four kinds; one that is not closed reaches to the end of its line or of the text."""
COMMENT = r"\#[^\n]*+"
BARE = re.compile(r"[A-Za-z0-9_-]+")
PLAIN_VALUE = re.compile(r"[^,\]}#\n]*")
BLANKS = re.compile(r"[ \t\r]*")
BLANKS_AND_COMMENTS = re.compile(rf"(?:[ \t\r\n]++|{COMMENT})*")


def positions(text: str) -> dict[KeyPath, Position]:
    """Position of every key, header and array element of valid TOML (newlines as ``\\n``), by key path.

    A table stands where its own header names it, or else where it is first named in passing.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


class Repeated(NamedTuple):
    """A key that stands twice: its path, its first place and its second."""

    path: KeyPath
    first: Position
    second: Position


def repeated(text: str, line: int) -> Repeated | None:
    """The last key, up to the end of a line, that stands in the text before already; None if it cannot be told."""
    scanner = _Scanner("\n".join(text.split("\n", line)[:line]))
    with suppress(IndexError, ValueError):  # beyond the mistake the text need not be TOML
        scanner.document()
    return scanner.repeated


def locate(found: dict[KeyPath, Position], path: KeyPath) -> Position | None:
    """Position of the longest part of `path` that the file has, or None if it has not even the first key."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def dotted(path: KeyPath) -> str:
    """A key path as a file would write it: ``event.truce.legs[0]``, ``leg."Port Border".km``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f"{'.' if text else ''}{part if BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)}"
    return text


class _Scanner:
    """One pass over a text; `at` is the offset of the next character, `found` fills on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, Position] = {}
        self.tables_in: dict[KeyPath, int] = {}
        self.repeated: Repeated | None = None
        self.line_starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]

    def document(self) -> None:
        """Scan the whole text."""
        table: KeyPath = ()
        self.skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_blank()

    def header(self) -> KeyPath:
        """Scan ``[a.b]`` or ``[[a.b]]``; the key path of the table that it opens."""
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        keys = self.dotted_key()
        self.at += 2 if array else 1
        path: KeyPath = ()
        for count, (key, offset) in enumerate(keys, 1):
            path = (*path, key)
            last = count == len(keys)
            self.note(path, offset, again=last and not array)
            if array and last:
                self.tables_in[path] = self.tables_in.get(path, -1) + 1
            if path in self.tables_in:
                path = (*path, self.tables_in[path])
                self.note(path, offset)
        return path

    def pair(self, table: KeyPath) -> None:
        """Scan ``a.b = value`` inside `table`."""
        path = table
        for key, offset in self.dotted_key():
            path = (*path, key)
            self.note(path, offset)
        self.at += 1
        self.skip_blank(newlines=False)
        self.value(path)

    def dotted_key(self) -> list[tuple[str, int]]:
        """Scan a dotted key up to ``=`` or ``]``: its parts with their offsets."""
        parts = []
        while True:
            self.skip_blank(newlines=False)
            start = self.at
            parts.append((self.quoted() if self.text[self.at] in "\"'" else self.bare(), start))
            self.skip_blank(newlines=False)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def bare(self) -> str:
        """Scan a bare key."""
        return self.passed(BARE)

    def value(self, path: KeyPath) -> None:
        """Scan a value; keys and elements inside it are noted under `path`."""
        opening = self.text[self.at]
        if opening in "\"'":
            self.passed(QUOTED)
        elif opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        else:
            self.passed(PLAIN_VALUE)

    def array(self, path: KeyPath) -> None:
        """Scan ``[a, b, …]``, over several lines or one."""
        self.at += 1
        index = 0
        self.skip_blank()
        while self.text[self.at] != "]":
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1
            self.skip_comma()
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        """Scan ``{ a = 1, b.c = 2 }``."""
        self.at += 1
        self.skip_blank()
        while self.text[self.at] != "}":
            self.pair(path)
            self.skip_comma()
        self.at += 1

    def quoted(self) -> str:
        """Scan a string of any of the four kinds; its text, which matters for quoted keys only."""
        raw = self.passed(QUOTED)
        return str(tomllib.loads(f"key = {raw}")["key"]) if "\\" in raw else raw.strip(raw[0])

    def skip_comma(self) -> None:
        """Pass a comma, with the blanks around it, if one follows."""
        self.skip_blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.skip_blank()

    def skip_blank(self, newlines: bool = True) -> None:
        """Pass blanks; comments and line ends too if `newlines`."""
        self.passed(BLANKS_AND_COMMENTS if newlines else BLANKS)

    def passed(self, pattern: re.Pattern[str]) -> str:
        """Pass what a pattern finds here, which may be nothing."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def note(self, path: KeyPath, offset: int, again: bool = False) -> None:
        """Remember where `path` stands: its first place, or the latest if `again`."""
        first = self.found.get(path)
        line = bisect_right(self.line_starts, offset)
        place = Position(line, offset - self.line_starts[line - 1] + 1)
        if first is not None:
            self.repeated = Repeated(path, first, place)
        if again or first is None:
            self.found[path] = place

"""What one file may hold at most, so that any file is answered in seconds.

Brackets, keys and values are counted before a file is parsed: a parser needs minutes for what passes these bounds, or
ends in its own recursion. Whole numbers and texts are looked at afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.language import NOTHING, Phrase
from sim.scenario.positions import COMMENT, QUOTED, KeyPath

FILE_BYTES = 10_000_000
SIGNS = 800_000
"""Brackets, commas, equals signs and texts of a file: 10,000 legs with all their ranges and sources need about 700,000."""
LINES = 200_000
DEPTH = 32
"""Tables and arrays inside each other, and parts of a dotted key."""
WORD = 400
"""Characters of a key or number."""
TEXT = 10_000
"""Characters of a text."""
QUOTES = 6
WHOLE = 1 << 63
"""Whole numbers lie from −WHOLE to WHOLE − 1: what TOML promises to keep."""

QUOTED_OR_COMMENT = re.compile(rf"{QUOTED.pattern}|{COMMENT}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
BRACKET = re.compile(r"[\[\]{}]")
LONG_WORD = re.compile(rf"(?<![\w.+-])[\w.+-]{{{WORD + 1}}}")
MANY_DOTS = re.compile(rf"(?<![^,=\[\]{{}}\n])(?:[^.,=\[\]{{}}\n]*+\.){{{DEPTH}}}")


class Excess(NamedTuple):
    """What passes a bound: its offset in the text and a sentence with the bound and what was found."""

    offset: int
    message: Phrase


def excess(text: str) -> Excess | None:
    """The first thing in a text, valid TOML or not, that passes a bound of depth, number or length; None if nothing does."""
    lines = text.count("\n")
    if lines > LINES:
        return Excess(0, Phrase("{n:,} lines: expected at most {most:,} in a file", n=lines, most=LINES))
    bare = QUOTED_OR_COMMENT.sub('""', text)
    signs = sum(bare.count(sign) for sign in (",", "=", "[", "]", "{", "}", '""'))
    if signs > SIGNS:
        message = Phrase(
            "{n:,} brackets, commas, equals signs and texts: expected at most {most:,} in a file", n=signs, most=SIGNS
        )
        return Excess(0, message)
    for found in QUOTED_OR_COMMENT.finditer(text):
        if len(found[0]) > TEXT + QUOTES and found[0][0] != "#":
            message = Phrase("a text of about {n:,} characters: expected at most {most:,}", n=len(found[0]), most=TEXT)
            return Excess(found.start(), message)
    for pattern, message in (
        (MANY_DOTS, Phrase("a dotted key of more than {most} parts: expected at most {most}", most=DEPTH)),
        (LONG_WORD, Phrase("a key or number of more than {most} characters: expected at most {most}", most=WORD)),
    ):
        if pattern.search(bare) and (at := pattern.search(_blanked(text))):
            return Excess(at.start() + len(at[0]) - len(at[0].lstrip()), message)
    if _deep(bare) is not None and (deep := _deep(_blanked(text))) is not None:
        message = Phrase("more than {most} brackets are open here: expected at most {most} inside each other", most=DEPTH)
        return Excess(deep, message)
    return None


def beyond(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Phrase]]:
    """Keys of parsed data with whole numbers of more than 64 bits or texts that no table can show, each with what is wrong."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            fault = _text_fault(key, Phrase("a key"), WORD)
            if fault:
                yield (*path, key), fault
            else:
                yield from beyond(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from beyond(inner, (*path, index))
    elif isinstance(value, str):
        fault = _text_fault(value, Phrase("a text"), TEXT)
        if fault:
            yield path, fault
    elif isinstance(value, int) and not -WHOLE <= value < WHOLE:
        yield path, Phrase("a whole number of more than 64 bits: expected one from −2^63 to 2^63 − 1")


def _text_fault(text: str, what: Phrase, most: int) -> Phrase:
    if len(text) > most:
        return Phrase("{what} of {n:,} characters: expected at most {most:,}", what=what, n=len(text), most=most)
    control = CONTROL.search(text)
    if not control:
        return NOTHING
    code = f"U+{ord(control[0]):04X}"
    return Phrase("{what} with the control character {code}: expected letters, digits and signs", what=what, code=code)


def _deep(text: str) -> int | None:
    """Offset of the first bracket that opens one level too many, or None."""
    depth = 0
    for found in BRACKET.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(depth - 1, 0)
        if depth > DEPTH:
            return found.start()
    return None


def _blanked(text: str) -> str:
    """The text with comments as blanks and quoted parts as a sign that means nothing, every other character at its offset."""
    return QUOTED_OR_COMMENT.sub(lambda found: re.sub(r"[^\n]", " " if found[0][0] == "#" else "\x01", found[0]), text)

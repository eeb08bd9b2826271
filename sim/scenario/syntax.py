"""What is wrong with a text that is not TOML, in the words of people who write such files."""

from __future__ import annotations

import re

from sim.language import Phrase

FAULTS: tuple[tuple[str, Phrase], ...] = (
    (r"Invalid statement", Phrase("a line must begin with a key, a [table] or a # comment")),
    (r"Expected newline or end of document", Phrase("expected nothing more on this line after the value")),
    (r"Expected '=' after a key", Phrase("expected = after the key")),
    (r"Invalid initial character for a key", Phrase("expected a key: letters, digits, hyphens and underscores")),
    (r"Cannot declare .* twice|Cannot redefine", Phrase("this table stands in the file already")),
    (r"Cannot overwrite|Duplicate inline table key", Phrase("this key stands in its table already")),
    (r"Cannot mutate immutable", Phrase("the table was written as { … } or as an array and takes no more keys")),
    (r"Expected ']' at the end of a table", Phrase("expected ] after the name of the table")),
    (r"Expected ']]' at the end of an array", Phrase("expected ]] after the name of the table")),
    (r"Unclosed array", Phrase("expected a comma or ] after an element of the array")),
    (r"Unclosed inline table", Phrase("expected a comma or } after a value of the table")),
    (
        r"Unescaped '\\'|Invalid hex value|Escaped character",
        Phrase("TOML knows no such escape: write two backslashes for one, or put the text in single quotes"),
    ),
    (
        r"Unterminated string|Expected '|Expected \"|(Illegal|Found invalid) character '\\n'",
        Phrase("the quotes around this text are not closed"),
    ),
    (r"Illegal character|Found invalid character", Phrase("a control character that TOML does not allow")),
    (r"Invalid date or datetime", Phrase("there is no such date or time")),
    (r"Invalid value", Phrase("expected a value: a number, a text in quotes, true, false, a date, [ … ] or { … }")),
)
"""What the parser of the standard library says, and what we say in its place; the first that fits."""


def fault_of(message: str) -> Phrase:
    """What a message of the TOML parser means; its own words where it says something else."""
    found = (phrase for pattern, phrase in FAULTS if re.match(pattern, message))
    return next(found, Phrase("{words}", words=message))

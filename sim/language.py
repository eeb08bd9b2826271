"""What the simulator says, in English and in French: sentences with their values, and how each language writes numbers.

A message is a `Phrase`: an English template with the values that fill it. It is a string, the English sentence, so that code
may raise, sort and compare it; `said` gives it in another language. The French templates stand in the files of the folder
`french`, each under its English template, in plain type: the spaces and apostrophes of French print come from `typographic`.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from numbers import Integral, Real
from pathlib import Path
from string import Formatter
from typing import Any, Literal

Lang = Literal["en", "fr"]

FRENCH = Path(__file__).parent / "french"
NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def in_the_way_of(number: str, lang: Lang) -> str:
    """A number in figures (``1,234.5``) with the marks of a language."""
    return number.translate({ord(","): NARROW, ord("."): ","}) if lang == "fr" else number


class _Filling(Formatter):
    """Fills a template in the way of a language."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple):
            return (format_spec or ", ").join(said(part, self.lang) for part in value)
        if isinstance(value, str):
            return format(said(value, self.lang), format_spec)
        if isinstance(value, bool) or not isinstance(value, Real):
            return format(value, format_spec)
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if value == 1 or (self.lang == "fr" and -2 < float(value) < 2) else many
        text = format(value, format_spec)
        return text if isinstance(value, Integral) and not format_spec else in_the_way_of(text, self.lang)


def fill(template: str, values: Mapping[str, object], lang: Lang) -> str:
    """A template of a language with its values, as `Phrase` describes them; one without values is taken as it is."""
    return _Filling(lang).vformat(template, (), values) if values else template


class Phrase(str):
    """A message: as a string the English one, and what is needed to say it in another language.

    `template` is filled by `values` as `str.format` does it; without values it is taken as it is. Values may be phrases
    themselves. A tuple is joined by what stands behind the colon (``{names: or }``), or by commas; a word that
    depends on a number gives both its forms (``{n} {n:leg|legs}``). Numbers follow their format in the way of
    each language: ``{n:,}`` is ``10,000`` or ``10 000``. Whole numbers without a format stay as a file writes them.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Phrase:
        text = super().__new__(cls, fill(template, values, "en"))
        text.template, text.values = template, values
        return text

    def __reduce__(self) -> tuple[Callable[..., Phrase], tuple[object, ...]]:
        return _again, (self.template, self.values)

    def said(self, lang: Lang) -> str:
        """The message in a language; a sentence that has no French stays English."""
        return str(self) if lang == "en" else fill(french().get(self.template, self.template), self.values, lang)


NOTHING = Phrase("")


def asked(words: Sequence[str]) -> Lang:
    """The language that the words of a command ask for; English if they ask for none or an unknown one."""
    return "fr" if "--lang=fr" in words or ("--lang", "fr") in pairwise(words) else "en"


def _again(template: str, values: Mapping[str, object]) -> Phrase:
    return Phrase(template, **values)


def said(value: object, lang: Lang) -> str:
    """A value in a language: a phrase in its words, anything else as it is."""
    return value.said(lang) if isinstance(value, Phrase) else str(value)


REORDERING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Invisible characters that turn the direction of writing round."""

SHOWN = (
    {code: f"[U+{code:04X}]" for code in (*range(32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF, *map(ord, REORDERING))}
    | dict.fromkeys((9, 10, 13, 8232, 8233), " ")
    | dict.fromkeys(range(55296, 57344), "�")
)
"""What stands for characters that no document may hold or that would hide what is written: names come from files."""


def plain(text: str) -> str:
    """A text as documents and tables may hold it: control characters and marks of direction are shown, not obeyed."""
    return text.translate(SHOWN)


def quoted(name: object) -> Phrase:
    """A name in quotation marks."""
    return Phrase('"{name}"', name=name)


MOST_LISTED = 20


def listed(names: Iterable[object]) -> Phrase:
    """Names in quotation marks with commas; ``none`` if there are none; of very many the first and how many they are."""
    known = list(names)
    first = tuple(quoted(name) for name in known[:MOST_LISTED])
    if len(known) > MOST_LISTED:
        return Phrase("{names}, … ({n:,})", names=first, n=len(known))
    return Phrase("{names}", names=first) if first else Phrase("none")


def either(names: Iterable[object]) -> Phrase:
    """Names in quotation marks with "or" between them."""
    return Phrase("{names: or }", names=tuple(quoted(name) for name in names))


def why(error: OSError) -> Phrase:
    """What the operating system refused, in words."""
    return REFUSALS.get(error.errno or 0, Phrase("{reason}", reason=error.strerror or error))


def not_installed(library: str) -> Phrase:
    """What to do when a library is missing."""
    command = f"{sys.executable} -m pip install -c constraints.txt -e ."
    return Phrase('The library "{name}" is not installed. Install everything with: {command}', name=library, command=command)


REFUSALS = {
    errno.ENOENT: Phrase("no such file or folder"),
    errno.EACCES: Phrase("no permission"),
    errno.EPERM: Phrase("not permitted"),
    errno.ENOSPC: Phrase("the disk is full"),
    errno.EDQUOT: Phrase("the disk quota is used up"),
    errno.EFBIG: Phrase("the file would be too large"),
    errno.EROFS: Phrase("the disk is read-only"),
    errno.EISDIR: Phrase("it is a folder"),
    errno.ENOTDIR: Phrase("a part of the path is a file, not a folder"),
    errno.EEXIST: Phrase("it exists already"),
    errno.ENAMETOOLONG: Phrase("the name is too long"),
    errno.ELOOP: Phrase("its links go round in a circle"),
    errno.EIO: Phrase("the disk reports an error"),
    errno.EMFILE: Phrase("too many files are open"),
}
"""Reasons of the operating system by number: its own words come in no language that we choose."""


def number(value: float, decimals: int, lang: Lang) -> str:
    """A number as people write it: thousands apart, a decimal comma in French, a true minus."""
    text = in_the_way_of(f"{abs(value):,.{decimals}f}", lang)
    return f"\N{MINUS SIGN}{text}" if value < 0 and any(c in "123456789" for c in text) else text


@cache
def french() -> Mapping[str, str]:
    """French templates by their English ones."""
    import tomllib

    found: dict[str, str] = {}
    for file in sorted(FRENCH.glob("*.toml")):
        found.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return {english: typographic(text) for english, text in found.items()}


def typographic(text: str) -> str:
    """French as it is printed: no-break spaces at high marks, guillemets and thousands, curved apostrophes; not in `code`."""
    pieces: Sequence[str] = re.split(r"(`[^`]*`)", text)
    return "".join(piece if piece.startswith("`") else _printed(piece) for piece in pieces)


def _printed(text: str) -> str:
    text = re.sub(r" (?=[;?!%])|(?<=\d) (?=\d{3}\b)", NARROW, re.sub(r" (?=[:»])|(?<=«) ", NO_BREAK, text))
    return re.sub(r"(?<=[A-Za-zÀ-ÿ])'", "\N{RIGHT SINGLE QUOTATION MARK}", text)

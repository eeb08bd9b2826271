"""What is wrong with the words of a command, in our own words: those of the library come in English only."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal, get_args, get_origin

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from sim.language import Phrase, either, listed

EXPECTED: dict[object, Phrase] = {
    int: Phrase("a whole number"),
    float: Phrase("a number"),
    bool: Phrase("no value"),
}
"""What an option of a type expects."""


def mistyped(error: CycloptsError) -> Phrase:
    """What an error of the command line means, and where all options are listed."""
    return Phrase("{fault} `run.py --help` shows all options.", fault=_fault(error))


def _fault(error: CycloptsError) -> Phrase:
    match error:
        case UnknownOptionError():
            typed = error.token.keyword or error.token.value
            names = [name for argument in error.argument_collection for name in argument.names]
            near = get_close_matches(typed, names, n=1, cutoff=0.6)
            meant = Phrase("; did you mean {names}?", names=either(near)) if near else Phrase(".")
            return Phrase('"{option}": no such option{meant}', option=typed, meant=meant)
        case CoercionError() if error.token is not None:
            name = error.token.keyword or _name(error)
            got, expected = error.token.value, _expected(error)
            return Phrase('{option}: expected {expected}, got "{got}".', option=name, expected=expected, got=got)
        case MissingArgumentError() if error.keyword:
            return Phrase("{option}: expected a value behind it.", option=error.keyword)
        case MissingArgumentError():
            command = " ".join(error.command_chain or ())
            return Phrase("{command}: {word} is missing.", command=command or "run", word=_name(error))
        case RepeatArgumentError():
            return Phrase("{option}: given twice, expected once.", option=error.token.keyword)
        case UnusedCliTokensError():
            return Phrase("{words}: expected nothing more.", words=listed(error.unused_tokens or ()))
    return Phrase("{words}", words=" ".join(str(error).split()))


def _expected(error: CoercionError) -> Phrase:
    if get_origin(error.target_type) is Literal:
        return Phrase("one of {words}", words=tuple(f'"{word}"' for word in get_args(error.target_type)))
    return EXPECTED.get(error.target_type, Phrase("another value"))


def _name(error: CycloptsError) -> str:
    name: str = error.argument.name if error.argument is not None else ""
    return name

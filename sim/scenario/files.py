"""Where scenario files are: folders, names, and reading one file with its mistakes as problems."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from sim.errors import Problem, ScenarioError, UsageError
from sim.language import Phrase, either, why
from sim.scenario import bounds
from sim.scenario.positions import KeyPath, Position, dotted, locate, positions, repeated
from sim.scenario.syntax import fault_of

Kind = Literal["scenario", "variant", "strategy", "experiment"]

FOLDERS: dict[Kind, str] = {
    "scenario": "worlds",
    "variant": "variants",
    "strategy": "strategies",
    "experiment": "experiments",
}
"""Subfolder of a scenario folder in which files of each kind are kept."""

NOUNS: dict[Kind, Phrase] = {
    "scenario": Phrase("scenario"),
    "variant": Phrase("variant"),
    "strategy": Phrase("strategy"),
    "experiment": Phrase("experiment"),
}
"""What messages call each kind."""


def scenario_folders() -> list[Path]:
    """Folders that hold scenario files: `scenarios` of the working directory, then of the source checkout."""
    candidates = [Path.cwd() / "scenarios", Path(__file__).resolve().parents[2] / "scenarios"]
    unique = {real(folder): folder for folder in reversed(candidates) if os.path.isdir(folder)}
    return list(reversed(unique.values()))


def available(kind: Kind) -> dict[str, Path]:
    """File of each name of a kind, by rising name; the working directory's go before the checkout's."""
    found: dict[str, Path] = {}
    for folder in scenario_folders():
        for path in (folder / FOLDERS[kind]).glob("*.toml"):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def find(name_or_path: str | Path, kind: Kind) -> Path:
    """File of a name (``kayes-corridor``) or of a path (``mine/world.toml``).

    Raises
    ------
    UsageError
        If there is none; the message names the nearest names.
    """
    text = str(name_or_path)
    path = Path(name_or_path)
    names = available(kind)
    if text in names:
        if leads_out(names[text]):
            message = Phrase(
                '"{name}": {file} leads out of the scenario folders; give the path of the file itself',
                name=text, file=shown(names[text]),
            )  # fmt: skip
            raise UsageError(message)
        return names[text]
    is_path = path.suffix == ".toml" or len(path.parts) > 1
    if is_path and is_file(path):
        return path
    what = Phrase("no such {kind} file", kind=NOUNS[kind]) if is_path else Phrase("no {kind} of that name", kind=NOUNS[kind])
    nearest = _nearest(path.stem if is_path else text, names)
    raise UsageError(Phrase('"{name}": {what}{nearest} `run.py list` shows all of them.', name=text, what=what, nearest=nearest))


def leads_out(path: Path, *folders: Path) -> bool:
    """Whether a path, its links followed, lies outside the scenario folders and all of `folders`."""
    return not any(real(path).is_relative_to(real(folder)) for folder in (*scenario_folders(), *folders))


def _nearest(name: str, names: dict[str, Path]) -> Phrase:
    near = get_close_matches(name.lower(), list(names), n=3, cutoff=0.5)
    return Phrase("; did you mean {names}?", names=either(near)) if near else Phrase(".")


def shown(path: Path) -> str:
    """A path as the user would type it: relative inside the working directory, whole elsewhere."""
    here = Path(os.getcwd())
    for whole in (Path(os.path.abspath(path)), real(path)):
        if whole.is_relative_to(here):
            return str(whole.relative_to(here))
    return os.path.abspath(path)


def real(path: Path) -> Path:
    """A path without links and ``..``; unlike `Path.resolve`, links that go round in a circle are left as they are."""
    return Path(os.path.realpath(path))


def is_file(path: Path) -> bool:
    """Whether there is a file; a path that no system can have, such as one with a NUL, is none."""
    return os.path.isfile(path)


KEY_SHOWN = 200
SAID_TWICE = re.compile("Cannot (?:overwrite|declare|mutate|redefine)|Duplicate")
HEAD = 20_000
"""Characters before the first table in which the kind of a file is looked for."""
FIRST_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Text (newlines as ``\\n``, no byte-order mark) and plain data of a TOML file.

    Raises
    ------
    ScenarioError
        The file cannot be read, is not UTF-8, is not TOML, or holds more than `sim.scenario.bounds` allows.
    """
    text = _text(path)
    found = bounds.excess(text)
    if found:
        raise ScenarioError([_problem_at(path, text, found.offset, found.message)])
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_syntax_problem(path, text, str(error))]) from error
    beyond = list(bounds.beyond(data))
    if beyond:
        found_at = positions(text)
        raise ScenarioError([_problem_of(path, found_at, key, message) for key, message in beyond])
    return text, data


def head(path: Path) -> dict[str, Any]:
    """Keys of a file before its first table: enough to know its kind, in a hundredth of the time. Raises like `read`."""
    first = FIRST_TABLE.split(_text(path), maxsplit=1)[0]
    try:
        return tomllib.loads(first) if len(first) <= HEAD and not bounds.excess(first) else {}
    except tomllib.TOMLDecodeError:
        return read(path)[1]


def _text(path: Path) -> str:
    name = shown(path)
    try:
        content = _bytes(path)
    except OSError as error:
        raise ScenarioError([Problem(name, 0, 0, "", Phrase("cannot be read: {reason}", reason=why(error)))]) from error
    if len(content) > bounds.FILE_BYTES:
        most = bounds.FILE_BYTES
        message = Phrase("more than {n:,} bytes: expected a file of at most {mega} MB", n=most, mega=most // 1_000_000)
        raise ScenarioError([Problem(name, 0, 0, "", message)])
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = Phrase("not UTF-8 text: save the file with the encoding UTF-8")
        raise ScenarioError([Problem(name, line, column, "", message)]) from error
    if "\0" in text:
        message = Phrase("a NUL byte: expected text, saved with the encoding UTF-8")
        raise ScenarioError([_problem_at(path, text, text.index("\0"), message)])
    return text


def _bytes(path: Path) -> bytes:
    """Content of a regular file, at most one byte more than is allowed; a pipe or device is refused, never waited for."""
    if not stat.S_ISREG(path.stat().st_mode):
        message = Phrase("cannot be read: {reason}", reason=Phrase("not a regular file"))
        raise ScenarioError([Problem(shown(path), 0, 0, "", message)])
    with path.open("rb") as file:
        return file.read(bounds.FILE_BYTES + 1)


def _problem_at(path: Path, text: str, offset: int, message: Phrase) -> Problem:
    line = text.count("\n", 0, offset) + 1
    return Problem(shown(path), line, offset - text.rfind("\n", 0, offset), "", message)


def _problem_of(path: Path, found: dict[KeyPath, Position], key: KeyPath, message: Phrase) -> Problem:
    place = locate(found, key) or Position(1, 1)
    return Problem(shown(path), place.line, place.column, dotted(key)[:KEY_SHOWN], message)


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    place = PLACE.search(message)
    what = Phrase("not valid TOML: {fault}", fault=fault_of(PLACE.sub("", message)))
    last = text.count("\n") + 1
    twice = repeated(text, int(place[1] or last)) if place and SAID_TWICE.match(message) else None
    if twice:
        _, first, second = twice
        what = Phrase("stands in line {line} already: expected it once", line=first.line)
        return Problem(shown(path), second.line, second.column, dotted(twice.path)[:KEY_SHOWN], what)
    if place is not None and place[1]:
        return Problem(shown(path), int(place[1]), int(place[2]), "", what)
    return Problem(shown(path), last, len(text) - text.rfind("\n"), "", Phrase("{what} (the file ends too early)", what=what))

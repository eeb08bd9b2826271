"""Where scenario files are: folders, names, and reading one file with its mistakes as problems."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from sim.errors import Problem, ScenarioError, UsageError

Kind = Literal["scenario", "variant", "strategy", "experiment"]

FOLDERS: dict[Kind, str] = {
    "scenario": "worlds",
    "variant": "variants",
    "strategy": "strategies",
    "experiment": "experiments",
}
"""Subfolder of a scenario folder in which files of each kind are kept."""


def scenario_folders() -> list[Path]:
    """Folders that hold scenario files: `scenarios` of the working directory, then of the source checkout."""
    candidates = [Path.cwd() / "scenarios", Path(__file__).resolve().parents[2] / "scenarios"]
    unique = {folder.resolve(): folder for folder in reversed(candidates) if folder.is_dir()}
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
        return names[text]
    is_path = path.suffix == ".toml" or len(path.parts) > 1
    if is_path and path.is_file():
        return path
    what = f"no such {kind} file" if is_path else f"no {kind} of that name"
    raise UsageError(f'"{text}": {what}{_nearest(path.stem if is_path else text, names)}')


def _nearest(name: str, names: dict[str, Path]) -> str:
    near = get_close_matches(name.lower(), list(names), n=3, cutoff=0.5)
    quoted = " or ".join(f'"{other}"' for other in near)
    guess = f"; did you mean {quoted}?" if near else "."
    return f"{guess} `run.py list` shows all of them."


def shown(path: Path) -> str:
    """A path as the user would type it: relative inside the working directory, whole elsewhere."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Text (newlines as ``\\n``, no byte-order mark) and plain data of a TOML file.

    Raises
    ------
    ScenarioError
        With one problem: the file cannot be read, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ScenarioError([Problem(shown(path), 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = "not UTF-8 text: save the file with the encoding UTF-8"
        raise ScenarioError([Problem(shown(path), line, column, "", message)]) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_syntax_problem(path, text, str(error))]) from error


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    place = PLACE.search(message)
    what = f"not valid TOML: {PLACE.sub('', message)}"
    if place is not None and place[1]:
        return Problem(shown(path), int(place[1]), int(place[2]), "", what)
    last = text.count("\n") + 1
    return Problem(shown(path), last, len(text) - text.rfind("\n"), "", f"{what} (the file ends too early)")

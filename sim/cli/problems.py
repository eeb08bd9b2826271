"""Errors as people and as programs read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sim.cli.words import Lang, counted, word
from sim.errors import Problem, ResultsError, ScenarioError, SimError, UsageError

FAILED, MISTAKE, INTERRUPTED = 1, 2, 130
"""Exit codes: the work failed, something given cannot be used, the user stopped it."""


def exit_code(error: Exception) -> int:
    """Exit code of an error: 2 for what cannot be used (input, results folder, disk), 1 for everything else."""
    return MISTAKE if isinstance(error, (ScenarioError, UsageError, ResultsError)) else FAILED


def problems_of(error: Exception) -> list[Problem]:
    """The problems that an error holds; a message without a place becomes one."""
    return error.problems if isinstance(error, ScenarioError) else [Problem("", 0, 0, "", str(error))]


def as_json(problems: Sequence[Problem]) -> str:
    """The object that ``--json`` prints for errors."""
    return json.dumps({"errors": [problem.as_json() for problem in problems]}, ensure_ascii=False)


def print_error(console: Console, error: SimError, lang: Lang) -> None:
    """Print an error; mistakes in files with the line and a caret under the place."""
    if not isinstance(error, ScenarioError):
        console.print(Text.assemble((word(lang, "error") + " ", "bold red"), str(error)), soft_wrap=True)
        return
    print_problems(console, error.problems, lang)


def print_problems(console: Console, problems: Sequence[Problem], lang: Lang) -> None:
    """Print all problems, each with its line and a caret, and how many they are."""
    for problem in problems:
        console.print(_heading(problem), soft_wrap=True)
        for line in excerpt(problem):
            console.print(Text(line, "dim"), soft_wrap=True)
        if problem.hint:
            console.print(Text(f"    {problem.hint}", "yellow"), soft_wrap=True)
    count = word(lang, "mistakes", n=counted(lang, len(problems), "mistake"))
    console.print(Text(count, "bold"), soft_wrap=True)


def _heading(problem: Problem) -> Text:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    parts = ((f"{place}:", "bold"), (f"{problem.key}:", "cyan"), (problem.message, ""))
    return Text(" ").join(Text(text, style) for text, style in parts if text != ":")


def excerpt(problem: Problem) -> list[str]:
    """The source line of a problem and a caret under its column; nothing when there is no such line."""
    if not problem.line:
        return []
    try:
        lines = Path(problem.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    if problem.line > len(lines):
        return []
    number = f"{problem.line:>5} | "
    line = lines[problem.line - 1]
    before = "".join(c if c == "\t" else " " for c in line[: problem.column - 1])
    return [number + line, " " * (len(number) - 2) + "| " + before + "^"]

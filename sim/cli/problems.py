"""Errors as people and as programs read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sim.cli.words import Lang, counted, word
from sim.errors import PlanError, Problem, ResultsError, ScenarioError, SimError, UsageError, message_of
from sim.language import said
from sim.scenario.bounds import FILE_BYTES

AROUND = 60
"""Characters of a long line that are shown before and after the place of a mistake."""

MOST_SHOWN = 200
"""Mistakes that a screen is given; `--json` gives all."""

VISIBLE = {code: 0x2400 + code for code in range(32) if chr(code) != "\t"} | dict.fromkeys(range(0x7F, 0xA0), 0xFFFD)
"""Control characters and the signs that stand for them: a file must not move the cursor of whoever reads about it."""

FAILED, MISTAKE, INTERRUPTED = 1, 2, 130
"""Exit codes: the work failed, something given cannot be used, the user stopped it."""


def exit_code(error: Exception) -> int:
    """Exit code of an error: 2 for what cannot be used (input, results folder, disk), 1 for everything else."""
    return MISTAKE if isinstance(error, (ScenarioError, UsageError, ResultsError, PlanError)) else FAILED


def problems_of(error: Exception) -> list[Problem]:
    """The problems that an error holds; a message without a place becomes one."""
    return error.problems if isinstance(error, ScenarioError) else [Problem("", 0, 0, "", message_of(error))]


def as_json(problems: Sequence[Problem], lang: Lang) -> str:
    """The object that ``--json`` prints for errors."""
    return json.dumps({"errors": [problem.as_json(lang) for problem in problems]}, ensure_ascii=False)


def print_error(console: Console, error: SimError, lang: Lang) -> None:
    """Print an error; mistakes in files with the line and a caret under the place."""
    if not isinstance(error, ScenarioError):
        message = said(message_of(error), lang).translate(VISIBLE | {10: 10})
        console.print(Text.assemble((word(lang, "error") + " ", "bold red"), message), soft_wrap=True)
        return
    print_problems(console, error.problems, lang)


def print_problems(console: Console, problems: Sequence[Problem], lang: Lang) -> None:
    """Print all problems, each with its line and a caret, and how many they are."""
    _lines.cache_clear()
    for problem in problems[:MOST_SHOWN]:
        console.print(_heading(problem, lang), soft_wrap=True)
        for line in excerpt(problem):
            console.print(Text(line, "dim"), soft_wrap=True)
        if problem.hint:
            console.print(Text(f"    {said(problem.hint, lang).translate(VISIBLE)}", "yellow"), soft_wrap=True)
    if len(problems) > MOST_SHOWN:
        console.print(Text(word(lang, "more_mistakes", n=len(problems) - MOST_SHOWN)), soft_wrap=True)
    count = word(lang, "mistakes", n=counted(lang, len(problems), "mistake"))
    console.print(Text(count, "bold"), soft_wrap=True)


def _heading(problem: Problem, lang: Lang) -> Text:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    parts = ((f"{place}:", "bold"), (f"{problem.key}:", "cyan"), (said(problem.message, lang), ""))
    return Text(" ").join(Text(text.translate(VISIBLE), style) for text, style in parts if text != ":")


def excerpt(problem: Problem) -> list[str]:
    """The source line of a problem and a caret under its column; nothing when there is no such line.

    Of a long line only what is around the column is shown, and control characters as signs that stand for them.
    """
    lines = _lines(problem.file) if problem.line else ()
    if problem.line > len(lines) or not lines:
        return []
    number = f"{problem.line:>5} | "
    line, at = lines[problem.line - 1].translate(VISIBLE), problem.column - 1
    first = max(at - AROUND, 0) if len(line) > 2 * AROUND else 0
    part = line[first : first + 2 * AROUND]
    before = "".join(c if c == "\t" else " " * cell_len(c) for c in part[: at - first])
    return [number + part, " " * (len(number) - 2) + "| " + before + "^"]


@lru_cache(maxsize=8)
def _lines(file: str) -> tuple[str, ...]:
    """Lines of a file as its problems count them; none if it cannot be read."""
    try:
        with open(file, "rb") as content:
            text = content.read(FILE_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ()
    return tuple(line.removesuffix("\r") for line in text.split("\n"))

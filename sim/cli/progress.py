"""Progress of long work on stderr: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.cli.words import EN_DASH, Lang, decimals_for, number, word
from sim.language import Phrase, said

if TYPE_CHECKING:
    from sim.experiment.experiment import Progress as Told
    from sim.experiment.experiment import Report

LINES = 5
"""Plain progress lines of a whole experiment, about."""

QUIET_S = 10.0
"""A plain line is also written when none was for so long."""


def estimate(told: Told, lang: Lang) -> str:
    """The running mean of shortage days with its interval: ``shortage days 38.2 (34.1 – 42.3)``."""
    if told.mean is None:
        return ""
    decimals = max(1, decimals_for(told.mean)) if told.mean < 100 else 0
    spread = ""
    if told.low is not None and told.high is not None:
        spread = f" ({number(told.low, decimals, lang)} {EN_DASH} {number(told.high, decimals, lang)})"
    return f"{word(lang, 'so_far')} {number(told.mean, decimals, lang)}{spread}"


@contextmanager
def counting(console: Console, lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """A function that shows on this console how many parts of a computation are done."""
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with console.status("") as status:
        yield lambda done, total: status.update(said(Phrase("{done:,} of {total:,} done", done=done, total=total), lang))


@contextmanager
def reporting(console: Console, lang: Lang) -> Iterator[Report]:
    """A function that shows progress on this console."""
    if not console.is_terminal:
        yield _plain_lines(console, lang)
        return
    columns = (
        TextColumn(f"[cyan]{word(lang, 'running')}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[estimate]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = None

        def show(told: Told) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task("", total=told.total, completed=told.done, estimate="")
            bar.update(task, completed=told.done, estimate=estimate(told, lang))

        yield show


def _plain_lines(console: Console, lang: Lang) -> Report:
    last_share, last_time = -1.0, time.monotonic()

    def show(told: Told) -> None:
        nonlocal last_share, last_time
        share, now = told.done / told.total, time.monotonic()
        if share < 1 and share - last_share < 1 / LINES and now - last_time < QUIET_S:
            return
        last_share, last_time = share, now
        done, total = number(told.done, 0, lang), number(told.total, 0, lang)
        parts = [f"{word(lang, 'running')} {done}/{total}", estimate(told, lang)]
        console.print("  ".join(part for part in parts if part), highlight=False, soft_wrap=True)

    return show

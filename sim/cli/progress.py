"""Progress of long work on stderr: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.cli.words import EN_DASH, Lang, decimals_for, duration, number, word
from sim.language import Phrase, said

if TYPE_CHECKING:
    from sim.experiment.cell import Progress as Told
    from sim.experiment.cell import Report
    from sim.study.running import Report as StudyReport
    from sim.study.running import Told as StudyTold

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


class Counted(Protocol):
    """Something that knows how many runs are done of how many."""

    @property
    def done(self) -> int:
        """Runs done."""

    @property
    def total(self) -> int:
        """Runs in all."""


C = TypeVar("C", bound=Counted)


def key_difference(told: StudyTold, lang: Lang) -> str:
    """The latest difference from the baseline: ``medium leaves 4.3 ± 2.7 more shortage days than escort-48h-150``."""
    if told.difference is None:
        return ""
    from sim.report.metric_phrases import difference_phrase
    from sim.report.words import language

    d = told.difference
    does = difference_phrase(d.metric, d.mean, d.half, d.against, language(lang))
    return f"{d.of} {does}" + (f" ({told.case})" if told.case else "")


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
    """A function that shows progress of an experiment on this console."""
    with _shown(console, lang, estimate) as show:
        yield show


@contextmanager
def comparing(console: Console, lang: Lang) -> Iterator[StudyReport]:
    """A function that shows progress of a comparison on this console."""
    with _shown(console, lang, key_difference) as show:
        yield show


@contextmanager
def _shown(console: Console, lang: Lang, estimate: Callable[[C, Lang], str]) -> Iterator[Callable[[C], None]]:
    if not console.is_terminal:
        yield _plain_lines(console, lang, estimate)
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

        def show(told: C) -> None:
            nonlocal task
            if task is None:
                task = bar.add_task("", total=told.total, completed=told.done, estimate="")
            bar.update(task, total=told.total, completed=told.done, estimate=estimate(told, lang))

        yield show


def _plain_lines(console: Console, lang: Lang, estimate: Callable[[C, Lang], str]) -> Callable[[C], None]:
    last_share, last_time = -1.0, time.monotonic()
    first: tuple[int, float] | None = None

    def show(told: C) -> None:
        nonlocal last_share, last_time, first
        share, now = told.done / told.total, time.monotonic()
        first = first or (told.done, now)
        if share < last_share:  # a stage with more runs has begun
            last_share = -1.0
        if share < 1 and share - last_share < 1 / LINES and now - last_time < QUIET_S:
            return
        last_share, last_time = share, now
        done, total = number(told.done, 0, lang), number(told.total, 0, lang)
        parts = [f"{word(lang, 'running')} {done}/{total}", estimate(told, lang), _left(told, *first, now, lang)]
        console.print("  ".join(part for part in parts if part), highlight=False, soft_wrap=True)

    return show


def _left(told: Counted, first: int, began: float, now: float, lang: Lang) -> str:
    """Time left at the pace so far, once some runs have been made in a measurable time."""
    made, passed = told.done - first, now - began
    if made <= 0 or passed < QUIET_S / 5 or told.done == told.total:
        return ""
    return f"{word(lang, 'left')} {duration(passed / made * (told.total - told.done), lang)}"

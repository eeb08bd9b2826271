"""`validate`: published numbers of theory beside ours, line by line."""

from __future__ import annotations

import json as json_text
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from sim.cli.options import AMOUNT, Json, Language, whole
from sim.cli.words import EN_DASH, Lang, number
from sim.language import Phrase, said

if TYPE_CHECKING:
    from rich.console import Console

    from sim.study.validate.anchors import Anchor

FAMILIES = {
    "queue": Phrase("Discharge bays as queues"),
    "outage": Phrase("A road that closes and reopens"),
    "convoy-size": Phrase("Losses and the size of convoys"),
    "thinning": Phrase("Attacks as a thinned Poisson process"),
    "turnaround": Phrase("Fleet, loading, discharge, demand"),
    "selection": Phrase("Ranking and selection"),
    "replications": Phrase("Runs needed"),
}

KEYS = ("id", "published", "ours", "low", "high", "passed")
"""What `--json` tells of an anchor, beside its source."""


def validate(
    *,
    fast: bool = False,
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Reproduce published numbers of queueing, convoy and selection theory with the rules and engines that runs use.

    Exit code 0: all agree; 1: at least one does not.

    Parameters
    ----------
    fast
        A twentieth of the runs: half a minute instead of two, with wider intervals.
    workers
        Processes; by default one per processor.
    json
        Print one JSON object.
    lang
        Language of the table.
    """
    from rich.console import Console

    from sim.cli.problems import FAILED, INTERRUPTED
    from sim.cli.progress import counting
    from sim.experiment.interrupts import uninterrupted

    with uninterrupted():
        from sim.experiment.pool import checked_workers
        from sim.study.validate.anchors import FAST, FULL
        from sim.study.validate.cases import validate as anchors_of

    notices = Console(stderr=True, highlight=False)
    try:
        with counting(notices, lang) as tell:
            found = anchors_of(FAST if fast else FULL, checked_workers(workers), tell)
    except KeyboardInterrupt:
        sys.stderr.write(said(Phrase("Interrupted. Nothing was written; `validate` begins anew next time."), lang) + "\n")
        return INTERRUPTED
    if json:
        rows = [{**{key: getattr(anchor, key) for key in KEYS}, "source": said(anchor.source, lang)} for anchor in found]
        sys.stdout.write(json_text.dumps({"anchors": rows}, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _print(found, Console(highlight=False), lang)
    return 0 if all(anchor.passed for anchor in found) else FAILED


def _print(found: list[Anchor], screen: Console, lang: Lang) -> None:
    from rich.table import Table
    from rich.text import Text

    from sim.cli.summary_table import RULED

    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(said(Phrase("Anchor and source"), lang), overflow="fold", min_width=24)
    for heading in (Phrase("Published"), Phrase("Ours"), Phrase("Interval")):
        table.add_column(said(heading, lang), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    family = ""
    for anchor in found:
        if anchor.family != family:
            if family:
                table.add_section()
            family = anchor.family
            table.add_row(Text(said(FAMILIES[family], lang), "bold cyan"))
        texts = (_figure(anchor.published, lang), _figure(anchor.ours, lang), _span(anchor, lang))
        verdict = Text(said(Phrase("pass"), lang)) if anchor.passed else Text(said(Phrase("FAIL"), lang), "bold red")
        about = Text.assemble(anchor.id, (f"\n  {said(anchor.what, lang)} ({said(anchor.source, lang)})", "dim"))
        table.add_row(about, *texts, verdict)
    screen.print(table, crop=False)
    screen.print()
    n = sum(anchor.passed for anchor in found)
    said_all = Phrase("{n:,} of {total:,} anchors pass.", n=n, total=len(found))
    screen.print(Text(said(said_all, lang), "bold" if n == len(found) else "bold red"))
    for note in NOTES:
        screen.print(Text(said(note, lang), "dim"))


NOTES = (
    Phrase(
        "Interval: where chance is in play, 99.99 % of the mean over independent runs, so that a right model fails one anchor in "
        "ten thousand; it fails too where the interval is too wide to say anything. Else one convoy, or half of the last digit "
        "printed in the source."
    ),
    Phrase(
        "These numbers test rules, engines and statistics in limits where theory knows the answer; they say nothing about Mali."
    ),
)


def _figure(value: float, lang: Lang) -> str:
    """A number with four significant figures and no more decimals than it has."""
    if value == round(value):
        return number(value, 0, lang)
    decimals = max(0, min(5, 4 - len(str(int(abs(value)))) + (1 if abs(value) < 1 else 0)))
    return number(value, decimals + (1 if abs(value) < 0.1 else 0), lang)


def _span(anchor: Anchor, lang: Lang) -> str:
    if anchor.low == anchor.high:
        return EN_DASH
    return f"{_figure(anchor.low, lang)} {EN_DASH} {_figure(anchor.high, lang)}"

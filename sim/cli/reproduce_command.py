"""`reproduce`: stored results made again from their folder alone, and whether they came out the same."""

from __future__ import annotations

import json as json_text
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from sim.cli.options import AMOUNT, Json, Language, whole
from sim.cli.reproduce_words import MEANINGS
from sim.cli.words import Lang, counted, word
from sim.experiment.interrupts import uninterrupted
from sim.language import typographic

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiment.reproduce import Change, Compared, Reproduction
    from sim.experiment.store.differences import Difference


def reproduce(
    results: Path,
    /,
    *,
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    engine: Annotated[str, Parameter(group=AMOUNT)] = "reference",
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Make the results of a folder again, from the folder alone, and say whether they come out the same.

    Nothing is written to the folder. Exit code 0: identical, byte for byte; 1: something differs; 2: it cannot be done.

    Parameters
    ----------
    results
        A result folder, as `run` names it at its end; it may come from another machine.
    workers
        Processes; by default one per processor.
    engine
        `reference`, or `auto`.
    json
        Print one JSON object.
    lang
        Language of the messages.
    """
    from rich.console import Console

    from sim.cli.problems import FAILED, INTERRUPTED
    from sim.cli.progress import reporting

    # An interrupt while models are built would come out as an error of theirs.
    with uninterrupted():
        from sim.experiment.reproduce import reproduce as again

    notices = Console(stderr=True, highlight=False)
    try:
        with reporting(notices, lang) as report:
            found = again(results, workers, engine, report)
    except KeyboardInterrupt:
        sys.stderr.write(word(lang, "reproduce_interrupted") + "\n")
        return INTERRUPTED
    if json:
        sys.stdout.write(json_text.dumps(_object(found, lang), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _print(found, Console(highlight=False), lang)
    return 0 if found.identical else FAILED


def _object(found: Reproduction, lang: Lang) -> dict[str, Any]:
    return {
        "results": str(found.results.folder),
        "identical": found.identical,
        "runs": found.results.manifest["replications"],
        "files": [_file(file) for file in found.files],
        "changes": [
            {"what": change.what, "stored": list(change.stored), "now": change.now, "meaning": _meaning(change, lang)}
            for change in found.changes
        ],
        "provenance_known": found.provenance_known,
    }


def _file(file: Compared) -> dict[str, Any]:
    first = file.differences.first
    place = None
    if first is not None:
        row = {key: _plain(value) for key, value in first.row.items()}
        place = {**row, "column": first.column, "stored": _plain(first.stored), "made": _plain(first.made)}
    return {
        "name": file.name,
        "verdict": file.verdict,
        "stored_sha256": file.stored_sha256,
        "made_sha256": file.made_sha256,
        "changed_since": file.changed_since,
        "values": file.differences.values,
        "first": place,
        "unreadable": file.differences.unreadable or None,
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it: dates as text."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _print(found: Reproduction, screen: Console, lang: Lang) -> None:
    from rich.text import Text

    from sim.scenario.files import shown

    manifest = found.results.manifest
    screen.print(Text(" – ".join(manifest["titles"][kind][lang] for kind in ("scenario", "strategy")), "bold"))
    runs = counted(lang, manifest["replications"], "run")
    screen.print(Text(word(lang, "reproduce_made", runs=runs, folder=f"{shown(found.results.folder)}/"), "dim"), soft_wrap=True)
    screen.print()
    for file in found.files:
        style = "" if file.verdict == "identical" else "bold red"
        screen.print(Text.assemble(f"  {file.name:<24}", (word(lang, f"verdict_{file.verdict}"), style)))
        for line in _details(file, lang):
            screen.print(Text(f"    {line}", "dim"), soft_wrap=True)
    screen.print()
    for line in _explanation(found, lang):
        screen.print(Text(line), soft_wrap=True)
    screen.print(Text(word(lang, "reproduce_identical" if found.identical else "reproduce_differs"), "bold"), soft_wrap=True)


def _details(file: Compared, lang: Lang) -> list[str]:
    lines = [f"sha256 {file.stored_sha256}"] if file.stored_sha256 else []
    if file.made_sha256 and file.made_sha256 != file.stored_sha256:
        lines.append(f"{word(lang, 'reproduce_now')} {file.made_sha256}")
    if file.changed_since:
        lines.append(word(lang, "reproduce_changed_since"))
    if file.differences.unreadable:
        lines.append(word(lang, "reproduce_unreadable", reason=file.differences.unreadable))
    if file.differences.first is not None:
        count = counted(lang, file.differences.values, "value")
        lines.append(word(lang, "reproduce_first", count=count, where=_where(file.differences.first, lang)))
    return lines


def _where(first: Difference, lang: Lang) -> str:
    """Row, column, stored and new value of a difference: ``world 0, chance 3, transit_h: stored 1.5, now 1.25``."""
    names = {"world": word(lang, "a_world"), "chance": word(lang, "a_chance"), "column": "", "date": "", "product": ""}
    row = [f"{names.get(key, key)} {_plain(value)}".strip() for key, value in first.row.items() if value != ""]
    if not first.column:
        return word(lang, "reproduce_row_stored" if first.stored else "reproduce_row_made", row=", ".join(row))
    values = {"stored": _said(first.stored, lang), "made": _said(first.made, lang)}
    return word(lang, "reproduce_values", place=", ".join([*row, first.column]), **values)


def _said(value: Any, lang: Lang) -> str:
    if value is None:
        return word(lang, "undefined")
    text = repr(value) if isinstance(value, float) else str(_plain(value))
    return text if len(text) <= 60 else f"{text[:57]}…"


def _explanation(found: Reproduction, lang: Lang) -> list[str]:
    """What is otherwise than when the results were made, and what that can mean."""
    lines = [] if found.provenance_known else [word(lang, "reproduce_unknown")]
    if found.changes:
        lines.append(word(lang, "reproduce_changes"))
        for change in found.changes:
            stored = ", ".join(value or word(lang, "none_known") for value in change.stored)
            now = change.now or word(lang, "none_known")
            lines.append(f"  {change.what}: {stored} → {now}. {_meaning(change, lang)}")
    elif not found.identical and found.provenance_known:
        lines.append(word(lang, "reproduce_no_change"))
    return lines


def _meaning(change: Change, lang: Lang) -> str:
    text = MEANINGS[lang].get(change.what, MEANINGS[lang]["other"])
    return typographic(text) if lang == "fr" else text

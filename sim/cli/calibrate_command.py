"""`calibrate`: what dated reports say of the uncertain quantities of a world, its posterior draws, and their checks."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, Json, Language, Variants, whole
from sim.language import Phrase, said

if TYPE_CHECKING:
    from rich.console import Console

    from sim.cli.words import Lang
    from sim.study.calibrate.checks import Checks
    from sim.study.calibrate.december import Played
    from sim.study.calibrate.run import Asked, Calibration

POSTERIOR = "posterior.json"
"""File of the whole calibration as JSON, in its folder."""


def calibrate(
    scenario: str,
    /,
    *,
    books: Annotated[Literal["customs", "minister"] | None, Parameter(group=CHOICE)] = None,
    variants: Variants = None,
    strategy: Annotated[str, Parameter(group=CHOICE)] = "observed-2025",
    check: Annotated[bool, Parameter(group=CHOICE, negative=())] = False,
    december: Annotated[bool, Parameter(group=CHOICE, negative=())] = False,
    worlds: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 10_000,
    trials: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 500,
    seed: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 1,
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Fit the uncertain quantities of a world to dated reports to 30 November 2025, and write the calibrated world.

    Parameters
    ----------
    scenario
        Name of the prior world or path of its file; its ranges are the prior.
    books
        Whose figures it holds; by default its name tells.
    variants
        Name or path of a variant; may be given several times. `evidence-ranges` gives every fitted quantity its widest range.
    strategy
        What the authorities decided.
    check
        Also infer from every world held back: synthetic truths, and ranks that must be uniform.
    december
        Also score the calibrated world on reports of December, beside its prior and the world tuned by hand.
    worlds
        Prior worlds, one run each.
    trials
        Worlds more that are held back for the check.
    seed
        Another seed gives other draws; the same seed the same posterior.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    out
        Folder in which the folder of the calibration is made. The same command goes on from what is stored there.
    json
        Print one JSON object.
    lang
        Language of the tables and the chart.
    """
    from rich.console import Console

    from sim.cli.progress import counting
    from sim.experiment.interrupts import uninterrupted

    with uninterrupted():
        from sim.experiment.pool import checked_workers
        from sim.experiment.store.writing import write_bytes
        from sim.scenario.files import shown
        from sim.study.calibrate import run
        from sim.study.calibrate.checks import check_trials
        from sim.study.calibrate.checks import checks as checked
        from sim.study.calibrate.table import folder_of
        from sim.study.calibrate.world_file import name_of, text_of

    asked = run.Asked(
        scenario, tuple(variants or ()), strategy, run.books_of(scenario, books), worlds, trials, seed,
        checked_workers(workers), out,
    )  # fmt: skip
    run.check_asked(asked)
    if check:
        check_trials(asked)
    screen = Console(stderr=True, highlight=False)
    with counting(screen, lang) as tell:
        found = run.calibrate(asked, tell)
    folder = folder_of(found.ready.experiment, out)
    world = folder / f"{name_of(scenario)}.toml"
    write_bytes(world, text_of(found, folder).encode())
    told: dict[str, Any] = run.as_object(found)
    checks = checked(found.ready) if check else None
    with counting(screen, lang) as tell:
        played = _played(asked, world, tell) if december else ()
    told |= _more(checks, played)
    write_bytes(folder / POSTERIOR, (json_text.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())
    _draw(found, folder, lang)
    if json:
        sys.stdout.write(json_text.dumps({**told, "file": str(world)}, ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    _print(found, checks, played, Console(highlight=False), lang)
    plain = Console(highlight=False)
    plain.print(said(Phrase("Calibrated world: {file}", file=shown(world)), lang), soft_wrap=True)
    plain.print(said(Phrase("Next: python run.py forecast {file} --from 2026-01-01", file=shown(world)), lang), soft_wrap=True)
    return 0


def _more(checks: Checks | None, played: tuple[Played, ...]) -> dict[str, Any]:
    from sim.study.calibrate import checks as of_checks
    from sim.study.calibrate import december

    found: dict[str, Any] = {}
    if checks is not None:
        found["checks"] = of_checks.as_object(checks)
    if played:
        found["december"] = december.as_object(played)
    return found


def _played(asked: Asked, world: Path, tell: Any) -> tuple[Played, ...]:
    """The calibrated world, its prior and the world tuned by hand, as known on 1 December; the last also with all it scripts."""
    from sim.experiment.design import Design
    from sim.study.calibrate.december import World, played_on

    tuned = f"blockade-2025-{asked.books}"
    worlds = {
        "calibrated": World(world), "prior": World(asked.scenario, asked.variants), "tuned": World(tuned),
        "scripted": World(tuned, blind=False),
    }  # fmt: skip
    return played_on(asked.books, worlds, Design(400, 1), asked.workers, asked.out, tell)


def _draw(found: Calibration, folder: Path, lang: Lang) -> None:
    from sim.report.calibration_figure import chart_of
    from sim.report.charts.kept import keep_charts
    from sim.report.figures import FIGURES, write_charts

    charts = [chart_of(found)]
    write_charts(charts, folder / FIGURES, lang)
    keep_charts(charts, folder)


def _print(found: Calibration, checks: Checks | None, played: tuple[Played, ...], screen: Console, lang: Lang) -> None:
    from rich.text import Text

    from sim.cli import calibrate_tables as tables

    screen.print(Text(said(tables.heading(found), lang), "dim"))
    screen.print()
    parts = [tables.quantities(found, lang), tables.targets(found, lang)]
    parts += [tables.trials(checks, lang)] if checks is not None else []
    parts += [tables.december(played, lang)] if played else []
    for part in parts:
        screen.print(part, crop=False)
        screen.print()
    for note in tables.notes(found, checks, played):
        screen.print(Text(said(note, lang), "dim"))

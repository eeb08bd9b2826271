"""`replay`: one stored run played again, with its trace, its log and its space–time diagram."""

from __future__ import annotations

import json as json_text
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from sim.cli.options import CHOICE, OUTPUT, Json, Language, whole
from sim.cli.words import Lang, number, word
from sim.errors import UsageError
from sim.language import Phrase

if TYPE_CHECKING:
    from sim.draws import Replication
    from sim.experiment.replay import Replay
    from sim.experiment.results import Results
    from sim.report.space_time_text import Window

LOG = "log.txt"
LINES_SHOWN = 15
DIAGRAM = "space-time"


def replay(
    results: Path,
    /,
    *,
    strategy: Annotated[str | None, Parameter(group=CHOICE)] = None,
    replication: Annotated[int | None, Parameter(group=CHOICE, converter=whole)] = None,
    world: Annotated[int | None, Parameter(group=CHOICE, converter=whole)] = None,
    chance: Annotated[int | None, Parameter(group=CHOICE, converter=whole)] = None,
    first_day: Annotated[str | None, Parameter(name="--from", group=OUTPUT)] = None,
    days: Annotated[int, Parameter(group=OUTPUT, converter=whole)] = 30,
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Play one stored run again and show it: trace, log and space–time diagram.

    Parameters
    ----------
    results
        A result folder, as `run` names it at its end.
    strategy
        Name of the strategy; a folder holds one.
    replication
        Number of the run, as in the column `replication` of outcomes.parquet (world × 2,048 + chance). By default
        the run with the median number of shortage days.
    world
        World of the run, together with its chance.
    chance
        Chance of the run, together with its world.
    first_day
        First date of the diagram (2025-10-01); by default it is centred on the worst attack.
    days
        Days in the diagram.
    out
        Folder in which the folder of the replay is made; by default `replay` in the result folder.
    json
        Print one JSON object.
    lang
        Language of the log, the diagram and the messages.
    """
    from sim.experiment.replay import replay as play
    from sim.experiment.results import load_results
    from sim.report.space_time_text import window_of

    found = load_results(results)
    if strategy not in (None, found.manifest["strategy"]):
        held = found.manifest["strategy"]
        raise UsageError(Phrase('{folder}: holds strategy "{held}" only, got "{got}"', folder=results, held=held, got=strategy))
    played = play(found, _chosen(found, replication, world, chance))
    window = window_of(played, _date(first_day), days)
    folder = (found.folder / "replay" if out is None else out) / played.name
    paths, lines = _write(played, window, folder, lang)
    if json:
        sys.stdout.write(json_text.dumps(_object(played, paths), ensure_ascii=False) + "\n")
    else:
        _print(played, folder, paths, lines, lang)
    return 0


def _chosen(found: Results, number: int | None, world: int | None, chance: int | None) -> Replication:
    from sim.draws import Replication
    from sim.experiment.replay import middle_run

    if number is not None and (world is not None or chance is not None):
        raise UsageError(Phrase("--replication: give either --replication K or --world W --chance C, not both"))
    if (world is None) != (chance is None):
        raise UsageError(Phrase("--world and --chance belong together: give both, or --replication K"))
    for name, given in (("--replication", number), ("--world", world), ("--chance", chance)):
        if given is not None and given < 0:
            raise UsageError(Phrase("{option}: expected 0 or more, got {got}", option=name, got=given))
    if number is not None:
        return Replication.of(number)
    return middle_run(found) if world is None or chance is None else Replication(world, chance)


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(Phrase('--from: expected a date such as 2025-10-01, got "{got}"', got=text)) from error


def _write(played: Replay, window: Window, folder: Path, lang: Lang) -> tuple[list[Path], list[str]]:
    """Write trace, log and diagram; their paths, and the lines of the log."""
    from sim.experiment.replay import write_trace
    from sim.experiment.store.writing import write_bytes
    from sim.report.replay_log import replay_log
    from sim.report.sheet import files_of
    from sim.report.space_time import space_time

    lines = replay_log(played, lang)
    paths = [write_trace(played, folder), folder / LOG]
    write_bytes(paths[1], "".join(f"{line}\n" for line in lines).encode())
    for kind, content in files_of(space_time(played, window).draw(lang)).items():
        paths.append(folder / f"{DIAGRAM}.{lang}.{kind}")
        write_bytes(paths[-1], content)
    return paths, lines


def numbers_of(played: Replay) -> dict[str, int]:
    """What a replay is introduced with: convoys, attacks, tankers and crews lost, shortage days."""
    from sim.analysis.outcomes import shortage_days
    from sim.records import RunStack

    tallies = played.records.tallies
    return {
        "convoys_sent": tallies["convoys_sent"],
        "engagements": tallies["engagements"],
        "tankers_lost": tallies["tankers_burned"] + tallies["tankers_captured"],
        "crews_lost": tallies["crews_lost"],
        "shortage_days_any": shortage_days(RunStack.of([played.records]))[0].item(),
    }


def _object(played: Replay, paths: list[Path]) -> dict[str, Any]:
    manifest, replication = played.results.manifest, played.replication
    return {
        "results": str(played.results.folder),
        "scenario": manifest["scenario"],
        "strategy": manifest["strategy"],
        "world": replication.world,
        "chance": replication.chance,
        "replication": replication.number,
        "events": len(played.trace),
        "numbers": numbers_of(played),
        "files": [str(path) for path in paths],
    }


def _print(played: Replay, folder: Path, paths: list[Path], lines: list[str], lang: Lang) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sim.cli.words import filled
    from sim.scenario.files import shown

    screen = Console(highlight=False)
    manifest, run = played.results.manifest, played.replication
    titles = [manifest["titles"][kind][lang] for kind in ("scenario", "strategy")]
    screen.print(Text(" – ".join(titles), "bold"))
    screen.print(
        word(lang, "replayed", world=run.world, chance=run.chance, replication=str(run.number)), style="dim"
    )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(min_width=24)
    table.add_column(justify="right")
    for name, count in numbers_of(played).items():
        table.add_row(word(lang, f"replay_{name}"), number(count, 0, lang))
    screen.print(table)
    screen.print()
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{shown(folder)}/"), soft_wrap=True)
    screen.print(Text(filled([path.name for path in paths], screen.width, "  "), "dim"), soft_wrap=True)
    screen.print()
    for line in lines[:LINES_SHOWN]:
        screen.print(Text(line), soft_wrap=True)
    if len(lines) > LINES_SHOWN:
        screen.print(
            Text(word(lang, "more_lines", n=len(lines) - LINES_SHOWN, file=LOG), "dim"), soft_wrap=True
        )

"""`compare`: from a question to verdicts on the screen, tables and pages on the disk, or JSON."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from sim.cli.compare_tables import print_case, print_meanings
from sim.cli.progress import comparing
from sim.cli.run_command import program
from sim.cli.words import Lang, counted, filled, number, word
from sim.experiment.interrupts import uninterrupted
from sim.scenario.files import shown

if TYPE_CHECKING:
    from sim.study.asking import Question
    from sim.study.design import Study
    from sim.study.folder import StudyResults


def compare_strategies(
    question: Question, *, screen: bool | None, engine: str, workers: int | None, out: Path, as_json: bool, lang: Lang
) -> int:
    """Run what is missing of a comparison, write its files, show them."""
    # An interrupt while models are built would come out as an error of theirs.
    with uninterrupted():
        from sim.cli.figures import drawn
        from sim.experiment.pool import checked_workers
        from sim.report.comparison_files import write_comparison
        from sim.report.comparison_object import object_of, standings_of
        from sim.study.asking import study_asked
        from sim.study.folder import load_study, replaced_by
        from sim.study.running import check_asked, run_study

    count = checked_workers(workers)
    study, left_out = study_asked(question)
    check_asked(study)
    console, notices = Console(highlight=False), Console(stderr=True, highlight=False)
    if not as_json:
        console.print(_header(study, console.width, lang))

    def waiting(folder: Path) -> None:
        notices.print(word(lang, "waiting", folder=shown(folder)), soft_wrap=True)

    replaced = replaced_by(study, out / study.folder_name)
    if replaced:
        place = word(lang, "takes_place", folder=shown(out / study.folder_name), strategies=", ".join(replaced))
        notices.print(place, soft_wrap=True)
    with comparing(notices, lang) as report:
        folder = run_study(
            study, engine=engine, workers=count, out=out, screen=screen, left_out=left_out, progress=report, waiting=waiting
        )
    results = load_study(folder)
    found = standings_of(results)
    if not as_json:
        _show(console, results, found, lang)  # files and charts take longer than the table
    paths = [*write_comparison(results, found), *drawn(folder, notices, lang)]
    if as_json:
        told = {**object_of(results, found), "results": str(folder)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    _print_paths(console, folder, paths, lang)
    console.print(Text.assemble((word(lang, "next") + " ", "bold"), next_command(question, results, out, lang)), soft_wrap=True)
    return 0


def _header(study: Study, width: int, lang: Lang) -> Text:
    from sim.experiment.design import Design

    titles = dict(study.titles)
    if isinstance(study.design, Design):
        size = f"{counted(lang, study.design.worlds, 'world')} × {counted(lang, study.design.chances, 'chance')}"
    else:
        size = word(lang, "until_precise", half=number(study.design.half_width, 2, lang), most=study.design.most)
    parts = [
        *dict.fromkeys(f"{word(lang, 'scenario')} {case.scenario.name}" for case in study.cases),
        word(lang, "strategies_compared", n=len(study.strategies)),
        word(lang, "cases_compared", n=len(study.cases)),
        word(lang, "baseline", name=study.baseline),
        size,
        f"{word(lang, 'seed')} {study.seed}",
        word(lang, study.uncertainty),
    ]
    return Text.assemble((titles.get(lang, study.name), "bold"), "\n", filled(parts, width), "\n")


def _show(console: Console, study: StudyResults, found: object, lang: Lang) -> None:
    from sim.report.comparison_files import case_title, remarks
    from sim.report.comparison_object import overall_in, standings_of, verdict_in
    from sim.report.words import language

    spoken = language(lang)
    standings = found if isinstance(found, dict) else standings_of(study)
    for place, case in enumerate(study.cases):
        console.print(Text(case_title(study, case, spoken), "bold underline"))
        print_case(console, study, case, standings[place], lang)
        console.print(Text(verdict_in(study, case, spoken)))
        console.print()
    if len(study.cases) > 1:
        console.print(Text(word(lang, "overall_verdict"), "bold underline"))
        console.print(Text(overall_in(study, spoken), "bold"))
        console.print()
    for remark in remarks(study, spoken):
        console.print(Text(remark))
    print_meanings(console, study, lang)


def _print_paths(console: Console, folder: Path, paths: Sequence[Path], lang: Lang) -> None:
    console.print()
    console.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{shown(folder)}/"), soft_wrap=True)
    names = sorted(path.relative_to(folder).as_posix() for path in paths if path.suffix not in (".svg", ".pdf"))
    console.print(Text(filled([*names, "study.json", "cells/"], console.width, "    ")))


def next_command(question: Question, study: StudyResults, out: Path, lang: Lang) -> str:
    """The next command worth trying: other readings of the threat, or the runs that would settle a tie."""
    words = ["compare", str(question.what)]
    if question.strategies:
        words += ["--strategies", *study.strategies]
    many = len(study.cases) > 1
    if many:
        variants = list(question.variants)
        words += ["--variants", *variants] if variants else []
        worlds = 2 * study.design.worlds
        words += ["--worlds", str(worlds), "--chances", str(study.design.chances)]
    else:
        words += ["--variants", "all"]
        if (study.design.worlds, study.design.chances) != (20, 10):
            words += ["--worlds", str(study.design.worlds), "--chances", str(study.design.chances)]
    for name, value, usual in (
        ("--baseline", question.baseline, None), ("--metric", question.metric, None), ("--seed", question.seed, None),
        ("--uncertainty", question.uncertainty, None), ("--out", str(out), "results"), ("--lang", lang, "en"),
    ):  # fmt: skip
        if value != usual:
            words += [name, str(value)]
    return f"{program()} {shlex.join(words)}"

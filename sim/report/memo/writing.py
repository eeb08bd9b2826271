"""From a result folder to the bytes of its memo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from sim.errors import UsageError
from sim.experiment.results import Results, load_results
from sim.language import Lang, Phrase
from sim.report.memo.draft import Draft
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo
from sim.report.memo.of_run import draft_of_run
from sim.report.memo.of_study import draft_of_study
from sim.report.memo.typeset import as_pdf
from sim.report.memo.web import as_html
from sim.report.memo.word import as_docx
from sim.study.folder import RECORD, StudyResults, load_study

Format = Literal["docx", "pdf", "html"]


class Written(NamedTuple):
    """A memo with its bytes, and what a template lacked."""

    memo: Memo
    content: bytes
    remarks: tuple[Phrase, ...]


def draft_of(folder: Path, lang: Lang, annex: bool, scenario: str | None = None) -> Draft:
    """The memo of a result folder or of a comparison; `scenario`: the one that table and pictures show, else the first.

    Raises
    ------
    ResultsError
        If the folder holds neither.
    UsageError
        If it has no such scenario.
    """
    found = shown_of(folder, scenario)
    return draft_of_study(found, lang, annex) if isinstance(found, StudyResults) else draft_of_run(found, lang, annex)


def shown_of(folder: Path, scenario: str | None) -> Results | StudyResults:
    """The comparison of a folder with the scenario that is shown before all others, or its results.

    Raises
    ------
    ResultsError
        If the folder holds neither.
    UsageError
        If it has no such scenario.
    """
    if (folder / RECORD).is_file():
        study = load_study(folder)
        return study if scenario is None else study.with_first(scenario)
    results = load_results(folder)
    if scenario not in (None, results.manifest["scenario"]):
        raise UsageError(Phrase(
            'scenario: expected one of {names}, got "{name}"', names=(results.manifest["scenario"],), name=scenario
        ))  # fmt: skip
    return results


def memo_of(
    folder: Path, kind: Format, lang: Lang = "en", annex: bool = False, template: Path | None = None,
    scenario: str | None = None,
) -> Written:  # fmt: skip
    """The memo of a folder in a format; equal results give equal bytes.

    Raises
    ------
    ResultsError
        If the folder holds no results.
    UsageError
        If a template is given for another format than Word, or cannot be used, or there is no such scenario.
    """
    if template is not None and kind != "docx":
        raise UsageError(Phrase("template: a Word document goes with --format docx only, got --format {kind}", kind=kind))
    memo = laid_out(draft_of(folder, lang, annex, scenario))
    if kind == "docx":
        content, remarks = as_docx(memo, template)
        return Written(memo, content, remarks)
    return Written(memo, as_pdf(memo) if kind == "pdf" else as_html(memo), ())

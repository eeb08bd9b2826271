"""From a result folder to the bytes of its memo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from sim.errors import UsageError
from sim.experiment.results import load_results
from sim.language import Lang, Phrase
from sim.report.memo.draft import Draft
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo
from sim.report.memo.of_run import draft_of_run
from sim.report.memo.of_study import draft_of_study
from sim.report.memo.typeset import as_pdf
from sim.report.memo.web import as_html
from sim.report.memo.word import as_docx
from sim.study.folder import RECORD, load_study

Format = Literal["docx", "pdf", "html"]


class Written(NamedTuple):
    """A memo with its bytes, and what a template lacked."""

    memo: Memo
    content: bytes
    remarks: tuple[Phrase, ...]


def draft_of(folder: Path, lang: Lang, annex: bool) -> Draft:
    """The memo of a result folder or of a comparison.

    Raises
    ------
    ResultsError
        If the folder holds neither.
    """
    if (folder / RECORD).is_file():
        return draft_of_study(load_study(folder), lang, annex)
    return draft_of_run(load_results(folder), lang, annex)


def memo_of(folder: Path, kind: Format, lang: Lang = "en", annex: bool = False, template: Path | None = None) -> Written:
    """The memo of a folder in a format; equal results give equal bytes.

    Raises
    ------
    ResultsError
        If the folder holds no results.
    UsageError
        If a template is given for another format than Word, or cannot be used.
    """
    if template is not None and kind != "docx":
        raise UsageError(Phrase("template: a Word document goes with --format docx only, got --format {kind}", kind=kind))
    memo = laid_out(draft_of(folder, lang, annex))
    if kind == "docx":
        content, remarks = as_docx(memo, template)
        return Written(memo, content, remarks)
    return Written(memo, as_pdf(memo) if kind == "pdf" else as_html(memo), ())

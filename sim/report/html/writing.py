"""From a result folder to the bytes of its report."""

from __future__ import annotations

from pathlib import Path

from sim.language import Lang
from sim.report.html.model import Report
from sim.report.html.of_run import report_of_run
from sim.report.html.of_study import report_of_study
from sim.report.memo.writing import shown_of
from sim.study.folder import StudyResults


def report_of(folder: Path, lang: Lang = "en", scenario: str | None = None) -> Report:
    """The report of a result folder or of a comparison, from the folder alone; `scenario`: the one shown, else the first.

    Raises
    ------
    ResultsError
        If the folder holds neither, or a run does not come out as it is stored.
    UsageError
        If it has no such scenario.
    """
    found = shown_of(folder, scenario)
    return report_of_study(found, lang) if isinstance(found, StudyResults) else report_of_run(found, lang)

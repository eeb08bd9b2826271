"""From a result folder to the bytes of its report."""

from __future__ import annotations

from pathlib import Path

from sim.experiment.results import load_results
from sim.language import Lang
from sim.report.html.model import Report
from sim.report.html.of_run import report_of_run
from sim.report.html.of_study import report_of_study
from sim.study.folder import RECORD, load_study


def report_of(folder: Path, lang: Lang = "en") -> Report:
    """The report of a result folder or of a comparison, from the folder alone.

    Raises
    ------
    ResultsError
        If the folder holds neither, or a run does not come out as it is stored.
    """
    if (folder / RECORD).is_file():
        return report_of_study(load_study(folder), lang)
    return report_of_run(load_results(folder), lang)

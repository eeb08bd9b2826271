"""A result folder tells all that memo and report say: moved to a place without scenarios, it gives the same bytes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ResultsError, UsageError
from sim.experiment import sources
from sim.experiment.sources import SOURCES
from sim.language import Phrase
from sim.report.html.page import as_page
from sim.report.html.writing import report_of
from sim.report.memo.writing import draft_of, memo_of
from sim.scenario import evidence


def documents(folder: Path) -> dict[str, bytes]:
    """The report and the memos of a folder."""
    made = {kind: memo_of(folder, kind, "fr", annex=True).content for kind in ("docx", "pdf", "html")}  # type: ignore[arg-type]
    return {**made, "report": as_page(report_of(folder))}


@pytest.mark.parametrize("name", ["run", "plain2"])
def test_moved_away_from_all_scenarios_a_folder_gives_the_same_bytes(
    results: Callable[[str], Path], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = documents(results(name))
    moved = tmp_path / "elsewhere" / results(name).name
    shutil.copytree(results(name), moved)
    monkeypatch.chdir(tmp_path)

    def none(*_: object) -> list[Path]:
        return []

    monkeypatch.setattr(evidence, "scenario_folders", none)
    with pytest.raises(UsageError):
        evidence.load_evidence()
    assert documents(moved) == here
    assert b"https://" in here["html"]


def test_runs_made_without_evidence_say_so_and_name_no_report(
    results: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise UsageError(Phrase("no evidence folder: run inside a checkout, or beside a scenarios/ folder that has one"))

    monkeypatch.setattr(sources, "load_evidence", absent)
    moved = tmp_path / "run"
    shutil.copytree(results("run"), moved)
    manifest = json.loads((moved / "manifest.json").read_text(encoding="utf-8"))
    start, last = (sources.date.fromisoformat(day) for day in ("2025-09-01", "2025-12-31"))
    found = sources.sources_of(manifest["inputs"]["scenario"], start, last)
    (moved / SOURCES).write_bytes(sources.sources_bytes(found))
    memo = draft_of(moved, "en", True).memo
    told = " ".join(cell for table in memo.annex for row in table.rows for cell in row)
    assert "evidence files are not at hand" in told and "https://" not in told


def test_sources_that_cannot_be_read_are_refused_by_name(results: Callable[[str], Path], tmp_path: Path) -> None:
    moved = tmp_path / "run"
    shutil.copytree(results("run"), moved)
    for content in ("{", '{"known": true}', "[]"):
        (moved / SOURCES).write_text(content, encoding="utf-8")
        with pytest.raises(ResultsError, match=r"sources\.json: not readable"):
            memo_of(moved, "html")

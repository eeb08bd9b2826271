"""The memo command: writes one file, says where, and writes nothing when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of, run_experiment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of one strategy, four runs."""
    experiment = experiment_of("kayes-corridor", "medium", seed=1, uncertainty="sampled", variants=())
    out = tmp_path_factory.mktemp("memo")
    return run_experiment(experiment, Design(4, 1), engine_named("reference", 1), workers=1, out=out).folder


@pytest.mark.parametrize(("kind", "magic"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!DOCTYPE html>")])
def test_a_memo_is_written_into_the_folder_and_named(
    folder: Path, kind: str, magic: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["memo", str(folder), "--format", kind, "--lang", "fr", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["file"]) == folder / "report" / f"memo.fr.{kind}"
    assert Path(told["file"]).read_bytes().startswith(magic)
    assert told["title"].startswith("Sous «")


def test_its_title_and_place_are_shown(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memo", str(folder), "--format", "html", "--out", str(tmp_path / "note.html")]) == 0
    out = capsys.readouterr().out
    assert "Bamako is short of fuel on" in out
    assert "note.html" in out
    assert (tmp_path / "note.html").is_file()


@pytest.mark.parametrize(
    "words", [["nowhere"], ["{folder}", "--template", "none.docx"], ["{folder}", "--format", "pdf", "--template", "none.docx"]]
)
def test_what_cannot_be_used_ends_in_an_error_and_leaves_no_file(
    folder: Path, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["memo", *(word.format(folder=folder) for word in words), "--out", str(tmp_path / "note.docx")]) == 2
    assert capsys.readouterr().err.startswith("Error: ")
    assert list(tmp_path.iterdir()) == []

"""Several commands at once in one result folder: one writes, the others wait or read, and every answer is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import eventually

import sim
from sim.experiment.results import load_results
from sim.experiment.store.writing import alone_in

ROOT = Path(__file__).resolve().parents[2]
FEW = ("short.toml", "--worlds", "2", "--chances", "2", "--workers", "1", "--json")
MANY = ("short.toml", "--worlds", "6", "--chances", "2", "--workers", "1", "--json")


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    code = "import sys; from sim.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".parquet", ".json")
            and path.name != "provenance.json"}  # fmt: skip


@pytest.fixture
def alone(call, tmp_path) -> tuple[dict, dict]:
    """What each command says when it has the folder for itself, without the path."""
    answers = [call(*words, "--out", f"alone-{i}").json for i, words in enumerate((FEW, MANY))]
    for answer in answers:
        answer.pop("results")
    return answers[0], answers[1]


def test_two_runs_started_at_once_are_both_right_and_make_no_run_twice(call, alone, tmp_path) -> None:
    for pair in ((0, 0), (0, 1)):
        kept, out = max(pair), f"out-{max(pair)}"
        runs = [start(tmp_path, *(FEW, MANY)[i], "--out", out) for i in pair]
        for run, i in zip(runs, pair, strict=True):
            said, err = run.communicate(timeout=120)
            assert run.returncode == 0, err
            found = json.loads(said)
            folder = tmp_path / found.pop("results")
            assert found == alone[i]
        single = next((tmp_path / f"alone-{kept}").iterdir())
        assert tables(folder) == tables(single)
        entries = json.loads((folder / "provenance.json").read_text())
        assert sum(entry["runs_made"] for entry in entries) == load_results(folder).manifest["replications"]
        assert not list(folder.rglob("*.tmp"))


@pytest.mark.parametrize(("lang", "part"), [("en", "waiting until it has ended"), ("fr", "attente de sa fin")])
def test_a_run_that_waits_says_so_and_goes_on_when_the_folder_is_free(call, tmp_path, lang, part) -> None:
    folder = Path(call(*FEW).json["results"])
    with alone_in(tmp_path / folder):
        run = start(tmp_path, *MANY, "--lang", lang)
        assert run.stderr is not None
        line = run.stderr.readline()
        assert part in line and folder.name in line
        assert run.poll() is None
        assert load_results(folder).manifest["worlds"] == 2
    said, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert json.loads(said)["worlds"] == 6


def test_a_run_that_waits_can_be_interrupted(call, tmp_path) -> None:
    folder = Path(call(*FEW).json["results"])
    with alone_in(tmp_path / folder):
        run = start(tmp_path, *MANY)
        assert run.stderr is not None and "waiting" in run.stderr.readline()
        run.terminate()
        _, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in err


def test_the_folder_of_a_killed_run_is_free(call, tmp_path) -> None:
    run = start(tmp_path, "short.toml", "--worlds", "500", "--workers", "1", "--engine", "reference")
    assert eventually(lambda: list(tmp_path.glob("results/*/shards/*/*.parquet")))
    run.kill()
    run.communicate(timeout=30)
    folder = next(tmp_path.glob("results/*"))
    waited: list[Path] = []
    with alone_in(folder, waited.append):
        assert waited == []


def test_what_is_stored_is_shown_replayed_and_reproduced_while_another_run_goes_on(
    call, alone, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("sim.cli.figures.current_figures", lambda results, lang: [])
    first = call(*FEW)
    folder = Path(first.json["results"])
    run = start(tmp_path, "short.toml", "--worlds", "400", "--chances", "2", "--workers", "1", "--json", "--engine", "reference")
    before = len(list(folder.glob("shards/*/*.parquet")))
    assert eventually(lambda: len(list(folder.glob("shards/*/*.parquet"))) > before)
    try:
        again = call(*FEW)
        assert (again.code, again.json, again.err) == (0, first.json, "")
        assert call("replay", str(folder), "--out", "replays", "--json").code == 0
        assert call("reproduce", str(folder), "--json").json["identical"]
        assert run.poll() is None
    finally:
        run.kill()
        run.communicate(timeout=30)
    assert call(*MANY).json["metrics"] == alone[1]["metrics"]


def test_a_script_that_waits_says_so_through_logging(call, tmp_path, caplog) -> None:
    import threading

    folder = Path(call(*FEW).json["results"])
    made: list[object] = []
    thread = threading.Thread(target=lambda: made.append(sim.run("short.toml", worlds=3, chances=2)))
    with alone_in(folder):
        thread.start()
        assert eventually(lambda: "another run is writing there" in caplog.text)
    thread.join(timeout=60)
    assert len(made) == 1


def test_the_lock_is_taken_again_by_the_process_that_holds_it(tmp_path) -> None:
    waited: list[Path] = []
    with alone_in(tmp_path, waited.append), alone_in(tmp_path, waited.append):
        pass
    assert waited == []

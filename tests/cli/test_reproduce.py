"""`reproduce`: the same bytes from the folder alone, or where they differ and what may explain it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from processes import group_ends

import sim
from sim.cli import main
from sim.cli.reproduce_words import MEANINGS
from sim.experiment.identity import model_fingerprint
from sim.experiment.provenance import PACKAGES
from sim.experiment.store.derived import TABLES
from sim.experiment.store.parquet import quoted, sha256

ROOT = Path(__file__).resolve().parents[2]
ATTACKED = """\
kind = "scenario"
extends = "kayes-corridor"
title = "Attacked"
title_fr = "Attaqué"
days = 30
warmup_days = 20
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder with 2 worlds × 3 chances, whose scenario file is no longer there."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "attacked.toml").write_text(ATTACKED, encoding="utf-8")
    path = sim.run(folder / "attacked.toml", worlds=2, chances=3, variants=("loss-fraction",), out=folder / "results").folder
    (folder / "attacked.toml").unlink()
    return path


@pytest.fixture
def results(made: Path, tmp_path: Path) -> Path:
    """A copy in another place, that a test may spoil."""
    return shutil.copytree(made, tmp_path / "from another machine" / "renamed")


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    shown = capsys.readouterr()
    return code, " ".join(shown.out.split()), shown.err


def found(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> Any:
    return json.loads(said(capsys, "reproduce", folder, "--workers", 1, "--json", *words)[1])


def stamps(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


def spoil(results: Path, table: str, query: str, describe: bool = False) -> None:
    """Put the rows of a query over `old` in place of a table; with `describe`, in the manifest as well."""
    path, new = results / table, results / "new.parquet"
    duckdb.sql(f"COPY (WITH old AS (FROM read_parquet({quoted(path)})) {query}) TO {quoted(new)} (FORMAT parquet)")
    new.replace(path)
    if describe:
        file = results / "manifest.json"
        text = json.loads(file.read_bytes())
        text["files"][table] = sha256(path)
        file.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n")


def edit(path: Path, change: Any) -> None:
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def test_a_copied_folder_gives_identical_bytes_and_is_not_touched(made, results, capsys) -> None:
    before = stamps(results)
    code, out, _ = said(capsys, "reproduce", results, "--workers", 2)
    assert code == 0
    assert "6 runs made again" in out and "Identical: every table and the manifest, byte for byte" in out
    for name in (*TABLES, "manifest.json"):
        assert f"{name} identical sha256 {sha256(made / name)}" in out
    assert stamps(results) == before


def test_from_python_and_as_json_the_same_is_said(results, capsys) -> None:
    again = sim.reproduce(results)
    told = found(capsys, results)
    assert again.identical and told["identical"] and again.changes == () == tuple(told["changes"])
    assert [file.name for file in again.files] == [file["name"] for file in told["files"]] == [*TABLES, "manifest.json"]
    assert {file["stored_sha256"] for file in told["files"]} == {file["made_sha256"] for file in told["files"]}
    assert told["runs"] == 6


def test_another_machine_without_the_scenarios_gives_identical_bytes(results, tmp_path) -> None:
    """Another process, in another folder, with another home, temporary folder and hash seed, from an installed copy."""
    installed = tmp_path / "site"
    shutil.copytree(ROOT / "sim", installed / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tmp").mkdir()
    code = "import sys; from sim.cli import main; sys.exit(main())"
    ran = subprocess.run(
        [sys.executable, "-c", code, "reproduce", str(results), "--workers", "1"], cwd=tmp_path, text=True,
        env={"PYTHONPATH": str(installed), "PATH": os.environ["PATH"], "HOME": "/nonexistent", "TMPDIR": str(tmp_path / "tmp"),
             "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "Identical" in ran.stdout
    assert not any((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize(
    ("table", "query", "values", "first"),
    [
        ("outcomes.parquet", "SELECT * REPLACE (tankers_burned + 1 AS tankers_burned) FROM old", 6,
         {"world": 0, "chance": 0, "column": "tankers_burned"}),
        ("outcomes.parquet", "SELECT * REPLACE (transit_h * (1 + 1e-15) AS transit_h) FROM old", None,
         {"column": "transit_h"}),
        ("daily.parquet", "SELECT * REPLACE (CASE WHEN world = 1 AND chance = 2 AND date = '2025-09-11' THEN sold_l + 7 ELSE "
         "sold_l END AS sold_l) FROM old", 2,
         {"world": 1, "chance": 2, "date": "2025-09-11", "product": "diesel", "column": "sold_l"}),
        ("daily.parquet", "FROM old WHERE NOT (world = 0 AND chance = 1 AND date = '2025-09-03')", 2,
         {"world": 0, "chance": 1, "date": "2025-09-03", "product": "diesel", "column": "", "stored": False, "made": True}),
        ("daily_quantiles.parquet", "SELECT * EXCLUDE (q50) FROM old", None, {"column": "q50", "stored": None}),
        ("convoys.parquet", "FROM old UNION ALL (SELECT * REPLACE (99 AS convoy, 0 AS world, 2 AS chance) FROM old LIMIT 1)", 1,
         {"world": 0, "chance": 2, "convoy": 99, "column": "", "stored": True, "made": False}),
    ],
)  # fmt: skip
def test_a_changed_value_is_found_with_its_run_day_and_column(results, capsys, table, query, values, first) -> None:
    spoil(results, table, query, describe=True)
    told = found(capsys, results)
    assert not told["identical"]
    differing = [file for file in told["files"] if file["verdict"] != "identical"]
    assert [file["name"] for file in differing] == [table]
    assert differing[0]["verdict"] == "differs" and not differing[0]["changed_since"]
    assert differing[0]["first"].items() >= first.items()
    assert values in (None, differing[0]["values"])
    code, out, _ = said(capsys, "reproduce", results)
    assert code == 1
    assert f"{table} differs" in out and "Not identical" in out
    assert "Code, packages and machine are those that made the results" in out


def test_the_first_difference_is_told_in_both_languages(results, capsys) -> None:
    spoil(results, "daily.parquet", "SELECT * REPLACE (sold_l + 1 AS sold_l) FROM old WHERE world = 1 AND chance = 1", True)
    spoil(results, "outcomes.parquet", "SELECT * REPLACE (crews_lost + 1 AS crews_lost) FROM old", True)
    parts = {"en": r"world 0, chance 0, crews_lost: stored", "fr": r"monde 0, hasard 0, crews_lost : enregistré"}
    for lang, part in parts.items():
        assert part in said(capsys, "reproduce", results, "--lang", lang)[1]


def test_a_table_changed_after_the_run_is_told_apart_from_one_that_does_not_come_out_again(results, capsys) -> None:
    spoil(results, "outcomes.parquet", "SELECT * REPLACE (crews_lost + 1 AS crews_lost) FROM old")
    (results / "convoys.parquet").write_bytes(b"PAR1")
    (results / "daily.parquet").unlink()
    files = {file["name"]: file for file in found(capsys, results)["files"]}
    assert [files[name]["verdict"] for name in TABLES] == ["differs", "differs", "missing", "identical"]
    assert [files[name]["changed_since"] for name in TABLES] == [True, True, True, False]
    assert files["outcomes.parquet"]["values"] == 6
    assert files["convoys.parquet"]["unreadable"]
    assert "it was changed afterwards" in said(capsys, "reproduce", results)[1]


def test_the_same_numbers_in_other_bytes_are_not_identical_and_said_to_be_the_same(results, capsys) -> None:
    spoil(results, "outcomes.parquet", "FROM old", describe=True)
    told = found(capsys, results)
    assert (told["identical"], told["files"][0]["verdict"], told["files"][0]["values"]) == (False, "other bytes", 0)
    assert "same content, written in other bytes" in said(capsys, "reproduce", results)[1]


def test_a_changed_manifest_is_found_with_its_key(results, capsys) -> None:
    edit(results / "manifest.json", lambda data: data["titles"]["scenario"].update(en="Mine"))
    told = found(capsys, results)["files"][-1]
    assert (told["verdict"], told["first"]["column"]) == ("differs", "titles.scenario.en")
    assert (told["first"]["stored"], told["first"]["made"]) == ("Mine", "Attacked")


def test_a_manifest_written_anew_by_hand_has_other_bytes(results, capsys) -> None:
    file = results / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes())))
    assert found(capsys, results)["files"][-1]["verdict"] == "other bytes"


def older(data: list[dict[str, Any]]) -> None:
    data[0]["packages"].update(numpy="1.0", matplotlib="1.0")
    data[0].update(python="CPython 3.9.0", libc="glibc 2.17", model="0123456789abcdef")


def test_other_versions_are_named_with_what_they_can_mean(results, capsys) -> None:
    edit(results / "provenance.json", older)
    edit(results / "manifest.json", lambda data: data["versions"].update(model="0123456789abcdef"))
    told = found(capsys, results)
    assert told["identical"], "the numbers are the same, and the version is explained"
    changes = {change["what"]: change for change in told["changes"]}
    assert list(changes) == ["model", "python", "matplotlib", "numpy", "libc"]
    assert changes["model"] == {"what": "model", "stored": ["0123456789abcdef"], "now": model_fingerprint(),
                                "meaning": MEANINGS["en"]["model"]}  # fmt: skip
    assert changes["matplotlib"]["meaning"] == MEANINGS["en"]["other"]
    code, out, _ = said(capsys, "reproduce", results, "--lang", "fr")
    assert code == 0
    assert f"model: 0123456789abcdef → {model_fingerprint()}. Règles, moteur ou lecture" in out


def test_versions_of_all_makings_are_named(results, capsys) -> None:
    def longer(data: list[dict[str, Any]]) -> None:
        killed = {**data[0], "runs_made": None, "ended": None, "packages": {**data[0]["packages"], "simpy": "3.0"}}
        only_shown = {**data[0], "runs_made": 0, "packages": {**data[0]["packages"], "simpy": "2.0"}}
        data[:] = [killed, only_shown, data[0]]

    edit(results / "provenance.json", longer)
    now = json.loads((results / "provenance.json").read_bytes())[-1]["packages"]["simpy"]
    assert [(change["what"], change["stored"]) for change in found(capsys, results)["changes"]] == [("simpy", ["3.0", now])]


@pytest.mark.parametrize("content", [None, "[]", "nonsense"])
def test_without_a_provenance_the_tables_are_compared_all_the_same(results, capsys, content) -> None:
    (results / "provenance.json").unlink()
    if content is not None:
        (results / "provenance.json").write_text(content)
    told = found(capsys, results)
    assert told["identical"] and not told["provenance_known"]
    assert "No provenance.json tells" in said(capsys, "reproduce", results)[1]


def test_what_cannot_be_reproduced_is_said_with_exit_2(results, tmp_path, capsys) -> None:
    def refused(part: str, *words: object) -> None:
        code, _, err = said(capsys, "reproduce", *words)
        assert (code, "Traceback" in err) == (2, False)
        assert part in err

    (tmp_path / "empty").mkdir()
    refused("no such folder", tmp_path / "none")
    refused("the experiment was not finished", tmp_path / "empty")
    refused("expected one of auto", results, "--engine", "fast")
    refused("workers", results, "--workers", 0)
    good = (results / "manifest.json").read_bytes()
    edit(results / "manifest.json", lambda data: data["inputs"]["scenario"].update(days=31))
    refused("inputs.scenario was changed after the run", results)
    edit(results / "manifest.json", lambda data: data.pop("worlds"))
    refused("worlds: expected a whole number", results)
    (results / "manifest.json").write_bytes(good[:-10])
    refused("not readable", results)


def test_a_folder_that_changes_meanwhile_is_not_judged(results, monkeypatch, capsys) -> None:
    import sim.experiment.reproduce as module

    changes = module._changes

    def meanwhile(stored: Any) -> Any:
        edit(results / "manifest.json", lambda data: data.update(worlds=9))
        return changes(stored)

    monkeypatch.setattr(module, "_tables", lambda stored, made: (meanwhile(stored), ())[1])
    code, _, err = said(capsys, "reproduce", results)
    assert code == 2
    assert "another run has written there meanwhile" in err


@pytest.mark.skipif(os.name != "posix", reason="signals to process groups")
def test_an_interrupt_leaves_neither_processes_nor_files(results, tmp_path) -> None:
    edit(results / "manifest.json", lambda data: data.update(worlds=500))
    (tmp_path / "tmp").mkdir()
    code = "import sys; from sim.cli import main; sys.exit(main())"
    run = subprocess.Popen(
        [sys.executable, "-c", code, "reproduce", str(results), "--workers", "2"], cwd=tmp_path, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert run.stderr is not None
    assert run.stderr.readline()
    time.sleep(1)
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert "Nothing was changed" in err and "Traceback" not in err
    assert group_ends(run.pid)
    assert not any((tmp_path / "tmp").iterdir())


def test_the_provenance_says_who_made_it_when_where_and_with_what(results) -> None:
    (entry,) = json.loads((results / "provenance.json").read_bytes())
    assert set(entry) == {
        "command", "began", "ended", "wall_s", "worlds", "chances", "runs_made", "engine", "workers", "host", "sim", "model",
        "commit", "python", "packages", "os", "libc", "cpu", "cpus",
    }  # fmt: skip
    assert (entry["worlds"], entry["chances"], entry["runs_made"], entry["engine"]) == (2, 3, 6, "reference")
    assert entry["began"] <= entry["ended"] and entry["model"] == model_fingerprint()
    assert all(entry["packages"][name] for name in ("numpy", "numba", "simpy", "duckdb", "pydantic"))


def test_the_provenance_has_every_package_that_the_project_needs() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {text.split(">")[0] for text in declared} <= set(PACKAGES)

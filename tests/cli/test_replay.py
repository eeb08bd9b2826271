"""`replay`: a stored run comes out again to the last bit, or the command says what differs."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest

import sim
from sim.cli import main
from sim.experiment.identity import canonical, model_fingerprint
from sim.experiment.store.parquet import quoted, sha256
from sim.records import Happening

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
    """A result folder with 2 worlds × 2 chances."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "attacked.toml").write_text(ATTACKED, encoding="utf-8")
    return sim.run(folder / "attacked.toml", worlds=2, chances=2, workers=1, out=folder / "results").folder


@pytest.fixture
def results(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    import shutil

    return shutil.copytree(made, tmp_path / made.name)


def shown(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_every_stored_run_comes_out_again(made: Path, tmp_path: Path, capsys) -> None:
    table = sim.load_results(made).outcomes
    for row in table.to_dict("records"):
        code, out, err = shown(capsys, "replay", made, "--replication", row["replication"], "--out", tmp_path, "--json")
        assert code == 0, err
        found = json.loads(out)
        assert (found["world"], found["chance"]) == (row["world"], row["chance"])
        numbers = found["numbers"]
        assert {name: row[name] for name in numbers} == numbers


def test_trace_log_and_diagram_are_written_and_the_same_every_time(results: Path, tmp_path: Path, capsys) -> None:
    words = ("replay", results, "--world", 1, "--chance", 0, "--lang", "fr", "--json")
    found = json.loads(shown(capsys, *words)[1])
    paths = [Path(file) for file in found["files"]]
    folder = results / "replay" / f"{found['strategy']}-w1-c0"
    names = ["trace.parquet", "log.txt", "space-time.fr.pdf", "space-time.fr.png", "space-time.fr.svg"]
    assert sorted(path.name for path in paths) == sorted(names)
    assert all(path.parent == folder for path in paths)
    first = [sha256(path) for path in paths]
    assert shown(capsys, *words)[0] == 0
    assert [sha256(path) for path in paths] == first


def test_the_trace_names_places_and_is_in_the_order_of_events(results: Path, capsys) -> None:
    found = json.loads(shown(capsys, "replay", results, "--json")[1])
    trace = duckdb.sql(f"SELECT * FROM read_parquet({quoted(found['files'][0])})").df()
    columns = ["time_s", "stamp", "rank", "entity", "ordinal", "happening", "place", "tankers", "amount"]
    assert list(trace.columns) == columns
    assert len(trace) == found["events"] > 100
    order = trace[["time_s", "rank", "entity", "ordinal"]]
    assert order.equals(order.sort_values(list(order.columns), kind="stable"))
    assert set(trace["happening"]) <= {happening.name.lower() for happening in Happening}
    manifest = sim.load_results(results).manifest
    scenario = manifest["inputs"]["scenario"]
    for happening, names in (("engaged", "leg"), ("departed", "corridor"), ("reached", "node"), ("dropped", "sink")):
        places = set(trace.loc[trace["happening"] == happening, "place"])
        assert places and places <= set(scenario[names])
    epoch = trace["stamp"].iloc[0].to_pydatetime().date()
    assert epoch.isoformat() == manifest["epoch"]


def test_the_screen_shows_a_table_the_paths_and_the_beginning_of_the_log(results: Path, capsys) -> None:
    code, out, _ = shown(capsys, "replay", results)
    assert code == 0
    for part in ("Convoys sent", "Attacks", "Tankers lost", "Shortage days", "trace.parquet", "space-time.en.png"):
        assert part in out
    assert len(re.findall(r"^2025-09-\d\d \d\d:\d\d:\d\d  ", out, re.MULTILINE)) == 13
    assert "more lines in log.txt" in out


def test_by_default_the_run_with_the_median_of_shortage_days_is_shown(made: Path, tmp_path: Path, capsys) -> None:
    days = sorted(sim.load_results(made).outcomes["shortage_days_any"])
    found = json.loads(shown(capsys, "replay", made, "--out", tmp_path, "--json")[1])
    assert found["numbers"]["shortage_days_any"] == days[1]


def spoil(results: Path, change: str) -> None:
    """Change stored numbers, and the manifest with them, so that only a replay can notice."""
    file, manifest_file = results / "outcomes.parquet", results / "manifest.json"
    new = results / "new.parquet"
    duckdb.sql(f"COPY (SELECT * REPLACE ({change}) FROM read_parquet({quoted(file)})) TO {quoted(new)} (FORMAT parquet)")
    new.replace(file)
    manifest = json.loads(manifest_file.read_text())
    manifest["files"]["outcomes.parquet"] = sha256(file)
    manifest_file.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "name"),
    [("tankers_burned + 1 AS tankers_burned", "tankers_burned"), ("transit_h + 1e-12 AS transit_h", "transit_h")],
)
def test_a_number_that_differs_in_its_last_bits_is_named_with_both_models(results, capsys, change: str, name: str) -> None:
    spoil(results, change)
    code, _, err = shown(capsys, "replay", results, "--replication", 0)
    assert code == 1
    assert f"{name}: stored " in err and model_fingerprint() in err
    assert not (results / "replay").exists()


def test_results_of_another_model_are_told_apart_from_spoilt_ones(results: Path, capsys) -> None:
    spoil(results, "tankers_burned + 1 AS tankers_burned")
    file = results / "manifest.json"
    file.write_text(file.read_text().replace(model_fingerprint(), "0123456789abcdef"))
    err = shown(capsys, "replay", results, "--replication", 0)[2]
    assert f"made by model 0123456789abcdef, this is model {model_fingerprint()}" in err


def test_inputs_that_the_model_cannot_read_are_an_error_and_no_crash(results: Path, capsys) -> None:
    file = results / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["inputs"]["scenario"]["contact"]["telepathy"] = 1
    manifest["digests"]["scenario"] = hashlib.sha256(canonical(manifest["inputs"]["scenario"])).hexdigest()
    file.write_text(json.dumps(manifest))
    code, _, err = shown(capsys, "replay", results)
    assert code == 2
    assert "telepathy" in err and "do not fit the present model" in err


def test_inputs_that_were_changed_after_the_run_are_noticed(results: Path, capsys) -> None:
    file = results / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["inputs"]["strategy"]["title"] = "Mine"
    file.write_text(json.dumps(manifest))
    code, _, err = shown(capsys, "replay", results)
    assert code == 2
    assert "inputs.strategy was changed after the run" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replication", 3), "no run of world 0, chance 3; the results hold worlds 0–1 with chances 0–1"),
        (("--world", 7, "--chance", 0), "no run of world 7"),
        (("--world", 1), "belong together"),
        (("--replication", 0, "--world", 1, "--chance", 0), "not both"),
        (("--replication", -1), "expected 0 or more"),
        (("--strategy", "large-rare"), 'holds strategy "escort-48h-150" only'),
        (("--from", "October"), "expected a date such as 2025-10-01"),
        (("--from", "2025-12-31"), "expected a date from 2025-09-01 to 2025-09-30"),
        (("--days", 0), "expected at least 1"),
    ],
)
def test_what_cannot_be_replayed_is_said(made: Path, tmp_path: Path, capsys, words, said: str) -> None:
    code, _, err = shown(capsys, "replay", made, "--out", tmp_path, *words)
    assert code == 2
    assert said in err
    assert not any(tmp_path.iterdir())


def test_a_folder_without_results_is_an_error(tmp_path: Path, capsys) -> None:
    code, _, err = shown(capsys, "replay", tmp_path / "none")
    assert code == 2
    assert "no such folder" in err


def test_a_run_with_metrics_to_a_day_is_replayed_too(call, tmp_path) -> None:
    made = call("blockade-2025-customs", "--worlds", "1", "--chances", "1", "--workers", "1", "--out", str(tmp_path), "--json")
    said = call("replay", made.json["results"])
    assert said.code == 0
    assert "to the last" in " ".join(said.out.split())

"""`run`: the table, the JSON object, the stored result, the exit codes."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import eventually, group_ends
from rich.console import Console

import sim
from sim.analysis.metrics import metrics_for
from sim.cli.run_command import program
from sim.cli.summary_table import print_summary

FEW = ("--worlds", "2", "--chances", "2", "--workers", "1")
ROOT = Path(__file__).resolve().parents[2]


def test_json_is_one_object_with_every_metric_and_the_path_of_the_results(call) -> None:
    said = call("short.toml", *FEW, "--strategy", "no-escort", "--json")
    found = said.json
    assert said.code == 0
    assert (found["scenario"], found["strategy"]) == ("short", "no-escort")
    assert (found["worlds"], found["chances"], found["replications"]) == (2, 2, 4)
    assert (found["seed"], found["engine"]) == (1, "reference")
    assert list(found["metrics"]) == [metric.name for metric in metrics_for(("petrol", "diesel"))]
    keys = {"mean", "low", "high", "p05", "p50", "p95", "unit", "n_defined"}
    assert all(set(numbers) == keys for numbers in found["metrics"].values())
    assert "NaN" not in said.out
    assert sim.load_results(found["results"]).summary() == found["metrics"]


def test_run_py_scenario_is_the_same_as_run_py_run_scenario(call) -> None:
    assert call("short.toml", *FEW, "--json").json == call("run", "short.toml", *FEW, "--json").json


def test_progress_goes_to_stderr_in_plain_lines_when_it_is_no_terminal(call) -> None:
    said = call("short.toml", *FEW, "--json")
    assert said.out.count("\n") == 1
    assert "runs 4/4" in said.err
    assert "\x1b" not in said.out + said.err


def test_the_same_command_again_shows_the_stored_result_without_running(call) -> None:
    first = call("short.toml", *FEW)
    again = call("short.toml", *FEW)
    assert "nothing was run" in again.out
    assert again.err == ""
    assert again.out.splitlines()[-30:] == first.out.splitlines()[-30:]


def test_fewer_runs_than_stored_show_the_part_and_say_so(call, monkeypatch) -> None:
    call("short.toml", *FEW)
    less = ("short.toml", "--worlds", "2", "--chances", "1", "--workers", "1")
    said = call(*less)
    assert "The folder holds 2 × 2 runs; the table is over the 2 × 1 asked for" in " ".join(said.out.split())
    found = call(*less, "--json").json
    assert (found["worlds"], found["chances"], found["replications"]) == (2, 1, 2)
    assert sim.load_results(found["results"]).manifest["replications"] == 4
    drawn: list[Path] = []
    monkeypatch.setattr("sim.cli.figures.draw", lambda folder, lang: drawn.append(folder) or [])
    call(*less, "--lang", "fr")
    assert [sim.load_results(folder).manifest["replications"] for folder in drawn] == [4]
    crossed = call("short.toml", "-n", "3")
    assert (crossed.code, crossed.out) == (2, "")
    assert "--worlds 3 --chances 2" in crossed.err


def test_results_that_cannot_be_written_are_one_line_and_exit_2(call) -> None:
    said = call("short.toml", *FEW, "--out", "short.toml")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: out: results cannot be written to")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("executable", "script", "typed"),
    [
        ("{here}/.venv/bin/python", "run.py", ".venv/bin/python run.py"),
        ("{here}/.venv/bin/python", "../run.py", ".venv/bin/python ../run.py"),
        ("{here}/a b/python", "run.py", "'a b/python' run.py"),
        ("/nowhere/python", "run.py", "/nowhere/python run.py"),
        (sys.executable, "{here}/.venv/bin/fuel", ".venv/bin/fuel"),
    ],
)
def test_the_next_command_begins_as_the_reader_would_type_it(tmp_path, monkeypatch, executable, script, typed) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", executable.format(here=tmp_path))
    monkeypatch.setattr(sys, "argv", [script.format(here=tmp_path)])
    assert program() == typed


def test_a_program_on_the_search_path_is_typed_by_its_name(tmp_path, monkeypatch) -> None:
    python = tmp_path / "python9"
    python.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(sys, "argv", ["run.py"])
    assert program() == "python9 run.py"


def test_sim_run_works_in_a_plain_script(call, tmp_path) -> None:
    (tmp_path / "plain.py").write_text(
        'import sim\n\nresult = sim.run("short.toml", worlds=2, chances=2)\nprint(result)\n', encoding="utf-8"
    )
    ran = subprocess.run(
        [sys.executable, "plain.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("<Results short, ")


def test_n_means_worlds_of_one_chance(call) -> None:
    found = call("short.toml", "-n", "3", "--workers", "1", "--json").json
    assert (found["worlds"], found["chances"], found["replications"]) == (3, 1, 3)


def test_central_worlds_differ_by_luck_only(call) -> None:
    found = call("short.toml", *FEW, "--uncertainty", "central", "--json").json
    assert found["uncertainty"] == "central"
    sampled = call("short.toml", *FEW, "--json").json
    assert found["results"] != sampled["results"]


def test_the_table_says_what_was_run_and_what_the_interval_means(call) -> None:
    said = call("short.toml", *FEW, "--strategy", "escort-48h-150")
    three = call("short.toml", "--worlds", "3", "--chances", "2", "--workers", "1", "--strategy", "escort-48h-150")
    assert "95 % interval: of the mean, over the 3 worlds" in three.out
    for part in (
        "Short", "scenario short", "strategy escort-48h-150", "2 worlds × 2 chances = 4 runs", "seed 1",
        "1 worker", "Shortage days, petrol", "fewer than 3 worlds do not show",
        "fewer than 20 runs", "Next:", "outcomes.parquet", "manifest.json",
    ):  # fmt: skip
        assert part in said.out


def test_the_table_fits_80_columns_in_both_languages(call) -> None:
    for lang in ("en", "fr"):
        said = call("short.toml", *FEW, "--lang", lang)
        table = said.out.split("Next:")[0].split("Ensuite\N{NO-BREAK SPACE}:")[0]
        assert max(len(line.rstrip()) for line in table.splitlines()) <= 80


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_narrow_table_keeps_every_unit_whole(call, monkeypatch, lang) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    said = call("short.toml", *FEW, "--lang", lang)
    table = said.out.split("Next:")[0].split("Ensuite\N{NO-BREAK SPACE}:")[0]
    assert max(len(line.rstrip()) for line in table.splitlines()) <= 60
    shown = [line.strip() for line in table.splitlines()]
    rows = {"en": ("million l", "unit-days", "%", "days"), "fr": ("millions l", "j·unités", "%", "jours")}[lang]
    assert [shown.count(unit) for unit in rows] == [3, 1, 3, 6]


def test_the_first_shortage_day_has_its_date_beside_it() -> None:
    metric = {"name": "first_shortage_day", "unit": "day", "title": {"en": "First shortage day", "fr": "Premier jour"}}
    numbers = {"mean": 23.8, "low": 20.0, "high": 28.0, "p05": 20.0, "p95": 27.0, "unit": "day", "n_defined": 8}
    manifest = {"metrics": [metric], "replications": 8, "worlds": 4, "start": "2025-09-01", "report_to": []}
    for lang, expected in (("en", "First shortage day (25 Sept)"), ("fr", "Premier jour (25 sept.)")):
        console = Console(width=100, record=True, file=io.StringIO())
        print_summary(console, manifest, {"first_shortage_day": numbers}, lang)
        assert expected in console.export_text()


def test_french_has_french_titles_and_a_decimal_comma(call) -> None:
    said = call("short.toml", *FEW, "--lang", "fr")
    for part in ("Court", "Jours de pénurie, essence", "2 mondes × 2 hasards = 4 simulations", "Ensuite\N{NO-BREAK SPACE}:"):
        assert part in said.out
    assert "0,0" in said.out
    assert "0.0" not in said.out


def test_one_run_has_no_interval_and_says_so(call) -> None:
    said = call("short.toml", "-n", "1")
    assert "no interval can be given" in said.out


def test_undefined_metrics_are_null_and_marked(call) -> None:
    found = call("short.toml", *FEW, "--json").json["metrics"]["first_shortage_day"]
    assert found == {
        **dict.fromkeys(("mean", "low", "high", "p05", "p50", "p95")),
        "unit": "day",
        "n_defined": 0,
    }
    assert "Defined in 0 of 4 runs" in call("short.toml", *FEW).out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("kayes-coridor",), 'did you mean "kayes-corridor"'),
        (("chek",), 'did you mean "check"'),
        (("lst",), '"list"'),
        (("nowhere.toml",), "no such scenario file"),
        (("short.toml", "--strategy", "no-escrt"), "no-escort"),
        (("short.toml", "--variant", "nothing-like-it"), "no variant of that name"),
        (("short.toml", "--engine", "fast"), "expected one of auto, reference"),
        (("short.toml", "--worlds", "many"), "--worlds"),
        (("short.toml", "--worlds", "2.5"), 'expected a whole number, got "2.5"'),
        (("short.toml", "--seed", "1.5"), 'expected a whole number, got "1.5"'),
        (("short.toml", "--worlds", "0"), "worlds: expected a whole number from 1"),
        (("short.toml", "--workers", "0"), "workers: expected a whole number"),
        (("short.toml", "-n", "3", "--worlds", "2"), "not both"),
        (("short.toml", "--uncertainty", "none"), "--uncertainty"),
        (("short.toml", "--wrlds", "3"), "--worlds"),
    ],
)  # fmt: skip
def test_mistakes_on_the_command_line_exit_2_say_what_to_do_and_write_nothing(call, words, part) -> None:
    plain, as_json = call(*words), call(*words, "--json")
    assert (plain.code, as_json.code) == (2, 2)
    assert part in plain.err
    assert "Traceback" not in plain.err
    errors = as_json.json["errors"]
    assert set(errors[0]) == {"file", "line", "column", "key", "message"}
    assert part in errors[0]["message"] + errors[0]["key"]
    assert not Path("results").exists()


def test_a_mistake_in_a_file_is_shown_with_its_line_and_a_caret(call, tmp_path) -> None:
    (tmp_path / "short.toml").write_text(
        'kind = "scenario"\nextends = "kayes-corridor-normal"\ndays = "many"\n'
    )
    said = call("short.toml")
    assert said.code == 2
    assert "short.toml:3:1: days: expected a whole number" in said.err
    assert '    3 | days = "many"\n      | ^\n' in said.err
    error = call("short.toml", "--json").json["errors"][0]
    assert (error["file"], error["line"], error["column"], error["key"]) == ("short.toml", 3, 1, "days")


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    code = "import sys; from sim.cli import main; sys.exit(main())"
    # A session of its own: a signal to the group reaches the workers too, as Ctrl-C does in a terminal.
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip


def _wait_for_a_shard(folder: Path) -> None:
    assert eventually(lambda: next(folder.glob("results/*/shards/*/*.parquet"), None))


@pytest.mark.skipif(os.name != "posix", reason="signals to process groups")
@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGTERM, True)])
def test_an_interrupt_exits_130_leaves_nothing_running_and_keeps_what_was_run(
    tmp_path, number, group
) -> None:
    words = ("kayes-corridor-normal", "--worlds", "400", "--workers", "2")
    run = _start(tmp_path, *words)
    _wait_for_a_shard(tmp_path)
    (os.killpg if group else os.kill)(run.pid, number)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    assert group_ends(run.pid)
    assert not list(tmp_path.rglob("manifest.json"))
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.skipif(os.name != "posix", reason="signals to process groups")
def test_workers_leave_when_the_main_process_is_killed(tmp_path) -> None:
    run = _start(tmp_path, "kayes-corridor-normal", "--worlds", "400", "--workers", "2")
    _wait_for_a_shard(tmp_path)
    run.kill()
    run.communicate(timeout=30)
    assert group_ends(run.pid)


def test_metrics_are_reported_to_the_days_that_the_scenario_names(call) -> None:
    said = call("blockade-2025-customs", "--worlds", "1", "--chances", "1", "--workers", "1", "--json")
    (until, begun), whole = next(iter(said.json["metrics_to"].items())), said.json["metrics"]
    assert until == "2025-12-31"
    assert {"shortage_days_any", "tankers_lost", "inflow_l", "power_hours"} <= set(begun)
    assert "escort_days" not in begun
    for name in ("shortage_days_any", "tankers_lost", "inflow_l", "litres_unmet"):
        assert begun[name]["mean"] <= whole[name]["mean"]
    assert begun["inflow_l"]["mean"] < whole["inflow_l"]["mean"]

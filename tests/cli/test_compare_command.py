"""`compare`: tables, the JSON object, exit codes, both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

THREE = ("compare", "short.toml", "--strategies", "escort-48h-150", "medium", "no-escort")
FEW = ("--worlds", "3", "--chances", "2", "--workers", "1", "--engine", "reference")


def test_json_is_one_object_and_the_same_that_is_stored(call) -> None:
    said = call(*THREE, *FEW, "--json")
    assert said.code == 0
    assert said.out.count("\n") == 1
    stored = json.loads((Path(said.json["results"]) / "comparison.json").read_text(encoding="utf-8"))
    assert {key: value for key, value in said.json.items() if key != "results"} == stored
    assert "runs 18/18" in said.err


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_line_is_longer_than_a_hundred_columns(call, monkeypatch, lang: str) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    said = call(*THREE, *FEW, "--variants", "detection", "--lang", lang)
    assert said.code == 0
    lines = said.out.splitlines()
    assert [line for line in lines[:-1] if cell_len(line.rstrip()) > 100] == []
    assert ("Ensuite" if lang == "fr" else "Next:") in lines[-1]


def test_every_case_has_its_tables_its_verdict_and_what_holds_across_them(call, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    said = call(*THREE, *FEW, "--variants", "detection", "loss-fraction")
    text = " ".join(said.out.split())
    variants = ["Large convoys are easier to find", "Losses grow with the convoy (fraction law)"]
    headings = ["As it stands", *variants, "Across all variants"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    found = call(*THREE, *FEW, "--variants", "detection", "loss-fraction", "--json").json
    for case in found["scenarios"]:
        assert " ".join(case["verdict"]["en"].split()) in text
    assert " ".join(found["overall"]["en"].split()) in text
    for name in ("comparison.csv", "ranking.csv", "verdict.en.md", "study.json"):
        assert name in text


def test_numbers_of_the_table_are_those_of_the_object(call, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = call(*THREE, *FEW).out
    case = call(*THREE, *FEW, "--json").json["scenarios"][0]
    for strategy in case["strategies"]:
        row = next(line for line in shown.splitlines() if line.startswith(strategy["name"]))
        mean = strategy["metrics"]["shortage_days_any"]["mean"]
        assert f" {mean:.1f} [" in row or f" {mean:.2f} [" in row or f" {mean:.0f} [" in row


def test_the_next_command_of_a_single_case_asks_for_other_readings_of_the_threat(call) -> None:
    last = call(*THREE, *FEW).out.splitlines()[-1]
    assert "--variants all" in last
    assert "--strategies escort-48h-150 medium no-escort" in last


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("compare", "short.toml"), "two or more"),
        (("compare", "short.toml", "--strategies", "no-escort"), "two or more"),
        ((*THREE, "--baseline", "large-rare"), "is not among"),
        ((*THREE, "--metric", "shortage"), "metric"),
        ((*THREE, "--variants", "detecton"), 'did you mean "detection"'),
        ((*THREE, "--variants", "detection+budget"), "exclude each other"),
        ((*THREE, "--precision", "x"), "expected a number"),
        ((*THREE, "--max-worlds", "5"), "--precision"),
        (("compare", "shrt", "--strategies", "a", "b"), "shrt"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_ends_with_exit_code_2_a_clear_error_and_nothing_written(call, words, part: str) -> None:
    said = call(*words)
    assert said.code == 2
    assert part in " ".join((said.out + said.err).split())
    assert "Traceback" not in said.err
    assert not Path("results").exists()
    french = call(*words, "--lang", "fr")
    assert french.code == 2
    assert french.err != said.err
    assert not re.search(r"\b(expected|there are)\b", french.err)


def test_an_experiment_file_is_compared_as_it_says(call, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'kind = "experiment"\ntitle = "Mine"\nquestion = "Which?"\nscenarios = ["short.toml"]\nvariants = ["", "detection"]\n'
        'strategies = ["medium", "no-escort", "escort-48h-150"]\nbaseline = "no-escort"\nworlds = 3\nchances = 2\nseed = 5\n',
        encoding="utf-8",
    )
    found = call("compare", "mine.toml", "--json", "--workers", "1").json
    assert (found["baseline"], found["seed"], found["worlds"]) == ("no-escort", 5, 3)
    assert [case["variant"] for case in found["scenarios"]] == ["", "detection"]
    fewer = call("compare", "mine.toml", "--strategies", "medium", "no-escort", "--variants", "detection", "--json").json
    assert [one["name"] for one in fewer["scenarios"][1]["strategies"]] == ["medium", "no-escort"]
    wrong = call("compare", "mine.toml", "--strategies", "medium", "large-rare")
    assert wrong.code == 2
    assert 'the experiment has no "large-rare"' in wrong.err


@pytest.mark.parametrize(("lang", "part"), [("en", "takes its place"), ("fr", "la remplace")])
def test_a_comparison_that_takes_the_place_of_another_says_so(call, lang: str, part: str) -> None:
    assert part not in call(*THREE, *FEW, "--lang", lang).err
    more = call(*THREE, "large-rare", *FEW, "--no-screen", "--lang", lang)
    assert more.code == 0
    assert part not in more.err
    fewer = call(*THREE, *FEW, "--lang", lang)
    assert part in " ".join(fewer.err.split())
    assert "large-rare" in fewer.err

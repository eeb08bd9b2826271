"""`why`: one JSON object whose parts add up, a table and a chart in both languages, runs that replay plays again."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import sim
from sim.cli import main

WORLD = """\
kind = "scenario"
extends = "kayes-corridor"
title = "Attacked"
title_fr = "Attaqué"
days = 40
warmup_days = 20
"""
NAMES = ["losses", "escort_wait", "slower_transit", "willingness", "panic", "allocation", "departure timing and convoy size"]
SIZE = ("--worlds", "3", "--chances", "2", "--engine", "batch")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder of one strategy."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "attacked.toml").write_text(WORLD, encoding="utf-8")
    return sim.run(folder / "attacked.toml", "small-frequent", worlds=2, chances=1, out=folder / "results").folder


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_json_is_one_object_whose_parts_add_up(made: Path, capsys) -> None:
    code, out, err = said(capsys, "why", made, "small-frequent", "large-rare", "--metric", "litres_unmet", *SIZE, "--json")
    assert code == 0, err
    found = json.loads(out, parse_float=Decimal)
    assert list(found) == ["metric", "difference", "parts", "shown_by"]
    assert found["metric"] == "litres_unmet"
    assert [part["name"] for part in found["parts"]] == NAMES
    assert sum(part["value"] for part in found["parts"]) == found["difference"] != 0
    assert all(part["low"] <= part["value"] <= part["high"] for part in found["parts"])
    assert all(set(shown) == {"name", "replication"} for shown in found["shown_by"])
    as_floats = json.loads(out)
    assert sum(part["value"] for part in as_floats["parts"]) == pytest.approx(as_floats["difference"], rel=1e-15)


@pytest.mark.parametrize(("lang", "words"), [("en", ("Difference", "It is made of")), ("fr", ("Différence", "La composent"))])
def test_two_strategies_are_explained_in_a_table_two_sentences_and_a_chart(made: Path, capsys, lang: str, words) -> None:
    code, out, err = said(capsys, "why", made, "small-frequent", "large-rare", *SIZE, "--lang", lang)
    assert code == 0, err
    assert all(word in out for word in words)
    (folder,) = {path.parent for path in (made / "why").glob(f"*/why.{lang}.png") if "shortage_days_any" in path.parent.name}
    names = {path.name for path in folder.iterdir()}
    assert {f"why.{lang}.{kind}" for kind in ("png", "svg", "pdf", "txt")} | {"why.json"} <= names
    assert len((folder / f"why.{lang}.txt").read_text(encoding="utf-8").splitlines()) == 2
    kept = json.loads((folder / "why.json").read_text())
    assert [kept[key] for key in ("worlds", "chances", "seed", "first", "second")] == [3, 2, 1, "small-frequent", "large-rare"]


def test_amounts_in_the_table_add_up_as_they_are_shown(made: Path, capsys) -> None:
    _, out, _ = said(capsys, "why", made, "small-frequent", "large-rare", *SIZE)
    rows = re.findall(r"^\S.*?\s([+−]?\d+\.\d+)\s+[+−]?\d+\.\d+ to ", out, re.M)
    amounts = [Decimal(text.replace("−", "-")) for text in rows]
    assert len(amounts) == 8
    assert sum(amounts[:-1]) == amounts[-1]


def test_the_replications_that_it_names_are_played_again(made: Path, capsys) -> None:
    _, out, _ = said(capsys, "why", made, "small-frequent", "large-rare", "--metric", "litres_unmet", *SIZE)
    commands = re.findall(r"run\.py (replay .*)$|\w+ (replay .*)$", out, re.M)
    assert len(commands) == 2
    for found in commands:
        words = shlex.split(next(filter(None, found)))
        assert said(capsys, *words, "--json")[0] == 0


def test_one_strategy_is_explained_by_period(made: Path, capsys) -> None:
    code, out, err = said(capsys, "why", made, *SIZE)
    assert code == 0, err
    assert "Under “small-frequent”" in out
    assert re.search(r"By period\s+Sept\s+Oct", out)
    _, out, _ = said(capsys, "why", made, "--metric", "escort_days", *SIZE)
    assert "does not add up over periods" in out


def test_an_explanation_may_be_stored_elsewhere(made: Path, tmp_path: Path, capsys) -> None:
    folder = shutil.copytree(made, tmp_path / "copy", ignore=shutil.ignore_patterns("why"))
    code, _, err = said(capsys, "why", folder, "-n", 2, "--engine", "batch", "--out", tmp_path / "there")
    assert code == 0, err
    assert list((tmp_path / "there").glob("*/why.json")) and not (folder / "why").exists()


def test_what_cannot_be_explained_is_a_clear_mistake_and_nothing_is_written(made: Path, tmp_path: Path, capsys) -> None:
    folder = shutil.copytree(made, tmp_path / "copy", ignore=shutil.ignore_patterns("why"))
    for words, message in (
        (("small-frequent", "small-frequent"), "twice"),
        (("small-frequent", "none-such"), "none-such"),
        (("small-frequent", "large-rare", "--metric", "shortage"), 'there is no "shortage"'),
        (("--variant", "budget"), "--variant"),
        (("-n", "3", "--worlds", "2"), "not both"),
    ):
        code, _, err = said(capsys, "why", folder, *words)
        assert code == 2 and message in err, (words, err)
    assert said(capsys, "why", tmp_path / "nowhere")[0] == 2
    assert not (folder / "why").exists()


def test_a_folder_with_several_worlds_is_asked_for_its_variant(made: Path, tmp_path: Path, capsys) -> None:
    study = tmp_path / "study"
    world = made.parents[1] / "attacked.toml"
    for variant in ((), ("loss-fraction",)):
        for strategy in ("small-frequent", "large-rare"):
            sim.run(world, strategy, worlds=1, chances=1, out=study / "cells", variants=variant)
    words = ("small-frequent", "large-rare", "--metric", "litres_unmet", "-n", "2", "--engine", "batch", "--json")
    plain, laid = (said(capsys, "why", study, *words, *more) for more in ((), ("--variant", "loss-fraction")))
    assert plain[0] == laid[0] == 0, (plain[2], laid[2])
    assert json.loads(plain[1])["difference"] != json.loads(laid[1])["difference"]
    code, _, err = said(capsys, "why", study, "--variant", "budget")
    assert code == 2 and '"loss-fraction"' in err
    code, _, err = said(capsys, "why", study)
    assert code == 2 and "holds strategies" in err

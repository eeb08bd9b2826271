"""`new`: a scenario file of one's own that is good from the first moment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.scenario.files import available
from sim.scenario.load import load_scenario
from sim.scenario.loaded import resolved

TITLES = {"title", "title_fr", "summary"}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("parent", list(available("scenario")))
def test_a_new_file_passes_check_and_is_its_parent_in_all_but_the_title(call, parent: str, lang: str) -> None:
    said = call("new", "my-own", "--from", parent, "--lang", lang)
    assert said.code == 0, said.err
    assert Path("scenarios/worlds/my-own.toml").is_file()
    assert call("check", "my-own").code == 0
    own, old = resolved(load_scenario("my-own").model), resolved(load_scenario(parent).model)
    assert {k: v for k, v in own.items() if k not in TITLES} == {k: v for k, v in old.items() if k not in TITLES}
    assert own["title"] == "My own"


def test_taking_away_every_comment_sign_changes_no_value(call) -> None:
    call("new", "my-own", "--from", "kayes-corridor")
    file = Path("scenarios/worlds/my-own.toml")
    text, n = re.subn(r"^# (?=[a-z_.-]+ = )", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert n >= 10
    file.write_text(text, encoding="utf-8")
    own, old = load_scenario("my-own").model, load_scenario("kayes-corridor").model
    assert own.escort.pool["kayes"].units.value == old.escort.pool["kayes"].units.value
    for key in ("balance", "corridor", "city", "event", "contact", "loss"):
        assert numbers(resolved(own)[key]) == numbers(resolved(old)[key])


def numbers(value: object) -> object:
    """Values and ranges alone."""
    if isinstance(value, dict):
        return {k: numbers(v) for k, v in value.items() if k not in ("source", "confidence", "note")}
    return value


def test_a_file_that_exists_is_never_overwritten(call) -> None:
    call("new", "my-own", "--from", "kayes-corridor")
    before = Path("scenarios/worlds/my-own.toml").read_bytes()
    said = call("new", "my-own", "--from", "kayes-corridor-normal")
    assert said.code == 2
    assert "exists and is left as it is" in said.err
    assert Path("scenarios/worlds/my-own.toml").read_bytes() == before


def test_the_name_of_a_shipped_scenario_is_taken(call) -> None:
    said = call("new", "kayes-corridor", "--from", "kayes-corridor-normal")
    assert said.code == 2
    assert not Path("scenarios").exists()


@pytest.mark.parametrize(("name", "meant"), [("My World.toml", "my-world"), ("six_units", "six-units"), ("../up", "up")])
def test_a_bad_name_is_refused_with_a_good_one(call, name: str, meant: str) -> None:
    said = call("new", name, "--from", "kayes-corridor")
    assert said.code == 2
    assert f'try "{meant}"' in said.err
    assert not Path("scenarios").exists()


def test_a_file_elsewhere_can_extend_a_file_elsewhere(call) -> None:
    call("new", "first", "--from", "kayes-corridor", "--out", "a/b")
    said = call("new", "second", "--from", "a/b/first.toml", "--out", "c")
    assert said.code == 0, said.err
    assert 'extends = "../a/b/first.toml"' in Path("c/second.toml").read_text(encoding="utf-8")
    assert call("check", "c/second.toml").code == 0


def test_an_unknown_parent_is_named_with_the_nearest(call) -> None:
    said = call("new", "my-own", "--from", "kayes-coridor")
    assert said.code == 2
    assert "kayes-corridor" in said.err
    assert not Path("scenarios").exists()

"""Files become frozen models: inheritance, variants, overrides, digests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.files import Kind
from sim.scenario.load import (
    load_scenario,
    load_strategy,
    scenario_from_data,
    strategy_from_data,
)
from sim.scenario.loaded import resolved
from sim.scenario.model import Scenario
from sim.scenario.strategy import FixedEscort

Write = Callable[[Kind, str, str], Path]
CHILD = 'kind = "scenario"\nextends = "tiny"\n'


def lines(error: ScenarioError) -> list[str]:
    """Problems as ``file:line: key`` with the file's name alone."""
    return [f"{os.path.basename(p.file)}:{p.line}: {p.key}" for p in error.problems]


def test_a_scenario_has_name_files_and_plain_data(write: Write, tmp_path: Path) -> None:
    loaded = load_scenario("tiny")
    assert (loaded.name, loaded.kind, loaded.variants) == ("tiny", "scenario", ())
    assert [path.name for path in loaded.files] == ["tiny.toml"]
    assert loaded.model.leg["border-town"].drive_h.high == 4
    assert loaded.data["leg"]["border-town"]["drive_h"] == {"value": 3, "low": 2, "high": 4}


def test_data_and_file_give_the_same_model(
    write: Write, world: dict[str, Any], strategy: dict[str, Any]
) -> None:
    assert scenario_from_data(world) == load_scenario("tiny").model
    assert strategy_from_data(strategy) == load_strategy("tiny").model


def test_tables_merge_and_arrays_and_scalars_replace(write: Write) -> None:
    write("scenario", "child", CHILD + "days = 10\nevent.attacks.legs = []\n[corridor.west]\nfleet = 50\n")
    model = load_scenario("child").model
    assert model.days == 10
    assert model.corridor["west"].fleet.value == 50
    assert model.corridor["west"].title == "West"
    assert model.event["attacks"].legs == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("5", {"value": 5}),
        ("{ value = 5, source = 'A02' }", {"value": 5, "source": "A02"}),
        ("{ high = 9 }", {"value": 3, "low": 2, "high": 9}),
    ],
)
def test_a_quantity_is_replaced_whole_by_a_value_and_merged_without(
    write: Write, over: str, expected: dict[str, Any]
) -> None:
    write("scenario", "child", f"{CHILD}[leg.border-town]\ndrive_h = {over}\n")
    quantity = load_scenario("child").model.leg["border-town"].drive_h
    assert quantity.model_dump(exclude_none=True) == expected


def test_a_range_may_be_added_to_a_bare_number(write: Write) -> None:
    write("scenario", "child", f"{CHILD}[corridor.west.fleet]\nlow = 100\nhigh = 300\n")
    fleet = load_scenario("child").model.corridor["west"].fleet
    assert (fleet.low, fleet.value, fleet.high) == (100, 200, 300)


def test_an_event_of_another_kind_and_another_escort_rule_replace_the_old_one_whole(write: Write) -> None:
    event = 'kind = "closure"\ntitle = "Closed"\nfirst_day = 2025-09-12\nlegs = ["town-city"]\n'
    write("scenario", "child", f"{CHILD}[event.attacks]\n{event}")
    assert load_scenario("child").model.event["attacks"].kind == "closure"
    write("strategy", "none", 'kind = "strategy"\nextends = "tiny"\nconvoys.escort = { rule = "none" }\n')
    convoys = load_strategy("none").model.convoys
    assert convoys is not None
    assert (convoys.escort.rule, convoys.size) == ("none", 100)


def test_an_escort_rule_that_stays_merges(write: Write) -> None:
    write("strategy", "more", 'kind = "strategy"\nextends = "tiny"\n[convoys.escort]\nunits = 3\n')
    convoys = load_strategy("more").model.convoys
    assert convoys is not None
    assert convoys.escort == FixedEscort(rule="fixed", units=3)


def test_variants_are_laid_in_order_and_keep_the_scenarios_title(write: Write) -> None:
    write("variant", "short", 'kind = "variant"\ntitle = "Short"\ndays = 20\n')
    write("variant", "calm", 'kind = "variant"\ntitle = "Calm"\n[event.truce]\nfactor = 0\n')
    loaded = load_scenario("tiny", variants=["short", "calm"])
    assert (loaded.model.days, loaded.model.event["truce"].factor.value, loaded.model.title) == (20, 0, "Tiny")  # type: ignore[union-attr]
    assert loaded.variants == ("short", "calm")
    assert [path.name for path in loaded.files] == ["tiny.toml", "short.toml", "calm.toml"]


def test_a_variant_must_say_what_it_is(write: Write) -> None:
    write("variant", "odd", 'extends = "tiny"\ndays = 0\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny", variants=["odd"])
    assert lines(caught.value) == [
        "odd.toml:1: extends",
        "odd.toml:1: kind",
        "odd.toml:1: title",
        "odd.toml:2: days",
    ]


def test_overrides_come_last_and_may_be_dotted_or_nested(write: Write) -> None:
    overrides = {"corridor.west.fleet": 7, "escort": {"pool": {"border": {"units": 9}}}, "escort.rest_h": 3}
    model = load_scenario("tiny", overrides=overrides).model
    assert model.corridor["west"].fleet.value == 7
    assert (model.escort.pool["border"].units.value, model.escort.rest_h.value) == (9, 3)


def test_a_bad_override_is_named_by_its_key(write: Write) -> None:
    with pytest.raises(ScenarioError, match=r"^overrides: corridor\.west\.fleet: expected ≥ 0"):
        load_scenario("tiny", overrides={"corridor.west.fleet": -1})


def test_overrides_leave_the_callers_tables_alone(write: Write) -> None:
    overrides: dict[str, Any] = {"escort": {"rest_h": 1}, "escort.repair_days": 2}
    load_scenario("tiny", overrides=overrides)
    assert overrides == {"escort": {"rest_h": 1}, "escort.repair_days": 2}


@pytest.mark.parametrize("name", ["gone", "tinny"])
def test_a_missing_parent_is_told_at_its_extends(write: Write, name: str) -> None:
    write("scenario", "child", f'kind = "scenario"\nextends = "{name}"\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario("child")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.key) == (2, 1, "extends")
    assert problem.hint == ('did you mean "tiny"?' if name == "tinny" else "")


def test_files_that_extend_in_a_circle_are_refused(write: Write) -> None:
    write("scenario", "a", 'kind = "scenario"\nextends = "b"\n')
    write("scenario", "b", 'kind = "scenario"\nextends = "a"\n')
    with pytest.raises(
        ScenarioError, match=r"b\.toml:2:1: extends: goes round in a circle: .*a.toml → .*b.toml → .*a.toml"
    ):
        load_scenario("a")


@pytest.mark.parametrize(("ancestors", "refused"), [(10, False), (11, True)])
def test_ten_ancestors_are_allowed_and_eleven_refused(write: Write, ancestors: int, refused: bool) -> None:
    parent = "tiny"
    for number in range(ancestors):
        write("scenario", f"c{number}", f'kind = "scenario"\nextends = "{parent}"\n')
        parent = f"c{number}"
    if refused:
        with pytest.raises(ScenarioError, match="more than 10 files"):
            load_scenario(parent)
    else:
        assert len(load_scenario(parent).files) == 11


def test_a_parent_may_be_given_as_a_path_from_the_child(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'kind = "scenario"\nextends = "scenarios/worlds/tiny.toml"\ndays = 27\n', encoding="utf-8"
    )
    assert load_scenario(path).model.days == 27
    assert load_scenario("mine.toml").name == "mine"


def test_a_strategy_is_not_taken_for_a_scenario(write: Write, strategy_text: str) -> None:
    write("scenario", "odd", strategy_text)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("odd")
    (problem,) = caught.value.problems
    assert problem.message == 'expected "scenario", got "strategy"'


def test_a_default_strategy_that_does_not_exist_is_told(write: Write) -> None:
    write("scenario", "child", CHILD + 'default_strategy = "tinny"\n')
    with pytest.raises(ScenarioError, match=r'child\.toml:3:1: default_strategy: .* did you mean "tiny"\?'):
        load_scenario("child")


def test_the_digest_knows_meaning_and_not_spelling(write: Write, world_text: str) -> None:
    write("scenario", "same", world_text.replace("km = 300", "km = { value = 300.0 }") + "\n# a comment\n")
    write("scenario", "other", world_text.replace("km = 300", "km = 301"))
    assert load_scenario("same").digest == load_scenario("tiny").digest
    assert load_scenario("other").digest != load_scenario("tiny").digest


def test_the_digest_does_not_depend_on_the_hash_seed(write: Write) -> None:
    code = "from sim.scenario.load import load_scenario; print(load_scenario('tiny').digest)"
    root = str(Path(__file__).parents[2])
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {load_scenario("tiny").digest + "\n"}


def test_resolved_data_give_the_model_back(write: Write) -> None:
    model = load_scenario("tiny").model
    assert Scenario.model_validate_json(json.dumps(resolved(model))) == model


def test_a_model_cannot_be_changed(write: Write) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_scenario("tiny").model.days = 3  # type: ignore[misc]


def test_a_shorter_run_keeps_the_parents_later_events_and_refuses_its_own(write: Write) -> None:
    assert "truce" in load_scenario("tiny", overrides={"days": 5}).model.event
    late = 'kind = "truce"\ntitle = "Late"\nfirst_day = 2025-09-20\nfactor = 0.5\n'
    write("scenario", "child", f"{CHILD}days = 5\n[event.late]\n{late}")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("child")
    assert lines(caught.value) == ["child.toml:7: event.late.first_day"]


@pytest.mark.parametrize(
    ("over", "place"),
    [
        ("[sink.town]\nshare = { petrol = 0.2 }\n", "child.toml:4: sink.town.share.petrol"),
        ("[class.retail.share]\ndiesel = 0.4\n", "child.toml:4: class.retail.share.diesel"),
        ("[balance.petrol]\nneed_l_day = 900_000\n", "child.toml:4: balance.petrol.need_l_day"),
        ("[city.depot.petrol]\ncapacity_l = 1_000\n", "child.toml:4: city.depot.petrol.capacity_l"),
        ("[city.depot.petrol]\nstart_cover_days = 30\n", "child.toml:4: city.depot.petrol.start_cover_days"),
        (
            '[corridor.east]\ntitle = "E"\nlegs = ["port-border", "border-town", "town-city"]\nstaging = "border"\n'
            "fleet = 20\ntanker_l = 40_000\nloading_capacity_day = 2\nshare = 0.5\n",
            "child.toml:10: corridor.east.share",
        ),
    ],
)
def test_what_no_longer_fits_together_is_told_where_a_later_file_set_its_part(write: Write, over: str, place: str) -> None:
    write("scenario", "child", CHILD + over)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("child")
    assert lines(caught.value) == [place]


def test_what_does_not_fit_together_in_one_file_is_told_at_the_sum(write: Write, world_text: str) -> None:
    write("scenario", "alone", world_text.replace("petrol = 0.7, diesel", "petrol = 0.6, diesel"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario("alone")
    assert [line.partition(": ")[2] for line in lines(caught.value)] == ["balance.petrol"]

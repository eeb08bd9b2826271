"""Mistakes in files are told all at once, each at its place, in plain words and with a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.files import Kind
from sim.scenario.load import load_scenario, load_strategy, scenario_from_data

Write = Callable[[Kind, str, str], Path]


def problems_of(load: Callable[[], Any]) -> list[Problem]:
    """What loading complains about."""
    with pytest.raises(ScenarioError) as caught:
        load()
    return caught.value.problems


SPOILED = [
    ("km = 300", "kms = 300", 34, "leg.port-border.kms", "unknown key", 'did you mean "km"?'),
    ("km = 300", "", 31, "leg.port-border.km", "is missing: expected a number, or a table { value", ""),
    ("km = 300", "km = 0", 34, "leg.port-border.km", "expected > 0", ""),
    ("km = 300", "km = nan", 34, "leg.port-border.km", "expected a number", ""),
    ("km = 300", "km = true", 34, "leg.port-border.km", "expected a number, or a table", ""),
    (
        "km = 300",
        'km = "300"',
        34,
        "leg.port-border.km",
        "expected a number, or a table { value = …, low",
        "write it",
    ),
    (
        "km = 300",
        "km = { value = 3, lo = 1 }",
        34,
        "leg.port-border.km.lo",
        "unknown key",
        'did you mean "low"?',
    ),
    (
        "km = 300",
        "km = { value = '3' }",
        34,
        "leg.port-border.km.value",
        "expected a number, got",
        "write it without",
    ),
    (
        "km = 300",
        "km = { value = 3, low = 4, high = 5 }",
        34,
        "leg.port-border.km",
        "expected low ≤ value ≤ high",
        "",
    ),
    (
        "km = 300",
        "km = { value = 3, low = 2 }",
        34,
        "leg.port-border.km",
        "low and high must be given together",
        "",
    ),
    (
        'from = "port"',
        'start = "port"',
        32,
        "leg.port-border.start",
        "unknown key",
        "keys allowed here: from, to",
    ),
    ("days = 30", "days = 0", 4, "days", "expected a whole number ≥ 1 and ≤ 18,300, got 0", ""),
    ("days = 30", "days = 30.5", 4, "days", "expected a whole number ≥ 1 and ≤ 18,300, got 30.5", ""),
    ("days = 30", "dayz = 30", 4, "dayz", "unknown key", 'did you mean "days"?'),
    ("days = 30", "", 1, "days", "is missing: expected a whole number", ""),
    (
        "start = 2025-09-01",
        'start = "2025-09-01"',
        3,
        "start",
        "expected a date such as",
        "write it without quotes",
    ),
    ("start = 2025-09-01", "start = 2025-09-01T06:00:00", 3, "start", "expected a date such as", ""),
    ('title = "Tiny"', "title = 3", 2, "title", "expected a text in quotes, got 3", ""),
    ("retail = true", "retail = 1", 75, "class.retail.retail", "expected true or false, got 1", ""),
    ("[class.retail]", "[class.Retail]", 72, "class.Retail", "expected a name of lower-case letters", ""),
    ("petrol = 0.7,", "petrol = 1.7,", 74, "class.retail.share.petrol", "expected ≥ 0 and ≤ 1, got 1.7", ""),
    (
        'staging = "border"',
        'staging = "Border"',
        53,
        "corridor.west.staging",
        "expected a name of lower-case",
        "",
    ),
    ("fleet = 200", "fleet = 20.5", 54, "corridor.west.fleet", "expected a whole number, got 20.5", ""),
    (
        'legs = ["border-town"]',
        "legs = [3]",
        102,
        "event.attacks.legs[0]",
        "expected a name of lower-case",
        "",
    ),
    ('legs = ["border-town"]', 'leg = "x"', 102, "event.attacks.leg", "unknown key", 'did you mean "legs"?'),
    ('kind = "truce"', 'kind = "truse"', 105, "event.truce.kind", 'expected one of "intensity"', '"truce"'),
    ('kind = "truce"', "", 104, "event.truce.kind", 'is missing: expected one of "intensity"', ""),
    (
        "unload = { mean_h = 3 }",
        'unload = { shape = "lognormal", mean_h = 3 }',
        66,
        "city.unload",
        "needs cv > 0",
        "",
    ),
    ("unload = { mean_h = 3 }", "unload = 3", 66, "city.unload", "expected a table, got 3", ""),
    (
        "unload = { mean_h = 3 }",
        'unload = { shape = "fixd", mean_h = 3 }',
        66,
        "city.unload.shape",
        "one of",
        '"fixed"',
    ),
    (
        "retail = true",
        "retail = true\nweekday = [1, 1]",
        76,
        "class.retail.weekday",
        "array [ … ] of exactly 7",
        "",
    ),
    ("last_day = 2025-09-25", "last_day = 2025-09-01", 104, "event.truce", "lies before first_day", ""),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "message", "hint"), SPOILED)
def test_a_mistake_is_told_once_at_its_place_in_plain_words(
    write: Write, world_text: str, old: str, new: str, line: int, key: str, message: str, hint: str
) -> None:
    assert world_text.count(old) == 1
    write("scenario", "bad", world_text.replace(old, new))
    told = [p for p in problems_of(lambda: load_scenario("bad")) if p.key == key]
    assert len(told) == 1
    assert told[0].line == line
    assert message in told[0].message
    assert hint in told[0].hint
    for jargon in ("Input", "valid ", "instance", "dictionary", "Value error", "tag"):
        assert jargon not in told[0].message


def test_an_array_with_one_wrong_element_is_not_also_called_too_short(write: Write, world_text: str) -> None:
    text = world_text.replace("retail = true", 'retail = true\nweekday = [1, 1, "x", 1, 1, 1, 1]')
    write("scenario", "bad", text)
    (problem,) = problems_of(lambda: load_scenario("bad"))
    assert (problem.key, problem.column) == ("class.retail.weekday[2]", 18)


def test_the_units_of_an_escort_rule_are_told_without_pydantics_tag(write: Write, strategy_text: str) -> None:
    write("strategy", "bad", strategy_text.replace("units = 2", "units = 0, unit = 1"))
    problems = problems_of(lambda: load_strategy("bad"))
    assert [(p.key, p.line, p.column) for p in problems] == [
        ("convoys.escort.units", 7, 28),
        ("convoys.escort.unit", 7, 39),
    ]
    assert problems[0].message == "expected a whole number ≥ 1 and ≤ 10,000, got 0"


def test_all_mistakes_of_all_files_come_at_once(write: Write, world_text: str) -> None:
    write("scenario", "base", world_text.replace("km = 300", "km = -1").replace("bays = 10", "bay = 10"))
    write("scenario", "child", 'kind = "scenario"\nextends = "base"\nday = 3\n')
    write("variant", "odd", 'kind = "variant"\ntitle = "Odd"\n[leg.town-city]\nkm = "far"\n')
    problems = problems_of(lambda: load_scenario("child", variants=["odd"]))
    assert [(Path(p.file).name, p.line, p.key) for p in problems] == [
        ("odd.toml", 4, "leg.town-city.km"),
        ("base.toml", 34, "leg.port-border.km"),
        ("base.toml", 63, "city.bays"),
        ("base.toml", 65, "city.bay"),
        ("child.toml", 3, "day"),
    ]


def test_every_file_that_is_not_toml_is_told_at_once(write: Write) -> None:
    write("scenario", "child", "kind = \n")
    write("variant", "odd", "[title\n")
    problems = problems_of(lambda: load_scenario("child", variants=["odd"]))
    assert [(Path(p.file).name, p.line) for p in problems] == [("odd.toml", 1), ("child.toml", 1)]


def test_a_wrong_key_of_the_parent_is_told_in_the_parent_and_one_of_the_child_in_the_child(
    write: Write,
) -> None:
    write(
        "scenario", "child", 'kind = "scenario"\nextends = "tiny"\n[leg.border-town]\ndrive_h = { low = 9 }\n'
    )
    (problem,) = problems_of(lambda: load_scenario("child"))
    assert (Path(problem.file).name, problem.line, problem.column) == ("child.toml", 4, 1)
    assert problem.message == "expected low ≤ value ≤ high, got 9, 3, 4"


def test_references_are_checked_only_when_every_value_is_right(world: dict[str, Any]) -> None:
    world["sink"]["town"]["node"] = "nowhere"
    world["days"] = 0
    assert [p.key for p in problems_of(lambda: scenario_from_data(world))] == ["days"]


def test_the_words_of_the_code_are_not_keys_of_files(world: dict[str, Any]) -> None:
    world["demand_class"] = world.pop("class")
    assert {p.key for p in problems_of(lambda: scenario_from_data(world))} == {"class", "demand_class"}


def test_a_problem_prints_as_place_key_message_and_suggestion(write: Write, world_text: str) -> None:
    write("scenario", "bad", world_text.replace("days = 30", "dayz = 30"))
    problem = problems_of(lambda: load_scenario("bad"))[1]
    place = f"{Path('scenarios/worlds/bad.toml')}:4:1"
    assert str(problem) == f'{place}: dayz: unknown key did you mean "days"?'

"""`explain`: what stands behind a key, a metric or a word."""

from __future__ import annotations

import pytest

from sim.scenario.evidence import audit
from sim.scenario.explain import all_keys, explain_key, unit_of
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.positions import dotted


def test_a_number_is_shown_with_range_unit_place_source_and_meaning(call) -> None:
    number = load_scenario("kayes-corridor").model.loss.convoy_mean_tankers
    said = call("explain", "loss.convoy_mean_tankers", "kayes-corridor")
    assert said.code == 0
    for part in (
        f"{number.value:g}  ({number.low:g} – {number.high:g}) tankers",
        "What an engagement destroys.",
        "scenarios/worlds/kayes-corridor.toml:",
        "timeline:2025-09-14:attack",
        "https://",
        "A65",
        "low confidence",
    ):
        assert part in said.out


def test_the_place_is_the_line_on_which_the_key_stands(call) -> None:
    found = call("explain", "corridor.kayes.fleet", "--json").json
    (setting,) = found["settings"]
    with open(setting["file"], encoding="utf-8") as file:
        line = file.read().splitlines()[setting["line"] - 1]
    assert line.startswith("fleet = ")
    fleet = load_scenario("kayes-corridor").model.corridor["kayes"].fleet
    assert (found["value"], found["low"], found["high"], found["unit"]) == (fleet.value, fleet.low, fleet.high, "tankers")


def test_a_file_that_replaces_its_parent_is_told_apart(call, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(
        'kind = "scenario"\nextends = "kayes-corridor"\ntitle = "Mine"\n\n[corridor.kayes]\nfleet = 900\n', encoding="utf-8"
    )
    said = call("explain", "corridor.kayes.fleet", "mine.toml")
    assert "mine.toml:6  900  (in force)" in said.out
    assert "(replaced)" in said.out
    assert "no source is stated" in said.out


def test_a_default_of_the_model_is_called_one(call) -> None:
    found = call("explain", "contact.budget", "kayes-corridor-normal", "--json").json
    assert (found["settings"], found["value"]) == ([], "unlimited")
    assert "the model's own neutral value" in call("explain", "contact.budget", "kayes-corridor-normal").out


def test_the_end_of_a_key_is_enough_where_only_one_has_it(call) -> None:
    assert "loss.crew_loss_prob" in call("explain", "crew_loss_prob").out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("threat.durations.mean_h", "threat.duration.mean_h"),
        ("corridor.kayes.flete", "corridor.kayes.fleet"),
        ("mean_h", "threat.duration.mean_h"),
        ("shortage_day_any", "shortage_days_any"),
    ],
)
def test_a_mistyped_key_ends_in_the_nearest_ones(call, typed: str, meant: str) -> None:
    said = call("explain", typed)
    assert said.code == 2
    assert f'"{meant}"' in said.err
    assert f'"{meant}"' in call("explain", typed, "--json").json["errors"][0]["message"].replace("\\", "")


def test_a_table_shows_its_keys(call) -> None:
    said = call("explain", "aftermath")
    assert "aftermath.closure_h" in said.out and "aftermath.delay" in said.out


def test_a_metric_is_explained_by_definition_unit_and_direction(call) -> None:
    found = call("explain", "tankers_lost", "--json").json
    assert (found["kind"], found["unit"], found["direction"]) == ("metric", "tankers", "lower")
    assert "moins vaut mieux" in call("explain", "tankers_lost", "--lang", "fr").out


def test_a_daily_column_and_a_word_of_the_glossary_are_explained(call) -> None:
    assert "what people try to buy" in call("explain", "wanted_l").out
    assert "What moves on the road" in call("explain", "cohort").out


def test_keys_of_strategies_are_decisions_and_need_no_source(call) -> None:
    said = call("explain", "convoys.size", "large-rare")
    convoys = load_strategy("large-rare").model.convoys
    assert convoys is not None and f"{convoys.size} tankers" in said.out
    assert "Comes from" not in said.out


def test_french_labels_and_units(call) -> None:
    said = call("explain", "corridor.kayes.fleet", "--lang", "fr")
    for part in ("citernes", "Fixé dans", "Provient de", "hypothèse", "confiance faible"):
        assert part in said.out


def test_every_number_of_the_shipped_world_resolves_to_at_least_one_row() -> None:
    world = load_scenario("kayes-corridor")
    found = audit(world)
    for path in (*found.sourced, *found.assumed):
        if any(isinstance(part, int) for part in path):
            continue
        explained = explain_key(world, dotted(path))
        assert explained.backings, dotted(path)
        assert all(backing.kind != "unknown" and backing.text for backing in explained.backings), dotted(path)


def test_every_key_can_be_explained() -> None:
    world = load_scenario("kayes-corridor")
    for key in all_keys(world):
        explained = explain_key(world, key)
        assert explained.keys or explained.meaning or explained.settings, key


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("balance.petrol.need_l_day", "litres a day"),
        ("threat.intensity_per_km_h", "per km and hour"),
        ("leg.a-b.km", "km"),
        ("class.retail.share.petrol", "share"),
        ("escort.loss_prob", "probability"),
        ("cost.escort_unit_day_fcfa", "FCFA a unit and day"),
        ("orders.target_cover_days", "days"),
        ("orders.rule", ""),
    ],
)
def test_the_unit_is_read_from_the_end_of_the_key(key: str, unit: str) -> None:
    assert unit_of(tuple(key.split("."))) == unit

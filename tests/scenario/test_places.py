"""A mistake is told in the file that made it: the parent, the child or the variant; what leads out of the folders is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario.files import Kind, find
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import pair_problems

Write = Callable[[Kind, str, str], Path]
CHILD = 'kind = "scenario"\nextends = "tiny"\n'
VARIANT = 'kind = "variant"\ntitle = "V"\n'


def told(load: Callable[[], object]) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load()
    return caught.value.problems


def place(problem: Problem) -> str:
    """``child.toml:3: days``."""
    return f"{Path(problem.file).name}:{problem.line}: {problem.key}"


OF_ONE_FILE = [
    ("days = 0", "days"),
    ('days = "many"', "days"),
    ("dayz = 3", "dayz"),
    ("start = 2025-02-28T10:00:00", "start"),
    ("start = 9999-12-01", "start"),
    ("[leg.port-border]\nkm = 20_001", "leg.port-border.km"),
    ("[leg.port-border]\nkm = { value = 1, low = 0, high = 3 }", "leg.port-border.km"),
    ("[leg.border-town]\ndrive_h.high = 1", "leg.border-town.drive_h"),
    ("[leg.new]\nkm = 3", "leg.new.from"),
    ("[event.new]\nfactor = 1", "event.new.kind"),
    ("[event.truce]\nlast_day = 2025-09-01", "event.truce"),
    ('[event.truce]\nkind = "pause"', "event.truce.title"),
    ("[class.retail]\nweekday = [1, 1, 1, 1, 1, 1, 11]", "class.retail.weekday[6]"),
    ('[city]\nunload = { shape = "exponential", mean_h = 3, cv = 1 }', "city.unload"),
    ("[city.unload]\ncv = 1", "city.unload"),
]


@pytest.mark.parametrize(("over", "key"), OF_ONE_FILE)
@pytest.mark.parametrize("kind", ["scenario", "variant"])
def test_a_mistake_of_a_child_or_a_variant_is_told_there(write: Write, kind: Kind, over: str, key: str) -> None:
    write(kind, "mine", (CHILD if kind == "scenario" else VARIANT) + over + "\n")
    problems = told(lambda: load_scenario("mine") if kind == "scenario" else load_scenario("tiny", variants=["mine"]))
    assert {Path(problem.file).name for problem in problems} == {"mine.toml"}
    assert all(problem.line >= 3 for problem in problems)
    assert key in [problem.key for problem in problems]


@pytest.mark.parametrize(("over", "key"), OF_ONE_FILE)
def test_a_mistake_of_a_parent_is_told_in_the_parent_whoever_extends_it(write: Write, over: str, key: str) -> None:
    write("scenario", "parent", CHILD + over + "\n")
    write("scenario", "mine", 'kind = "scenario"\nextends = "parent"\ntitle = "Mine"\n[corridor.west]\ntitle = "W"\n')
    write("variant", "calm", VARIANT + "[corridor.west]\nfleet = 7\n")
    problems = told(lambda: load_scenario("mine", variants=["calm"]))
    assert {Path(problem.file).name for problem in problems} == {"parent.toml"}
    assert key in [problem.key for problem in problems]


def test_what_a_scenario_lacks_is_told_in_the_scenario_and_not_in_the_variant_over_it(write: Write, world_text: str) -> None:
    write("scenario", "short", world_text.replace("days = 30\n", ""))
    write("variant", "calm", VARIANT + "[event.truce]\nfactor = 0\n")
    (problem,) = told(lambda: load_scenario("short", variants=["calm"]))
    assert place(problem) == "short.toml:1: days"


TOGETHER = [
    ('[leg.border-town]\nto = "city"', "4: leg.border-town.to", 'corridor.west.legs[2]: "town-city" starts at "town"'),
    ('[city]\nnode = "town"', "4: city.node", "the last leg ends at"),
    ('[leg.town-city]\nto = "border"', "4: leg.town-city.to", "a second time"),
    (
        '[corridor.west]\nlegs = ["border-town", "town-city"]\nstaging = "town"',
        "5: corridor.west.staging",
        "leg.border-town.exposure",
    ),
    ('[corridor.west]\nstaging = "town"', "4: corridor.west.staging", "escort.pool.border.node"),
    ('[product.kerosene]\ntitle = "K"', "3: product.kerosene", "is missing: expected an entry"),
    ("[threat]\nceiling_per_km_h = 2e-5", "4: threat.ceiling_per_km_h", "event.attacks.intensity_per_km_h: reaches 5e-05"),
    ("[threat]\nceiling_per_km_h = 0.3", "4: threat.ceiling_per_km_h", "720 candidate ambushes"),
    ("start = 2025-11-01", "3: start", "event.truce.last_day: 2025-09-25 lies before the first day"),
    ("[road]\ndrive_start_h = 24", "4: road.drive_start_h", "expected before drive_end_h"),
    ("[orders]\nmax_factor = 0.1\nmin_factor = 0.2", "5: orders.min_factor", "above max_factor"),
    ("[class.retail.private]\ncapacity_days = 3.5", "4: class.retail.private.capacity_days", "target_days: 4, above"),
    (
        "[class.retail.private]\ntarget_days = 5\npanic_target_days = 4",
        "5: class.retail.private.panic_target_days",
        "below target_days",
    ),
    ("[class.retail]\nretail = false", "4: class.retail.retail", "class: no class has retail = true"),
    ("[corridor.west]\nenabled = false", "4: corridor.west.enabled", "corridor: shares of enabled corridors add up to 0"),
    (
        "[sink.town]\nshare.petrol = 0.2",
        "4: sink.town.share.petrol",
        "balance.petrol: shares of sinks and classes add up to 1.1",
    ),
]


@pytest.mark.parametrize(("over", "where", "message"), TOGETHER)
@pytest.mark.parametrize("kind", ["scenario", "variant"])
def test_values_that_do_not_fit_together_are_told_at_the_one_that_was_laid_last(
    write: Write, kind: Kind, over: str, where: str, message: str
) -> None:
    write(kind, "mine", (CHILD if kind == "scenario" else VARIANT) + over + "\n")
    problems = told(lambda: load_scenario("mine") if kind == "scenario" else load_scenario("tiny", variants=["mine"]))
    assert {Path(problem.file).name for problem in problems} == {"mine.toml"}
    assert f"mine.toml:{where}" in [place(problem) for problem in problems]
    assert any(message in problem.message for problem in problems), problems


def test_values_of_a_parent_that_do_not_fit_are_told_in_the_parent_though_a_child_changes_their_tables(write: Write) -> None:
    write("scenario", "parent", CHILD + "[class.retail.private]\ncapacity_days = 3.5\n")
    write("scenario", "mine", 'kind = "scenario"\nextends = "parent"\n[class.retail]\ntitle = "R"\nprivate.fill_l = 9\n')
    assert {Path(problem.file).name for problem in told(lambda: load_scenario("mine"))} == {"parent.toml"}


def test_the_size_of_a_child_is_told_in_the_child_though_the_parent_states_the_smallest(write: Write) -> None:
    write("strategy", "parent", 'kind = "strategy"\nextends = "tiny"\nconvoys.min_size = 40\n')
    write("strategy", "mine", 'kind = "strategy"\nextends = "parent"\nconvoys.size = 20\n')
    (problem,) = told(lambda: load_strategy("mine"))
    assert (place(problem), problem.message) == ("mine.toml:3: convoys.size", "convoys.min_size: 40, above size = 20")


def test_a_convoy_too_large_for_its_escorts_is_told_where_its_size_was_set(write: Write) -> None:
    escort = 'convoys.escort = { rule = "per_tankers", tankers_per_unit = 25 }\n'
    write("strategy", "parent", f'kind = "strategy"\nextends = "tiny"\n{escort}')
    assert pair_problems(load_scenario("tiny"), load_strategy("parent")) == []
    write("strategy", "mine", 'kind = "strategy"\nextends = "parent"\nconvoys.size = 126\n')
    (problem,) = pair_problems(load_scenario("tiny"), load_strategy("mine"))
    assert place(problem) == "mine.toml:3: convoys.size"


def test_variants_that_set_one_key_differently_exclude_each_other(write: Write) -> None:
    write("variant", "number", VARIANT + '[loss]\nlaw = "capacity"\n')
    write("variant", "share", VARIANT + '[loss]\nlaw = "fraction"\n[event.truce]\nfactor = { value = 0.5 }\n')
    write("variant", "calm", VARIANT + "[event.truce]\nfactor = { value = 0.5, low = 0.1, high = 1 }\n")
    problems = told(lambda: load_scenario("tiny", variants=["number", "share", "calm"]))
    assert [place(problem) for problem in problems] == ["calm.toml:4: event.truce.factor", "share.toml:4: loss.law"]
    number = Path("scenarios/variants/number.toml")
    assert problems[1].message.startswith(f'"fraction", but {number}:4 sets "capacity": variants that set one key differently')


def test_variants_that_agree_or_touch_other_keys_go_together(write: Write) -> None:
    write("variant", "one", VARIANT + "[event.truce]\nfactor = { value = 1 }\n[loss]\nconvoy_cv = 2\n")
    write("variant", "two", VARIANT + "[event.truce]\nfactor = 1.0\n[loss]\nconvoy_mean_tankers = 9\n")
    model = load_scenario("tiny", variants=["one", "two"]).model
    assert (model.loss.convoy_cv.value, model.loss.convoy_mean_tankers.value) == (2, 9)


def test_a_variant_given_twice_is_told(write: Write) -> None:
    write("variant", "one", VARIANT + "days = 20\n")
    (problem,) = told(lambda: load_scenario("tiny", variants=["one", "scenarios/variants/one.toml"]))
    assert problem.message == "this variant is given twice"


@pytest.mark.parametrize(("one", "other"), [("lull-truce", "lull-escort"), ("detection", "budget")])
def test_the_shipped_readings_of_one_thing_exclude_each_other(one: str, other: str) -> None:
    with pytest.raises(ScenarioError, match="exclude each other"):
        load_scenario("kayes-corridor", variants=[one, other])
    load_scenario("kayes-corridor", variants=["loss-fraction", one, "long-pause"])


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "/etc/passwd", "../../../outside", "../../../outside.toml", "linked", "deep/../../../../outside"],
)
def test_a_parent_outside_the_folders_that_are_read_is_refused(
    write: Write, tmp_path: Path, name: str, world_text: str
) -> None:
    outside = tmp_path.parent / "outside.toml"
    outside.write_text(world_text, encoding="utf-8")
    (tmp_path / "scenarios" / "worlds" / "linked.toml").symlink_to(outside)
    write("scenario", "mine", f'kind = "scenario"\nextends = "{name}"\n')
    (problem,) = told(lambda: load_scenario("mine"))
    assert (place(problem), problem.column) == ("mine.toml:2: extends", 1)
    assert "leads out of the folders that are read" in problem.message


def test_a_name_that_is_a_link_out_of_the_scenario_folders_is_refused_and_its_own_path_taken(
    write: Write, tmp_path: Path, world_text: str
) -> None:
    outside = tmp_path.parent / "outside.toml"
    outside.write_text(world_text, encoding="utf-8")
    (tmp_path / "scenarios" / "worlds" / "linked.toml").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the scenario folders"):
        find("linked", "scenario")
    assert load_scenario(outside).model.days == 30


def test_links_that_go_round_in_a_circle_are_no_files(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "worlds"
    (folder / "one.toml").symlink_to(folder / "two.toml")
    (folder / "two.toml").symlink_to(folder / "one.toml")
    write("scenario", "mine", 'kind = "scenario"\nextends = "one"\n')
    (problem,) = told(lambda: load_scenario("mine"))
    assert problem.message == 'there is no scenario "one"'
    assert "one" not in problem.hint
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario("one")


def test_a_file_that_extends_itself_through_a_link_goes_round_in_a_circle(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "scenarios" / "worlds"
    path = write("scenario", "mine", 'kind = "scenario"\nextends = "alias"\n')
    (folder / "alias.toml").symlink_to(path)
    (problem,) = told(lambda: load_scenario("mine"))
    assert "goes round in a circle" in problem.message


def test_a_parent_beside_a_file_anywhere_is_read(write: Write, tmp_path: Path, world_text: str) -> None:
    folder = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    folder.mkdir()
    (folder / "base.toml").write_text(world_text, encoding="utf-8")
    (folder / "mine.toml").write_text('kind = "scenario"\nextends = "base"\ndays = 27\n', encoding="utf-8")
    assert load_scenario(folder / "mine.toml").model.days == 27

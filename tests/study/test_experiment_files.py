"""Experiment files: what they ask for, and every mistake at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.experiment.design import Design
from sim.scenario.files import available
from sim.scenario.load import load_experiment
from sim.study.design import Precision
from sim.study.files import load_experiment_file, study_from_data

GOOD = """kind = "experiment"
title = "Units"
title_fr = "Unités"
scenarios = ["kayes-corridor"]
strategies = ["medium", "no-escort"]
worlds = 3
chances = 2
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load_experiment_file(written(folder, text))
    return caught.value.problems


@pytest.mark.parametrize("name", available("experiment"))
def test_every_shipped_experiment_can_be_run(name: str) -> None:
    study = load_experiment_file(name)
    assert study.baseline in study.strategies
    assert all(len(case.strategies) == len(study.strategies) for case in study.cases)
    assert {lang for lang, _ in study.questions} == {"en", "fr"}


def test_a_small_file_says_what_it_leaves_out(tmp_path: Path) -> None:
    study = load_experiment_file(written(tmp_path, GOOD))
    assert (study.name, study.baseline, study.metric, study.seed) == ("mine", "medium", "shortage_days_any", 1)
    assert study.design == Design(3, 2)
    assert [case.variant for case in study.cases] == [""]
    assert study.keys == ()


def test_variants_are_laid_alone_or_together(tmp_path: Path) -> None:
    study = load_experiment_file(written(tmp_path, GOOD + 'variants = ["", "budget", ["detection", "loss-fraction"]]\n'))
    assert [case.variant for case in study.cases] == ["", "budget", "detection+loss-fraction"]


def test_precision_takes_the_place_of_worlds(tmp_path: Path) -> None:
    text = GOOD.replace("worlds = 3", "precision = 1.5\nmax_worlds = 50")
    assert load_experiment_file(written(tmp_path, text)).design == Precision(1.5, 2, 50)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('"no-escort"]', '"no-escor"]', (5, 25, "strategies[1]"), 'there is no strategy "no-escor"'),
        ("worlds = 3", "world = 3", (6, 1, "world"), "unknown key"),
        ("worlds = 3", 'worlds = "3"', (6, 1, "worlds"), 'expected a whole number ≥ 1'),
        ("worlds = 3", "worlds = 3\nprecision = 1.0", (7, 1, "precision"), "expected either worlds, or precision"),
        ("worlds = 3", "precision = 1.0", (1, 1, "max_worlds"), "is missing: precision needs it"),
        ("worlds = 3", "worlds = 3\nmax_worlds = 9", (7, 1, "max_worlds"), "belongs to precision"),
        ("worlds = 3", "worlds = 600_000", (6, 1, "worlds"), "expected at most 1,000,000 runs"),
        ("worlds = 3", 'baseline = "large-rare"', (6, 1, "baseline"), "is not among the strategies"),
        ("worlds = 3", 'metric = "shortage_day_any"', (6, 1, "metric"), 'has no metric "shortage_day_any"'),
        ("worlds = 3", 'metrics = ["tankers_lost", "loses"]', (6, 28, "metrics[1]"), 'has no metric "loses"'),
        ("worlds = 3", "variants = [3]", (6, 13, "variants[0]"), "expected the name of a variant in quotes"),
        ("worlds = 3", 'variants = ["", ""]', (6, 17, "variants[1]"), "stands in this list already"),
        ("worlds = 3", 'variants = ["lull"]', (6, 13, "variants[0]"), 'there is no variant "lull"'),
        ("worlds = 3", 'variants = ["", ["lull-truce", "lull-escort"]]',
         (6, 17, "variants[1]"), 'cannot be laid over "kayes-corridor"'),
        ('"no-escort"]', '"kayes-first"]', (5, 25, "strategies[1]"), 'cannot run in "kayes-corridor"'),
        ('"kayes-corridor"', '"../../../etc/passwd"', (4, 14, "scenarios[0]"), "leads out of the folders"),
        ("chances = 2", "[grid]\nunits = [1]", (8, 1, "grid.units"), 'expected "scenario.KEY"'),
        ("chances = 2", "[grid]\n\"scenario.days\" = [30, 30]",
         (8, 24, 'grid."scenario.days"[1]'), "stands in this list already"),
        ("chances = 2", "[grid]\n\"scenario.days\" = []", (8, 1, 'grid."scenario.days"'), "expected at least one value"),
        ("chances = 2", "[grid]\n\"scenario.days\" = 30",
         (8, 1, 'grid."scenario.days"'), "expected an array of values, or a range"),
        ("chances = 2", "[grid]\n\"scenario.days\" = { from = 3, to = 9 }",
         (8, 1, 'grid."scenario.days"'), "expected an array of values"),
        ("chances = 2", "[grid]\n\"scenario.days\" = [30, nan]", (8, 24, 'grid."scenario.days"[1]'), "expected a number, a text"),
        ("chances = 2", "[grid]\n\"scenario.dayz\" = [30]", (8, 20, 'grid."scenario.dayz"[0]'), "unknown key"),
        ("chances = 2", "[grid]\n\"scenario.days\" = [30, 0]", (8, 24, 'grid."scenario.days"[1]'), "(at scenario.days = 0)"),
        ("chances = 2", "[grid]\n\"strategy.convoys.size\" = [80]",
         (8, 28, 'grid."strategy.convoys.size"[0]'), "convoys.interval_h: is missing"),
        ("chances = 2", "[grid]\n\"medium.convoys.size\" = [30]",
         (8, 26, 'grid."medium.convoys.size"[0]'), "40, above size = 30"),
        ("chances = 2", "[grid]\n\"scenario.escort.pool.kayes.units\" = [6, 0]",
         (8, 42, 'grid."scenario.escort.pool.kayes.units"[1]'), "it could never leave"),
        ("chances = 2", "[grid]\n\"scenario.a\" = [1]\n\"scenario.a.b\" = [1]",
         (9, 1, 'grid."scenario.a.b"'), 'lies inside "scenario.a"'),
        ("chances = 2", "[grid]\n\"scenario.days\" = [30]\n[reference]\n\"scenario.days\" = 31",
         (10, 1, 'reference."scenario.days"'), "expected a value that the grid gives"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(
    tmp_path: Path, old: str, new: str, place: tuple[int, int, str], said: str
) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    found = mistakes(tmp_path, text)
    assert any((p.line, p.column, p.key) == place and said in p.message for p in found), "\n".join(map(str, found))
    assert {Path(p.file).name for p in found} == {"mine.toml"}


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"no-escort"]', '"no-escor"]').replace('["kayes-corridor"]', '["kayes"]')
    assert {p.key for p in mistakes(tmp_path, text)} == {"scenarios[0]", "strategies[1]"}


def test_a_mistake_of_many_points_is_told_once_with_the_first_and_how_many_more(tmp_path: Path) -> None:
    grid = '[grid]\n"scenario.escort.pool.kayes.units" = [0, 6]\n"medium.convoys.size" = [40, 80, 120]\n'
    found = mistakes(tmp_path, GOOD + grid)
    assert any("scenario.escort.pool.kayes.units = 0, medium.convoys.size = 40" in p.message for p in found)
    assert len(found) <= 3


def test_too_many_points_are_refused_before_any_is_loaded(tmp_path: Path) -> None:
    axis = "{ from = 1, to = 1000, steps = 1000 }"
    found = mistakes(tmp_path, GOOD + f'[grid]\n"scenario.days" = {axis}\n"scenario.warmup_days" = {axis}\n')
    assert [p.key for p in found] == ["grid"]
    assert "1,000,000 points" in found[0].message


def test_values_of_a_range_are_whole_where_all_are(tmp_path: Path) -> None:
    grid = '"scenario.days" = { from = 30, to = 60, steps = 4 }\n'
    grid += '"scenario.contact.deterrence" = { from = 0, to = 0.3, steps = 4 }\n'
    text = GOOD + f"[grid]\n{grid}"
    grid = load_experiment(written(tmp_path, text)).model.grid
    assert grid["scenario.days"].points == (30, 40, 50, 60)
    assert grid["scenario.contact.deterrence"].points == (0.0, 0.1, 0.2, 0.3)


def test_a_grid_lays_values_over_every_scenario_or_strategy_or_one_of_them() -> None:
    study = study_from_data("grid", {
        "title": "", "scenarios": ("kayes-corridor",), "strategies": ("medium", "no-escort"),
        "grid": {"scenario.days": (30, 40), "medium.convoys.size": (60, 80), "strategy.independents": (False,)},
    }, "test")  # fmt: skip
    assert len(study.cases) == 4
    for case in study.cases:
        point = dict(case.point)
        medium, alone = (one.model for one in case.strategies)
        assert case.scenario.model.days == point["scenario.days"]
        assert medium.convoys is not None and medium.convoys.size == point["medium.convoys.size"]
        assert alone.convoys is None and not alone.independents and not medium.independents

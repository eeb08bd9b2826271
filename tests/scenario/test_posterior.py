"""Posterior draws as worlds: what a world takes from its row, and what a file must not say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load_scenario
from sim.scenario.sampling import in_world, quantities
from sim.study.forecast.known import known_at

PRIOR = "blockade-2025-customs"
KEYS = ("contact.deterrence", "event.threat-october.intensity_per_km_h")
ROWS = ((0.25, 1.1e-4), (0.5, 0.9e-4), (0.75, 2.5e-4))
WORLDS = (5, 0, 41)
SEED = 9

FILE = f"""kind = "scenario"
extends = "{PRIOR}"
title = "Calibrated"

[posterior]
seed = {SEED}
worlds = [5, 0, 41]
keys = ["contact.deterrence", "event.threat-october.intensity_per_km_h"]
draws = [
    [0.25, 1.1e-4],
    [0.5, 0.9e-4],
    [0.75, 2.5e-4],
]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "calibrated.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def drawn(model: object, seed: int, world: int) -> dict[str, float]:
    """Values of all quantities in a world."""
    return {key: quantity.value for key, quantity in quantities(in_world(model, seed, world, "sampled"))}


@pytest.mark.parametrize("world", range(7))
def test_a_world_is_the_prior_world_of_its_row_with_the_values_of_that_row(file: Path, world: int) -> None:
    prior, calibrated = load_scenario(PRIOR).model, load_scenario(file).model
    row = world % 3
    expected = {**drawn(prior, SEED, WORLDS[row]), **dict(zip(KEYS, ROWS[row], strict=True))}
    assert drawn(calibrated, 1, world) == expected
    assert drawn(calibrated, 2, world) == expected, "the seed of a run decides its luck, not its draws"


def test_central_worlds_take_central_values(file: Path) -> None:
    model = load_scenario(file).model
    assert in_world(model, 1, 2, "central") is model


def test_without_posterior_draws_the_digest_is_that_of_before() -> None:
    assert "posterior" not in load_scenario(PRIOR).model.model_dump(exclude_none=True)


def test_another_row_is_another_scenario(file: Path) -> None:
    before = load_scenario(file).digest
    file.write_text(FILE.replace("0.75", "0.76"), encoding="utf-8")
    assert load_scenario(file).digest != before


def test_a_forecast_leaves_out_draws_of_what_begins_later(file: Path) -> None:
    known = known_at(str(file), None, (), date(2025, 9, 20), 5, {}, seed=1)
    model = known.experiment.scenario.model
    assert "threat-october" not in model.event
    assert drawn(model, 1, 0)["contact.deterrence"] == 0.25


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("[5, 0, 41]", "[5, 0]", 7, "2 worlds for 3 rows"),
        ('"contact.deterrence"', '"contact.deterence"', 8, 'did you mean "contact.deterrence"'),
        ('"contact.deterrence"', '"city.safety_stock_days"', 8, "has no range"),
        ('"contact.deterrence"', '"event.threat-october.intensity_per_km_h"', 8, "twice"),
        ("[0.5, 0.9e-4]", "[0.5]", 11, "1 values for 2 keys"),
        ("[0.5, 0.9e-4]", "[0.5, 0.9]", 11, "outside its range"),
        ("[0.25, 1.1e-4]", '["a", 1.1e-4]', 10, "expected"),
    ],
)
def test_draws_that_fit_nothing_are_refused_with_their_line(file: Path, old: str, new: str, line: int, told: str) -> None:
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenario(file)
    found = [problem for problem in error.value.problems if told in f"{problem.message} {problem.hint}"]
    assert found and found[0].line == line


def test_a_variant_or_override_of_a_drawn_quantity_is_refused_and_never_silently_lost(file: Path) -> None:
    with pytest.raises(ScenarioError, match="deterrence"):
        load_scenario(file, variants=["lull-truce"])
    with pytest.raises(ScenarioError, match="posterior"):
        load_scenario(file, overrides={"contact.deterrence": 0.3})
    with pytest.raises(ScenarioError, match="posterior"):
        load_scenario(file, overrides={"contact.deterrence.high": 2.0})
    assert load_scenario(file, variants=["long-pause"], overrides={"loss.protection": 0.3}).model.posterior is not None

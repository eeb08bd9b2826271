"""Draws of a calibration as worlds: what they replace, what they leave alone, and the mistakes one can make with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load_scenario
from sim.scenario.sampling import in_world, quantities

FEAR, LOSS = "corridor.kayes.willingness.floor", "loss.independents_mean_tankers"
FILE = f"""kind = "scenario"
extends = "blockade-2025-customs"
title = "Calibrated"

[posterior]
seed = 7
worlds = [4, 9, 2]
keys = ["{FEAR}", "{LOSS}"]
draws = [[0.01, 1.6], [0.05, 2.5], [0.2, 3.5]]
source = "made up"
"""


def written(folder: Path, text: str = FILE) -> str:
    """Path of a scenario file with this text."""
    path = folder / "calibrated.toml"
    path.write_text(text)
    return str(path)


def test_a_world_takes_a_row_and_all_else_from_the_world_the_row_was_accepted_in(tmp_path: Path) -> None:
    plain, model = load_scenario("blockade-2025-customs").model, load_scenario(written(tmp_path)).model
    for world, source, row in ((0, 4, (0.01, 1.6)), (1, 9, (0.05, 2.5)), (2, 2, (0.2, 3.5)), (3, 4, (0.01, 1.6))):
        drawn = dict(quantities(in_world(model, 1, world, "sampled")))
        expected = dict(quantities(in_world(plain, 7, source, "sampled")))
        assert (drawn[FEAR].value, drawn[LOSS].value) == row
        assert all(drawn[key].value == expected[key].value for key in expected if key not in (FEAR, LOSS))


def test_central_values_stay_the_files(tmp_path: Path) -> None:
    model = load_scenario(written(tmp_path)).model
    assert in_world(model, 1, 0, "central") is model


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("worlds = [4, 9, 2]", "worlds = [4, 9]", r"calibrated\.toml:9:\d+: posterior\.draws: 3 draws for 2 worlds"),
        ("[0.05, 2.5]", "[0.05]", r"calibrated\.toml:9:\d+: posterior\.draws\[1\]: 1 values for 2 keys"),
        ("0.2, 3.5", "0.2, 9.5", r"posterior\.draws\[2\].*9\.5 for loss\.independents_mean_tankers: expected 1\.5 to 3\.5"),
        ("willingness.floor", "willingness.flor", r"posterior\.keys\[0\].*no quantity corridor\.kayes\.willingness\.flor.*floor"),
        (LOSS, FEAR, r"posterior\.keys\[1\].*twice"),
        ("seed = 7", "seed = -7", r"posterior\.seed"),
    ],
)
def test_draws_that_do_not_fit_are_refused_at_their_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=f"(?s){said}"):
        load_scenario(written(tmp_path, FILE.replace(old, new)))


def test_an_overlay_that_fixes_what_was_calibrated_is_refused_where_it_does(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"(?s)overrides.*has one value in this scenario, 2.*calibrate anew"):
        load_scenario(written(tmp_path), overrides={LOSS: 2.0})

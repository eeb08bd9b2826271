"""Draws of a calibration as worlds: what they replace, what they leave alone, and the mistakes one can make with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
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
        ("0.2, 3.5", "0.2, 9.5", r"posterior\.draws\[2\].*9\.5 for loss\.independents_mean_tankers: expected 1\.5 to 3\.5.*1 of"),
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


def test_an_overlay_that_narrows_a_range_is_one_mistake_at_its_own_place(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path), overrides={LOSS: {"value": 3, "low": 2.9, "high": 3.1}})
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("overrides", LOSS)
    assert "3 of 3 draws lie outside" in problem.message


def test_explain_and_check_tell_of_the_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, FILE.replace('source = "made up"', 'source = "A160"\nfitted_to = 2025-11-30'))
    assert main(["explain", LOSS, "calibrated.toml"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "3 draws of a calibration: median 2.5, 90 % from 1.69 to 3.4. They were fitted to reports until 2025-11-30." in told
    assert main(["explain", "loss.convoy_mean_tankers", "calibrated.toml"]) == 0
    assert "draws" not in capsys.readouterr().out
    assert main(["check", "calibrated.toml"]) == 0
    assert "3 draws of a calibration, which give 2 quantities together" in capsys.readouterr().out


def test_a_screen_shows_how_long_the_draws_are_and_json_has_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "posterior.draws", "blockade-2025-customs-calibrated"]) == 0
    said = capsys.readouterr().out
    assert said.count("an array of 400") == 2
    assert len(said) < 2_000
    assert main(["explain", "posterior.draws", "blockade-2025-customs-calibrated", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["value"]) == 400

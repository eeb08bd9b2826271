"""The calibration from prior worlds to a file of posterior draws, in a small design."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.errors import UsageError
from sim.scenario.load import load_scenario
from sim.scenario.sampling import in_world, quantities
from sim.study.calibrate import run
from sim.study.calibrate.checks import FEWEST_TRIALS, SYNTHETIC, checks
from sim.study.calibrate.combined import COMBINATIONS, UNITS_PER_100, combined
from sim.study.calibrate.prior import prior_of
from sim.study.calibrate.run import Asked, Calibration, as_object, books_of, calibrate
from sim.study.calibrate.spells import Spell, lengths
from sim.study.calibrate.table import folder_of, prior_experiment
from sim.study.calibrate.world_file import text_of

WORLD = "blockade-2025-customs-regimes"
ASKED = Asked(WORLD, ("evidence-ranges",), "observed-2025", "customs", worlds=30, trials=10, seed=1, workers=1, out=Path())


@pytest.fixture(scope="module", autouse=True)
def small() -> object:
    """Fewer prior worlds than any use of the posterior would take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FEWEST_WORLDS", 10)
        yield


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    return calibrate(replace(ASKED, out=tmp_path_factory.mktemp("whole")))


def test_every_draw_lies_in_the_range_of_its_quantity(found: Calibration) -> None:
    for quantity, draws in zip(found.ready.prior.quantities, found.draws.T, strict=True):
        assert quantity.low is not None and quantity.high is not None
        assert quantity.low <= draws.min() and draws.max() <= quantity.high


def test_prior_values_are_those_that_worlds_of_a_run_draw() -> None:
    model = prior_experiment(WORLD, (), "observed-2025", 7).scenario.model
    prior = prior_of(model, 7, range(3))
    values = prior.values(prior.quantiles)
    for world in range(3):
        drawn = dict(quantities(in_world(model, 7, world, "sampled")))
        assert values[world].tolist() == [drawn[key].value for key in prior.keys]


def test_nothing_that_begins_in_december_is_in_the_prior_world() -> None:
    model = prior_experiment(WORLD, (), "observed-2025", 1).scenario.model
    assert model.event and all(event.first_day.isoformat() < "2025-12-01" for event in model.event.values())


def test_interrupted_and_resumed_gives_the_same_file(found: Calibration, tmp_path: Path) -> None:
    asked = replace(ASKED, out=tmp_path)

    seen: list[int] = []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if 0 < done < total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(asked, stop)
    told: list[int] = []
    again = calibrate(asked, lambda done, total: told.append(done))
    assert told[0] > seen[0] > 0, "what was stored before is not run again"
    assert text_of(again, tmp_path) == text_of(found, tmp_path)
    assert json.dumps(as_object(again)) == json.dumps(as_object(found))


def test_another_seed_gives_another_posterior(found: Calibration, tmp_path: Path) -> None:
    other = calibrate(replace(ASKED, out=tmp_path, seed=2))
    assert not np.array_equal(other.draws, found.draws)


def test_the_file_holds_a_row_of_draws_for_every_accepted_world(found: Calibration, tmp_path: Path) -> None:
    data = tomllib.loads(text_of(found, tmp_path))
    posterior = data["posterior"]
    assert data["extends"] == WORLD and posterior["seed"] == 1
    assert posterior["keys"] == list(found.ready.prior.keys)
    assert posterior["worlds"] == found.posterior.rows.tolist()
    assert np.array(posterior["draws"]) == pytest.approx(found.draws, rel=1e-5)
    assert set(posterior["worlds"]) <= set(range(ASKED.worlds)), "no world held back is among the draws"


def test_the_file_is_a_scenario_whose_worlds_are_the_draws(found: Calibration, tmp_path: Path) -> None:
    file = tmp_path / "calibrated.toml"
    file.write_text(text_of(found, tmp_path), encoding="utf-8")
    model = load_scenario(file).model
    prior = found.ready.experiment.scenario.model
    rows = found.posterior.rows.tolist()
    for world in (0, 3, len(rows)):
        drawn = dict(quantities(in_world(model, 99, world, "sampled")))
        row = world % len(rows)
        expected = dict(quantities(in_world(prior, ASKED.seed, rows[row], "sampled")))
        for i, key in enumerate(found.ready.prior.keys):
            assert drawn[key].value == pytest.approx(found.draws[row, i], rel=1e-5)
        assert drawn["orders.gain"].value == expected["orders.gain"].value, "what is not calibrated is the accepted world's"
    middle = np.median(found.draws[:, found.ready.prior.keys.index("contact.deterrence")])
    assert model.contact.deterrence.value == pytest.approx(middle, rel=1e-5)


def test_trials_are_the_worlds_held_back(found: Calibration, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=f"at least {FEWEST_TRIALS}"):
        checks(found.ready)
    monkeypatch.setattr("sim.study.calibrate.checks.FEWEST_TRIALS", ASKED.trials)
    told = checks(found.ready)
    assert told.trials == ASKED.trials and told.ranks.shape == (ASKED.trials, len(told.rows))
    assert [row.name for row in told.rows] == [row.name for row in (*found.learnt, *found.together)]
    assert all(row.held <= min(SYNTHETIC, ASKED.trials) and row.held_apart <= row.told_apart for row in told.rows)


def test_combinations_are_the_products_that_the_page_says() -> None:
    keys = tuple(sorted({key for needed, _ in COMBINATIONS.values() for key in needed}))
    values = np.linspace(0.5, 2.0, len(keys))[None, :]
    of = dict(zip(keys, values[0].tolist(), strict=True))
    toll = of["event.threat-september.intensity_per_km_h"] * of["loss.independents_mean_tankers"]
    found = combined(keys, values)
    assert found["toll-september"][0] == pytest.approx(toll)
    assert found["fright-september"][0] == pytest.approx(toll / of["corridor.kayes.willingness.scale_tankers"])
    kept = np.exp(-UNITS_PER_100 * (of["contact.deterrence"] + of["loss.protection"]))
    october = of["event.threat-october.intensity_per_km_h"]
    assert found["convoy-toll-october"][0] == pytest.approx(october * of["loss.convoy_mean_tankers"] * kept)
    assert combined(("loss.protection",), values[:, :1]) == {}


def test_periods_last_geometrically_and_those_under_way_are_cut_off() -> None:
    keys = ("threat.regimes.mean_active_days", "threat.regimes.mean_quiet_days")
    spells = (Spell(keys[0], 53, True), Spell(keys[1], 36, False))
    days = lengths(spells, keys, np.full((4_000, 2), 40.0), 1, range(4_000))
    assert days.min() >= 1 and days[:, 1].max() == 36
    assert days[:, 0].mean() == pytest.approx(1 / (1 - np.exp(-1 / 40)), rel=0.05)
    assert (days[:, 1] == 36).mean() == pytest.approx(np.exp(-35 / 40), abs=0.03)


@pytest.mark.slow
def test_the_inference_finds_synthetic_truths_and_ranks_are_uniform(tmp_path: Path) -> None:
    found = checks(calibrate(replace(ASKED, worlds=3_000, trials=300, workers=2, out=tmp_path)).ready)
    assert found.least_p > 1e-3
    assert np.mean([row.coverage for row in found.rows]) == pytest.approx(0.9, abs=0.025)
    best = min(found.rows, key=lambda row: row.ratio)
    assert best.name == "toll-september" and best.held >= 16
    assert sum(row.held_apart for row in found.rows) >= 0.8 * sum(row.told_apart for row in found.rows) > 0


@pytest.mark.slow
@pytest.mark.parametrize("books", ["customs", "minister"])
def test_the_shipped_calibrated_world_is_what_the_command_writes(books: str, tmp_path: Path) -> None:
    asked = Asked(f"blockade-2025-{books}-regimes", ("evidence-ranges",), "observed-2025", books, 10_000, 500, 1, 2, tmp_path)
    shipped = Path(__file__).parents[3] / "scenarios" / "worlds" / f"blockade-2025-{books}-calibrated.toml"
    assert text_of(calibrate(asked), tmp_path) == shipped.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "wrong"),
    [(["--worlds", "5"], "--worlds"), (["--trials", "-1"], "--trials"), (["--check", "--trials", "20"], "--trials"),
     (["--worlds", "3000000"], "--worlds")],
)  # fmt: skip
def test_what_cannot_be_calibrated_is_refused_and_nothing_is_written(
    options: list[str], wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results"
    assert main(["calibrate", WORLD, *options, "--out", str(out)]) == 2
    assert wrong in capsys.readouterr().err
    assert not out.exists()


def test_books_are_told_by_the_name_or_asked_for() -> None:
    assert books_of("worlds/blockade-2025-minister.toml", None) == "minister"
    assert books_of("mine", "customs") == "customs"
    with pytest.raises(UsageError, match="--books"):
        books_of("mine", None)


def test_the_command_prints_one_object_and_leaves_world_and_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.calibrate.checks.FEWEST_TRIALS", 10)
    call: Callable[..., int] = main
    options = ["--worlds", "30", "--trials", "10", "--check", "--workers", "1", "--json", "--lang", "fr"]
    assert call(["calibrate", WORLD, *options, "--out", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in told["quantities"]} >= {"contact.deterrence", "loss.protection"}
    assert told["checks"]["trials"] == 10 and len(told["targets"]) == 13
    folder = folder_of(prior_experiment(WORLD, (), "observed-2025", 1), tmp_path)
    assert Path(told["file"]) == folder / "blockade-2025-customs-calibrated.toml"
    assert (folder / "figures" / "calibration.fr.png").is_file()

"""Sweeps: identical worlds at every point, resumed, alike for engines and workers, and equal to the same value in a file."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.paired import paired
from sim.cli import main
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.engines import engine_named, has_batch
from sim.experiment.experiment import Progress, run
from sim.scenario.load import load_scenario
from sim.study.cells import CELLS
from sim.study.design import Study
from sim.study.files import load_experiment_file, study_from_data
from sim.study.spreadsheet import csv_bytes
from sim.study.sweep_tables import LONG, OBJECT, WIDE, SweepTable
from sim.study.sweeping import cells, fixed, run_sweep, varied

UNITS, SIZE = "scenario.escort.pool.kayes.units", "medium.convoys.size"
FILES = (LONG, WIDE, OBJECT)


def grid_of(**changes: Any) -> Study:
    """Three pools by three sizes on the Kayes road, in a month of three worlds; the size is of one strategy only."""
    data = {
        "title": "Small", "scenarios": ("kayes-corridor",), "strategies": ("medium", "no-escort"), "worlds": 3, "chances": 2,
        "grid": {UNITS: (2, 4, 6), SIZE: {"from": 40, "to": 80, "steps": 3}, "scenario.days": (30,)},
        "reference": {UNITS: 4, SIZE: 80},
    }  # fmt: skip
    return study_from_data("small", data | changes, "test")


def swept(folder: Path, study: Study, **how: Any) -> SweepTable:
    table = SweepTable(run_sweep(study, engine_named(how.pop("engine", "reference")), out=folder, **how))
    table.write()
    return table


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SweepTable:
    return swept(tmp_path_factory.mktemp("small"), grid_of())


def contents(table: SweepTable) -> dict[str, bytes]:
    return {name: (table.swept.folder / name).read_bytes() for name in FILES}


def test_every_point_has_its_row_and_every_metric_its_own(small: SweepTable) -> None:
    rows = list(csv.DictReader((small.swept.folder / LONG).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 9 * 2 * len(small.swept.metrics)
    assert {(row[UNITS], row[SIZE]) for row in rows} == {(u, s) for u in ("2", "4", "6") for s in ("40", "60", "80")}


def test_an_experiment_that_a_point_leaves_as_it_is_is_run_once(small: SweepTable) -> None:
    assert len(cells(small.swept.study)) == 9 + 3
    assert len([path for path in (small.swept.folder / CELLS).iterdir() if path.is_dir()]) == 9 + 3


def test_a_point_equals_the_same_value_written_in_the_file(small: SweepTable, tmp_path: Path) -> None:
    (tmp_path / "kayes-corridor.toml").write_text(
        'kind = "scenario"\nextends = "kayes-corridor"\ndays = 30\nescort.pool.kayes.units = 2\n', encoding="utf-8"
    )
    (tmp_path / "medium.toml").write_text('kind = "strategy"\nextends = "medium"\nconvoys.size = 60\n', encoding="utf-8")
    by_hand = run(_beside(tmp_path, "kayes-corridor"), _beside(tmp_path, "medium"), worlds=3, chances=2, out=tmp_path)
    place = next(i for i, case in enumerate(small.swept.study.cases) if dict(case.point) | {"scenario.days": 30} == {
        UNITS: 2, SIZE: 60, "scenario.days": 30,
    })  # fmt: skip
    for metric in small.swept.metrics:
        found = small.swept.values[place][metric.name][0]
        np.testing.assert_array_equal(found, by_hand.outcomes[metric.name].to_numpy(dtype=float))
    cell = next(c for c in small.cells if c.case is small.swept.study.cases[place] and c.strategy == "medium")
    for name, numbers in by_hand.summary().items():
        assert {k: numbers[k] for k in ("mean", "low", "high")} == {
            k: getattr(cell.statistics[name], k) for k in ("mean", "low", "high")
        }


def _beside(folder: Path, name: str) -> str:
    text = (folder / f"{name}.toml").read_text(encoding="utf-8")
    origin = Path(__file__).parents[2] / "scenarios" / ("worlds" if "scenario" in text else "strategies") / f"{name}.toml"
    parent = origin.read_text(encoding="utf-8")
    (folder / f"parent-{name}.toml").write_text(parent, encoding="utf-8")
    (folder / f"{name}.toml").write_text(text.replace(f'"{name}"', f'"parent-{name}"'), encoding="utf-8")
    return str(folder / f"{name}.toml")


def test_differences_are_paired_over_the_same_replications(small: SweepTable) -> None:
    swept_ = small.swept
    reference = swept_.reference(next(swept_.readings()))
    assert dict(swept_.study.cases[reference].point)[UNITS] == 4
    for i, case in enumerate(swept_.study.cases):
        cell = next(c for c in small.cells if c.case is case and c.strategy == "medium")
        here, there = (swept_.values[place]["tankers_lost"][0] for place in (i, reference))
        expected = paired(here, there, swept_.worlds, swept_.chances, "lower", seed=1)
        gap = cell.from_reference["tankers_lost"]
        assert gap.mean == pytest.approx(expected.mean, abs=1e-9)
        assert (gap.low, gap.high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))
        alone = swept_.values[i]["tankers_lost"]
        assert cell.from_baseline["tankers_lost"].mean == 0
        other = next(c for c in small.cells if c.case is case and c.strategy == "no-escort")
        assert other.from_baseline["tankers_lost"].mean == pytest.approx(float((alone[1] - alone[0]).mean()), abs=1e-9)


def test_what_a_key_does_not_touch_is_the_same_at_every_point(small: SweepTable) -> None:
    pools = {UNITS: 2}
    values = [
        table["tankers_lost"][1] for case, table in zip(small.swept.study.cases, small.swept.values, strict=True)
        if pools.items() <= dict(case.point).items()
    ]  # fmt: skip
    assert len(values) == 3
    assert all(np.array_equal(one, values[0]) for one in values)


def test_tables_are_the_same_for_two_workers(small: SweepTable, tmp_path: Path) -> None:
    study = grid_of(grid={UNITS: (2, 4), SIZE: (80,), "scenario.days": (30,)})
    alone, together = swept(tmp_path / "one", study), swept(tmp_path / "two", study, workers=2)
    assert contents(alone) == contents(together)


@pytest.mark.skipif(not has_batch(), reason="Numba is not installed")
def test_tables_are_the_same_for_both_engines(small: SweepTable, tmp_path: Path) -> None:
    assert contents(swept(tmp_path, grid_of(), engine="batch", workers=2)) == contents(small)


class StoppedError(Exception):
    """Stands for an interrupt."""


def counting(told: list[Progress], stop_at: int | None = None) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        told.append(progress)
        if stop_at is not None and progress.done >= stop_at:
            raise StoppedError

    return tell


def test_an_interrupted_sweep_goes_on_where_it_was_and_ends_alike(small: SweepTable, tmp_path: Path) -> None:
    study = grid_of()
    first: list[Progress] = []
    with pytest.raises(StoppedError):
        swept(tmp_path, study, progress=counting(first, stop_at=30))
    assert not (tmp_path / study.folder_name / OBJECT).exists()
    second: list[Progress] = []
    table = swept(tmp_path, study, progress=counting(second))
    assert contents(table) == contents(small)
    assert second[0].done >= 30 - Design(3, 2).runs
    assert (second[-1].done, second[-1].total) == (12 * 6, 12 * 6)


def test_a_larger_grid_finds_the_points_of_the_smaller_one(tmp_path: Path) -> None:
    swept(tmp_path, grid_of(grid={UNITS: (4,), SIZE: (80,), "scenario.days": (30,)}, strategies=("medium",)))
    told: list[Progress] = []
    swept(tmp_path, grid_of(grid={UNITS: (4, 6), SIZE: (80,), "scenario.days": (30,)}, strategies=("medium",)),
          progress=counting(told))  # fmt: skip
    assert told[0].done >= 6 and told[-1].done == 12


def test_keys_with_one_value_are_the_same_at_every_point() -> None:
    assert varied(grid_of()) == (UNITS, SIZE)
    assert fixed(grid_of()) == (("scenario.days", 30),)


def test_a_sweep_needs_a_grid_and_a_number_of_worlds(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to sweep"):
        swept(tmp_path, grid_of(grid={}, reference={}))
    with pytest.raises(UsageError, match="asks for a precision"):
        swept(tmp_path, load_experiment_file_with_precision(tmp_path))
    assert not list(tmp_path.glob("small-*"))


def load_experiment_file_with_precision(folder: Path) -> Study:
    text = (
        'kind = "experiment"\ntitle = ""\nscenarios = ["kayes-corridor"]\nstrategies = ["medium"]\nprecision = 1.0\n'
        'max_worlds = 9\ngrid."scenario.days" = [30, 40]\n'
    )
    (folder / "precise.toml").write_text(text, encoding="utf-8")
    return load_experiment_file(folder / "precise.toml")


def test_texts_of_a_csv_are_no_formulas_and_numbers_stay_numbers() -> None:
    found = csv_bytes(["a", "=b"], [["=1+1", -1.5], ["@x", None], ["-", True]])
    assert found.startswith(b"\xef\xbb\xbf")
    assert found.decode("utf-8-sig").splitlines() == ["a,'=b", "'=1+1,-1.5", "'@x,", "'-,true"]


def test_the_command_shows_a_table_writes_files_and_names_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    words = ["sweep", "kayes-corridor", "--strategies", "medium", "no-escort", "--grid", f"{UNITS}=2,4", "--grid",
             "scenario.days=30", "--worlds", "3", "--chances", "2"]  # fmt: skip
    assert main(words) == 0
    said = capsys.readouterr()
    assert "From reference" in said.out and "From medium" in said.out and "Next:" in said.out
    assert all(len(line) <= 100 for line in said.out.splitlines() if not line.startswith(("Next", "Written")))
    (folder,) = (tmp_path / "results").iterdir()
    assert {path.name for path in (folder / "figures").glob("*.png")} == {"sweep.kayes-corridor.en.png"}
    assert main([*words, "--json", "--lang", "fr"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [point["point"][UNITS] for point in found["points"]] == [2, 4]
    difference = found["points"][1]["strategies"][1]["difference"]["shortage_days_any"]
    assert set(difference) == {"mean", "low", "high"}


@pytest.mark.parametrize("grid", ["units", "=3", f"{UNITS}=", f"{UNITS}=2,,4"])
def test_a_grid_that_cannot_be_read_is_refused(grid: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "kayes-corridor", "--grid", grid]) == 2
    assert "--grid: expected KEY=V1,V2,…" in capsys.readouterr().err


def test_a_value_that_cannot_be_is_told_with_its_point_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", "kayes-corridor", "--grid", f"{UNITS}=2,-1"]) == 2
    assert re.search(r"got -1 \(at scenario\.escort\.pool\.kayes\.units = -1\)", capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


def test_overrides_are_what_a_file_would_say() -> None:
    by_key = load_scenario("kayes-corridor", overrides={"escort.pool.kayes.units": 5})
    assert by_key.model.escort.pool["kayes"].units.value == 5


@pytest.mark.slow
@pytest.mark.skipif(not has_batch(), reason="Numba is not installed")
def test_ten_by_ten_points_of_a_hundred_runs_are_swept_and_found_again(tmp_path: Path) -> None:
    study = load_experiment_file("pool-by-size")
    told: list[Progress] = []
    table = swept(tmp_path, study, engine="batch", workers=2, progress=counting(told))
    assert told[-1].done == told[-1].total == 10_000
    before = contents(table)
    told.clear()
    assert contents(swept(tmp_path, study, engine="batch", progress=counting(told))) == before
    assert told == []

"""The result folder: same bytes for the same inputs, nothing run twice, nothing half-written trusted."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FAKE
from pandas.testing import assert_frame_equal

from sim.analysis.outcomes import outcome
from sim.draws import Replication
from sim.errors import ResultsError, UsageError
from sim.experiment.design import Design
from sim.experiment.experiment import Progress, run_experiment
from sim.experiment.identity import Experiment, model_fingerprint
from sim.experiment.results import Results, load_results
from sim.experiment.store import derived
from sim.experiment.store.shards import Origin, Shards, write_shard
from sim.experiment.store.writing import LOCK
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, RunStack

DESIGN = Design(4, 5)
ORIGIN = Origin("e", "m", "outcomes-0")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a result folder but the provenance and the lock, by relative name."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in ("provenance.json", LOCK))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def derived_contents(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(folder).items() if not name.startswith("shards/")}


@pytest.fixture(scope="module")
def results(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run_experiment(experiment, DESIGN, FAKE, out=tmp_path_factory.mktemp("one"))


def test_one_and_two_workers_write_the_same_bytes(experiment, results, tmp_path) -> None:
    two = run_experiment(experiment, DESIGN, FAKE, workers=2, out=tmp_path)
    assert contents(two.folder) == contents(results.folder)


def test_hash_seeds_do_not_move_a_byte(experiment, results, tmp_path) -> None:
    script = """
import sys
from pathlib import Path
from conftest import DAYS
from fake_engine import FAKE
from sim.experiment.design import Design
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.scenario.load import load_scenario, load_strategy
scenario = load_scenario("kayes-corridor-normal", overrides={"days": DAYS})
run_experiment(Experiment(scenario, load_strategy("escort-48h-150"), 1, "sampled"), Design(4, 5), FAKE,
               out=Path(sys.argv[1]))
"""
    here = Path(__file__).parent
    for seed in ("1", "2"):
        path = os.pathsep.join([str(here), str(here.parents[1])])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], check=True, env=environment)
    first, second = (contents(tmp_path / seed / results.name) for seed in ("1", "2"))
    assert first == second
    tables = {name for name in first if name.endswith(".parquet") and not name.startswith("shards/")}
    assert {name: first[name] for name in tables} == {name: contents(results.folder)[name] for name in tables}


def test_more_replications_add_shards_and_run_only_what_is_missing(experiment, results, tmp_path) -> None:
    small = run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path)
    before = {name: content for name, content in contents(small.folder).items() if name.startswith("shards/")}
    told: list[Progress] = []
    large = run_experiment(experiment, DESIGN, FAKE, out=tmp_path, progress=told.append)
    assert (told[0].done, told[-1].done, told[-1].total) == (6, 20, 20)
    assert large.folder == small.folder
    assert before.items() <= contents(large.folder).items()
    assert derived_contents(large.folder) == derived_contents(results.folder)


@pytest.mark.parametrize("at_once", [1, 5, 7])
def test_read_in_parts_the_tables_are_the_same(experiment, results, tmp_path, monkeypatch, at_once) -> None:
    monkeypatch.setattr("sim.experiment.store.shards.RUNS_AT_ONCE", at_once)
    run_experiment(experiment, Design(1, 3), FAKE, out=tmp_path)
    grown = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    assert derived_contents(grown.folder) == derived_contents(results.folder)


def test_the_same_command_again_runs_and_writes_nothing(experiment, tmp_path) -> None:
    first = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    stamps = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    told: list[Progress] = []
    run_experiment(experiment, DESIGN, FAKE, out=tmp_path, progress=told.append)
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == stamps
    assert told == []


def test_a_smaller_design_after_a_larger_one_answers_for_the_part_and_touches_no_file(experiment, tmp_path) -> None:
    alone = run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path / "alone")
    large = run_experiment(experiment, DESIGN, FAKE, out=tmp_path / "both")
    stamps = {path: path.stat().st_mtime_ns for path in large.folder.rglob("*")}
    part = run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path / "both")
    assert {path: path.stat().st_mtime_ns for path in large.folder.rglob("*")} == stamps
    assert part.summary() == alone.summary()
    assert part.summary() != large.summary()
    for table in ("outcomes", "daily", "daily_quantiles", "convoys"):
        assert_frame_equal(getattr(part, table), getattr(alone, table), check_dtype=False)
    sizes = [(r.manifest["worlds"], r.manifest["chances"], r.manifest["replications"]) for r in (part, alone)]
    assert sizes[0] == sizes[1] == (2, 3, 6)
    assert (part.stored, alone.stored) == (DESIGN, None)


def test_a_smaller_design_mends_a_changed_table_for_all_stored_runs(experiment, tmp_path) -> None:
    large = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    good = contents(large.folder)
    (large.folder / "daily.parquet").write_bytes(b"")
    part = run_experiment(experiment, Design(4, 1), FAKE, out=tmp_path)
    assert contents(large.folder) == good
    assert len(part.outcomes) == 4


def test_a_design_larger_one_way_and_smaller_the_other_is_refused_with_the_one_to_ask_for(experiment, tmp_path) -> None:
    large = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    before = contents(large.folder)
    with pytest.raises(UsageError, match=r"holds 4 × 5 runs.*--worlds 9 --chances 5"):
        run_experiment(experiment, Design(9, 2), FAKE, out=tmp_path)
    assert contents(large.folder) == before


def test_runs_of_other_code_are_replaced_by_as_many_and_never_by_fewer(experiment, tmp_path, monkeypatch) -> None:
    large = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    before = contents(large.folder)
    for module in ("identity", "folder"):
        monkeypatch.setattr(f"sim.experiment.{module}.model_fingerprint", lambda: "other")
    with pytest.raises(UsageError, match=r"made by another version of the model.*--worlds 4 --chances 5"):
        run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path)
    assert contents(large.folder) == before
    found = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    assert (found.manifest["versions"]["model"], found.manifest["replications"]) == ("other", 20)


def test_a_part_larger_than_the_results_is_refused(results) -> None:
    assert results.part(DESIGN) is results
    with pytest.raises(UsageError, match="these results have 4 × 5"):
        results.part(Design(5, 5))


def test_daily_quantiles_of_a_part_need_the_daily_table(experiment, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(derived, "DAILY_MOST_RUNS", 5)
    monkeypatch.setattr("sim.experiment.folder.DAILY_MOST_RUNS", 5)
    run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path)
    part = run_experiment(experiment, Design(1, 3), FAKE, out=tmp_path)
    with pytest.raises(ResultsError, match="left out"):
        part.daily_quantiles  # noqa: B018


def test_results_show_themselves_in_one_short_line(results) -> None:
    assert repr(results).startswith("<Results kayes-corridor-normal, escort-48h-150: 4 worlds × 5 chances, seed 1, in ")
    assert len(repr(results)) < 250


@pytest.mark.parametrize("out", ["file", "file/below", "/proc/results"])
def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(experiment, tmp_path, monkeypatch, out) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    told: list[Progress] = []
    with pytest.raises(UsageError, match=r"out: results cannot be written to .*: .*; mend that or name another"):
        run_experiment(experiment, DESIGN, FAKE, out=Path(out), progress=told.append)
    assert told == []
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_lost_shard_is_made_again_with_the_same_bytes(experiment, results, tmp_path) -> None:
    again = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    lost = sorted((again.folder / "shards").rglob("*.parquet"))[3]
    lost.unlink()
    (again.folder / "manifest.json").unlink()
    again = run_experiment(experiment, DESIGN, FAKE, out=tmp_path)
    assert contents(again.folder) == contents(results.folder)


def test_a_changed_table_is_refused_when_read_and_mended_by_the_same_command(experiment, tmp_path) -> None:
    found = run_experiment(experiment, Design(1, 2), FAKE, out=tmp_path)
    table = found.folder / "outcomes.parquet"
    good = table.read_bytes()
    table.write_bytes(good[:-1])
    with pytest.raises(ResultsError, match="not the table that manifest"):
        load_results(found.folder).outcomes  # noqa: B018
    run_experiment(experiment, Design(1, 2), FAKE, out=tmp_path)
    assert table.read_bytes() == good


def test_an_unfinished_folder_is_not_loaded(tmp_path) -> None:
    with pytest.raises(ResultsError, match="not finished"):
        load_results(tmp_path)


def test_temporary_files_of_ended_processes_are_swept(experiment, tmp_path) -> None:
    folder = run_experiment(experiment, Design(1, 1), FAKE, out=tmp_path).folder
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    stale = folder / "shards" / model_fingerprint() / f"{ended.pid}-1f.tmp"
    aside = folder / f"{ended.pid}-2.tmp" / "outcomes.parquet"
    own = folder / "shards" / model_fingerprint() / f"{os.getpid()}-1f.tmp"
    aside.parent.mkdir()
    for path in (stale, aside, own):
        path.touch()
    run_experiment(experiment, Design(1, 2), FAKE, out=tmp_path)
    assert (stale.exists(), aside.parent.exists(), own.exists()) == (False, False, True)


def test_records_come_back_from_a_shard_as_they_went_in(experiment, tmp_path) -> None:
    plan = FAKE.make_plan(
        experiment.scenario.model, experiment.strategy.model, seed=1, world=2, uncertainty="sampled"
    )
    runs = [FAKE.simulate(plan, 1, Replication(2, chance)) for chance in range(4)]
    write_shard(tmp_path, ORIGIN, RunStack.of(runs[2:]))
    write_shard(tmp_path, ORIGIN, RunStack.of(runs[:2]))
    shards = Shards(tmp_path, ORIGIN)
    back = [run for part in shards.runs(Design(3, 4), plan.products) for run in part]
    assert {tuple(pair) for pair in np.argwhere(shards.stored(Design(3, 4)))} == {run.replication for run in runs}
    for run, other in zip(runs, back, strict=True):
        assert (run.replication, run.convoys, run.tallies, run.costs) == (
            other.replication, other.convoys, other.tallies, other.costs,
        )  # fmt: skip
        assert (run.daily.by_product == other.daily.by_product).all()
        assert (run.daily.by_run == other.daily.by_run).all()


def test_two_shards_that_disagree_on_a_replication_are_refused(experiment, tmp_path) -> None:
    plan = FAKE.make_plan(
        experiment.scenario.model, experiment.strategy.model, seed=1, world=0, uncertainty="sampled"
    )
    for seed in (1, 2):
        write_shard(tmp_path, ORIGIN, RunStack.of([FAKE.simulate(plan, seed, Replication(0, 0))]))
    with pytest.raises(ResultsError, match="different records of world 0, chance 0"):
        Shards(tmp_path, ORIGIN).stored(DESIGN)


def test_one_replication_alone_equals_itself_among_many(experiment, results) -> None:
    plan = FAKE.make_plan(
        experiment.scenario.model, experiment.strategy.model, seed=1, world=3, uncertainty="sampled"
    )
    alone = outcome(FAKE.simulate(plan, 1, Replication(3, 4)), results.products)
    table = results.outcomes.set_index(["world", "chance"])
    stored = table.loc[(3, 4)][list(alone)].to_dict()
    for name, value in alone.items():
        undefined = stored[name] is None or math.isnan(stored[name])
        assert undefined if value is None else stored[name] == pytest.approx(value)


def test_outcomes_have_a_row_a_run_in_order_of_replications(results) -> None:
    table = results.outcomes
    assert list(zip(table["world"], table["chance"], strict=True)) == list(DESIGN.replications)
    assert list(table["replication"]) == [replication.number for replication in DESIGN.replications]
    assert set(table["strategy"]) == {"escort-48h-150"}


def test_daily_has_a_row_per_run_date_and_product(experiment, results) -> None:
    table = results.daily
    assert len(table) == 20 * experiment.scenario.model.days * len(results.products)
    assert [*DAILY_COLUMNS, *DAILY_RUN_COLUMNS] == list(table.columns)[5:]
    assert table["date"].min().date() == results.start
    plan = FAKE.make_plan(
        experiment.scenario.model, experiment.strategy.model, seed=1, world=1, uncertainty="sampled"
    )
    run = FAKE.simulate(plan, 1, Replication(1, 2))
    rows = table[(table["world"] == 1) & (table["chance"] == 2)]
    for i, product in enumerate(results.products):
        of_product = rows[rows["product"] == product]
        assert (of_product["stock_l"].to_numpy() == run.daily.column("stock_l")[:, i]).all()
        assert (of_product["units_free"].to_numpy() == run.daily.column("units_free")).all()


def test_daily_quantiles_are_those_of_the_daily_table(results) -> None:
    found = results.daily_quantiles.set_index(["column", "product", "date"]).sort_index()["q80"]
    of_runs = results.daily.groupby(["product", "date"])["sold_l"].quantile(0.8)
    assert found.loc["sold_l"].to_numpy() == pytest.approx(of_runs.sort_index().to_numpy())
    one_product = results.daily[results.daily["product"] == "diesel"]
    by_run = one_product.groupby("date")["units_free"].quantile(0.8)
    assert found.loc["units_free", ""].to_numpy() == pytest.approx(by_run.to_numpy())


def test_daily_means_are_those_of_the_daily_table_and_a_day_is_short_when_any_product_is(results) -> None:
    found = results.daily_quantiles.set_index(["column", "product", "date"]).sort_index()["mean"]
    of_runs = results.daily.groupby(["product", "date"])["sold_l"].mean()
    assert found.loc["sold_l"].to_numpy() == pytest.approx(of_runs.sort_index().to_numpy())
    short = results.daily.groupby(["replication", "date"])["shortage"].max().groupby("date").mean()
    assert short.max() > 0 and found.loc["shortage_any", ""].to_numpy() == pytest.approx(short.to_numpy())
    share = results.outcomes["shortage_days_any"].mean()
    assert found.loc["shortage_any", ""].sum() == pytest.approx(share)


def test_convoys_name_their_corridor_and_leave_open_what_never_arrived(results) -> None:
    table = results.convoys
    assert set(table["corridor"]) <= set(results.manifest["corridors"])
    assert table["arrived"].isna().sum() == (table["convoy"] > 0).sum() > 0
    assert (table["departed"] >= table["slot"]).all()


def test_above_the_limit_daily_is_left_out_and_the_manifest_says_so(
    experiment, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(derived, "DAILY_MOST_RUNS", 5)
    monkeypatch.setattr("sim.experiment.folder.DAILY_MOST_RUNS", 5)
    found = run_experiment(experiment, Design(2, 3), FAKE, out=tmp_path)
    assert not (found.folder / "daily.parquet").exists()
    assert found.manifest["daily"].startswith("left out")
    assert len(found.daily_quantiles) > 0
    with pytest.raises(ResultsError, match="left out"):
        found.daily  # noqa: B018


def test_the_folder_is_named_by_inputs_and_seed_and_not_by_how_many_runs(experiment, results) -> None:
    import dataclasses

    other_seed = dataclasses.replace(experiment, seed=2)
    central = dataclasses.replace(experiment, uncertainty="central")
    names = {results.name, other_seed.folder_name, central.folder_name}
    assert len(names) == 3
    assert all(name.rpartition("-")[0] == "kayes-corridor-normal.escort-48h-150" for name in names)


def test_the_folder_names_variants_and_strategy_and_stays_short(experiment) -> None:
    import dataclasses

    many = dataclasses.replace(experiment.scenario, variants=("loss-fraction", "budget"))
    named = dataclasses.replace(experiment, scenario=many).folder_name
    assert named.rpartition("-")[0] == "kayes-corridor-normal+loss-fraction+budget.escort-48h-150"
    long = dataclasses.replace(experiment, scenario=dataclasses.replace(many, name="k" * 150)).folder_name
    assert (len(long), long.rpartition("-")[0]) == (100, "k" * 91)


def test_the_manifest_holds_the_resolved_inputs_and_nothing_of_the_machine(experiment, results) -> None:
    assert results.manifest["inputs"]["scenario"]["days"] == experiment.scenario.model.days
    assert results.manifest["inputs"]["strategy"]["kind"] == "strategy"
    assert set(results.manifest["files"]) == {
        "outcomes.parquet", "daily.parquet", "daily_quantiles.parquet", "convoys.parquet",
    }  # fmt: skip
    text = (results.folder / "manifest.json").read_text(encoding="utf-8")
    assert "fake" not in text
    assert str(Path.cwd()) not in text


def test_the_summary_is_never_nan_and_bounds_are_in_order(results) -> None:
    for numbers in results.summary().values():
        assert all(value == value for value in numbers.values())
        if numbers["n_defined"] == 0:
            assert all(numbers[key] is None for key in ("low", "mean", "high", "p05", "p50", "p95"))
            continue
        values = [numbers[key] for key in ("low", "mean", "high")]
        assert values == sorted(values)
        assert numbers["p05"] <= numbers["p50"] <= numbers["p95"]

"""Several experiments in one pool: each leaves what it leaves alone, none waits for the tables of another, all can be resumed."""

from __future__ import annotations

import dataclasses
import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_engine import FAKE

from sim.experiment.cell import Cell, Progress
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import run_experiment, run_experiments
from sim.experiment.identity import Experiment
from sim.experiment.results import load_results
from sim.experiment.store.shards import SHARDS
from sim.experiment.store.writing import LOCK

SMALL, LARGE = Design(2, 3), Design(4, 5)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in ("provenance.json", LOCK))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def experiments(experiment: Experiment) -> list[Experiment]:
    return [dataclasses.replace(experiment, seed=seed) for seed in (1, 2, 3)]


def made(experiments: list[Experiment], out: Path, **how) -> list[dict[str, bytes]]:
    run_experiments(experiments, LARGE, FAKE, out=out, finished=lambda place, results: None, **how)
    return [contents(out / experiment.folder_name) for experiment in experiments]


@pytest.mark.parametrize(("workers", "summarised"), [(1, False), (2, True)])
def test_several_at_once_write_what_each_writes_alone(experiments, tmp_path: Path, workers, summarised) -> None:
    run_experiment(experiments[1], SMALL, FAKE, out=tmp_path / "at once", summarised=summarised)
    told: dict[int, Progress] = {}
    done: dict[int, int] = {}
    run_experiments(
        experiments, LARGE, FAKE, workers=workers, out=tmp_path / "at once", summarised=summarised, progress=told.__setitem__,
        finished=lambda place, results: done.__setitem__(place, results.manifest["seed"]),
    )  # fmt: skip
    assert done == {0: 1, 1: 2, 2: 3}
    assert {place: progress.done for place, progress in told.items()} == {0: 20, 1: 20, 2: 20}
    run_experiment(experiments[1], SMALL, FAKE, out=tmp_path / "alone", summarised=summarised)
    for experiment in experiments:
        alone = run_experiment(experiment, LARGE, FAKE, out=tmp_path / "alone", summarised=summarised)
        assert contents(tmp_path / "at once" / experiment.folder_name) == contents(alone.folder)


def test_stored_ones_are_given_without_running_or_writing(experiments, tmp_path: Path) -> None:
    before = made(experiments, tmp_path)
    told: list[int] = []
    done: list[int] = []
    run_experiments(
        experiments, LARGE, FAKE, workers=2, out=tmp_path, progress=lambda place, _: told.append(place),
        finished=lambda place, _: done.append(place),
    )  # fmt: skip
    assert (told, done) == ([], [0, 1, 2])
    assert [contents(tmp_path / experiment.folder_name) for experiment in experiments] == before


def test_an_interrupt_keeps_those_that_are_done_and_the_same_call_goes_on(experiments, tmp_path: Path) -> None:
    def interrupt(place: int, told: Progress) -> None:
        if place == 1 and told.done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(experiments, tmp_path / "cut", progress=interrupt)
    assert load_results(tmp_path / "cut" / experiments[0].folder_name).manifest["replications"] == 20
    assert not (tmp_path / "cut" / experiments[1].folder_name / "manifest.json").exists()
    assert made(experiments, tmp_path / "cut") == made(experiments, tmp_path / "whole")


def test_quick_cells_are_one_shard_each_and_keep_what_is_done_when_broken_off(experiments, tmp_path: Path) -> None:
    engine = engine_named("batch")

    def interrupt(place: int, told: Progress) -> None:
        if place == 1 and told.done >= 10:
            raise KeyboardInterrupt

    def tables(out: Path, **how) -> list[dict[str, bytes]]:
        run_experiments(
            experiments, LARGE, engine, out=out, summarised=True, finished=lambda place, results: None, **how,
        )  # fmt: skip
        return [
            {name: content for name, content in contents(out / experiment.folder_name).items() if not name.startswith(SHARDS)}
            for experiment in experiments
        ]  # fmt: skip

    def shards(out: Path) -> list[int]:
        return [len(list((out / experiment.folder_name / SHARDS).rglob("*.parquet"))) for experiment in experiments]

    with pytest.raises(KeyboardInterrupt):
        tables(tmp_path / "cut", progress=interrupt)
    assert shards(tmp_path / "cut") == [1, 1, 0]
    before: list[tuple[int, int]] = []
    assert tables(tmp_path / "cut", progress=lambda place, told: before.append((place, told.done))) == tables(tmp_path / "whole")
    assert before[0] == (1, 10), "ten runs were kept"
    assert (shards(tmp_path / "cut"), shards(tmp_path / "whole")) == ([1, 2, 1], [1, 1, 1])


def test_runs_of_the_next_are_made_by_the_threads_of_the_one_before(experiment, tmp_path: Path) -> None:
    engine, threads = engine_named("batch"), set()

    def noted(scenario: object, strategy: object, **how: object) -> object:
        threads.add(threading.get_ident())
        return engine.make_plan(scenario, strategy, **how)

    several = [dataclasses.replace(experiment, seed=seed) for seed in range(1, 7)]
    run_experiments(
        several, Design(4, 1), dataclasses.replace(engine, make_plan=noted), workers=2, out=tmp_path,
        finished=lambda place, results: None,
    )  # fmt: skip
    assert 1 <= len(threads) <= 2
    assert threading.get_ident() not in threads


def test_no_more_than_two_are_in_memory_however_many_there_are(experiment, tmp_path: Path, monkeypatch) -> None:
    several = [dataclasses.replace(experiment, seed=seed) for seed in range(1, 6)]
    cells: list[weakref.ref[Cell]] = []
    inner = Cell.end

    def noted(cell: Cell) -> None:
        cells.append(weakref.ref(cell))
        inner(cell)

    def alive() -> Iterator[Cell]:
        gc.collect()
        return (cell for ref in cells if (cell := ref()) is not None)

    most: list[int] = []
    monkeypatch.setattr(Cell, "end", noted)
    run_experiments(
        several, SMALL, FAKE, out=tmp_path, finished=lambda place, results: most.append(len(list(alive()))), summarised=True
    )
    assert len(cells) == 5 and max(most) <= 2

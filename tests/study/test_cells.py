"""Cells of a study: kept in their order however many are in hand, told as one work, stopped within a batch."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import RunError
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of
from sim.experiment.identity import Experiment
from sim.language import Phrase
from sim.study.cells import CELLS, run_cells

STRATEGIES = ("no-escort", "escort-48h-150", "large-rare", "small-frequent")
DESIGN = Design(4, 2)


def cells_of(*strategies: str) -> list[Experiment]:
    return [experiment_of("kayes-corridor", strategy) for strategy in strategies]


def run(folder: Path, workers: int, engine: str, design: Design = DESIGN) -> tuple[list[str], list[int]]:
    """Strategies in the order in which they were kept, and what was told."""
    kept: list[str] = []
    told: list[int] = []
    run_cells(
        cells_of(*STRATEGIES), design, engine_named(engine), workers=workers, folder=folder,
        keep=lambda experiment, results: kept.append(results.manifest["strategy"]), progress=told.append,
    )  # fmt: skip
    return kept, told


def test_cells_are_kept_in_order_and_leave_the_same_tables_whatever_runs_them(tmp_path: Path) -> None:
    tables = {}
    for name, workers, engine in (("one", 1, "reference"), ("two", 2, "batch")):
        kept, told = run(tmp_path / name, workers, engine)
        assert kept == list(STRATEGIES)
        assert told == sorted(told) and told[-1] == len(STRATEGIES) * DESIGN.runs
        tables[name] = {
            path.relative_to(tmp_path / name): path.read_bytes() for path in sorted((tmp_path / name / CELLS).glob("*/*.parquet"))
        }
    assert tables["one"] == tables["two"] and len(tables["one"]) == 2 * len(STRATEGIES)


def test_a_cell_that_fails_stops_the_others_with_its_error(tmp_path: Path) -> None:
    engine = engine_named("batch")

    def fails(scenario: object, strategy: object, **how: object) -> object:
        if getattr(strategy, "title", "").startswith(cells_of("large-rare")[0].strategy.model.title):
            raise RunError(Phrase("no fuel"))
        return engine.make_plan(scenario, strategy, **how)

    with pytest.raises(RunError, match="no fuel"):
        run_cells(
            cells_of(*STRATEGIES), DESIGN, replace(engine, make_plan=fails), workers=2, folder=tmp_path,
            keep=lambda experiment, results: None,
        )  # fmt: skip
    assert not any(thread.name.startswith("ThreadPool") for thread in threading.enumerate())


def test_ctrl_c_ends_the_cells_in_hand_and_the_same_call_goes_on(tmp_path: Path) -> None:
    told: list[int] = []

    def interrupt(done: int) -> None:
        told.append(done)
        if len(told) == 1:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_cells(
            cells_of(*STRATEGIES), Design(8, 8), engine_named("batch"), workers=2, folder=tmp_path,
            keep=lambda experiment, results: None, progress=interrupt,
        )  # fmt: skip
    assert told[-1] < 4 * 64
    kept, _ = run(tmp_path, 2, "batch", Design(8, 8))
    assert kept == list(STRATEGIES)

"""Cells of a study: experiments in identical replications, each with a result folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.experiment import run_experiments
from sim.experiment.identity import Experiment
from sim.experiment.results import Results
from sim.experiment.store.writing import Waiting, note_waiting

CELLS = "cells"
"""Folder of a study folder that holds one result folder a scenario, variant, point and strategy."""


def run_cells(
    cells: Sequence[Experiment],
    design: Design,
    engine: Engine,
    *,
    workers: int,
    folder: Path,
    keep: Callable[[Experiment, Results], None],
    progress: Callable[[int], None] | None = None,
    waiting: Waiting = note_waiting,
) -> None:
    """Run what is not stored of the cells of a study, and keep the results of each, in their order.

    Outcomes of runs and quantiles of days are stored in ``<folder>/cells``, not the records of each day.

    Parameters
    ----------
    keep
        Called with each cell and its results.
    progress
        Called with the runs that are done of all cells.
    """
    done = [0] * len(cells)
    ready: dict[int, Results] = {}
    kept = 0

    def tell(place: int, runs: int) -> None:
        done[place] = min(runs, design.runs)
        if progress is not None:
            progress(sum(done))

    def finished(place: int, results: Results) -> None:
        nonlocal kept
        done[place], ready[place] = design.runs, results
        while kept in ready:
            keep(cells[kept], ready.pop(kept))
            kept += 1

    run_experiments(
        cells, design, engine, workers=workers, out=folder / CELLS, waiting=waiting, summarised=True, finished=finished,
        progress=lambda place, told: tell(place, told.done),
    )  # fmt: skip

"""Cells of a study: experiments in identical replications, each with a result folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event, Lock

from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.experiment import Progress, run_experiment
from sim.experiment.identity import Experiment
from sim.experiment.interrupts import holding
from sim.experiment.results import Results
from sim.experiment.runner import POLL_S
from sim.experiment.store.writing import Waiting, note_waiting

CELLS = "cells"
"""Folder of a study folder that holds one result folder a scenario, variant, point and strategy."""

AT_ONCE = 2
"""Cells in hand at once where an engine runs in threads: one runs while the tables of the other are made."""


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
        Called in this thread with each cell and its results.
    progress
        Called, by one thread at a time, with the runs that are done of all cells.
    """
    done, stopped, told_by_one = [0] * len(cells), Event(), Lock()

    def run(place: int) -> Results:
        def tell(told: Progress) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt
            with told_by_one:
                done[place] = min(told.done, design.runs)
                if progress is not None:
                    progress(sum(done))

        found = run_experiment(
            cells[place], design, engine, workers=workers, out=folder / CELLS, progress=tell, waiting=waiting, summarised=True
        )
        done[place] = design.runs
        return found

    if engine.simulate_many is None or workers == 1:
        for place, cell in enumerate(cells):
            keep(cell, run(place))
        return
    with holding() as arrived, ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(run, place) for place in range(len(cells))]
        try:
            for cell, future in zip(cells, running, strict=True):
                while not wait([future], timeout=POLL_S).done:
                    if arrived:
                        raise KeyboardInterrupt
                keep(cell, future.result())
        finally:
            stopped.set()
            for future in running:
                future.cancel()

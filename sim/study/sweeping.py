"""Running a sweep: every point of a grid under every strategy, in identical replications; equal experiments are run once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.analysis.units import Floats, Ints
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.experiment import Progress
from sim.experiment.identity import Experiment
from sim.experiment.results import Results
from sim.experiment.store.writing import Waiting, alone_in, check_writable, note_waiting
from sim.language import Phrase
from sim.records import Metric
from sim.study.cells import run_cells
from sim.study.design import Point, Study
from sim.study.files import metrics_of

Told = Callable[[Progress], None]


@dataclass(frozen=True)
class Swept:
    """A study with a grid and the runs of its cases.

    `values` by place of the case and metric name, shape (n_strategies, n_runs), NaN where undefined; `worlds` and `chances` of
    shape (n_runs,), the same replications in every cell.
    """

    study: Study
    design: Design
    folder: Path
    metrics: tuple[Metric, ...]
    values: tuple[dict[str, Floats], ...]
    worlds: Ints
    chances: Ints

    def readings(self) -> Iterator[tuple[int, ...]]:
        """Places of the cases of each scenario with its variants: all points of the grid, in order."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, case in enumerate(self.study.cases):
            found.setdefault((case.scenario.name, case.variant), []).append(place)
        yield from map(tuple, found.values())

    def reference(self, reading: tuple[int, ...]) -> int:
        """Place of the case at the reference point of a reading."""
        return next(place for place in reading if self.study.cases[place].point == self.study.reference)


def varied(study: Study) -> tuple[str, ...]:
    """Keys of a grid that have more than one value; the others are the same at every point."""
    values: dict[str, set[object]] = {}
    for case in study.cases:
        for key, value in case.point:
            values.setdefault(key, set()).add((type(value), value))
    return tuple(key for key, different in values.items() if len(different) > 1)


def fixed(study: Study) -> Point:
    """Keys of a grid with one value only, and that value."""
    moving = varied(study)
    return tuple(pair for pair in study.cases[0].point if pair[0] not in moving)


def sweep_design(study: Study) -> Design:
    """How many runs a sweep makes at every point.

    Raises
    ------
    UsageError
        If the study has no grid, or asks for a precision: a sweep makes as many runs at every point.
    """
    if not study.keys:
        raise UsageError(Phrase(
            '"{name}": there is nothing to sweep; give it a [grid], or add --grid KEY=V1,V2,…; `compare` needs none',
            name=study.name,
        ))  # fmt: skip
    if not isinstance(study.design, Design):
        raise UsageError(Phrase(
            '"{name}": asks for a precision, but a sweep makes as many runs at every point; give --worlds W and --chances C',
            name=study.name,
        ))  # fmt: skip
    return study.design


def cells(study: Study) -> dict[str, Experiment]:
    """The experiments of a study by identity: points that change nothing for a strategy share one."""
    return {one.identity: one for _, experiments in study.experiments() for one in experiments}


def run_days(study: Study, design: Design) -> int:
    """Simulated days of all runs of a sweep."""
    return sum(experiment.run_days(design) for experiment in cells(study).values())


def run_sweep(
    study: Study,
    engine: Engine,
    *,
    workers: int = 1,
    out: Path = Path("results"),
    progress: Told | None = None,
    waiting: Waiting = note_waiting,
) -> Swept:
    """The runs of every point of a study with a grid; stored ones are used, missing ones are run and stored.

    Each cell is an ordinary experiment in ``<out>/<study>/cells``, so that an interrupted sweep goes on where it was, and a
    larger one finds the old runs. `progress` is told runs done of all asked for.

    Raises
    ------
    UsageError, ResultsError
        If there is nothing to sweep, or the folder cannot be written or holds something else.
    """
    design = sweep_design(study)
    folder = out / study.folder_name
    todo = cells(study)
    found: dict[str, Results] = {}
    check_writable(folder)
    with alone_in(folder, waiting):
        run_cells(
            list(todo.values()), design, engine, workers=workers, folder=folder, waiting=waiting,
            keep=lambda experiment, results: found.__setitem__(experiment.identity, results),
            progress=None if progress is None else _counted(progress, len(todo) * design.runs),
        )  # fmt: skip
    return _swept(study, design, folder, found)


def _counted(progress: Told, total: int) -> Callable[[int], None]:
    """Tells how many runs of the sweep are done."""
    return lambda done: progress(Progress(done, total, None, None, None))


def _swept(study: Study, design: Design, folder: Path, found: dict[str, Results]) -> Swept:
    """The runs of all cells as arrays."""
    metrics = metrics_of(study.cases[0].scenario.model)
    tables = {identity: results.outcomes for identity, results in found.items()}
    first = next(iter(tables.values()))
    worlds, chances = (first[name].to_numpy(dtype=np.int64) for name in ("world", "chance"))
    rows = {
        identity: {metric.name: table[metric.name].to_numpy(dtype=np.float64) for metric in metrics}
        for identity, table in tables.items()
    }
    values = tuple(
        {metric.name: np.stack([rows[one.identity][metric.name] for one in experiments]) for metric in metrics}
        for _, experiments in study.experiments()
    )
    return Swept(study, design, folder, metrics, values, worlds, chances)

"""The reference table: what every target reads in the runs of many prior worlds, stored so that no run is made twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.experiment.design import Batches, Design
from sim.experiment.engines import engine_named
from sim.experiment.identity import Experiment, source_digest
from sim.experiment.runner import Job, Told, Work, run_jobs
from sim.experiment.store.parquet import Column
from sim.experiment.store.shards import Origin, Shards, write_rows
from sim.experiment.store.writing import alone_in, check_writable
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, Labels, RunStack
from sim.study.backtest.readings import READINGS, Days
from sim.study.backtest.targets import Target, load_targets
from sim.study.forecast.known import known_at

if TYPE_CHECKING:
    from pandas import DataFrame

Floats = npt.NDArray[np.float64]
Tell = Callable[[int, int], None]
"""Told how many runs are done, of how many."""

KNOWN_ON = date(2025, 12, 1)
"""The day on which the calibration knows everything before it, and nothing of what begins on it or later."""

READ_BY = ("study/backtest/readings.py", "study/calibrate/table.py")
"""Sources that decide what is read off a run."""


@dataclass(frozen=True)
class Table:
    """Readings of the fitted targets, shape (n_worlds, n_targets), NaN where a run has no such number."""

    experiment: Experiment
    targets: tuple[Target, ...]
    readings: Floats


def fitted_targets(books: str) -> tuple[Target, ...]:
    """The targets that a calibration may use, with windows that end on the eve of `KNOWN_ON`."""
    eve = KNOWN_ON - timedelta(days=1)
    return tuple(
        replace(target, last_day=min(target.last_day, eve)) for target in load_targets(books) if target.role == "fitted"
    )


def prior_experiment(scenario: str, variants: Sequence[str], strategy: str, seed: int) -> Experiment:
    """The prior world as known on `KNOWN_ON`, to the end of that day."""
    return known_at(scenario, strategy, variants, KNOWN_ON, 1, {}, seed=seed).experiment


def reference_table(
    experiment: Experiment, targets: tuple[Target, ...], worlds: int, workers: int, out: Path, tell: Tell | None = None
) -> Table:
    """Readings of the first worlds, one run each; what is not stored yet is run.

    Raises
    ------
    ResultsError, UsageError, RunError
        If the folder cannot be used, or a run fails.
    """
    design = Design(worlds, 1)
    reading = _Reading(folder_of(experiment, out), experiment.origin, _labels(experiment), targets)
    if not reading.stored(design).all():
        check_writable(reading.folder)
        with alone_in(reading.folder):
            _run(experiment, reading, design, workers, tell)
    return Table(experiment, targets, reading.values(design))


def folder_of(experiment: Experiment, out: Path) -> Path:
    """Where a calibration keeps its runs and what it found."""
    return out / f"calibration-{experiment.folder_name}"


def _labels(experiment: Experiment) -> Labels:
    return engine_named("reference").labels_of(experiment.scenario.model)


def _run(experiment: Experiment, reading: _Reading, design: Design, workers: int, tell: Tell | None) -> None:
    missing = ~reading.stored(design)
    engine = engine_named("auto", experiment.run_days(Design(int(missing.sum()), 1)))
    work = Work(
        engine, experiment.scenario.name, experiment.strategy.name, experiment.scenario.model, experiment.strategy.model,
        experiment.seed, experiment.uncertainty,
    )  # fmt: skip
    done = design.runs - int(missing.sum())

    def told(runs: Told) -> None:
        nonlocal done
        done += len(runs)
        if tell is not None:
            tell(done, design.runs)

    if missing.any():
        run_jobs([Job(work, Batches(missing, reading.labels.days, engine.pace), reading, told)], workers)


@dataclass(frozen=True)
class _Read:
    """What is kept of a batch: its worlds, and a row of readings of each."""

    world: npt.NDArray[np.int64]
    values: Floats


@dataclass(frozen=True)
class _Reading:
    """Keeps readings of runs, and nothing else of them."""

    folder: Path
    origin: Origin
    labels: Labels
    targets: tuple[Target, ...]

    @property
    def kind(self) -> str:
        """Kind of the shards: it names the code that reads, and what is read."""
        windows = [(t.id, t.reading, t.product, t.first_day, t.last_day) for t in self.targets]
        return f"readings-{source_digest(READ_BY)}-{digest_of_text(repr(windows))}"

    def condensed(self, runs: RunStack) -> _Read:
        """Readings of a batch."""
        days = days_of_stack(runs, self.labels)
        columns = [READINGS[t.reading](days, t.product, t.first_day, t.last_day) for t in self.targets]
        return _Read(runs.world, np.stack(columns, axis=1))

    def store(self, kept: _Read) -> Told:
        """Write readings, a row a run."""
        columns = {"world": Column("INTEGER", kept.world)}
        columns |= {t.id: Column("DOUBLE", kept.values[:, i]) for i, t in enumerate(self.targets)}
        write_rows(self.folder, self.origin, columns, self.kind)
        return [(world, 0) for world in kept.world.tolist()]

    def stored(self, design: Design) -> npt.NDArray[np.bool_]:
        """Whether the readings of each world are stored, shape (n_worlds, 1)."""
        there = np.zeros(design, np.bool_)
        shards = Shards(self.folder, self.origin)
        if paths := shards.of_kind(self.kind):
            there[shards.query(paths, "DISTINCT world", f"WHERE world < {design.worlds}")["world"]] = True
        return there

    def values(self, design: Design) -> Floats:
        """Stored readings by world, shape (n_worlds, n_targets)."""
        shards = Shards(self.folder, self.origin)
        names = ", ".join(f'"{t.id}"' for t in self.targets)
        rest = (
            f"WHERE world < {design.worlds} QUALIFY row_number() OVER (PARTITION BY world ORDER BY filename) = 1 ORDER BY world"
        )
        found = shards.query(shards.of_kind(self.kind), names, rest)
        return np.stack([np.ma.filled(found[t.id].astype(np.float64), np.nan) for t in self.targets], axis=1)


def digest_of_text(text: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]


def days_of_stack(runs: RunStack, labels: Labels) -> Days:
    """Daily records of a stack of runs as the readings want them."""
    return Days(_frame(runs, len(labels.products)), labels.start, labels.products, labels.retail, runs.stations)


def _frame(runs: RunStack, n_products: int) -> DataFrame:
    from pandas import DataFrame

    by_product = {name: runs.by_product[:, i].ravel() for i, name in enumerate(DAILY_COLUMNS)}
    by_run = {name: np.repeat(runs.by_run[:, i].ravel(), n_products) for i, name in enumerate(DAILY_RUN_COLUMNS)}
    return DataFrame(by_product | by_run)

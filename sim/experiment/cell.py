"""One experiment being made in its folder: what is missing, how batches are kept, the tables at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.analysis.outcomes import shortage_days
from sim.analysis.sketch import Sketch
from sim.analysis.summary import Running
from sim.experiment.cluster import Workers, workers_of
from sim.experiment.design import Batches, Design
from sim.experiment.engines import Engine
from sim.experiment.folder import derive
from sim.experiment.identity import Experiment
from sim.experiment.provenance import Making, as_bytes, entries_of
from sim.experiment.results import PROVENANCE
from sim.experiment.runner import Job, Told, Work
from sim.experiment.store.derived import daily_series, outcome_columns, series_of
from sim.experiment.store.shards import Origin, Shards, Summary, joined, summary_of, write_shard, write_summary
from sim.experiment.store.writing import check_writable, write_bytes
from sim.records import Labels, RunStack

AT_HAND = 8
"""Summaries of batches that stay in memory until tables are made, at most: about 10 MB each."""


class Progress(NamedTuple):
    """How far an experiment is: runs done of all asked for, and the mean of `shortage_days_any` so far."""

    done: int
    total: int
    mean: float | None
    low: float | None
    high: float | None
    """The 95 % interval of the mean over the worlds so far; None while it cannot be estimated."""


Report = Callable[[Progress], None]


class _Tally:
    """Runs done and the running mean of shortage days, told to `report` after every batch."""

    def __init__(self, design: Design, horizon_days: int, report: Report | None) -> None:
        self.total = design.runs
        self.days = Running(design.worlds, (0.0, float(horizon_days)))
        self.report = report

    def add(self, runs: Iterable[tuple[int, int]]) -> None:
        """Count runs, each by its world and its shortage days."""
        for world, days in runs:
            self.days.add(world, days)
        if self.report is not None:
            self.report(Progress(self.days.n_runs, self.total, *self.days.statistic()))


class Cell:
    """An experiment whose folder is being written by this process alone.

    Parameters
    ----------
    design
        The replications that the folder shall hold.
    daily_kept
        Whether the records of their days are kept, or sketches of them.
    """

    def __init__(
        self, folder: Path, experiment: Experiment, design: Design, engine: Engine, workers: Workers, daily_kept: bool,
        report: Report | None,
    ) -> None:  # fmt: skip
        check_writable(folder)
        self.folder, self.experiment, self.design, self.engine, self.workers = folder, experiment, design, engine, workers
        self.daily_kept, self.labels = daily_kept, engine.labels_of(experiment.scenario.model)
        self.shards = Shards(folder, experiment.origin)
        self.missing = ~self.shards.stored(design, summarised=not daily_kept)
        self.keeping = Keeping(folder, experiment.origin, self.labels, daily_kept)
        self.tally = _Tally(design, self.labels.days, report)

    def begin(self) -> None:
        """Note who makes it, and tell what is stored already."""
        self.noted = entries_of(self.folder / PROVENANCE)
        self.making = Making(self.engine.name, workers_of(self.workers), self.design)
        # Noted before the first run: what is killed leaves runs behind, too.
        write_bytes(self.folder / PROVENANCE, as_bytes([*self.noted, self.making.entry()]))
        if self.missing.any():
            self.tally.add(self.shards.shortage_days(self.design, len(self.labels.products)))

    def job(self) -> Job:
        """Its missing runs, if there are any."""
        experiment = self.experiment
        work = Work(
            engine=self.engine,
            scenario_name=experiment.scenario.name,
            strategy_name=experiment.strategy.name,
            scenario=experiment.scenario.model,
            strategy=experiment.strategy.model,
            seed=experiment.seed,
            uncertainty=experiment.uncertainty,
        )
        batches = Batches(self.missing, self.labels.days, self.engine.pace)
        self.keeping.together = self.engine.simulate_many is not None and len(batches) <= AT_HAND
        return Job(work, batches, self.keeping, self.tally.add, self.begin, self.end, self.keeping.store_together)

    def end(self) -> None:
        """Derive the tables from the shards, and note how it was made."""
        self.keeping.store_together()
        if self.missing.any():
            self.shards = Shards(self.folder, self.experiment.origin, self.keeping.at_hand)
        derive(self.folder, self.experiment, self.design, self.labels, self.shards, daily_kept=self.daily_kept)
        write_bytes(self.folder / PROVENANCE, as_bytes([*self.noted, self.making.entry(int(np.sum(self.missing)))]))


@dataclass
class Keeping:
    """How batches are stored: all their records, or outcomes and a sketch of their days."""

    folder: Path
    origin: Origin
    labels: Labels
    daily_kept: bool
    together: bool = False
    """Whether summaries wait for each other and become one shard: of few batches that are run in no time."""
    waiting: list[Summary] = field(default_factory=list)
    at_hand: dict[Path, Summary] = field(default_factory=dict)
    """The first summaries that were stored: few enough for memory, and all of them in experiments that should be quick."""

    def condensed(self, runs: RunStack) -> RunStack | Summary:
        """What is kept of a batch; done where it was run, so that no more than that has to travel."""
        if self.daily_kept:
            return runs
        sketch = Sketch(series_of(self.labels))
        sketch.add(*daily_series(runs))
        return summary_of(runs, outcome_columns(runs, self.labels), sketch)

    def store(self, kept: RunStack | Summary) -> Told:
        """Write what is kept of a batch, or have it wait for the others, and tell the world and shortage days of each run."""
        if isinstance(kept, RunStack):
            write_shard(self.folder, self.origin, kept)
            return list(zip(kept.world.tolist(), shortage_days(kept).tolist(), strict=True))
        if self.together:
            self.waiting.append(kept)
        else:
            self.write(kept)
        days = kept.outcomes["shortage_days_any"]
        return list(zip(kept.outcomes["world"].tolist(), days.tolist(), strict=True))

    def store_together(self) -> None:
        """Write the summaries that wait, as one; also when the work is broken off."""
        if self.waiting:
            waiting, self.waiting = self.waiting, []
            self.write(joined(waiting))

    def write(self, summary: Summary) -> None:
        """Write a summary."""
        path = write_summary(self.folder, self.origin, summary)
        if len(self.at_hand) < AT_HAND:
            self.at_hand[path] = summary

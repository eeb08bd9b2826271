"""An experiment from names to results: only what is not stored yet is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.analysis.outcomes import shortage_days
from sim.analysis.sketch import Sketch
from sim.analysis.summary import Running
from sim.errors import UsageError
from sim.experiment.cluster import Workers, hired, workers_of
from sim.experiment.design import Batches, Design, design_of
from sim.experiment.engines import Engine, Uncertainty, engine_named
from sim.experiment.folder import derive, keeps_daily, kept_design, stored_part
from sim.experiment.identity import Experiment
from sim.experiment.provenance import Making, as_bytes, entries_of
from sim.experiment.results import MANIFEST, PROVENANCE, Results, load_results
from sim.experiment.runner import Told, Work, run_batches
from sim.experiment.store.derived import daily_series, outcome_columns, series_of
from sim.experiment.store.shards import Origin, Shards, Summary, summary_of, write_shard, write_summary
from sim.experiment.store.writing import Waiting, alone_in, check_writable, note_waiting, remains, write_bytes
from sim.language import Phrase
from sim.records import Labels, RunStack
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import check_pair

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


def experiment_of(
    scenario: str | Path,
    strategy: str | Path | None = None,
    *,
    seed: int = 1,
    uncertainty: Uncertainty = "sampled",
    variants: Sequence[str | Path] = (),
) -> Experiment:
    """The loaded and checked experiment; without a strategy, the scenario's default one.

    Raises
    ------
    ScenarioError
        With all mistakes of the files.
    UsageError
        If a name, the seed or the uncertainty cannot be used.
    """
    if not 0 <= seed < 1 << 64:
        raise UsageError(Phrase("seed: expected a whole number from 0 to 2^64 − 1, got {got}", got=seed))
    if uncertainty not in ("central", "sampled"):
        raise UsageError(Phrase('uncertainty: expected central or sampled, got "{got}"', got=uncertainty))
    loaded = load_scenario(scenario, variants=variants)
    chosen = load_strategy(loaded.model.default_strategy if strategy is None else strategy)
    check_pair(loaded, chosen)
    return Experiment(loaded, chosen, seed, uncertainty)


def run(
    scenario: str | Path,
    strategy: str | Path | None = None,
    worlds: int = 20,
    chances: int = 10,
    seed: int = 1,
    engine: str = "auto",
    workers: int | None = 1,
    uncertainty: Uncertainty = "sampled",
    out: str | Path = "results",
    variants: Sequence[str | Path] = (),
    progress: Report | None = None,
    cluster: str | None = None,
) -> Results:
    """Results of a scenario under a strategy; stored runs are used, missing ones are run and stored.

    A smaller design than the stored one leaves the folder as it is and gives the part asked for.

    Parameters
    ----------
    scenario, strategy, variants
        Names or files; without a strategy the scenario's default one is taken.
    worlds, chances
        Draws of what we do not know, and draws of luck in each world.
    engine
        ``reference``, ``batch`` (compiled with Numba, the same results to the last bit), or the one that is done first.
    workers
        Processes, or threads with the batch engine; by default this one alone, which works in any script; None for one
        per processor. With more than one process, a script needs `if __name__ == "__main__":` around its calls, because
        each imports it anew. Results do not depend on it.
    uncertainty
        ``sampled``: each world draws its quantities; ``central``: all worlds take their central values.
    out
        Folder in which the result folder is made.
    progress
        Called after every batch.
    cluster
        Address of a Dask scheduler (``tcp://127.0.0.1:8786``) whose workers run everything, in place of `workers`. Results
        do not depend on it either.

    Raises
    ------
    ScenarioError
        With all mistakes of the files.
    UsageError
        If something given cannot be used: among others a folder that cannot be written, and a design with more
        worlds and fewer chances than the stored one, or the other way round.
    """
    design = design_of(worlds, chances)
    experiment = experiment_of(scenario, strategy, seed=seed, uncertainty=uncertainty, variants=variants)
    engine_used = engine_named(engine, experiment.run_days(design))
    with hired(workers, cluster) as hands:
        return run_experiment(experiment, design, engine_used, workers=hands, out=Path(out), progress=progress)


def run_experiment(
    experiment: Experiment,
    design: Design,
    engine: Engine,
    *,
    workers: Workers = 1,
    out: Path = Path("results"),
    progress: Report | None = None,
    waiting: Waiting = note_waiting,
    summarised: bool = False,
) -> Results:
    """Results of a loaded experiment: `run` without names.

    `summarised`: outcomes of runs and quantiles of days are enough, as above `DAILY_MOST_RUNS` runs. While another
    process writes to the same folder it is waited for, and `waiting` is called.
    """
    found = stored_results(experiment, design, engine, out, summarised=summarised)
    if found is not None:
        return found
    folder = out / experiment.folder_name
    labels = engine.labels_of(experiment.scenario.model)
    with alone_in(folder, waiting):
        # What was missing may have been made while this process waited.
        found = stored_part(folder, experiment, design, labels, summarised=summarised)
        if found is not None:
            return found
        made = kept_design(folder, experiment, design)
        kept = keeps_daily(made, summarised=summarised)
        _make(folder, experiment, made, engine, workers, labels, progress, daily_kept=kept)
        return load_results(folder).part(design)


def stored_results(
    experiment: Experiment, design: Design, engine: Engine, out: Path, *, summarised: bool = False
) -> Results | None:
    """What `run_experiment` would give without running or writing anything; None if it has to.

    Raises
    ------
    ResultsError, UsageError
        If the folder holds something else, or a design that neither covers this one nor is covered by it.
    """
    folder = out / experiment.folder_name
    labels = engine.labels_of(experiment.scenario.model)
    found = stored_part(folder, experiment, design, labels, summarised=summarised)
    return None if remains(folder) else found


def check_out(experiment: Experiment, design: Design, out: Path) -> None:
    """Refuse beforehand a folder in which `run_experiment` could not store this design.

    A folder that holds results already may be read-only: perhaps nothing has to be written.

    Raises
    ------
    ResultsError, UsageError
        Saying why it cannot be written, what else it holds, or which design it would take.
    """
    folder = out / experiment.folder_name
    kept_design(folder, experiment, design)
    if not (folder / MANIFEST).is_file():
        check_writable(folder)


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


def _make(
    folder: Path, experiment: Experiment, design: Design, engine: Engine, workers: Workers, labels: Labels, report: Report | None,
    *, daily_kept: bool,
) -> None:  # fmt: skip
    """Run what is not stored, derive the tables, and note how and where it was done."""
    check_writable(folder)
    shards = Shards(folder, experiment.origin)
    missing = ~shards.stored(design, summarised=not daily_kept)
    noted = entries_of(folder / PROVENANCE)
    making = Making(engine.name, workers_of(workers), design)
    # Noted before the first run: what is killed leaves runs behind, too.
    write_bytes(folder / PROVENANCE, as_bytes([*noted, making.entry()]))
    if missing.any():
        tally = _Tally(design, labels.days, report)
        tally.add(shards.shortage_days(design, len(labels.products)))
        work = Work(
            engine=engine,
            scenario_name=experiment.scenario.name,
            strategy_name=experiment.strategy.name,
            scenario=experiment.scenario.model,
            strategy=experiment.strategy.model,
            seed=experiment.seed,
            uncertainty=experiment.uncertainty,
        )
        keeping = Keeping(folder, experiment.origin, labels, daily_kept)
        run_batches(work, Batches(missing, labels.days, engine.pace), workers, keeping, tally.add)
        shards = Shards(folder, experiment.origin, keeping.at_hand)
    derive(folder, experiment, design, labels, shards, daily_kept=daily_kept)
    write_bytes(folder / PROVENANCE, as_bytes([*noted, making.entry(int(missing.sum()))]))


@dataclass(frozen=True)
class Keeping:
    """How batches are stored: all their records, or outcomes and a sketch of their days."""

    folder: Path
    origin: Origin
    labels: Labels
    daily_kept: bool
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
        """Write what is kept of a batch and tell the world and shortage days of each run."""
        if isinstance(kept, RunStack):
            write_shard(self.folder, self.origin, kept)
            return list(zip(kept.world.tolist(), shortage_days(kept).tolist(), strict=True))
        path = write_summary(self.folder, self.origin, kept)
        if len(self.at_hand) < AT_HAND:
            self.at_hand[path] = kept
        days = kept.outcomes["shortage_days_any"]
        return list(zip(kept.outcomes["world"].tolist(), days.tolist(), strict=True))

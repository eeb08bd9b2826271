"""An experiment from names to results: only what is not stored yet is run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.analysis.outcomes import shortage_days_any
from sim.analysis.summary import statistic
from sim.errors import ResultsError, UsageError
from sim.experiment.design import Design, batches, design_of
from sim.experiment.engines import Engine, Uncertainty, engine_named
from sim.experiment.identity import Experiment, manifest_bytes, model_fingerprint
from sim.experiment.pool import checked_workers
from sim.experiment.provenance import as_bytes, entries_of, provenance
from sim.experiment.results import MANIFEST, PROVENANCE, Results, load_results
from sim.experiment.runner import Batch, Work, run_batches
from sim.experiment.store.derived import DAILY_MOST_RUNS, write_derived
from sim.experiment.store.parquet import check_writable, sha256, sweep, write_bytes
from sim.experiment.store.shards import Shards, write_shard
from sim.records import Labels, RunRecords
from sim.scenario.files import shown
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import check_pair


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
        raise UsageError(f"seed: expected a whole number from 0 to 2^64 − 1, got {seed}")
    if uncertainty not in ("central", "sampled"):
        raise UsageError(f'uncertainty: expected central or sampled, got "{uncertainty}"')
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
    engine: str = "reference",
    workers: int | None = 1,
    uncertainty: Uncertainty = "sampled",
    out: str | Path = "results",
    variants: Sequence[str | Path] = (),
    progress: Report | None = None,
) -> Results:
    """Results of a scenario under a strategy; stored runs are used, missing ones are run and stored.

    A smaller design than the stored one leaves the folder as it is and gives the part asked for.

    Parameters
    ----------
    scenario, strategy, variants
        Names or files; without a strategy the scenario's default one is taken.
    worlds, chances
        Draws of what we do not know, and draws of luck in each world.
    workers
        Processes; by default this one alone, which works in any script; None for one per processor. With more
        than one, a script needs `if __name__ == "__main__":` around its calls, because each worker imports it
        anew. Results do not depend on it.
    uncertainty
        ``sampled``: each world draws its quantities; ``central``: all worlds take their central values.
    out
        Folder in which the result folder is made.
    progress
        Called after every batch.

    Raises
    ------
    ScenarioError
        With all mistakes of the files.
    UsageError
        If something given cannot be used: among others a folder that cannot be written, and a design with more
        worlds and fewer chances than the stored one, or the other way round.
    """
    design = design_of(worlds, chances)
    count = checked_workers(workers)
    engine_used = engine_named(engine)
    experiment = experiment_of(scenario, strategy, seed=seed, uncertainty=uncertainty, variants=variants)
    return run_experiment(experiment, design, engine_used, workers=count, out=Path(out), progress=progress)


def run_experiment(
    experiment: Experiment,
    design: Design,
    engine: Engine,
    *,
    workers: int = 1,
    out: Path = Path("results"),
    progress: Report | None = None,
) -> Results:
    """Results of a loaded experiment: `run` without names."""
    began = time.perf_counter()
    folder = out / experiment.folder_name
    labels = engine.labels_of(experiment.scenario.model)
    asked, design = design, _kept_design(folder, design)
    if asked != design and _is_current(folder, _manifest(experiment, design, labels)):
        return load_results(folder).part(asked)
    if folder.is_dir():
        sweep(folder)
    shards = Shards(folder, model_fingerprint())
    missing = set(design.replications) - shards.replications()
    if missing:
        check_writable(folder)
        before = shards.shortage_days(design.worlds, design.chances, len(labels.products))
        tally = _Tally(design, labels.days, before, progress)
        _run_missing(experiment, engine, folder, batches(missing, labels.days), workers, tally)
    fresh = _derive(experiment, design, labels, folder)
    if missing or fresh:
        history = entries_of(folder / PROVENANCE)
        entry = provenance(engine.name, workers, len(missing), time.perf_counter() - began)
        write_bytes(folder / PROVENANCE, as_bytes([*history, entry]))
    return load_results(folder).part(asked)


def check_out(experiment: Experiment, design: Design, out: Path) -> None:
    """Refuse beforehand a folder in which `run_experiment` could not store this design.

    A folder that holds results already may be read-only: perhaps nothing has to be written.

    Raises
    ------
    UsageError
        Saying why it cannot be written, or which design it would take.
    """
    _kept_design(out / experiment.folder_name, design)
    if not (out / experiment.folder_name / MANIFEST).is_file():
        check_writable(out / experiment.folder_name)


def _kept_design(folder: Path, asked: Design) -> Design:
    """The design whose tables the folder keeps: the larger one of what is stored and what is asked for.

    Raises
    ------
    UsageError
        If each of the two has runs that the other one lacks; or if what is stored is larger and was made by other
        code, so that it can neither answer for this one nor be kept beside it.
    """
    try:
        manifest = load_results(folder).manifest
    except ResultsError:
        return asked
    stored = Design(manifest["worlds"], manifest["chances"])
    if asked.covers(stored):
        return asked
    if manifest["versions"]["model"] != model_fingerprint():
        raise UsageError(
            f"worlds × chances: {shown(folder)} holds {stored.worlds} × {stored.chances} runs made by another version "
            f"of the model, and {asked.worlds} × {asked.chances} new ones would take their place; ask for as many "
            f"(--worlds {max(asked.worlds, stored.worlds)} --chances {max(asked.chances, stored.chances)}), name "
            "another --out, or delete the folder"
        )
    if stored.covers(asked):
        return stored
    hull = Design(max(asked.worlds, stored.worlds), max(asked.chances, stored.chances))
    raise UsageError(
        f"worlds × chances: {shown(folder)} holds {stored.worlds} × {stored.chances} runs, and "
        f"{asked.worlds} × {asked.chances} would drop some of them; ask for --worlds {hull.worlds} "
        f"--chances {hull.chances}, which has both (stored runs are not made again), or for another --out"
    )


class _Tally:
    """Runs done and the running mean of shortage days, told to `report` after every batch."""

    def __init__(
        self, design: Design, horizon_days: int, before: list[tuple[int, int]], report: Report | None
    ) -> None:
        self.design = design
        self.bounds = (0.0, float(horizon_days))
        self.report = report
        self.worlds = [world for world, _ in before]
        self.days = [days for _, days in before]
        self.tell()

    def add(self, runs: list[RunRecords]) -> None:
        self.worlds += [run.replication.world for run in runs]
        self.days += [shortage_days_any(run) for run in runs]
        self.tell()

    def tell(self) -> None:
        if self.report is None:
            return
        done, total = len(self.days), len(self.design.replications)
        if not done:
            self.report(Progress(done, total, None, None, None))
            return
        found = statistic(self.days, self.worlds, self.bounds)
        self.report(Progress(done, total, found.mean, found.low, found.high))


def _run_missing(
    experiment: Experiment, engine: Engine, folder: Path, pending: list[Batch], workers: int, tally: _Tally
) -> None:
    work = Work(
        engine=engine,
        scenario_name=experiment.scenario.name,
        strategy_name=experiment.strategy.name,
        scenario=experiment.scenario.model,
        strategy=experiment.strategy.model,
        seed=experiment.seed,
        uncertainty=experiment.uncertainty,
    )

    def keep(runs: list[RunRecords]) -> None:
        write_shard(folder, model_fingerprint(), runs)
        tally.add(runs)

    run_batches(work, pending, workers, keep)


def _derive(experiment: Experiment, design: Design, labels: Labels, folder: Path) -> bool:
    """Bring tables and manifest up to date; whether anything had to be written.

    The manifest goes first and comes last: while it is missing the tables may belong to another design.
    """
    manifest = _manifest(experiment, design, labels)
    if _is_current(folder, manifest):
        return False
    check_writable(folder)
    (folder / MANIFEST).unlink(missing_ok=True)
    shards = Shards(folder, model_fingerprint())
    files = write_derived(folder, shards, design, labels, experiment.strategy.name)
    write_bytes(folder / MANIFEST, manifest_bytes({**manifest, "files": files}))
    return True


def _manifest(experiment: Experiment, design: Design, labels: Labels) -> dict[str, object]:
    return experiment.manifest(design, labels, len(design.replications) <= DAILY_MOST_RUNS)


def _is_current(folder: Path, manifest: dict[str, object]) -> bool:
    try:
        stored = dict(load_results(folder).manifest)
    except ResultsError:
        return False
    files = stored.pop("files", {})
    whole = all((folder / name).is_file() and sha256(folder / name) == d for name, d in files.items())
    return stored == manifest and whole and bool(files)

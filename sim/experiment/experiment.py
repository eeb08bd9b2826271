"""An experiment from names to results: only what is not stored yet is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from sim.errors import UsageError
from sim.experiment.cell import Cell, Progress, Report
from sim.experiment.cluster import Workers, hired
from sim.experiment.design import Design, design_of
from sim.experiment.engines import Engine, Uncertainty, engine_named
from sim.experiment.folder import keeps_daily, kept_design, stored_part
from sim.experiment.identity import Experiment
from sim.experiment.results import MANIFEST, Results, load_results
from sim.experiment.runner import Job, run_jobs
from sim.experiment.store.writing import Waiting, alone_in, check_writable, note_waiting, remains
from sim.language import Phrase
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import check_pair


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
    found: list[Results] = []
    run_experiments(
        [experiment], design, engine, workers=workers, out=out, waiting=waiting, summarised=summarised,
        finished=lambda _, results: found.append(results),
        progress=None if progress is None else lambda _, told: progress(told),
    )  # fmt: skip
    return found[0]


def run_experiments(
    experiments: Sequence[Experiment],
    design: Design,
    engine: Engine,
    *,
    finished: Callable[[int, Results], None],
    workers: Workers = 1,
    out: Path = Path("results"),
    progress: Callable[[int, Progress], None] | None = None,
    waiting: Waiting = note_waiting,
    summarised: bool = False,
) -> None:
    """Run several loaded experiments in the same replications, one after the other and without a pause between them.

    While the tables of one are made, the first runs of the next are.

    Parameters
    ----------
    finished, progress
        Called in this thread with the place of an experiment and its results once they are there, and with how far it is
        after each batch. Neighbours may be finished in either order.
    summarised
        As in `run_experiment`.
    """
    with ExitStack() as locks:
        jobs = _jobs(experiments, design, engine, workers, out, progress, finished, waiting, summarised, locks)
        run_jobs(jobs, workers, several=len(experiments) > 1)


def _jobs(
    experiments: Sequence[Experiment], design: Design, engine: Engine, workers: Workers, out: Path,
    progress: Callable[[int, Progress], None] | None, finished: Callable[[int, Results], None], waiting: Waiting,
    summarised: bool, locks: ExitStack,
) -> Iterator[Job]:  # fmt: skip
    """Jobs of the experiments that have runs to make; the others are finished when their turn comes."""
    for place, experiment in enumerate(experiments):
        stored = stored_results(experiment, design, engine, out, summarised=summarised)
        if stored is not None:
            finished(place, stored)
            continue
        folder = out / experiment.folder_name
        lock = locks.enter_context(ExitStack())
        lock.enter_context(alone_in(folder, waiting))
        # What was missing may have been made while this process waited.
        labels = engine.labels_of(experiment.scenario.model)
        stored = stored_part(folder, experiment, design, labels, summarised=summarised)
        if stored is not None:
            lock.close()
            finished(place, stored)
            continue
        made = kept_design(folder, experiment, design)
        tell = None if progress is None else partial(progress, place)
        cell = Cell(folder, experiment, made, engine, workers, keeps_daily(made, summarised=summarised), tell)
        end = partial(_end, cell, design, lock, partial(finished, place))
        if cell.missing.any():
            yield replace(cell.job(), end=end)
        else:
            cell.begin()
            end()


def _end(cell: Cell, design: Design, lock: ExitStack, give: Callable[[Results], None]) -> None:
    """End a cell, let others write to its folder and give its results in a design."""
    cell.end()
    results = load_results(cell.folder).part(design)
    lock.close()
    give(results)


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

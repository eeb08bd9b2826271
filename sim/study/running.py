"""Running a study: every strategy in every case, in identical replications; only what is not stored yet is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.analysis.comparison import Comparison, Difference, Judged
from sim.analysis.verdict import Dominated, screened
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.engines import Engine, engine_named
from sim.experiment.experiment import check_out
from sim.experiment.identity import Experiment
from sim.experiment.results import Results
from sim.experiment.store.writing import Waiting, alone_in, check_writable, note_waiting, write_bytes
from sim.language import Phrase, listed
from sim.study.cells import CELLS, run_cells
from sim.study.design import Case, Precision, Study
from sim.study.files import metrics_of
from sim.study.folder import LeftOut, Screened, case_key, compared, record_of
from sim.study.stopping import FEWEST_SCREENED, first_stage, key_differences, next_worlds, pilot_of, widest_half


class Told(NamedTuple):
    """How far a study is: runs done of all now planned, and the latest difference from the baseline in the key metric."""

    done: int
    total: int
    case: str
    difference: Difference | None


Report = Callable[[Told], None]


def check_asked(study: Study) -> None:
    """Refuse a study that cannot end in a verdict.

    Raises
    ------
    UsageError
        With fewer than two strategies, a baseline that is none of them, a metric that a case does not have or that has no
        better direction.
    """
    if len(study.strategies) < 2:
        raise UsageError(Phrase(
            "strategies: expected two or more, got {got}; name those to compare with --strategies A B",
            got=listed(study.strategies),
        ))  # fmt: skip
    if study.baseline not in study.strategies:
        raise UsageError(Phrase(
            'baseline: "{got}" is not among the strategies compared: {names}', got=study.baseline, names=listed(study.strategies)
        ))  # fmt: skip
    for case in study.cases:
        known = {metric.name: metric for metric in metrics_of(case.scenario.model)}
        for name in (study.metric, *study.metrics):
            if name not in known:
                raise UsageError(Phrase(
                    'metric: scenario "{scenario}" has no "{got}"; there are: {names}',
                    scenario=case.scenario.name, got=name, names=listed(known),
                ))  # fmt: skip
        if known[study.metric].direction == "none":
            raise UsageError(Phrase(
                'metric: neither more nor less of "{got}" is better; rank strategies by another one', got=study.metric
            ))  # fmt: skip


def run_study(
    study: Study,
    *,
    engine: str = "auto",
    workers: int = 1,
    out: Path = Path("results"),
    screen: bool | None = None,
    left_out: Sequence[LeftOut] = (),
    progress: Report | None = None,
    waiting: Waiting = note_waiting,
) -> Path:
    """The folder of a study with all its runs and ``study.json``, from which `load_study` gives the results.

    Each cell (case × strategy) is an ordinary experiment in ``<out>/<study>/cells``; what is stored there is used.

    Parameters
    ----------
    engine
        Name of an engine, or ``auto``; results do not depend on it, nor on `workers`.
    screen
        Whether a pilot drops the clearly worse strategies first; by default with five strategies or more.
    left_out
        Variants that were asked for and do not fit, noted in ``study.json``.

    Raises
    ------
    UsageError, ResultsError
        If the study cannot end in a verdict, or the folder cannot be written or holds something else.
    """
    check_asked(study)
    stage = first_stage(study.design)
    folder = out / study.folder_name
    largest = Design(study.design.most, stage.chances) if isinstance(study.design, Precision) else stage
    cells = [experiment for _, experiments in study.experiments() for experiment in experiments]
    used = engine_named(engine, sum(cell.run_days(stage) for cell in cells))
    for cell in cells:
        check_out(cell, largest, folder / CELLS)
    work = _Work(study, used, workers, folder, progress, waiting)
    wanted = len(study.strategies) >= FEWEST_SCREENED if screen is None else screen
    with alone_in(folder, waiting):
        check_writable(folder)
        pilot = pilot_of(stage) if wanted and len(study.strategies) > 2 else None
        dropped = _screen(work, pilot) if pilot else ()
        kept = [name for name in study.strategies if name not in {one.strategy for one in dropped}]
        design = stage
        found = work.run(kept, design)
        while isinstance(study.design, Precision):
            differences = [one for comparison in found for one in key_differences(comparison, study.metric, study.baseline)]
            worlds = next_worlds(differences, study.design, design.worlds)
            if not worlds:
                break
            design = Design(worlds, design.chances)
            found = work.run(kept, design)
        halves = [widest_half(comparison, study.metric, study.baseline) for comparison in found]
        half = None if None in halves else max(half for half in halves if half is not None)
        write_bytes(folder / "study.json", record_of(study, design, kept, dropped, pilot, half, left_out))
    return folder


def _screen(work: _Work, pilot: Design) -> tuple[Screened, ...]:
    """Strategies that the pilot shows as clearly worse in every case; never the baseline."""
    study = work.study
    comparisons = work.run(study.strategies, pilot)
    worse = [{one.name: one for one in screened(comparison, study.metric)} for comparison in comparisons]
    return tuple(
        Screened(name, tuple(_by(case, found[name]) for case, found in zip(study.cases, worse, strict=True)))
        for name in study.strategies
        if name != study.baseline and all(name in found for found in worse)
    )


def _by(case: Case, found: Dominated) -> tuple[str, str]:
    return case_key(case), found.by


@dataclass
class _Work:
    """A study being run: each cell in turn, told as one work."""

    study: Study
    engine: Engine
    workers: int
    folder: Path
    progress: Report | None
    waiting: Waiting
    latest: tuple[str, Difference | None] = field(default=("", None))
    done: int = 0
    total: int = 0

    def run(self, strategies: Sequence[str], design: Design) -> list[Comparison]:
        """The comparisons of all cases in the replications of a design, strategies in the order of the study."""
        places = [
            (i, experiment)
            for i, case in enumerate(self.study.cases)
            for experiment in self._baseline_first(self._experiments(case, strategies))
        ]
        found: list[dict[str, Results]] = [{} for _ in self.study.cases]
        at = iter(places)
        self.done, self.total = 0, design.runs * len(places)

        def keep(experiment: Experiment, results: Results) -> None:
            i, _ = next(at)
            self.done = max(self.done, design.runs * (1 + sum(map(len, found))))
            found[i][experiment.strategy.name] = results
            self._judge(self.study.cases[i], found[i])

        run_cells(
            [experiment for _, experiment in places], design, self.engine,
            workers=self.workers, folder=self.folder, keep=keep, progress=self._tell, waiting=self.waiting,
        )  # fmt: skip
        return [compared({name: of_case[name] for name in strategies}) for of_case in found]

    def _experiments(self, case: Case, strategies: Sequence[str]) -> list[Experiment]:
        study = self.study
        return [
            Experiment(case.scenario, strategy, study.seed, study.uncertainty)
            for strategy in case.strategies if strategy.name in strategies
        ]  # fmt: skip

    def _baseline_first(self, experiments: Sequence[Experiment]) -> list[Experiment]:
        return sorted(experiments, key=lambda experiment: experiment.strategy.name != self.study.baseline)

    def _judge(self, case: Case, found: dict[str, Results]) -> None:
        """Note the difference from the baseline of the strategy that is done, and tell it."""
        if self.progress is None:
            return
        *_, last = found
        base = self.study.baseline
        if last != base:
            comparison = compared({base: found[base], last: found[last]})
            judged = Judged(comparison, (comparison.metric(self.study.metric),))
            self.latest = case_key(case), judged.difference(judged.measures[0], 1, 0)
        self._tell(self.done)

    def _tell(self, done: int) -> None:
        self.done = done
        if self.progress is not None:
            self.progress(Told(done, self.total, *self.latest))

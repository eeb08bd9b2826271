"""From an experiment file to the study that it asks for: every scenario, variant, strategy and point loaded and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sim.analysis.metrics import metrics_for
from sim.errors import Problem, ScenarioError, UsageError, message_of
from sim.experiment.design import Design, design_of
from sim.experiment.identity import product_titles
from sim.language import NOTHING, Phrase, listed
from sim.plan import labels_of
from sim.records import Metric
from sim.scenario.chain import beside_or_named
from sim.scenario.expected import suggestion
from sim.scenario.experiment_checks import stem
from sim.scenario.experiment_file import EVERY_SCENARIO, EVERY_STRATEGY, ExperimentFile
from sim.scenario.files import Kind
from sim.scenario.load import experiment_from_data, load_experiment, load_scenario, load_strategy
from sim.scenario.loaded import Document, Loaded
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.strategy import Strategy
from sim.scenario.strategy_checks import pair_problems
from sim.study.design import Case, Point, Precision, Study
from sim.study.grid import Mistakes, Setting, laid, point_of, points_of, quoted_problem

DEFAULT_WORLDS = 20


def load_experiment_file(name_or_path: str | Path, changes: Mapping[str, Any] | None = None, place: str = "changes") -> Study:
    """The study that an experiment file asks for.

    Parameters
    ----------
    name_or_path
        Name of an experiment (``pool-by-size``) or path of a file.
    changes
        Keys of the file with values that replace its own; a grid is laid over its grid key by key.
    place
        What mistakes in `changes` name in place of a file.

    Raises
    ------
    UsageError
        A name that does not exist.
    ScenarioError
        All mistakes: those of the file, of the scenarios and strategies that it names, and of the points of its grid.
    """
    return study_of(load_experiment(name_or_path, overrides=[Document(place, "", changes)] if changes else None))


def study_from_data(name: str, data: Mapping[str, Any], place: str) -> Study:
    """The study of plain data shaped like an experiment file; `place` is what mistakes name in place of a file."""
    return study_of(experiment_from_data(name, {"kind": "experiment", **data}, place))


def study_of(loaded: Loaded[ExperimentFile]) -> Study:
    """The study of a loaded experiment file; raises like `load_experiment_file`."""
    experiment = loaded.model
    reading = _Reading(loaded)
    cases = tuple(reading.cases())
    reading.mistakes.refuse()
    return Study(
        name=loaded.name,
        titles=_texts(experiment.title, experiment.title_fr),
        cases=cases,
        baseline=experiment.baseline or stem(experiment.strategies[0]),
        metric=experiment.metric,
        metrics=experiment.metrics,
        seed=experiment.seed,
        uncertainty=experiment.uncertainty,
        design=reading.design(),
        questions=_texts(experiment.question, experiment.question_fr),
        reference=tuple((key, experiment.reference.get(key, axis.points[0])) for key, axis in experiment.grid.items()),
    )


def _texts(en: str, fr: str) -> tuple[tuple[str, str], ...]:
    return (("en", en), ("fr", fr or en)) if en or fr else ()


class _Reading:
    """An experiment file with what has been read for it; mistakes are gathered."""

    def __init__(self, loaded: Loaded[ExperimentFile]) -> None:
        self.experiment, self.home = loaded.model, loaded.merged
        self.mistakes = Mistakes(self.home)
        self.folder = loaded.files[-1].parent if loaded.files else Path.cwd()
        self.strategies: list[dict[Point, Loaded[Strategy] | None]] = [{} for _ in self.experiment.strategies]
        self.points = list(points_of(self.experiment))
        self.lacking = False

    def problem(self, path: KeyPath, message: Phrase, hint: Phrase = NOTHING) -> Problem:
        """A mistake at a key of the experiment file."""
        return self.home.problem(path, message, hint)

    def path(self, kind: Kind, name: str, place: KeyPath) -> Path:
        """File of a name in the experiment file; if there is none, that is noted."""
        found = beside_or_named(name, kind, self.folder, (Path.cwd(), self.folder), named_first=True)
        if not isinstance(found, Path):
            found = beside_or_named(name, kind, Path.cwd(), (Path.cwd(), self.folder), named_first=True)
        if isinstance(found, Path):
            return found
        self.mistakes.add([self.problem(place, *found)])
        self.lacking = True
        return Path(name)

    def cases(self) -> Iterator[Case]:
        """The cases in order: by scenario, by variants, by point."""
        self.design()
        plans = [self.path("strategy", name, ("strategies", i)) for i, name in enumerate(self.experiment.strategies)]
        readings = [
            [self.path("variant", name, ("variants", i)) for name in entry] for i, entry in enumerate(self.experiment.variants)
        ]
        worlds = [self.path("scenario", name, ("scenarios", i)) for i, name in enumerate(self.experiment.scenarios)]
        if self.lacking:
            return
        for world in worlds:
            for place, variants in enumerate(readings):
                base = self._base(world, variants, ("variants", place))
                if base is not None:
                    self._judge_metrics(base)
                    yield from self._cases_of(base, partial(_scenario, world, variants), plans)

    def _cases_of(
        self, base: Loaded[Scenario], load: Callable[[Sequence[Document]], Loaded[Scenario]], plans: Sequence[Path]
    ) -> Iterator[Case]:
        """The cases of a scenario with variants, one a point."""
        seen: dict[Point, Loaded[Scenario] | None] = {(): base}
        for settings in self.points:
            scenario = laid(load, _of(settings, EVERY_SCENARIO), self.home, seen, self.mistakes)
            found = [self._strategy(place, path, settings) for place, path in enumerate(plans)]
            strategies = tuple(strategy for strategy in found if strategy is not None)
            if scenario is not None and len(strategies) == len(found):
                self._judge_pairs(base, scenario, strategies, settings)
                yield Case(scenario, strategies, point_of(settings))

    def _base(self, world: Path, variants: Sequence[Path], place: KeyPath) -> Loaded[Scenario] | None:
        """The scenario with its variants and without a grid; what is wrong with it alone is told in its own files."""
        try:
            alone = load_scenario(world)
        except ScenarioError as error:
            self.mistakes.add(error.problems)
            return None
        try:
            return load_scenario(world, variants=variants) if variants else alone
        except ScenarioError as error:
            for problem in error.problems:
                said = quoted_problem(problem)
                message = Phrase('cannot be laid over "{scenario}": {problem}', scenario=alone.name, problem=said)
                self.mistakes.add([self.problem(place, message, problem.hint)])
        return None

    def _strategy(self, place: int, path: Path, settings: Sequence[Setting]) -> Loaded[Strategy] | None:
        """A strategy with what a point lays over it."""
        name, seen = stem(self.experiment.strategies[place]), self.strategies[place]
        load = partial(_named_strategy, path)
        if laid(load, (), self.home, seen, self.mistakes) is None:
            return None
        return laid(load, _of(settings, EVERY_STRATEGY, name), self.home, seen, self.mistakes)

    def _judge_pairs(
        self, base: Loaded[Scenario], scenario: Loaded[Scenario], strategies: Sequence[Loaded[Strategy]],
        settings: Sequence[Setting],
    ) -> None:  # fmt: skip
        """Note what keeps a strategy from running in a scenario: at the strategy if it never can, else at the point."""
        for place, strategy in enumerate(strategies):
            unchanged = self.strategies[place][()]
            assert unchanged is not None
            always = pair_problems(base, unchanged)
            for problem in always:
                message = Phrase('cannot run in "{scenario}": {problem}', scenario=_shown(base), problem=quoted_problem(problem))
                self.mistakes.add([self.problem(("strategies", place), message, problem.hint)])
            if settings and not always:
                concerned = _of(settings, EVERY_SCENARIO, EVERY_STRATEGY, strategy.name)
                problems = pair_problems(scenario, strategy)
                if concerned and problems:
                    self.mistakes.at(concerned, problems)

    def _judge_metrics(self, scenario: Loaded[Scenario]) -> None:
        """Note metrics that a scenario does not have, and a key metric of which neither more nor less is better."""
        known = {metric.name: metric for metric in metrics_of(scenario.model)}
        places: list[tuple[KeyPath, str]] = [(("metric",), self.experiment.metric)]
        places += [(("metrics", i), name) for i, name in enumerate(self.experiment.metrics)]
        for place, name in places:
            if name not in known:
                message = Phrase('"{scenario}" has no metric "{name}"', scenario=scenario.name, name=name)
                hint = suggestion(name, known) or Phrase("there are: {names}", names=listed(known))
                self.mistakes.add([self.problem(place, message, hint)])

    def design(self) -> Design | Precision:
        """How many runs the file asks for; what is too many is noted."""
        experiment = self.experiment
        try:
            if experiment.precision is not None and experiment.max_worlds is not None:
                design_of(experiment.max_worlds, experiment.chances)
                return Precision(experiment.precision, experiment.chances, experiment.max_worlds)
            return design_of(experiment.worlds or DEFAULT_WORLDS, experiment.chances)
        except UsageError as error:
            key = "max_worlds" if experiment.precision is not None else "worlds"
            self.mistakes.add([self.problem((key,), message_of(error))])
            return Design(1, 1)


def _of(settings: Sequence[Setting], *targets: str) -> tuple[Setting, ...]:
    return tuple(setting for setting in settings if setting.target in targets)


def _scenario(path: Path, variants: Sequence[Path], overlays: Sequence[Document]) -> Loaded[Scenario]:
    return load_scenario(path, variants=variants, overrides=overlays)


def _named_strategy(path: Path, overlays: Sequence[Document]) -> Loaded[Strategy]:
    return load_strategy(path, overrides=overlays)


def _shown(scenario: Loaded[Scenario]) -> str:
    return "+".join([scenario.name, *scenario.variants])


def metrics_of(scenario: Scenario) -> tuple[Metric, ...]:
    """All metrics of a scenario, in the order of every table."""
    return metrics_for(labels_of(scenario).retail, product_titles(scenario))

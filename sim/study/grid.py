"""Points of a grid: the values that each sets, and the scenario and strategies with them laid over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TypeVar

from sim.errors import Problem, ScenarioError
from sim.language import NOTHING, Phrase
from sim.scenario.expected import shown_value
from sim.scenario.experiment_checks import as_written
from sim.scenario.experiment_file import ExperimentFile, Value
from sim.scenario.load import nested
from sim.scenario.loaded import Document, Loaded, Merged
from sim.scenario.positions import KeyPath, dotted
from sim.scenario.quantity import Model
from sim.study.design import Point

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Setting:
    """One value of one key of a grid, and where the experiment file states it."""

    key: str
    value: Value
    place: KeyPath

    @property
    def target(self) -> str:
        """What the value is laid over: `EVERY_SCENARIO`, `EVERY_STRATEGY`, or the name of a strategy."""
        return self.key.partition(".")[0]

    @property
    def inner(self) -> str:
        """The key within the scenario or strategy."""
        return self.key.partition(".")[2]

    @property
    def pair(self) -> tuple[str, Value]:
        """Key and value."""
        return self.key, self.value


def points_of(experiment: ExperimentFile) -> Iterator[tuple[Setting, ...]]:
    """All points of the grid of an experiment, the last key fastest; one without settings if it has no grid."""
    axes = []
    for key, axis in experiment.grid.items():
        axes.append([Setting(key, value, ("grid", key, "values", i)) for i, value in enumerate(axis.points)])
    yield from product(*axes)


def point_of(settings: Sequence[Setting]) -> Point:
    """Keys with their values."""
    return tuple(setting.pair for setting in settings)


def label(point: Point) -> Phrase:
    """A point in words: ``scenario.escort.pool.kayes.units = 4, strategy.convoys.size = 60``."""
    return Phrase("{parts}", parts=tuple(Phrase("{key} = {value}", key=key, value=shown_value(value)) for key, value in point))


@dataclass(frozen=True)
class Laid(Document):
    """A value of a grid as a document that is laid over a file: its mistakes stand in the experiment file."""

    home: Merged = field(default_factory=Merged)
    setting: Setting = Setting("", "", ())

    @classmethod
    def of_setting(cls, setting: Setting, home: Merged) -> Laid:
        """The document that sets one value."""
        return cls("grid", "", nested(setting.inner, setting.value), None, home, setting)

    def problem(self, path: KeyPath, message: Phrase, hint: Phrase = NOTHING) -> Problem:
        """A mistake at a key of the scenario or strategy, at the place of the value in the experiment file."""
        if dotted(path) != self.setting.inner:
            message = Phrase("{key}: {message}", key=dotted(path), message=message)
        return place_of(self.setting, self.home, message, hint)


def place_of(setting: Setting, home: Merged, message: Phrase, hint: Phrase = NOTHING) -> Problem:
    """A mistake at a value of a grid in its experiment file."""
    return home.problem(as_written(setting.place, home.data), message, hint)


class Mistakes:
    """Mistakes of many points: each once, with the first point that has it and how many more do."""

    def __init__(self, home: Merged) -> None:
        self.home = home
        self.whole: list[Problem] = []
        self.found: dict[tuple[str, str, Phrase, Phrase], tuple[Problem, list[Point]]] = {}

    def add(self, problems: Sequence[Problem]) -> None:
        """Mistakes whatever the point."""
        self.whole += [problem for problem in problems if problem not in self.whole]

    def at(self, settings: Sequence[Setting], problems: Sequence[Problem]) -> None:
        """Mistakes of a point; those that stand in other files are told at the point's last setting."""
        own = {one.shown for one in self.home.documents}
        for problem in problems:
            told = problem
            if problem.file not in own:
                told = place_of(settings[-1], self.home, quoted_problem(problem), problem.hint)
            axis = told.key.partition("[")[0]
            _, points = self.found.setdefault((told.file, axis, told.message, told.hint), (told, []))
            if point_of(settings) not in points:
                points.append(point_of(settings))

    def refuse(self) -> None:
        """Raise all mistakes, if there are any."""
        told = list(self.whole)
        for problem, points in self.found.values():
            at = label(points[0])
            message = Phrase("{message} (at {point})", message=problem.message, point=at)
            if len(points) > 1:
                message = Phrase(
                    "{message} (at {point}, and at {n:,} more {n:point|points})",
                    message=problem.message, point=at, n=len(points) - 1,
                )  # fmt: skip
            told.append(replace(problem, message=message))
        if told:
            raise ScenarioError(told)


def quoted_problem(problem: Problem) -> Phrase:
    """A mistake of another file within the message of one: its place, key and message."""
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    return Phrase("{place}: {key}: {message}", place=place, key=problem.key, message=problem.message)


def laid(
    load: Callable[[Sequence[Document]], Loaded[M]], settings: Sequence[Setting], home: Merged,
    seen: dict[Point, Loaded[M] | None], mistakes: Mistakes,
) -> Loaded[M] | None:  # fmt: skip
    """A scenario or strategy with settings laid over it, loaded once; None, with the reasons noted, if that cannot be."""
    point = point_of(settings)
    if point not in seen:
        try:
            seen[point] = load([Laid.of_setting(setting, home) for setting in settings])
        except ScenarioError as error:
            seen[point] = None
            if settings:
                mistakes.at(settings, error.problems)
            else:
                mistakes.add(error.problems)
    return seen[point]

"""What must hold within an experiment file by itself: a table of small checks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from sim.language import Phrase, listed
from sim.scenario.expected import Finding, shown_value, suggestion
from sim.scenario.experiment_file import EVERY_SCENARIO, EVERY_STRATEGY, ExperimentFile
from sim.scenario.positions import KeyPath

MOST_POINTS = 2_500
"""Points of a grid, at most: each is loaded and checked before the first run."""



MOST_SHOWN = 20
"""Values of a key that a message names."""


def stem(name: str) -> str:
    """Name of a file that is given by name or by path."""
    return Path(name).name.removesuffix(".toml")


def _twice(path: KeyPath, names: Iterable[object]) -> Iterator[Finding]:
    seen: set[object] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield Finding((*path, i), Phrase("stands in this list already: expected it once"))
        seen.add(name)


def lists_without_repeats(experiment: ExperimentFile) -> Iterator[Finding]:
    """Nothing is named twice."""
    yield from _twice(("scenarios",), map(stem, experiment.scenarios))
    yield from _twice(("variants",), [tuple(map(stem, entry)) for entry in experiment.variants])
    yield from _twice(("strategies",), map(stem, experiment.strategies))
    yield from _twice(("metrics",), experiment.metrics)


def baseline_is_a_strategy(experiment: ExperimentFile) -> Iterator[Finding]:
    """The baseline is one of the strategies."""
    known = [stem(name) for name in experiment.strategies]
    if experiment.baseline is not None and experiment.baseline not in known:
        hint = suggestion(experiment.baseline, known) or Phrase("there are: {names}", names=listed(known))
        message = Phrase('"{name}" is not among the strategies of this experiment', name=experiment.baseline)
        yield Finding(("baseline",), message, hint, (("strategies",),))


def one_way_to_say_how_many(experiment: ExperimentFile) -> Iterator[Finding]:
    """Either a number of worlds, or a precision with the most worlds that it may take."""
    if experiment.precision is not None and experiment.worlds is not None:
        message = Phrase("expected either worlds, or precision with max_worlds, not both")
        yield Finding(("precision",), message, parts=(("worlds",),))
    if experiment.precision is not None and experiment.max_worlds is None:
        yield Finding(("max_worlds",), Phrase("is missing: precision needs it, the most worlds that may be run"))
    if experiment.precision is None and experiment.max_worlds is not None:
        hint = Phrase("write worlds for a fixed number")
        yield Finding(("max_worlds",), Phrase("belongs to precision, which is not given"), hint)


def grid_keys_lead_somewhere(experiment: ExperimentFile) -> Iterator[Finding]:
    """Keys of a grid begin with scenario, strategy or the name of a strategy, and none lies inside another."""
    heads = [EVERY_SCENARIO, EVERY_STRATEGY, *(stem(name) for name in experiment.strategies)]
    for key in experiment.grid:
        parts = key.split(".")
        if parts[0] not in heads:
            message = Phrase('expected "scenario.KEY", "strategy.KEY" or "NAME.KEY" with the name of a strategy')
            yield Finding(("grid", key), message, suggestion(parts[0], heads))
        elif len(parts) < 2 or not all(parts) or "[" in key:
            message = Phrase("expected the parts of a key joined by dots, as in scenario.escort.pool.kayes.units")
            hint = Phrase("a grid lays no values inside arrays") if "[" in key else Phrase("")
            yield Finding(("grid", key), message, hint)
    for one, other in combinations(experiment.grid, 2):
        inner, outer = sorted((one, other), key=len, reverse=True)
        if inner.startswith(f"{outer}."):
            yield Finding(("grid", inner), Phrase('lies inside "{outer}", which this grid sets as well', outer=outer))


def grid_values_are_plain(experiment: ExperimentFile) -> Iterator[Finding]:
    """Values of a grid are numbers, texts and truth values, each once."""
    for key, axis in experiment.grid.items():
        if axis.values is None:
            continue
        if not axis.values:
            yield Finding(("grid", key), Phrase("expected at least one value"))
        seen: list[tuple[bool, Any]] = []
        for i, value in enumerate(axis.values):
            if not isinstance(value, (str, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
                message = Phrase("expected a number, a text in quotes, true or false, got {got}", got=shown_value(value))
                yield Finding(("grid", key, "values", i), message)
            elif (isinstance(value, bool), value) in seen:
                yield Finding(("grid", key, "values", i), Phrase("stands in this list already: expected it once"))
            seen.append((isinstance(value, bool), value))  # true equals 1


def grid_countable(experiment: ExperimentFile) -> Iterator[Finding]:
    """A grid has no more points than can be checked before the first run."""
    points = math.prod(len(axis.points) for axis in experiment.grid.values())
    if points > MOST_POINTS:
        message = Phrase("{n:,} points: expected at most {most:,}", n=points, most=MOST_POINTS)
        yield Finding(("grid",), message, Phrase("take fewer values, or split the grid over several experiments"))


def reference_is_a_point(experiment: ExperimentFile) -> Iterator[Finding]:
    """The reference gives keys of the grid values of the grid."""
    for key, value in experiment.reference.items():
        axis = experiment.grid.get(key)
        if axis is None:
            hint = suggestion(key, experiment.grid) or Phrase("there are: {names}", names=listed(experiment.grid))
            yield Finding(("reference", key), Phrase("is no key of the grid"), hint)
        elif not any(value == known and isinstance(value, bool) == isinstance(known, bool) for known in axis.points):
            message = Phrase(
                "expected a value that the grid gives to this key: {values}; got {got}",
                values=tuple(shown_value(one) for one in axis.points[:MOST_SHOWN]), got=shown_value(value),
            )  # fmt: skip
            yield Finding(("reference", key), message, parts=(("grid", key),))


EXPERIMENT_CHECKS: tuple[Callable[[ExperimentFile], Iterator[Finding]], ...] = (
    lists_without_repeats,
    baseline_is_a_strategy,
    one_way_to_say_how_many,
    grid_keys_lead_somewhere,
    grid_values_are_plain,
    grid_countable,
    reference_is_a_point,
)


def experiment_findings(experiment: ExperimentFile, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that the checks find in an experiment file by itself, at the keys of its plain data."""
    for check in EXPERIMENT_CHECKS:
        for finding in check(experiment):
            yield finding._replace(path=as_written(finding.path, data))


def as_written(path: KeyPath, data: Mapping[str, Any]) -> KeyPath:
    """A key path of the model as the file has it: values of a grid stand in a bare array, in a table, or in a range."""
    match path:
        case ("grid", str(key), "values", *rest):
            axis = data["grid"][key]
            if isinstance(axis, Mapping):
                return path if "values" in axis else ("grid", key)
            return ("grid", key, *rest)
    return path

"""What a study asks for: cases in which strategies are compared, in identical replications."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sim.experiment.design import Design
from sim.experiment.engines import Uncertainty
from sim.experiment.identity import Experiment, canonical
from sim.scenario.loaded import Loaded
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

STUDY_SCHEMA = 1
"""Raised whenever the meaning or the layout of a study folder changes."""

Value = str | int | float | bool
Point = tuple[tuple[str, Value], ...]
"""A point of a grid: keys with the values that it sets, in the order of the grid."""


@dataclass(frozen=True)
class Case:
    """One reading of the world in which strategies are compared: a scenario with its variants, at a point of a grid.

    `strategies` have the same names in the same order in every case of a study; a grid may give them other values.
    """

    scenario: Loaded[Scenario]
    strategies: tuple[Loaded[Strategy], ...]
    point: Point = ()

    @property
    def variant(self) -> str:
        """Names of the variants laid over the scenario, joined by "+"; "" for the scenario as it stands."""
        return "+".join(self.scenario.variants)


@dataclass(frozen=True)
class Precision:
    """Runs until the key difference is known to ± `half_width` (95 %, in the metric's unit), or `most` worlds are used up."""

    half_width: float
    chances: int
    most: int


@dataclass(frozen=True)
class Study:
    """Cases × strategies × replications, with a baseline, a key metric and a seed.

    `name` names its folder; `titles` by language. `metric` is the one that verdicts judge, `metrics` further ones that tables
    show first. `design` is how many worlds × chances, or the precision that decides it.
    """

    name: str
    titles: tuple[tuple[str, str], ...]
    cases: tuple[Case, ...]
    baseline: str
    metric: str
    metrics: tuple[str, ...]
    seed: int
    uncertainty: Uncertainty
    design: Design | Precision
    questions: tuple[tuple[str, str], ...] = ()
    """What it is to answer, by language."""
    reference: Point = ()
    """The point of its grid with which the others are compared."""

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the order of every table."""
        return tuple(strategy.name for strategy in self.cases[0].strategies)

    @cached_property
    def folder_name(self) -> str:
        """``<name>-<hash8>``: whatever the strategies, variants, points and replications, so that more of them find the old."""
        identity = {"schema": STUDY_SCHEMA, "name": self.name, "seed": self.seed, "uncertainty": self.uncertainty}
        return f"{self.name}-{hashlib.sha256(canonical(identity)).hexdigest()[:8]}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its grid, none if it has no grid."""
        return tuple(key for key, _ in self.cases[0].point)

    def experiments(self) -> Iterator[tuple[Case, tuple[Experiment, ...]]]:
        """The experiments of each case, one a strategy."""
        for case in self.cases:
            yield case, tuple(Experiment(case.scenario, s, self.seed, self.uncertainty) for s in case.strategies)

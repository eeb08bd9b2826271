"""The assumptions register: every number of worlds that rests on an assumption, and how much it moves what is reported.

How much is measured one at a time around the central values: a number is set to its low and then to its high end, all else stays,
and the runs are those of the central world (same strategy, same chances), so that differences are paired run by run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sim.analysis.outcomes import Values, outcomes
from sim.analysis.paired import paired
from sim.draws import Replication
from sim.experiment.engines import Engine
from sim.records import RunStack
from sim.scenario.events import Dated
from sim.scenario.evidence import audit
from sim.scenario.explain import unit_of
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath, dotted
from sim.scenario.quantity import Quantity
from sim.scenario.sampling import quantities, with_values

METRICS = ("shortage_days_any", "tankers_lost")
"""What the effect of an assumption is measured in."""


class Assumed(NamedTuple):
    """A number or dated event of one or more worlds that rests on at least one assumption; equal in all of `worlds`.

    `low` and `high` are empty where no range is stated; numbers stand as the shortest text that gives the same number.
    """

    key: str
    unit: str
    value: str
    low: str
    high: str
    source: str
    worlds: tuple[str, ...]


class Change(NamedTuple):
    """A metric with one number moved, minus the metric at central values: mean over chances with its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


class Effect(NamedTuple):
    """What moving one number of a world to its low and to its high end changes, in the order of `METRICS`."""

    key: str
    world: str
    at_low: tuple[Change, ...]
    at_high: tuple[Change, ...]


def assumed_values(worlds: Iterable[str]) -> list[Assumed]:
    """Every assumed number and dated event of worlds by key; one that differs between worlds has an entry for each form.

    Worlds with posterior draws have none of their own: their numbers are drawn together, and none can be moved alone.
    """
    found: dict[tuple[str, str, str, str, str, str], list[str]] = {}
    for world in worlds:
        loaded = load_scenario(world)
        if loaded.model.posterior is not None:
            continue
        numbers = dict(quantities(loaded.model))
        for path in audit(loaded).assumed:
            key = dotted(path)
            stated = _number(path, numbers[key]) if key in numbers else _date(loaded.model.event[str(path[1])])
            found.setdefault((key, *stated), []).append(world)
    return [Assumed(*stated, tuple(names)) for stated, names in sorted(found.items())]


def _number(path: KeyPath, quantity: Quantity) -> tuple[str, str, str, str, str]:
    """Unit, value, low, high and source of a number."""
    low, high = (f"{quantity.low:.12g}", f"{quantity.high:.12g}") if quantity.uncertain else ("", "")
    unit = unit_of(tuple(str(part) for part in path)).said("en")
    return unit, f"{quantity.value:.12g}", low, high, quantity.source or ""


def _date(event: Dated) -> tuple[str, str, str, str, str]:
    """The same of a dated event, whose value is its days."""
    last = "the horizon" if event.last_day is None else event.last_day
    return "date", f"{event.first_day} to {last}", "", "", event.source or ""


def effects(
    world: str, keys: Sequence[str], engine: Engine, *, seed: int, chances: int, told: Callable[[int, int], None]
) -> tuple[dict[str, float], list[Effect]]:
    """Means of `METRICS` at central values, and what each number that has a range changes at its ends.

    Parameters
    ----------
    world
        Name of a scenario; it runs under its default strategy.
    keys
        Dotted keys of numbers with a range.
    engine
        What makes the runs.
    seed, chances
        Seed and number of runs at each end, with chances 0 to `chances` − 1 of the central world.
    told
        Is called with the numbers done and all numbers.
    """
    scenario = load_scenario(world).model
    strategy = load_strategy(scenario.default_strategy).model
    numbers = dict(quantities(scenario))
    labels = engine.labels_of(scenario)

    def measured(given: Scenario) -> dict[str, Values]:
        plan = engine.make_plan(given, strategy, seed=seed, world=0, uncertainty="central")
        luck = [Replication(0, chance) for chance in range(chances)]
        runs = RunStack.of([engine.simulate(plan, seed, one) for one in luck]) if engine.simulate_many is None else (
            engine.simulate_many(plan, seed, luck)
        )  # fmt: skip
        return outcomes(runs, labels.products, labels.retail)

    centre = measured(scenario)
    found = []
    for done, key in enumerate(keys, 1):
        ends = [measured(with_values(scenario, {key: end})) for end in (numbers[key].low, numbers[key].high) if end is not None]
        at_low, at_high = (tuple(_change(end[metric], centre[metric], seed) for metric in METRICS) for end in ends)
        found.append(Effect(key, world, at_low, at_high))
        told(done, len(keys))
    return {metric: float(np.mean(centre[metric])) for metric in METRICS}, found


def _change(moved: Values, centre: Values, seed: int) -> Change:
    of_one_world, chances = np.zeros(len(moved), np.int64), np.arange(len(moved))
    found = paired(moved, centre, of_one_world, chances, "lower", seed, resamples=0)
    return Change(*(float(np.nan if end is None else end) for end in (found.mean, found.low, found.high)))

"""What the parts of a Plan are made from: a scenario as in its world, a strategy, and the indexes of their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from sim.clock import HOUR_S, epoch_date
from sim.draws import Luck, entity_hashes
from sim.plan.arrays import Floats, Ints, Shape
from sim.records import Labels
from sim.rules import movement
from sim.rules.shapes import SHAPE_CODES
from sim.scenario.balance import settled
from sim.scenario.events import Dated
from sim.scenario.extent import entities
from sim.scenario.model import Scenario
from sim.scenario.quantity import Duration
from sim.scenario.strategy import Rules, Strategy

E = TypeVar("E", bound=Dated)


def labels_of(scenario: Scenario) -> Labels:
    """Names behind the indexes of the scenario's Plans."""
    return Labels(
        start=scenario.start,
        epoch=epoch_date(scenario.start, scenario.warmup_days),
        days=scenario.days,
        report_to=scenario.report_to,
        products=tuple(scenario.product),
        retail=tuple(
            p for p in scenario.product if any(c.retail and c.share[p].value > 0 for c in scenario.demand_class.values())
        ),
        corridors=tuple(scenario.corridors),
        classes=tuple(scenario.demand_class),
        nodes=tuple(scenario.node),
        legs=tuple(scenario.leg),
        pools=tuple(scenario.escort.pool),
        sinks=tuple(scenario.sink),
    )


class Context:
    """One scenario (as in its world) and strategy on the way to a Plan."""

    def __init__(self, scenario: Scenario, strategy: Strategy, luck: Luck) -> None:
        scenario = settled(scenario)
        self.scenario, self.strategy, self.luck = scenario, strategy, luck
        self.labels = labels_of(scenario)
        self.days = scenario.warmup_days + scenario.days
        lab = self.labels
        self.entities = entity_hashes(list(entities(scenario)))
        self.node = {name: i for i, name in enumerate(lab.nodes)}
        self.leg = {name: i for i, name in enumerate(lab.legs)}
        self.control = scenario.road.control_min_100km.value
        self.drive_s = [
            movement.driving_s(leg.drive_h.value, leg.km.value, self.control) for leg in scenario.leg.values()
        ]


    def span(self, event: Dated) -> slice:
        """Days since the epoch on which a dated event holds."""
        first = (event.first_day - self.labels.epoch).days
        last = self.days - 1 if event.last_day is None else (event.last_day - self.labels.epoch).days
        return slice(max(first, 0), max(min(last, self.days - 1) + 1, 0))

    def rules(self) -> list[tuple[int, Rules]]:
        """The strategy's rules with the day since the epoch from which each holds; the first from the start date."""
        days = [((first - self.labels.epoch).days, rules) for first, rules in self.strategy.spans(self.scenario.start)]
        return [(day, rules) for day, rules in days if day < self.days]

    def dated(self, kind: type[E]) -> list[E]:
        """Events of one kind by first day; where two set the same thing, the later one holds."""
        return sorted((e for e in self.scenario.event.values() if isinstance(e, kind)), key=lambda e: e.first_day)


def whole(values: Iterable[float]) -> Ints:
    """Whole numbers nearest to the values (halves up)."""
    return np.array([int(v + 0.5) for v in values], np.int64)


def floats(values: Iterable[float]) -> Floats:
    """The values as an array."""
    return np.array(list(values), np.float64)


def shape(duration: Duration) -> Shape:
    """A duration as the Plan holds it."""
    return Shape(SHAPE_CODES[duration.shape], duration.mean_h.value * HOUR_S, duration.cv.value)


def rounded(values: Floats) -> Ints:
    """Whole numbers nearest to an array's values (halves up)."""
    return np.floor(values + 0.5).astype(np.int64)

"""The small corridor in plain SimPy: processes, a resource of escort units, a container of bays."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy
import small_model as small
from small_model import Outcome, Outcomes, table_of

Steps = Generator[simpy.Event, Any, None]


class Corridor:
    """One replication."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.environment = simpy.Environment()
        self.escort_units = simpy.Resource(self.environment, small.ESCORT_UNITS)
        self.bays = simpy.Container(self.environment, small.BAYS, init=small.BAYS)
        self.yard = self.convoys = self.delivered = self.lost = self.shortage_days = self.events = 0
        self.stock_l = 0.0
        for process in (self.joining(), self.slots(), self.sales()):
            self.environment.process(process)

    def joining(self) -> Steps:
        """Tankers join the yard."""
        yield self.environment.timeout(small.JOIN_FIRST_H)
        while True:
            self.events += 1
            self.yard += small.JOINING_TANKERS
            yield self.environment.timeout(small.JOIN_EVERY_H)

    def slots(self) -> Steps:
        """Convoys leave the yard."""
        yield self.environment.timeout(small.SLOT_FIRST_H)
        while True:
            self.events += 1
            if self.yard >= small.LEAST_TANKERS:
                tankers = min(self.yard, small.MOST_TANKERS)
                self.yard -= tankers
                self.environment.process(self.convoy(tankers))
            yield self.environment.timeout(small.SLOT_EVERY_H)

    def convoy(self, tankers: int) -> Steps:
        """A convoy drives to the city with an escort unit and unloads in waves."""
        with self.escort_units.request() as unit:
            yield unit
            self.convoys += 1
            for km, attack_prob in zip(small.LEG_KM, small.ATTACK_PROB, strict=True):
                yield self.environment.timeout(km / (small.SPEED_KMH * self.random.uniform(small.SLOWEST, small.FASTEST)))
                self.events += 1
                if self.random.random() < attack_prob:
                    burned = min(tankers, round(self.random.expovariate(1 / small.MEAN_LOSS_TANKERS)))
                    tankers -= burned
                    self.lost += burned
        while tankers:
            wave = min(tankers, small.BAYS)
            yield self.bays.get(wave)
            yield self.environment.timeout(small.UNLOAD_H)
            yield self.bays.put(wave)
            self.events += 1
            tankers -= wave
            self.delivered += wave
            self.stock_l += wave * small.TANKER_L

    def sales(self) -> Steps:
        """The city sells."""
        yield self.environment.timeout(small.SALE_FIRST_H)
        while True:
            self.events += 1
            demand_l = small.DEMAND_L_DAY * self.random.uniform(small.LEAST_DEMAND, small.MOST_DEMAND)
            sold_l = min(demand_l, self.stock_l)
            self.stock_l -= sold_l
            self.shortage_days += sold_l < small.SHORT_SHARE * demand_l
            yield self.environment.timeout(small.SALE_EVERY_H)

    def outcome(self) -> Outcome:
        """Play it to the horizon."""
        self.environment.run(until=small.HORIZON_H)
        return Outcome(self.convoys, self.delivered, self.lost, self.shortage_days, self.events)


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications."""
    return table_of([Corridor(seed + r).outcome() for r in range(replications)])

"""The small corridor in salabim: components, resources for escort units and bays, its own distributions."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import salabim
import small_model as small
from small_model import Outcome, Outcomes, table_of

Steps = Generator[Any, Any, None]


class Corridor(salabim.Environment):
    """One replication."""

    def setup(self) -> None:
        """Resources, distributions, counts and the components that live all year."""
        self.escort_units = salabim.Resource("escort units", capacity=small.ESCORT_UNITS)
        self.bays = salabim.Resource("bays", capacity=small.BAYS)
        self.speed_kmh = salabim.Uniform(small.SPEED_KMH * small.SLOWEST, small.SPEED_KMH * small.FASTEST)
        self.loss_tankers = salabim.Exponential(small.MEAN_LOSS_TANKERS)
        self.demand_l = salabim.Uniform(small.DEMAND_L_DAY * small.LEAST_DEMAND, small.DEMAND_L_DAY * small.MOST_DEMAND)
        self.yard = self.convoys = self.delivered = self.lost = self.shortage_days = self.events = 0
        self.stock_l = 0.0
        Joining(at=small.JOIN_FIRST_H)
        Slots(at=small.SLOT_FIRST_H)
        Sales(at=small.SALE_FIRST_H)


class Joining(salabim.Component):
    """Tankers join the yard."""

    def process(self) -> Steps:
        """Five every two hours."""
        while True:
            self.env.events += 1
            self.env.yard += small.JOINING_TANKERS
            yield self.hold(small.JOIN_EVERY_H)


class Slots(salabim.Component):
    """Convoys leave the yard."""

    def process(self) -> Steps:
        """One at a slot, if enough tankers wait."""
        while True:
            self.env.events += 1
            if self.env.yard >= small.LEAST_TANKERS:
                tankers = min(self.env.yard, small.MOST_TANKERS)
                self.env.yard -= tankers
                Convoy(tankers=tankers)
            yield self.hold(small.SLOT_EVERY_H)


class Convoy(salabim.Component):
    """A convoy drives to the city with an escort unit and unloads in waves."""

    def setup(self, tankers: int) -> None:
        """Its tankers."""
        self.tankers = tankers

    def process(self) -> Steps:
        """From the yard to its last wave."""
        env = self.env
        yield self.request(env.escort_units)
        env.convoys += 1
        for km, attack_prob in zip(small.LEG_KM, small.ATTACK_PROB, strict=True):
            yield self.hold(km / env.speed_kmh.sample())
            env.events += 1
            if random.random() < attack_prob:
                burned = min(self.tankers, round(env.loss_tankers.sample()))
                self.tankers -= burned
                env.lost += burned
        self.release(env.escort_units)
        while self.tankers:
            wave = min(self.tankers, small.BAYS)
            yield self.request((env.bays, wave))
            yield self.hold(small.UNLOAD_H)
            self.release(env.bays)
            env.events += 1
            self.tankers -= wave
            env.delivered += wave
            env.stock_l += wave * small.TANKER_L


class Sales(salabim.Component):
    """The city sells."""

    def process(self) -> Steps:
        """Once a day what people need, or what there is."""
        env = self.env
        while True:
            env.events += 1
            demand_l = env.demand_l.sample()
            sold_l = min(demand_l, env.stock_l)
            env.stock_l -= sold_l
            env.shortage_days += sold_l < small.SHORT_SHARE * demand_l
            yield self.hold(small.SALE_EVERY_H)


def outcome(seed: int) -> Outcome:
    """One replication, played to the horizon."""
    env = Corridor(trace=False, random_seed=seed, yieldless=False)
    env.run(till=small.HORIZON_H)
    return Outcome(env.convoys, env.delivered, env.lost, env.shortage_days, env.events)


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications."""
    return table_of([outcome(seed + r) for r in range(replications)])

"""The small corridor in Cimba's Python package: compiled processes, stores between yard, escort units and bays."""

from __future__ import annotations

import cimba
import numpy as np
import small_model as small
from small_model import Outcome, Outcomes


class Corridor(cimba.Model):
    """One replication."""

    km: cimba.Array[float] = cimba.Array(small.LEG_KM)
    attack_prob: cimba.Array[float] = cimba.Array(small.ATTACK_PROB)
    formed: cimba.Store[int]
    arrived: cimba.Store[int]
    yard: int = 0
    stock_l: float = 0.0
    convoys: cimba.Output[int]
    delivered: cimba.Output[int]
    lost: cimba.Output[int]
    shortage_days: cimba.Output[int]
    events: cimba.Output[int]

    @cimba.process
    def joining(self) -> None:
        """Tankers join the yard."""
        cimba.hold(small.JOIN_FIRST_H)
        while True:
            self.events += 1
            self.yard += small.JOINING_TANKERS
            cimba.hold(small.JOIN_EVERY_H)

    @cimba.process
    def slots(self) -> None:
        """Convoys leave the yard."""
        cimba.hold(small.SLOT_FIRST_H)
        while True:
            self.events += 1
            if self.yard >= small.LEAST_TANKERS:
                tankers = min(self.yard, small.MOST_TANKERS)
                self.yard -= tankers
                self.formed.put(tankers)
            cimba.hold(small.SLOT_EVERY_H)

    @cimba.process(copies=small.ESCORT_UNITS)
    def escort_unit(self) -> None:
        """An escort unit takes convoy after convoy to the city."""
        while True:
            tankers = self.formed.get()
            self.convoys += 1
            for leg in range(len(self.km)):
                cimba.hold(self.km[leg] / (small.SPEED_KMH * cimba.random.uniform(small.SLOWEST, small.FASTEST)))
                self.events += 1
                if cimba.random.uniform(0.0, 1.0) < self.attack_prob[leg]:
                    burned = min(tankers, int(cimba.random.exponential(small.MEAN_LOSS_TANKERS) + 0.5))
                    tankers -= burned
                    self.lost += burned
            self.arrived.put(tankers)

    @cimba.process
    def bays(self) -> None:
        """Convoys unload in waves, one after the other."""
        while True:
            tankers = self.arrived.get()
            while tankers > 0:
                cimba.hold(small.UNLOAD_H)
                self.events += 1
                wave = min(tankers, small.BAYS)
                tankers -= wave
                self.delivered += wave
                self.stock_l += wave * small.TANKER_L

    @cimba.process
    def sales(self) -> None:
        """The city sells."""
        cimba.hold(small.SALE_FIRST_H)
        while True:
            self.events += 1
            demand_l = small.DEMAND_L_DAY * cimba.random.uniform(small.LEAST_DEMAND, small.MOST_DEMAND)
            sold_l = min(demand_l, self.stock_l)
            self.stock_l -= sold_l
            if sold_l < small.SHORT_SHARE * demand_l:
                self.shortage_days += 1
            cimba.hold(small.SALE_EVERY_H)


CORRIDOR = Corridor()


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications, on one thread."""
    experiment = cimba.Experiment(CORRIDOR, replications=replications, window=cimba.Window(duration=small.HORIZON_H), seed=seed)
    found = experiment.run(workers=1, on_failure="raise")[CORRIDOR]
    return np.stack([np.asarray(getattr(found, name), np.float64).ravel() for name in Outcome._fields], axis=1)

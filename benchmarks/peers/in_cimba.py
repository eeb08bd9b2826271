"""The small corridor in Cimba's Python package: compiled processes, stores between yard, escort units and bays."""

from __future__ import annotations

import cimba
import numpy as np

from small_model import (
    ATTACK_PROB, BAYS, DEMAND_L_DAY, ESCORT_UNITS, FASTEST, HORIZON_H, JOIN_EVERY_H, JOIN_FIRST_H, JOINING_TANKERS,
    LEAST_DEMAND, LEAST_TANKERS, LEG_KM, MEAN_LOSS_TANKERS, MOST_DEMAND, MOST_TANKERS, SALE_EVERY_H, SALE_FIRST_H, SHORT_SHARE,
    SLOT_EVERY_H, SLOT_FIRST_H, SLOWEST, SPEED_KMH, TANKER_L, UNLOAD_H, Outcome, Outcomes,
)  # fmt: skip


class Corridor(cimba.Model):  # type: ignore[misc]
    """One replication."""

    km: cimba.Array[float] = cimba.Array(LEG_KM)
    attack_prob: cimba.Array[float] = cimba.Array(ATTACK_PROB)
    formed: cimba.Store[int]
    arrived: cimba.Store[int]
    yard: int = 0
    stock_l: float = 0.0
    convoys: cimba.Output[int]
    delivered: cimba.Output[int]
    lost: cimba.Output[int]
    shortage_days: cimba.Output[int]
    events: cimba.Output[int]

    @cimba.process  # type: ignore[untyped-decorator]
    def joining(self) -> None:
        """Tankers join the yard."""
        cimba.hold(JOIN_FIRST_H)
        while True:
            self.events += 1
            self.yard += JOINING_TANKERS
            cimba.hold(JOIN_EVERY_H)

    @cimba.process  # type: ignore[untyped-decorator]
    def slots(self) -> None:
        """Convoys leave the yard."""
        cimba.hold(SLOT_FIRST_H)
        while True:
            self.events += 1
            if self.yard >= LEAST_TANKERS:
                tankers = min(self.yard, MOST_TANKERS)
                self.yard -= tankers
                self.formed.put(tankers)
            cimba.hold(SLOT_EVERY_H)

    @cimba.process(copies=ESCORT_UNITS)  # type: ignore[untyped-decorator]
    def escort_unit(self) -> None:
        """An escort unit takes convoy after convoy to the city."""
        while True:
            tankers = self.formed.get()
            self.convoys += 1
            for leg in range(len(self.km)):
                cimba.hold(self.km[leg] / (SPEED_KMH * cimba.random.uniform(SLOWEST, FASTEST)))
                self.events += 1
                if cimba.random.uniform(0.0, 1.0) < self.attack_prob[leg]:
                    burned = min(tankers, int(cimba.random.exponential(MEAN_LOSS_TANKERS) + 0.5))
                    tankers -= burned
                    self.lost += burned
            self.arrived.put(tankers)

    @cimba.process  # type: ignore[untyped-decorator]
    def bays(self) -> None:
        """Convoys unload in waves, one after the other."""
        while True:
            tankers = self.arrived.get()
            while tankers > 0:
                cimba.hold(UNLOAD_H)
                self.events += 1
                wave = min(tankers, BAYS)
                tankers -= wave
                self.delivered += wave
                self.stock_l += wave * TANKER_L

    @cimba.process  # type: ignore[untyped-decorator]
    def sales(self) -> None:
        """The city sells."""
        cimba.hold(SALE_FIRST_H)
        while True:
            self.events += 1
            demand_l = DEMAND_L_DAY * cimba.random.uniform(LEAST_DEMAND, MOST_DEMAND)
            sold_l = min(demand_l, self.stock_l)
            self.stock_l -= sold_l
            if sold_l < SHORT_SHARE * demand_l:
                self.shortage_days += 1
            cimba.hold(SALE_EVERY_H)


CORRIDOR = Corridor()


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications, on one thread."""
    experiment = cimba.Experiment(CORRIDOR, replications=replications, window=cimba.Window(duration=HORIZON_H), seed=seed)
    found = experiment.run(workers=1, on_failure="raise")[CORRIDOR]
    return np.stack([np.asarray(getattr(found, name), np.float64).ravel() for name in Outcome._fields], axis=1)

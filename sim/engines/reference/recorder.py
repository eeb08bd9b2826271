"""The recorder: tallies, daily rows, convoys and, on request, the trace of a run."""

from __future__ import annotations

from array import array

import numpy as np

from sim.draws import Replication
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.environment import Agenda
from sim.plan import Plan
from sim.records import (
    DAILY_COLUMNS,
    DAILY_RUN_COLUMNS,
    TALLIES,
    Convoy,
    Daily,
    EventRecord,
    RunRecords,
)


class Recorder:
    """Collects what a run leaves behind."""

    def __init__(self, agenda: Agenda, trace: list[EventRecord] | None) -> None:
        self.agenda, self.trace = agenda, trace
        self.tallies = dict.fromkeys(TALLIES, 0)
        self.by_product = array("q")
        self.by_run = array("q")
        """Daily columns, one row after the other: of a day and product, and of a day."""
        self.convoys: list[Cohort] = []
        self.arrived_today = 0
        self.inflow_l: list[int] = []
        self.dropped_l: list[int] = []

    def start_world(self) -> None:
        """Tallies count from the start date on."""
        self.tallies.update(dict.fromkeys(TALLIES, 0))

    def count_in(self, counts: list[int], tanker_l: int) -> None:
        """Count fuel that passes the books' counting point today."""
        for p, k in enumerate(counts):
            self.inflow_l[p] += k * tanker_l

    def note(self, happening: int, place: int, tankers: int = 0, amount: int = 0) -> None:
        """Write a row of the trace; callers ask `trace is not None` first where speed matters."""
        if self.trace is not None:
            rank, entity, ordinal = self.agenda.place()
            self.trace.append(EventRecord(self.agenda.now, rank, entity, ordinal, happening, place, tankers, amount))

    def records(self, replication: Replication, plan: Plan) -> RunRecords:
        """The records of the finished run."""
        products = len(self.inflow_l)
        by_product = np.frombuffer(self.by_product, np.int64).reshape(-1, products, len(DAILY_COLUMNS)).transpose(2, 0, 1)
        slot_time_s = plan.slots.time_s.tolist()
        by_run = np.frombuffer(self.by_run, np.int64).reshape(-1, len(DAILY_RUN_COLUMNS)).T
        return RunRecords(
            replication=replication,
            daily=Daily(np.ascontiguousarray(by_product), np.ascontiguousarray(by_run)),
            convoys=tuple(
                Convoy(
                    c.corridor, slot_time_s[c.slot], c.departed_s, c.arrived_s, c.start_n, c.units_sent, c.engagements, c.lost,
                    c.units_lost, c.turned_back, c.dropped,
                )
                for c in self.convoys
            ),
            tallies=self.tallies,
            stations=plan.city.stations,
            power=int(plan.city.power_hours.any()),
            costs=plan.costs,
        )  # fmt: skip

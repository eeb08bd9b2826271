"""Escort units: free at their node, out with a convoy, back and resting, in repair, lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S
from sim.engines.order import Rank
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.environment import Occurrence
from sim.records import Happening
from sim.rules.movement import advance

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

UNLIMITED = 1 << 30


class Escorts:
    """Pools of units. A pool may owe units (`free` < 0) that leave as others come back."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.units = run.plan.escorts.units.tolist()
        self.pool_of = run.plan.escorts.pool_of.tolist()
        self.established = [row[0] for row in self.units]
        self.free = list(self.established)
        n = len(self.free)
        self.out, self.resting, self.repairing, self.lost = [0] * n, [0] * n, [0] * n, [0] * n
        self.away = 0
        self.away_since_s = 0

    def available(self, c: int) -> int:
        """Units that a convoy on corridor `c` could take now."""
        pool = self.pool_of[c]
        if pool < 0:
            return 0
        return max(self.free[pool], 0) if self.run.plan.switches.escort_wait else UNLIMITED

    def send(self, c: int, units: int) -> None:
        """Units leave with a convoy."""
        if units:
            pool = self.pool_of[c]
            self.free[pool] -= units
            self.out[pool] += units
            self.count_away(units)

    def lose(self, c: int, units: int) -> None:
        """Units of a convoy are lost in an engagement."""
        if units:
            pool = self.pool_of[c]
            self.out[pool] -= units
            self.lost[pool] += units
            self.count_away(-units)
            self.run.recorder.tallies["escort_units_lost"] += units

    def go_back(self, cohort: Cohort) -> None:
        """Units of a cohort that has arrived, or has no tankers left, return to their node."""
        if cohort.units:
            run, c = self.run, cohort.corridor
            roads = run.plan.roads
            back = advance(run.agenda.now, run.tables.unit_back_s[c], roads.drive_open_s, roads.drive_close_s)
            what = (c, cohort.units, min(cohort.units_damaged, cohort.units), cohort.slot)
            run.agenda.at(back, Rank.UNITS_BACK, run.tables.entity[c], cohort.slot, self.back, what)
            cohort.units = 0

    def back(self, event: Occurrence) -> None:
        """UNITS_BACK: sound units rest, damaged ones go to repair first."""
        c, units, damaged, slot = event.what
        run, plan, pool = self.run, self.run.plan.escorts, self.pool_of[event.what[0]]
        now, entity = run.agenda.now, run.tables.entity[c]
        self.count_away(-units)
        self.out[pool] -= units
        self.resting[pool] += units - damaged
        self.repairing[pool] += damaged
        if units > damaged:
            what = (pool, units - damaged, False)
            run.agenda.at(now + plan.rest_s, Rank.UNITS_READY, entity, 2 * slot, self.ready, what)
        if damaged:
            ready = now + plan.rest_s + plan.repair_s
            run.agenda.at(ready, Rank.UNITS_READY, entity, 2 * slot + 1, self.ready, (pool, damaged, True))

    def ready(self, event: Occurrence) -> None:
        """UNITS_READY: units are free; open slots at the node are tried again."""
        pool, units, repaired = event.what
        if repaired:
            self.repairing[pool] -= units
        else:
            self.resting[pool] -= units
        self.free[pool] += units
        run = self.run
        run.recorder.note(Happening.UNIT_FREE, pool, 0, units)
        run.yard.dispatch_due(run.tables.pool_node[pool])

    def open_day(self, day: int) -> None:
        """Dated changes of the pools."""
        for pool, row in enumerate(self.units):
            change = row[day] - self.established[pool]
            if change:
                self.established[pool] += change
                self.free[pool] += change
                self.run.recorder.note(Happening.DATED, pool, 0, change)
                self.run.yard.dispatch_due(self.run.tables.pool_node[pool])

    def count_away(self, units: int) -> None:
        """Keep the sum of unit-seconds away from the node up to now."""
        now = self.run.agenda.now
        self.run.recorder.tallies["escort_unit_s"] += self.away * (now - self.away_since_s)
        self.away += units
        self.away_since_s = now

    def close(self, horizon_s: int) -> None:
        """Count units that are still away at the horizon."""
        self.run.recorder.tallies["escort_unit_s"] += self.away * (horizon_s - self.away_since_s)
        assert horizon_s % DAY_S == 0

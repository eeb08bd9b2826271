"""Sources: idle tankers, the day's orders, loading, and the way of empty tankers back to idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.order import APPROACH, LAST_ORDINAL, Rank
from sim.engines.reference.cohorts import Cohort, split
from sim.engines.reference.environment import Coming, Occurrence, key_of
from sim.records import Happening
from sim.rules.movement import advance
from sim.rules.orders import order_factor, order_up_to, throttle, tilt_weight
from sim.rules.shapes import duration_s, poisson_count
from sim.rules.sharing import added, whole_part

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


class Empties(Coming):
    """A lot of empty tankers on its way back to its source."""

    __slots__ = ("corridor", "damaged", "tankers")

    def __init__(self, corridor: int, tankers: int, damaged: int) -> None:
        self.corridor, self.tankers, self.damaged = corridor, tankers, damaged


class Sources:
    """Empty tankers of every corridor: idle at the source, returning, in repair, lost and replaced."""

    def __init__(self, run: Run) -> None:
        self.run, self.ordering, self.tables = run, run.plan.ordering, run.tables
        corridors = run.plan.corridors
        n = len(run.tables.entity)
        self.days, self.start_s, self.driving = run.plan.times.days, run.plan.times.start_s, run.roads.window
        self.idle = corridors.fleet.tolist()
        self.returning, self.repairing, self.lost = [0] * n, [0] * n, [0] * n
        self.loaded = [0] * n
        self.carry = [[0.0] * run.tables.products for _ in range(n)]
        self.replacement_carry = [0.0] * n
        self.replacements_day = corridors.replacements_day.tolist()
        self.loading_cap = corridors.loading_cap.tolist()
        self.loading = corridors.loading
        self.u_flow: list[list[float]] = []
        self.u_loading: list[list[float]] = []
        """Uniforms of (corridor, day): number of tankers ordered, loading time."""
        if run.plan.ordering.poisson or any(shape.code for shape in self.loading):
            entities, days = np.array(run.tables.entity)[:, None], np.arange(run.plan.times.days)
            flow, loading, _, _ = run.luck.grid(Stream.ORDERS, entities, days, lanes=(0, 1))
            self.u_flow, self.u_loading = flow.tolist(), loading.tolist()
        self.lots = 0
        self.coming_back = (self.returned,)
        self.returned_key = [key_of(Rank.RETURNED, entity, 0) for entity in run.tables.entity]
        self.repair_of: dict[int, tuple[int, int]] = {}

    def open(self) -> None:
        """Put the first day's loading on the agenda."""
        for c, entity in enumerate(self.run.tables.entity):
            self.run.agenda.at(0, Rank.LOAD, entity, 0, self.load, c)

    def load(self, event: Occurrence) -> None:
        """LOAD: tankers of the day's orders leave the source when loaded; the next day's loading is put on the agenda."""
        run, c = self.run, event.what
        now = run.agenda.now
        day = now // DAY_S
        counts = self.orders(c, day)
        n = sum(counts)
        if n:
            shape = self.loading[c]
            u = self.u_loading[c][day] if shape.code else 0.5
            leaves = now + max(duration_s(shape.code, shape.mean_s, shape.cv, u), 1)
            self.idle[c] -= n
            self.loaded[c] += n
            run.book(run.loaded_l, counts, run.tables.tanker_l[c])
            run.recorder.tallies["tankers_loaded"] += n
            cohort = Cohort(c, APPROACH, day, counts, n * leaves, run.tables.tanker_l[c], run.tables.entity[c])
            run.cohorts[cohort.place] = cohort
            run.agenda.put(leaves, cohort.reach_key, run.roads.reaching, cohort)
            if run.traced:
                run.recorder.note(Happening.LOADED, c, n, leaves)
        if day + 1 < self.days:
            run.agenda.tomorrow(event)

    def orders(self, c: int, day: int) -> list[int]:
        """Tankers by product loaded on a corridor today: what importers want, within idle tankers and capacity."""
        rule = self.ordering
        held = self.tables.pause[c][day] * throttle(self.run.yard.staged_n[c], rule.throttle_start, rule.throttle_stop)
        if rule.order_up_to:
            wanted = [int(held * k + 1e-9) for k in self.lacking(c)]
        else:
            wanted = self.proportional(c, day, held)
        limit = min(self.idle[c], self.loading_cap[c])
        return wanted if sum(wanted) <= limit else split(wanted, limit)

    def proportional(self, c: int, day: int, held: float) -> list[int]:
        """Whole tankers by product of the proportional rule; fractions are carried to the next day.

        In the warm-up importers order the normal flow, so that the road fills as in normal times.
        """
        rule, flows = self.ordering, self.tables.flow[c]
        if self.run.agenda.now < self.start_s:
            amounts = [flow * held for flow in flows]
        else:
            target = rule.target_cover_days
            covers = [
                litres / day_l if day_l > 0 else target
                for litres, day_l in zip(self.run.city.stock_l, self.tables.normal_need_l, strict=True)
            ]
            mean = added(covers) / len(covers)
            total, weighed, amounts = 0.0, 0.0, []
            for flow, cover in zip(flows, covers, strict=True):
                amount = flow * order_factor(cover, target, rule.gain, rule.low, rule.high)
                total += amount
                amount *= tilt_weight(cover, mean, target, rule.tilt)
                weighed += amount
                amounts.append(amount)
            scale = held * total / weighed if weighed > 0.0 else 0.0
            amounts = [amount * scale for amount in amounts]
        if rule.poisson:
            total = added(amounts)
            count = poisson_count(total, self.u_flow[c][day])
            amounts = [a * count / total if total > 0 else 0.0 for a in amounts]
        wanted, carry = [], self.carry[c]
        for p, amount in enumerate(amounts):
            due = carry[p] + amount
            whole = whole_part(due)
            carry[p] = due - whole
            wanted.append(whole)
        return wanted

    def lacking(self, c: int) -> list[int]:
        """Tankers by product of the order-up-to rule, the corridor's share of the target."""
        run = self.run
        pipeline = run.pipeline_l()
        flow = run.tables.flow
        wanted = []
        for p, need in enumerate(run.tables.normal_need_l):
            whole_flow = added([row[p] for row in flow])
            share = flow[c][p] / whole_flow if whole_flow > 0 else 0.0
            target = int(run.plan.ordering.target_cover_days * need * share + 0.5)
            held, coming = int(run.city.stock_l[p] * share), int(pipeline[p] * share)
            wanted.append(order_up_to(target, held, coming, run.tables.tanker_l[c]))
        return wanted

    def send_back(self, c: int, at: int, tankers: int, damaged: int) -> None:
        """Empty tankers leave the corridor's node at position `at` for the source; `damaged` of them need repair."""
        agenda, (open_s, close_s) = self.run.agenda, self.driving
        self.lots = (self.lots + 1) & LAST_ORDINAL
        self.returning[c] += tankers
        back = advance(agenda.now, self.tables.back_work_s[c][at], open_s, close_s)
        agenda.put(back, self.returned_key[c] + self.lots, self.coming_back, Empties(c, tankers, damaged))

    def returned(self, lot: Empties) -> None:
        """RETURNED: a lot is back at the source; sound tankers are idle, damaged ones go to repair."""
        c, tankers, damaged = lot.corridor, lot.tankers, lot.damaged
        run = self.run
        self.returning[c] -= tankers
        self.idle[c] += tankers - damaged
        if run.traced:
            run.recorder.note(Happening.RETURNED, c, tankers)
        if damaged:
            self.lots = (self.lots + 1) & LAST_ORDINAL
            self.repairing[c] += damaged
            shape, entity = run.plan.corridors.repair[c], run.tables.entity[c]
            u = run.luck(Stream.REPAIR, entity, run.agenda.now, self.repair_block(c), (0,))[0] if shape.code else 0.5
            ready = run.agenda.now + max(duration_s(shape.code, shape.mean_s, shape.cv, u), 1)
            run.agenda.at(ready, Rank.REPAIRED, entity, self.lots, self.repaired, (c, damaged))

    def repair_block(self, c: int) -> int:
        """Number of a damaged lot among those that come back to the corridor's source in this second."""
        second, block = self.repair_of.get(c, (-1, -1))
        block = block + 1 if second == self.run.agenda.now else 0
        self.repair_of[c] = (self.run.agenda.now, block)
        return block

    def repaired(self, event: Occurrence) -> None:
        """REPAIRED: a lot of damaged tankers is idle again."""
        c, tankers = event.what
        self.repairing[c] -= tankers
        self.idle[c] += tankers

    def replace_lost(self) -> None:
        """A day's replacements of lost tankers join the idle ones."""
        for c, rate in enumerate(self.replacements_day):
            if rate == 0.0:
                continue
            due = min(self.replacement_carry[c] + rate, self.lost[c] + 1.0)
            whole = min(whole_part(due), self.lost[c])
            self.replacement_carry[c] = due - whole
            self.lost[c] -= whole
            self.idle[c] += whole

"""The city's day: dated changes when it opens; consumption, deliveries and records when it closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S
from sim.engines.order import BORDER, Rank
from sim.engines.reference.consumers import Consumers
from sim.engines.reference.depots import Depots
from sim.engines.reference.environment import Occurrence
from sim.records import Happening

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


class City(Depots):
    """Depots, and the days of those who consume."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.consumers = Consumers(run)
        self.served_l = [0] * run.tables.products
        """Litres that left the depots for classes and stations."""
        self.adjusted_l = [0] * run.tables.products

    def open(self) -> None:
        """Put the first day, its close and the start of the world on the agenda."""
        super().open()
        run = self.run
        run.agenda.at(0, Rank.DAY_OPEN, self.entity, 0, self.open_day, 0)
        run.agenda.at(DAY_S, Rank.DAY_CLOSE, self.entity, 0, self.close_day, 0)
        run.agenda.at(run.plan.times.start_s, Rank.WORLD_START, self.entity, 0, self.start_world, None)

    def start_world(self, event: Occurrence) -> None:
        """WORLD_START: stocks are set to the values of the start date; the pipeline is what the warm-up left."""
        self.run.recorder.start_world()
        self.set_stock(self.run.plan.city.start_stock_l.tolist())
        self.consumers.start_world()

    def set_stock(self, stock_l: list[int]) -> int:
        """Set depot stocks (−1: leave); the litres added in all, which the ledger books as an adjustment."""
        added = 0
        for p, litres in enumerate(stock_l):
            if litres >= 0:
                change = litres - self.stock_l[p]
                self.adjusted_l[p] += change
                self.stock_l[p] = litres
                added += change
        self.berths_due()
        return added

    def open_day(self, event: Occurrence) -> None:
        """DAY_OPEN: dated changes, payments, observed stock, replacement of lost tankers."""
        run, day = self.run, event.what
        run.escorts.open_day(day)
        run.recorder.tallies["payments_fcfa"] += run.tables.payment_fcfa[day]
        run.sources.replace_lost()
        if day in run.tables.observed_l:
            run.recorder.tallies["adjustment_l"] += self.set_stock(run.tables.observed_l[day])
        if day + 1 < run.plan.times.days:
            event.what = day + 1
            run.agenda.tomorrow(event)

    def receive_at_sink(self, sink: int, litres: list[int]) -> None:
        """Fuel dropped on the way."""
        for p, amount in enumerate(litres):
            self.consumers.sink_l[p][sink] += amount
            if self.run.plan.city.counting_point != BORDER:
                self.run.recorder.inflow_l[p] += amount
            self.run.recorder.dropped_l[p] += amount

    def close_day(self, event: Occurrence) -> None:
        """DAY_CLOSE: everybody consumes, buys and is recorded, before anything else of this second."""
        run, day = self.run, event.what
        recorder, reported = run.recorder, day >= run.plan.times.warmup_days
        for p, stock_l in enumerate(self.stock_l):
            leaves, row = self.consumers.close_product(day, p, stock_l)
            self.stock_l[p] = stock_l - leaves
            self.served_l[p] += leaves
            if reported:
                recorder.by_product.extend(row)
            recorder.inflow_l[p] = recorder.dropped_l[p] = 0
        power_min = self.consumers.power_min()
        if reported:
            lost = sum(run.burned) + sum(run.captured)
            on_road = sum([cohort.n for cohort in run.cohorts.values()])
            recorder.by_run.extend((
                lost, sum(run.yard.staged_n), self.waiting_n(), on_road, power_min, recorder.arrived_today,
                sum(run.escorts.free),
            ))  # fmt: skip
        recorder.arrived_today = 0
        if recorder.trace is not None:
            recorder.note(Happening.DAY_CLOSED, day, 0, sum(self.stock_l))
        if day + 1 < run.plan.times.days:
            event.what = day + 1
            run.agenda.tomorrow(event)
        self.berths_due()

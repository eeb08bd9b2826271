"""The city's day: need, panic, allocation, sales, private stock, sinks on the way, and the daily records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.reference.depots import Depots
from sim.engines.reference.environment import Occurrence, Rank
from sim.records import Happening
from sim.rules.allocation import allocate
from sim.rules.consumption import is_short, refill_target, wanted_l
from sim.rules.shapes import spread

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


class City(Depots):
    """Depots and those who consume, closed once a day."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        city = run.plan.city
        self.need_l = self.needs()
        self.classes = range(len(city.retail))
        self.retail, self.private = city.retail.tolist(), city.private.tolist()
        self.priority = city.priority.tolist()
        self.release_l = city.release_l.astype("int64").tolist()
        self.private_classes = [k for k in self.classes if self.private[k]]
        self.capacity_of, self.target_l = city.private_capacity_l.tolist(), city.private_target_l.tolist()
        self.panic_target_l, self.panic_cover = city.panic_target_l.tolist(), city.panic_cover_days.tolist()
        self.refill = city.refill_per_day.tolist()
        self.private_l: list[list[int]] = city.private_start_l.tolist()
        self.sink_l: list[list[int]] = city.sink_start_l.tolist()
        self.sink_need_l = city.sink_need_l.tolist()
        self.served_l = [0] * run.tables.products
        self.adjusted_l = [0] * run.tables.products
        self.room = ([0] * len(self.classes), [0] * len(self.classes), [0] * len(self.classes))

    def needs(self) -> list[list[list[int]]]:
        """Consumption need in litres of (day, class, product), with the day's noise."""
        run, city = self.run, self.run.plan.city
        need = city.need_l.copy()
        noisy = [k for k, cv in enumerate(city.noise_cv.tolist()) if cv > 0.0]
        if noisy:
            days = list(range(run.plan.times.days))
            u = run.luck.grid(Stream.NEED, city.need_entity[noisy][:, :, None], days, lanes=(0,))[0]
            for row, k in zip(u, noisy, strict=True):
                cv = city.noise_cv[k].item()
                need[k] *= spread(cv, row)
        whole: list[list[list[int]]] = (need + 0.5).astype("int64").transpose(2, 0, 1).tolist()
        return whole

    def open(self) -> None:
        """Put the first day, its close and the start of the world on the agenda."""
        super().open()
        run = self.run
        run.agenda.at(0, Rank.DAY_OPEN, self.entity, 0, self.open_day, 0)
        run.agenda.at(DAY_S, Rank.DAY_CLOSE, self.entity, 0, self.close_day, 0)
        run.agenda.at(run.plan.times.start_s, Rank.WORLD_START, self.entity, 0, self.start_world, None)

    def start_world(self, event: Occurrence) -> None:
        """WORLD_START: stocks are set to the values of the start date; the pipeline is what the warm-up left."""
        city = self.run.plan.city
        self.set_stock(city.start_stock_l.tolist())
        self.private_l = city.private_start_l.tolist()
        self.sink_l = city.sink_start_l.tolist()

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
        run.recorder.add("payments_fcfa", run.tables.payment_fcfa[day])
        run.sources.replace_lost()
        if day in run.tables.observed_l:
            run.recorder.add("adjustment_l", self.set_stock(run.tables.observed_l[day]))
        if day + 1 < run.plan.times.days:
            run.agenda.at((day + 1) * DAY_S, Rank.DAY_OPEN, self.entity, day + 1, self.open_day, day + 1)

    def receive_at_sink(self, sink: int, litres: list[int]) -> None:
        """Fuel dropped on the way."""
        for p, amount in enumerate(litres):
            self.sink_l[sink][p] += amount
            self.run.recorder.inflow_l[p] += amount
            self.run.recorder.dropped_l[p] += amount

    def close_day(self, event: Occurrence) -> None:
        """DAY_CLOSE: everybody consumes, buys and is recorded, before anything else of this second."""
        run, day = self.run, event.what
        rows = [self.close_product(day, p) for p in range(run.tables.products)]
        recorder = run.recorder
        if day >= run.plan.times.warmup_days:
            recorder.by_product.append(rows)
            lost = sum(run.burned) + sum(run.captured)
            on_road = sum(cohort.n for cohort in run.cohorts.values())
            recorder.by_run.append([
                lost, sum(run.yard.staged_n), self.waiting_n(), on_road, recorder.arrived_today, sum(run.escorts.free),
            ])  # fmt: skip
        recorder.arrived_today = 0
        recorder.inflow_l = [0] * run.tables.products
        recorder.dropped_l = [0] * run.tables.products
        recorder.note(Happening.DAY_CLOSED, day, 0, sum(self.stock_l))
        if day + 1 < run.plan.times.days:
            run.agenda.at((day + 2) * DAY_S, Rank.DAY_CLOSE, self.entity, day + 1, self.close_day, day + 1)
        self.berths_due()

    def close_product(self, day: int, p: int) -> list[int]:
        """Close a day for one product: the row of its daily columns."""
        run, need = self.run, [row[p] for row in self.need_l[day]]
        wanted = list(need)
        if self.private_classes:
            self.refill_wanted(p, need, wanted)
        served = [w if w < most[p] else most[p] for w, most in zip(wanted, self.release_l, strict=True)]
        given = sum(served)
        if given > self.stock_l[p]:
            asked, (served, part, asked_of) = served, self.room
            allocate(self.stock_l[p], asked, self.priority, run.plan.switches.by_priority, part, asked_of, served)
            given = sum(served)
        self.stock_l[p] -= given
        self.served_l[p] += given
        need_r = wanted_r = sold_r = consumed_r = unmet = 0
        for k in self.classes:
            sold, consumed = served[k], need[k]
            if self.private[k]:
                own = self.private_l[k]
                consumed = min(consumed, own[p] + sold)
                own[p] += sold - consumed
            elif sold < consumed:
                consumed = sold
            unmet += need[k] - consumed
            if self.retail[k]:
                need_r += need[k]
                wanted_r += wanted[k]
                sold_r += sold
                consumed_r += consumed
        sinks_need = sinks_unmet = 0
        for row, needs in zip(self.sink_l, self.sink_need_l, strict=True):
            used = min(row[p], needs[p])
            row[p] -= used
            sinks_need += needs[p]
            sinks_unmet += needs[p] - used
        return [
            self.stock_l[p], sum([row[p] for row in self.private_l]), need_r, wanted_r, sold_r, consumed_r, given,
            sum(need), unmet, run.recorder.inflow_l[p], run.recorder.dropped_l[p], sinks_need, sinks_unmet,
            int(is_short(sold_r, min(wanted_r, need_r))), int(is_short(sold_r, wanted_r)),
        ]  # fmt: skip

    def refill_wanted(self, p: int, need: list[int], wanted: list[int]) -> None:
        """What classes with a private stock want to buy; low cover makes them want to hold more."""
        normal, panic = self.run.tables.normal_need_l[p], self.run.plan.switches.panic
        cover = self.stock_l[p] / normal if normal > 0 else 1e9
        for k in self.private_classes:
            panic_cover = self.panic_cover[k] if panic else 0.0
            target = refill_target(self.target_l[k][p], self.panic_target_l[k][p], cover, panic_cover)
            wanted[k] = wanted_l(need[k], self.private_l[k][p], target, self.refill[k], self.capacity_of[k][p])

"""Clearance, discharge bays and the city's depots: from a cohort's arrival to fuel in stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.order import ARRIVAL, CONVOY, GIFT, LAST_ORDINAL, RANK_SHIFT, RELEASED, Rank
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.environment import Coming, Occurrence, key_of
from sim.records import Happening
from sim.rules.shapes import duration_s

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

CLEARED = Rank.CLEARED << RANK_SHIFT

Part = tuple[int, int, int, int, int, int]
"""A part of a lot: corridor, product, tankers, litres a tanker, damaged tankers, position of the city's node."""


def one_by_one(parts: list[Part]) -> list[list[Part]]:
    """A lot for every tanker; the damaged ones come first."""
    return [
        [(corridor, p, 1, tanker_l, int(i < damaged), at)]
        for corridor, p, k, tanker_l, damaged, at in parts
        for i in range(k)
    ]


class Lot(Coming):
    """Tankers that leave their bays together."""

    __slots__ = ("n", "parts")

    def __init__(self, n: int, parts: list[Part]) -> None:
        self.n, self.parts = n, parts


class Waiting:
    """Cleared tankers of one cohort that wait for a bay."""

    __slots__ = ("at", "corridor", "counts", "damaged", "since_s", "tanker_l")

    def __init__(self, cohort: Cohort, since_s: int) -> None:
        self.corridor, self.counts, self.tanker_l = cohort.corridor, list(cohort.counts), cohort.tanker_l
        self.at, self.damaged, self.since_s = cohort.at, cohort.damaged, since_s


class Depots:
    """The city's gate and storage. Cleared cohorts are served in order; a full depot lets other products pass."""

    def __init__(self, run: Run) -> None:
        self.run, self.city = run, run.plan.city
        city = run.plan.city
        self.stock_l: list[int] = city.start_stock_l.tolist()
        self.reserved_l = [0] * run.tables.products
        self.received_l = [0] * run.tables.products
        self.in_clearance = 0
        self.clearing_l = [0] * run.tables.products
        self.queue: list[Waiting] = []
        self.bays_free = city.bays
        self.discharging = 0
        """Tankers at bays."""
        self.waited_tanker_s = 0
        """Tanker-seconds waited for a bay by those that have got one, warm-up included."""
        self.lots = 0
        self.berths_s = -1
        self.entity = run.tables.node_entity[city.node]
        self.clearing, self.emptied = (self.cleared,), (self.discharged,)
        self.berths_event, self.berths_key = Occurrence(self.berths, None), key_of(Rank.BERTHS, self.entity, 0)
        self.discharged_key = key_of(Rank.DISCHARGED, self.entity, 0)

    def open(self) -> None:
        """Put donated convoys on the agenda; they reach the clearance at six in the morning of their day."""
        run, city = self.run, self.run.plan.city
        for i, day in enumerate(city.gift_day.tolist()):
            gift = Cohort(-1, GIFT, day, city.gift_tankers[i].tolist(), 0, city.gift_tanker_l[i].item(), self.entity)
            run.agenda.put(day * DAY_S + DAY_S // 4, gift.reach_key, (self.given,), gift)

    def given(self, gift: Cohort) -> None:
        """REACH: a donated convoy reaches the clearance."""
        self.run.book(self.run.loaded_l, gift.counts, gift.tanker_l)
        self.run.cohorts[gift.place] = gift
        self.arrive(gift)

    def arrive(self, cohort: Cohort) -> None:
        """A cohort reaches the clearance: it counts as inflow, its escort goes back."""
        run, now = self.run, self.run.agenda.now
        recorder = run.recorder
        cohort.arrived_s = now
        recorder.arrived_today += cohort.n
        run.book(self.clearing_l, cohort.counts, cohort.tanker_l)
        if self.city.counting_point == ARRIVAL or cohort.kind == GIFT:
            recorder.count_in(cohort.counts, cohort.tanker_l)
        if cohort.kind != GIFT:
            recorder.tallies["transit_tanker_s"] += cohort.n * now - cohort.left_source_s
            recorder.tallies["transit_tankers"] += cohort.n
        if cohort.kind == CONVOY:
            run.escorts.go_back(cohort)
        del run.cohorts[cohort.place]
        self.in_clearance += cohort.n
        ready = now + self.clearance_s(cohort, now)
        run.agenda.put(ready, CLEARED + cohort.place, self.clearing, cohort)
        if run.traced:
            recorder.note(Happening.ARRIVED, cohort.corridor, cohort.n)

    def clearance_s(self, cohort: Cohort, now: int) -> int:
        """Clearance time of a cohort that arrives now."""
        city, mean_s = self.city, self.run.tables.clearance_s
        u, mean = 0.5, mean_s[min(now // DAY_S, len(mean_s) - 1)]
        if city.clearance_code:
            c = cohort.corridor
            entity = self.run.tables.entity[c] if c >= 0 else self.entity
            step = self.run.tables.slot_time_s[cohort.slot] if cohort.kind == CONVOY else cohort.step
            u = self.run.luck(Stream.CLEARANCE, entity, step, cohort.kind, (0,))[0]
        return duration_s(city.clearance_code, mean, city.clearance_cv, u)

    def cleared(self, cohort: Cohort) -> None:
        """CLEARED: a cohort may be discharged."""
        self.in_clearance -= cohort.n
        for p, k in enumerate(cohort.counts):
            self.clearing_l[p] -= k * cohort.tanker_l
        if self.city.counting_point == RELEASED and cohort.kind != GIFT:
            self.run.recorder.count_in(cohort.counts, cohort.tanker_l)
        if self.run.traced:
            self.run.recorder.note(Happening.CLEARED, cohort.corridor, cohort.n)
        self.join(Waiting(cohort, self.run.agenda.now))

    def join(self, waiting: Waiting) -> None:
        """Cleared tankers join the queue for a bay."""
        self.queue.append(waiting)
        self.berths_due()

    def berths_due(self) -> None:
        """See that bays are allotted once, at the end of this second."""
        if self.queue and self.bays_free and self.berths_s != (now := self.run.agenda.now):
            self.berths_s = now
            self.run.agenda.put(now, self.berths_key, self.berths_event.handlers, self.berths_event)

    def berths(self, event: Occurrence) -> None:
        """BERTHS: tankers in order of clearance get the free bays, if their depot has room for a load.

        Tankers that start together and take a fixed time are one lot; when the time is drawn each is a lot of its own.
        """
        run, unload = self.run, self.city.unload
        now = run.agenda.now
        capacity, stock, reserved, free = run.tables.capacity_l, self.stock_l, self.reserved_l, self.bays_free
        parts: list[Part] = []
        for waiting in self.queue:
            tanker_l, counts = waiting.tanker_l, waiting.counts
            for p, k in enumerate(counts):
                if k:
                    k = min(k, free, (capacity[p] - stock[p] - reserved[p]) // tanker_l)
                    if k > 0:
                        damaged = min(waiting.damaged, k)
                        waiting.damaged -= damaged
                        counts[p] -= k
                        free -= k
                        reserved[p] += k * tanker_l
                        self.waited_tanker_s += k * (now - waiting.since_s)
                        parts.append((waiting.corridor, p, k, tanker_l, damaged, waiting.at))
            if free == 0:
                break
        self.bays_free = free
        if parts:
            self.queue = [w for w in self.queue if any(w.counts)]
            for i, lot in enumerate(one_by_one(parts) if unload.code else [parts]):
                self.start(lot, i, now)

    def start(self, lot: list[Part], i: int, now: int) -> None:
        """Start to discharge a lot."""
        run, unload = self.run, self.city.unload
        u = run.luck(Stream.SERVICE, self.entity, now, i, (0,))[0] if unload.code else 0.5
        self.lots = (self.lots + 1) & LAST_ORDINAL
        n = sum([part[2] for part in lot])
        self.discharging += n
        done = now + max(duration_s(unload.code, unload.mean_s, unload.cv, u), 1)
        run.agenda.put(done, self.discharged_key + self.lots, self.emptied, Lot(n, lot))
        if run.traced:
            run.recorder.note(Happening.DISCHARGING, run.plan.city.node, n, done)

    def discharged(self, lot: Lot) -> None:
        """DISCHARGED: fuel is in stock, bays are free, empty tankers leave for their source."""
        run, n = self.run, lot.n
        self.discharging -= n
        self.bays_free += n
        back: dict[tuple[int, int], list[int]] = {}
        for corridor, p, k, tanker_l, damaged, at in lot.parts:
            litres = k * tanker_l
            self.reserved_l[p] -= litres
            self.stock_l[p] += litres
            self.received_l[p] += litres
            if corridor >= 0:
                run.delivered[corridor] += k
                sums = back.setdefault((corridor, at), [0, 0])
                sums[0] += k
                sums[1] += damaged
        run.recorder.tallies["tankers_delivered"] += n
        if run.traced:
            run.recorder.note(Happening.DISCHARGED, run.plan.city.node, n)
        for (corridor, at), (tankers, hurt) in back.items():
            run.sources.send_back(corridor, at, tankers, hurt)
        self.berths_due()

    def waiting_n(self) -> int:
        """Loaded tankers in clearance or waiting for a bay."""
        return self.in_clearance + sum([sum(w.counts) for w in self.queue])

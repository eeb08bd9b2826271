"""The ledger: fuel, tankers and escort units are neither made nor destroyed, to the litre and to the unit.

Each check counts what is where from the containers themselves and compares it with sums that were booked apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.cohorts import Cohort
from sim.errors import LedgerError
from sim.language import Phrase

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


class Ledger:
    """Checks of a run after every event, and Little's law over its queues at the end."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.fleet = run.plan.corridors.fleet.tolist()
        self.received_before = list(run.city.stock_l)
        self.area = {"staged": 0, "bays": 0}
        self.since_s = 0

    def verify(self) -> None:
        """Check all balances now.

        Raises
        ------
        LedgerError
            Naming the balance, both sides and the time.
        """
        run = self.run
        clearing, discharging = self.in_city()
        for c in range(len(self.fleet)):
            road = sum(k.n for k in run.cohorts.values() if k.corridor == c)
            sources = run.sources
            loaded = road + run.yard.staged_n[c] + clearing[c] + discharging[c]
            self.equal(f"staged tankers of corridor {c}", sum(b.n for b in run.yard.batches[c]), run.yard.staged_n[c])
            booked = run.delivered[c] + run.dropped[c] + run.burned[c] + run.captured[c]
            self.equal(f"tankers loaded on corridor {c}", sources.loaded[c], booked + loaded)
            empty = sources.idle[c] + sources.returning[c] + sources.repairing[c] + sources.lost[c]
            self.equal(f"fleet of corridor {c}", self.fleet[c], loaded + empty)
        city, pipeline = run.city, run.pipeline_l()
        for p in range(run.tables.products):
            left = city.stock_l[p] + city.served_l[p]
            self.equal(f"fuel of product {p}", self.received_before[p] + city.received_l[p] + city.adjusted_l[p], left)
            self.at_least(f"stock of product {p}", city.stock_l[p])
            self.product(p, pipeline[p])
            self.equal(f"fuel of product {p} at stations", city.consumers.booked_l[p], sum(city.consumers.tanks_l[p]))
        for pool, established in enumerate(run.escorts.established):
            e = run.escorts
            everywhere = e.free[pool] + e.out[pool] + e.resting[pool] + e.repairing[pool] + e.lost[pool]
            self.equal(f"escort units of pool {pool}", established, everywhere)
        self.at_least("free bays", city.bays_free)
        self.equal("bays", run.plan.city.bays, city.bays_free + city.discharging)
        for cohort in run.cohorts.values():
            self.cohort(cohort)
        for name, gone in (("burned", run.burned), ("captured", run.captured)):
            self.equal(f"tankers {name} in the tallies", run.recorder.tallies[f"tankers_{name}"], sum(gone))

    def product(self, p: int, pipeline_l: int) -> None:
        """Fuel of a product from loading to consumption: the road, private stocks, sinks."""
        run, consumers = self.run, self.run.city.consumers
        gone = run.city.received_l[p] + run.dropped_l[p] + run.lost_l[p]
        self.equal(f"fuel of product {p} loaded", run.loaded_l[p], gone + pipeline_l)
        held = consumers.private_before_l[p] + consumers.bought_l[p] - consumers.used_l[p]
        self.equal(f"private stock of product {p}", held, consumers.held_l(p))
        sinks = consumers.sinks_before_l[p] + run.dropped_l[p] - consumers.sinks_used_l[p]
        self.equal(f"stock of product {p} at sinks", sinks, sum(consumers.sink_l[p]))

    def cohort(self, cohort: Cohort) -> None:
        """A cohort's products add up to its size, and nothing is negative."""
        self.equal(f"tankers of cohort {cohort.ordinal}", sum(cohort.counts), cohort.n)
        for amount in (*cohort.counts, cohort.units, cohort.damaged):
            self.at_least(f"a count of cohort {cohort.ordinal}", amount)

    def in_city(self) -> tuple[list[int], list[int]]:
        """Loaded tankers of each corridor in clearance or queue, and at bays."""
        run = self.run
        waiting, bays = [0] * (len(self.fleet) + 1), [0] * (len(self.fleet) + 1)
        for event in run.agenda.coming(run.city.cleared):
            waiting[event.corridor] += event.n
        self.equal("tankers in clearance", run.city.in_clearance, sum(waiting))
        for entry in run.city.queue:
            waiting[entry.corridor] += sum(entry.counts)
        for event in run.agenda.coming(run.city.discharged):
            for corridor, _, k, _, _, _ in event.parts:
                bays[corridor] += k
        return waiting, bays

    def queues(self) -> None:
        """Little's law: the area under a queue is the waiting time of those who left and of those who still wait."""
        run, now = self.run, self.run.agenda.now
        rest = sum(b.n * (now - b.since_s) for row in run.yard.batches for b in row)
        self.equal("tanker-seconds staged", self.area["staged"], run.yard.waited_tanker_s + rest)
        rest = sum(sum(w.counts) * (now - w.since_s) for w in run.city.queue)
        self.equal("tanker-seconds waiting for a bay", self.area["bays"], run.city.waited_tanker_s + rest)

    def before(self, time_s: int) -> None:
        """Add the queues as they stood since the last event to the areas under them."""
        elapsed = time_s - self.since_s
        if elapsed:
            self.area["staged"] += elapsed * sum(self.run.yard.staged_n)
            self.area["bays"] += elapsed * sum(sum(w.counts) for w in self.run.city.queue)
            self.since_s = time_s

    def equal(self, what: str, left: int, right: int) -> None:
        if left != right:
            now = self.run.agenda.now
            raise LedgerError(Phrase(
                "{what}: {left} booked, {right} found at {time} s", what=what, left=left, right=right, time=now
            ))  # fmt: skip

    def at_least(self, what: str, amount: int) -> None:
        if amount < 0:
            raise LedgerError(Phrase("{what} is {amount} at {time} s", what=what, amount=amount, time=self.run.agenda.now))

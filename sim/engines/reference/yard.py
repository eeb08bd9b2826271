"""The yard at a staging node: who waits, who leaves alone, which convoys form; and what drivers remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S
from sim.draws import Stream
from sim.engines.order import BORDER, CONVOY, INDEPENDENT, Rank
from sim.engines.reference.cohorts import Batch, Cohort
from sim.engines.reference.environment import Occurrence
from sim.records import Happening
from sim.rules.dispatch import NONE, convoy_size, units_needed
from sim.rules.willingness import (
    escorted_share,
    remembered,
    willing_count,
    willing_share,
)

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


class Yard:
    """Staged batches of every corridor in order of arrival, open slots, and remembered losses."""

    def __init__(self, run: Run) -> None:
        self.run = run
        corridors = run.plan.corridors
        n = len(run.tables.entity)
        self.batches: list[list[Batch]] = [[] for _ in range(n)]
        self.staged_n = [0] * n
        self.open_slot, self.opened_s = [-1] * n, [0] * n
        self.release_s = corridors.release_s.tolist()
        self.half_life_s = corridors.half_life_s.tolist()
        self.floor, self.scale = corridors.floor.tolist(), corridors.scale_tankers.tolist()
        self.escorted_scale = corridors.escorted_scale.tolist()
        self.losses, self.escorted_losses, self.escorted_sent = [0.0] * n, [0.0] * n, [0.0] * n
        self.remembered_s = [0] * n
        self.willingness, self.start_s = run.plan.switches.willingness, run.plan.times.start_s
        self.toll_fcfa, self.tolled = run.tables.toll_fcfa, any(run.tables.toll_fcfa)
        self.counts_at_border = run.plan.city.counting_point == BORDER
        self.independents, self.days = run.tables.independents, run.plan.times.days
        self.waited_tanker_s = 0
        """Tanker-seconds waited by those that have left a yard, warm-up included."""
        nodes = [run.tables.nodes[c][run.tables.staging_at[c]] for c in range(n)]
        by_priority = sorted(range(n), key=lambda c: (corridors.priority[c], run.tables.entity[c]))
        self.pending: dict[int, set[int]] = {node: set() for node in nodes}
        """Seconds at which a dispatch at a node is on the agenda."""
        self.at_node = {node: [c for c in by_priority if nodes[c] == node] for node in nodes}

    def open(self) -> None:
        """Put releases and departure slots on the agenda."""
        run = self.run
        for c, entity in enumerate(run.tables.entity):
            run.agenda.at(self.release_s[c], Rank.RELEASE, entity, 0, self.release, c)
            self.open_next(c, -1)

    def open_next(self, c: int, slot: int) -> None:
        """Put the corridor's next slot after `slot` on the agenda: it never opens before that one."""
        run = self.run
        following = run.tables.next_slot[c].get(slot, -1)
        if following >= 0:
            time, jitter = run.tables.slot_time_s[following], run.tables.slot_jitter_s[following]
            if jitter:
                u = run.luck(Stream.SLOT, run.tables.entity[c], time, 0, (0,))[0]
                time = max(time + int((2.0 * u - 1.0) * jitter), run.agenda.now + 1, run.plan.times.start_s)
            time = max(time, run.agenda.now)
            run.agenda.at(time, Rank.SLOT, run.tables.entity[c], following, self.slot, following)

    def fade(self, c: int) -> None:
        """Let remembered losses of a corridor fade up to now."""
        now = self.run.agenda.now
        elapsed = now - self.remembered_s[c]
        if elapsed and (self.losses[c] or self.escorted_sent[c]):
            left = remembered(1.0, elapsed, self.half_life_s[c])
            self.losses[c] *= left
            self.escorted_losses[c] *= left
            self.escorted_sent[c] *= left
        self.remembered_s[c] = now

    def remember(self, c: int, lost: int, escorted: bool) -> None:
        """Crews hear of losses on a corridor; part of it leaks to the others."""
        leak = self.run.plan.corridors.leak
        for other in range(len(self.losses)):
            if other == c or leak > 0.0:
                self.fade(other)
                self.losses[other] += lost if other == c else leak * lost
        if escorted:
            self.escorted_losses[c] += lost

    def alone_share(self, c: int) -> float:
        """Share of crews that would leave without escort now."""
        if not self.willingness or self.run.agenda.now < self.start_s:
            return 1.0
        self.fade(c)
        return willing_share(self.losses[c], self.floor[c], self.scale[c])

    def escorted_share(self, c: int) -> float:
        """Share of crews that would leave with an escort now."""
        if not self.willingness or self.run.agenda.now < self.start_s:
            return 1.0
        self.fade(c)
        return escorted_share(self.escorted_losses[c], self.escorted_sent[c], self.escorted_scale[c])

    def stage(self, cohort: Cohort) -> None:
        """A cohort joins those who wait at the staging node."""
        run, c = self.run, cohort.corridor
        self.batches[c].append(Batch(cohort.counts, run.agenda.now, cohort.left_source_s, cohort.trait_high))
        self.staged_n[c] += cohort.n
        run.damaged_staged[c] += cohort.damaged
        del run.cohorts[cohort.place]
        if run.traced:
            run.recorder.note(Happening.STAGED, c, cohort.n)
        if self.open_slot[c] >= 0:
            self.dispatch_due(run.tables.nodes[c][run.tables.staging_at[c]])

    def close(self, horizon_s: int) -> None:
        """Count the waiting of those who are still staged at the horizon."""
        for batches in self.batches:
            for batch in batches:
                self.run.recorder.tallies["staging_wait_tanker_s"] += batch.n * (horizon_s - batch.since_s)
                self.run.recorder.tallies["staging_wait_tankers"] += batch.n

    def willing(self, c: int, share: float) -> tuple[int, list[tuple[Batch, int]]]:
        """Staged tankers whose trait is at most `share`: how many in all, and of each batch in order of arrival."""
        total, found = 0, []
        for batch in self.batches[c]:
            if batch.low < share:
                k = willing_count(batch.n, batch.low, batch.high, share)
                if k:
                    total += k
                    found.append((batch, k))
        return total, found

    def form(self, c: int, kind: int, step: int, willing: list[tuple[Batch, int]], limit: int) -> Cohort:
        """A cohort of at most `limit` of the willing in order of arrival, the most willing of a batch first."""
        run, now = self.run, self.run.agenda.now
        counts, left_source_s, waited, left = [0] * run.tables.products, 0, 0, limit
        for batch, able in willing:
            k = able if able < left else left
            if k == 0:
                break
            taken, moved = batch.take(k)
            counts = [a + b for a, b in zip(counts, taken, strict=True)]
            left_source_s += moved
            waited += k * (now - batch.since_s)
            left -= k
        n = limit - left
        self.batches[c] = [batch for batch in self.batches[c] if batch.n]
        self.staged_n[c] -= n
        self.waited_tanker_s += waited
        tallies = run.recorder.tallies
        tallies["staging_wait_tanker_s"] += waited
        tallies["staging_wait_tankers"] += n
        if self.tolled:
            tallies["payments_fcfa"] += n * self.toll_fcfa[min(now // DAY_S, len(self.toll_fcfa) - 1)]
        cohort = Cohort(c, kind, step, counts, left_source_s, run.tables.tanker_l[c], run.tables.entity[c])
        if self.counts_at_border:
            run.recorder.count_in(counts, cohort.tanker_l)
        cohort.at, cohort.departed_s = run.tables.staging_at[c], now
        if run.damaged_staged[c]:
            cohort.damaged = min(run.damaged_staged[c], n)
            run.damaged_staged[c] -= cohort.damaged
        run.cohorts[cohort.place] = cohort
        return cohort

    def release(self, event: Occurrence) -> None:
        """RELEASE: willing tankers leave without escort, one packet a day; in the warm-up everybody does."""
        run, c = self.run, event.what
        now = run.agenda.now
        day = now // DAY_S
        if self.batches[c] and self.independents[day]:
            share = self.alone_share(c)
            total, willing = self.willing(c, share)
            if total:
                cohort = self.form(c, INDEPENDENT, day, willing, total)
                cohort.trait_high = share
                run.recorder.tallies["tankers_sent_independent"] += cohort.n
                if run.traced:
                    run.recorder.note(Happening.DEPARTED, c, cohort.n)
                run.roads.look(cohort)
        if day + 1 < self.days:
            run.agenda.tomorrow(event)

    def slot(self, event: Occurrence) -> None:
        """SLOT: a departure slot opens; where the one before is still open it takes its place and keeps its waiting time."""
        run, slot = self.run, event.what
        c = run.tables.slot_corridor[slot]
        if self.open_slot[c] < 0:
            self.opened_s[c] = run.agenda.now
        self.open_slot[c] = slot
        self.open_next(c, slot)
        node = run.tables.nodes[c][run.tables.staging_at[c]]
        self.dispatch_due(node)
        after = run.tables.slot_rule[slot][6]
        alone_s = self.opened_s[c] + after
        if after > 0 and run.agenda.now < alone_s <= run.agenda.horizon_s:
            self.dispatch_due(node, alone_s)

    def dispatch_due(self, node: int, time: int | None = None) -> None:
        """See that open slots at a node are tried once, at the end of this second or of a later one."""
        run = self.run
        time = run.agenda.now if time is None else time
        if node in self.at_node and time not in self.pending[node]:
            self.pending[node].add(time)
            run.agenda.at(time, Rank.DISPATCH, run.tables.node_entity[node], 0, self.dispatch, node)

    def dispatch(self, event: Occurrence) -> None:
        """DISPATCH: convoys leave from a node, corridors by priority, if enough are willing and units are free."""
        node, now = event.what, self.run.agenda.now
        self.pending[node].discard(now)
        morning = self.run.roads.next_driving(now, 0)
        if morning > now:
            if any(self.open_slot[c] >= 0 for c in self.at_node[node]):
                self.dispatch_due(node, morning)
            return
        for c in self.at_node[node]:
            if self.open_slot[c] >= 0 and self.batches[c]:
                self.try_slot(c, self.open_slot[c])

    def try_slot(self, c: int, slot: int) -> None:
        """Send the convoy of an open slot if its rule allows it now."""
        run = self.run
        size, least, rule, amount, shrink, daylight, after, regularity = run.tables.slot_rule[slot]
        alone = 0 <= after <= run.agenda.now - self.opened_s[c]
        if not alone and units_needed(rule, amount, least) > run.escorts.available(c):
            return
        total, willing = self.willing(c, self.escorted_share(c))
        tankers = convoy_size(total, size, least, rule, amount, run.escorts.available(c), shrink)
        units = units_needed(rule, amount, tankers)
        if tankers == 0 and alone:
            tankers, units = convoy_size(total, size, least, NONE, 0.0, 0, 0), 0
        if tankers == 0:
            return
        self.open_slot[c] = -1
        cohort = self.form(c, CONVOY, slot, willing, tankers)
        cohort.slot, cohort.daylight, cohort.regularity = slot, daylight, regularity
        cohort.units = cohort.units_sent = units
        if units:
            cohort.escorted = 1
            self.escorted_sent[c] += cohort.n
            run.escorts.send(c, units)
        run.recorder.convoys.append(cohort)
        run.recorder.tallies["convoys_sent"] += 1
        run.recorder.tallies["tankers_sent_escorted" if units else "tankers_sent_independent"] += cohort.n
        run.recorder.note(Happening.DEPARTED, c, cohort.n, units)
        run.roads.look(cohort)

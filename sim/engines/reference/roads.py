"""Roads: cohorts on legs, closures, contacts and engagements, until the city is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.clock import DAY_S, HOUR_S
from sim.draws import Stream
from sim.engines.order import APPROACH, CONVOY, GATE, INDEPENDENT, SINK, STAGING, Rank
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.environment import Occurrence
from sim.engines.reference.threat import Ambush
from sim.records import Happening
from sim.rules.movement import advance, stretched
from sim.rules.shapes import duration_s, rounded_by_chance, spread
from sim.rules.sharing import added, whole_part

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

REACH, CONTACT = int(Rank.REACH), int(Rank.CONTACT)
DAYLIGHT_S = (6 * HOUR_S, 18 * HOUR_S)


class Roads:
    """Movement of cohorts. A node's handling time is added to the leg that leads to it."""

    def __init__(self, run: Run) -> None:
        self.run, self.agenda, self.tables = run, run.agenda, run.tables
        roads, tables = run.plan.roads, run.tables
        days = list(range(run.plan.times.days))
        self.window = (roads.drive_open_s, roads.drive_close_s)
        self.daylight = (max(roads.drive_open_s, DAYLIGHT_S[0]), min(roads.drive_close_s, DAYLIGHT_S[1]))
        self.routes, self.hold_of, self.at = tables.routes, tables.hold_s, run.agenda.at
        self.work_s = self.paces(days)
        self.closed_days = [self.chain(leg, days) for leg in range(len(tables.drive_s))]
        self.closed_until_s = [0] * len(tables.drive_s)
        self.ambushes = run.threat.starts
        self.sink_carry = [[0.0] * tables.products for _ in tables.sink_fraction]

    def paces(self, days: list[int]) -> list[list[list[int]]]:
        """Driving seconds of (without or with an escort, leg, day) at the pace of the day; one day past the horizon."""
        run, roads = self.run, self.run.plan.roads
        u = np.full((len(roads.leg_entity), len(days)), 0.5)
        if roads.pace_cv > 0.0:
            u = run.luck.grid(Stream.LEG_DAY, roads.leg_entity[:, None], days, lanes=(0,))[0]
        pace = spread(roads.pace_cv, np.append(u, u[:, -1:], axis=1))  # type: ignore[arg-type]
        factors = (1.0, run.plan.escorts.transit_factor)
        work = [np.maximum((roads.drive_s[:, None] * (pace * factor) + 0.5).astype(np.int64), 1) for factor in factors]
        return [seconds.tolist() for seconds in work]

    def chain(self, leg: int, days: list[int]) -> list[int] | None:
        """Days on which a leg is closed by its daily chain or a dated closure; None if never."""
        roads = self.run.plan.roads
        dated = roads.leg_closed[leg].tolist()
        close_prob, open_prob = roads.chain_close[leg].item(), roads.chain_open[leg].item()
        if close_prob > 0.0:
            u = self.run.luck.grid(Stream.LEG_DAY, roads.leg_entity[leg].item(), days, lanes=(1,))[1].tolist()
            closed = 0
            for day in days:
                closed = int(u[day] >= open_prob) if closed else int(u[day] < close_prob)
                dated[day] |= closed
        return dated if any(dated) else None

    def opening(self, leg: int, now: int) -> int:
        """First second from now on at which a leg is open; beyond the horizon if it stays closed."""
        time = max(now, self.closed_until_s[leg])
        closed = self.closed_days[leg]
        if closed is not None:
            day = time // DAY_S
            while day < len(closed) and closed[day]:
                day += 1
                time = day * DAY_S
        return time

    def reach(self, event: Occurrence) -> None:
        """REACH: a cohort has reached (and been handled at) a node: drops, then staging, the city or the next leg."""
        cohort = event.what
        if cohort.leg >= 0:
            cohort.at += 1
            cohort.leg = -1
        route = self.routes[cohort.corridor]
        stop = route.stops[cohort.at]
        if stop & SINK:
            self.drop(cohort, self.tables.sink_of_node[route.nodes[cohort.at]])
            if cohort.n == 0:
                self.finish(cohort)
                return
        if self.run.recorder.trace is not None:
            self.run.recorder.note(Happening.REACHED, route.nodes[cohort.at], cohort.n)
        if stop & GATE:
            self.run.city.arrive(cohort)
        elif stop & STAGING and cohort.kind == APPROACH:
            self.run.yard.stage(cohort)
        else:
            self.enter(cohort)

    def next_driving(self, now: int, daylight: int) -> int:
        """First second from now on at which a cohort may drive."""
        open_s, close_s = self.daylight if daylight else self.window
        time = now % DAY_S
        if open_s <= time < close_s:
            return now
        return now - time + (open_s if time < open_s else DAY_S + open_s)

    def look(self, event: Occurrence) -> None:
        """REACH: a cohort that waited for the morning or before a closed leg looks again."""
        self.enter(event.what)

    def enter(self, cohort: Cohort) -> None:
        """Enter the next leg, or wait until it opens."""
        now, route = self.agenda.now, self.routes[cohort.corridor]
        leg = route.legs[cohort.at]
        open_s, close_s = self.daylight if cohort.daylight else self.window
        if not open_s <= now % DAY_S < close_s:
            opens = self.next_driving(now, cohort.daylight)
            self.at(opens, REACH, route.entity, cohort.ordinal, self.look, cohort)
            return
        if self.closed_until_s[leg] > now or self.closed_days[leg] is not None:
            opens = self.opening(leg, now)
            if opens > now:
                self.at(opens, REACH, route.entity, cohort.ordinal, self.look, cohort)
                return
        cohort.leg, cohort.done_s, cohort.passed = leg, 0, -1
        cohort.work_s = self.work_s[cohort.escorted][leg][now // DAY_S]
        self.go_on(cohort, now)

    def go_on(self, cohort: Cohort, now: int) -> None:
        """Drive on from where the cohort is on its leg, to the next active ambush or to the next node."""
        route, leg = self.routes[cohort.corridor], cohort.leg
        open_s, close_s = self.daylight if cohort.daylight else self.window
        end = now + cohort.work_s - cohort.done_s
        if not open_s <= now % DAY_S <= close_s - cohort.work_s + cohort.done_s:  # else all of it falls into one day's window
            end = advance(now, cohort.work_s - cohort.done_s, open_s, close_s)
        if self.ambushes[leg] and cohort.kind != APPROACH:
            meeting = self.run.threat.next_meeting(cohort, now, end, open_s, close_s)
            if meeting is not None:
                cohort.done_s, at, cohort.passed, ambush = meeting
                self.at(at, CONTACT, route.entity, cohort.ordinal, self.contact, (cohort, ambush))
                return
        node = route.nodes[cohort.at + 1]
        if self.hold_of[node]:
            end = advance(end, self.hold_s(node, end), self.tables.node_open_s[node], self.tables.node_close_s[node])
        self.at(end if end > now else now + 1, REACH, route.entity, cohort.ordinal, self.reach, cohort)

    def hold_s(self, node: int, time: int) -> int:
        """Handling time at a node on the day of arrival."""
        cv, mean_s = self.tables.hold_cv[node], int(self.hold_of[node])
        if cv <= 0.0:
            return mean_s
        u = self.run.luck(Stream.NODE_DAY, self.tables.node_entity[node], time // DAY_S, 0, ())[0]
        return stretched(mean_s, spread(cv, u))

    def drop(self, cohort: Cohort, sink: int) -> None:
        """A sink takes its share of the passing tankers of each product; fractions are carried to the next cohort."""
        run = self.run
        taken = []
        for p, fraction in enumerate(run.tables.sink_fraction[sink]):
            self.sink_carry[sink][p] += fraction * cohort.counts[p]
            whole = min(whole_part(self.sink_carry[sink][p]), cohort.counts[p])
            self.sink_carry[sink][p] -= whole
            taken.append(whole)
        n = sum(taken)
        if n == 0:
            return
        damaged = cohort.damaged * n // cohort.n
        run.book(run.dropped_l, taken, cohort.tanker_l)
        run.city.receive_at_sink(sink, [k * cohort.tanker_l for k in taken])
        cohort.left_source_s -= cohort.left_source_s * n // cohort.n
        cohort.counts = [a - b for a, b in zip(cohort.counts, taken, strict=True)]
        cohort.n -= n
        cohort.dropped += n
        cohort.damaged -= damaged
        run.dropped[cohort.corridor] += n
        run.recorder.add("tankers_dropped", n)
        run.recorder.note(Happening.DROPPED, sink, n)
        run.sources.send_back(cohort.corridor, cohort.at, n, damaged)

    def contact(self, event: Occurrence) -> None:
        """CONTACT: the front passes an active ambush; an engagement destroys, delays, closes, or turns back."""
        cohort, ambush = event.what
        now = self.run.agenda.now
        uniforms = self.run.threat.engages(cohort, ambush, now)
        if uniforms is None:
            self.go_on(cohort, now)
        else:
            self.engage(cohort, ambush, uniforms, now)

    def engage(self, cohort: Cohort, ambush: Ambush, uniforms: tuple[float, float, float, float], now: int) -> None:
        """Consequences of an engagement, from the ambush's own uniforms."""
        run, campaign, switches = self.run, self.run.plan.campaign, self.run.plan.switches
        key = run.threat.key(ambush)
        after = run.luck(Stream.AFTERMATH, *key, (0, 1, 2))
        lost = run.threat.destroyed(cohort, ambush)
        crews = min(rounded_by_chance(lost * campaign.crew_loss_prob, uniforms[1]), lost)
        run.yard.remember(cohort.corridor, lost, bool(cohort.units_sent))
        cohort.engagements += 1
        run.recorder.add("engagements", 1)
        self.harm_units(cohort, key)
        if switches.losses and lost:
            self.lose(cohort, lost, crews, uniforms[2])
        if switches.losses and cohort.n:
            damaged = min(rounded_by_chance(lost * campaign.damaged_per_lost, after[2]), cohort.n - cohort.damaged)
            cohort.damaged += damaged
            run.recorder.add("tankers_damaged", damaged)
        run.recorder.note(Happening.ENGAGED, cohort.leg, cohort.n, lost)
        ambush.encounters += 1
        if cohort.units_sent:
            run.threat.suppress(now)
        self.closed_until_s[cohort.leg] = max(self.closed_until_s[cohort.leg], now + campaign.closure_s)
        delay = duration_s(campaign.delay.code, campaign.delay.mean_s, campaign.delay.cv, after[0])
        later = now + (delay if switches.slower_transit else 0)
        if cohort.n == 0:
            self.finish(cohort)
        elif cohort.kind == INDEPENDENT and after[1] < campaign.turn_back_prob:
            self.turn_back(cohort, later)
        else:
            self.go_on(cohort, later)

    def harm_units(self, cohort: Cohort, key: tuple[int, int, int]) -> None:
        """Escort units lost and damaged in an engagement."""
        if cohort.units == 0:
            return
        run, plan = self.run, self.run.plan.escorts
        u_lost, u_damaged, _, _ = run.luck(Stream.UNITS, *key, (0, 1))
        if not run.plan.switches.losses:
            return
        lost = min(rounded_by_chance(cohort.units * plan.loss_prob, u_lost), cohort.units)
        run.escorts.lose(cohort.corridor, lost)
        cohort.units -= lost
        cohort.units_lost += lost
        cohort.units_damaged += rounded_by_chance(cohort.units * plan.damage_prob, u_damaged)

    def lose(self, cohort: Cohort, lost: int, crews: int, u: float) -> None:
        """Book tankers and fuel burned or captured."""
        run, c = self.run, cohort.corridor
        taken = cohort.take(lost)
        cohort.lost += lost
        captured = min(rounded_by_chance(lost * run.plan.campaign.captured_share, u), lost)
        run.burned[c] += lost - captured
        run.captured[c] += captured
        run.sources.lost[c] += lost
        run.book(run.lost_l, taken, cohort.tanker_l)
        add = run.recorder.add
        add("tankers_captured", captured)
        add("tankers_burned", lost - captured)
        add("crews_lost", crews)
        add("litres_lost", lost * cohort.tanker_l)
        value = added([k * cohort.tanker_l * price for k, price in zip(taken, run.tables.price_fcfa_l, strict=True)])
        add("litres_lost_cost_fcfa", int(value + 0.5))

    def turn_back(self, cohort: Cohort, now: int) -> None:
        """Independents drive back to their staging node."""
        run, c = self.run, cohort.corridor
        along = run.tables.along_s[c]
        way = along[cohort.at] - along[run.tables.staging_at[c]] + cohort.done_s
        back = advance(now, way, *self.window)
        cohort.turned_back = 1
        run.recorder.note(Happening.TURNED_BACK, cohort.leg, cohort.n)
        run.agenda.at(max(back, now + 1), Rank.TURNED, run.tables.entity[c], cohort.ordinal, self.turned, cohort)

    def turned(self, event: Occurrence) -> None:
        """TURNED: a cohort that turned back is staged again."""
        self.run.yard.stage(event.what)

    def finish(self, cohort: Cohort) -> None:
        """A cohort without tankers ends; its escort goes back."""
        if cohort.kind == CONVOY:
            self.run.escorts.go_back(cohort)
        del self.run.cohorts[(cohort.corridor, cohort.ordinal)]

"""Roads: cohorts on legs, closures, contacts and engagements, until the city is reached."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S
from sim.draws import Stream
from sim.engines.order import APPROACH, CONVOY, GATE, INDEPENDENT, RANK_SHIFT, SINK, STAGING, Rank
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.threat import Ambush
from sim.records import Happening
from sim.rules.movement import advance
from sim.rules.shapes import duration_s, rounded_by_chance, spread
from sim.rules.sharing import added, whole_part

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

CONTACT, TURNED = Rank.CONTACT << RANK_SHIFT, Rank.TURNED << RANK_SHIFT
DAYLIGHT_S = (6 * HOUR_S, 18 * HOUR_S)


class Stretch:
    """A leg as part of a corridor, with the node that leads to it and the one that it leads to."""

    __slots__ = ("ambushes", "closed_days", "hold_s", "latest_end_s", "leg", "node", "opening_hours", "stop", "work_s")

    def __init__(self, node: int, stop: int, leg: int) -> None:
        self.node, self.stop, self.leg = node, stop, leg
        self.work_s: tuple[list[int], list[int]] = ([], [])
        """Driving seconds by day, without and with an escort."""
        self.closed_days: list[int] | None = None
        self.ambushes: list[int] = []
        """Starts of the ambushes that wait on the leg for those who travel this part of the corridor."""
        self.latest_end_s: list[int] = []
        """For each of them, the latest end of it and those that start before it."""
        self.hold_s: list[int] = []
        """Handling seconds at the next node by day of arrival; none where there is no handling."""
        self.opening_hours = (0, DAY_S)
        """Window of the day in which the next node handles cohorts."""


class Roads:
    """Movement of cohorts. A node's handling time is added to the leg that leads to it."""

    def __init__(self, run: Run) -> None:
        self.run, self.agenda, self.tables, self.put = run, run.agenda, run.tables, run.agenda.put
        roads, tables = run.plan.roads, run.tables
        days = list(range(run.plan.times.days))
        self.window = (roads.drive_open_s, roads.drive_close_s)
        self.daylight = (max(roads.drive_open_s, DAYLIGHT_S[0]), min(roads.drive_close_s, DAYLIGHT_S[1]))
        self.work_s = self.paces(days)
        self.closed_days = [self.chain(leg, days) for leg in range(len(tables.drive_s))]
        self.closed_until_s = [0] * len(tables.drive_s)
        holds = self.holds(days)
        self.stretches = [self.stretches_of(c, holds) for c in range(len(tables.entity))]
        self.sink_carry = [[0.0] * tables.products for _ in tables.sink_fraction]
        self.traced, self.horizon_s = run.traced, run.agenda.horizon_s
        self.reaching, self.looking, self.meeting = (self.reach,), (self.look,), (self.contact,)

    def stretches_of(self, c: int, holds: list[list[int]]) -> list[Stretch]:
        """A corridor's stretches in order; the last stands for its end, where nothing is ahead."""
        tables = self.tables
        nodes, legs = tables.nodes[c], tables.legs[c]
        found: list[Stretch] = []
        for at, (node, stop) in enumerate(zip(nodes, tables.stops[c], strict=True)):
            if at == len(legs):
                found.append(Stretch(node, stop, -1))
                break
            leg, ahead = legs[at], nodes[at + 1]
            stretch = Stretch(node, stop, leg)
            stretch.work_s = (self.work_s[0][leg], self.work_s[1][leg])
            stretch.closed_days, stretch.hold_s = self.closed_days[leg], holds[ahead]
            stretch.opening_hours = (tables.node_open_s[ahead], tables.node_close_s[ahead])
            if at >= tables.staging_at[c]:
                laid = self.run.threat.laid[leg]
                stretch.ambushes, stretch.latest_end_s = laid.starts, laid.latest_end_s
            found.append(stretch)
        return found

    def paces(self, days: list[int]) -> list[list[list[int]]]:
        """Driving seconds of (without or with an escort, leg, day) at the pace of the day; one day past the horizon."""
        run, roads = self.run, self.run.plan.roads
        u = np.full((len(roads.leg_entity), len(days)), 0.5)
        if roads.pace_cv > 0.0:
            u = run.luck.grid(Stream.LEG_DAY, roads.leg_entity[:, None], days, lanes=(0,))[0]
        pace: npt.NDArray[np.float64] = spread(roads.pace_cv, np.append(u, u[:, -1:], axis=1))  # type: ignore[arg-type, assignment]
        factors = (1.0, run.plan.escorts.transit_factor)
        if factors[1] == 1.0:
            return [self.seconds(roads.drive_s[:, None], pace).tolist()] * 2
        return [self.seconds(roads.drive_s[:, None], pace * factor).tolist() for factor in factors]

    def seconds(self, mean_s: npt.NDArray[np.int64], factor: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """`stretched` for many times at once."""
        return np.maximum((mean_s * factor + 0.5).astype(np.int64), 1)

    def chain(self, leg: int, days: list[int]) -> list[int] | None:
        """Days on which a leg is closed by its daily chain or a dated closure; None if never."""
        tables, dated = self.tables, self.tables.closed_days[leg]
        close_prob, open_prob = tables.chain_close[leg], tables.chain_open[leg]
        if close_prob <= 0.0:
            return dated
        u = self.run.luck.grid(Stream.LEG_DAY, tables.leg_entity[leg], days, lanes=(1,))[1].tolist()
        shut = list(dated) if dated else [0] * len(days)
        closed = 0
        for day in days:
            closed = int(u[day] >= open_prob) if closed else int(u[day] < close_prob)
            shut[day] |= closed
        return shut if any(shut) else None

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

    def reach(self, cohort: Cohort) -> None:
        """REACH: a cohort has reached (and been handled at) a node: drops, then staging, the city or the next leg."""
        cohort.at = at = cohort.at + 1
        stretch = self.stretches[cohort.corridor][at]
        if not ((stretch.stop or self.traced) and self.stops(cohort, stretch)):
            self.enter(cohort, stretch)

    def stops(self, cohort: Cohort, stretch: Stretch) -> bool:
        """What happens to a cohort at the node that it has reached; whether it goes no further now."""
        stop = stretch.stop
        if stop & SINK:
            self.drop(cohort, self.tables.sink_of_node[stretch.node])
            if cohort.n == 0:
                self.finish(cohort)
                return True
        if self.traced:
            self.run.recorder.note(Happening.REACHED, stretch.node, cohort.n)
        if stop & GATE:
            self.run.city.arrive(cohort)
        elif stop & STAGING and cohort.kind == APPROACH:
            self.run.yard.stage(cohort)
        else:
            return False
        return True

    def next_driving(self, now: int, daylight: int) -> int:
        """First second from now on at which a cohort may drive."""
        open_s, close_s = self.daylight if daylight else self.window
        time = now % DAY_S
        if open_s <= time < close_s:
            return now
        return now - time + (open_s if time < open_s else DAY_S + open_s)

    def look(self, cohort: Cohort) -> None:
        """REACH: a cohort at a node enters its next leg if it can now."""
        self.enter(cohort, self.stretches[cohort.corridor][cohort.at])

    def enter(self, cohort: Cohort, stretch: Stretch) -> None:
        """A cohort enters its next leg, or waits for the morning or until the leg opens, and looks again."""
        now, leg = self.agenda.now, stretch.leg
        open_s, close_s = self.daylight if cohort.daylight else self.window
        if not open_s <= now % DAY_S < close_s:
            self.put(self.next_driving(now, cohort.daylight), cohort.reach_key, self.looking, cohort)
            return
        if self.closed_until_s[leg] > now or stretch.closed_days is not None:
            opens = self.opening(leg, now)
            if opens > now:
                self.put(opens, cohort.reach_key, self.looking, cohort)
                return
        cohort.leg, cohort.done_s, cohort.passed = leg, 0, -1
        cohort.work_s = work_s = stretch.work_s[cohort.escorted][now // DAY_S]
        self.drive(cohort, stretch, now, work_s, open_s, close_s)

    def go_on(self, cohort: Cohort, now: int) -> None:
        """Drive on from where the cohort is on its leg."""
        stretch = self.stretches[cohort.corridor][cohort.at]
        window = self.daylight if cohort.daylight else self.window
        self.drive(cohort, stretch, now, cohort.work_s - cohort.done_s, *window)

    def drive(self, cohort: Cohort, stretch: Stretch, now: int, left_s: int, open_s: int, close_s: int) -> None:
        """Drive the `left_s` seconds that are left of a leg, to the next active ambush or to the next node."""
        end = now + left_s
        if not open_s <= now % DAY_S <= close_s - left_s:  # else all of it falls into one day's window
            end = advance(now, left_s, open_s, close_s)
        begun = bisect_right(stretch.ambushes, end) if stretch.ambushes else 0
        if begun and stretch.latest_end_s[begun - 1] > now:  # else none waits meanwhile
            meeting = self.run.threat.next_meeting(cohort, now, begun, open_s, close_s)
            if meeting is not None:
                cohort.done_s, at, cohort.passed, cohort.meeting = meeting
                self.put(at, CONTACT + cohort.place, self.meeting, cohort)
                return
        if stretch.hold_s and end <= self.horizon_s:
            end = advance(end, stretch.hold_s[end // DAY_S], *stretch.opening_hours)
        self.put(end if end > now else now + 1, cohort.reach_key, self.reaching, cohort)

    def holds(self, days: list[int]) -> list[list[int]]:
        """Handling seconds of (node, day of arrival), the day of the horizon with them; no days where a node has no handling."""
        run, tables = self.run, self.tables
        held: list[list[int]] = [[] for _ in tables.hold_s]
        days = [*days, len(days)]
        nodes = [node for node, mean_s in enumerate(tables.hold_s) if mean_s]
        if nodes:
            entities = np.array([tables.node_entity[node] for node in nodes])
            mean_s, cv = run.plan.roads.hold_s[nodes], run.plan.roads.hold_cv[nodes]
            u = run.luck.grid(Stream.NODE_DAY, entities[:, None], days, lanes=(0,))[0]
            factor: npt.NDArray[np.float64] = spread(cv[:, None], u)  # type: ignore[arg-type, assignment]
            for row, node in zip(self.seconds(mean_s[:, None], factor).tolist(), nodes, strict=True):
                held[node] = row
        return held

    def drop(self, cohort: Cohort, sink: int) -> None:
        """A sink takes its share of the passing tankers of each product; fractions are carried to the next cohort."""
        run, carry, counts, tanker_l = self.run, self.sink_carry[sink], cohort.counts, cohort.tanker_l
        taken: list[int] = []
        for p, fraction in enumerate(self.tables.sink_fraction[sink]):
            due = carry[p] + fraction * counts[p]
            whole = min(whole_part(due), counts[p])
            carry[p] = due - whole
            taken.append(whole)
        n = sum(taken)
        if n == 0:
            return
        damaged = cohort.damaged * n // cohort.n
        left, litres = [], []
        for p, k in enumerate(taken):
            left.append(counts[p] - k)
            litres.append(k * tanker_l)
            run.dropped_l[p] += k * tanker_l
        run.city.receive_at_sink(sink, litres)
        cohort.left_source_s -= cohort.left_source_s * n // cohort.n
        cohort.counts = left
        cohort.n -= n
        cohort.dropped += n
        cohort.damaged -= damaged
        run.dropped[cohort.corridor] += n
        run.recorder.tallies["tankers_dropped"] += n
        if self.traced:
            run.recorder.note(Happening.DROPPED, sink, n)
        run.sources.send_back(cohort.corridor, cohort.at, n, damaged)

    def contact(self, cohort: Cohort) -> None:
        """CONTACT: the front passes an active ambush; an engagement destroys, delays, closes, or turns back."""
        ambush, now = cohort.meeting, self.agenda.now
        assert ambush is not None
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
        run.recorder.tallies["engagements"] += 1
        self.harm_units(cohort, key)
        if switches.losses and lost:
            self.lose(cohort, lost, crews, uniforms[2])
        if switches.losses and cohort.n:
            damaged = min(rounded_by_chance(lost * campaign.damaged_per_lost, after[2]), cohort.n - cohort.damaged)
            cohort.damaged += damaged
            run.recorder.tallies["tankers_damaged"] += damaged
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
        tallies = run.recorder.tallies
        tallies["tankers_captured"] += captured
        tallies["tankers_burned"] += lost - captured
        tallies["crews_lost"] += crews
        tallies["litres_lost"] += lost * cohort.tanker_l
        value = added([k * cohort.tanker_l * price for k, price in zip(taken, run.tables.price_fcfa_l, strict=True)])
        tallies["litres_lost_cost_fcfa"] += int(value + 0.5)

    def turn_back(self, cohort: Cohort, now: int) -> None:
        """Independents drive back to their staging node."""
        run, c = self.run, cohort.corridor
        along = run.tables.along_s[c]
        way = along[cohort.at] - along[run.tables.staging_at[c]] + cohort.done_s
        back = advance(now, way, *self.window)
        cohort.turned_back = 1
        run.recorder.note(Happening.TURNED_BACK, cohort.leg, cohort.n)
        self.put(max(back, now + 1), TURNED + cohort.place, (self.turned,), cohort)

    def turned(self, cohort: Cohort) -> None:
        """TURNED: a cohort that turned back is staged again."""
        self.run.yard.stage(cohort)

    def finish(self, cohort: Cohort) -> None:
        """A cohort without tankers ends; its escort goes back."""
        if cohort.kind == CONVOY:
            self.run.escorts.go_back(cohort)
        del self.run.cohorts[cohort.place]

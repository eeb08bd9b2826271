"""Roads: cohorts on legs, closures, contacts and engagements, until the city is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import DAY_S, HOUR_S
from sim.draws import Stream
from sim.engines.reference.cohorts import APPROACH, CONVOY, INDEPENDENT, Cohort
from sim.engines.reference.environment import Occurrence, Rank
from sim.engines.reference.threat import Ambush
from sim.records import Happening
from sim.rules.movement import advance, stretched
from sim.rules.shapes import duration_s, lognormal, rounded_by_chance
from sim.rules.sharing import whole_part

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

DAYLIGHT_S = (6 * HOUR_S, 18 * HOUR_S)


class Roads:
    """Movement of cohorts. A node's handling time is added to the leg that leads to it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        roads, luck = run.plan.roads, run.luck
        days = list(range(run.plan.times.days))
        self.window = (roads.drive_open_s, roads.drive_close_s)
        self.daylight = (max(roads.drive_open_s, DAYLIGHT_S[0]), min(roads.drive_close_s, DAYLIGHT_S[1]))
        legs, entities = len(run.tables.drive_s), roads.leg_entity
        self.pace = (
            luck.grid(Stream.LEG_DAY, entities[:, None], days, lanes=(0,))[0].tolist() if roads.pace_cv > 0 else None
        )
        self.closed_days = [self.chain(leg, days) for leg in range(legs)]
        self.closed_until_s = [0] * legs
        self.sink_carry = [[0.0] * run.tables.products for _ in run.tables.sink_fraction]

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
        run, cohort = self.run, event.value
        c = cohort.corridor
        if cohort.leg >= 0:
            cohort.at += 1
            cohort.leg = -1
        node = run.tables.nodes[c][cohort.at]
        if run.tables.sink_of_node[node] >= 0:
            self.drop(cohort, run.tables.sink_of_node[node])
            if cohort.n == 0:
                self.finish(cohort)
                return
        if run.recorder.trace is not None:
            run.recorder.note(Happening.REACHED, node, cohort.n)
        if cohort.at == len(run.tables.legs[c]):
            run.city.arrive(cohort)
        elif cohort.kind == APPROACH and cohort.at == run.tables.staging_at[c]:
            run.yard.stage(cohort)
        else:
            self.enter(cohort)

    def look(self, event: Occurrence) -> None:
        """REACH: a cohort that waited before a closed leg looks again."""
        self.enter(event.value)

    def enter(self, cohort: Cohort) -> None:
        """Enter the next leg, or wait until it opens."""
        run = self.run
        c, now = cohort.corridor, run.agenda.now
        leg = run.tables.legs[c][cohort.at]
        if self.closed_until_s[leg] > now or self.closed_days[leg] is not None:
            opens = self.opening(leg, now)
            if opens > now:
                run.agenda.at(opens, Rank.REACH, run.tables.entity[c], cohort.ordinal, self.look, cohort)
                return
        factor = cohort.factor
        if self.pace is not None:
            factor *= lognormal(1.0, run.plan.roads.pace_cv, self.pace[leg][now // DAY_S] if now // DAY_S < len(self.pace[leg]) else 0.5)
        cohort.leg, cohort.done_s, cohort.passed = leg, 0, -1
        cohort.work_s = stretched(run.tables.drive_s[leg], factor) if factor != 1.0 else run.tables.drive_s[leg]
        self.go_on(cohort, now)

    def go_on(self, cohort: Cohort, now: int) -> None:
        """Drive on from where the cohort is on its leg, to the next active ambush or to the next node."""
        run, c = self.run, cohort.corridor
        open_s, close_s = self.daylight if cohort.daylight else self.window
        end = advance(now, cohort.work_s - cohort.done_s, open_s, close_s)
        if cohort.kind != APPROACH and run.threat.starts[cohort.leg]:
            meeting = run.threat.next_meeting(cohort, now, end, open_s, close_s)
            if meeting is not None:
                cohort.done_s, at, ambush = meeting
                cohort.passed = cohort.next_ambush
                run.agenda.at(at, Rank.CONTACT, run.tables.entity[c], cohort.ordinal, self.contact, (cohort, ambush))
                return
        node = run.tables.nodes[c][cohort.at + 1]
        if run.tables.hold_s[node]:
            end = advance(end, self.hold_s(node, end), run.tables.node_open_s[node], run.tables.node_close_s[node])
        run.agenda.at(max(end, now + 1), Rank.REACH, run.tables.entity[c], cohort.ordinal, self.reach, cohort)

    def hold_s(self, node: int, time: int) -> int:
        """Handling time at a node on the day of arrival."""
        run, cv = self.run, self.run.tables.hold_cv[node]
        if cv <= 0.0:
            return run.tables.hold_s[node]
        u = run.luck(Stream.NODE_DAY, run.tables.node_entity[node], time // DAY_S, 0, ())[0]
        return stretched(run.tables.hold_s[node], lognormal(1.0, cv, u))

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
        cohort, ambush = event.value
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
        lost = run.threat.destroyed(cohort, ambush, uniforms[1])
        crews = min(rounded_by_chance(lost * campaign.crew_loss_prob, uniforms[2]), lost)
        run.yard.remember(cohort.corridor, lost, bool(cohort.units))
        cohort.engagements += 1
        run.recorder.add("engagements", 1)
        self.harm_units(cohort, key)
        if switches.losses and lost:
            self.lose(cohort, lost, crews, uniforms[3])
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
        add = run.recorder.add
        add("tankers_captured", captured)
        add("tankers_burned", lost - captured)
        add("crews_lost", crews)
        add("litres_lost", lost * cohort.tanker_l)
        value = sum(k * cohort.tanker_l * price for k, price in zip(taken, run.tables.price_fcfa_l, strict=True))
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
        self.run.yard.stage(event.value)

    def finish(self, cohort: Cohort) -> None:
        """A cohort without tankers ends; its escort goes back."""
        if cohort.kind == CONVOY:
            self.run.escorts.go_back(cohort)
        del self.run.cohorts[(cohort.corridor, cohort.ordinal)]

"""The campaign of one run: ambushes that wait, contacts, and the attackers' own state."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S
from sim.draws import ENCOUNTERS, ORDINALS, Stream
from sim.engines.order import CONVOY
from sim.engines.reference.cohorts import Cohort
from sim.errors import RunError
from sim.language import Phrase
from sim.rules.aftermath import suppression_after
from sim.rules.ambush import CANDIDATES_MEAN, candidate_mean, is_active
from sim.rules.contact import engagement_prob, escort_strength, independents_prob, operations_left
from sim.rules.losses import ambush_strength, attenuation, strength_spent, tankers_lost
from sim.rules.movement import advance, work_at
from sim.rules.shapes import duration_s, poisson_count
from sim.rules.willingness import remembered

if TYPE_CHECKING:
    from sim.engines.reference.run import Run


Uniforms = tuple[float, float, float, float]

UNDRAWN: Uniforms = (0.0, 0.0, 0.0, 0.0)


class Ambush:
    """A candidate that the dated intensity may activate: a point of the world."""

    __slots__ = ("encounters", "end_s", "first", "leg", "mark", "ordinal", "own", "position", "spent", "start_s", "window")

    def __init__(
        self, leg: int, window: int, ordinal: int, position: float, start_s: int, end_s: int, mark: float,
        first: Uniforms = UNDRAWN,
    ) -> None:
        self.leg, self.window, self.ordinal, self.position = leg, window, ordinal, position
        self.start_s, self.end_s, self.mark = start_s, end_s, mark
        self.first = first
        """Uniforms of the first encounter, drawn for all ambushes at once."""
        self.encounters = 0
        self.spent = 0.0
        """Strength spent so far, in tankers."""
        self.own: Uniforms = UNDRAWN
        """The ambush's own uniforms, drawn when it first matters: strength, rounding."""


class Laid:
    """All ambushes that wait on one leg, in order of start, column by column; the few that are met become objects."""

    __slots__ = (
        "ends", "first", "latest_end_s", "leg", "longest_s", "marks", "met", "ordinals", "positions", "starts", "windows",
    )  # fmt: skip

    def __init__(self, leg: int) -> None:
        self.leg, self.longest_s = leg, 0
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.positions: list[float] = []
        self.marks: list[float] = []
        self.windows: list[int] = []
        self.ordinals: list[int] = []
        self.latest_end_s: list[int] = []
        """The latest end among an ambush and those that start before it."""
        self.first: npt.NDArray[np.float64] = np.empty((4, 0))
        """Uniforms of the first encounter of each."""
        self.met: dict[int, Ambush] = {}

    def ambush(self, i: int) -> Ambush:
        """The ambush of an index, with what has become of it."""
        if i not in self.met:
            self.met[i] = Ambush(
                self.leg, self.windows[i], self.ordinals[i], self.positions[i], self.starts[i], self.ends[i], self.marks[i],
                tuple(self.first[:, i].tolist()),
            )  # fmt: skip
        return self.met[i]


def poisson_steps(mean: float, highest: int) -> list[float]:
    """Distribution function of a Poisson number at 0, 1, …, highest − 1, summed as `poisson_count` sums it."""
    term = math.exp(-mean)
    steps = [term]
    for count in range(1, highest):
        term *= mean / count
        steps.append(steps[-1] + term)
    return steps


class Threat:
    """All ambushes of a run by leg, in order of start, with suppression and the budget of operations."""

    def __init__(self, run: Run) -> None:
        self.run, self.campaign = run, run.plan.campaign
        campaign = run.plan.campaign
        self.ceiling, self.intensity = campaign.ceiling, run.tables.intensity
        self.laid = [Laid(leg) for leg in range(len(self.intensity))]
        self.suppression, self.suppressed_at_s = 0.0, 0
        self.operations, self.operations_at_s = campaign.operations_cap, 0
        if campaign.ceiling > 0.0:
            exposed = np.flatnonzero((run.plan.roads.exposure > 0) & (campaign.intensity.max(axis=1) > 0))
            if exposed.size:
                self.lay(exposed)

    def lay(self, exposed: npt.NDArray[np.intp]) -> None:
        """Draw the candidates of all exposed legs and keep those that the dated intensity can activate as they wait."""
        run, campaign, roads = self.run, self.run.plan.campaign, self.run.plan.roads
        windows = np.arange((run.plan.times.horizon_s - 1) // campaign.window_s + 1)
        u = run.luck.grid(Stream.AMBUSH_COUNT, roads.leg_entity[exposed][:, None], windows, lanes=(0,))[0]
        counts = np.array([self.counts(leg, row) for leg, row in zip(exposed.tolist(), u, strict=True)])
        leg, window = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.broadcast_arrays(exposed[:, None], windows))
        first = np.cumsum(counts.ravel()) - counts.ravel()
        ordinal = np.arange(leg.size) - np.repeat(first, counts.ravel())
        position, start, mark, lasting = run.luck.grid(Stream.AMBUSH, roads.leg_entity[leg], window, ordinal)
        start_s = window * campaign.window_s + (start * campaign.window_s).astype(np.int64)
        day = np.minimum(start_s // DAY_S, run.plan.times.days - 1)
        ahead = self.ahead(lasting)
        possible = (mark * campaign.ceiling < ahead[leg, day]) & (start_s < run.plan.times.horizon_s)
        keep = np.flatnonzero(possible)
        keep = keep[np.lexsort((ordinal[keep], window[keep], start_s[keep]))]
        shape = campaign.duration
        length = np.array([duration_s(shape.code, shape.mean_s, shape.cv, u) for u in lasting[keep].tolist()], np.int64)
        highest = self.highest(leg[keep], start_s[keep], start_s[keep] + length)
        active = (length > 0) & is_active(mark[keep], highest, campaign.ceiling)  # type: ignore[arg-type]
        keep, length = keep[active], length[active]
        leg, window, ordinal, begins, ends = leg[keep], window[keep], ordinal[keep], start_s[keep], start_s[keep] + length
        position, mark = position[keep], mark[keep]
        first = np.array(run.luck.grid(Stream.ENGAGEMENT, roads.leg_entity[leg], window, ordinal * ENCOUNTERS))
        for at in exposed.tolist():
            here, laid = np.flatnonzero(leg == at), self.laid[at]
            if here.size:
                laid.starts, laid.ends = begins[here].tolist(), ends[here].tolist()
                laid.positions, laid.marks = position[here].tolist(), mark[here].tolist()
                laid.windows, laid.ordinals = window[here].tolist(), ordinal[here].tolist()
                laid.latest_end_s = np.maximum.accumulate(ends[here]).tolist()
                laid.longest_s, laid.first = int(length[here].max()), first[:, here]

    @property
    def ambushes(self) -> list[list[Ambush]]:
        """All ambushes by leg, in order of start."""
        return [[laid.ambush(i) for i in range(len(laid.starts))] for laid in self.laid]

    def highest(
        self, leg: npt.NDArray[np.intp], begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Highest dated intensity of each leg from the day on which an ambush begins to the one on which it ends."""
        day, days = begins // DAY_S, ends // DAY_S - begins // DAY_S
        found = np.zeros(len(leg))
        for n in np.unique(days).tolist():
            lasting = days == n
            found[lasting] = self.run.tables.highest_intensity(n)[leg[lasting], day[lasting]]
        return found

    def ahead(self, lasting: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Highest dated intensity of (leg, day) on a day and the days after it that the longest ambush may still wait."""
        shape = self.run.plan.campaign.duration
        longest = duration_s(shape.code, shape.mean_s, shape.cv, lasting.max(initial=0.5).item())
        return self.run.tables.highest_intensity(longest // DAY_S + 1)

    def counts(self, leg: int, u: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Candidates on a leg in each window: `poisson_count` for many uniforms of one mean."""
        campaign, roads = self.run.plan.campaign, self.run.plan.roads
        exposure, km = roads.exposure[leg].item(), roads.leg_km[leg].item()
        mean = candidate_mean(campaign.ceiling, exposure, km, campaign.window_s / HOUR_S)
        if mean > CANDIDATES_MEAN:
            message = Phrase(
                "leg {leg}: {mean:,.0f} candidate ambushes a window: lower threat.window_h or the ceiling", leg=leg, mean=mean
            )
            raise RunError(message)
        highest = poisson_count(mean, u.max().item())
        if highest >= ORDINALS:
            message = Phrase(
                "leg {leg}: {mean:,.0f} candidate ambushes a window: lower threat.window_h or the ceiling", leg=leg, mean=highest
            )
            raise RunError(message)
        return np.searchsorted(poisson_steps(mean, highest), u, side="left")

    def next_meeting(
        self, cohort: Cohort, now: int, begun: int, open_s: int, close_s: int
    ) -> tuple[int, int, int, Ambush] | None:
        """The next active ambush that the front passes on the leg: (driving seconds, pass time, index, ambush).

        The first `begun` of the leg begin before the front is at its end.
        Activity is judged by the dated intensity here, and again with the attackers' state when the cohort gets there.
        """
        leg, laid = cohort.leg, self.laid[cohort.leg]
        starts, ends, marks, positions = laid.starts, laid.ends, laid.marks, laid.positions
        found: tuple[int, int, int] | None = None
        ceiling, intensity, work_s, done = self.ceiling, self.intensity[leg], cohort.work_s, cohort.done_s
        nearest, last = work_s + 1, len(intensity) - 1
        for i in range(bisect_right(starts, now - laid.longest_s), begun):
            if ends[i] > now:
                work = work_at(work_s, positions[i])
                if work < nearest and (work > done or (work == done and i > cohort.passed)):
                    at = max(advance(now, work - done, open_s, close_s), now + 1)
                    if starts[i] <= at < ends[i] and is_active(marks[i], intensity[min(at // DAY_S, last)], ceiling):
                        nearest = work
                        found = (work, at, i)
        return None if found is None else (*found, laid.ambush(found[2]))

    def level(self, now: int) -> float:
        """Part of the intensity that is suppressed now."""
        half_life = self.run.plan.campaign.suppression_half_life_s
        return remembered(self.suppression, now - self.suppressed_at_s, half_life) if self.suppression else 0.0

    def engages(self, cohort: Cohort, ambush: Ambush, now: int) -> Uniforms | None:
        """Whether an ambush that the cohort passes engages it: the encounter's uniforms if so, else None."""
        run, campaign = self.run, self.run.plan.campaign
        day = min(now // DAY_S, run.plan.times.days - 1)
        intensity = self.intensity[ambush.leg][day] * (1.0 - self.level(now))
        if not is_active(ambush.mark, intensity, campaign.ceiling):
            return None
        if campaign.limited:
            ready = operations_left(
                self.operations, now - self.operations_at_s, campaign.operations_per_week, campaign.operations_cap
            )
            if ready < 1.0:
                return None
        if ambush.spent > 0.0 and self.destroys(cohort, ambush) == 0:
            return None
        drawn = ambush.encounters == 0 and ambush.first is not UNDRAWN
        uniforms = ambush.first if drawn else run.luck(Stream.ENGAGEMENT, *self.key(ambush))
        strength = escort_strength(cohort.units, cohort.n, campaign.reference_size, campaign.perimeter)
        if cohort.kind == CONVOY:
            prob = engagement_prob(
                campaign.engage_prob, cohort.n, campaign.reference_size, campaign.detection_exponent,
                campaign.predictability, cohort.regularity, campaign.deterrence, strength,
            )  # fmt: skip
        else:
            flow = run.tables.daily_flow[cohort.corridor]
            prob = independents_prob(campaign.engage_prob, cohort.n, flow, campaign.deterrence, strength)
        if uniforms[0] >= prob:
            ambush.encounters += 1
            return None
        if campaign.limited:
            self.operations, self.operations_at_s = ready - 1.0, now
        return uniforms

    def key(self, ambush: Ambush) -> tuple[int, int, int]:
        """Entity, step and block of the draws of an ambush's present encounter."""
        if ambush.encounters >= ENCOUNTERS:
            raise RunError(Phrase("an ambush met {n} cohorts: lower threat.duration", n=ENCOUNTERS))
        block = ambush.ordinal * ENCOUNTERS + ambush.encounters
        return self.run.tables.leg_entity[ambush.leg], ambush.window, block

    def destroys(self, cohort: Cohort, ambush: Ambush) -> int:
        """Tankers that the ambush would destroy in the cohort, with what is left of its strength."""
        return tankers_lost(self.strength(cohort, ambush), ambush.spent, self.effect(cohort), cohort.n, ambush.own[1])

    def destroyed(self, cohort: Cohort, ambush: Ambush) -> int:
        """Tankers that the ambush destroys in this encounter; as much of its strength is spent."""
        lost = self.destroys(cohort, ambush)
        ambush.spent = strength_spent(ambush.spent, lost, self.effect(cohort))
        return lost

    def effect(self, cohort: Cohort) -> float:
        """Share of an ambush's strength that the cohort's escort lets through."""
        campaign = self.run.plan.campaign
        escort = escort_strength(cohort.units, cohort.n, campaign.reference_size, campaign.perimeter)
        return attenuation(campaign.protection, escort)

    def strength(self, cohort: Cohort, ambush: Ambush) -> float:
        """Tankers that the fresh ambush could destroy in a cohort of this kind and size without an escort."""
        campaign, convoy = self.run.plan.campaign, cohort.kind == CONVOY
        if ambush.own is UNDRAWN:
            entity = self.run.tables.leg_entity[ambush.leg]
            ambush.own = self.run.luck(Stream.STRENGTH, entity, ambush.window, ambush.ordinal, (0, 1))
        mean = campaign.convoy_mean if convoy else campaign.independents_mean
        cv = campaign.convoy_cv if convoy else campaign.independents_cv
        share, sd = campaign.convoy_median_share, campaign.convoy_share_sd
        return ambush_strength(campaign.law, int(convoy), mean, cv, share, sd, cohort.n, ambush.own[0])

    def suppress(self, now: int) -> None:
        """The attackers' own losses in an escorted engagement lower the intensity for a while."""
        campaign = self.run.plan.campaign
        self.suppression = suppression_after(
            self.suppression, now - self.suppressed_at_s, campaign.suppression_half_life_s, campaign.suppression
        )
        self.suppressed_at_s = now

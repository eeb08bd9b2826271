"""The campaign of one run, compiled: ambushes that wait, contacts, and the attackers' own state."""

from __future__ import annotations

import math

from sim.clock import DAY_S, HOUR_S
from sim.draws import BLOCKS, ENCOUNTERS, ORDINALS, WORD, Stream, philox, uniform
from sim.engines.batch.agenda import (
    CANDIDATES,
    ENCOUNTERED,
    FULL_AMBUSHES,
    NONE,
    fail,
    luck,
)
from sim.engines.batch.layout import PENDING, POISSON_STEPS, Record
from sim.engines.order import CONVOY
from sim.jit import kernel
from sim.rules import aftermath, ambush, contact, losses, movement, shapes, willingness

_candidate_mean, _is_active = kernel(ambush.candidate_mean), kernel(ambush.is_active)
_poisson_count, _duration_s = kernel(shapes.poisson_count), kernel(shapes.duration_s)
_philox, _uniform = kernel(philox, forceinline=True), kernel(uniform)
_work_at, _advance = kernel(movement.work_at), kernel(movement.advance)
_remembered, _suppression_after = kernel(willingness.remembered), kernel(aftermath.suppression_after)
_escort_strength, _engagement_prob = kernel(contact.escort_strength), kernel(contact.engagement_prob)
_independents_prob, _operations_left = kernel(contact.independents_prob), kernel(contact.operations_left)
_ambush_strength, _attenuation = kernel(losses.ambush_strength), kernel(losses.attenuation)
_tankers_lost, _strength_spent = kernel(losses.tankers_lost), kernel(losses.strength_spent)

COUNT, PLACE, STRENGTH, ENGAGEMENT = (
    int(Stream.AMBUSH_COUNT), int(Stream.AMBUSH), int(Stream.STRENGTH), int(Stream.ENGAGEMENT),
)  # fmt: skip
MOST_CANDIDATES = 500.0
USUAL_DAYS = 2
"""Most ambushes are over by then: of the others alone is the exact duration needed to know whether they matter."""


@kernel
def lay(s: Record) -> None:
    """Draw the candidates of the exposed legs that anybody travels, and keep those that the dated intensity can activate."""
    campaign, total, usual = s.plan.campaign, 0, usual_u(s)
    shape = campaign.duration
    longest_s = _duration_s(shape.code, shape.mean_s, shape.cv, _uniform(WORD))
    for leg in range(s.legs):
        s.leg[leg].first_ambush = total
        s.leg[leg].ambushes = s.leg[leg].longest_s = s.leg[leg].over = 0
        if campaign.ceiling > 0.0 and s.exposed[leg] != 0:
            lay_leg(s, leg, usual, longest_s)
        total += s.leg[leg].ambushes


@kernel
def lay_leg(s: Record, leg: int, usual_u: float, longest_s: int) -> None:
    """Candidates of one leg, window after window; those up to `usual_u` wait no longer than `USUAL_DAYS`, none `longest_s`."""
    campaign, hours = s.plan.campaign, s.plan.campaign.window_s / HOUR_S
    mean = _candidate_mean(campaign.ceiling, s.plan.roads.exposure[leg], s.plan.roads.leg_km[leg], hours)
    if mean > MOST_CANDIDATES:
        fail(s, CANDIDATES)
        return
    if s.travelled[leg] == 0:
        return
    look_out(s, leg)
    steps, entity, n = poisson_steps(s, mean), s.plan.roads.leg_entity[leg], 0
    windows = (s.horizon_s - 1) // campaign.window_s + 1
    first = max(s.quiet_days * DAY_S - longest_s, 0) // campaign.window_s
    while first < windows:
        some = min(windows - first, PENDING)
        for i in range(some):
            s.pending[0, i], s.pending[1, i] = first + i, 0
        draw(s, COUNT, entity, some)
        poisson_numbers(s, steps, mean, some)
        for i in range(some):
            count = s.number[i]
            if count >= ORDINALS:
                fail(s, CANDIDATES)
                return
            for ordinal in range(count):
                if n == PENDING:
                    sift(s, leg, n, usual_u)
                    n = 0
                s.pending[0, n], s.pending[1, n] = first + i, ordinal
                n += 1
        sift(s, leg, n, usual_u)
        n = 0
        first += some


@kernel
def look_out(s: Record, leg: int) -> None:
    """Highest dated intensity of a leg from each day on for as long as most ambushes wait; and of how many days it is 0 first."""
    intensity = s.plan.campaign.intensity[leg]
    s.quiet_days = s.days
    for day in range(s.days - 1, -1, -1):
        highest = 0.0
        for later in range(day, min(day + USUAL_DAYS + 1, s.days)):
            highest = max(highest, intensity[later])
        s.soon[day] = highest
        if intensity[day] > 0.0:
            s.quiet_days = day


@kernel
def poisson_steps(s: Record, mean: float) -> int:
    """Distribution function of a Poisson number at 0, 1, … into `s.poisson`, summed as the rule sums it: how many steps."""
    term = math.exp(-mean)
    below, n = term, 0
    while n < POISSON_STEPS:
        s.poisson[n] = below
        n += 1
        if below > 0.999:
            break
        term *= mean / n
        below += term
    return n


@kernel
def poisson_numbers(s: Record, steps: int, mean: float, n: int) -> None:
    """The rule's Poisson numbers at the first words drawn, into `s.number`: steps passed, where they reach as far."""
    words, uniforms, numbers = s.words[0], s.chance_u, s.number
    for i in range(n):
        uniforms[i], numbers[i] = _uniform(int(words[i])), 0
    # Step after step, so that the compiler counts eight at a time.
    for step in range(steps):
        below = s.poisson[step]
        for i in range(n):
            numbers[i] += 1 if uniforms[i] > below else 0
    for i in range(n):
        if numbers[i] == steps:
            numbers[i] = _poisson_count(mean, uniforms[i])


@kernel
def draw(s: Record, stream: int, entity: int, n: int) -> None:
    """Words of the pending steps and blocks of a stream, into `s.words`: `luck`, many at once."""
    key, low, high, whose = int(s.replication) & WORD, int(s.seed_low) & WORD, int(s.seed_high) & WORD, int(entity) & WORD
    steps, blocks, first, second, third, fourth = (
        s.pending[0], s.pending[1], s.words[0], s.words[1], s.words[2], s.words[3],
    )  # fmt: skip
    # Local names of the rows and masks that change nothing: they let the compiler draw eight at a time.
    for i in range(n):
        first[i], second[i], third[i], fourth[i] = _philox(
            key, (stream << 16) | (int(blocks[i]) & (BLOCKS - 1)), whose, int(steps[i]) & WORD, low, high
        )


@kernel
def sift(s: Record, leg: int, n: int, usual_u: float) -> None:
    """Draw position, start, mark and duration of the pending candidates, and keep those that may matter."""
    campaign, base = s.plan.campaign, s.leg[leg].first_ambush
    draw(s, PLACE, s.plan.roads.leg_entity[leg], n)
    window_s = campaign.window_s
    for place in range(choose(s, n, usual_u)):
        i = s.chosen[place]
        window, lasting = s.pending[0, i], _uniform(int(s.words[3, i]))
        start_s = window * window_s + int(_uniform(int(s.words[1, i])) * window_s)
        first = base + s.leg[leg].ambushes
        while first > base and s.ambush[first - 1].window == window:
            first -= 1
        position, mark = _uniform(int(s.words[0, i])), _uniform(int(s.words[2, i]))
        keep(s, leg, window, s.pending[1, i], position, start_s, mark, lasting, first)


@kernel
def choose(s: Record, n: int, usual_u: float) -> int:
    """How many of the drawn candidates may matter; their places stand in `s.chosen`.

    Nobody can foretell which: a place that is written over costs less than a branch that is guessed wrong.
    """
    marks, chosen, highest, ceiling, window_s = s.words[2], s.chosen, 0.0, s.plan.campaign.ceiling, s.plan.campaign.window_s
    for day in range(s.days):
        highest = max(highest, s.soon[day])
    some = left = 0
    for i in range(n):
        chosen[some] = i
        some += int(_uniform(int(marks[i])) * ceiling < highest)
    for place in range(some):
        i = chosen[place]
        start_s = s.pending[0, i] * window_s + int(_uniform(int(s.words[1, i])) * window_s)
        day = min(start_s // DAY_S, s.days - 1)
        dated = _uniform(int(marks[i])) * ceiling < s.soon[day]
        chosen[left] = i
        left += int((start_s < s.horizon_s) & (dated | (_uniform(int(s.words[3, i])) > usual_u)))
    return left


@kernel
def usual_u(s: Record) -> float:
    """A uniform up to which an ambush waits no longer than `USUAL_DAYS`."""
    shape = s.plan.campaign.duration
    for u in (0.999, 0.99, 0.9, 0.5):
        if _duration_s(shape.code, shape.mean_s, shape.cv, u) <= USUAL_DAYS * DAY_S:
            return u
    return 0.0


@kernel
def keep(
    s: Record, leg: int, window: int, ordinal: int, position: float, start_s: int, mark: float, lasting: float, first: int
) -> None:
    """Keep a candidate that the dated intensity can activate, in its place among those of its window from `first` on."""
    campaign, shape, of = s.plan.campaign, s.plan.campaign.duration, s.leg[leg]
    length = _duration_s(shape.code, shape.mean_s, shape.cv, lasting)
    if length <= 0:
        return
    highest = 0.0
    for day in range(start_s // DAY_S, min((start_s + length) // DAY_S + 1, s.days)):
        highest = max(highest, campaign.intensity[leg, day])
    if not _is_active(mark, highest, campaign.ceiling):
        return
    place = of.first_ambush + of.ambushes
    if place >= len(s.ambush):
        fail(s, FULL_AMBUSHES)
        return
    while place > first and s.ambush[place - 1].start_s > start_s:
        s.ambush[place] = s.ambush[place - 1]
        place -= 1
    a = s.ambush[place]
    a.leg, a.window, a.ordinal = leg, window, ordinal
    a.position, a.mark, a.start_s, a.end_s = position, mark, start_s, start_s + length
    a.encounters = a.drawn = 0
    a.spent = 0.0
    of.ambushes += 1
    of.longest_s = max(of.longest_s, length)


@kernel
def next_meeting(s: Record, i: int, now: int, end: int, open_s: int, close_s: int) -> int:
    """Second at which the front passes the next active ambush on its leg, −1 for none; the cohort is set to be there.

    Activity is judged by the dated intensity here, and again with the attackers' state when the cohort gets there.
    """
    k = s.cohort[i]
    leg = k.leg
    of = s.leg[leg]
    base = of.first_ambush
    while of.over < of.ambushes and s.ambush[base + of.over].start_s <= s.now - of.longest_s:
        of.over += 1
    ceiling, done, passed = s.plan.campaign.ceiling, k.done_s, k.passed
    nearest, met, met_at = k.work_s + 1, NONE, NONE
    for j in range(of.over, of.ambushes):
        if s.ambush[base + j].start_s > end:
            break
        a = s.ambush[base + j]
        work = _work_at(k.work_s, a.position)
        if a.end_s <= now or work >= nearest or work < done or (work == done and j <= passed):
            continue
        time_s = max(_advance(now, work - done, open_s, close_s), now + 1)
        day = min(time_s // DAY_S, s.days - 1)
        if a.start_s <= time_s < a.end_s and _is_active(a.mark, s.plan.campaign.intensity[leg, day], ceiling):
            nearest, met, met_at = work, j, time_s
    if met >= 0:
        k.done_s, k.passed, k.ambush = nearest, met, base + met
    return met_at


@kernel
def level(s: Record) -> float:
    """Part of the intensity that is suppressed now."""
    if s.suppression == 0.0:
        return 0.0
    return _remembered(s.suppression, s.now - s.suppressed_at_s, s.plan.campaign.suppression_half_life_s)


@kernel
def encounter_block(s: Record, a: Record) -> int:
    """Block of the draws of an ambush's present encounter."""
    if a.encounters >= ENCOUNTERS:
        fail(s, ENCOUNTERED)
        return 0
    return a.ordinal * ENCOUNTERS + a.encounters


@kernel
def engages(s: Record, i: int) -> tuple[bool, float, float]:
    """Whether the ambush that the cohort passes engages it, and the encounter's uniforms for crews and captures."""
    campaign, now, k = s.plan.campaign, s.now, s.cohort[i]
    a = s.ambush[k.ambush]
    intensity = campaign.intensity[a.leg, min(now // DAY_S, s.days - 1)] * (1.0 - level(s))
    if not _is_active(a.mark, intensity, campaign.ceiling):
        return False, 0.0, 0.0
    ready = 0.0
    if campaign.limited != 0:
        elapsed_s = now - s.operations_at_s
        ready = _operations_left(s.operations, elapsed_s, campaign.operations_per_week, campaign.operations_cap)
        if ready < 1.0:
            return False, 0.0, 0.0
    if a.spent > 0.0 and destroys(s, k, a) == 0:
        return False, 0.0, 0.0
    u, crews, captured, _ = luck(s, ENGAGEMENT, s.plan.roads.leg_entity[a.leg], a.window, encounter_block(s, a))
    escort = _escort_strength(k.units, k.n, campaign.reference_size, campaign.perimeter)
    if k.kind == CONVOY:
        prob = _engagement_prob(
            campaign.engage_prob, k.n, campaign.reference_size, campaign.detection_exponent,
            campaign.predictability, k.regularity, campaign.deterrence, escort,
        )  # fmt: skip
    else:
        prob = _independents_prob(campaign.engage_prob, k.n, s.daily_flow[k.corridor], campaign.deterrence, escort)
    if u >= prob:
        a.encounters += 1
        return False, 0.0, 0.0
    if campaign.limited != 0:
        s.operations, s.operations_at_s = ready - 1.0, now
    return True, crews, captured


@kernel
def effect(s: Record, k: Record) -> float:
    """Share of an ambush's strength that the cohort's escort lets through."""
    campaign = s.plan.campaign
    escort = _escort_strength(k.units, k.n, campaign.reference_size, campaign.perimeter)
    return _attenuation(campaign.protection, escort)


@kernel
def destroys(s: Record, k: Record, a: Record) -> int:
    """Tankers that the ambush would destroy in the cohort, with what is left of its strength."""
    campaign = s.plan.campaign
    if a.drawn == 0:
        strength_u, rounding_u, _, _ = luck(s, STRENGTH, s.plan.roads.leg_entity[a.leg], a.window, a.ordinal)
        a.strength_u, a.rounding_u, a.drawn = strength_u, rounding_u, 1
    convoy = 1 if k.kind == CONVOY else 0
    strength = _ambush_strength(
        campaign.law, convoy,
        campaign.convoy_mean if convoy == 1 else campaign.independents_mean,
        campaign.convoy_cv if convoy == 1 else campaign.independents_cv,
        campaign.convoy_median_share, campaign.convoy_share_sd, k.n, a.strength_u,
    )  # fmt: skip
    return _tankers_lost(strength, a.spent, effect(s, k), k.n, a.rounding_u)


@kernel
def destroyed(s: Record, k: Record, a: Record) -> int:
    """Tankers that the ambush destroys in this encounter; as much of its strength is spent."""
    lost = destroys(s, k, a)
    a.spent = _strength_spent(a.spent, lost, effect(s, k))
    return lost


@kernel
def suppress(s: Record) -> None:
    """The attackers' own losses in an escorted engagement lower the intensity for a while."""
    campaign, elapsed_s = s.plan.campaign, s.now - s.suppressed_at_s
    s.suppression = _suppression_after(s.suppression, elapsed_s, campaign.suppression_half_life_s, campaign.suppression)
    s.suppressed_at_s = s.now

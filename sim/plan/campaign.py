"""The campaign of a Plan: intensity by leg and day, contact, losses and aftermath."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S, seconds_from_hours
from sim.draws import Stream, entity_hash
from sim.errors import PlanError
from sim.language import Phrase
from sim.plan.arrays import Campaign
from sim.plan.context import Context, shape
from sim.rules import ambush
from sim.scenario.events import Intensity, Regime, Truce
from sim.scenario.threat import Regimes

ENTITY = "threat/regimes"


def campaign(context: Context) -> Campaign:
    """The campaign in one world: dated intensities and truces laid out by day, the rest as it stands."""
    s = context.scenario
    t, c, loss, after = s.threat, s.contact, s.loss, s.aftermath
    intensity = np.full((len(context.labels.legs), context.days), t.intensity_per_km_h.value)
    for event in context.dated(Intensity):
        legs = [context.leg[name] for name in event.legs] if event.legs else slice(None)
        intensity[legs, context.span(event)] = event.intensity_per_km_h.value
    payment, toll = np.zeros(context.days, np.int64), np.zeros(context.days, np.int64)
    for truce in context.dated(Truce):
        span = context.span(truce)
        intensity[:, span] *= truce.factor.value
        toll[span] += int(truce.toll_fcfa_tanker.value + 0.5)
        if span.start < span.stop:
            payment[span.start] += int(truce.payment_fcfa.value + 0.5)
    if t.regimes is not None:
        intensity[:, quiet_days(context, t.regimes)] *= t.regimes.quiet_factor.value
    intensity[:, : s.warmup_days] = 0.0
    if float(intensity.max(initial=0.0)) > t.ceiling_per_km_h:
        raise PlanError(Phrase(
            "threat.ceiling_per_km_h {ceiling:g} lies under an intensity of {highest:g}: raise it",
            ceiling=t.ceiling_per_km_h, highest=intensity.max().item(),
        ))  # fmt: skip
    return Campaign(
        window_s=t.window_h * HOUR_S,
        ceiling=t.ceiling_per_km_h,
        intensity=intensity,
        duration=shape(t.duration),
        engage_prob=c.engage_prob.value,
        reference_size=c.reference_size.value,
        detection_exponent=c.detection_exponent.value,
        predictability=c.predictability.value,
        perimeter=int(c.escort_effect == "perimeter"),
        deterrence=c.deterrence.value,
        limited=int(c.budget == "operations"),
        operations_per_week=c.operations_per_week.value,
        operations_cap=c.operations_cap.value,
        law=int(loss.law == "fraction"),
        convoy_mean=loss.convoy_mean_tankers.value,
        convoy_cv=loss.convoy_cv.value,
        convoy_median_share=loss.convoy_median_share.value,
        convoy_share_sd=loss.convoy_share_logit_sd.value,
        independents_mean=loss.independents_mean_tankers.value,
        independents_cv=loss.independents_cv.value,
        protection=loss.protection.value,
        captured_share=loss.captured_share.value,
        crew_loss_prob=loss.crew_loss_prob.value,
        damaged_per_lost=loss.damaged_per_lost.value,
        delay=shape(after.delay),
        closure_s=seconds_from_hours(after.closure_h.value),
        turn_back_prob=after.turn_back_prob.value,
        suppression=after.suppression.value,
        suppression_half_life_s=max(after.suppression_half_life_days.value * DAY_S, 1.0),
        payment_fcfa=payment,
        toll_fcfa=toll,
    )


def quiet_days(context: Context, regimes: Regimes) -> npt.NDArray[np.bool_]:
    """(d): whether the campaign is quiet, one path a world: known where events say so, drawn from there on.

    A day's draw decides whether the period that it belongs to ends with it, so neither a longer run nor a later event changes
    the days before.
    """
    start = regimes.first_day or context.labels.start
    first = max((start - context.labels.epoch).days, 0)
    known: dict[int, bool] = {}
    for event in context.dated(Regime):
        span = context.span(event)
        known |= dict.fromkeys(range(span.start, span.stop), event.state == "quiet")
    (changes,) = context.luck.grid(Stream.REGIME, entity_hash(ENTITY), np.arange(context.days), lanes=(0,))[:1]
    path = np.zeros(context.days, np.bool_)
    quiet = regimes.start == "quiet"
    for day in range(min(first, *known, context.days), context.days):
        path[day] = quiet = known.get(day, quiet)
        mean = regimes.mean_quiet_days if quiet else regimes.mean_active_days
        quiet ^= ambush.regime_ends(mean.value, float(changes[day]))
    return path

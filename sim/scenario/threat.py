"""The threat: ambushes as points of the world, contact, losses and what follows an engagement."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.quantity import (
    Amount,
    Day,
    Days,
    Duration,
    Exponent,
    Factor,
    Hours,
    Model,
    Period,
    Positive,
    Probability,
    Share,
    exactly,
    no_time,
)


class Regimes(Model):
    """Quiet and active periods of the campaign, the same on all corridors.

    From `first_day` (default: the first day) each day is active or quiet, beginning with `start`; a period ends with a chance
    that makes it last `mean_active_days` or `mean_quiet_days` on average, however long it has lasted. A quiet day's intensity
    is `quiet_factor` of what the dated events give it. Events of kind `regime` say of which days the state is known.
    """

    mean_quiet_days: Period
    mean_active_days: Period
    quiet_factor: Factor
    start: Literal["active", "quiet"] = "active"
    first_day: Day | None = None


class Threat(Model):
    """Ambush offers facing unescorted traffic: a Poisson process per km and hour on every exposed leg.

    `ceiling_per_km_h` is the rate of *candidates*; one is active while its mark is below intensity ÷ ceiling. Dated
    events and `regimes` change the intensity, up to the ceiling. `window_h` only cuts time into pieces that can be drawn alone.
    """

    intensity_per_km_h: Amount = exactly(0)
    ceiling_per_km_h: float = Field(default=0.0, ge=0, le=1)
    window_h: int = Field(default=24, ge=1, le=168)
    duration: Duration = no_time()
    regimes: Regimes | None = None


class Contact(Model):
    """Whether a cohort that passes an active ambush is engaged.

    `engage_prob` holds for an unescorted, unpredictable cohort of `reference_size` tankers; `detection_exponent` makes
    larger cohorts likelier (0: size does not matter); `predictability` raises it for regular schedules; `deterrence` is the
    escort's effect, by units per `reference_size` tankers (`ratio`) or per convoy perimeter (`perimeter`); with budget
    `operations` attackers can mount only `operations_per_week`, saved up to `operations_cap`.
    """

    engage_prob: Probability = exactly(1)
    reference_size: Positive = exactly(100)
    detection_exponent: Exponent = exactly(0)
    predictability: Factor = exactly(0)
    escort_effect: Literal["ratio", "perimeter"] = "ratio"
    deterrence: Factor = exactly(0)
    budget: Literal["unlimited", "operations"] = "unlimited"
    operations_per_week: Amount = exactly(0)
    operations_cap: Amount = exactly(1)


class Loss(Model):
    """What an engagement destroys.

    Law `capacity`: a heavy-tailed number of tankers, whatever the size; `fraction`: a heavy-tailed share. Unescorted
    cohorts lose a light-tailed number under both. `protection` is the escort's effect on what is lost.
    """

    law: Literal["capacity", "fraction"] = "capacity"
    convoy_mean_tankers: Amount = exactly(0)
    convoy_cv: Factor = exactly(0)
    convoy_median_share: Share = exactly(0)
    convoy_share_logit_sd: Factor = exactly(0)
    independents_mean_tankers: Amount = exactly(0)
    independents_cv: Factor = exactly(0)
    protection: Factor = exactly(0)
    captured_share: Share = exactly(0)
    crew_loss_prob: Probability = exactly(0)
    damaged_per_lost: Factor = exactly(0)


class Aftermath(Model):
    """What follows: delay of the cohort, closure of the leg, turning back, the attackers' own losses.

    A closure stops cohorts that have not entered the leg yet; those on it drive on. Only independents turn back.
    """

    delay: Duration = no_time()
    closure_h: Hours = exactly(0)
    turn_back_prob: Probability = exactly(0)
    suppression: Share = exactly(0)
    suppression_half_life_days: Days = exactly(7)


class Cost(Model):
    """Prices for `cost_fcfa`: a lost tanker (vehicle), a day of one escort unit away from its node."""

    tanker_fcfa: Amount = exactly(0)
    escort_unit_day_fcfa: Amount = exactly(0)

"""The calibration: prior worlds run and read, what was reported, posterior draws, and what they say of each quantity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.draws import WORLDS
from sim.errors import UsageError
from sim.experiment.identity import Experiment
from sim.language import Phrase
from sim.study.backtest.run import BOOKS
from sim.study.backtest.scores import inside_share
from sim.study.backtest.targets import Target
from sim.study.calibrate.combined import combined
from sim.study.calibrate.inference import Inference, Posterior, inference
from sim.study.calibrate.prior import Prior, prior_of
from sim.study.calibrate.reports import errors, observed, reported
from sim.study.calibrate.spells import lengths, spells_of
from sim.study.calibrate.table import Table, fitted_targets, prior_experiment, reference_table

Floats = npt.NDArray[np.float64]
Tell = Callable[[int, int], None]

IDENTIFIED_RATIO = 0.5
"""A quantity is identified if its posterior standard deviation is at most so much of the prior's."""

BEYOND = 0.01
"""A report whose band holds fewer of the prior's runs is none that the model can make: it is not used."""

FEWEST_WORLDS = 1_000
"""Prior worlds, at least: fewer hold too few simulations near any report."""


@dataclass(frozen=True)
class Asked:
    """What is calibrated: a world on its books' fitted targets; `trials` worlds more are held back for the checks."""

    scenario: str
    variants: tuple[str, ...]
    strategy: str
    books: str
    worlds: int
    trials: int
    seed: int
    workers: int
    out: Path


@dataclass(frozen=True)
class Learnt:
    """What reports say of one quantity or combination: p05, p50, p95 and standard deviation before and after."""

    name: str
    group: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    ratio: float
    """Posterior over prior standard deviation; of a combination, those of its logarithm."""

    @property
    def identified(self) -> bool:
        """Whether the reports tell it apart from what was believed before."""
        return self.ratio <= IDENTIFIED_RATIO


@dataclass(frozen=True)
class Fitted:
    """One target: the share of prior runs and of accepted runs in its band, and whether it was used."""

    target: Target
    used: bool
    prior_prob: float
    accepted_prob: float


@dataclass(frozen=True)
class Ready:
    """Simulations of prior worlds with what was reported of each: all that inference and its checks need.

    `reports`, shape (n_simulations, n_reports), and `actual` hold the targets that are used, then the dated periods.
    """

    asked: Asked
    experiment: Experiment
    table: Table
    prior: Prior
    reports: Floats
    actual: Floats
    used: npt.NDArray[np.bool_]

    def inference(self) -> Inference:
        """The inference from all simulations but those held back."""
        n = self.asked.worlds
        return inference(self.prior.quantiles[:n], self.reports[:n])


@dataclass(frozen=True)
class Calibration:
    """Posterior draws, and what they say."""

    ready: Ready
    posterior: Posterior
    draws: Floats
    """Values in the units of the files, shape (n_draws, n_keys)."""
    learnt: tuple[Learnt, ...]
    together: tuple[Learnt, ...]
    """The same of combinations."""
    fitted: tuple[Fitted, ...]


def books_of(scenario: str, books: str | None) -> str:
    """The set of books that a scenario's targets are of: the one asked for, or the one in its name.

    Raises
    ------
    UsageError
        If neither tells.
    """
    found = books or next((name for name in BOOKS if name in Path(scenario).stem), None)
    if found not in BOOKS:
        raise UsageError(Phrase(
            "--books: the name of {scenario} does not tell whose figures it holds; give one of {names}",
            scenario=scenario, names=BOOKS,
        ))  # fmt: skip
    return found


def check_asked(asked: Asked) -> None:
    """Refuse what cannot be calibrated.

    Raises
    ------
    UsageError
        Too few or too many worlds or trials.
    """
    if not FEWEST_WORLDS <= asked.worlds <= WORLDS:
        raise UsageError(Phrase(
            "--worlds: expected a whole number from {low:,} to {high:,}, got {got:,}",
            low=FEWEST_WORLDS, high=WORLDS, got=asked.worlds,
        ))  # fmt: skip
    if asked.trials < 0 or asked.worlds + asked.trials > WORLDS:
        raise UsageError(Phrase(
            "--trials: expected a whole number from 0 to {high:,}, got {got:,}", high=WORLDS - asked.worlds, got=asked.trials
        ))  # fmt: skip


def prepared(asked: Asked, tell: Tell | None = None) -> Ready:
    """Simulations of the prior worlds, run where they are not stored yet, and what was reported of each.

    Raises
    ------
    UsageError, ScenarioError, ResultsError, RunError
        If something asked for cannot be used or run.
    """
    check_asked(asked)
    experiment = prior_experiment(asked.scenario, asked.variants, asked.strategy, asked.seed)
    targets = fitted_targets(asked.books)
    count = asked.worlds + asked.trials
    prior = prior_of(experiment.scenario.model, asked.seed, range(count))
    table = reference_table(experiment, targets, count, asked.workers, asked.out, tell)
    reports = reported(targets, table.readings, errors(asked.seed, range(count), targets))
    used = np.array([inside_share(target, table.readings[: asked.worlds, i]) >= BEYOND for i, target in enumerate(targets)])
    spells = spells_of(prior.keys)
    lasted = lengths(spells, prior.keys, prior.values(prior.quantiles), asked.seed, range(count))
    actual = [*(observed(target) for target, one in zip(targets, used, strict=True) if one), *(float(s.days) for s in spells)]
    return Ready(asked, experiment, table, prior, np.column_stack([reports[:, used], lasted]), np.array(actual), used)


def calibrate(asked: Asked, tell: Tell | None = None) -> Calibration:
    """Posterior draws of the calibrated quantities given the fitted targets.

    Raises
    ------
    UsageError, ScenarioError, ResultsError, RunError
        As `prepared`.
    """
    ready = prepared(asked, tell)
    found = ready.inference().posterior(ready.actual)
    prior = ready.prior
    before, after = prior.values(prior.quantiles[: asked.worlds]), prior.values(found.quantiles)
    learnt = [
        _learnt(key, group, before[:, i], after[:, i])
        for i, (key, group) in enumerate(zip(prior.keys, prior.groups, strict=True))
    ]
    joint, joint_after = combined(prior.keys, before), combined(prior.keys, after)
    together = [
        replace(_learnt(name, "combined", joint[name], joint_after[name]), ratio=_spread_ratio(joint[name], joint_after[name]))
        for name in joint
    ]
    readings = ready.table.readings[: asked.worlds]
    fitted = [
        Fitted(target, bool(used), inside_share(target, readings[:, i]), inside_share(target, readings[found.rows, i]))
        for i, (target, used) in enumerate(zip(ready.table.targets, ready.used, strict=True))
    ]
    return Calibration(ready, found, after, tuple(learnt), tuple(together), tuple(fitted))


def _learnt(name: str, group: str, before: Floats, after: Floats) -> Learnt:
    return Learnt(name, group, _band(before), _band(after), float(after.std() / before.std()))


def _spread_ratio(before: Floats, after: Floats) -> float:
    """Posterior over prior standard deviation of the logarithm: a product is off by a factor, not by an amount."""
    return float(np.log(after).std() / np.log(before).std())


def _band(values: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
    return low, middle, high


def as_object(found: Calibration) -> dict[str, Any]:
    """The calibration as the object that `--json` prints."""
    asked, ready = found.ready.asked, found.ready
    return {
        "scenario": asked.scenario, "variants": list(asked.variants), "strategy": asked.strategy, "books": asked.books,
        "worlds": asked.worlds, "trials": asked.trials, "seed": asked.seed, "accepted": len(found.posterior.rows),
        "quantities": [_row(row) for row in found.learnt],
        "combinations": [_row(row) for row in found.together],
        "targets": [
            {"id": row.target.id, "used": row.used, "observed_low": row.target.low, "observed_high": row.target.high,
             "prior_prob": row.prior_prob, "accepted_prob": row.accepted_prob}
            for row in found.fitted
        ],
        "posterior": {
            "seed": asked.seed, "worlds": found.posterior.rows.tolist(), "keys": list(ready.prior.keys),
            "draws": found.draws.tolist(),
        },
    }  # fmt: skip


def _row(row: Learnt) -> dict[str, Any]:
    def band(of: tuple[float, float, float]) -> dict[str, float]:
        return dict(zip(("p05", "p50", "p95"), of, strict=True))

    return {
        "name": row.name, "group": row.group, "prior": band(row.prior), "posterior": band(row.posterior),
        "sd_ratio": row.ratio, "identified": row.identified,
    }  # fmt: skip

"""From reports to posterior draws: semi-automatic summaries, the nearest simulations, local-linear adjustment.

Beaumont, Zhang & Balding (2002); Fearnhead & Prangle (2012); Blum & François (2010). Parameters stand on the normal scale of
their prior (the normal quantile of u), so that no draw leaves its range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ACCEPTED_SHARE = 0.04
"""Share of the simulations that are accepted."""

FEWEST_ACCEPTED = 100
"""Accepted simulations, at least: fewer give no 5 % and 95 % quantiles."""

CHANCE_FACTOR = 3.0
"""A direction of the summaries counts if its variance is so many times what chance alone would give it."""


@dataclass(frozen=True)
class Posterior:
    """Draws given some reports.

    `rows` are the accepted simulations, in their order, and `quantiles`, shape (n_accepted, n_keys), the draw that each
    gives, as places in the prior.
    """

    rows: Ints
    quantiles: Floats


@dataclass(frozen=True)
class Inference:
    """A reference table made ready: reports of simulations as summaries, parameters on the normal scale.

    `ordered`, shape (n_simulations, n_reports): reports of the simulations, each column sorted; `weights` turns features of
    reports into summaries; `summaries`, shape (n_simulations, n_directions).
    """

    normal: Floats
    ordered: Floats
    weights: Floats
    summaries: Floats

    @property
    def accepted(self) -> int:
        """How many simulations are accepted."""
        return min(len(self.normal), max(FEWEST_ACCEPTED, round(ACCEPTED_SHARE * len(self.normal))))

    def posterior(self, reports: Floats) -> Posterior:
        """Draws given what was reported, shape (n_reports,)."""
        from scipy.special import ndtr

        there = _features(_normal_scores(self.ordered, reports[None, :]))[0] @ self.weights
        away = self.summaries - there
        distance = np.square(away).sum(axis=1)
        rows = np.sort(np.argsort(distance, kind="stable")[: self.accepted])
        near = away[rows]
        design = np.column_stack([np.ones(len(rows)), near])
        slopes = _least_squares(design, self.normal[rows])
        fitted = design @ slopes
        # A fit takes up one draw a slope: without this the draws would be too narrow.
        wider = np.sqrt(len(rows) / (len(rows) - design.shape[1]))
        return Posterior(rows, np.asarray(ndtr(slopes[0] + wider * (self.normal[rows] - fitted))))


def _least_squares(design: Floats, values: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(design, values, rcond=None)[0], np.float64)


def inference(quantiles: Floats, reports: Floats) -> Inference:
    """The inference from simulations: places of their parameters in the prior, and what was reported of each."""
    from scipy.special import ndtri

    normal = np.asarray(ndtri(quantiles), np.float64)
    ordered = np.sort(reports, axis=0)
    features = _features(_normal_scores(ordered, reports))
    means = _least_squares(features, normal)
    predicted = features @ means
    centre = predicted.mean(axis=0)
    _, sizes, directions = np.linalg.svd(predicted - centre, full_matrices=False)
    chance = features.shape[1] / len(features)
    kept = max(1, int((np.square(sizes) / len(features) > CHANCE_FACTOR * chance).sum()))
    weights = means @ directions[:kept].T
    return Inference(normal, ordered, weights, features @ weights)


def _normal_scores(ordered: Floats, reports: Floats) -> Floats:
    """Normal quantile of each report's rank among those of the simulations, ties in the middle."""
    from scipy.special import ndtri

    columns = []
    n = len(ordered)
    for i in range(ordered.shape[1]):
        left = np.searchsorted(ordered[:, i], reports[:, i], side="left")
        right = np.searchsorted(ordered[:, i], reports[:, i], side="right")
        columns.append(ndtri(((left + right) / 2 + 0.5) / (n + 1)))
    return np.stack(columns, axis=1)


def _features(scores: Floats) -> Floats:
    """One, the scores, their squares and products."""
    n, m = scores.shape
    pairs = [scores[:, i] * scores[:, j] for i in range(m) for j in range(i, m)]
    return np.column_stack([np.ones(n), scores, *pairs])

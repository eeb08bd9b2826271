"""The inference against what theory knows: normal parameters, reports linear in them with normal errors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from sim.study.calibrate.checks import DRAWS, chi2_p, ecdf_p
from sim.study.calibrate.inference import inference

N = 6_000
SLOPES = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.0, 0.0]])
"""What the reports see of three parameters; of the third nothing."""

ERROR = 0.7


def made(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Parameters on the normal scale and reports of them."""
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal((n, 3))
    return normal, normal @ SLOPES.T + ERROR * rng.standard_normal((n, 3))


NORMAL, REPORTS = made(N, 1)
READY = inference(ndtr(NORMAL), REPORTS)


def exact(reports: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the posterior that theory gives."""
    covariance = np.linalg.inv(np.eye(3) + SLOPES.T @ SLOPES / ERROR**2)
    return covariance @ SLOPES.T @ reports / ERROR**2, np.sqrt(np.diag(covariance))


@pytest.mark.parametrize("reports", [(0.0, 0.0, 0.0), (1.0, 1.5, 0.5), (-1.2, 0.0, 0.8)])
def test_the_posterior_of_a_linear_normal_model_is_the_exact_one(reports: tuple[float, ...]) -> None:
    mean, spread = exact(np.array(reports))
    draws = ndtri(READY.posterior(np.array(reports)).quantiles)
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.17)
    assert draws.std(axis=0) == pytest.approx(spread, rel=0.17)


def test_what_no_report_depends_on_keeps_its_prior() -> None:
    draws = READY.posterior(np.array([1.0, 1.0, 1.0])).quantiles[:, 2]
    assert draws.mean() == pytest.approx(0.5, abs=0.06) and draws.std() == pytest.approx(12**-0.5, rel=0.1)


def test_draws_never_leave_the_range_of_the_prior() -> None:
    draws = READY.posterior(np.array([9.0, -9.0, 9.0])).quantiles
    assert draws.min() >= 0 and draws.max() <= 1


def test_the_same_reports_give_the_same_draws() -> None:
    reports = np.array([0.3, 0.1, -0.4])
    again = inference(ndtr(NORMAL), REPORTS).posterior(reports)
    assert np.array_equal(again.quantiles, READY.posterior(reports).quantiles)
    assert np.array_equal(again.rows, READY.posterior(reports).rows)


def ranks(narrowing: float, shift: float = 0.0, trials: int = 400) -> np.ndarray:
    """Ranks of truths among draws that are made too narrow, or moved, by so much; shape (trials, 3)."""
    found = []
    for truth, reports in zip(*made(trials, 2), strict=True):
        draws = ndtri(READY.posterior(reports).quantiles)
        centre = draws.mean(axis=0)
        draws = centre + shift + narrowing * (draws - centre)
        chosen = np.linspace(0, len(draws) - 1, DRAWS).round().astype(int)
        found.append((draws[chosen] < truth).sum(axis=0))
    return np.array(found)


def test_ranks_of_truths_are_uniform_and_those_of_a_wrong_posterior_are_not() -> None:
    right, narrow, moved = ranks(1.0), ranks(0.6), ranks(1.0, 0.3)
    for i in range(3):
        assert min(chi2_p(right[:, i]), ecdf_p(right[:, i])) > 1e-3
        assert chi2_p(narrow[:, i]) < 1e-4
        assert ecdf_p(moved[:, i]) < 1e-4

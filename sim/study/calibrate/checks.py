"""Does the inference find what is known? Synthetic truths and simulation-based calibration from worlds held back.

A world held back is a draw from the prior, its reports a draw of what would have been reported: the posterior given these must
hold the world's own values as often as it says, and their ranks among its draws must be uniform (Talts et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import UsageError
from sim.language import Phrase
from sim.study.calibrate.combined import combined
from sim.study.calibrate.run import IDENTIFIED_RATIO, Asked, Ready

Floats = npt.NDArray[np.float64]

SYNTHETIC = 20
"""Synthetic truths that are counted one by one."""

DRAWS = 99
"""Draws among which the truth is ranked, so that its rank has a hundred values."""

BINS = 20
FEWEST_TRIALS = 100
"""Trials, at least: five are expected in each bin of the ranks."""


@dataclass(frozen=True)
class Checked:
    """What trials say of one quantity or combination.

    `held` of the first `SYNTHETIC` trials had the truth inside their 90 % interval; `coverage` is the share of all; in
    `told_apart` trials the quantity was identified, of which `held_apart` held the truth. `chi2_p` and `ecdf_p` are
    p-values of uniform ranks; None of both where a quantity is no parameter.
    """

    name: str
    held: int
    coverage: float
    told_apart: int
    held_apart: int
    chi2_p: float
    ecdf_p: float
    ratio: float
    """Median over trials of posterior over prior standard deviation."""


@dataclass(frozen=True)
class Checks:
    """All trials, by quantity and combination; `ranks` has shape (n_trials, n_names), from 0 to `DRAWS`."""

    trials: int
    rows: tuple[Checked, ...]
    ranks: npt.NDArray[np.int64]

    @property
    def least_p(self) -> float:
        """The smallest p-value of uniform ranks, times their number (Bonferroni): under 0.05 something is wrong."""
        values = [p for row in self.rows for p in (row.chi2_p, row.ecdf_p)]
        return min(1.0, min(values) * len(values))

    @property
    def low_p(self) -> int:
        """How many of all p-values lie under 0.05: one in twenty is expected."""
        return sum(p < 0.05 for row in self.rows for p in (row.chi2_p, row.ecdf_p))


def check_trials(asked: Asked) -> None:
    """Refuse a check with too few worlds held back.

    Raises
    ------
    UsageError
        Naming how many it takes.
    """
    if asked.trials < FEWEST_TRIALS:
        raise UsageError(Phrase(
            "--trials: the check needs at least {least:,} worlds held back, got {got:,}", least=FEWEST_TRIALS, got=asked.trials
        ))  # fmt: skip


def checks(ready: Ready) -> Checks:
    """Infer from the reports of every world held back, and compare with what it holds.

    Raises
    ------
    UsageError
        As `check_trials`.
    """
    asked = ready.asked
    check_trials(asked)
    ready_to_infer, prior = ready.inference(), ready.prior
    before = _all(ready, prior.quantiles[: asked.worlds])
    spread = before.std(axis=0)
    truths = _all(ready, prior.quantiles[asked.worlds :])
    ranks, inside, ratios = [], [], []
    for truth, reports in zip(truths, ready.reports[asked.worlds :], strict=True):
        draws = _all(ready, ready_to_infer.posterior(reports).quantiles)
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        inside.append((low <= truth) & (truth <= high))
        ratios.append(draws.std(axis=0) / spread)
        chosen = np.linspace(0, len(draws) - 1, DRAWS).round().astype(np.int64)
        ranks.append((draws[chosen] < truth).sum(axis=0))
    return _checked(ready, np.array(ranks), np.array(inside), np.array(ratios))


def _all(ready: Ready, quantiles: Floats) -> Floats:
    """Values of all quantities and logarithms of all combinations, shape (n, n_names)."""
    values = ready.prior.values(quantiles)
    return np.column_stack([values, *(np.log(of) for of in combined(ready.prior.keys, values).values())])


def _checked(ready: Ready, ranks: npt.NDArray[np.int64], inside: npt.NDArray[np.bool_], ratios: Floats) -> Checks:
    names = (*ready.prior.keys, *combined(ready.prior.keys, ready.prior.values(ready.prior.quantiles[:1])))
    apart = ratios <= IDENTIFIED_RATIO
    rows = [
        Checked(
            name, int(inside[:SYNTHETIC, i].sum()), float(inside[:, i].mean()), int(apart[:, i].sum()),
            int((apart & inside)[:, i].sum()), chi2_p(ranks[:, i]), ecdf_p(ranks[:, i]), float(np.median(ratios[:, i])),
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    return Checks(len(ranks), tuple(rows), ranks)


def chi2_p(ranks: npt.NDArray[np.int64]) -> float:
    """P-value of equal counts of ranks in `BINS` bins."""
    from scipy.special import chdtrc

    counts = np.bincount(ranks * BINS // (DRAWS + 1), minlength=BINS)
    expected = len(ranks) / BINS
    return float(chdtrc(BINS - 1, np.square(counts - expected).sum() / expected))


def ecdf_p(ranks: npt.NDArray[np.int64]) -> float:
    """P-value of the largest distance between the ranks' distribution and the uniform one (Kolmogorov).

    The ranks are whole numbers, which makes it a little too large.
    """
    from scipy.special import kolmogorov

    steps = np.arange(DRAWS + 1)
    share = np.searchsorted(np.sort(ranks), steps, side="right") / len(ranks)
    distance = float(np.abs(share - (steps + 1) / (DRAWS + 1)).max())
    return float(kolmogorov(np.sqrt(len(ranks)) * distance))


def as_object(found: Checks) -> dict[str, Any]:
    """The checks as part of the object that `--json` prints."""
    return {
        "trials": found.trials, "synthetic": SYNTHETIC, "least_p_bonferroni": found.least_p, "p_under_0.05": found.low_p,
        "p_values": 2 * len(found.rows),
        "quantities": [
            {"name": row.name, "held_of_20": row.held, "coverage_90": row.coverage, "identified_in": row.told_apart,
             "held_where_identified": row.held_apart, "chi2_p": row.chi2_p, "ecdf_p": row.ecdf_p, "sd_ratio": row.ratio}
            for row in found.rows
        ],
    }  # fmt: skip

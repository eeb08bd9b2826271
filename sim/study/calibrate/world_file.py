"""The calibrated world as a scenario file: the prior world, medians as central values, posterior draws as worlds."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import numpy as np

from sim.scenario.files import available
from sim.scenario.quantity import Quantity
from sim.study.calibrate.run import Calibration
from sim.study.calibrate.table import KNOWN_ON

DIGITS = 6
"""Significant digits of a draw."""

SOURCE = "A181"
"""The assumption that says what posterior draws rest on."""

PRIOR_ENDING, ENDING = "-regimes", "-calibrated"


def name_of(scenario: str) -> str:
    """Name of the calibrated world of a prior world."""
    return Path(scenario).stem.removesuffix(PRIOR_ENDING) + ENDING


def text_of(found: Calibration, folder: Path) -> str:
    """The file as text, to stand in a folder."""
    asked, prior = found.ready.asked, found.ready.prior
    model = found.ready.experiment.scenario.model
    stem = " ".join([Path(asked.scenario).stem, *(f"--variant {Path(name).stem}" for name in asked.variants)])
    size = f"--worlds {asked.worlds} --trials {asked.trials} --seed {asked.seed}"
    head = [
        f"# {len(found.draws)} posterior draws of {len(prior.keys)} quantities, given what was reported to 30 November 2025",
        f"# (docs/calibration.md). Written by: run.py calibrate {stem} {size}",
        'kind = "scenario"',
        f'extends = "{_parent(asked.scenario, folder)}"',
        f'title = "{model.title}, calibrated"',
        f'title_fr = "{model.title_fr or model.title}, calage"',
        f'summary = "{len(found.draws)} worlds drawn from what dated reports to 30 November 2025 leave possible; '
        'nothing of December was used."',
        "",
    ]
    central = np.median(found.draws, axis=0)
    body = [
        f"{key} = {_quantity(quantity, _rounded(quantity, float(value)))}"
        for key, quantity, value in zip(prior.keys, prior.quantities, central, strict=True)
    ]
    rows = [
        "    [" + ", ".join(_rounded(q, v) for q, v in zip(prior.quantities, row, strict=True)) + "],"
        for row in found.draws.tolist()
    ]
    posterior = [
        "",
        "[posterior]",
        f"seed = {asked.seed}",
        f"fitted_to = {KNOWN_ON - timedelta(days=1)}",
        f'source = "{SOURCE}"',
        f'note = "calibration of {stem}; most quantities are not identified: see docs/calibration.md"',
        f"worlds = [{', '.join(map(str, found.posterior.rows.tolist()))}]",
        "keys = [", *(f'    "{key}",' for key in prior.keys), "]",
        "draws = [", *rows, "]", "",
    ]  # fmt: skip
    return "\n".join([*head, *body, *posterior])


def _parent(scenario: str, folder: Path) -> str:
    return scenario if scenario in available("scenario") else Path(os.path.relpath(scenario, folder)).as_posix()


def _rounded(quantity: Quantity, value: float) -> str:
    """A value with `DIGITS` digits, within the quantity's range."""
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    return repr(min(max(float(f"{value:.{DIGITS}g}"), low), high))


def _quantity(quantity: Quantity, central: str) -> str:
    parts = [f"value = {central}", f"low = {quantity.low!r}", f"high = {quantity.high!r}"]
    parts += [f'source = "{quantity.source}"'] if quantity.source else []
    parts += [f'confidence = "{quantity.confidence}"'] if quantity.confidence else []
    return "{ " + ", ".join([*parts, 'note = "median of the posterior draws"']) + " }"

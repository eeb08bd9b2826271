"""The figure of a calibration: prior against posterior."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.report.charts.calibrated import Belief, calibrated
from sim.report.charts.chart import Chart
from sim.report.context import ChartContext
from sim.report.words import Bilingual
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.scenario.strategy import Strategy
from sim.study.calibrate.run import Calibration

Floats = npt.NDArray[np.float64]
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def chart_of(found: Calibration) -> Chart:
    """Ranges of every quantity before and after, as places between its low and its high value."""
    asked, prior = found.ready.asked, found.ready.prior
    before = prior.values(prior.quantiles[: asked.worlds])
    beliefs = [
        Belief(row.name, _places(before[:, i], quantity), _places(found.draws[:, i], quantity), row.ratio, row.identified)
        for i, (row, quantity) in enumerate(zip(found.learnt, prior.quantities, strict=True))
    ]
    model, strategy = found.ready.experiment.scenario.model, found.ready.experiment.strategy.model
    about = ChartContext(
        scenario=_title(model), strategy=_title(strategy), worlds=asked.worlds, chances=1,
        seed=asked.seed, uncertainty="sampled", lang="en", variants=asked.variants,
    )  # fmt: skip
    return calibrated(about, beliefs)


def _title(of: Scenario | Strategy) -> Bilingual:
    return Bilingual(of.title, of.title_fr or of.title)


def _places(values: Floats, quantity: Quantity) -> tuple[float, ...]:
    low = quantity.value if quantity.low is None else quantity.low
    high = quantity.value if quantity.high is None else quantity.high
    return tuple((100 * (np.quantile(values, SHARES) - low) / (high - low)).tolist())

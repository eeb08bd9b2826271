"""A short scenario and an engine that only draws: what experiments need, in a millisecond a run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sim.experiment.identity import Experiment
from sim.scenario.load import load_scenario, load_strategy

DAYS = 20


@pytest.fixture(scope="session")
def experiment() -> Experiment:
    """Twenty days of the normal world, under an escort strategy."""
    scenario = load_scenario("kayes-corridor-normal", overrides={"days": DAYS})
    return Experiment(scenario, load_strategy("escort-48h-150"), seed=1, uncertainty="sampled")

"""Thirty days of one corridor under attack, and experiments in them."""

from __future__ import annotations

from sim.experiment.identity import Experiment
from sim.scenario.load import load_scenario, load_strategy


def experiment(strategy: str, **overrides: object) -> Experiment:
    """An experiment; overrides by dotted key, with ``__`` in place of the dot."""
    changed = {key.replace("__", "."): value for key, value in overrides.items()}
    scenario = load_scenario("kayes-corridor", overrides={"days": 30, "warmup_days": 20, **changed})
    return Experiment(scenario, load_strategy(strategy), seed=1, uncertainty="sampled")

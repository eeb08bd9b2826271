"""The fake engine, slowed down, that notes every run it makes in a file; as a program, one run of an experiment with it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import fake_engine
from fake_engine import FakePlan

from sim.draws import Replication
from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.plan import labels_of
from sim.records import RunRecords
from sim.scenario.load import load_scenario, load_strategy

NOTES = "COUNTED_RUNS"
"""Environment variable with the path of the file of notes."""

PACE_S = 0.01
DAYS = 20
DESIGN = Design(20, 8)


def simulate(plan: FakePlan, seed: int, replication: Replication) -> RunRecords:
    time.sleep(PACE_S)
    notes = os.open(os.environ[NOTES], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(notes, f"{replication.world} {replication.chance}\n".encode())
    os.close(notes)
    return fake_engine.simulate(plan, seed, replication)


COUNTED = Engine("counted", fake_engine.make_plan, simulate, labels_of)


def experiment() -> Experiment:
    scenario = load_scenario("kayes-corridor-normal", overrides={"days": DAYS})
    return Experiment(scenario, load_strategy("escort-48h-150"), 1, "sampled")


if __name__ == "__main__":
    import counted_engine

    run_experiment(experiment(), DESIGN, counted_engine.COUNTED, workers=2, out=Path(sys.argv[1]))

"""Both engines agree on random small scenarios with every mechanism: ties, zeros, extremes, closures, strikes, all switches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from equality import assert_engines_agree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_worlds import scenarios, strategies
from worlds import Data

from sim.draws import Replication
from sim.engines.batch.layout import Sizes
from sim.engines.batch.machine import Machine
from sim.plan import make_plan
from sim.scenario.load import scenario_from_data, strategy_from_data

ROOT = Path(__file__).resolve().parents[2]
TINY = Sizes(agenda=32, cohorts=8, batches=8, ambushes=8, lots=8, parts=8, queue=8, trace=64)


def agree(data: Data, strategy: Data, seed: int, uncertainty: str, on: Machine | None = None) -> None:
    made = make_plan(
        scenario_from_data(data), strategy_from_data(strategy), seed=seed, world=seed % 2, uncertainty=uncertainty
    )
    assert_engines_agree(made, seed, Replication(seed % 2, seed), on)


random = given(scenarios(), strategies(), st.integers(0, 2), st.sampled_from(("sampled", "central")))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@random
def test_both_engines_agree(data: Data, strategy: Data, seed: int, uncertainty: str) -> None:
    agree(data, strategy, seed, uncertainty)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@random
def test_both_engines_agree_on_a_thousand(data: Data, strategy: Data, seed: int, uncertainty: str) -> None:
    agree(data, strategy, seed, uncertainty)


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") != "1", reason="every capacity that grows is compiled anew")
@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@random
def test_structures_that_are_full_grow_and_nothing_is_cut(
    data: Data, strategy: Data, seed: int, uncertainty: str
) -> None:
    agree(data, strategy, seed, uncertainty, Machine(TINY))


def test_both_engines_agree_without_the_compiler() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    chosen = [
        f"{Path(__file__)}::test_structures_that_are_full_grow_and_nothing_is_cut",
        f"{Path(__file__).with_name('test_eves.py')}::test_a_machine_with_less_room_than_an_eve_needs_begins_anew",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *chosen]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 passed" in done.stdout

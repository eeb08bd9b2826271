"""Designs and batches: every replication once, the cut independent of machines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.draws import Replication
from sim.errors import UsageError
from sim.experiment.design import BATCH_RUN_DAYS, MANY_BATCHES, MOST_RUNS, Batches, Design, design_of

designs = arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40)))


@given(designs, st.integers(1, 18_300))
def test_batches_hold_every_missing_replication_once_and_in_order(missing, days) -> None:
    cut = Batches(missing, days)
    assert [r for batch in cut for r in batch] == [Replication(*pair) for pair in np.argwhere(missing).tolist()]
    assert len(cut) == len(list(cut))


@given(designs, st.integers(1, 18_300))
def test_a_batch_is_one_run_or_at_most_the_simulated_days_of_a_batch(missing, days) -> None:
    assert all(len(batch) == 1 or len(batch) * days <= BATCH_RUN_DAYS for batch in Batches(missing, days))


@pytest.mark.parametrize(("worlds", "chances"), [(2_048, 100), (MOST_RUNS, 1)])
def test_a_large_experiment_leaves_about_a_thousand_files(worlds, chances) -> None:
    assert MANY_BATCHES <= len(Batches(np.ones((worlds, chances), dtype=bool), days=180)) <= 1.01 * MANY_BATCHES


def test_a_design_crosses_worlds_and_chances() -> None:
    assert Design(2, 3).replications == tuple(Replication(w, c) for w in (0, 1) for c in (0, 1, 2))


@pytest.mark.parametrize(("worlds", "chances"), [(0, 1), (1, 0), (1, 2_049), (10_000_000, 1), (1 << 20, 1 << 20)])
def test_a_design_outside_the_replication_number_is_refused(worlds, chances) -> None:
    with pytest.raises(UsageError, match=r"expected a whole number from 1 to"):
        design_of(worlds, chances)


@pytest.mark.parametrize(("worlds", "chances"), [(10_000, 1_000), (1_000, 2_001)])
def test_a_design_with_more_runs_than_tables_can_hold_is_refused_with_the_limit(worlds, chances) -> None:
    with pytest.raises(UsageError, match=rf"at most {MOST_RUNS:,} runs, got {worlds:,} × {chances:,}"):
        design_of(worlds, chances)

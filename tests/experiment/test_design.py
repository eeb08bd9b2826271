"""Designs and batches: every replication once, the cut independent of machines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draws import Replication
from sim.errors import UsageError
from sim.experiment.design import BATCH_RUN_DAYS, Design, batches, design_of

pairs = st.sets(st.builds(Replication, st.integers(0, 40), st.integers(0, 40)), max_size=200)


@given(pairs, st.integers(1, 18_300))
def test_batches_hold_every_missing_replication_once_and_in_order(missing, days) -> None:
    assert [r for batch in batches(missing, days) for r in batch] == sorted(missing)


@given(pairs, st.integers(1, 18_300))
def test_a_batch_is_one_run_or_at_most_the_simulated_days_of_a_batch(missing, days) -> None:
    assert all(len(batch) == 1 or len(batch) * days <= BATCH_RUN_DAYS for batch in batches(missing, days))


def test_a_design_crosses_worlds_and_chances() -> None:
    assert Design(2, 3).replications == tuple(Replication(w, c) for w in (0, 1) for c in (0, 1, 2))


@pytest.mark.parametrize(("worlds", "chances"), [(0, 1), (1, 0), (1, 2_049), (1 << 20, 1 << 20)])
def test_a_design_outside_the_replication_number_is_refused(worlds, chances) -> None:
    with pytest.raises(UsageError, match=r"expected a whole number from 1 to"):
        design_of(worlds, chances)

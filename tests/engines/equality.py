"""What it means that two engines agree: outcomes bit for bit, traces row for row."""

from __future__ import annotations

import numpy as np

from sim.draws import Replication
from sim.engines.batch.eves import Eves
from sim.engines.batch.machine import Machine, machine
from sim.engines.reference import simulate
from sim.plan import Plan
from sim.records import EventRecord, RunRecords


def assert_equal_records(reference: RunRecords, batch: RunRecords) -> None:
    """Every number of two runs is the same."""
    assert batch.replication == reference.replication
    assert batch.tallies == reference.tallies
    assert batch.convoys == reference.convoys
    assert np.array_equal(batch.daily.by_product, reference.daily.by_product)
    assert np.array_equal(batch.daily.by_run, reference.daily.by_run)
    assert (batch.costs, batch.stations, batch.power) == (reference.costs, reference.stations, reference.power)


def assert_engines_agree(plan: Plan, seed: int, replication: Replication, on: Machine | None = None) -> None:
    """Both engines leave the same records and the same trace of a run.

    Without a trace, the batch engine skips what only a trace would show, and leaves the same records; so it does when it keeps
    the eve of the run, and when it begins with one that was kept.
    """
    expected: list[EventRecord] = []
    found: list[EventRecord] = []
    reference = simulate(plan, seed, replication, trace=expected)
    used = on or machine()
    eves = Eves()
    for trace, shared in ((found, None), (None, None), (None, eves), (None, eves)):
        (batch,) = used.run(plan, seed, [replication], trace, eves=shared)
        assert_equal_records(reference, batch)
    for i, (a, b) in enumerate(zip(expected, found, strict=False)):
        assert a == b, f"row {i} of the trace"
    assert len(found) == len(expected)

"""All anchors: what is listed first in each family, then further values that are not printed anywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim.experiment.engines import engine_named
from sim.experiment.pool import DUTY
from sim.experiment.runner import spread
from sim.study.validate import convoy_size, outage, queues, statistics, thinning, turnaround
from sim.study.validate.anchors import Anchor, Effort

Case = Callable[[], list[Anchor]]
Tell = Callable[[int, int], None]
"""Told how many cases are done, of how many."""


def cases(effort: Effort) -> list[Case]:
    """The computations behind the anchors, in the order of the table."""
    return [
        *(partial(queues.bays_anchors, name, effort) for name in queues.PUBLISHED),
        *(partial(outage.outage_anchors, 0.04, 0.25, m, effort) for m in outage.PUBLISHED),
        *(partial(outage.outage_anchors, alpha, beta, m, effort) for alpha, beta, m in outage.FURTHER),
        *(partial(convoy_size.capacity_anchors, size, effort) for size in (*convoy_size.PUBLISHED, *convoy_size.FURTHER)),
        partial(convoy_size.merging_anchors, effort),
        *(partial(convoy_size.fraction_anchors, size, effort) for size in convoy_size.PUBLISHED),
        *(partial(thinning.thinning_anchors, name, effort) for name in thinning.CASES),
        *(partial(turnaround.least_anchors, name) for name in turnaround.CASES),
        *(partial(turnaround.slower_anchors, clearance_h) for clearance_h in turnaround.SLOWER),
        *(partial(turnaround.convoy_anchors, size, hours) for size, hours in ((20, 24), (20, 48), (8, 12))),
        statistics.selection_anchors,
        statistics.replications_anchors,
    ]


def validate(effort: Effort, workers: int = 1, tell: Tell | None = None) -> list[Anchor]:
    """All anchors in the order of the table; what they are does not depend on workers.

    Raises
    ------
    RunError
        If a worker process is killed.
    """
    todo = list(enumerate(cases(effort)))
    found: dict[int, list[Anchor]] = {}

    def keep(done: tuple[int, list[Anchor]]) -> None:
        found[done[0]] = done[1]
        if tell is not None:
            tell(len(found), len(todo))

    # The cases are Python, not compiled loops: beside each other they need processes, whatever engine they use.
    spread(_computed, todo, engine_named("reference"), workers, keep)
    return [anchor for i in range(len(todo)) for anchor in found[i]]


def _computed(case: tuple[int, Case]) -> tuple[int, list[Anchor]]:
    with DUTY.computing():
        return case[0], case[1]()

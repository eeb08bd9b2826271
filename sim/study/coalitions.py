"""Runs of one experiment under every coalition of its mechanisms: which are on, the others at their neutral value.

All coalitions meet the same worlds and the same luck. Their outcomes are stored beside ordinary results, a row for each run
of each coalition, so that what was run once is never run again.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.outcomes import Values, outcomes_to
from sim.errors import UsageError
from sim.experiment.cell import Progress, Report
from sim.experiment.cluster import Workers
from sim.experiment.design import Batch, Design
from sim.experiment.engines import Engine
from sim.experiment.identity import Experiment
from sim.experiment.pool import DUTY
from sim.experiment.runner import Work, place_of, plan_of, runs_under, spread, unpacked
from sim.experiment.store.derived import outcome_columns
from sim.experiment.store.parquet import Column, with_nan
from sim.experiment.store.shards import Origin, Shards, sql_type, write_rows
from sim.language import Phrase
from sim.plan import Plan, without
from sim.records import Labels, RunStack
from sim.scenario.model import Mechanisms

MECHANISMS = tuple(Mechanisms.model_fields)
"""All mechanisms, in the order of every table."""

RUNS_OF_ITEM, RUNS_OF_SLOW_ITEM = 640, 64
"""Runs that are made and stored together, about: with an engine that runs many at once, and with one that does not."""

PERIODS = 8
"""Periods into which a horizon is cut, at most."""

ADDING = ("shortage_days_", "queue_days_", "stations_below_half_days", "litres_unmet", "tankers_lost", "inflow_l")
"""Beginnings of the names of metrics whose values in two periods add up to that of both."""


class Period(NamedTuple):
    """Some whole months of the horizon, or what it has of them."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def periods_of(labels: Labels) -> list[Period]:
    """The calendar months of the horizon; where they are more than `PERIODS`, as many of them together as it takes."""
    starts = [labels.start]
    end = labels.start + timedelta(days=labels.days)
    while (following := (starts[-1].replace(day=1) + timedelta(days=32)).replace(day=1)) < end:
        starts.append(following)
    firsts = starts[:: -(-len(starts) // PERIODS)]
    return [Period(first, after - timedelta(days=1)) for first, after in zip(firsts, [*firsts[1:], end], strict=True)]


def in_periods(runs: RunStack, labels: Labels) -> dict[str, Values]:
    """Metrics of runs within each period, by name and the period's days; of those that add up over periods."""
    found: dict[str, Values] = {}
    before: dict[str, Values] = {}
    for period in periods_of(labels):
        begun = outcomes_to(runs, labels.products, labels.retail, (period.last - labels.start).days + 1)
        for name in (name for name in begun if name.startswith(ADDING)):
            found[f"{name}@{period}"] = begun[name] - before[name] if before else begun[name]
        before = begun
    return found


@dataclass(frozen=True)
class Coalitions:
    """An experiment whose mechanisms are switched off in every combination, and where its runs are stored."""

    experiment: Experiment
    engine: Engine
    folder: Path

    @property
    def players(self) -> tuple[str, ...]:
        """The mechanisms that are on in the scenario; one that is off there cannot cause anything."""
        return tuple(name for name, on in self.experiment.scenario.model.mechanisms if on)

    @property
    def work(self) -> Work:
        """What a worker needs."""
        e = self.experiment
        return Work(
            self.engine, e.scenario.name, e.strategy.name, e.scenario.model, e.strategy.model, e.seed, e.uncertainty
        )

    @property
    def origin(self) -> Origin:
        """What its shards are marked with."""
        return self.experiment.origin

    @property
    def kind(self) -> str:
        """Kind of its shards: it names the code that computes outcomes, and the number of coalitions."""
        return f"coalitions-{2 ** len(self.players)}-{self.origin.outcomes}"

    def missing(self, design: Design) -> Batch:
        """Replications of a design that are not stored."""
        there = np.zeros(design, dtype=np.bool_)
        shards = Shards(self.folder, self.origin)
        if paths := shards.of_kind(self.kind):
            found = shards.query(
                paths,
                "DISTINCT world, chance",
                f"WHERE world < {design.worlds} AND chance < {design.chances}",
            )
            there[found["world"], found["chance"]] = True
        return tuple(pair for pair in design.replications if not there[pair])

    def values(self, design: Design, metric: str) -> dict[str, npt.NDArray[Any]]:
        """A metric and its values within periods, by column: each of shape (n_coalitions, n_runs), NaN where undefined."""
        shards = Shards(self.folder, self.origin)
        paths = shards.of_kind(self.kind)
        periods = periods_of(self.engine.labels_of(self.experiment.scenario.model))
        ends = [f"{metric}@{period}" for period in periods]
        columns = [metric, *(ends if metric.startswith(ADDING) else ())]
        found = shards.query(
            paths,
            ", ".join(["coalition", "world", "chance", *(f'"outcome_{name}"' for name in columns)]),
            f"WHERE world < {design.worlds} AND chance < {design.chances} "
            "QUALIFY row_number() OVER (PARTITION BY coalition, world, chance ORDER BY filename) = 1 "
            "ORDER BY coalition, world, chance",
        )
        shape = (2 ** len(self.players), design.runs)
        return {name: with_nan(found[f"outcome_{name}"]).reshape(shape) for name in columns}

    def store(self, made: Made) -> Path:
        """Store outcomes of all coalitions in some replications."""
        columns = {name: Column("INTEGER", made.columns[name]) for name in ("coalition", "world", "chance")}
        outcomes = {name: values for name, values in made.columns.items() if name not in columns}
        columns |= {f"outcome_{name}": Column(sql_type(values), values) for name, values in outcomes.items()}
        return write_rows(self.folder, self.origin, columns, self.kind)


class Item(NamedTuple):
    """A piece of work: which experiment, and replications of it."""

    place: int
    replications: Batch


class Made(NamedTuple):
    """What a piece of work gave: columns of outcomes, a row for each run of each coalition."""

    place: int
    columns: Mapping[str, Values]


def run_coalitions(
    asked: Sequence[Coalitions], design: Design, workers: Workers, report: Report | None = None
) -> None:
    """Run and store what is missing of several experiments.

    Raises
    ------
    RunError
        Naming scenario, strategy, seed and replication.
    """
    engine = asked[0].engine
    items: list[Item] = []
    total = done = 0
    for place, coalitions in enumerate(asked):
        count = 2 ** len(coalitions.players)
        missing = coalitions.missing(design)
        total += count * design.runs
        done += count * (design.runs - len(missing))
        size = max(1, (RUNS_OF_SLOW_ITEM if engine.simulate_many is None else RUNS_OF_ITEM) // count)
        items += [Item(place, missing[first : first + size]) for first in range(0, len(missing), size)]
    if not items:
        return

    def keep(made: Made) -> None:
        nonlocal done
        asked[made.place].store(made)
        done += len(made.columns["world"])
        if report is not None:
            report(Progress(done, total, None, None, None))

    if report is not None:
        report(Progress(done, total, None, None, None))
    works = [(coalitions.work, coalitions.players) for coalitions in asked]
    spread(_task(works, engine, workers, len(items)), items, engine, workers, keep)


def _task(works: Sequence[tuple[Work, tuple[str, ...]]], engine: Engine, workers: Workers, items: int) -> Callable[[Item], Made]:
    if place_of(engine, workers, items) in ("here", "threads"):
        return partial(outcomes_of, works)
    return partial(outcomes_in_worker, pickle.dumps(works, protocol=pickle.HIGHEST_PROTOCOL))


def outcomes_in_worker(packed: bytes, item: Item) -> Made:
    """Outcomes of an item in a worker process."""
    works = unpacked(packed)
    with DUTY.computing():
        return outcomes_of(works, item)


def outcomes_of(works: Sequence[tuple[Work, tuple[str, ...]]], item: Item) -> Made:
    """Outcomes of all coalitions of an experiment in some replications, coalition k having player i where its bit i is 1."""
    work, players = works[item.place]
    labels = work.engine.labels_of(work.scenario)
    parts = [
        _in_world(work, players, labels, plan_of(work, world), tuple(replications))
        for world, replications in groupby(item.replications, key=lambda replication: replication.world)
    ]
    return Made(item.place, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _in_world(
    work: Work, players: tuple[str, ...], labels: Labels, plan: Plan, replications: Batch
) -> dict[str, Values]:
    """Outcomes of all coalitions in one world; coalitions that make the same Plan are run once."""
    place: dict[tuple[Any, ...], int] = {}
    stacks: list[RunStack] = []
    places: list[int] = []
    for coalition in range(2 ** len(players)):
        switched = without(plan, [name for i, name in enumerate(players) if not coalition >> i & 1])
        same = (*vars(switched.switches).values(), switched.escorts.transit_factor)
        if same not in place:
            place[same] = len(stacks)
            stacks.append(runs_under(work, switched, replications))
        places.append(place[same])
    # Outcomes of all at once: few runs at a time would keep the other threads waiting for the interpreter.
    runs = RunStack.joined(stacks)
    found = outcome_columns(runs, labels) | in_periods(runs, labels)
    n = len(replications)
    row = (np.array(places)[:, None] * n + np.arange(n)).ravel()
    return {"coalition": np.repeat(np.arange(len(places)), n), **{name: values[row] for name, values in found.items()}}


def check_metric(values: npt.NDArray[Any], metric: str, strategy: str) -> None:
    """Refuse a metric that some run leaves undefined: it has no share in a difference.

    Raises
    ------
    UsageError
        Naming the metric and in how many runs it is undefined.
    """
    undefined = int(np.isnan(values.astype(np.float64)).sum())
    if undefined:
        raise UsageError(Phrase(
            "metric: {metric} is undefined in {n:,} of {runs:,} runs under {strategy} with mechanisms on and off; a difference "
            "can be split only where every run has a value: ask for shortage_days_any, litres_unmet, tankers_lost or another "
            "metric that every run has",
            metric=metric, n=undefined, runs=values.size, strategy=strategy,
        ))  # fmt: skip

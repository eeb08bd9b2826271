"""Why one strategy does better than another, or why a strategy leaves shortage: exact shares of the mechanisms.

Players are the mechanisms of the scenario that are on. A coalition is worth what the difference is (or, for one strategy, what
the metric is) with these mechanisms on and the others at their neutral value, in identical worlds and with identical luck.
Everything here is exact: outcomes are whole numbers or fractions of the machine, and shares are fractions of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.metrics import metrics_for
from sim.analysis.shapley import Exact, exact, shapley
from sim.analysis.units import FEWEST_UNITS, independent_units, means
from sim.draws import Replication
from sim.errors import UsageError
from sim.experiment.cell import Report
from sim.experiment.cluster import Workers
from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.identity import Experiment, product_titles
from sim.experiment.store.writing import Waiting, alone_in, check_writable, note_waiting
from sim.language import Phrase, either
from sim.records import Metric
from sim.study.coalitions import MECHANISMS, Coalitions, Period, check_metric, periods_of, run_coalitions

REMAINDER = "departure timing and convoy size"
"""The difference of two strategies with every mechanism at its neutral value."""

CELLS = "cells"
"""Folder with the runs of all coalitions."""


class Part(NamedTuple):
    """What a mechanism (or the remainder) has of a difference: the mean over runs, exact, and its 95 % interval over worlds.

    `shown_by` is the replication in which it has most of it, in the direction of its mean; None where it has nothing.
    """

    name: str
    value: Fraction
    low: float | None
    high: float | None
    shown_by: Replication | None


class Within(NamedTuple):
    """A period's part of a difference and of each of its parts; they add up over periods and over parts."""

    period: Period
    difference: Fraction
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Explanation:
    """A difference and its parts, which sum to it exactly.

    For two strategies the difference is the metric under `second` less the metric under `first`, and the last part is the
    remainder. For one strategy (`second` is None) it is the metric as it is less the metric with every mechanism neutral,
    which is `neutral`; `within` then has its periods, if the metric adds up over them.
    """

    metric: Metric
    first: Experiment
    second: Experiment | None
    design: Design
    difference: Fraction
    low: float | None
    high: float | None
    parts: tuple[Part, ...]
    neutral: Fraction
    within: tuple[Within, ...] = ()


def decompose(
    first: Experiment,
    second: Experiment,
    metric: str,
    design: Design,
    engine: Engine,
    *,
    folder: Path,
    workers: Workers = 1,
    report: Report | None = None,
    waiting: Waiting = note_waiting,
) -> Explanation:
    """The difference of a metric between two strategies in one scenario, split over its mechanisms and the remainder.

    Parameters
    ----------
    first, second
        Experiments that differ in the strategy alone.
    metric
        Name of a metric that every run has.
    folder
        Where runs are stored; what is there already is not run again.

    Raises
    ------
    UsageError
        If the experiments do not share scenario, seed and uncertainty, or the metric is unknown or undefined in a run.
    """
    check_alike(first, second)
    found = _values([first, second], metric, design, engine, folder, workers, report, waiting)
    players = Coalitions(first, engine, folder).players
    worth = exact(found[1][metric]) - exact(found[0][metric])
    shares = _by_mechanism(shapley(worth), players, design)
    parts = _parts((*MECHANISMS, REMAINDER), np.concatenate([shares, worth[:1]]), design)
    low, high = _interval(worth[-1], design)
    return Explanation(
        metric_of(first, metric), first, second, design, _mean(worth[-1]), low, high, parts, neutral=_mean(worth[0])
    )


def causes(
    experiment: Experiment,
    metric: str,
    design: Design,
    engine: Engine,
    *,
    folder: Path,
    workers: Workers = 1,
    report: Report | None = None,
    waiting: Waiting = note_waiting,
) -> Explanation:
    """What each mechanism adds to a metric under one strategy, against all of them neutral, in all and by period."""
    (found,) = _values([experiment], metric, design, engine, folder, workers, report, waiting)
    players = Coalitions(experiment, engine, folder).players
    worth = exact(found[metric])
    shares = _by_mechanism(shapley(worth), players, design)
    caused = worth[-1] - worth[0]
    low, high = _interval(caused, design)
    within = []
    for period, values in zip(periods_of(engine.labels_of(experiment.scenario.model)), list(found.values())[1:], strict=False):
        inside = exact(values)
        split = _by_mechanism(shapley(inside), players, design)
        within.append(Within(period, _mean(inside[-1] - inside[0]), tuple(_mean(row) for row in split)))
    return Explanation(
        metric_of(experiment, metric), experiment, None, design, _mean(caused), low, high,
        _parts(MECHANISMS, shares, design), _mean(worth[0]), tuple(within),
    )  # fmt: skip


def check_alike(first: Experiment, second: Experiment) -> None:
    """Refuse two experiments whose replications are not the same worlds.

    Raises
    ------
    UsageError
        Naming what differs.
    """
    pairs = {
        "scenario": (first.scenario.digest, second.scenario.digest),
        "seed": (first.seed, second.seed),
        "uncertainty": (first.uncertainty, second.uncertainty),
    }
    differing = tuple(name for name, (one, other) in pairs.items() if one != other)
    if differing:
        raise UsageError(Phrase(
            "why: the two strategies were not run in the same worlds ({what} differ); name two strategies of one scenario and "
            "one seed",
            what=differing,
        ))  # fmt: skip


def metric_of(experiment: Experiment, name: str) -> Metric:
    """The metric of that name in the world of an experiment.

    Raises
    ------
    UsageError
        Naming the metrics that there are.
    """
    from difflib import get_close_matches

    from sim.plan import labels_of

    scenario = experiment.scenario.model
    known = {metric.name: metric for metric in metrics_for(labels_of(scenario).retail, product_titles(scenario))}
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
        raise UsageError(Phrase('metric: there is no "{name}"; did you mean {near}?', name=name, near=either(near)))
    return known[name]


def _values(
    experiments: Sequence[Experiment], metric: str, design: Design, engine: Engine, folder: Path, workers: Workers,
    report: Report | None, waiting: Waiting,
) -> list[dict[str, npt.NDArray[Any]]]:  # fmt: skip
    """The metric of every coalition of each experiment, run and stored where it was not."""
    metric_of(experiments[0], metric)
    asked = [Coalitions(e, engine, folder / CELLS / e.folder_name) for e in experiments]
    if any(coalitions.missing(design) for coalitions in asked):
        check_writable(folder)
        with alone_in(folder, waiting):
            run_coalitions(asked, design, workers, report)
    found = [coalitions.values(design, metric) for coalitions in asked]
    for experiment, values in zip(experiments, found, strict=True):
        check_metric(values[metric], metric, experiment.strategy.name)
    return found


def _by_mechanism(shares: Exact, players: tuple[str, ...], design: Design) -> Exact:
    """Shares of all mechanisms, shape (n_mechanisms, n_runs): one that is off in the world has nothing."""
    rows = np.full((len(MECHANISMS), design.runs), Fraction(0), dtype=object)
    for player, row in zip(players, shares, strict=True):
        rows[MECHANISMS.index(player)] = row
    return rows


def _parts(names: tuple[str, ...], rows: Exact, design: Design) -> tuple[Part, ...]:
    return tuple(
        Part(name, _mean(row), *_interval(row, design), _most(row, design)) for name, row in zip(names, rows, strict=True)
    )


def _mean(row: Exact) -> Fraction:
    return Fraction(sum(row.tolist(), Fraction(0))) / len(row)


def _interval(row: Exact, design: Design) -> tuple[float | None, float | None]:
    """95 % interval of the mean of a row over independent units; None with too few of them."""
    pairs = np.array(design.replications)
    found = means(row.astype(np.float64), independent_units(pairs[:, 0], pairs[:, 1]))
    if found.units[0] < FEWEST_UNITS:
        return None, None
    mean, half = float(_mean(row)), float(found.half()[0])
    return mean - half, mean + half


def _most(row: Exact, design: Design) -> Replication | None:
    """The replication with most of a part, in the direction of its mean (upwards if that is 0); of equal ones the first."""
    sign = -1 if _mean(row) < 0 else 1
    signed = [sign * value for value in row.tolist()]
    most = max(signed)
    return design.replications[signed.index(most)] if most > 0 else None

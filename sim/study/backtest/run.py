"""The back-test: runs of every set of books and variant, read off and scored, with the baselines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of, run_experiment
from sim.experiment.identity import Experiment
from sim.experiment.results import Results
from sim.experiment.store.derived import DAILY_MOST_RUNS
from sim.language import Phrase
from sim.plan import labels_of
from sim.scenario.sampling import in_world
from sim.study.backtest.readings import READINGS, Days
from sim.study.backtest.scores import Floats, Scored, log_score, persistence_share, scored
from sim.study.backtest.targets import Role, Target, load_targets

BOOKS = ("customs", "minister")
VARIANTS = ("", "loss-fraction", "detection", "budget", "lull-truce", "lull-escort", "long-pause", "power-uncut")
"""The plain world and the variants that lie over it; all have the same weight."""

PLAIN, POOLED = "plain", "pooled"
NORMAL, PERSISTENCE = "normal", "persistence"
STRATEGY = "observed-2025"

Tell = Callable[[int, int], None]
"""Told how many experiments are done, of how many."""


@dataclass(frozen=True)
class Asked:
    """What is back-tested."""

    books: tuple[str, ...]
    variants: tuple[str, ...]
    design: Design
    seed: int
    workers: int
    out: Path


@dataclass(frozen=True)
class Backtest:
    """Scores of all targets: of every variant, of their pool, and of the world without the blockade."""

    asked: Asked
    model: tuple[Scored, ...]
    """By set of books and variant (`PLAIN` for none), then `POOLED`."""
    normal: tuple[Scored, ...]

    def rows(self, books: str, variant: str) -> tuple[Scored, ...]:
        """Scores of one set of books under one variant, or of `POOLED` or `NORMAL`, by date."""
        source = self.normal if variant == NORMAL else self.model
        return tuple(row for row in source if (row.books, row.variant) == (books, variant))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of everything that is scored beside persistence: variants, pool, normal world."""
        return (*(name or PLAIN for name in self.asked.variants), POOLED, NORMAL)


def check_asked(asked: Asked) -> None:
    """Refuse what cannot be back-tested.

    Raises
    ------
    UsageError
        Unknown books or variants, or more runs than daily records are kept of.
    """
    for book in asked.books:
        if book not in BOOKS:
            raise UsageError(Phrase('--books: expected one of {names}, got "{got}"', names=BOOKS, got=book))
    if asked.design.runs > DAILY_MOST_RUNS:
        raise UsageError(Phrase(
            "worlds × chances: the back-test reads daily records, which are kept of at most {most:,} runs; got {got:,}",
            most=DAILY_MOST_RUNS, got=asked.design.runs,
        ))  # fmt: skip


def backtest(asked: Asked, tell: Tell | None = None) -> Backtest:
    """Run what is not stored yet, read off every target, and score it.

    Raises
    ------
    UsageError, ScenarioError, ResultsError, RunError
        As `check_asked`, and as running the worlds does.
    """
    check_asked(asked)
    targets = {books: load_targets(books) for books in asked.books}
    todo = [(books, variant) for books in asked.books for variant in (*asked.variants, NORMAL)]
    values: dict[tuple[str, str], list[Floats]] = {}
    for done, (books, variant) in enumerate(todo):
        if tell is not None:
            tell(done, len(todo))
        days = _played(asked, books, variant)
        values[books, variant] = [read(days, target) for target in targets[books]]
    model, normal = [], []
    runs = asked.design.runs
    for books in asked.books:
        for variant in asked.variants:
            model += _scored(targets[books], books, variant or PLAIN, values[books, variant], runs)
        together = [np.concatenate(of) for of in zip(*(values[books, v] for v in asked.variants), strict=True)]
        model += _scored(targets[books], books, POOLED, together, runs)
        normal += _scored(targets[books], books, NORMAL, values[books, NORMAL], runs)
    return Backtest(asked, tuple(model), tuple(normal))


def _played(asked: Asked, books: str, variant: str) -> Days:
    world = f"normal-2025-{books}" if variant == NORMAL else f"blockade-2025-{books}"
    overlay = [variant] if variant not in ("", NORMAL) else []
    experiment = experiment_of(world, STRATEGY, seed=asked.seed, variants=overlay)
    engine = engine_named("auto", experiment.run_days(asked.design))
    results = run_experiment(experiment, asked.design, engine, workers=asked.workers, out=asked.out)
    return days_of(experiment, results)


def days_of(experiment: Experiment, results: Results) -> Days:
    """Daily records of results as arrays."""
    labels = labels_of(experiment.scenario.model)
    daily = results.daily
    worlds = daily["world"].to_numpy()[:: labels.days * len(labels.products)]
    return Days(daily, labels.start, labels.products, labels.retail, _stations(experiment, worlds))


def _stations(experiment: Experiment, worlds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Number of stations in the world of each run."""
    found: dict[int, int] = {}
    for world in np.unique(worlds).tolist():
        city = in_world(experiment.scenario.model, experiment.seed, world, experiment.uncertainty).city
        found[world] = 0 if city.stations is None else round(city.stations.count.value)
    return np.array([found[world] for world in worlds.tolist()], np.int64)


def read(days: Days, target: Target) -> Floats:
    """What every run says of a target."""
    return READINGS[target.reading](days, target.product, target.first_day, target.last_day)


def _scored(targets: Sequence[Target], books: str, variant: str, values: list[Floats], runs: int) -> list[Scored]:
    return [scored(target, books, variant, of, runs) for target, of in zip(targets, values, strict=True)]


def totals(found: Backtest, books: str, column: str, role: Role | None = None) -> dict[str, Any]:
    """Scores of one column (a variant, `POOLED`, `NORMAL`, `PERSISTENCE`) added up over the targets of a role, or all.

    ``log_score`` is the sum; ``coverage_50``, ``coverage_90`` are shares of targets; ``median_width`` is in widths of the
    observed bands, one that never ends being the widest; ``expected_50``, ``expected_90`` are the coverage that right bands
    would have; ``crps`` is the mean over targets with a sharp number, as a share of
    it. None where undefined.
    """
    rows = [row for row in found.rows(books, POOLED if column == PERSISTENCE else column) if role in (None, row.target.role)]
    if column == PERSISTENCE:
        sharp = [
            abs(row.target.persistence - row.target.sharp) / row.target.sharp
            for row in rows
            if row.target.sharp is not None and row.target.persistence is not None
        ]
        return {
            "targets": len(rows),
            "log_score": sum(log_score(persistence_share(row.target), row.runs) for row in rows),
            "crps": _mean(sharp), "coverage_50": None, "coverage_90": None, "expected_50": None, "expected_90": None,
            "median_width": None,
        }  # fmt: skip
    return total_of(rows)


Total = dict[str, Any]
"""Scores added up, by name: see `totals`."""


def total_of(rows: Sequence[Scored]) -> Total:
    """Scores of some targets added up."""
    widest = median(math.inf if row.width is None else row.width for row in rows)
    return {
        "targets": len(rows),
        "log_score": sum(row.log_score for row in rows),
        "crps": _mean([row.crps for row in rows if row.crps is not None]),
        "coverage_50": _mean([float(row.inside_50) for row in rows]),
        "coverage_90": _mean([float(row.inside_90) for row in rows]),
        "expected_50": _mean([row.expected_50 for row in rows]),
        "expected_90": _mean([row.expected_90 for row in rows]),
        "median_width": widest if math.isfinite(widest) else None,
    }


SHARES = ("lowest_share", "mean_share", "mean_closed")
"""Readings that lie between 0 and 1, whatever happens."""


def shares_alone(found: Backtest, books: str) -> dict[str, Any]:
    """Log scores of the targets that are shares: of the pool, and of who takes any share for as likely as any other."""
    rows = [row for row in found.rows(books, POOLED) if row.target.reading in SHARES]
    evenly = (log_score(row.target.high - row.target.low, row.runs) for row in rows)
    return {"targets": len(rows), "model": sum(row.log_score for row in rows), "evenly": sum(evenly)}


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def as_object(found: Backtest) -> dict[str, Any]:
    """The back-test as the object that `--json` prints."""
    asked = found.asked
    columns = (*found.columns, PERSISTENCE)
    parts: tuple[tuple[str, Role | None], ...] = (("all", None), ("fitted", "fitted"), ("held_out", "held_out"))
    return {
        "targets": [_row(row) for row in found.model],
        "scores": {
            "weights": {name or PLAIN: 1 / len(asked.variants) for name in asked.variants},
            "worlds": asked.design.worlds, "chances": asked.design.chances, "seed": asked.seed,
            "books": {
                books: {name: {part: totals(found, books, name, role) for part, role in parts} for name in columns}
                for books in asked.books
            },
            "shares_alone": {books: shares_alone(found, books) for books in asked.books},
        },
    }  # fmt: skip


def _row(row: Scored) -> dict[str, Any]:
    target = row.target
    observed = {"observed_low": target.low, "observed_high": target.high}
    shown: dict[str, Any] = {**observed, "p05": row.p05, "p50": row.p50, "p95": row.p95}
    if target.is_date:
        shown = {key: None if value is None else date.fromordinal(round(value)).isoformat() for key, value in shown.items()}
    place = {"id": target.id, "books": row.books, "variant": row.variant, "role": target.role}
    return {**place, **shown, "inside_90": row.inside_90}



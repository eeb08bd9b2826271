"""What a sweep found: means with intervals at every point, and paired differences from the baseline and the reference point."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.metrics import bounds_of
from sim.analysis.summary import Statistic, statistic
from sim.analysis.units import Floats, independent_units, means
from sim.experiment.store.writing import write_bytes
from sim.records import Metric
from sim.scenario.experiment_file import EVERY_SCENARIO, EVERY_STRATEGY, SIGNIFICANT
from sim.study.design import Case, Point
from sim.study.spreadsheet import Cell, csv_bytes
from sim.study.sweeping import Swept

LONG, WIDE, OBJECT = "tables/sweep.csv", "tables/points.csv", "sweep.json"
"""Files of a study folder: a row a point × strategy × metric, a row a point × strategy, and all of it as one object."""


class Gap(NamedTuple):
    """A paired difference of means with its 95 % t interval over independent units; None where unknown."""

    mean: float | None
    low: float | None
    high: float | None


NO_GAP = Gap(None, None, None)


@dataclass(frozen=True)
class Cellular:
    """One point of a sweep under one strategy: statistics and differences by metric name."""

    case: Case
    strategy: str
    statistics: Mapping[str, Statistic]
    from_baseline: Mapping[str, Gap]
    """Empty with a single strategy."""
    from_reference: Mapping[str, Gap]


@dataclass(frozen=True)
class SweepTable:
    """All cells of a sweep, by case and strategy."""

    swept: Swept

    @cached_property
    def cells(self) -> tuple[Cellular, ...]:
        """Cells in the order of cases and strategies."""
        return tuple(cell for reading in self.swept.readings() for cell in self._cells(reading))

    def _cells(self, reading: tuple[int, ...]) -> Iterator[Cellular]:
        swept = self.swept
        study = swept.study
        baseline, reference = study.strategies.index(study.baseline), swept.reference(reading)
        many = len(study.strategies) > 1
        gaps = {metric.name: self._gaps(metric.name, reading, baseline, reference) for metric in swept.metrics}
        for i, place in enumerate(reading):
            case = study.cases[place]
            for k, strategy in enumerate(study.strategies):
                yield Cellular(
                    case, strategy,
                    {metric.name: self._statistic(metric, place, k, case.scenario.model.days) for metric in swept.metrics},
                    {name: found[0][i][k] for name, found in gaps.items()} if many else {},
                    {name: found[1][i][k] for name, found in gaps.items()},
                )  # fmt: skip

    def _statistic(self, metric: Metric, place: int, strategy: int, days: int) -> Statistic:
        bounds = bounds_of(metric.name, metric.unit, days)
        return statistic(self.swept.values[place][metric.name][strategy], self.swept.worlds, bounds)

    def _gaps(
        self, name: str, reading: tuple[int, ...], baseline: int, reference: int
    ) -> tuple[list[list[Gap]], list[list[Gap]]]:
        """Differences from the baseline at the same point, and from the same strategy at the reference; by point and strategy."""
        values = np.stack([self.swept.values[place][name] for place in reading])
        at_reference = self.swept.values[reference][name]
        return self._paired(values - values[:, baseline : baseline + 1]), self._paired(values - at_reference)

    def _paired(self, differences: Floats) -> list[list[Gap]]:
        points, strategies, runs = differences.shape
        found = means(differences.reshape(-1, runs), independent_units(self.swept.worlds, self.swept.chances))
        halves = found.half()
        gaps = [
            NO_GAP if np.isnan(mean) else Gap(float(mean), None, None) if np.isnan(half)
            else Gap(float(mean), float(mean - half), float(mean + half))
            for mean, half in zip(found.mean, halves, strict=True)
        ]  # fmt: skip
        return [gaps[i * strategies : (i + 1) * strategies] for i in range(points)]

    def long(self) -> bytes:
        """``tables/sweep.csv``: a row a point × strategy × metric."""
        keys = self.swept.study.keys
        header = ["scenario", "variant", *keys, "strategy", "metric", "unit", *NUMBERS, *FROM_BASELINE, *FROM_REFERENCE]
        rows = (
            [*_named(cell), metric.name, metric.unit, *_numbers(cell, metric.name)]
            for cell in self.cells
            for metric in self.swept.metrics
        )
        return csv_bytes(header, rows)

    def wide(self) -> bytes:
        """``tables/points.csv``: a row a point × strategy, with the metrics that the study names."""
        study = self.swept.study
        names = list(dict.fromkeys([study.metric, *study.metrics]))
        header = ["scenario", "variant", *study.keys, "strategy"]
        header += [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
        header += [f"{study.metric}{end}" for end in ("_from_reference", "_from_reference_low", "_from_reference_high")]
        rows = []
        for cell in self.cells:
            numbers = [number for name in names for number in cell.statistics[name][:3]]
            rows.append([*_named(cell), *numbers, *cell.from_reference[study.metric]])
        return csv_bytes(header, rows)

    def as_object(self) -> dict[str, Any]:
        """What ``--json`` prints and ``sweep.json`` holds: whatever engine and workers, the same."""
        study, design = self.swept.study, self.swept.design
        points: dict[int, dict[str, Any]] = {}
        for cell in self.cells:
            case = cell.case
            named = {"scenario": case.scenario.name, "variant": case.variant, "point": dict(case.point), "strategies": []}
            entry = points.setdefault(id(case), named)
            entry["strategies"].append({
                "name": cell.strategy,
                "metrics": {name: found._asdict() for name, found in cell.statistics.items()},
                "difference": {name: gap._asdict() for name, gap in cell.from_baseline.items()},
                "from_reference": {name: gap._asdict() for name, gap in cell.from_reference.items()},
            })  # fmt: skip
        return {
            "study": study.name,
            "metric": study.metric,
            "baseline": study.baseline,
            "keys": list(study.keys),
            "reference": dict(study.reference),
            "worlds": design.worlds,
            "chances": design.chances,
            "seed": study.seed,
            "uncertainty": study.uncertainty,
            "units": {metric.name: metric.unit for metric in self.swept.metrics},
            "points": list(points.values()),
        }

    def write(self) -> list[Path]:
        """Write all tables into the study folder; the paths written."""
        folder = self.swept.folder
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_object(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        contents = {LONG: self.long(), WIDE: self.wide(), OBJECT: text.encode()}
        for name, content in contents.items():
            write_bytes(folder / name, content)
        return [folder / name for name in contents]


NUMBERS = ("mean", "low", "high", "p05", "p50", "p95", "n_defined")
FROM_BASELINE = ("difference", "difference_low", "difference_high")
FROM_REFERENCE = ("from_reference", "from_reference_low", "from_reference_high")
"""Columns of the long table: over runs, against the baseline at the same point, against the reference point."""


def _named(cell: Cellular) -> list[Cell]:
    return [cell.case.scenario.name, cell.case.variant, *(value for _, value in cell.case.point), cell.strategy]


def _numbers(cell: Cellular, name: str) -> list[Cell]:
    return [*cell.statistics[name], *cell.from_baseline.get(name, NO_GAP), *cell.from_reference[name]]


def text_of(value: str | int | float | bool) -> str:
    """A value of a grid as a file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.{SIGNIFICANT}g}" if isinstance(value, float) else str(value)


def shown_point(point: Point) -> str:
    """A point as an option would give it: ``scenario.days=30, strategy.convoys.size=60``."""
    return ", ".join(f"{key}={text_of(value)}" for key, value in point)


def short_key(key: str) -> str:
    """A grid key without the word for every scenario or strategy."""
    head, _, rest = key.partition(".")
    return rest if head in (EVERY_SCENARIO, EVERY_STRATEGY) else f"{head}: {rest}"

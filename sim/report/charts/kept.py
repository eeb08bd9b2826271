"""Charts kept as numbers and words in both languages, so that a folder without runs can draw them again."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import ResultsError
from sim.experiment.store.writing import write_bytes
from sim.language import Phrase
from sim.report.charts.chart import Chart
from sim.report.charts.daily import DailyFan, Fan, Observation
from sim.report.charts.marks import Look
from sim.report.charts.rows import Column, Mark, Panel, RowsChart
from sim.report.context import ChartContext
from sim.report.style import Hue
from sim.report.sweep_chart import HeatMap, Line, Measure, Scale, SweepLines
from sim.report.words import Bilingual

FILE = "charts.json"
CHARTS: tuple[type[Chart], ...] = (DailyFan, RowsChart, HeatMap, SweepLines)
PARTS: tuple[type[Any], ...] = (ChartContext, Fan, Observation, Panel, Mark, Column, Look, Hue, Scale, Measure, Line)
KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (*CHARTS, *PARTS)}
"""What a file may hold; a name that is not here is refused."""


def keep_charts(charts: Sequence[Chart], folder: Path) -> Path:
    """Path of the file in a folder that holds charts; equal charts give equal bytes."""
    content = {"charts": [_plain(chart) for chart in charts]}
    path = folder / FILE
    write_bytes(path, (json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode())
    return path


def kept_charts(folder: Path) -> list[Chart]:
    """Charts that a folder holds.

    Raises
    ------
    ResultsError
        If the file cannot be read as charts.
    """
    path = folder / FILE
    try:
        found = [_whole(one) for one in json.loads(path.read_text(encoding="utf-8"))["charts"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultsError(Phrase("{file}: not readable as charts: {reason}", file=path, reason=str(error))) from error
    if not all(isinstance(one, CHARTS) for one in found):
        raise ResultsError(Phrase("{file}: not readable as charts: {reason}", file=path, reason="charts"))
    return found


def _plain(value: Any) -> Any:
    """A value as JSON has it: phrases in both languages, arrays with null for what is unknown, parts by their kind."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return {"number": str(value)} if not math.isfinite(value) else float(value)
    if isinstance(value, Phrase):
        return {"en": value.said("en"), "fr": value.said("fr")}
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, np.ndarray):
        return {"array": _plain(value.tolist()), "of": value.dtype.name}
    if type(value) in KINDS.values():
        names = [field.name for field in fields(value)] if is_dataclass(value) else value._fields
        return {"kind": type(value).__name__, **{name: _plain(getattr(value, name)) for name in names}}
    if isinstance(value, frozenset):
        return {"set": sorted(_plain(one) for one in value)}
    return [_plain(one) for one in value]


def _whole(value: Any) -> Any:
    """What `_plain` made plain; lists become tuples."""
    if isinstance(value, list):
        return tuple(_whole(one) for one in value)
    if not isinstance(value, dict):
        return value
    match value:
        case {"number": text}:
            return float(text)
        case {"en": english, "fr": french}:
            return Bilingual(english, french)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"array": numbers, "of": kind}:
            return np.array(_whole(numbers), dtype={"float64": np.float64, "bool": np.bool_, "int64": np.int64}[kind])
        case {"set": members}:
            return frozenset(_whole(members))
        case {"kind": kind, **given}:
            return KINDS[kind](**{name: _whole(one) for name, one in given.items()})
    raise ValueError(next(iter(value), ""))

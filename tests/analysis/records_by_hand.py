"""Run records written down by hand."""

from __future__ import annotations

import numpy as np

from sim.draws import Replication
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Daily, RunRecords

PRODUCTS = ("petrol", "diesel")


def records(days: int = 6, costs: tuple[float, float] = (0.0, 0.0), **given: object) -> RunRecords:
    """A run of `days` days in which all is zero but the daily columns and tallies given by name."""
    by_product = np.zeros((len(DAILY_COLUMNS), days, len(PRODUCTS)), np.int64)
    tallies = dict.fromkeys(TALLIES, 0)
    for name, value in given.items():
        if name in DAILY_COLUMNS:
            by_product[list(DAILY_COLUMNS).index(name)] = value
        else:
            assert name in tallies and isinstance(value, int)
            tallies[name] = value
    by_run = np.zeros((len(DAILY_RUN_COLUMNS), days), np.int64)
    return RunRecords(Replication(0, 0), Daily(by_product, by_run), (), tallies, costs)

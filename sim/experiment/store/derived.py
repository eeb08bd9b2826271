"""Tables derived from shards: outcomes, daily, daily quantiles and convoys of the design asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.analysis.metrics import is_whole, metrics_for
from sim.analysis.outcomes import outcome, outcome_to
from sim.analysis.summary import DAILY_QUANTILES, daily_quantiles
from sim.draws import CHANCES_PER_WORLD
from sim.experiment.design import Design
from sim.experiment.store.parquet import Column, sha256, write_table
from sim.experiment.store.shards import Shards
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Ints, Labels, RunRecords

if TYPE_CHECKING:
    from pandas import DataFrame

Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]

OUTCOMES = "outcomes.parquet"
DAILY = "daily.parquet"
QUANTILES = "daily_quantiles.parquet"
CONVOYS = "convoys.parquet"
TABLES = (OUTCOMES, CONVOYS, DAILY, QUANTILES)
"""From the coarse to the fine."""

DAILY_MOST_RUNS = 2_000
"""Above so many runs `daily.parquet` is left out; `daily_quantiles.parquet` still covers all of them."""


def quantile_name(share: float) -> str:
    """Name of a quantile column: ``q05`` for 0.05."""
    return f"q{round(100 * share):02d}"


def write_derived(
    folder: Path, shards: Shards, design: Design, labels: Labels, strategy: str
) -> dict[str, str]:
    """Write all derived tables of a design and return the SHA-256 of each by file name."""
    written = _write_runs(folder, shards, design, labels, strategy)
    written += _write_days(folder, shards, design, labels)
    return {path.name: sha256(path) for path in sorted(written)}


def _identity(world: Any, chance: Any) -> dict[str, Column]:
    worlds, chances = np.asarray(world, dtype=np.int64), np.asarray(chance, dtype=np.int64)
    return {
        "world": Column("INTEGER", worlds),
        "chance": Column("INTEGER", chances),
        "replication": Column("INTEGER", worlds * CHANCES_PER_WORLD + chances),
    }


def _texts(names: Sequence[str], index: npt.ArrayLike) -> Column:
    column: npt.NDArray[Any] = np.array([*names, ""], dtype=object)[np.asarray(index, dtype=np.int64)]
    return Column("VARCHAR", column)


def _write_runs(folder: Path, shards: Shards, design: Design, labels: Labels, strategy: str) -> list[Path]:
    outcomes: list[dict[str, Values]] = []
    convoys: list[Ints] = []
    for runs in shards.runs(design, len(labels.products)):
        # Turned into arrays part by part: rows of Python objects take ten times the memory.
        rows = [outcome_row(run, labels) for run in runs]
        outcomes.append({name: _numbers([row[name] for row in rows]) for name in rows[0]})
        of_runs = [(*run.replication, i, *convoy) for run in runs for i, convoy in enumerate(run.convoys)]
        convoys.append(np.array(of_runs, dtype=np.int64).reshape(-1, 3 + len(Convoy._fields)))
    found = {name: np.concatenate([part[name] for part in outcomes]) for name in outcomes[0]}
    return [
        _write_outcomes(folder / OUTCOMES, found, labels, strategy),
        _write_convoys(folder / CONVOYS, np.concatenate(convoys), labels),
    ]


def _numbers(values: Sequence[float | None]) -> Values:
    """Whole numbers as they are, others as floats with NaN for None."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    return np.array(values, dtype=np.float64)


def outcome_row(run: RunRecords, labels: Labels) -> dict[str, Any]:
    """Row of ``outcomes.parquet`` of a run: its identity, tallies, metrics, and metrics to the days of `report_to`."""
    found = outcome(run, labels.products, labels.retail)
    for until in labels.report_to:
        days = (until - labels.start).days + 1
        begun = outcome_to(run, labels.products, labels.retail, days)
        found |= {f"{name}@{until.isoformat()}": value for name, value in begun.items()}
    return {"world": run.replication.world, "chance": run.replication.chance, **run.tallies, **found}


def _write_outcomes(path: Path, found: Mapping[str, Values], labels: Labels, strategy: str) -> Path:
    columns = _identity(found["world"], found["chance"])
    columns["strategy"] = _texts([strategy], np.zeros(len(found["world"])))
    for name in TALLIES:
        columns[name] = Column("BIGINT", found[name])
    for metric in metrics_for(labels.retail):
        if metric.name not in TALLIES:
            values = found[metric.name].astype(np.float64)
            columns[metric.name] = Column("BIGINT" if is_whole(metric) else "DOUBLE", values)
    for name in found:
        if "@" in name:
            columns[name] = Column("DOUBLE", found[name].astype(np.float64))
    return write_table(lambda _: path, columns)


def _write_convoys(path: Path, table: Ints, labels: Labels) -> Path:
    field = {name: table[:, 3 + i] for i, name in enumerate(Convoy._fields)}
    epoch = np.datetime64(datetime(labels.epoch.year, labels.epoch.month, labels.epoch.day), "s")

    def moment(name: str) -> Column:
        seconds = field[name]
        times = np.where(seconds < 0, np.datetime64("NaT"), epoch + seconds.astype("timedelta64[s]"))
        return Column("TIMESTAMP", times.astype("datetime64[us]"))

    columns = {
        **_identity(table[:, 0], table[:, 1]),
        "convoy": Column("INTEGER", table[:, 2]),
        "corridor": _texts(labels.corridors, field["corridor"]),
        **{name.removesuffix("_s"): moment(name) for name in ("slot_s", "departed_s", "arrived_s")},
        **{name: Column("INTEGER", field[name]) for name in Convoy._fields[4:]},
    }
    return write_table(lambda _: path, columns)


def _dates(first_day: date, day: Ints) -> Column:
    start = np.datetime64(first_day.isoformat(), "D")
    return Column("DATE", (start + day.astype("timedelta64[D]")).astype("datetime64[us]"))


def _write_days(folder: Path, shards: Shards, design: Design, labels: Labels) -> list[Path]:
    n_products = len(labels.products)
    kept = design.runs <= DAILY_MOST_RUNS
    quantiles, daily = [], {}
    for name in (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS):
        values = shards.daily(name, design)
        quantiles.append(daily_quantiles(values))
        if kept:
            repeats = 1 if name in DAILY_COLUMNS else n_products
            daily[name] = Column("BIGINT", np.repeat(values.ravel(), repeats))
    table = _quantile_table(quantiles, labels.start, labels.days, labels.products)
    written = [write_table(lambda _: folder / QUANTILES, table)]
    if kept:
        columns = {**_days_of_runs(design, labels), **daily}
        written.append(write_table(lambda _: folder / DAILY, columns))
    return written


def _days_of_runs(design: Design, labels: Labels) -> dict[str, Column]:
    n_days, n_products = labels.days, len(labels.products)
    pairs = np.array(design.replications, dtype=np.int64)
    each = np.repeat(pairs, n_days * n_products, axis=0)
    day = np.tile(np.repeat(np.arange(n_days), n_products), len(pairs))
    product = np.tile(np.arange(n_products), len(pairs) * n_days)
    return {
        **_identity(each[:, 0], each[:, 1]),
        "date": _dates(labels.start, day),
        "product": _texts(labels.products, product),
    }


def quantiles_of(daily: DataFrame, products: Sequence[str]) -> DataFrame:
    """Daily quantiles over the runs of a daily table, laid out like ``daily_quantiles.parquet``."""
    from pandas import DataFrame

    n_runs = daily[["world", "chance"]].drop_duplicates().shape[0]
    quantiles = []
    for name in (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS):
        values = daily[name].to_numpy(dtype=np.int64).reshape(n_runs, -1)
        quantiles.append(daily_quantiles(values if name in DAILY_COLUMNS else values[:, :: len(products)]))
    days = quantiles[-1].shape[0]
    table = _quantile_table(quantiles, daily["date"].iloc[0].date(), days, products)
    return DataFrame({name: column.values for name, column in table.items()})


def _quantile_table(
    quantiles: Sequence[npt.NDArray[np.float64]], first_day: date, n_days: int, products: Sequence[str]
) -> dict[str, Column]:
    """One row per date, product and column; columns of the whole run have the empty product."""
    n_products = len(products)
    columns = (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS)
    of_run = len(DAILY_RUN_COLUMNS)
    by_product = len(DAILY_COLUMNS)
    product = np.concatenate(
        [np.tile(np.arange(n_products), n_days * by_product), np.full(n_days * of_run, -1)]
    )
    day_by_product = np.tile(np.repeat(np.arange(n_days), n_products), by_product)
    day = np.concatenate([day_by_product, np.tile(np.arange(n_days), of_run)])
    position = np.repeat(np.arange(len(columns)), [len(block) for block in quantiles])
    values = np.concatenate(quantiles)
    return {
        "date": _dates(first_day, day),
        "product": _texts(products, product),
        "column": _texts(columns, position),
        **{quantile_name(q): Column("DOUBLE", values[:, i].copy()) for i, q in enumerate(DAILY_QUANTILES)},
    }

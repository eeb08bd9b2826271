"""Tables derived from shards: outcomes, daily, daily quantiles and convoys of the design asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.analysis.metrics import is_whole, metrics_for
from sim.analysis.outcomes import Values, outcomes, outcomes_to, single
from sim.analysis.sketch import Sketch
from sim.analysis.summary import DAILY_QUANTILES, daily_quantiles
from sim.draws import CHANCES_PER_WORLD
from sim.experiment.design import Design
from sim.experiment.results import OUTCOMES
from sim.experiment.store.parquet import Column, sha256, write_table
from sim.experiment.store.shards import Shards
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Ints, Labels, RunRecords, RunStack

if TYPE_CHECKING:
    from pandas import DataFrame

DAILY = "daily.parquet"
QUANTILES = "daily_quantiles.parquet"
CONVOYS = "convoys.parquet"
SHORT_ANY = "shortage_any"
"""Column of `daily_quantiles.parquet`: 1 on a day on which at least one product is short."""
DAYS = (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS, SHORT_ANY)
"""Columns of which `daily_quantiles.parquet` has quantiles and means; from those of the whole run on without product."""
_SHORTAGE = list(DAILY_COLUMNS).index("shortage")
TABLES = (OUTCOMES, CONVOYS, DAILY, QUANTILES)
"""From the coarse to the fine."""

DAILY_MOST_RUNS = 2_000
"""Above so many runs `daily.parquet` is left out; `daily_quantiles.parquet` still covers all of them."""


def quantile_name(share: float) -> str:
    """Name of a quantile column: ``q05`` for 0.05."""
    return f"q{round(100 * share):02d}"


def write_derived(
    folder: Path, shards: Shards, design: Design, labels: Labels, strategy: str, daily_kept: bool
) -> dict[str, str]:
    """Write all derived tables of a design and return the SHA-256 of each by file name.

    Without daily records, quantiles come from sketches, and convoys are left out like the records of days.
    """
    if daily_kept:
        written = _write_runs(folder, shards, design, labels, strategy)
    else:
        written = _write_outcomes_alone(folder, shards, design, labels, strategy)
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
    stacks = list(shards.runs(design, len(labels.products)))
    runs = RunStack.joined(stacks)
    del stacks
    blocks, daily = [], {}
    for i, name in enumerate((*DAILY_COLUMNS, *DAILY_RUN_COLUMNS)):
        of_run = i - len(DAILY_COLUMNS)
        values = runs.by_product[:, i] if of_run < 0 else runs.by_run[:, of_run]
        flat = np.ascontiguousarray(values).reshape(len(runs), -1)
        blocks.append(_statistics(flat))
        daily[name] = Column("BIGINT", np.repeat(flat.ravel(), 1 if of_run < 0 else len(labels.products)))
    blocks.append(_statistics(any_short(runs)))
    table = _quantile_table(blocks, labels.start, labels.days, labels.products)
    convoy = np.arange(len(runs.convoys)) - np.repeat(runs.convoy_ends[:-1], np.diff(runs.convoy_ends))
    owner = np.repeat(np.stack([runs.world, runs.chance], axis=1), np.diff(runs.convoy_ends), axis=0)
    return [
        _write_outcomes(folder / OUTCOMES, outcome_columns(runs, labels), labels, strategy),
        _write_convoys(folder / CONVOYS, np.column_stack([owner, convoy, runs.convoys]), labels),
        write_table(lambda _: folder / QUANTILES, table),
        write_table(lambda _: folder / DAILY, {**_days_of_runs(design, labels), **daily}),
    ]


def _write_outcomes_alone(
    folder: Path, shards: Shards, design: Design, labels: Labels, strategy: str
) -> list[Path]:
    series = series_of(labels)
    sketch, parts, counted = Sketch(series), [], np.zeros(design, dtype=np.bool_)
    for found, part in shards.outcomes(design):
        parts.append(found)
        sketch.merge(part)
        counted[found["world"], found["chance"]] = True
    for runs in shards.runs(design, len(labels.products)):
        missing = runs.chosen(~counted[runs.world, runs.chance])
        if len(missing):
            parts.append(outcome_columns(missing, labels))
            sketch.add(*daily_series(missing))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((joined["chance"], joined["world"]))
    statistics = np.column_stack([sketch.quantiles(DAILY_QUANTILES), sketch.means()])
    lengths = [labels.days * (len(labels.products) if i < len(DAILY_COLUMNS) else 1) for i in range(len(DAYS))]
    blocks = np.split(statistics, np.cumsum(lengths)[:-1])
    table = _quantile_table(blocks, labels.start, labels.days, labels.products)
    return [
        _write_outcomes(folder / OUTCOMES, {n: values[order] for n, values in joined.items()}, labels, strategy),
        write_table(lambda _: folder / QUANTILES, table),
    ]


def series_of(labels: Labels) -> int:
    """Number of daily series of a run: columns × days × products, and columns × days."""
    return labels.days * (len(DAILY_COLUMNS) * len(labels.products) + len(DAYS) - len(DAILY_COLUMNS))


def daily_series(runs: RunStack) -> tuple[Ints, Ints, Ints]:
    """Daily series of runs, (n_runs, n_series) together, in the order of `DAYS`."""
    n = len(runs)
    return runs.by_product.reshape(n, -1), runs.by_run.reshape(n, -1), any_short(runs)


def any_short(runs: RunStack) -> Ints:
    """Whether at least one product is short, shape (n_runs, n_days): 1 or 0."""
    return np.asarray((runs.by_product[:, _SHORTAGE] > 0).any(axis=2), np.int64)


def _statistics(values: Ints) -> npt.NDArray[np.float64]:
    """Quantiles and mean over runs of daily values (n_runs, n_series), a row a series."""
    return np.column_stack([daily_quantiles(values), values.mean(axis=0)])


def outcome_columns(runs: RunStack, labels: Labels) -> dict[str, Values]:
    """Columns of ``outcomes.parquet``: identity of each run, tallies, metrics, and metrics to the days of `report_to`."""
    found: dict[str, Values] = {"world": runs.world, "chance": runs.chance}
    found |= {name: runs.tallies[:, i] for i, name in enumerate(TALLIES)}
    found |= outcomes(runs, labels.products, labels.retail)
    for until in labels.report_to:
        begun = outcomes_to(runs, labels.products, labels.retail, (until - labels.start).days + 1)
        found |= {f"{name}@{until.isoformat()}": values for name, values in begun.items()}
    return found


def outcome_row(run: RunRecords, labels: Labels) -> dict[str, Any]:
    """Row of ``outcomes.parquet`` of a single run; None where undefined."""
    return single(outcome_columns(RunStack.of([run]), labels))


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
    blocks = []
    for name in (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS):
        values = daily[name].to_numpy(dtype=np.int64).reshape(n_runs, -1)
        blocks.append(_statistics(values if name in DAILY_COLUMNS else values[:, :: len(products)]))
    short = daily["shortage"].to_numpy(dtype=np.int64).reshape(n_runs, -1, len(products))
    blocks.append(_statistics(short.max(axis=2)))
    days = blocks[-1].shape[0]
    table = _quantile_table(blocks, daily["date"].iloc[0].date(), days, products)
    return DataFrame({name: column.values for name, column in table.items()})


def _quantile_table(
    blocks: Sequence[npt.NDArray[np.float64]], first_day: date, n_days: int, products: Sequence[str]
) -> dict[str, Column]:
    """One row per date, product and column; columns of the whole run have the empty product."""
    n_products, by_product = len(products), len(DAILY_COLUMNS)
    of_run = len(DAYS) - by_product
    product = np.concatenate(
        [np.tile(np.arange(n_products), n_days * by_product), np.full(n_days * of_run, -1)]
    )
    day_by_product = np.tile(np.repeat(np.arange(n_days), n_products), by_product)
    day = np.concatenate([day_by_product, np.tile(np.arange(n_days), of_run)])
    position = np.repeat(np.arange(len(DAYS)), [len(block) for block in blocks])
    values = np.concatenate(blocks)
    return {
        "date": _dates(first_day, day),
        "product": _texts(products, product),
        "column": _texts(DAYS, position),
        **{quantile_name(q): Column("DOUBLE", values[:, i].copy()) for i, q in enumerate(DAILY_QUANTILES)},
        "mean": Column("DOUBLE", values[:, -1].copy()),
    }

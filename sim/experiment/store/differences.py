"""Two tables of the same layout held against each other, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.experiment.interrupts import uninterrupted
from sim.experiment.results import OUTCOMES
from sim.experiment.store.derived import CONVOYS, DAILY, QUANTILES
from sim.experiment.store.parquet import database, quoted

KEYS = {
    OUTCOMES: ("world", "chance"),
    CONVOYS: ("world", "chance", "convoy"),
    DAILY: ("world", "chance", "date", "product"),
    QUANTILES: ("date", "product", "column"),
}
"""Columns that name a row of each table."""


class Difference(NamedTuple):
    """A value that is another one; None where there is none. A whole row that only one has has the column ``""``."""

    row: Mapping[str, Any]
    column: str
    stored: Any
    made: Any


class Differences(NamedTuple):
    """How many values differ, and the first of them; what cannot be read has a reason instead."""

    values: int = 0
    first: Difference | None = None
    unreadable: str = ""

    def __bool__(self) -> bool:
        return self.values > 0 or bool(self.unreadable)


def table_differences(stored: Path, made: Path) -> Differences:
    """Differences of two tables of one name, by row and then by column; a row that only one has counts as one value."""
    import duckdb

    keys = KEYS[made.name]
    try:
        with uninterrupted():
            return _compared(stored, made, keys)
    except duckdb.Error as error:
        return Differences(unreadable=str(error).splitlines()[0])


def _columns(path: Path) -> list[str]:
    return [row[0] for row in database().execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(path)})").fetchall()]


def _compared(stored: Path, made: Path, keys: tuple[str, ...]) -> Differences:
    old, new = _columns(stored), _columns(made)
    columns = [name for name in [*new, *(name for name in old if name not in new)] if name not in keys]
    differs = [f"CAST(s.there AND m.there AND {_unequal(name, old, new)} AS INTEGER)" for name in columns]
    alone = "CAST(s.there IS NULL OR m.there IS NULL AS INTEGER)"
    joined = (
        f"(SELECT *, true AS there FROM read_parquet({quoted(stored)})) s FULL JOIN "
        f"(SELECT *, true AS there FROM read_parquet({quoted(made)})) m USING ({', '.join(_name(key) for key in keys)})"
    )
    many = " + ".join(f"coalesce({text}, 0)" for text in [*differs, alone])
    ((total,),) = database().execute(f"SELECT coalesce(sum({many}), 0) FROM {joined}").fetchall()
    if not total:
        return Differences()
    order = ", ".join(_name(key) for key in keys)
    flags = ", ".join(f"coalesce({text}, 0)" for text in [alone, *differs])
    values = ", ".join(f"{_value('s', name, old)}, {_value('m', name, new)}" for name in columns)
    query = f"SELECT {order}, s.there, m.there, {flags}, {values} FROM {joined} WHERE {many} > 0 ORDER BY {order} LIMIT 1"
    (row,) = database().execute(query).fetchall()
    return Differences(int(total), _first(keys, columns, row))


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _value(side: str, column: str, there: list[str]) -> str:
    return f"{side}.{_name(column)}" if column in there else "NULL"


def _unequal(column: str, old: list[str], new: list[str]) -> str:
    if column not in old or column not in new:
        return "true"
    return f"s.{_name(column)} IS DISTINCT FROM m.{_name(column)}"


def _first(keys: tuple[str, ...], columns: list[str], row: tuple[Any, ...]) -> Difference:
    place = dict(zip(keys, row, strict=False))
    stored_there, made_there, alone, *rest = row[len(keys) :]
    if alone:
        return Difference(place, "", bool(stored_there), bool(made_there))
    flags, values = rest[: len(columns)], rest[len(columns) :]
    i = flags.index(1)
    return Difference(place, columns[i], values[2 * i], values[2 * i + 1])

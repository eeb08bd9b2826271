"""Parquet tables with the same bytes for the same data."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError
from sim.experiment.interrupts import uninterrupted
from sim.experiment.store.writing import settle, temporary
from sim.language import Phrase

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame

T = TypeVar("T")

ROW_GROUP_ROWS = 122_880

Compression = Literal["zstd", "snappy"]
"""How a file is compressed: smaller, or in half of the time."""


class Column(NamedTuple):
    """A column to write: its SQL type and its values; NaN in a column of numbers is written as NULL."""

    sql_type: str
    values: npt.NDArray[Any]


def database() -> DuckDBPyConnection:
    """The in-memory database of the calling thread; it works in one thread, as several would write rows in any order."""
    return _database_of(threading.get_ident())


@cache
def _database_of(thread: int) -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )


def quoted(text: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _expression(name: str, column: Column) -> str:
    value = f'"{name}"'
    if column.values.dtype.kind == "f":
        value = f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"
    return f'CAST({value} AS {column.sql_type}) AS "{name}"'


def write_table(
    path_of: Callable[[str], Path], columns: Mapping[str, Column], notes: Mapping[str, str] | None = None,
    compression: Compression = "zstd",
) -> Path:  # fmt: skip
    """Write a table and return its path.

    Parameters
    ----------
    path_of
        The path for the SHA-256 (hexadecimal) of the bytes: shards are named by it, derived tables ignore it.
    columns
        By name, all of one length.
    notes
        Texts by key that are stored in the file beside the table.
    """
    select = ", ".join(_expression(name, column) for name, column in columns.items())
    options = f"FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
    if notes:
        options += f", KV_METADATA {{{', '.join(f'{key}: {quoted(text)}' for key, text in notes.items())}}}"
    with uninterrupted(), temporary(path_of("0" * 64).parent) as tmp:
        database().register("given", {name: column.values for name, column in columns.items()})
        try:
            _copy(f"SELECT {select} FROM given", tmp, options)
        finally:
            database().unregister("given")
        path = path_of(sha256(tmp))
        settle(tmp, path)
    return path


def _copy(query: str, path: Path, options: str) -> None:
    """Write the rows of a query; errors of the disk are raised as `OSError`, as everywhere else."""
    import duckdb

    try:
        database().execute(f"COPY ({query}) TO {quoted(path)} ({options})")
    except duckdb.IOException as error:
        number = re.search(r'"errno":"(\d+)"', str(error))
        if number is None:
            raise OSError(None, str(error)) from error
        raise OSError(int(number[1]), os.strerror(int(number[1]))) from error


def notes_of(path: Path) -> dict[str, str]:
    """Texts stored in a Parquet file beside its table, by key.

    Raises
    ------
    ResultsError
        If it is no Parquet file.
    """
    import duckdb

    try:
        with uninterrupted():
            rows = database().execute(f"SELECT key, value FROM parquet_kv_metadata({quoted(path)})").fetchall()
    except duckdb.Error as error:
        raise ResultsError(Phrase("{path}: no Parquet file", path=path)) from error
    return {key.decode(): value.decode() for key, value in rows}


def sha256(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_table(path: Path, digest: str | None = None) -> DataFrame:
    """A table as a DataFrame.

    Raises
    ------
    ResultsError
        If the file is missing, or is not the one that the manifest describes by its SHA-256 `digest`.
    """
    return _read(path, digest, lambda found: found.df())


def read_numbers(path: Path, digest: str | None = None) -> dict[str, npt.NDArray[Any]]:
    """The columns of numbers of a table by name, NaN where undefined: what `read_table` gives, without pandas.

    Raises
    ------
    ResultsError
        As `read_table`.
    """
    columns = _read(path, digest, lambda found: found.fetchnumpy())
    return {name: with_nan(values) for name, values in columns.items() if values.dtype.kind in "if"}


def with_nan(values: Any) -> npt.NDArray[Any]:
    """A column whose undefined values, masked by the database, are NaN."""
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.filled(values.astype(np.float64), np.nan)
    return np.asarray(values)


def _read(path: Path, digest: str | None, taken: Callable[[DuckDBPyConnection], T]) -> T:
    before = stamp(path)
    if before is None:
        message = Phrase("{path}: no such table; run the same command again to derive it from the shards", path=path)
        raise ResultsError(message)
    whole = digest is None or sha256(path) == digest
    if whole:
        with uninterrupted():
            found = taken(database().execute(f"SELECT * FROM read_parquet({quoted(path)})"))
        whole = digest is None or stamp(path) == before
    if not whole:
        raise ResultsError(Phrase(
            "{path}: not the table that manifest.json describes (it was changed, or another run is writing it); run the same "
            "command again to derive it from the shards",
            path=path,
        ))  # fmt: skip
    return found


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced: its number, its time and its size; None when there is no such file."""
    if not path.is_file():
        return None
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size

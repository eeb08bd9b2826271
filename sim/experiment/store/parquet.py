"""Parquet tables with the same bytes for the same data, written so that a reader never sees half a file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError, UsageError
from sim.experiment.interrupts import uninterrupted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame

ROW_GROUP_ROWS = 122_880
TMP = ".tmp"


class Column(NamedTuple):
    """A column to write: its SQL type and its values; NaN in a column of numbers is written as NULL."""

    sql_type: str
    values: npt.NDArray[Any]


@cache
def database() -> DuckDBPyConnection:
    """The in-memory database of this process; one thread, as several would write rows in any order."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )


def lists(rows: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Arrays of any length as one column of lists."""
    column = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        column[i] = row
    return column


def quoted(text: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def _expression(name: str, column: Column) -> str:
    value = f'"{name}"'
    if column.values.dtype.kind == "f":
        value = f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"
    return f'CAST({value} AS {column.sql_type}) AS "{name}"'


def write_table(path_of: Callable[[str], Path], columns: Mapping[str, Column]) -> Path:
    """Write a table and return its path.

    Parameters
    ----------
    path_of
        The path for the SHA-256 (hexadecimal) of the bytes: shards are named by it, derived tables ignore it.
    columns
        By name, all of one length.
    """
    folder = path_of("0" * 64).parent
    folder.mkdir(parents=True, exist_ok=True)
    tmp = folder / f"{os.getpid()}-{id(columns):x}{TMP}"
    select = ", ".join(_expression(name, column) for name, column in columns.items())
    with uninterrupted():
        database().register("given", {name: column.values for name, column in columns.items()})
        try:
            database().execute(
                f"COPY (SELECT {select} FROM given) TO {quoted(tmp)} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
            )
        finally:
            database().unregister("given")
        path = path_of(sha256(tmp))
        settle(tmp, path)
    return path


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tmp = path.parent / f"{os.getpid()}-{path.name}{TMP}"
    tmp.write_bytes(content)
    settle(tmp, path)


def settle(tmp: Path, path: Path) -> None:
    """Move a finished temporary file to its name, safely on the disk before it can be seen."""
    with tmp.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(tmp, path)
    if os.name == "posix":
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def check_writable(folder: Path) -> None:
    """Make a folder, and try to write in it.

    Raises
    ------
    UsageError
        If that cannot be done; the message says why.
    """
    probe = folder / f"{os.getpid()}-probe{TMP}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f'out: results cannot be written to "{folder}": {error.strerror}; name another folder with --out'
        ) from error


def sweep(folder: Path) -> None:
    """Remove temporary files whose process is gone."""
    for tmp in folder.rglob(f"*{TMP}"):
        owner = tmp.name.partition("-")[0]
        if not (owner.isdigit() and _is_running(int(owner))):
            with suppress(FileNotFoundError):
                tmp.unlink()


def _is_running(pid: int) -> bool:
    if os.name != "posix" or pid == os.getpid():
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def sha256(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_table(path: Path, digest: str | None = None) -> DataFrame:
    """A table as a DataFrame.

    Raises
    ------
    ResultsError
        If the file is missing, or is not the one that the manifest describes by its SHA-256 `digest`.
    """
    if not path.is_file():
        raise ResultsError(f"{path}: no such table; run the same command again to derive it from the shards")
    if digest is not None and sha256(path) != digest:
        raise ResultsError(
            f"{path}: not the table that manifest.json describes (it was changed, or another run is writing "
            "it); run the same command again to derive it from the shards"
        )
    with uninterrupted():
        return database().execute(f"SELECT * FROM read_parquet({quoted(path)})").df()

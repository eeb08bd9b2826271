"""Shards: the records of a batch of runs, one row a run, written once under a name made of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.draws import Replication
from sim.errors import ResultsError
from sim.experiment.design import Design
from sim.experiment.interrupts import uninterrupted
from sim.experiment.store.parquet import Column, database, lists, notes_of, quoted, sha256, write_table
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Daily, Ints, RunRecords

SHARDS = "shards"
RUNS_AT_ONCE = 500
COSTS = ("tanker_fcfa", "escort_unit_day_fcfa")
FAULTS_NAMED = 5


class Origin(NamedTuple):
    """What every shard carries, so that one that was brought from elsewhere is noticed whatever its name."""

    experiment: str
    """Identity of resolved inputs and seed."""
    model: str
    """Fingerprint of the code: runs made by other code are never mixed with these."""


def _digest(run: RunRecords) -> str:
    """Fingerprint of everything in the records: two runs of one replication must have the same."""
    state = hashlib.sha256()
    state.update(np.ascontiguousarray(run.daily.by_product, dtype="<i8").tobytes())
    state.update(np.ascontiguousarray(run.daily.by_run, dtype="<i8").tobytes())
    state.update(repr([tuple(convoy) for convoy in run.convoys]).encode())
    state.update(repr([[run.tallies[name] for name in TALLIES], run.costs, run.stations, run.power]).encode())
    return state.hexdigest()[:16]


def write_shard(folder: Path, origin: Origin, runs: Sequence[RunRecords]) -> Path:
    """Write the records of a batch as ``shards/<model>/<sha16>.parquet`` in a result folder and return its path."""
    columns = {
        "world": Column("INTEGER", np.array([run.replication.world for run in runs])),
        "chance": Column("INTEGER", np.array([run.replication.chance for run in runs])),
        "digest": Column("VARCHAR", np.array([_digest(run) for run in runs], dtype=object)),
        **{
            f"tally_{name}": Column("BIGINT", np.array([run.tallies[name] for run in runs]))
            for name in TALLIES
        },
        **{
            f"price_{name}": Column("DOUBLE", np.array([float(run.costs[i]) for run in runs]))
            for i, name in enumerate(COSTS)
        },
        "stations": Column("INTEGER", np.array([run.stations for run in runs])),
        "power": Column("INTEGER", np.array([run.power for run in runs])),
        **{
            f"daily_{name}": Column("BIGINT[]", lists([run.daily.column(name).ravel() for run in runs]))
            for name in (*DAILY_COLUMNS, *DAILY_RUN_COLUMNS)
        },
        **{
            f"convoy_{name}": Column("BIGINT[]", lists([_field(run.convoys, i) for run in runs]))
            for i, name in enumerate(Convoy._fields)
        },
    }
    place = folder / SHARDS / origin.model
    return write_table(lambda digest: place / f"{digest[:16]}.parquet", columns, origin._asdict())


def _field(convoys: Sequence[Convoy], position: int) -> Ints:
    return np.array([convoy[position] for convoy in convoys], dtype=np.int64)


def _fault(path: Path, origin: Origin) -> str | None:
    """Why a file among the shards cannot be one of them; None if it is."""
    try:
        if not path.is_file():
            return "no file"
        if sha256(path)[:16] != path.stem:
            return "its content does not match its name (truncated, changed or renamed)"
        notes = notes_of(path)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ResultsError:
        return "no Parquet file"
    if set(notes) != set(Origin._fields):
        return "no shard"
    if notes["experiment"] != origin.experiment:
        return "made by another experiment (other inputs or seed)"
    return None if notes["model"] == origin.model else f"made by another version of the model, {notes['model']}"


class Shards:
    """The shards of one experiment and one version of the model in a result folder.

    Raises
    ------
    ResultsError
        Naming the files that stand among them and are none.
    """

    def __init__(self, folder: Path, origin: Origin) -> None:
        place = folder / SHARDS / origin.model
        self.paths = sorted(place.glob("*.parquet"))
        faults = [(path.name, fault) for path in self.paths if (fault := _fault(path, origin))]
        if faults:
            named = "; ".join(f"{name}: {fault}" for name, fault in faults[:FAULTS_NAMED])
            more = f"; and {len(faults) - FAULTS_NAMED} more" if len(faults) > FAULTS_NAMED else ""
            raise ResultsError(
                f"{place}: holds files that are no shards of this experiment: {named}{more}; move them away, and the "
                "same command makes again what is missing"
            )

    def _query(self, paths: Iterable[str | Path], select: str, rest: str = "") -> dict[str, Any]:
        files = ", ".join(quoted(path) for path in paths)
        query = f"SELECT {select} FROM read_parquet([{files}], filename = true) {rest}"
        with uninterrupted():
            found: dict[str, Any] = database().execute(query).fetchnumpy()
            return found

    def stored(self, design: Design) -> npt.NDArray[np.bool_]:
        """Whether each run of a design is stored, shape (n_worlds, n_chances).

        Raises
        ------
        ResultsError
            If two shards hold different records of one replication: a defect, because runs are repeatable.
        """
        there = np.zeros(design, dtype=np.bool_)
        if not self.paths:
            return there
        found = self._query(
            self.paths,
            "world, chance, count(DISTINCT digest) AS versions, min(filename) AS a, max(filename) AS b",
            f"WHERE world < {design.worlds} AND chance < {design.chances} GROUP BY world, chance ORDER BY world, chance",
        )
        for i in np.flatnonzero(found["versions"] > 1):
            raise ResultsError(
                f"{found['a'][i]} and {found['b'][i]} hold different records of world {found['world'][i]}, "
                f"chance {found['chance'][i]}; delete both files, run again and report it: runs must be "
                "repeatable"
            )
        there[found["world"], found["chance"]] = True
        return there

    @cached_property
    def _reach(self) -> list[tuple[str, int, int]]:
        """Path, first and last world of each shard."""
        found = self._query(self.paths, "filename AS path, min(world) AS low, max(world) AS high", "GROUP BY ALL")
        return sorted(zip(found["path"], found["low"].tolist(), found["high"].tolist(), strict=True))

    def _chosen(self, select: str, worlds: range, chances: int) -> dict[str, Any] | None:
        """The stored runs of some worlds; None if no shard has any."""
        paths = [path for path, low, high in self._reach if low < worlds.stop and worlds.start <= high]
        if not paths:
            return None
        return self._query(
            paths,
            select,
            f"WHERE world >= {worlds.start} AND world < {worlds.stop} AND chance < {chances} "
            "QUALIFY row_number() OVER (PARTITION BY world, chance ORDER BY filename) = 1 "
            "ORDER BY world, chance",
        )

    def _parts(self, select: str, design: Design) -> Iterator[dict[str, Any]]:
        """The stored runs of a design by world and chance, read about `RUNS_AT_ONCE` at a time."""
        step = max(1, RUNS_AT_ONCE // design.chances)
        for first in range(0, design.worlds if self.paths else 0, step):
            found = self._chosen(select, range(first, min(design.worlds, first + step)), design.chances)
            if found is not None:
                yield found

    def runs(self, design: Design, n_products: int) -> Iterator[list[RunRecords]]:
        """Records of the runs of a design, by world and chance, in lists of about `RUNS_AT_ONCE`."""
        for found in self._parts("*", design):
            rows = range(len(found["world"]))
            yield [_run({name: values[i] for name, values in found.items()}, n_products) for i in rows]

    def shortage_days(self, design: Design, n_products: int) -> Iterator[tuple[int, int]]:
        """World and days with at least one product short of each stored run of a design."""
        for found in self._parts("world, daily_shortage AS short", design):
            days = [int((row.reshape(-1, n_products) > 0).any(axis=1).sum()) for row in found["short"]]
            yield from zip(found["world"].tolist(), days, strict=True)

    def daily(self, column: str, design: Design) -> Ints:
        """One daily column of the runs of a design, shape (n_runs, n_days · n_products or n_days)."""
        parts = [np.stack(list(found["daily"])) for found in self._parts(f"daily_{column} AS daily", design)]
        return np.concatenate(parts)


def _run(row: dict[str, Any], n_products: int) -> RunRecords:
    by_product = np.stack([row[f"daily_{name}"].reshape(-1, n_products) for name in DAILY_COLUMNS])
    by_run = np.stack([row[f"daily_{name}"] for name in DAILY_RUN_COLUMNS])
    fields = zip(*(row[f"convoy_{name}"].tolist() for name in Convoy._fields), strict=True)
    return RunRecords(
        replication=Replication(int(row["world"]), int(row["chance"])),
        daily=Daily(by_product, by_run),
        convoys=tuple(Convoy(*values) for values in fields),
        tallies={name: int(row[f"tally_{name}"]) for name in TALLIES},
        costs=(float(row[f"price_{COSTS[0]}"]), float(row[f"price_{COSTS[1]}"])),
        stations=int(row["stations"]),
        power=int(row["power"]),
    )

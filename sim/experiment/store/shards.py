"""Shards: the records of a batch of runs, one row a run, written once under a name made of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.draws import Replication
from sim.errors import ResultsError
from sim.experiment.interrupts import uninterrupted
from sim.experiment.store.parquet import Column, database, lists, quoted, sha256, write_table
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Daily, Ints, RunRecords

SHARDS = "shards"
RUNS_AT_ONCE = 2_000
COSTS = ("tanker_fcfa", "escort_unit_day_fcfa")


def _digest(run: RunRecords) -> str:
    """Fingerprint of everything in the records: two runs of one replication must have the same."""
    state = hashlib.sha256()
    state.update(np.ascontiguousarray(run.daily.by_product, dtype="<i8").tobytes())
    state.update(np.ascontiguousarray(run.daily.by_run, dtype="<i8").tobytes())
    state.update(repr([tuple(convoy) for convoy in run.convoys]).encode())
    state.update(repr([[run.tallies[name] for name in TALLIES], run.costs, run.stations, run.power]).encode())
    return state.hexdigest()[:16]


def write_shard(folder: Path, model: str, runs: Sequence[RunRecords]) -> Path:
    """Write the records of a batch as ``shards/<model>/<sha16>.parquet`` and return its path.

    Parameters
    ----------
    folder
        The result folder.
    model
        Fingerprint of the code that made the records: runs of different code are never mixed.
    """
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
    return write_table(lambda digest: folder / SHARDS / model / f"{digest[:16]}.parquet", columns)


def _field(convoys: Sequence[Convoy], position: int) -> Ints:
    return np.array([convoy[position] for convoy in convoys], dtype=np.int64)


class Shards:
    """The shards of one result folder and one version of the model, each checked against its name."""

    def __init__(self, folder: Path, model: str) -> None:
        self.paths = sorted((folder / SHARDS / model).glob("*.parquet"))
        for path in self.paths:
            if sha256(path)[:16] != path.stem:
                raise ResultsError(f"{path}: its content does not match its name; delete it and run again")

    def _query(self, select: str, rest: str = "") -> dict[str, Any]:
        files = ", ".join(quoted(path) for path in self.paths)
        query = f"SELECT {select} FROM read_parquet([{files}], filename = true) {rest}"
        with uninterrupted():
            found: dict[str, Any] = database().execute(query).fetchnumpy()
            return found

    def replications(self) -> set[Replication]:
        """Replications that are stored.

        Raises
        ------
        ResultsError
            If two shards hold different records of one replication: a defect, because runs are repeatable.
        """
        if not self.paths:
            return set()
        found = self._query(
            "world, chance, count(DISTINCT digest) AS versions, min(filename) AS a, max(filename) AS b",
            "GROUP BY world, chance ORDER BY world, chance",
        )
        for i in np.flatnonzero(found["versions"] > 1):
            raise ResultsError(
                f"{found['a'][i]} and {found['b'][i]} hold different records of world {found['world'][i]}, "
                f"chance {found['chance'][i]}; delete both files, run again and report it: runs must be "
                "repeatable"
            )
        return {Replication(int(w), int(c)) for w, c in zip(found["world"], found["chance"], strict=True)}

    def _chosen(self, select: str, worlds: range, chances: int) -> dict[str, Any]:
        return self._query(
            select,
            f"WHERE world >= {worlds.start} AND world < {worlds.stop} AND chance < {chances} "
            "QUALIFY row_number() OVER (PARTITION BY world, chance ORDER BY filename) = 1 "
            "ORDER BY world, chance",
        )

    def runs(self, worlds: int, chances: int, n_products: int) -> Iterator[RunRecords]:
        """Records of the runs of a design, by world and chance, read about `RUNS_AT_ONCE` at a time."""
        step = max(1, RUNS_AT_ONCE // chances)
        for first in range(0, worlds, step):
            found = self._chosen("*", range(first, min(worlds, first + step)), chances)
            for i in range(len(found["world"])):
                yield _run({name: values[i] for name, values in found.items()}, n_products)

    def shortage_days(self, worlds: int, chances: int, n_products: int) -> list[tuple[int, int]]:
        """World and days with at least one product short of each stored run of a design."""
        if not self.paths:
            return []
        found = self._chosen("world, daily_shortage AS short", range(worlds), chances)
        days = [int((row.reshape(-1, n_products) > 0).any(axis=1).sum()) for row in found["short"]]
        return list(zip(found["world"].tolist(), days, strict=True))

    def daily(self, column: str, worlds: int, chances: int) -> Ints:
        """One daily column of the runs of a design, shape (n_runs, n_days · n_products or n_days)."""
        found = self._chosen(f"daily_{column} AS daily", range(worlds), chances)
        return np.stack(list(found["daily"]))


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

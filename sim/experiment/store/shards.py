"""Shards: the records of a batch of runs, one row a run, written once under a name made of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.outcomes import Values, shortage_days
from sim.analysis.sketch import Sketch
from sim.errors import ResultsError
from sim.experiment.design import Design
from sim.experiment.interrupts import uninterrupted
from sim.experiment.store.parquet import Column, Compression, database, notes_of, quoted, sha256, with_nan, write_table
from sim.language import Phrase, why
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Convoy, Ints, RunStack

SHARDS = "shards"
RUNS_AT_ONCE = 500
COSTS = ("tanker_fcfa", "escort_unit_day_fcfa")
FAULTS_NAMED = 5
RUNS = "runs"
"""Kind of the shards that hold whole records."""


class Origin(NamedTuple):
    """What every shard carries, so that one that was brought from elsewhere is noticed whatever its name."""

    experiment: str
    """Identity of resolved inputs and seed."""
    model: str
    """Fingerprint of the code: runs made by other code are never mixed with these."""
    outcomes: str
    """Kind of the shards that hold outcomes: it names the code that computes them from records."""


def _digests(runs: RunStack) -> list[str]:
    """Fingerprint of everything in the records of each run: two runs of one replication must have the same.

    Daily records count as 32-bit integers where those hold all of a run's: half as many bytes.
    """
    found = []
    for i in range(len(runs)):
        state = hashlib.sha256()
        for part in (runs.by_product[i], runs.by_run[i]):
            # Run after run: what was looked at once is still in the processor's cache.
            fits = part.min(initial=0) >= -(1 << 31) and part.max(initial=0) < 1 << 31
            state.update(np.ascontiguousarray(part, dtype="<i4" if fits else "<i8").data)
        for part in (runs.convoys[slice(*runs.convoy_ends[i : i + 2])], runs.tallies[i]):
            state.update(np.ascontiguousarray(part, dtype="<i8").data)
        state.update(repr([*runs.costs[i].tolist(), int(runs.stations[i]), int(runs.power[i])]).encode())
        found.append(state.hexdigest()[:16])
    return found


def write_shard(folder: Path, origin: Origin, runs: RunStack) -> Path:
    """Write the records of a batch as ``shards/<model>/<sha16>.parquet`` in a result folder and return its path.

    A row is a run. Daily records and convoys stand in it as bytes of little-endian integers, in the order of `RunStack`.
    """
    ends = runs.convoy_ends
    columns = {
        **_identity(runs),
        **{f"tally_{name}": Column("BIGINT", runs.tallies[:, i]) for i, name in enumerate(TALLIES)},
        **{f"price_{name}": Column("DOUBLE", runs.costs[:, i]) for i, name in enumerate(COSTS)},
        "stations": Column("INTEGER", runs.stations),
        "power": Column("INTEGER", runs.power),
        "by_product": _bytes([runs.by_product[i] for i in range(len(runs))]),
        "by_run": _bytes([runs.by_run[i] for i in range(len(runs))]),
        "convoys": _bytes([runs.convoys[ends[i] : ends[i + 1]] for i in range(len(runs))]),
    }
    return write_rows(folder, origin, columns, RUNS)


class Summary(NamedTuple):
    """What is kept of a batch where its records are not: who its runs are, their outcomes, a sketch of their days."""

    identity: Mapping[str, Column]
    outcomes: Mapping[str, Values]
    sketch: Sketch


def summary_of(runs: RunStack, outcomes: Mapping[str, Values], sketch: Sketch) -> Summary:
    """The summary of a batch, a row a run."""
    return Summary(_identity(runs), outcomes, sketch)


def joined(summaries: Sequence[Summary]) -> Summary:
    """Several summaries (at least one) of different runs as one, by world and chance."""
    first, sketch = summaries[0], Sketch(summaries[0].sketch.n_series)
    for summary in summaries:
        sketch.merge(summary.sketch)
    order = np.lexsort([np.concatenate([s.identity[name].values for s in summaries]) for name in ("chance", "world")])
    identity = {
        name: Column(column.sql_type, np.concatenate([s.identity[name].values for s in summaries])[order])
        for name, column in first.identity.items()
    }
    outcomes = {name: np.concatenate([s.outcomes[name] for s in summaries])[order] for name in first.outcomes}
    return Summary(identity, outcomes, sketch)


def write_summary(folder: Path, origin: Origin, summary: Summary) -> Path:
    """Write outcomes of a batch, a row a run, and one sketch of its daily records in the first row."""
    sketches = np.full(len(summary.identity["world"].values), None, dtype=object)
    sketches[0] = summary.sketch.to_bytes()
    columns = {
        **summary.identity,
        **{f"outcome_{name}": Column(sql_type(values), values) for name, values in summary.outcomes.items()},
        "sketch": Column("BLOB", sketches),
    }
    return write_rows(folder, origin, columns, origin.outcomes, "snappy")


def _identity(runs: RunStack) -> dict[str, Column]:
    return {
        "world": Column("INTEGER", runs.world),
        "chance": Column("INTEGER", runs.chance),
        "digest": Column("VARCHAR", np.array(_digests(runs), dtype=object)),
    }


def sql_type(values: Values) -> str:
    """SQL type of a column of outcomes."""
    return "BIGINT" if values.dtype.kind == "i" else "DOUBLE"


def write_rows(
    folder: Path, origin: Origin, columns: Mapping[str, Column], kind: str, compression: Compression = "zstd"
) -> Path:
    """Write a shard of a kind, named by its content, and return its path."""
    place = folder / SHARDS / origin.model
    notes = {"experiment": origin.experiment, "model": origin.model, "kind": kind}
    return write_table(lambda digest: place / f"{digest[:16]}.parquet", columns, notes, compression)


def _bytes(rows: Sequence[Ints]) -> Column:
    """Arrays as bytes: of 32-bit integers if all of them fit, else of 64-bit ones, as the first byte says."""
    narrow = all(abs(row).max(initial=0) < 1 << 31 for row in rows)
    column = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        column[i] = (b"4" if narrow else b"8") + row.astype("<i4" if narrow else "<i8").tobytes()
    return Column("BLOB", column)


def _array(content: bytearray) -> Ints:
    kind = "<i4" if content[:1] == b"4" else "<i8"
    return np.frombuffer(content, kind, offset=1).astype(np.int64)


def _fault(path: Path, origin: Origin) -> Phrase | None:
    """Why a file among the shards cannot be one of them; None if it is."""
    try:
        if not path.is_file():
            return Phrase("no file")
        if sha256(path)[:16] != path.stem:
            return Phrase("its content does not match its name (truncated, changed or renamed)")
        notes = notes_of(path)
    except OSError as error:
        return Phrase("cannot be read: {reason}", reason=why(error))
    except ResultsError:
        return Phrase("no Parquet file")
    if set(notes) != {"experiment", "model", "kind"}:
        return Phrase("no shard")
    if notes["experiment"] != origin.experiment:
        return Phrase("made by another experiment (other inputs or seed)")
    if notes["model"] != origin.model:
        return Phrase("made by another version of the model, {model}", model=notes["model"])
    return None


class Shards:
    """The shards of one experiment and one version of the model in a result folder.

    Parameters
    ----------
    at_hand
        What some of them hold, by path: these are not read again.

    Raises
    ------
    ResultsError
        Naming the files that stand among them and are none.
    """

    def __init__(self, folder: Path, origin: Origin, at_hand: Mapping[Path, Summary] | None = None) -> None:
        self.at_hand = at_hand or {}
        place = folder / SHARDS / origin.model
        self.paths = sorted(place.glob("*.parquet"))
        faults = [(path.name, fault) for path in self.paths if (fault := _fault(path, origin))]
        if faults:
            named = [Phrase("{file}: {fault}", file=name, fault=fault) for name, fault in faults[:FAULTS_NAMED]]
            if len(faults) > FAULTS_NAMED:
                named.append(Phrase("and {n} more", n=len(faults) - FAULTS_NAMED))
            raise ResultsError(Phrase(
                "{folder}: holds files that are no shards of this experiment: {faults:; }; move them away, and the same command "
                "makes again what is missing",
                folder=place, faults=tuple(named),
            ))  # fmt: skip
        self._kinds = {path: notes_of(path)["kind"] for path in self.paths}
        self.of_runs = self.of_kind(RUNS)
        self.with_outcomes = self.of_kind(origin.outcomes)

    def of_kind(self, kind: str) -> list[Path]:
        """The shards of a kind."""
        return [path for path in self.paths if self._kinds[path] == kind]

    def query(self, paths: Iterable[str | Path], select: str, rest: str = "") -> dict[str, Any]:
        """Columns selected from the rows of shards, by name; `filename` is the path of the shard."""
        files = ", ".join(quoted(path) for path in paths)
        query = f"SELECT {select} FROM read_parquet([{files}], filename = true) {rest}"
        with uninterrupted():
            found: dict[str, Any] = database().execute(query).fetchnumpy()
            return found

    def stored(self, design: Design, *, summarised: bool = False) -> npt.NDArray[np.bool_]:
        """Whether the records of each run of a design are stored, or at least its outcome; shape (n_worlds, n_chances).

        Raises
        ------
        ResultsError
            If two shards hold different records of one replication: a defect, because runs are repeatable.
        """
        there = np.zeros(design, dtype=np.bool_)
        paths = [*self.of_runs, *(self.of_outcomes(design) if summarised else ())]
        if not paths:
            return there
        found = self.query(
            paths,
            "world, chance, count(DISTINCT digest) AS versions, min(filename) AS a, max(filename) AS b",
            f"WHERE world < {design.worlds} AND chance < {design.chances} GROUP BY world, chance ORDER BY world, chance",
        )
        for i in np.flatnonzero(found["versions"] > 1):
            raise ResultsError(Phrase(
                "{one} and {other} hold different records of world {world}, chance {chance}; delete both files, run again and "
                "report it: runs must be repeatable",
                one=found["a"][i], other=found["b"][i], world=found["world"][i], chance=found["chance"][i],
            ))  # fmt: skip
        there[found["world"], found["chance"]] = True
        return there

    def of_outcomes(self, design: Design) -> list[Path]:
        """Shards with outcomes and sketches of runs of a design and of no others."""
        if not self.with_outcomes:
            return []
        found = self.query(
            self.with_outcomes, "filename AS path, max(world) AS world, max(chance) AS chance", "GROUP BY ALL ORDER BY path"
        )
        inside = (found["world"] < design.worlds) & (found["chance"] < design.chances)
        return [Path(path) for path in found["path"][inside]]

    def outcomes(self, design: Design) -> Iterator[tuple[dict[str, Any], Sketch]]:
        """Outcomes of runs by name, and the sketch of their daily records, shard by shard."""
        for path in self.of_outcomes(design):
            if path in self.at_hand:
                summary = self.at_hand[path]
                yield {name: np.asarray(values) for name, values in summary.outcomes.items()}, summary.sketch
                continue
            found = self.query([path], "* EXCLUDE (filename)", "ORDER BY world, chance")
            sketch = Sketch.from_bytes(next(bytes(blob) for blob in found["sketch"] if isinstance(blob, bytearray)))
            yield {
                name.removeprefix("outcome_"): with_nan(values)
                for name, values in found.items()
                if name not in ("digest", "sketch")
            }, sketch

    @cached_property
    def _reach(self) -> list[tuple[str, int, int]]:
        """Path, first and last world of each shard."""
        found = self.query(self.of_runs, "filename AS path, min(world) AS low, max(world) AS high", "GROUP BY ALL")
        return sorted(zip(found["path"], found["low"].tolist(), found["high"].tolist(), strict=True))

    def _chosen(self, select: str, worlds: range, chances: int) -> dict[str, Any] | None:
        """The stored runs of some worlds; None if no shard has any."""
        paths = [path for path, low, high in self._reach if low < worlds.stop and worlds.start <= high]
        if not paths:
            return None
        return self.query(
            paths,
            select,
            f"WHERE world >= {worlds.start} AND world < {worlds.stop} AND chance < {chances} "
            "QUALIFY row_number() OVER (PARTITION BY world, chance ORDER BY filename) = 1 "
            "ORDER BY world, chance",
        )

    def _parts(self, select: str, design: Design) -> Iterator[dict[str, Any]]:
        """The stored runs of a design by world and chance, read about `RUNS_AT_ONCE` at a time."""
        step = max(1, RUNS_AT_ONCE // design.chances)
        for first in range(0, design.worlds if self.of_runs else 0, step):
            found = self._chosen(select, range(first, min(design.worlds, first + step)), design.chances)
            if found is not None and len(found["world"]):
                yield found

    def runs(self, design: Design, n_products: int) -> Iterator[RunStack]:
        """Records of the runs of a design, by world and chance, in stacks of about `RUNS_AT_ONCE`."""
        for found in self._parts("*", design):
            yield _stack(found, n_products)

    def shortage_days(self, design: Design, n_products: int) -> Iterator[tuple[int, int]]:
        """World and days with at least one product short of each stored run of a design."""
        for runs in self.runs(design, n_products):
            yield from zip(runs.world.tolist(), shortage_days(runs).tolist(), strict=True)
        for path in self.of_outcomes(design):
            found = self.query([path], "world, outcome_shortage_days_any AS days")
            yield from zip(found["world"].tolist(), found["days"].tolist(), strict=True)


def _stack(found: dict[str, Any], n_products: int) -> RunStack:
    n = len(found["world"])
    by_run = np.stack([_array(row).reshape(len(DAILY_RUN_COLUMNS), -1) for row in found["by_run"]])
    shape = (len(DAILY_COLUMNS), by_run.shape[2], n_products)
    convoys = [_array(row).reshape(-1, len(Convoy._fields)) for row in found["convoys"]]
    return RunStack(
        world=found["world"].astype(np.int64),
        chance=found["chance"].astype(np.int64),
        by_product=np.stack([_array(row).reshape(shape) for row in found["by_product"]]),
        by_run=by_run,
        tallies=np.stack([found[f"tally_{name}"] for name in TALLIES], axis=1),
        convoys=np.concatenate(convoys),
        convoy_ends=np.cumsum([0, *map(len, convoys)]),
        costs=np.stack([found[f"price_{name}"] for name in COSTS], axis=1).astype(np.float64),
        stations=found["stations"].astype(np.int64).reshape(n),
        power=found["power"].astype(np.int64).reshape(n),
    )

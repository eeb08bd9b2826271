"""One stored run played again with its trace, from the result folder alone, and held against what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.clock import date_of
from sim.draws import CHANCES_PER_WORLD, Replication
from sim.engines.reference import simulate
from sim.errors import RepeatError, UsageError
from sim.experiment.identity import model_fingerprint
from sim.experiment.results import Results
from sim.experiment.store.derived import outcome_row
from sim.experiment.store.parquet import Column, write_table
from sim.experiment.stored import experiment_in, fingerprints
from sim.language import Phrase
from sim.plan import Plan, labels_of, make_plan
from sim.records import EventRecord, Happening, Labels, RunRecords
from sim.scenario.model import Scenario

TRACE = "trace.parquet"

PLACES = {
    Happening.LOADED: "corridors",
    Happening.STAGED: "corridors",
    Happening.DEPARTED: "corridors",
    Happening.REACHED: "nodes",
    Happening.DROPPED: "sinks",
    Happening.ENGAGED: "legs",
    Happening.TURNED_BACK: "legs",
    Happening.ARRIVED: "corridors",
    Happening.CLEARED: "corridors",
    Happening.DISCHARGING: "nodes",
    Happening.DISCHARGED: "nodes",
    Happening.RETURNED: "corridors",
    Happening.UNIT_FREE: "pools",
    Happening.DAY_CLOSED: "days",
    Happening.DATED: "pools",
}
"""Names of `Labels` among which the place of a happening is counted; ``days`` counts days since the epoch."""


@dataclass(frozen=True)
class Replay:
    """A run played again: its records, its trace and the names behind the indexes of both."""

    results: Results
    replication: Replication
    scenario: Scenario
    plan: Plan
    labels: Labels
    records: RunRecords
    trace: tuple[EventRecord, ...]

    @property
    def name(self) -> str:
        """Folder name: ``<strategy>-w<world>-c<chance>``."""
        return f"{self.results.manifest['strategy']}-w{self.replication.world}-c{self.replication.chance}"


class Difference(NamedTuple):
    """A number of a run that came out otherwise than it is stored; None where it is undefined."""

    name: str
    stored: Any
    now: Any


def replay(results: Results, replication: Replication) -> Replay:
    """The run of a replication, played again with its trace; its outcome equals the stored one to the last bit.

    Raises
    ------
    ResultsError
        If the stored inputs were changed or cannot be read by this model.
    RepeatError
        If any number of the run differs from the stored one.
    """
    manifest = results.manifest
    stored = stored_outcome(results, replication)
    experiment = experiment_in(results)
    scenario, strategy = experiment.scenario.model, experiment.strategy.model
    seed = manifest["seed"]
    plan = make_plan(
        scenario, strategy, seed=seed, world=replication.world, uncertainty=manifest["uncertainty"]
    )
    labels = labels_of(scenario)
    trace: list[EventRecord] = []
    records = simulate(plan, seed, replication, trace=trace)
    found = differences(stored, {n: v for n, v in outcome_row(records, labels).items() if n not in ("world", "chance")})
    if found:
        raise RepeatError(_not_the_same(results, replication, found))
    return Replay(results, replication, scenario, plan, labels, records, tuple(trace))


def stored_outcome(results: Results, replication: Replication) -> dict[str, Any]:
    """Tallies and metrics of a stored run by name; None where undefined.

    Raises
    ------
    UsageError
        If the results hold no such run, naming those that they hold.
    """
    table = results.outcomes
    rows = table[(table["world"] == replication.world) & (table["chance"] == replication.chance)]
    if len(rows) != 1:
        manifest = results.manifest
        worlds, chances = manifest["worlds"], manifest["chances"]
        raise UsageError(Phrase(
            "{folder}: no run of world {world}, chance {chance}; the results hold worlds 0–{last_world} with chances "
            "0–{last_chance}, that is replications world × {per_world:,} + chance; run the scenario with more --worlds or "
            "--chances to store others",
            folder=results.folder, world=replication.world, chance=replication.chance, last_world=worlds - 1,
            last_chance=chances - 1, per_world=CHANCES_PER_WORLD,
        ))  # fmt: skip
    found = {}
    for name in table.columns.drop(["world", "chance", "replication", "strategy"]):
        # A row taken across columns would turn whole numbers into floats.
        found[name] = None if rows[name].isna().iloc[0] else rows[name].iloc[0]
    return found


def middle_run(results: Results) -> Replication:
    """The run with the median number of shortage days; of two middle ones the better, of equal ones the first."""
    table = results.outcomes.sort_values(["shortage_days_any", "replication"], kind="stable")
    row = table.iloc[(len(table) - 1) // 2]
    return Replication(int(row["world"]), int(row["chance"]))


def differences(stored: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    """Numbers that are not equal to the last bit, or that only one of the two has."""
    names = [*stored, *(name for name in now if name not in stored)]
    pairs = [(name, stored.get(name), now.get(name)) for name in names]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _not_the_same(results: Results, replication: Replication, found: Sequence[Difference]) -> Phrase:
    told = [
        Phrase("{name}: stored {stored}, now {now}", name=name, stored=_shown(stored), now=_shown(now))
        for name, stored, now in found[:3]
    ]
    if len(found) > 3:
        told.append(Phrase("and {n} more", n=len(found) - 3))
    if results.manifest["versions"]["model"] == model_fingerprint():
        step = Phrase("the stored table was changed, or runs are not repeatable here: run the command again, and report it")
    else:
        step = Phrase("run the command again to make results with the present model, or replay with the model that made these")
    return Phrase(
        "{folder}: world {world}, chance {chance} does not come out as it is stored: {told:; } ({models}); {step}",
        folder=results.folder, world=replication.world, chance=replication.chance, told=tuple(told),
        models=fingerprints(results), step=step,
    )  # fmt: skip


def _shown(value: Any) -> str:
    if value is None:
        return Phrase("undefined")
    return repr(value.item() if hasattr(value, "item") else value)


def place_name(event: EventRecord, labels: Labels) -> str:
    """Name of the place of an event; "" for a donated convoy, which has no corridor."""
    kind = PLACES[Happening(event.happening)]
    if event.place < 0:
        return ""
    if kind == "days":
        return date_of(labels.epoch, event.place).isoformat()
    name: str = getattr(labels, kind)[event.place]
    return name


def write_trace(played: Replay, folder: Path) -> Path:
    """Write the whole trace, warm-up included, as ``trace.parquet``; equal traces give equal bytes."""
    trace, labels = played.trace, played.labels
    table = np.array(trace, dtype=np.int64).reshape(len(trace), len(EventRecord._fields))
    field = {name: table[:, i] for i, name in enumerate(EventRecord._fields)}
    epoch = np.datetime64(datetime(labels.epoch.year, labels.epoch.month, labels.epoch.day), "us")
    moments = epoch + (field["time_s"] * 1_000_000).astype("timedelta64[us]")
    names = [Happening(event.happening).name.lower() for event in trace]
    columns = {
        "time_s": Column("BIGINT", field["time_s"]),
        "stamp": Column("TIMESTAMP", moments),
        "rank": Column("INTEGER", field["rank"]),
        "entity": Column("BIGINT", field["entity"]),
        "ordinal": Column("INTEGER", field["ordinal"]),
        "happening": Column("VARCHAR", np.array(names, dtype=object)),
        "place": Column("VARCHAR", np.array([place_name(event, labels) for event in trace], dtype=object)),
        "tankers": Column("INTEGER", field["tankers"]),
        "amount": Column("BIGINT", field["amount"]),
    }
    return write_table(lambda _: folder / TRACE, columns)

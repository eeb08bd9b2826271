"""What a run leaves behind: records first, statistics later. Both engines fill these and nothing else.

Days count from 0 at the start date; times are seconds since the epoch; fuel is whole litres.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import IntEnum
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.draws import Replication
from sim.language import Phrase

Ints = npt.NDArray[np.int64]

DAILY_COLUMNS = {
    "stock_l": Phrase("fuel in the city's depots at the close of the day"),
    "private_l": Phrase("fuel that households and vehicles hold at the close of the day"),
    "need_l": Phrase("retail consumption need of the day"),
    "wanted_l": Phrase("what people try to buy: need and refilling, before any cap"),
    "sold_l": Phrase("what retail customers got"),
    "consumed_l": Phrase("retail consumption that took place"),
    "served_l": Phrase("what all classes of the city got (retail: sold)"),
    "class_need_l": Phrase("consumption need of all classes of the city, regions apart"),
    "unmet_l": Phrase("consumption of all classes of the city, regions apart, that did not take place"),
    "inflow_l": Phrase("fuel that passed the books' counting point (arrival at the city's clearance, and drops on the way)"),
    "dropped_l": Phrase("of the inflow: dropped on the way at sinks"),
    "regions_need_l": Phrase("consumption need of the sinks on the way and of the regions supplied through the city"),
    "regions_unmet_l": Phrase("of that need, what was not met"),
    "stations_l": Phrase("fuel in the tanks of the stations at the close of the day"),
    "stations_supplied": Phrase("stations that have the product at noon"),
    "station_hours": Phrase("hours of the day in which stations had the product, over all stations"),
    "wait_min": Phrase("minutes that a customer waits at a station"),
    "black_market_fcfa_l": Phrase("price of a litre on the black market"),
    "shortage": Phrase("1 on a shortage day of the product: sold < 90 % of min(wanted, need)"),
    "queue": Phrase("1 on a queue day of the product: sold < 90 % of wanted"),
}
"""Columns of `Daily.by_product`, shape (n_days, n_products), int64, in this order."""

DAILY_RUN_COLUMNS = {
    "tankers_lost_cum": Phrase("tankers burned or captured since the start date, all flows"),
    "tankers_staged": Phrase("loaded tankers waiting at staging nodes at the close of the day"),
    "tankers_waiting_city": Phrase("loaded tankers in clearance or waiting for a bay at the close of the day"),
    "tankers_on_road": Phrase("loaded tankers on the approach or on exposed legs at the close of the day"),
    "power_min": Phrase("minutes of power in the day"),
    "tankers_arrived": Phrase("tankers that reached the city's clearance during the day"),
    "units_free": Phrase("escort units free at their nodes at the close of the day"),
}
"""Columns of `Daily.by_run`, shape (n_days,), int64."""


class Daily(NamedTuple):
    """Daily records of a run: `by_product` (column, day, product) and `by_run` (column, day), int64."""

    by_product: Ints
    by_run: Ints

    def column(self, name: str) -> Ints:
        """One named column, shape (n_days, n_products) or (n_days,)."""
        if name in DAILY_RUN_COLUMNS:
            row: Ints = self.by_run[list(DAILY_RUN_COLUMNS).index(name)]
        else:
            row = self.by_product[list(DAILY_COLUMNS).index(name)]
        return row


class Convoy(NamedTuple):
    """A convoy that left a staging node (independents are counted in the tallies, not listed)."""

    corridor: int
    slot_s: int
    departed_s: int
    arrived_s: int
    """-1: not yet arrived at the horizon, turned back or destroyed."""
    tankers: int
    escort_units: int
    engagements: int
    tankers_lost: int
    units_lost: int
    turned_back: int
    dropped: int
    """Tankers that left it at sinks on the way."""


TALLIES = (
    "tankers_loaded", "tankers_delivered", "tankers_dropped", "tankers_burned", "tankers_captured", "tankers_damaged",
    "tankers_sent_escorted", "tankers_sent_independent", "crews_lost", "engagements", "escort_units_lost",
    "escort_unit_s", "convoys_sent", "litres_lost", "litres_lost_cost_fcfa", "payments_fcfa", "transit_tanker_s",
    "transit_tankers", "staging_wait_tanker_s", "staging_wait_tankers", "adjustment_l", "events",
)  # fmt: skip
"""Integer sums over the reporting window (start date to horizon), by name; `events` counts the whole run."""


@dataclass(frozen=True, slots=True)
class RunRecords:
    """Everything that one run (scenario, strategy, replication) leaves behind."""

    replication: Replication
    daily: Daily
    convoys: tuple[Convoy, ...]
    tallies: dict[str, int]
    costs: tuple[float, float]
    """Prices of the run's world: FCFA per lost tanker, FCFA per escort-unit day."""
    stations: int = 0
    """Filling stations of the run's world, 0 where the scenario has none."""
    power: int = 0
    """1 where a class of the scenario makes electricity."""


@dataclass(frozen=True, slots=True)
class RunStack:
    """Records of several runs of one scenario and strategy as arrays, n runs one after the other."""

    world: Ints
    chance: Ints
    by_product: Ints
    """(n, column, day, product) of `DAILY_COLUMNS`."""
    by_run: Ints
    """(n, column, day) of `DAILY_RUN_COLUMNS`."""
    tallies: Ints
    """(n, tally) of `TALLIES`."""
    convoys: Ints
    """(rows, field) of `Convoy`, run after run."""
    convoy_ends: Ints
    """(n + 1): where the rows of each run end, from 0."""
    costs: npt.NDArray[np.float64]
    """(n, 2)."""
    stations: Ints
    power: Ints

    def __len__(self) -> int:
        return len(self.world)

    def __iter__(self) -> Iterator[RunRecords]:
        for i in range(len(self.world)):
            rows = self.convoys[self.convoy_ends[i] : self.convoy_ends[i + 1]].tolist()
            yield RunRecords(
                replication=Replication(int(self.world[i]), int(self.chance[i])),
                daily=Daily(self.by_product[i], self.by_run[i]),
                convoys=tuple(Convoy(*row) for row in rows),
                tallies=dict(zip(TALLIES, self.tallies[i].tolist(), strict=True)),
                costs=(float(self.costs[i, 0]), float(self.costs[i, 1])),
                stations=int(self.stations[i]),
                power=int(self.power[i]),
            )

    @classmethod
    def of(cls, runs: Sequence[RunRecords]) -> RunStack:
        """The stack of single runs (at least one)."""
        rows = [list(convoy) for run in runs for convoy in run.convoys]
        return cls(
            world=np.array([run.replication.world for run in runs], np.int64),
            chance=np.array([run.replication.chance for run in runs], np.int64),
            by_product=np.stack([run.daily.by_product for run in runs]),
            by_run=np.stack([run.daily.by_run for run in runs]),
            tallies=np.array([[run.tallies[name] for name in TALLIES] for run in runs], np.int64),
            convoys=np.array(rows, np.int64).reshape(-1, len(Convoy._fields)),
            convoy_ends=np.cumsum([0, *(len(run.convoys) for run in runs)]),
            costs=np.array([run.costs for run in runs], np.float64),
            stations=np.array([run.stations for run in runs], np.int64),
            power=np.array([run.power for run in runs], np.int64),
        )

    def chosen(self, those: npt.NDArray[np.bool_]) -> RunStack:
        """The runs at which `those`, shape (n,), is true."""
        lengths = np.diff(self.convoy_ends)
        arrays = {
            field.name: getattr(self, field.name)[those]
            for field in fields(self)
            if field.name not in ("convoys", "convoy_ends")
        }
        rows = self.convoys[np.repeat(those, lengths)]
        return RunStack(**arrays, convoys=rows, convoy_ends=np.cumsum([0, *lengths[those].tolist()]))

    @classmethod
    def joined(cls, stacks: Sequence[RunStack], room: Room | None = None) -> RunStack:
        """Several stacks (at least one) as one, in their order; nothing large is copied if they have filled a room in turn."""
        if len(stacks) == 1:
            return stacks[0]
        filled: dict[str, Any] = {} if room is None else room.arrays
        ends, start = [np.zeros(1, np.int64)], 0
        for stack in stacks:
            ends.append(stack.convoy_ends[1:] + start)
            start += len(stack.convoys)
        arrays: dict[str, Any] = {
            field.name: np.concatenate([getattr(stack, field.name) for stack in stacks])
            for field in fields(cls)
            if field.name != "convoy_ends" and field.name not in filled
        }
        return cls(**filled, **arrays, convoy_ends=np.concatenate(ends))


class Room:
    """Daily records of so many runs of one scenario, part after part in the order in which stacks of them are made."""

    def __init__(self, runs: int) -> None:
        self.arrays: dict[str, Ints] = {}
        self._held: dict[str, Ints] = {}
        self.empty(runs)

    def empty(self, runs: int) -> Room:
        """Make room for the records of other runs where those of the last ones stood: nobody may need them any more."""
        self.runs, self.taken, self.arrays = runs, 0, {}
        return self

    def part(self, runs: int, days: int, products: int) -> tuple[Ints, Ints]:
        """The next runs' `by_product` and `by_run`, of which every number is still to be written."""
        if not self.arrays:
            shapes = {"by_product": (len(DAILY_COLUMNS), days, products), "by_run": (len(DAILY_RUN_COLUMNS), days)}
            for name, shape in shapes.items():
                held = self._held.get(name)
                # Memory that is at hand: the first touch of new memory costs a twentieth of a run.
                if held is None or held.shape[1:] != shape or len(held) < self.runs:
                    self._held[name] = np.empty((self.runs, *shape), np.int64)
            self.arrays = {name: held[: self.runs] for name, held in self._held.items()}
        first, self.taken = self.taken, self.taken + runs
        return self.arrays["by_product"][first : self.taken], self.arrays["by_run"][first : self.taken]


@dataclass(frozen=True)
class Labels:
    """Names behind the indexes of a Plan and of its records."""

    start: date
    epoch: date
    days: int
    report_to: tuple[date, ...]
    """Days to which the metrics of the city are reported apart."""
    products: tuple[str, ...]
    retail: tuple[str, ...]
    """Products that retail customers buy: those in which shortage days are counted."""
    corridors: tuple[str, ...]
    classes: tuple[str, ...]
    nodes: tuple[str, ...]
    legs: tuple[str, ...]
    pools: tuple[str, ...]
    sinks: tuple[str, ...]


class Happening(IntEnum):
    """What a row of the trace tells."""

    LOADED = 1
    STAGED = 2
    DEPARTED = 3
    REACHED = 4
    DROPPED = 5
    ENGAGED = 6
    TURNED_BACK = 7
    ARRIVED = 8
    CLEARED = 9
    DISCHARGING = 10
    DISCHARGED = 11
    RETURNED = 12
    UNIT_FREE = 13
    DAY_CLOSED = 14
    DATED = 15


class EventRecord(NamedTuple):
    """One row of the trace: the event's place in the total order, and what happened."""

    time_s: int
    rank: int
    entity: int
    ordinal: int
    happening: int
    place: int
    """Index of the node, leg, corridor, product or channel, as the happening says."""
    tankers: int
    amount: int
    """Litres, units, tankers lost or seconds, as the happening says."""


Direction = Literal["lower", "higher", "none"]


@dataclass(frozen=True)
class Metric:
    """A number of every run: its name in every table and file, unit, direction that is better, definition."""

    name: str
    unit: str
    direction: Direction
    definition: str
    title: dict[str, str] = field(default_factory=dict)
    """Title by language: ``{"en": …, "fr": …}``."""

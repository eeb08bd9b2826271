"""Minimal worlds for tests, run by the reference engine: the limiting scenarios of `validate`."""

from __future__ import annotations

from datetime import date, timedelta

from sim.draws import Replication
from sim.engines.reference.run import simulate
from sim.records import EventRecord, RunRecords
from sim.study.validate.worlds import NEED_TANKERS_DAY as NEED_TANKERS_DAY
from sim.study.validate.worlds import START as START
from sim.study.validate.worlds import TANKER_L as TANKER_L
from sim.study.validate.worlds import Data as Data
from sim.study.validate.worlds import ambushes as ambushes
from sim.study.validate.worlds import convoys as convoys
from sim.study.validate.worlds import independents as independents
from sim.study.validate.worlds import lay as lay
from sim.study.validate.worlds import plan as plan
from sim.study.validate.worlds import world as world


def day(number: int) -> date:
    """Date of day `number` from the start date."""
    return START + timedelta(days=number)


def delayed_into_a_new_rule() -> Data:
    """Slots every eight hours, moved by up to four, the last planned for hour 46; from hour 48 on every three hours, on time."""
    found = convoys(10, 8, first_h=6, jitter_h=4)
    found["period"] = [{"first_day": day(2), "convoys": {**found["convoys"], "interval_h": 3, "first_h": 0, "jitter_h": 0}}]
    return found


def run(
    data: Data,
    strategy: Data | None = None,
    *,
    seed: int = 1,
    chance: int = 0,
    trace: list[EventRecord] | None = None,
    check: bool = False,
) -> RunRecords:
    """Records of one run of plain data by the reference engine, at central values."""
    return simulate(plan(data, strategy, seed=seed), seed, Replication(0, chance), trace=trace, check=check)


def runs(data: Data, strategy: Data | None = None, *, n: int, seed: int = 1, first: int = 0) -> list[RunRecords]:
    """Records of `n` chances of one world."""
    made = plan(data, strategy, seed=seed)
    return [simulate(made, seed, Replication(0, c)) for c in range(first, first + n)]

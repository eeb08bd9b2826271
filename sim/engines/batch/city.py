"""The city's day, compiled: dated changes when it opens; consumption, deliveries and records when it closes."""

from __future__ import annotations

from typing import Any

from sim.clock import DAY_S
from sim.engines.batch import escorts
from sim.engines.batch.agenda import add, at, note
from sim.engines.batch.consumers import close_product, open_stocks, power_min
from sim.engines.batch.depots import berths_due
from sim.engines.batch.layout import Record
from sim.engines.batch.sources import replace_lost
from sim.engines.order import Rank
from sim.jit import kernel
from sim.records import DAILY_RUN_COLUMNS, TALLIES, Happening

DAY_OPEN, DAY_CLOSE = int(Rank.DAY_OPEN), int(Rank.DAY_CLOSE)
DAY_CLOSED = int(Happening.DAY_CLOSED)
PAYMENTS, ADJUSTMENT = TALLIES.index("payments_fcfa"), TALLIES.index("adjustment_l")
_COLUMN = {name: i for i, name in enumerate(DAILY_RUN_COLUMNS)}
LOST, STAGED, WAITING, ON_ROAD, POWER_MIN, ARRIVED, UNITS_FREE = (
    _COLUMN["tankers_lost_cum"], _COLUMN["tankers_staged"], _COLUMN["tankers_waiting_city"], _COLUMN["tankers_on_road"],
    _COLUMN["power_min"], _COLUMN["tankers_arrived"], _COLUMN["units_free"],
)  # fmt: skip
_open_units = escorts.open_day


@kernel
def start_world(s: Record) -> None:
    """WORLD_START: stocks are set to the values of the start date; the pipeline is what the warm-up left."""
    for p in range(s.products):
        if s.plan.city.start_stock_l[p] >= 0:
            s.product[p].stock_l = s.plan.city.start_stock_l[p]
    berths_due(s)
    open_stocks(s)


@kernel
def open_day(s: Record, day: int) -> None:
    """DAY_OPEN: dated changes, payments, observed stock, replacement of lost tankers."""
    _open_units(s, day)
    add(s, PAYMENTS, s.plan.campaign.payment_fcfa[day])
    replace_lost(s)
    added = observed = 0
    for p in range(s.products):
        litres = s.plan.city.observed_l[day, p]
        if litres >= 0:
            observed = 1
            added += litres - s.product[p].stock_l
            s.product[p].stock_l = litres
    if observed != 0:
        berths_due(s)
        add(s, ADJUSTMENT, added)
    if day + 1 < s.days:
        at(s, (day + 1) * DAY_S, DAY_OPEN, s.plan.roads.node_entity[s.plan.city.node], day + 1, day + 1)


@kernel
def close_day(s: Record, day: int, by_product: Any, by_run: Any) -> None:
    """DAY_CLOSE: everybody consumes, buys and is recorded, before anything else of this second."""
    first = s.plan.times.warmup_days
    row = max(day - first, 0)  # days of the warm-up are overwritten by the first day that is reported
    stock = 0
    for p in range(s.products):
        close_product(s, day, p, by_product[row, p])
        stock += s.product[p].stock_l
    minutes = power_min(s)
    out = by_run[row]
    for column in range(len(out)):
        out[column] = 0
    for c in range(s.corridors):
        of = s.corridor[c]
        out[LOST] += of.burned + of.captured
        out[STAGED] += of.staged_n
    out[WAITING] = s.in_clearance
    for i in range(s.queue_n):
        for p in range(s.products):
            out[WAITING] += s.queue[i].counts[p]
    for i in range(s.cohorts_top):
        if s.cohort[i].moving != 0:
            out[ON_ROAD] += s.cohort[i].n
    out[POWER_MIN], out[ARRIVED] = minutes, s.arrived_today
    for number in range(s.pools):
        out[UNITS_FREE] += s.pool[number].free
    s.arrived_today = 0
    for p in range(s.products):
        s.product[p].inflow_l = s.product[p].dropped_l = 0
    note(s, DAY_CLOSED, day, 0, stock)
    if day + 1 < s.days:
        at(s, (day + 2) * DAY_S, DAY_CLOSE, s.plan.roads.node_entity[s.plan.city.node], day + 1, day + 1)
    berths_due(s)

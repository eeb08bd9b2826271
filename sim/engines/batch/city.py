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
    row = max(day - s.plan.times.warmup_days, 0)  # days of the warm-up are overwritten by the first one that is reported
    stock = 0
    for p in range(s.products):
        close_product(s, day, p, by_product, row)
        stock += s.product[p].stock_l
    lost = staged = waiting = on_road = free = 0
    for c in range(s.corridors):
        of = s.corridor[c]
        lost += of.burned + of.captured
        staged += of.staged_n
    for i in range(s.queue_n):
        for p in range(s.products):
            waiting += s.queue[i].counts[p]
    for i in range(s.cohorts_top):
        if s.cohort[i].moving != 0:
            on_road += s.cohort[i].n
    for number in range(s.pools):
        free += s.pool[number].free
    by_run[LOST, row], by_run[STAGED, row], by_run[WAITING, row] = lost, staged, waiting + s.in_clearance
    by_run[ON_ROAD, row], by_run[POWER_MIN, row], by_run[ARRIVED, row] = on_road, power_min(s), s.arrived_today
    by_run[UNITS_FREE, row] = free
    s.arrived_today = 0
    for p in range(s.products):
        s.product[p].inflow_l = s.product[p].dropped_l = 0
    note(s, DAY_CLOSED, day, 0, stock)
    if day + 1 < s.days:
        at(s, (day + 2) * DAY_S, DAY_CLOSE, s.plan.roads.node_entity[s.plan.city.node], day + 1, day + 1)
    berths_due(s)

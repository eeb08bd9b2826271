"""Those who consume, compiled: classes of the city, their private stocks, stations, and the sinks on the way."""

from __future__ import annotations

from typing import Any

from sim.draws import Stream
from sim.engines.batch.agenda import luck
from sim.engines.batch.layout import Record
from sim.jit import kernel
from sim.records import DAILY_COLUMNS
from sim.rules import allocation, consumption, market, shapes, sharing, stations

_allocate, _largest_remainder, _spread = (
    kernel(allocation.allocate), kernel(sharing.largest_remainder), kernel(shapes.spread),
)  # fmt: skip
_is_short, _refill_target, _wanted_l = (
    kernel(consumption.is_short), kernel(consumption.refill_target), kernel(consumption.wanted_l),
)  # fmt: skip
_black_market_price, _cut_orders_l, _power_hours = (
    kernel(market.black_market_price), kernel(market.cut_orders_l), kernel(market.power_hours),
)  # fmt: skip
_rationed_l, _waiting_h = kernel(market.rationed_l), kernel(market.waiting_h)
_refill, _room_for_drops, _sell, _with_fuel = (
    kernel(stations.refill), kernel(stations.room_for_drops), kernel(stations.sell), kernel(stations.with_fuel),
)  # fmt: skip

NEED = int(Stream.NEED)
HALF_DAY_H = 12
_COLUMN = {name: i for i, name in enumerate(DAILY_COLUMNS)}
STOCK, PRIVATE, NEED_L, WANTED, SOLD, CONSUMED, SERVED = (
    _COLUMN["stock_l"], _COLUMN["private_l"], _COLUMN["need_l"], _COLUMN["wanted_l"], _COLUMN["sold_l"],
    _COLUMN["consumed_l"], _COLUMN["served_l"],
)  # fmt: skip
CLASS_NEED, UNMET, INFLOW, DROPPED, REGIONS_NEED, REGIONS_UNMET = (
    _COLUMN["class_need_l"], _COLUMN["unmet_l"], _COLUMN["inflow_l"], _COLUMN["dropped_l"],
    _COLUMN["regions_need_l"], _COLUMN["regions_unmet_l"],
)  # fmt: skip
STATIONS_L, SUPPLIED, STATION_HOURS, WAIT_MIN, BLACK_MARKET, SHORTAGE, QUEUE = (
    _COLUMN["stations_l"], _COLUMN["stations_supplied"], _COLUMN["station_hours"], _COLUMN["wait_min"],
    _COLUMN["black_market_fcfa_l"], _COLUMN["shortage"], _COLUMN["queue"],
)  # fmt: skip


@kernel
def open_stocks(s: Record) -> None:
    """Stocks of people, stations and sinks as at the start date."""
    city = s.plan.city
    for p in range(s.products):
        for k in range(s.classes):
            s.private_l[k, p] = city.private_start_l[k, p]
        for sink in range(s.sinks):
            s.sink_l[sink, p] = city.sink_start_l[sink, p]
        for i in range(s.stations):
            s.tanks_l[p, i] = city.station_start_l[p]
        s.product[p].share_open = 1.0


@kernel
def ask(s: Record, day: int, p: int, cover: float) -> None:
    """Need of each class, what it tries to buy, what it can ask for, and its order at the depots."""
    city, panic = s.plan.city, s.plan.switches.panic != 0
    for k in range(s.classes):
        litres, cv = city.need_l[k, p, day], city.noise_cv[k]
        if cv > 0.0:
            litres *= _spread(cv, luck(s, NEED, city.need_entity[k, p], day, 0)[0])
        need = int(litres + 0.5)
        wanted = need
        if city.private[k] != 0:
            normal, most = city.private_target_l[k, p], city.panic_target_l[k, p]
            target = normal
            if panic:
                by_cover = _refill_target(normal, most, cover, city.panic_cover_days[k])
                by_queue = _refill_target(normal, most, s.product[p].share_open, city.panic_share_open[k])
                target = max(by_cover, by_queue)
            capacity = city.private_capacity_l[k, p]
            wanted = _wanted_l(need, s.private_l[k, p], target, city.refill_per_day[k], capacity)
        asked = wanted
        if city.ration_l > 0.0 and city.retail[k] != 0:
            asked = _rationed_l(wanted, need, city.ration_l, city.fill_l[k])
        cut = _cut_orders_l(asked, cover, city.cut_cover_days[k], city.cut_factor[k])
        s.need[k], s.wanted[k], s.asked[k] = need, wanted, asked
        s.orders[k] = min(cut, int(city.release_l[k, p]))


@kernel
def close_product(s: Record, day: int, p: int, out: Any, row: int) -> None:
    """Close a day for one product, and write its columns into `out` (column, day, product), day `row`.

    By day retail customers buy at the stations; at night the depots serve the other classes and refill the stations. A
    city without stations serves retail customers from the depots, with the other classes.
    """
    product, normal, k = s.product[p], s.normal_need_l[p], s.classes
    cover = product.stock_l / normal if normal > 0 else 1e9
    ask(s, day, p, cover)
    opened = noon = closed = 0
    if s.at_stations[p] == 0:
        allocate(s, product.stock_l)
        for i in range(k):
            s.served[i] = s.given[i]
    else:
        tanks = s.tanks_l[p][: s.stations]
        opened = _with_fuel(tanks)
        noon = sell_at_stations(s, tanks)
        closed = _with_fuel(tanks)
        product.share_open = noon / s.stations
        for i in range(k):
            s.served[i] = s.part_l[i]
        serve(s, p, tanks, cover)
        for i in range(k):
            if s.plan.city.retail[i] == 0:
                s.served[i] = s.given[i]
    for i in range(k):
        product.stock_l -= s.given[i]
    hours = HALF_DAY_H * (opened + 2 * noon + closed) // 2
    write(s, p, noon, hours, out, row)


@kernel
def sell_at_stations(s: Record, tanks: Any) -> int:
    """A day's sales in two halves, by class into `s.part_l`; stations with fuel at noon."""
    city, pump, n, total = s.plan.city, s.plan.city.station_pump_l, s.classes, 0
    for k in range(n):
        s.part_l[k] = 0
        s.asked_of[k] = s.asked[k] if city.retail[k] != 0 else 0
        total += s.asked_of[k]
    morning = _sell(tanks, total // 2, pump // 2)
    noon = _with_fuel(tanks)
    sold = morning + _sell(tanks, total - morning, pump - pump // 2)
    if s.retail_classes == 1:
        s.part_l[s.first_retail] = sold
    elif total > 0:
        _largest_remainder(s.asked_of[:n], sold, s.part_l[:n])
    return noon


@kernel
def serve(s: Record, p: int, tanks: Any, cover: float) -> None:
    """At night: what each class gets from the depots; the stations' whole drops stand at the first retail class."""
    city = s.plan.city
    drop = city.station_drop_l
    room, limit = _room_for_drops(tanks, city.station_tank_l, drop), 0
    for k in range(s.classes):
        if city.retail[k] != 0:
            limit += _cut_orders_l(int(city.release_l[k, p]), cover, city.cut_cover_days[k], city.cut_factor[k])
            s.orders[k] = 0
    s.orders[s.first_retail] = min(room, -(-limit // drop)) * drop
    allocate(s, s.product[p].stock_l)
    drops = s.given[s.first_retail] // drop
    _refill(tanks, drops, drop, s.spare_l[: s.stations])
    s.given[s.first_retail] = drops * drop


@kernel
def allocate(s: Record, stock_l: int) -> None:
    """What each class gets of a stock, into `s.given`."""
    n, total = s.classes, 0
    for k in range(n):
        total += s.orders[k]
        s.given[k] = s.orders[k]
    if total > stock_l:
        _allocate(
            stock_l, s.orders[:n], s.plan.city.priority[:n], s.plan.switches.by_priority, s.part_l[:n], s.asked_of[:n],
            s.given[:n],
        )  # fmt: skip


@kernel
def write(s: Record, p: int, noon: int, hours: int, out: Any, row: int) -> None:
    """Consumption of a day, and the daily columns of a product."""
    city, product = s.plan.city, s.product[p]
    private = need_r = wanted_r = sold_r = consumed_r = served = city_need = unmet = region_need = region_unmet = 0
    for k in range(s.classes):
        need, got = s.need[k], s.served[k]
        consumed = min(need, got)
        if city.private[k] != 0:
            consumed = min(need, s.private_l[k, p] + got)
            s.private_l[k, p] += got - consumed
        if city.region[k] != 0:
            region_need += need
            region_unmet += need - consumed
        else:
            city_need += need
            unmet += need - consumed
        if city.retail[k] != 0:
            need_r += need
            wanted_r += s.wanted[k]
            sold_r += got
            consumed_r += consumed
        if city.power_hours[k] > 0.0:
            s.power_served += min(need, got)
            s.power_need += need
        private += s.private_l[k, p]
        served += got
    for sink in range(s.sinks):
        need = city.sink_need_l[sink, p]
        used = min(s.sink_l[sink, p], need)
        s.sink_l[sink, p] -= used
        region_need += need
        region_unmet += need - used
    in_tanks = 0
    for i in range(s.stations):
        in_tanks += s.tanks_l[p, i]
    waits = _waiting_h(wanted_r, sold_r, city.base_wait_h, city.wait_h, city.longest_wait_h)
    price = _black_market_price(city.price_fcfa_l[p], city.markup, wanted_r, sold_r)
    out[STOCK, row, p], out[PRIVATE, row, p], out[NEED_L, row, p] = product.stock_l, private, need_r
    out[WANTED, row, p], out[SOLD, row, p], out[CONSUMED, row, p] = wanted_r, sold_r, consumed_r
    out[SERVED, row, p], out[CLASS_NEED, row, p], out[UNMET, row, p] = served, city_need, unmet
    out[INFLOW, row, p], out[DROPPED, row, p] = product.inflow_l, product.dropped_l
    out[REGIONS_NEED, row, p], out[REGIONS_UNMET, row, p] = region_need, region_unmet
    out[STATIONS_L, row, p], out[SUPPLIED, row, p], out[STATION_HOURS, row, p] = in_tanks, noon, hours
    out[WAIT_MIN, row, p] = int(waits * 60.0 + 0.5) if wanted_r != 0 else 0
    out[BLACK_MARKET, row, p] = int(price + 0.5)
    out[SHORTAGE, row, p] = 1 if _is_short(sold_r, min(wanted_r, need_r)) else 0
    out[QUEUE, row, p] = 1 if _is_short(sold_r, wanted_r) else 0


@kernel
def power_min(s: Record) -> int:
    """Minutes of power of the day that closes; 0 where no class makes electricity."""
    served, need = s.power_served, s.power_need
    s.power_served = s.power_need = 0
    city = s.plan.city
    for k in range(s.classes):
        if city.power_hours[k] > 0.0:
            return int(_power_hours(city.power_hours[k], city.power_dependence[k], served, need) * 60.0 + 0.5)
    return 0

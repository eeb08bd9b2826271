"""Those who consume: classes of the city, their private stocks, stations, and the sinks on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.draws import Stream
from sim.rules.allocation import allocate
from sim.rules.consumption import is_short, refill_target, wanted_l
from sim.rules.market import black_market_price, cut_orders_l, power_hours, rationed_l, waiting_h
from sim.rules.shapes import spread
from sim.rules.sharing import largest_remainder
from sim.rules.stations import refill, room_for_drops, sell, with_fuel

if TYPE_CHECKING:
    from sim.engines.reference.run import Run
    from sim.plan.arrays import CityPlan

HALF_DAY_H = 12


class Opening(NamedTuple):
    """Stations with a product at the opening, at noon and at the close of a day."""

    opening: int
    noon: int
    close: int


CLOSED = Opening(0, 0, 0)


class Customers:
    """A class of the city as consumers of one product: what the scenario says of it, and what it holds."""

    __slots__ = (
        "capacity_l", "cut_cover", "cut_factor", "fill_l", "holds", "k", "panic_cover", "panic_share_open", "panic_target_l",
        "private_l", "refill_per_day", "region", "release_l", "retail", "target_l",
    )  # fmt: skip

    def __init__(self, city: CityPlan, k: int, p: int) -> None:
        self.k = k
        self.retail, self.holds, self.region = bool(city.retail[k]), bool(city.private[k]), bool(city.region[k])
        self.release_l = int(city.release_l[k, p])
        self.capacity_l = city.private_capacity_l[k, p].item()
        self.target_l, self.panic_target_l = city.private_target_l[k, p].item(), city.panic_target_l[k, p].item()
        self.panic_cover, self.panic_share_open = city.panic_cover_days[k].item(), city.panic_share_open[k].item()
        self.fill_l, self.refill_per_day = city.fill_l[k].item(), city.refill_per_day[k].item()
        self.cut_cover, self.cut_factor = city.cut_cover_days[k].item(), city.cut_factor[k].item()
        self.private_l: int = city.private_start_l[k, p].item()


class Consumers:
    """Need, wants, sales and what people hold; depots are handed in, so that fuel is booked in one place."""

    def __init__(self, run: Run) -> None:
        self.run, self.city = run, run.plan.city
        city, products = run.plan.city, range(run.tables.products)
        self.need_l, self.needs_of_l = self.needs()
        self.classes = range(len(city.retail))
        self.retail = [k for k in self.classes if city.retail[k]]
        self.customers = [[Customers(city, k, p) for k in self.classes] for p in products]
        """Classes of the city by product."""
        self.holders = [[who for who in row if who.holds] for row in self.customers]
        self.buyers = [[who for who in row if who.retail] for row in self.customers]
        self.cut_early = [[who for who in row if who.cut_cover > 0.0] for row in self.customers]
        """Those whose orders are cut while the city's cover is low."""
        self.release_l = [[who.release_l for who in row] for row in self.customers]
        self.priority = city.priority.tolist()
        self.power = [(k, city.power_hours[k].item(), city.power_dependence[k].item())
                      for k in self.classes if city.power_hours[k] > 0]  # fmt: skip
        self.sink_l: list[list[int]] = city.sink_start_l.T.tolist()
        """Litres that each sink holds, by product."""
        self.sink_need_l: list[list[int]] = city.sink_need_l.T.tolist()
        self.tanks_l = [[litres] * city.stations for litres in city.station_start_l.tolist()]
        self.spare_l = [0] * city.stations
        self.booked_l = [sum(tanks) for tanks in self.tanks_l]
        """Fuel that should be in the tanks of the stations, booked from drops and sales."""
        needs = city.normal_need_l.tolist()
        self.at_stations = [city.stations > 0 and any(needs[k][p] for k in self.retail) for p in products]
        self.share_open = [1.0 for _ in products]
        self.open_ledger()
        self.parts = ([0] * len(self.classes), [0] * len(self.classes), [0] * len(self.classes))
        self.power_l = [0, 0]

    def open_ledger(self) -> None:
        """Begin to book what private stocks and sinks take in and use, from what they hold now."""
        products = range(self.run.tables.products)
        self.bought_l: list[int] = [0 for _ in products]
        self.used_l: list[int] = [0 for _ in products]
        self.sinks_used_l: list[int] = [0 for _ in products]
        self.private_before_l = [self.held_l(p) for p in products]
        self.sinks_before_l: list[int] = [sum(self.sink_l[p]) - self.run.dropped_l[p] for p in products]

    def held_l(self, p: int) -> int:
        """Fuel of a product that households and vehicles hold."""
        return sum([who.private_l for who in self.customers[p]])

    def needs(self) -> tuple[list[list[list[int]]], list[list[list[int]]]]:
        """Consumption need with the day's noise, litres of (product, day, class), and of (product, day, group).

        Groups are retail customers, the city, and the regions with the sinks.
        """
        run, city = self.run, self.run.plan.city
        need = city.need_l.copy()
        noisy = [k for k, cv in enumerate(city.noise_cv.tolist()) if cv > 0.0]
        if noisy:
            days = list(range(run.plan.times.days))
            u = run.luck.grid(Stream.NEED, city.need_entity[noisy][:, :, None], days, lanes=(0,))[0]
            for row, k in zip(u, noisy, strict=True):
                need[k] *= spread(city.noise_cv[k].item(), row)
        whole = (need + 0.5).astype(np.int64).transpose(1, 2, 0)
        region = city.region != 0
        groups = np.stack([whole[..., members].sum(axis=-1) for members in (city.retail != 0, ~region, region)], axis=-1)
        groups[..., 2] += city.sink_need_l.sum(axis=0)[:, None]
        return whole.tolist(), groups.tolist()

    def start_world(self) -> None:
        """Stocks of people, stations and sinks are set to the values of the start date."""
        city = self.city
        private = city.private_start_l.tolist()
        for p, row in enumerate(self.customers):
            for who in row:
                who.private_l = private[who.k][p]
        self.sink_l = city.sink_start_l.T.tolist()
        self.tanks_l = [[litres] * city.stations for litres in city.station_start_l.tolist()]
        self.booked_l = [sum(tanks) for tanks in self.tanks_l]
        self.share_open = [1.0] * len(self.share_open)
        self.open_ledger()

    def wants(self, who: Customers, need: int, cover: float, share_open: float) -> int:
        """What a class with a private stock tries to buy today: its need, and the refilling of that stock."""
        target = who.target_l
        if self.run.plan.switches.panic:
            by_cover = refill_target(target, who.panic_target_l, cover, who.panic_cover)
            by_queue = refill_target(target, who.panic_target_l, share_open, who.panic_share_open)
            target = max(by_cover, by_queue)
        return wanted_l(need, who.private_l, target, who.refill_per_day, who.capacity_l)

    def asked(self, p: int, need: list[int], wanted: list[int]) -> list[int]:
        """What retail classes can ask for under a ration cap; the others ask for what they want."""
        asked = wanted.copy()
        for who in self.buyers[p]:
            asked[who.k] = rationed_l(wanted[who.k], need[who.k], self.city.ration_l, who.fill_l)
        return asked

    def close_product(self, day: int, p: int, stock_l: int) -> tuple[int, list[int]]:
        """Close a day for one product: litres that leave the depots, and the row of daily columns.

        By day retail customers buy at the stations; at night the depots serve the other classes and refill the stations. A
        city without stations serves retail customers from the depots, with the other classes.
        """
        normal = self.run.tables.normal_need_l[p]
        cover = stock_l / normal if normal > 0 else 1e9
        need = self.need_l[p][day]
        wanted = need.copy()
        for who in self.holders[p]:
            wanted[who.k] = self.wants(who, need[who.k], cover, self.share_open[p])
        asked = wanted if self.city.ration_l <= 0.0 else self.asked(p, need, wanted)
        orders = self.orders(p, asked, cover)
        if not self.at_stations[p]:
            given = self.allocate(stock_l, orders)
            return (leaves := sum(given)), self.row(day, p, stock_l - leaves, wanted, given, CLOSED)
        sold, opening = self.sell_at_stations(p, asked)
        given = self.serve(p, stock_l, orders, cover)
        leaves = sum(given)
        for k in self.retail:
            given[k] = sold[k]
        return leaves, self.row(day, p, stock_l - leaves, wanted, given, opening)

    def orders(self, p: int, asked: list[int], cover: float) -> list[int]:
        """What each class orders at the depots: what it asks for, cut while cover is low, and no more than is released."""
        wishes = asked
        if self.cut_early[p]:
            wishes = asked.copy()
            for who in self.cut_early[p]:
                wishes[who.k] = cut_orders_l(asked[who.k], cover, who.cut_cover, who.cut_factor)
        return [wish if wish < most else most for wish, most in zip(wishes, self.release_l[p], strict=True)]

    def sell_at_stations(self, p: int, asked: list[int]) -> tuple[list[int], Opening]:
        """A day's sales in two halves; who finds nothing in the morning tries again in the afternoon."""
        pump, tanks = self.city.station_pump_l, self.tanks_l[p]
        total = sum(asked[k] for k in self.retail)
        opening = with_fuel(tanks)
        morning = sell(tanks, total // 2, pump // 2)
        noon = with_fuel(tanks)
        sold_l = morning + sell(tanks, total - morning, pump - pump // 2)
        self.booked_l[p] -= sold_l
        sold = [0] * len(self.classes)
        if len(self.retail) == 1:
            sold[self.retail[0]] = sold_l
        elif total > 0:
            parts = [0] * len(self.retail)
            largest_remainder([asked[k] for k in self.retail], sold_l, parts)
            for k, part in zip(self.retail, parts, strict=True):
                sold[k] = part
        self.share_open[p] = noon / len(tanks)
        return sold, Opening(opening, noon, with_fuel(tanks))

    def serve(self, p: int, stock_l: int, orders: list[int], cover: float) -> list[int]:
        """At night: what each class gets from the depots; the stations' whole drops stand at the first retail class."""
        tanks, drop = self.tanks_l[p], self.city.station_drop_l
        room = room_for_drops(tanks, self.city.station_tank_l, drop)
        limit = 0
        for who in self.buyers[p]:
            limit += cut_orders_l(who.release_l, cover, who.cut_cover, who.cut_factor)
            orders[who.k] = 0
        orders[self.retail[0]] = min(room, -(-limit // drop)) * drop
        given = self.allocate(stock_l, orders)
        drops = given[self.retail[0]] // drop
        refill(tanks, drops, drop, self.spare_l)
        self.booked_l[p] += drops * drop
        given[self.retail[0]] = drops * drop
        return given

    def allocate(self, stock_l: int, orders: list[int]) -> list[int]:
        """What each class gets of a stock."""
        if sum(orders) <= stock_l:
            return orders
        served, part, asked_of = self.parts
        allocate(stock_l, orders, self.priority, self.run.plan.switches.by_priority, part, asked_of, served)
        return list(served)

    def row(self, day: int, p: int, stock_l: int, wanted: list[int], served: list[int], opening: Opening) -> list[int]:
        """Consumption of a day, and the daily columns in their order; the depots hold `stock_l` at its close."""
        city, recorder, need = self.city, self.run.recorder, self.need_l[p][day]
        need_r, city_need, region_need = self.needs_of_l[p][day]
        wanted_r = sold_r = unmet = region_unmet = 0
        consumed_r = need_r
        for who in self.buyers[p]:
            wanted_r += wanted[who.k]
            sold_r += served[who.k]
        for who, needs, gets in zip(self.customers[p], need, served, strict=True):
            lacks = needs - gets
            if who.holds:
                lacks = self.use(who, p, needs, gets)
            if lacks > 0:
                if who.retail:
                    consumed_r -= lacks
                if who.region:
                    region_unmet += lacks
                else:
                    unmet += lacks
        tanks = self.sink_l[p]
        for sink, needs in enumerate(self.sink_need_l[p]):
            uses = needs if needs < tanks[sink] else tanks[sink]
            tanks[sink] -= uses
            self.sinks_used_l[p] += uses
            region_unmet += needs - uses
        for k, _, _ in self.power:
            self.power_l[0] += min(need[k], served[k])
            self.power_l[1] += need[k]
        waits = waiting_h(wanted_r, sold_r, city.base_wait_h, city.wait_h, city.longest_wait_h)
        price = black_market_price(self.run.tables.price_fcfa_l[p], city.markup, wanted_r, sold_r)
        hours = HALF_DAY_H * (opening.opening + 2 * opening.noon + opening.close) // 2
        return [
            stock_l, self.held_l(p), need_r, wanted_r, sold_r, consumed_r, sum(served), city_need, unmet,
            recorder.inflow_l[p], recorder.dropped_l[p], region_need, region_unmet, sum(self.tanks_l[p]), opening.noon, hours,
            int(waits * 60.0 + 0.5) if wanted_r else 0, int(price + 0.5),
            int(is_short(sold_r, min(wanted_r, need_r))), int(is_short(sold_r, wanted_r)),
        ]  # fmt: skip

    def use(self, who: Customers, p: int, needs: int, gets: int) -> int:
        """A class with a private stock consumes what it needs and holds the rest; litres that it lacks."""
        has = who.private_l + gets
        used = needs if needs < has else has
        who.private_l = has - used
        self.bought_l[p] += gets
        self.used_l[p] += used
        return needs - used

    def power_min(self) -> int:
        """Minutes of power of the day that closes; 0 where no class makes electricity."""
        served, need = self.power_l
        self.power_l = [0, 0]
        if not self.power:
            return 0
        _, normal, dependence = self.power[0]
        return int(power_hours(normal, dependence, served, need) * 60.0 + 0.5)

"""Those who consume: classes of the city, their private stocks, stations, and the sinks on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.draws import Stream
from sim.rules.allocation import allocate
from sim.rules.consumption import is_short, refill_target, wanted_l
from sim.rules.market import black_market_price, cut_orders_l, power_hours, rationed_l, waiting_h
from sim.rules.shapes import spread
from sim.rules.sharing import largest_remainder
from sim.rules.stations import refill, room_for_drops, sell, with_fuel

if TYPE_CHECKING:
    from sim.engines.reference.run import Run

HALF_DAY_H = 12


class Opening(NamedTuple):
    """Stations with a product at the opening, at noon and at the close of a day."""

    opening: int
    noon: int
    close: int


class Consumers:
    """Need, wants, sales and what people hold; depots are handed in, so that fuel is booked in one place."""

    def __init__(self, run: Run) -> None:
        self.run = run
        city, products = run.plan.city, run.tables.products
        self.need_l = self.needs()
        self.classes = range(len(city.retail))
        self.retail = [k for k in self.classes if city.retail[k]]
        self.held = [k for k in self.classes if city.private[k]]
        self.region = city.region.tolist()
        self.priority = city.priority.tolist()
        self.release_l = city.release_l.astype("int64").tolist()
        self.capacity_of, self.target_l = city.private_capacity_l.tolist(), city.private_target_l.tolist()
        self.panic_target_l, self.panic_cover = city.panic_target_l.tolist(), city.panic_cover_days.tolist()
        self.panic_share_open, self.fill_l = city.panic_share_open.tolist(), city.fill_l.tolist()
        self.refill_per_day = city.refill_per_day.tolist()
        self.cut_cover, self.cut_factor = city.cut_cover_days.tolist(), city.cut_factor.tolist()
        self.power = [(k, city.power_hours[k].item(), city.power_dependence[k].item())
                      for k in self.classes if city.power_hours[k] > 0]  # fmt: skip
        self.private_l: list[list[int]] = city.private_start_l.tolist()
        self.sink_l: list[list[int]] = city.sink_start_l.tolist()
        self.sink_need_l = city.sink_need_l.tolist()
        self.tanks_l = [[litres] * city.stations for litres in city.station_start_l.tolist()]
        self.spare_l = [0] * city.stations
        self.booked_l = [sum(tanks) for tanks in self.tanks_l]
        """Fuel that should be in the tanks of the stations, booked from drops and sales."""
        needs = city.normal_need_l.tolist()
        self.at_stations = [city.stations > 0 and any(needs[k][p] for k in self.retail) for p in range(products)]
        self.share_open = [1.0] * products
        self.open_ledger()
        self.parts = ([0] * len(self.classes), [0] * len(self.classes), [0] * len(self.classes))
        self.power_l = [0, 0]

    def open_ledger(self) -> None:
        """Begin to book what private stocks and sinks take in and use, from what they hold now."""
        products = range(self.run.tables.products)
        self.bought_l: list[int] = [0 for _ in products]
        self.used_l: list[int] = [0 for _ in products]
        self.sinks_used_l: list[int] = [0 for _ in products]
        self.private_before_l: list[int] = [sum(row[p] for row in self.private_l) for p in products]
        self.sinks_before_l: list[int] = [sum(row[p] for row in self.sink_l) - self.run.dropped_l[p] for p in products]

    def needs(self) -> list[list[list[int]]]:
        """Consumption need in litres of (day, class, product), with the day's noise."""
        run, city = self.run, self.run.plan.city
        need = city.need_l.copy()
        noisy = [k for k, cv in enumerate(city.noise_cv.tolist()) if cv > 0.0]
        if noisy:
            days = list(range(run.plan.times.days))
            u = run.luck.grid(Stream.NEED, city.need_entity[noisy][:, :, None], days, lanes=(0,))[0]
            for row, k in zip(u, noisy, strict=True):
                need[k] *= spread(city.noise_cv[k].item(), row)
        whole: list[list[list[int]]] = (need + 0.5).astype("int64").transpose(2, 0, 1).tolist()
        return whole

    def start_world(self) -> None:
        """Stocks of people, stations and sinks are set to the values of the start date."""
        city = self.run.plan.city
        self.private_l = city.private_start_l.tolist()
        self.sink_l = city.sink_start_l.tolist()
        self.tanks_l = [[litres] * city.stations for litres in city.station_start_l.tolist()]
        self.booked_l = [sum(tanks) for tanks in self.tanks_l]
        self.share_open = [1.0] * len(self.share_open)
        self.open_ledger()

    def wants(self, p: int, need: list[int], cover: float) -> list[int]:
        """What each class tries to buy today: its need, and for those with a private stock the refilling of it."""
        panic = self.run.plan.switches.panic
        wanted = list(need)
        for k in self.held:
            normal, most = self.target_l[k][p], self.panic_target_l[k][p]
            target = normal
            if panic:
                by_cover = refill_target(normal, most, cover, self.panic_cover[k])
                by_queue = refill_target(normal, most, self.share_open[p], self.panic_share_open[k])
                target = max(by_cover, by_queue)
            wanted[k] = wanted_l(need[k], self.private_l[k][p], target, self.refill_per_day[k], self.capacity_of[k][p])
        return wanted

    def asked(self, p: int, need: list[int], wanted: list[int]) -> list[int]:
        """What retail classes can ask for under a ration cap; the others ask for what they want."""
        cap = self.run.plan.city.ration_l
        if cap <= 0.0:
            return wanted
        asked = list(wanted)
        for k in self.retail:
            asked[k] = rationed_l(wanted[k], need[k], cap, self.fill_l[k])
        return asked

    def close_product(self, day: int, p: int, stock_l: int) -> tuple[int, list[int]]:
        """Close a day for one product: litres that leave the depots, and the row of daily columns without the stock.

        By day retail customers buy at the stations; at night the depots serve the other classes and refill the stations. A
        city without stations serves retail customers from the depots, with the other classes.
        """
        run = self.run
        normal = run.tables.normal_need_l[p]
        cover = stock_l / normal if normal > 0 else 1e9
        need = [row[p] for row in self.need_l[day]]
        wanted = self.wants(p, need, cover)
        asked = self.asked(p, need, wanted)
        orders = [
            min(cut_orders_l(asked[k], cover, self.cut_cover[k], self.cut_factor[k]), self.release_l[k][p])
            for k in self.classes
        ]
        if not self.at_stations[p]:
            given = self.allocate(stock_l, orders)
            return sum(given), self.row(p, need, wanted, given, Opening(0, 0, 0))
        sold, opening = self.sell_at_stations(p, asked)
        given = self.serve(p, stock_l, orders, cover)
        served = [sold[k] if k in self.retail else given[k] for k in self.classes]
        return sum(given), self.row(p, need, wanted, served, opening)

    def sell_at_stations(self, p: int, asked: list[int]) -> tuple[list[int], Opening]:
        """A day's sales in two halves; who finds nothing in the morning tries again in the afternoon."""
        pump, tanks = self.run.plan.city.station_pump_l, self.tanks_l[p]
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
        city, tanks = self.run.plan.city, self.tanks_l[p]
        drop = city.station_drop_l
        room = room_for_drops(tanks, city.station_tank_l, drop)
        limit = sum(cut_orders_l(self.release_l[k][p], cover, self.cut_cover[k], self.cut_factor[k]) for k in self.retail)
        orders = list(orders)
        for k in self.retail:
            orders[k] = 0
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
            return list(orders)
        served, part, asked_of = self.parts
        allocate(stock_l, orders, self.priority, self.run.plan.switches.by_priority, part, asked_of, served)
        return list(served)

    def row(self, p: int, need: list[int], wanted: list[int], served: list[int], opening: Opening) -> list[int]:
        """Consumption of a day, and the daily columns behind the depots' stock in their order."""
        city, recorder = self.run.plan.city, self.run.recorder
        need_r = wanted_r = sold_r = consumed_r = city_need = unmet = region_need = region_unmet = 0
        for k in self.classes:
            consumed = min(need[k], served[k])
            if k in self.held:
                own = self.private_l[k]
                consumed = min(need[k], own[p] + served[k])
                own[p] += served[k] - consumed
                self.bought_l[p] += served[k]
                self.used_l[p] += consumed
            if self.region[k]:
                region_need += need[k]
                region_unmet += need[k] - consumed
            else:
                city_need += need[k]
                unmet += need[k] - consumed
            if k in self.retail:
                need_r += need[k]
                wanted_r += wanted[k]
                sold_r += served[k]
                consumed_r += consumed
        for tanks, needs in zip(self.sink_l, self.sink_need_l, strict=True):
            used = min(tanks[p], needs[p])
            tanks[p] -= used
            self.sinks_used_l[p] += used
            region_need += needs[p]
            region_unmet += needs[p] - used
        for k, _, _ in self.power:
            self.power_l[0] += min(need[k], served[k])
            self.power_l[1] += need[k]
        waits = waiting_h(wanted_r, sold_r, city.base_wait_h, city.wait_h, city.longest_wait_h)
        price = black_market_price(self.run.tables.price_fcfa_l[p], city.markup, wanted_r, sold_r)
        hours = HALF_DAY_H * (opening.opening + 2 * opening.noon + opening.close) // 2
        return [
            sum([row[p] for row in self.private_l]), need_r, wanted_r, sold_r, consumed_r, sum(served), city_need, unmet,
            recorder.inflow_l[p], recorder.dropped_l[p], region_need, region_unmet, sum(self.tanks_l[p]), opening.noon, hours,
            int(waits * 60.0 + 0.5) if wanted_r else 0, int(price + 0.5),
            int(is_short(sold_r, min(wanted_r, need_r))), int(is_short(sold_r, wanted_r)),
        ]  # fmt: skip

    def power_min(self) -> int:
        """Minutes of power of the day that closes; 0 where no class makes electricity."""
        served, need = self.power_l
        self.power_l = [0, 0]
        if not self.power:
            return 0
        _, normal, dependence = self.power[0]
        return int(power_hours(normal, dependence, served, need) * 60.0 + 0.5)

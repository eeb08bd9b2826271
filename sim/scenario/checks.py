"""What must hold between the values of a scenario, of a strategy, and of both: tables of small checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sim.language import Phrase
from sim.scenario import events
from sim.scenario.balance import balance_table, settled
from sim.scenario.expected import Finding
from sim.scenario.extent import candidates_fit, names_apart
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.posterior_checks import posterior_fits
from sim.scenario.quantity import Quantity
from sim.scenario.references import REFERENCES
from sim.scenario.regime_checks import one_state_a_day, regimes_in_order
from sim.scenario.share_checks import balance_adds_up, city_has_its_share, corridor_shares, share_key, sinks_are_passed

RUN_DAYS: tuple[KeyPath, KeyPath] = (("start",), ("days",))


def intensity_below_ceiling(scenario: Scenario) -> Iterator[Finding]:
    """No intensity, with its range and a truce's factor, passes the ceiling of candidate ambushes."""
    ceiling = scenario.threat.ceiling_per_km_h
    stated: list[tuple[KeyPath, Quantity]] = [
        (("threat", "intensity_per_km_h"), scenario.threat.intensity_per_km_h),
        *(
            (("event", name, "intensity_per_km_h"), event.intensity_per_km_h)
            for name, event in scenario.event.items()
            if isinstance(event, events.Intensity)
        ),
    ]
    for path, quantity in stated:
        if quantity.highest > ceiling:
            message = Phrase(
                "reaches {n:g}, above threat.ceiling_per_km_h = {ceiling:g}", n=quantity.highest, ceiling=ceiling
            )
            hint = Phrase("raise the ceiling (it costs only time)")
            yield Finding(path, message, hint, (("threat", "ceiling_per_km_h"),))
    for name, event in scenario.event.items():
        if isinstance(event, events.Truce) and event.factor.highest > 1:
            message = Phrase("reaches {n:g}: expected ≤ 1, because a truce calms", n=event.factor.highest)
            yield Finding(("event", name, "factor"), message)


def orders_in_order(scenario: Scenario) -> Iterator[Finding]:
    """Order factors and throttle limits keep their order in every world, and the target cover is above 0."""
    orders = scenario.orders
    if orders.min_factor.highest > orders.max_factor.lowest:
        message = Phrase(
            "reaches {n:g}, above max_factor = {most:g}", n=orders.min_factor.highest, most=orders.max_factor.lowest
        )
        yield Finding(("orders", "min_factor"), message, parts=(("orders", "max_factor"),))
    if orders.throttle_start_tankers.highest >= orders.throttle_stop_tankers.lowest:
        message = Phrase(
            "reaches {n:g}: expected below {key}, which goes down to {least:g}",
            n=orders.throttle_start_tankers.highest, key="throttle_stop_tankers", least=orders.throttle_stop_tankers.lowest,
        )  # fmt: skip
        yield Finding(("orders", "throttle_start_tankers"), message, parts=(("orders", "throttle_stop_tankers"),))
    if orders.target_cover_days.lowest <= 0:
        yield Finding(
            ("orders", "target_cover_days"),
            Phrase("goes down to {n:g}: expected > 0", n=orders.target_cover_days.lowest),
        )


def hours_in_order(scenario: Scenario) -> Iterator[Finding]:
    """Driving and opening hours start before they end."""
    windows: list[tuple[KeyPath, str, str, Quantity, Quantity]] = [
        (("road",), "drive_start_h", "drive_end_h", scenario.road.drive_start_h, scenario.road.drive_end_h),
        *(
            (("node", name), "open_start_h", "open_end_h", node.open_start_h, node.open_end_h)
            for name, node in scenario.node.items()
        ),
    ]
    for path, first, last, start, end in windows:
        if start.highest >= end.lowest:
            message = Phrase(
                "reaches {n:g}: expected before {key}, which goes down to {least:g}", n=start.highest, key=last, least=end.lowest
            )
            yield Finding((*path, first), message, parts=((*path, last),))


def event_dates(scenario: Scenario) -> Iterator[Finding]:
    """Dated events touch the days of the scenario; gifts and observed stocks fall on one of them."""
    last = scenario.start + timedelta(days=scenario.days - 1)
    span = Phrase("the scenario runs from {start} to {last}", start=scenario.start, last=last)
    for name, event in scenario.event.items():
        on_first_day = isinstance(event, (events.Gift, events.ObservedStock))
        ends = event.first_day if on_first_day else event.last_day
        if event.first_day > last:
            message = Phrase("{day} lies after the last day: {span}", day=event.first_day, span=span)
            yield Finding(("event", name, "first_day"), message, parts=RUN_DAYS)
        elif ends is not None and ends < scenario.start:
            key = "first_day" if on_first_day else "last_day"
            message = Phrase("{day} lies before the first day: {span}", day=ends, span=span)
            yield Finding(("event", name, key), message, parts=RUN_DAYS[:1])


def one_gift_a_day(scenario: Scenario) -> Iterator[Finding]:
    """No two gifts fall on one day: their tankers would share their luck."""
    seen: dict[date, str] = {}
    for name, event in scenario.event.items():
        if isinstance(event, events.Gift):
            other = seen.setdefault(event.first_day, name)
            if other != name:
                message = Phrase(
                    'falls on the day of gift "{other}": expected one gift a day, join the two into one event', other=other
                )
                yield Finding(("event", name, "first_day"), message, parts=(("event", other, "first_day"),))


def depots_hold_their_start(scenario: Scenario) -> Iterator[Finding]:
    """Start stock of each product fits its depot at central values."""
    for product, depot in scenario.city.depot.items():
        if product in scenario.balance:
            rows = [row for row in balance_table(scenario) if row.product == product and row.role == "class"]
            need = sum(row.litres_day for row in rows)
            stock = depot.start_cover_days.value * need
            if stock > depot.capacity_l.value:
                message = Phrase(
                    "{days:g} days · {need:,.0f} l a day = {stock:,.0f} l, above capacity_l = {most:,.0f}",
                    days=depot.start_cover_days.value, need=need, stock=stock, most=depot.capacity_l.value,
                )  # fmt: skip
                path: KeyPath = ("city", "depot", product)
                parts = ((*path, "capacity_l"), ("balance", product, "need_l_day"), *(share_key(row) for row in rows))
                yield Finding((*path, "start_cover_days"), message, parts=parts)


def private_stock_levels(scenario: Scenario) -> Iterator[Finding]:
    """Private stock starts and aims within its capacity, and panic raises the target, at central values."""
    for name, part in scenario.demand_class.items():
        private = part.private
        if private is None:
            continue
        capacity, target = private.capacity_days.value, private.target_days.value
        path: KeyPath = ("class", name, "private")
        for key in ("start_days", "target_days", "panic_target_days"):
            days = getattr(private, key).value
            if days > capacity:
                message = Phrase("{n:g}, above capacity_days = {most:g}", n=days, most=capacity)
                yield Finding((*path, key), message, parts=((*path, "capacity_days"),))
        if private.panic_cover_days.value > 0 and private.panic_target_days.value < target:
            days = private.panic_target_days.value
            message = Phrase("{n:g}, below target_days = {target:g}: panic would calm", n=days, target=target)
            yield Finding((*path, "panic_target_days"), message, parts=((*path, "target_days"), (*path, "panic_cover_days")))


def somebody_buys_retail(scenario: Scenario) -> Iterator[Finding]:
    """At least one class is retail: shortage days are counted there."""
    if not any(part.retail for part in scenario.demand_class.values()):
        message = Phrase("no class has retail = true: shortage days could not be counted")
        yield Finding(("class",), message, parts=tuple(("class", name, "retail") for name in scenario.demand_class))


def suppression_fades(scenario: Scenario) -> Iterator[Finding]:
    """Suppression of attackers has a half-life above 0."""
    aftermath = scenario.aftermath
    if aftermath.suppression.highest > 0 and aftermath.suppression_half_life_days.lowest <= 0:
        message = Phrase("expected > 0 in every world, because suppression is on")
        yield Finding(("aftermath", "suppression_half_life_days"), message, parts=(("aftermath", "suppression"),))


def stations_can_serve(scenario: Scenario) -> Iterator[Finding]:
    """Stations can take in and pump the normal need of retail customers (one drop a station and night)."""
    stations = scenario.city.stations
    if stations is None:
        return
    for product, balance in scenario.balance.items():
        classes = settled(scenario).demand_class.values()
        shares = [c.share[product].value for c in classes if c.retail and product in c.share]
        need = sum(shares) * balance.need_l_day.value
        for key, most in (("drop_l", stations.drop_l.value), ("pump_l_day", stations.pump_l_day.value)):
            if stations.count.value * most < need:
                message = Phrase(
                    "{n:,.0f} stations · {each:,.0f} l = {all:,.0f} l a day of {product}, below the normal need of "
                    "{need:,.0f} l: expected at least as much",
                    n=stations.count.value, each=most, all=stations.count.value * most, product=product, need=need,
                )  # fmt: skip
                path: KeyPath = ("city", "stations")
                retail = [name for name, c in scenario.demand_class.items() if c.retail]
                shares_of = (("class", name, "share", product) for name in retail)
                yield Finding((*path, key), message, parts=((*path, "count"), ("balance", product, "need_l_day"), *shares_of))


def one_power_company(scenario: Scenario) -> Iterator[Finding]:
    """At most one class makes electricity."""
    makers = [name for name, part in scenario.demand_class.items() if part.electricity]
    if len(makers) > 1:
        message = Phrase('class "{name}" makes electricity already: expected one at most', name=makers[0])
        yield Finding(("class", makers[1], "electricity"), message, parts=(("class", makers[0], "electricity"),))


def report_days_inside(scenario: Scenario) -> Iterator[Finding]:
    """Days to which metrics are reported lie within the scenario."""
    last = scenario.start + timedelta(days=scenario.days - 1)
    for i, until in enumerate(scenario.report_to):
        if not scenario.start <= until <= last:
            message = Phrase("{day}: expected a day from {start} to {last}", day=until, start=scenario.start, last=last)
            yield Finding(("report_to", i), message, parts=RUN_DAYS)


SCENARIO_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    *REFERENCES, balance_adds_up, city_has_its_share, corridor_shares, intensity_below_ceiling, orders_in_order, hours_in_order,
    regimes_in_order, one_state_a_day, posterior_fits, event_dates, one_gift_a_day, depots_hold_their_start, private_stock_levels,
    somebody_buys_retail, suppression_fades,
    stations_can_serve, one_power_company, report_days_inside, names_apart, candidates_fit, sinks_are_passed,
)  # fmt: skip


def scenario_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything that the checks find in a scenario, one after the other."""
    return (finding for check in SCENARIO_CHECKS for finding in check(scenario))

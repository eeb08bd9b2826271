"""What must hold between the values of a scenario, of a strategy, and of both: tables of small checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sim.errors import Problem, ScenarioError
from sim.rules import dispatch
from sim.scenario import events
from sim.scenario.balance import balance_table as balance_table
from sim.scenario.expected import Finding, listed, suggestion
from sim.scenario.loaded import Document, Loaded
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.quantity import Quantity
from sim.scenario.references import REFERENCES
from sim.scenario.strategy import Convoys, FixedEscort, NoEscort, PerTankers, SquareRoot, Strategy

SUM_TOLERANCE = 1e-9
"""Room for the rounding of decimal shares in binary; never for a missing share."""


def _top(quantity: Quantity) -> float:
    return quantity.value if quantity.high is None else quantity.high


def _bottom(quantity: Quantity) -> float:
    return quantity.value if quantity.low is None else quantity.low


def balance_adds_up(scenario: Scenario) -> Iterator[Finding]:
    """Shares of sinks and classes of each product add up to 1."""
    rows = balance_table(scenario)
    for product in scenario.balance:
        parts = [row for row in rows if row.product == product]
        total = sum(row.share for row in parts)
        complete = len(parts) == len(scenario.sink) + len(scenario.demand_class)
        if complete and abs(total - 1) > SUM_TOLERANCE:
            table = " + ".join(f"{row.role} {row.name} {row.share:g}" for row in parts)
            message = f"shares of sinks and classes add up to {total:.10g}, expected 1: {table or 'none'}"
            yield Finding(("balance", product), message)


def corridor_shares(scenario: Scenario) -> Iterator[Finding]:
    """Shares of the enabled corridors add up to 1."""
    total = sum(corridor.share.value for corridor in scenario.corridors.values())
    if abs(total - 1) > SUM_TOLERANCE:
        table = " + ".join(f"{name} {c.share.value:g}" for name, c in scenario.corridors.items())
        message = f"shares of enabled corridors add up to {total:.10g}, expected 1: {table or 'none'}"
        yield Finding(("corridor",), message)


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
        if _top(quantity) > ceiling:
            message = f"reaches {_top(quantity):g}, above threat.ceiling_per_km_h = {ceiling:g}"
            yield Finding(path, message, "raise the ceiling (it costs only time)")
    for name, event in scenario.event.items():
        if isinstance(event, events.Truce) and _top(event.factor) > 1:
            message = f"reaches {_top(event.factor):g}: expected ≤ 1, because a truce calms"
            yield Finding(("event", name, "factor"), message)


def orders_in_order(scenario: Scenario) -> Iterator[Finding]:
    """Order factors and throttle limits keep their order in every world, and the target cover is above 0."""
    orders = scenario.orders
    if _top(orders.min_factor) > _bottom(orders.max_factor):
        message = f"reaches {_top(orders.min_factor):g}, above max_factor = {_bottom(orders.max_factor):g}"
        yield Finding(("orders", "min_factor"), message)
    if _top(orders.throttle_start_tankers) >= _bottom(orders.throttle_stop_tankers):
        message = (
            f"reaches {_top(orders.throttle_start_tankers):g}: expected below throttle_stop_tankers, "
            f"which goes down to {_bottom(orders.throttle_stop_tankers):g}"
        )
        yield Finding(("orders", "throttle_start_tankers"), message)
    if _bottom(orders.target_cover_days) <= 0:
        yield Finding(
            ("orders", "target_cover_days"),
            f"goes down to {_bottom(orders.target_cover_days):g}: expected > 0",
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
        if _top(start) >= _bottom(end):
            message = f"reaches {_top(start):g}: expected before {last}, which goes down to {_bottom(end):g}"
            yield Finding((*path, first), message)


def event_dates(scenario: Scenario) -> Iterator[Finding]:
    """Dated events touch the days of the scenario; gifts and observed stocks fall on one of them."""
    last = scenario.start + timedelta(days=scenario.days - 1)
    span = f"the scenario runs from {scenario.start} to {last}"
    for name, event in scenario.event.items():
        on_first_day = isinstance(event, (events.Gift, events.ObservedStock))
        ends = event.first_day if on_first_day else event.last_day
        if event.first_day > last:
            yield Finding(("event", name, "first_day"), f"{event.first_day} lies after the last day: {span}")
        elif ends is not None and ends < scenario.start:
            key = "first_day" if on_first_day else "last_day"
            yield Finding(("event", name, key), f"{ends} lies before the first day: {span}")


def one_gift_a_day(scenario: Scenario) -> Iterator[Finding]:
    """No two gifts fall on one day: their tankers would share their luck."""
    seen: dict[date, str] = {}
    for name, event in scenario.event.items():
        if isinstance(event, events.Gift):
            other = seen.setdefault(event.first_day, name)
            if other != name:
                message = f"falls on the day of gift {other}: expected one gift a day, join the two into one event"
                yield Finding(("event", name, "first_day"), message)


def depots_hold_their_start(scenario: Scenario) -> Iterator[Finding]:
    """Start stock of each product fits its depot at central values."""
    for product, depot in scenario.city.depot.items():
        if product in scenario.balance:
            rows = [row for row in balance_table(scenario) if row.product == product and row.role == "class"]
            need = sum(row.litres_day for row in rows)
            stock = depot.start_cover_days.value * need
            if stock > depot.capacity_l.value:
                message = (
                    f"{depot.start_cover_days.value:g} days · {need:,.0f} l a day = {stock:,.0f} l, "
                    f"above capacity_l = {depot.capacity_l.value:,.0f}"
                )
                yield Finding(("city", "depot", product, "start_cover_days"), message)


def private_stock_levels(scenario: Scenario) -> Iterator[Finding]:
    """Private stock starts and aims within its capacity, and panic raises the target, at central values."""
    for name, part in scenario.demand_class.items():
        private = part.private
        if private is None:
            continue
        capacity, target = private.capacity_days.value, private.target_days.value
        for key in ("start_days", "target_days", "panic_target_days"):
            days = getattr(private, key).value
            if days > capacity:
                message = f"{days:g}, above capacity_days = {capacity:g}"
                yield Finding(("class", name, "private", key), message)
        if private.panic_cover_days.value > 0 and private.panic_target_days.value < target:
            message = f"{private.panic_target_days.value:g}, below target_days = {target:g}: panic would calm"
            yield Finding(("class", name, "private", "panic_target_days"), message)


def somebody_buys_retail(scenario: Scenario) -> Iterator[Finding]:
    """At least one class is retail: shortage days are counted there."""
    if not any(part.retail for part in scenario.demand_class.values()):
        yield Finding(("class",), "no class has retail = true: shortage days could not be counted")


def suppression_fades(scenario: Scenario) -> Iterator[Finding]:
    """Suppression of attackers has a half-life above 0."""
    aftermath = scenario.aftermath
    if _top(aftermath.suppression) > 0 and _bottom(aftermath.suppression_half_life_days) <= 0:
        message = "expected > 0 in every world, because suppression is on"
        yield Finding(("aftermath", "suppression_half_life_days"), message)


SCENARIO_CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    *REFERENCES, balance_adds_up, corridor_shares, intensity_below_ceiling, orders_in_order, hours_in_order,
    event_dates, one_gift_a_day, depots_hold_their_start, private_stock_levels, somebody_buys_retail, suppression_fades,
)  # fmt: skip


def scenario_findings(scenario: Scenario) -> list[Finding]:
    """Everything that the checks find in a scenario."""
    return [finding for check in SCENARIO_CHECKS for finding in check(scenario)]


def sizes_in_order(strategy: Strategy) -> Iterator[Finding]:
    """The smallest convoy is not larger than the largest."""
    for path, convoys in _convoy_rules(strategy):
        if convoys.min_size > convoys.size:
            yield Finding((*path, "min_size"), f"{convoys.min_size}, above size = {convoys.size}")


def jitter_within_interval(strategy: Strategy) -> Iterator[Finding]:
    """Slots keep their order: jitter is at most half of the interval."""
    for path, convoys in _convoy_rules(strategy):
        if convoys.jitter_h > convoys.interval_h / 2:
            message = f"{convoys.jitter_h:g}: expected at most half of interval_h = {convoys.interval_h:g}"
            yield Finding((*path, "jitter_h"), message)


STRATEGY_CHECKS: tuple[Callable[[Strategy], Iterator[Finding]], ...] = (
    sizes_in_order,
    jitter_within_interval,
)


def strategy_findings(strategy: Strategy) -> list[Finding]:
    """Everything that the checks find in a strategy by itself."""
    return [finding for check in STRATEGY_CHECKS for finding in check(strategy)]


def strategy_corridors_exist(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """Corridors that a strategy names are corridors of the scenario."""
    for name in strategy.corridor:
        if name not in scenario.corridor:
            hint = suggestion(name, scenario.corridor) or f"there are: {listed(scenario.corridor)}"
            yield Finding(("corridor", name), f'the scenario has no corridor "{name}"', hint)


def pools_suffice(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """No convoy needs more escort units than its staging node can ever have, unless it may leave without."""
    for name, corridor in scenario.corridors.items():
        convoys = strategy.convoys_on(name)
        if convoys is None or convoys.when_no_unit == "unescorted":
            continue
        tankers = convoys.min_size if convoys.shrink else convoys.size
        needed, pool = units_for(convoys, tankers), pool_units(scenario, corridor.staging)
        if pool > 0 and not scenario.mechanisms.escort_wait:
            continue
        if needed > pool:
            path: KeyPath = ("corridor", name) if name in strategy.corridor else ("convoys",)
            message = (
                f'a convoy of {tankers} on "{name}" needs {needed} escort units, '
                f'but "{corridor.staging}" has {pool}: it could never leave'
            )
            hint = 'ask for fewer units, set when_no_unit = "unescorted", or enlarge the pool'
            yield Finding((*path, "escort"), message, hint)


def units_for(convoys: Convoys, tankers: int) -> int:
    """Escort units that a convoy of `tankers` needs under its escort rule."""
    match convoys.escort:
        case NoEscort():
            return 0
        case FixedEscort(units=units):
            return dispatch.units_needed(dispatch.FIXED, units, tankers)
        case PerTankers(tankers_per_unit=per_unit):
            return dispatch.units_needed(dispatch.PER_TANKERS, per_unit, tankers)
        case SquareRoot(units_at_100=units_at_100):
            return dispatch.units_needed(dispatch.SQUARE_ROOT, units_at_100, tankers)


def pool_units(scenario: Scenario, node: str) -> int:
    """Escort units of the pools at a node at central values, with all reinforcements."""
    names = {name for name, pool in scenario.escort.pool.items() if pool.node == node}
    extra = [e for e in scenario.event.values() if isinstance(e, events.Reinforcement) and e.pool in names]
    base = sum(scenario.escort.pool[name].units.value for name in names)
    return int(base + sum(event.units.value for event in extra))


def _convoy_rules(strategy: Strategy) -> Iterator[tuple[KeyPath, Convoys]]:
    if strategy.convoys is not None:
        yield ("convoys",), strategy.convoys
    for name, convoys in strategy.corridor.items():
        yield ("corridor", name), convoys


PAIR_CHECKS: tuple[Callable[[Scenario, Strategy], Iterator[Finding]], ...] = (
    strategy_corridors_exist,
    pools_suffice,
)


def pair_problems(
    scenario: Scenario | Loaded[Scenario], strategy: Strategy | Loaded[Strategy]
) -> list[Problem]:
    """What keeps a strategy from running in a scenario, at the keys of the strategy file if it was loaded."""
    world = scenario.model if isinstance(scenario, Loaded) else scenario
    plan = strategy.model if isinstance(strategy, Loaded) else strategy
    found = [finding for check in PAIR_CHECKS for finding in check(world, plan)]
    place = strategy if isinstance(strategy, Loaded) else Document("strategy", "", {})
    return sorted(place.problem(*finding) for finding in found)


def check_pair(scenario: Scenario | Loaded[Scenario], strategy: Strategy | Loaded[Strategy]) -> None:
    """Refuse a strategy that cannot be run in a scenario.

    Raises
    ------
    ScenarioError
        With every reason.
    """
    problems = pair_problems(scenario, strategy)
    if problems:
        raise ScenarioError(problems)

"""What must hold within a strategy, and between a strategy and a scenario: tables of small checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from sim.errors import Problem, ScenarioError
from sim.language import Phrase, listed
from sim.rules import dispatch
from sim.scenario import events
from sim.scenario.expected import Finding, suggestion
from sim.scenario.loaded import Document, Loaded, Merged
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.references import CLASS, CORRIDOR, POOL
from sim.scenario.strategy import Convoys, FixedEscort, NoEscort, PerTankers, Rules, SquareRoot, Strategy

SLOTS = 1 << 20
"""Most departure slots of a run."""


def _stated(strategy: Strategy) -> Iterator[tuple[KeyPath, Rules]]:
    """The rules that a strategy states, from the start and for each of its periods, with their keys."""
    yield (), strategy
    for i, period in enumerate(strategy.period):
        yield ("period", i), period


def _convoy_rules(strategy: Strategy) -> Iterator[tuple[KeyPath, Convoys]]:
    for path, rules in _stated(strategy):
        if rules.convoys is not None:
            yield (*path, "convoys"), rules.convoys
        for name, convoys in rules.corridor.items():
            yield (*path, "corridor", name), convoys


def sizes_in_order(strategy: Strategy) -> Iterator[Finding]:
    """The smallest convoy is not larger than the largest."""
    for path, convoys in _convoy_rules(strategy):
        if convoys.min_size > convoys.size:
            message = Phrase("{n}, above size = {size}", n=convoys.min_size, size=convoys.size)
            yield Finding((*path, "min_size"), message, parts=((*path, "size"),))


def jitter_within_interval(strategy: Strategy) -> Iterator[Finding]:
    """Slots keep their order: jitter is at most half of the interval."""
    for path, convoys in _convoy_rules(strategy):
        if convoys.jitter_h > convoys.interval_h / 2:
            message = Phrase(
                "{n:g}: expected at most half of interval_h = {interval:g}", n=convoys.jitter_h, interval=convoys.interval_h
            )
            yield Finding((*path, "jitter_h"), message, parts=((*path, "interval_h"),))


def periods_in_order(strategy: Strategy) -> Iterator[Finding]:
    """Periods of a strategy begin one after the other."""
    for i, (before, period) in enumerate(zip(strategy.period, strategy.period[1:], strict=False), start=1):
        if period.first_day <= before.first_day:
            day = period.first_day
            message = Phrase("{day}: expected after the period before it, {before}", day=day, before=before.first_day)
            yield Finding(("period", i, "first_day"), message)


STRATEGY_CHECKS: tuple[Callable[[Strategy], Iterator[Finding]], ...] = (
    sizes_in_order,
    jitter_within_interval,
    periods_in_order,
)


def strategy_findings(strategy: Strategy) -> list[Finding]:
    """Everything that the checks find in a strategy by itself."""
    return [finding for check in STRATEGY_CHECKS for finding in check(strategy)]


def _unknown(path: KeyPath, what: Phrase, names: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    allowed = dict.fromkeys(known)
    for name in names:
        if name not in allowed:
            hint = suggestion(name, allowed) or Phrase("there are: {names}", names=listed(allowed))
            yield Finding((*path, name), Phrase('the scenario has no {what} "{name}"', what=what, name=name), hint)


def strategy_corridors_exist(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """Corridors that a strategy names are corridors of the scenario."""
    for path, rules in _stated(strategy):
        yield from _unknown((*path, "corridor"), CORRIDOR, rules.corridor, scenario.corridor)


def strategy_classes_exist(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """Classes that a strategy serves first or protects are classes of the scenario."""
    for key, names in (("priority", strategy.priority), ("protected", strategy.protected)):
        for i, name in enumerate(names):
            for finding in _unknown((key,), CLASS, [name], scenario.demand_class):
                yield finding._replace(path=(key, i))


def units_are_those_of_the_pools(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """A strategy that stations units anew names every pool and spends exactly the units of the scenario."""
    total = int(sum(pool.units.value for pool in scenario.escort.pool.values()))
    for path, rules in _stated(strategy):
        if rules.units:
            yield from _unknown((*path, "units"), POOL, rules.units, scenario.escort.pool)
            missing = [name for name in scenario.escort.pool if name not in rules.units]
            if missing:
                message = Phrase("units for {pools} are missing: expected a number for every pool", pools=listed(missing))
                yield Finding((*path, "units"), message)
            elif sum(rules.units.values()) != total:
                message = Phrase(
                    "{n} units in all, expected the {total} of the scenario: compare at equal pool",
                    n=sum(rules.units.values()), total=total,
                )  # fmt: skip
                yield Finding((*path, "units"), message)


def periods_touch_the_scenario(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """Periods of a strategy begin after the start of the scenario; those after its last day are never reached."""
    for i, period in enumerate(strategy.period):
        if period.first_day <= scenario.start:
            message = Phrase("{day}: expected after the scenario's start, {start}", day=period.first_day, start=scenario.start)
            yield Finding(("period", i, "first_day"), message)


def pools_suffice(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """No convoy needs more escort units than its staging node can ever have, unless it may leave without."""
    last = scenario.start + timedelta(days=scenario.days)
    extra = _reinforcements(scenario)
    for i, (first_day, rules) in enumerate(strategy.spans(scenario.start)):
        at_node = _units_by_node(scenario, rules, extra)
        stated = strategy.period[i - 1] if i else strategy
        if first_day >= last or not (stated.convoys or stated.corridor or stated.units):
            continue
        start: KeyPath = ("period", i - 1) if i else ()
        for name, corridor in scenario.corridors.items():
            convoys = rules.corridor.get(name, rules.convoys)
            if convoys is None or convoys.when_no_unit == "unescorted":
                continue
            tankers = convoys.min_size if convoys.shrink else convoys.size
            needed, pool = units_for(convoys, tankers), at_node.get(corridor.staging, 0)
            if needed > pool and (pool == 0 or scenario.mechanisms.escort_wait):
                key: KeyPath = ("corridor", name) if name in stated.corridor else ("convoys",) if stated.convoys else ("units",)
                message = Phrase(
                    'a convoy of {tankers} on "{corridor}" needs {needed} escort units, but "{node}" has {pool}: '
                    "it could never leave",
                    tankers=tankers, corridor=name, needed=needed, node=corridor.staging, pool=pool,
                )  # fmt: skip
                hint = Phrase('ask for fewer units, set when_no_unit = "unescorted", or enlarge the pool')
                if key == ("units",):
                    yield Finding((*start, *key), message, hint)
                else:
                    sizes = tuple((*start, *key, name) for name in ("size", "min_size", "shrink", "when_no_unit"))
                    yield Finding((*start, *key, "escort"), message, hint, sizes)


def slots_countable(scenario: Scenario, strategy: Strategy) -> Iterator[Finding]:
    """No span of rules opens more departure slots on a corridor than a Plan holds, and all corridors together no more."""
    end, total = scenario.start + timedelta(days=scenario.days), 0.0
    spans = strategy.spans(scenario.start)
    for i, ((first_day, rules), (until, _)) in enumerate(zip(spans, [*spans[1:], (end, None)], strict=True)):
        stated = strategy.period[i - 1] if i else strategy
        start: KeyPath = ("period", i - 1) if i else ()
        hours = max((min(until, end) - first_day).days, 0) * 24
        for name in scenario.corridors:
            convoys = rules.corridor.get(name, rules.convoys)
            total += hours / convoys.interval_h if convoys else 0.0
            if convoys and total > SLOTS:
                key: KeyPath = ("corridor", name) if name in stated.corridor else ("convoys",)
                message = Phrase(
                    "{interval:g}: {n:,.0f} departure slots in all, expected at most {most:,}",
                    interval=convoys.interval_h, n=total, most=SLOTS,
                )  # fmt: skip
                yield Finding((*start, *key, "interval_h"), message)
                return


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


def pool_units(scenario: Scenario, node: str, rules: Rules) -> int:
    """Escort units of the pools at a node at central values, as the rules station them, with all reinforcements."""
    return _units_by_node(scenario, rules, _reinforcements(scenario)).get(node, 0)


def _reinforcements(scenario: Scenario) -> dict[str, float]:
    """All units that are ever added to each pool."""
    extra = dict.fromkeys(scenario.escort.pool, 0.0)
    for event in scenario.event.values():
        if isinstance(event, events.Reinforcement):
            extra[event.pool] += event.units.value
    return extra


def _units_by_node(scenario: Scenario, rules: Rules, extra: Mapping[str, float]) -> dict[str, int]:
    units: dict[str, float] = {}
    for name, pool in scenario.escort.pool.items():
        units[pool.node] = units.get(pool.node, 0.0) + rules.units.get(name, pool.units.value) + extra[name]
    return {node: int(count) for node, count in units.items()}


PAIR_CHECKS: tuple[Callable[[Scenario, Strategy], Iterator[Finding]], ...] = (
    strategy_corridors_exist,
    strategy_classes_exist,
    units_are_those_of_the_pools,
    periods_touch_the_scenario,
    pools_suffice,
    slots_countable,
)


def pair_problems(
    scenario: Scenario | Loaded[Scenario], strategy: Strategy | Loaded[Strategy]
) -> list[Problem]:
    """What keeps a strategy from running in a scenario, at the keys of the strategy file if it was loaded."""
    world = scenario.model if isinstance(scenario, Loaded) else scenario
    plan = strategy.model if isinstance(strategy, Loaded) else strategy
    found = [finding for check in PAIR_CHECKS for finding in check(world, plan)]
    place = strategy.merged if isinstance(strategy, Loaded) else Merged([Document("strategy", "", {})])
    return sorted(place.told(finding) for finding in found)


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
